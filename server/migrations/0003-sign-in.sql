-- How people sign in. The tables signin_* are those of better-auth, made here and not by its own migrator. They belong to no tenant: who
-- somebody is must be known before it is known whose rows they may see, and one person may belong to several organisations. They hold no
-- row of any organisation's; what a user is in one says `membership`, under row security.

create table signin_user (
  id text primary key,
  name text not null,
  email text not null unique check (email = lower(email)),
  email_verified boolean not null default false,
  image text,
  two_factor_enabled boolean not null default false,
  -- Came by the first owner's link and has not begun or taken over an organisation yet.
  begins boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- `updated_at` is when it was last used, to a few minutes: a session ends by age and by idleness, in server/signin/sessions.ts.
create table signin_session (
  id text primary key,
  token text not null unique,
  user_id text not null references signin_user (id) on delete cascade,
  -- How its bearer proved who they are: password, totp, backup-code, passkey, link, invitation, or sso: and the provider.
  via text not null,
  ip_address text,
  user_agent text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index signin_session_user on signin_session (user_id);

create table signin_account (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  user_id text not null references signin_user (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index signin_account_user on signin_account (user_id);

create table signin_verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index signin_verification_identifier on signin_verification (identifier);

create table signin_two_factor (
  id text primary key,
  secret text not null,
  backup_codes text not null,
  user_id text not null unique references signin_user (id) on delete cascade,
  verified boolean not null default true,
  failed_verification_count int not null default 0,
  locked_until timestamptz
);

create table signin_passkey (
  id text primary key,
  name text,
  public_key text not null,
  user_id text not null references signin_user (id) on delete cascade,
  credential_id text not null unique,
  counter bigint not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  aaguid text,
  created_at timestamptz
);
create index signin_passkey_user on signin_passkey (user_id);

-- The first owner's link, by digest: it is made before there is any organisation.
create table signin_first_link (
  digest bytea primary key,
  expires_at timestamptz not null
);

-- Whose identity provider a domain's people are sent to. Only a verified domain is here, and it is one organisation's.
create table signin_domain (
  domain text primary key,
  org int not null references organisation (id),
  provider text not null
);

-- Attempts that failed, by a digest of the account or address they came from, known or not.
create table signin_attempt (
  key bytea primary key,
  failures int not null,
  last_at timestamptz not null
);

-- Which person of an organisation a user is.
create table membership (
  org int not null references organisation (id),
  user_id text not null references signin_user (id) on delete cascade,
  person text not null,
  since timestamptz not null,
  primary key (org, user_id),
  unique (org, person)
);
create index membership_user on membership (user_id);

-- Invitations and sign-in links by digest; the record of that id says for whom and until when. Like a token's, their text names the tenant.
create table admission (
  org int not null references organisation (id),
  id text not null,
  digest bytea not null unique,
  primary key (org, id)
);

do $$
declare t text;
begin
  foreach t in array array['membership', 'admission'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (org = current_setting(''app.org'')::int) with check (org = current_setting(''app.org'')::int)', t);
  end loop;
end $$;
-- A user reads their own rows of every organisation: app.user is set, and app.org is then an organisation that is none.
create policy own on membership for select using (user_id = current_setting('app.user', true));

-- When a token was last used, to the hour.
alter table token add column used_at timestamptz;

grant select, insert, update, delete on signin_user, signin_session, signin_account, signin_verification, signin_two_factor, signin_passkey, signin_attempt to countersign_app;
grant select, insert, delete on signin_first_link, signin_domain, membership, admission to countersign_app;
grant update (used_at) on token to countersign_app;
