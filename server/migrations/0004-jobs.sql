-- Jobs and what is known of their progress; notices and mail; data keys. The queue that hands jobs to workers is pg-boss, in its own
-- schema `pgboss` (database/queue-schema.ts): it holds the number of an organisation and the id of a row here, and nothing else.

create table job (
  org int not null references organisation (id),
  -- The client's Idempotency-Key, or ours.
  id uuid not null,
  kind text not null,
  -- What the job is about, as a source's id: of one kind and subject only one waits or runs.
  subject text,
  -- Names one occasion, as a schedule and its moment: done once, whoever notices it first.
  once text,
  -- Ids, never data and never a secret.
  input jsonb not null,
  actor text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'discarded')),
  -- Grows each time the job is handed to the queue: what an older message asks for is not done.
  turn int not null default 1,
  attempt int not null default 0,
  -- The run that holds it: another one that still believes to be at it is told to stop.
  run uuid,
  cancel_asked boolean not null default false,
  done bigint not null default 0,
  of bigint,
  says text not null default '',
  result jsonb,
  error_code text,
  error_says text,
  -- When it was last heard of, and when it goes on if it waits to be tried again.
  seen_at timestamptz not null,
  not_before timestamptz,
  asked_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (org, id)
);
create unique index job_live on job (org, kind, subject) where state in ('waiting', 'running');
create unique index job_once on job (org, once);
create index job_asked on job (org, asked_at desc, id);

-- What a person is told, once: in the inbox, and by mail where there is mail. The facts themselves stay records.
create table notice (
  org int not null references organisation (id),
  id uuid not null,
  person text not null,
  kind text not null,
  -- Names the occasion: nobody is told twice of one, whichever worker comes first.
  occasion text not null,
  says text not null,
  -- Where the web app leads, as /controls/AC-01.
  leads text,
  at timestamptz not null,
  read_at timestamptz,
  -- What became of the mail: none without it.
  mail text not null check (mail in ('none', 'waiting', 'sent', 'refused')),
  mail_why text,
  mailed_at timestamptz,
  attempts int not null default 0,
  not_before timestamptz,
  primary key (org, id),
  unique (org, person, occasion)
);
create index notice_person on notice (org, person, at desc);
create index notice_mail on notice (org, at) where mail = 'waiting';

-- What a person wants by mail. No row: everything.
create table mail_choice (
  org int not null references organisation (id),
  person text not null,
  digest boolean not null,
  reminders boolean not null,
  primary key (org, person)
);

-- Keys of each organisation's secrets, wrapped under the key file. `wrapped_by` says under which of its keys.
create table data_key (
  org int not null references organisation (id),
  id int not null,
  wrapped bytea not null,
  wrapped_by text not null,
  created_at timestamptz not null default now(),
  primary key (org, id)
);
-- Null: sealed by the key file itself, as before there were data keys. `keys rotate` seals those anew.
alter table secret add column data_key int;
-- Not valid: the owner of the tables sees no tenant's row to validate, and all are null.
alter table secret add foreign key (org, data_key) references data_key (org, id) not valid;

do $$
declare t text;
begin
  foreach t in array array['job', 'notice', 'mail_choice', 'data_key'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (org = current_setting(''app.org'')::int) with check (org = current_setting(''app.org'')::int)', t);
  end loop;
end $$;

grant select, insert, update, delete on job, notice, mail_choice to countersign_app;
grant select, insert, delete on data_key to countersign_app;
