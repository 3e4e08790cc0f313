-- Being a witness of other logs (decision 37): what was cosigned last of each, and what was refused.

-- By what logs elsewhere ask our witness; like the origin it names nobody, and does not lead to it.
alter table organisation add column witness text not null unique default substr(md5(gen_random_uuid()::text), 1, 16);

-- The largest tree that was cosigned of each log. All that makes the witness’s word worth something: a row only grows.
create table witness_state (
  org int not null references organisation (id),
  origin text not null,
  size bigint not null,
  root bytea not null check (octet_length(root) = 32),
  -- The checkpoint as the log signed it: with another one of the same size it proves a fork.
  note text not null,
  cosigned_at timestamptz not null,
  primary key (org, origin)
);

-- Checkpoints that the log signed and the witness did not cosign, each once.
create table witness_refusal (
  org int not null references organisation (id),
  origin text not null,
  outcome text not null check (outcome in ('forked', 'inconsistent', 'ahead')),
  size bigint not null,
  root bytea not null check (octet_length(root) = 32),
  seen_size bigint not null,
  -- The checkpoint that had been cosigned then.
  seen_note text,
  request text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  times int not null default 1,
  cleared_at timestamptz,
  primary key (org, origin, outcome, size, root)
);
create index witness_refusal_last on witness_refusal (org, last_at desc);

do $$
declare t text;
begin
  foreach t in array array['witness_state', 'witness_refusal'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (org = current_setting(''app.org'')::int) with check (org = current_setting(''app.org'')::int)', t);
  end loop;
end $$;

grant select, insert on witness_state, witness_refusal to countersign_app;
grant update (size, root, note, cosigned_at) on witness_state to countersign_app;
grant update (last_at, times, cleared_at) on witness_refusal to countersign_app;
