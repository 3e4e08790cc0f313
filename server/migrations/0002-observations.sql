-- What collectors delivered, and what checks say of it. A collection is one log entry, so its place in the log names it.

-- Rows of a collection that is still arriving. Nothing reads them but the one that writes them.
create unlogged table staged (
  org int not null references organisation (id),
  run uuid not null,
  item text not null,
  at timestamptz,
  salt bytea not null,
  -- Digest of the canonical data, unsalted: equal content is found by it. It never leaves the database.
  content bytea not null,
  data text not null
);
create index staged_run on staged (org, run, item);

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
  content bytea not null,
  data jsonb not null,
  primary key (org, dataset, source, item, from_index)
);
create unique index fact_head on fact (org, dataset, source, item) where until_index is null;
create index fact_from on fact (org, from_index);
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
  primary key (org, check_id, check_version, source, observed_at, log_index)
);

-- Items that fail or are unknown, from which collection until which: only changes of outcome are written.
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
  why text not null,
  primary key (org, check_id, check_version, source, item, from_index)
);
create unique index verdict_head on verdict (org, check_id, check_version, source, item) where until_index is null;

-- Events by day and collection: how many items entered or left each outcome, and at which moments of the day.
-- A sum over a prefix of log_index is what was known then; a window is its whole days and two partial ones.
create table rollup (
  org int not null references organisation (id),
  check_id text not null,
  check_version int not null,
  source text not null,
  day date not null,
  log_index bigint not null,
  pass int not null,
  fail int not null,
  unknown int not null,
  moments bytea not null,
  primary key (org, check_id, check_version, source, day, log_index)
);

do $$
declare t text;
begin
  foreach t in array array['staged', 'collection', 'fact', 'judged', 'step', 'verdict', 'rollup'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (org = current_setting(''app.org'')::int) with check (org = current_setting(''app.org'')::int)', t);
  end loop;
end $$;

grant select, insert on staged, collection, fact, judged, step, verdict, rollup to countersign_app;
grant delete on staged to countersign_app;
grant update (until_index) on fact to countersign_app;
-- Projections are made anew by `rebuild`.
grant update, delete on judged, step, verdict, rollup to countersign_app;
