-- Tenants, the log, records and what derives from them (kernel.md §2).
-- The app connects as countersign_app: neither superuser nor owner. `app.org` is set per transaction; unset, the cast fails.

create table organisation (
  id int generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  -- Names no company: what witnesses and time-stamp authorities see.
  origin text not null unique,
  created_at timestamptz not null default now()
);

-- One row per organisation: its lock is the only one a write takes.
create table log (
  org int primary key references organisation (id),
  size bigint not null default 0,
  recorded_at timestamptz not null default '-infinity'
) with (fillfactor = 10);

create table log_entry (
  org int not null references organisation (id),
  index bigint not null,
  recorded_at timestamptz not null,
  -- The client's Idempotency-Key, and the answer it got.
  request uuid,
  answer text,
  -- The in-toto statement, and the entry that the tree hashes: signature and digest of that statement.
  statement bytea not null,
  entry bytea not null,
  -- Salt of the digest of the input that the statement quotes.
  input_salt bytea,
  primary key (org, index),
  unique (org, request)
);

create index log_entry_time on log_entry (org, recorded_at, index);

create table record (
  org int not null references organisation (id),
  kind text not null,
  id text not null,
  version int not null,
  body jsonb not null,
  salt bytea not null,
  retired boolean not null default false,
  effective_at timestamptz not null,
  log_index bigint not null,
  recorded_at timestamptz not null,
  superseded_index bigint,
  actor text not null,
  act text not null,
  primary key (org, kind, id, version)
);
create unique index record_head on record (org, kind, id) where superseded_index is null;
create index record_log on record (org, log_index);

create table reference (
  org int not null references organisation (id),
  kind text not null,
  id text not null,
  field text not null,
  to_kind text not null,
  to_id text not null,
  primary key (org, kind, id, field, to_kind, to_id)
);
create index reference_to on reference (org, to_kind, to_id);

-- Keys that sign the log, and secrets of sources, wrapped under the key file.
create table secret (
  org int not null references organisation (id),
  name text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (org, name)
);

-- Bearer tokens by digest; the record `token` says for whom and until when. A token's text names its tenant, so none is
-- looked up outside one.
create table token (
  org int not null references organisation (id),
  id text not null,
  digest bytea not null unique,
  primary key (org, id)
);

create table blob (
  org int not null references organisation (id),
  digest bytea not null,
  bytes bigint not null,
  created_at timestamptz not null default now(),
  primary key (org, digest)
);

do $$
declare t text;
begin
  foreach t in array array['log', 'log_entry', 'record', 'reference', 'secret', 'token', 'blob'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (org = current_setting(''app.org'')::int) with check (org = current_setting(''app.org'')::int)', t);
  end loop;
end $$;

grant select, insert on organisation to countersign_app;
grant select, insert on log, log_entry, record, reference, secret, token, blob to countersign_app;
grant update (size, recorded_at) on log to countersign_app;
grant update (superseded_index) on record to countersign_app;
grant delete on reference, token, secret to countersign_app;
