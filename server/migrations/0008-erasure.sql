-- Erasure: what was said is deleted, what was logged stays (decision 39). The app may change none of it by itself. It calls `erase` with
-- the entry by which a second person agreed, and that function takes just what the entry names.

alter table fact alter column data drop not null;
alter table fact alter column salt drop not null;
-- The entry by which data and salt went. `digest` stays: without the salt it tells nothing, and the tree above it still verifies.
alter table fact add column erased_index bigint;
alter table fact add constraint fact_erased check ((erased_index is null) = (data is not null and salt is not null));
create index fact_erased on fact (org, erased_index) where erased_index is not null;

alter table record alter column salt drop not null;
alter table record add column erased_index bigint;
-- The salted digest, which a statement with a root over its subjects does not list.
alter table record add column erased_digest bytea;
alter table record add constraint record_erased check ((erased_index is null) = (salt is not null));
create index record_erased on record (org, erased_index) where erased_index is not null;

-- What a version of a check said of a source, kept as it was known before an erasure: a layer ends with the entry that replaced it, and
-- -1 is the one that stands. Older layers cannot be made anew, for what they rest on is gone.
alter table step add column layer bigint not null default -1;
alter table step drop constraint step_pkey;
alter table step add primary key (org, check_id, check_version, source, observed_at, log_index, layer);
alter table verdict add column layer bigint not null default -1;
alter table verdict drop constraint verdict_pkey;
alter table verdict add primary key (org, check_id, check_version, source, item, from_index, layer);
alter table rollup add column layer bigint not null default -1;
alter table rollup drop constraint rollup_pkey;
alter table rollup add primary key (org, check_id, check_version, source, day, log_index, judged_index, layer);

create table replaced (
  org int not null references organisation (id),
  -- Of the erasure. What was known up to this entry is in the layer of this number.
  index bigint not null,
  check_id text not null,
  check_version int not null,
  source text not null,
  primary key (org, index, check_id, check_version, source)
);

-- Files whose record is erased and whose bytes are still to be deleted: after the commit, by whoever comes first.
create table unlinked (
  org int not null references organisation (id),
  digest bytea not null,
  index bigint not null,
  primary key (org, digest)
);

do $$
declare t text;
begin
  foreach t in array array['replaced', 'unlinked'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (org = current_setting(''app.org'')::int) with check (org = current_setting(''app.org'')::int)', t);
  end loop;
end $$;
grant select, insert on replaced to countersign_app;
grant select, delete on unlinked to countersign_app;

-- Takes what the erasure of this entry names, in the transaction that writes the entry: it must be approved by another than who asked.
-- `digests`: salted digests, in hex, of the versions that go, by `kind/id@version`.
create function erase(upon bigint, digests jsonb) returns void
  language plpgsql security definer set search_path from current
as $$
declare
  me int := current_setting('app.org')::int;
  asked jsonb;
  thing jsonb;
  words text[];
  mails text[];
  account text;
begin
  select body into asked from record
    where org = me and kind = 'erasure' and log_index = upon and superseded_index is null and not retired;
  if asked is null or asked ->> 'state' <> 'done' or asked ->> 'decidedBy' is null or asked ->> 'decidedBy' = asked ->> 'askedBy' then
    raise exception 'entry % of organisation % approves no erasure', upon, me using errcode = 'insufficient_privilege';
  end if;
  thing := asked -> 'what';

  if thing ->> 'kind' = 'item' then
    update fact set data = null, salt = null, content = '', erased_index = upon
      where org = me and dataset = thing ->> 'dataset' and source = thing ->> 'source' and item = thing ->> 'item'
        and erased_index is null and from_index < upon;
    -- The sentence of a verdict quotes fields of the item.
    update verdict set why = 'its data was erased'
      where org = me and source = thing ->> 'source' and item = thing ->> 'item'
        and check_id in (select id from record where org = me and kind = 'check' and body ->> 'dataset' = thing ->> 'dataset');
    return;
  end if;

  if thing ->> 'kind' = 'evidence' then
    select array_agg(distinct body ->> 'name') into words from record
      where org = me and kind = 'evidence' and id = thing ->> 'id' and log_index < upon;
    insert into unlinked (org, digest, index)
      select distinct me, b.digest, upon from record r join blob b on b.org = me and b.digest = decode(r.body ->> 'digest', 'hex')
        where r.org = me and r.kind = 'evidence' and r.id = thing ->> 'id' and r.log_index < upon
          and not exists (
            select from record o where o.org = me and position(r.body ->> 'digest' in o.body::text) > 0
              and not (o.kind = 'evidence' and o.id = thing ->> 'id'))
      on conflict do nothing;
    delete from blob b using unlinked u where b.org = me and u.org = me and b.digest = u.digest;
    update log_entry set input_salt = null
      where org = me and index in (select log_index from record where org = me and kind = 'evidence' and id = thing ->> 'id' and log_index < upon);
    update record set salt = null, erased_index = upon, erased_digest = decode(digests ->> (kind || '/' || id || '@' || version), 'hex'),
        body = (body - 'source' - 'note' - 'returnedFor') || jsonb_build_object('name', 'Erased evidence', 'digest', repeat('0', 64))
      where org = me and kind = 'evidence' and id = thing ->> 'id' and log_index < upon and erased_index is null;
  elsif thing ->> 'kind' = 'person' then
    select array_agg(distinct word) into words from record, lateral (values (body ->> 'name'), (body ->> 'email')) as said (word)
      where org = me and kind = 'person' and id = thing ->> 'id' and log_index < upon and word is not null;
    select array_agg(distinct lower(body ->> 'email')) into mails from record
      where org = me and (kind = 'person' and id = thing ->> 'id' or kind in ('invitation', 'sign-in-link') and body ->> 'person' = thing ->> 'id')
        and body ->> 'email' is not null;
    words := words || mails;
    update log_entry set input_salt = null
      where org = me and index in (
        select log_index from record where org = me and log_index <= upon
          and (kind = 'person' and id = thing ->> 'id' and log_index < upon
            or kind in ('invitation', 'sign-in-link') and body ->> 'person' = thing ->> 'id'));
    update record set salt = null, erased_index = upon, erased_digest = decode(digests ->> (kind || '/' || id || '@' || version), 'hex'),
        body = case kind when 'person' then (body - 'email' - 'jobTitle') || jsonb_build_object('name', 'Erased person')
          else body || jsonb_build_object('email', 'erased@example.invalid') end
      where org = me and erased_index is null and log_index <= upon
        and (kind = 'person' and id = thing ->> 'id' and log_index < upon
          or kind in ('invitation', 'sign-in-link') and body ->> 'person' = thing ->> 'id');
    delete from notice where org = me and person = thing ->> 'id';
    delete from mail_choice where org = me and person = thing ->> 'id';
    -- How they sign in goes too, unless it is how they sign in to another organisation.
    for account in select user_id from membership where org = me and person = thing ->> 'id' loop
      delete from membership where org = me and user_id = account;
      perform set_config('app.user', account, true);
      if not exists (select from membership where user_id = account) then
        delete from signin_user where id = account;
      end if;
      perform set_config('app.user', '', true);
    end loop;
    delete from signin_verification where lower(identifier) = any (mails)
      or exists (select from unnest(mails) as mail where position(mail in lower(value)) > 0);
  else
    raise exception 'nothing of the kind % is erased', thing ->> 'kind';
  end if;

  -- Copies in what people were told and in what jobs and acts answered. Words too short to be told apart are left.
  words := array(select lower(word) from unnest(words) as word where length(word) >= 4);
  delete from notice where org = me and exists (select from unnest(words) as word where position(word in lower(says)) > 0);
  delete from job where org = me and state not in ('waiting', 'running') and exists (
    select from unnest(words) as word
      where position(word in lower(concat_ws(' ', input::text, says, result::text, error_says))) > 0);
  update log_entry set answer = (answer::jsonb - 'answer')::text
    where org = me and answer is not null and exists (select from unnest(words) as word where position(word in lower(answer)) > 0);
end $$;
revoke all on function erase(bigint, jsonb) from public;
grant execute on function erase(bigint, jsonb) to countersign_app;
