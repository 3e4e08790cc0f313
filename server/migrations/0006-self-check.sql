-- Runs of the self-check: what was looked at, how far it is, and where its rotation stands. What it found is records; this is
-- housekeeping, pruned after 90 days, and in no log.

create table self_check (
  org int not null references organisation (id),
  id uuid not null,
  kind text not null check (kind in ('sample', 'whole')),
  state text not null default 'running' check (state in ('running', 'done', 'stopped')),
  started_at timestamptz not null,
  -- Moves while it runs: one that is not heard of was killed.
  seen_at timestamptz not null,
  ended_at timestamptz,
  -- The log it is about, and the checkpoint as it was signed: what the next run holds the log against.
  size bigint not null default 0,
  root bytea,
  -- How far it is, and where the next sample goes on.
  progress jsonb not null default '{}',
  counts jsonb not null default '{}',
  -- Ids of what it found, whether or not that could be recorded.
  findings jsonb not null default '[]',
  primary key (org, id)
);
create index self_check_started on self_check (org, started_at desc, id);

alter table self_check enable row level security;
alter table self_check force row level security;
create policy tenant on self_check using (org = current_setting('app.org')::int) with check (org = current_setting('app.org')::int);
grant select, insert, update, delete on self_check to countersign_app;
