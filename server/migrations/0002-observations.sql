-- What collectors delivered, and what checks say of it. A collection is one log entry, so its place in the log names it.

create table collection (
  org int not null references organisation (id),
  log_index bigint not null,
  source text not null,
  dataset text not null,
  mode text not null check (mode in ('state', 'events')),
  status text not null check (status in ('complete', 'partial', 'failed')),
  why jsonb not null,
  observed_at timestamptz not null,
  from_at timestamptz,
  to_at timestamptz,
  items int not null,
  changed int not null,
  items_root bytea not null,
  -- Salt of the digest of the collection's header.
  salt bytea not null,
  actor text not null,
  collector text not null,
  completed_by text not null check (completed_by in ('collector', 'claimed', 'reconciled')),
  cursor jsonb,
  recorded_at timestamptz not null,
  -- Items a partial collection did see; a complete one saw all that hold.
  seen jsonb,
  primary key (org, log_index)
);
create index collection_dataset on collection (org, dataset, source, log_index);

-- One item's content over a run of collections, by places in the log: never a "last seen" updated in place.
create table fact (
  org int not null references organisation (id),
  dataset text not null,
  source text not null,
  item text not null,
  from_index bigint not null,
  until_index bigint,
  at timestamptz,
  salt bytea not null,
  -- Salted digest, as the log commits to it.
  digest bytea not null,
  -- First 16 bytes of the SHA-256 of the canonical data, by which equal content is found. It never leaves the database.
  content bytea not null,
  data jsonb not null,
  primary key (org, dataset, source, item, from_index)
);
create index fact_from on fact (org, from_index);
create index fact_until on fact (org, until_index) where until_index is not null;
create index fact_at on fact (org, dataset, source, at) where at is not null;

-- How far a version of a check has judged a source, and what it last said.
create table judged (
  org int not null references organisation (id),
  check_id text not null,
  check_version int not null,
  source text not null,
  through_index bigint not null,
  counts jsonb not null,
  primary key (org, check_id, check_version, source)
);

-- What a version of a check says of collections: one row where the answer differs from the collection before it.
create table step (
  org int not null references organisation (id),
  check_id text not null,
  check_version int not null,
  source text not null,
  observed_at timestamptz not null,
  log_index bigint not null,
  outcome smallint not null,
  -- The collection with which the row was written: a late one may put a step between two older ones.
  written_index bigint not null,
  primary key (org, check_id, check_version, source, observed_at, log_index)
);
create index step_written on step (org, written_index);

-- Items that fail or are unknown, from which collection until which: only changes of outcome are written. `judged_index` is
-- the collection on whose data an event was judged; null while it waits for one.
create table verdict (
  org int not null references organisation (id),
  check_id text not null,
  check_version int not null,
  source text not null,
  item text not null,
  from_index bigint not null,
  until_index bigint,
  outcome smallint not null,
  at timestamptz,
  judged_index bigint,
  why text not null,
  primary key (org, check_id, check_version, source, item, from_index)
);

-- Events by UTC day: how many entered or left each outcome with a collection, and at which moments of the day. Sums over a prefix of
-- log_index are what was known then; a window is its whole days and two partial ones. `judged_index` is the collection that the items
-- were judged in (its moment says which version of the check governs them), or -1 while they wait for one.
create table rollup (
  org int not null references organisation (id),
  check_id text not null,
  check_version int not null,
  source text not null,
  day date not null,
  log_index bigint not null,
  judged_index bigint not null,
  pass int not null,
  fail int not null,
  unknown int not null,
  -- Five bytes each: milliseconds of the day (uint32, big-endian), then outcome (0 pass, 1 fail, 2 unknown) with 128 for leaving.
  moments bytea not null,
  primary key (org, check_id, check_version, source, day, log_index, judged_index)
);

do $$
declare t text;
begin
  foreach t in array array['collection', 'fact', 'judged', 'step', 'verdict', 'rollup'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (org = current_setting(''app.org'')::int) with check (org = current_setting(''app.org'')::int)', t);
  end loop;
end $$;

grant select, insert on collection, fact, judged, step, verdict, rollup to countersign_app;
grant update (until_index) on fact to countersign_app;
-- For `analyze`, after a collection that filled the table.
grant maintain on fact to countersign_app;
-- Projections are made anew by `rebuild`.
grant update, delete on judged, step, verdict, rollup to countersign_app;

-- A collection is staged in temporary tables of the transaction that takes it in.
do $$ begin
  execute format('grant temporary on database %I to countersign_app', current_database());
end $$;
