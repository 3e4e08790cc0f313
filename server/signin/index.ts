import { hash, hkdfSync, randomBytes } from 'node:crypto';
import { isLoopback } from '../http/hosts.ts';
import type { Actor, Instant } from '@countersign/core/kernel/index.ts';
import { Person } from '@countersign/core/people/index.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { InitInput, Organisation, Services } from '../runtime.ts';
import type { Begun } from '../services/init.ts';
import type { Vault } from '../secrets.ts';
import type { Admission, Admissions, SendInvitation } from './admissions.ts';
import { admissions } from './admissions.ts';
import type { Attempts } from './attempts.ts';
import { attempts } from './attempts.ts';
import type { Auth } from './auth.ts';
import { lazyAuth, passwords } from './auth.ts';
import type { SessionCookie } from './cookie.ts';
import { sessionCookie } from './cookie.ts';
import type { Members } from './members.ts';
import { members } from './members.ts';
import { refuseWeak } from './password.ts';
import type { Place } from './place.ts';
import { builderPool } from './pool.ts';
import type { Providers } from './providers.ts';
import { providers } from './providers.ts';
import { refuseSignIn } from './refusals.ts';
import type { Session, Sessions } from './sessions.ts';
import { sessions } from './sessions.ts';

export interface SignInParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly runner: Runner;
  readonly clock: Clock;
  /** Of the key file. */
  readonly key: Buffer;
  readonly place: Place;
  /** Whether identity providers inside the network may be asked. */
  readonly inside: boolean;
  readonly begin: (actor: Actor, input: InitInput, owner?: Begun) => ReturnType<Services['init']>;
  organisations(): Promise<readonly Organisation[]>;
  organisation(id: number): Promise<Organisation | undefined>;
  /** The DNS, which a test answers itself. */
  readonly txt?: (name: string) => Promise<readonly (readonly string[])[]>;
  error(message: string): void;
}

/** Where a request comes from. */
export interface From {
  readonly address: string;
  readonly agent: string | undefined;
  readonly cookie: string | undefined;
}

export interface RedeemInput {
  readonly token: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly password?: string | undefined;
}

/** How people sign in: everything around better-auth. */
export interface SignIn {
  readonly place: Place;
  readonly runner: Runner;
  readonly auth: Auth;
  /** Loads what answers a sign-in, so that the first one need not wait for it. */
  load(): Promise<void>;
  readonly cookie: SessionCookie;
  readonly sessions: Sessions;
  readonly members: Members;
  readonly attempts: Attempts;
  readonly admissions: Admissions;
  readonly providers: Providers;
  now(): Instant;
  organisations(): Promise<readonly Organisation[]>;
  /** The first owner’s link while no user exists; undefined afterwards. */
  firstLink(): Promise<string | undefined>;
  readLink(
    token: string,
  ): Promise<
    | { readonly is: 'first-owner'; readonly organisations: readonly Organisation[] }
    | (Admission & { readonly known: boolean })
  >;
  redeem(
    input: RedeemInput,
    from: From,
  ): Promise<{
    readonly user: Session['user']['id'];
    readonly name: string;
    readonly email: string;
    readonly organisation: string | null;
    readonly cookie: string;
  }>;
  begin(session: Session, input: InitInput): ReturnType<Services['init']>;
  /** Makes somebody an owner of a sample that was filled for them. */
  own(session: Session, org: Organisation): Promise<void>;
  setPassword(session: Session, current: string | undefined, password: string, from: From): Promise<string>;
  resetFactor(session: Session): Promise<void>;
  passkeys(user: string): Promise<
    readonly {
      readonly id: string;
      readonly name: string | null;
      readonly createdAt: number | null;
      readonly synced: boolean;
    }[]
  >;
  /** Sessions and factors of users, for the page of who signs in. */
  standing(
    users: readonly string[],
  ): Promise<
    ReadonlyMap<string, { readonly sessions: number; readonly usedAt: number | null; readonly factor: boolean }>
  >;
  /** When tokens of an organisation were last used. */
  tokenUse(org: Organisation): Promise<ReadonlyMap<string, number>>;
  hasProviders(): Promise<boolean>;
  /** True the first time within a few minutes that it is asked of this text. */
  useOnce(text: string): Promise<boolean>;
  /** Set by whoever sends mail. */
  sendInvitation(send: SendInvitation): void;
}

const FIRST = /^cf_[A-Za-z0-9_-]{43}$/;
const FIRST_S = 15 * 60;
/** How long after signing in by a link of the operator’s a lost password or factor may be replaced. */
const RECOVERY_MS = 15 * 60_000;

const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer');

export function createSignIn(parts: SignInParts): SignIn {
  const { database, runner, clock, key, place, organisations, organisation } = parts;
  const { pool } = database;
  // Of its own: what signs cookies opens no secret of a source, and the reverse.
  const secret = Buffer.from(hkdfSync('sha256', key, '', 'countersign sign-in', 32)).toString('base64url');
  const cookie = sessionCookie(secret, place);
  const auth = lazyAuth({ pool: builderPool(pool), secret, place, error: parts.error });
  const theSessions = sessions(pool, cookie);
  const theMembers = members({ pool, tenants: database, runner, clock, organisations });
  let send: SendInvitation | undefined;
  const theAdmissions = admissions({
    tenants: database,
    runner,
    clock,
    base: place.base,
    organisation,
    send: () => send,
  });
  const theProviders = providers({
    ...parts,
    pool: builderPool(pool),
    secret,
    database: pool,
    tenants: database,
    members: theMembers,
    admissions: theAdmissions,
  });

  const userBy = async (email: string): Promise<{ id: string; name: string; email: string } | undefined> => {
    const { rows } = await pool.query<{ id: string; name: string; email: string }>(
      'select id, name, email from signin_user where email = $1',
      [email.toLowerCase()],
    );
    return rows[0];
  };
  const hasUsers = async (): Promise<boolean> =>
    (await pool.query<{ any: boolean }>('select exists (select from signin_user) as any')).rows[0]?.any === true;

  async function createUser(
    name: string,
    email: string,
    password: string | undefined,
    begins: boolean,
  ): Promise<string> {
    const id = `u-${randomBytes(12).toString('hex')}`;
    const { rowCount } = await pool.query(
      'insert into signin_user (id, name, email, begins) values ($1, $2, $3, $4) on conflict (email) do nothing',
      [id, name, email.toLowerCase(), begins],
    );
    if (rowCount !== 1) throw refuseSignIn('known', { email });
    if (password !== undefined) await keepPassword(id, password);
    return id;
  }

  async function keepPassword(user: string, password: string): Promise<void> {
    await pool.query(
      `insert into signin_account (id, account_id, provider_id, user_id, password) values ($1, $2, 'credential', $2, $3)
       on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`,
      [randomBytes(12).toString('hex'), user, await passwords.hash(password)],
    );
  }

  /** By the first owner’s link: owner of what the operator began before anybody signed in, or free to begin one. */
  async function redeemFirst({ token, name, email, password }: RedeemInput, from: From) {
    if (!place.secure && !isLoopback(from.address)) throw refuseSignIn('loopback', {});
    if (name === undefined) throw refuseSignIn('field', { field: 'name' }, ['name']);
    if (email === undefined) throw refuseSignIn('field', { field: 'email' }, ['email']);
    if (password !== undefined) refuseWeak(password, { name, email });
    if (await hasUsers()) throw refuseSignIn('first', {});
    const { rowCount } = await pool.query('delete from signin_first_link where digest = $1 and expires_at > now()', [
      digestOf(token),
    ]);
    if (rowCount !== 1) throw refuseSignIn('link', {});
    const user = await createUser(name, email, password, true);
    const [first] = await takeOver(user, { name, email: email.toLowerCase() });
    return { user, name, email: email.toLowerCase(), organisation: first?.slug ?? null };
  }

  async function own(
    user: string,
    about: { readonly name: string; readonly email: string },
    org: Organisation,
  ): Promise<void> {
    const operator: Actor = { id: 'operator:first-link', roles: ['operator'] };
    const person = await runner.reading(org, {}, [Person], async (at) =>
      shelfOf(at.snapshot, Person, at)
        .all()
        .find((one) => one.email?.toLowerCase() === about.email),
    );
    const id = person?.id ?? `p-${randomBytes(8).toString('hex')}`;
    const roles = [...new Set([...(person?.roles ?? []), 'owner'])];
    const record =
      person === undefined ? { kind: 'person', id, ...about, roles } : { ...bodyOf(person), kind: 'person', id, roles };
    await runner.act(org, operator, 'records.apply', { records: [record] });
    await theMembers.join(org.id, user, id);
  }

  /** Whoever holds the operator’s own link owns what the operator began. */
  async function takeOver(
    user: string,
    about: { readonly name: string; readonly email: string },
  ): Promise<readonly Organisation[]> {
    const there = await organisations();
    for (const org of there) await own(user, about, org);
    return there;
  }

  async function redeemAdmission(found: Admission, { name, password }: RedeemInput, from: From) {
    const { organisation: org, person, email } = found;
    const member = await theMembers.userOf(org.id, person.id);
    const known = await userBy(email);
    // The operator's word reaches whoever this person signs in as, whatever the address says.
    const existing = found.is === 'link' ? (member ?? known?.id) : known?.id;
    if (found.is === 'invitation' && known !== undefined) {
      const session = await theSessions.find(from.cookie);
      if (session?.user.id !== known.id) throw refuseSignIn('known', { email });
    }
    const called = name ?? person.name;
    if (password !== undefined) refuseWeak(password, { name: called, email });
    await theAdmissions.use(found);
    const user = existing ?? (await createUser(called, email, undefined, false));
    // Whose address is known keeps the password they have, unless the operator let them in.
    if (password !== undefined && (existing === undefined || found.is === 'link')) await keepPassword(user, password);
    await theMembers.join(org.id, user, person.id);
    return { user, name: known?.name ?? called, email, organisation: org.slug };
  }

  return {
    place,
    runner,
    auth,
    load: () => auth.load(),
    cookie,
    sessions: theSessions,
    members: theMembers,
    attempts: attempts(pool),
    admissions: theAdmissions,
    providers: theProviders,
    now: () => clock.now(),
    organisations,
    async firstLink() {
      await theSessions.clear();
      if (await hasUsers()) return undefined;
      const token = `cf_${randomBytes(32).toString('base64url')}`;
      // An older one is void: there is one way in, the one printed last.
      await pool.query('delete from signin_first_link');
      await pool.query(
        'insert into signin_first_link (digest, expires_at) values ($1, now() + make_interval(secs => $2))',
        [digestOf(token), FIRST_S],
      );
      return `${place.base}/welcome?token=${token}`;
    },
    async readLink(token) {
      if (FIRST.test(token)) {
        const { rowCount } = await pool.query(
          'select from signin_first_link where digest = $1 and expires_at > now()',
          [digestOf(token)],
        );
        if (rowCount !== 1 || (await hasUsers())) throw refuseSignIn('link', {});
        return { is: 'first-owner', organisations: await organisations() };
      }
      const found = await theAdmissions.find(token);
      if (found === undefined) throw refuseSignIn('link', {});
      return { ...found, known: (await userBy(found.email)) !== undefined };
    },
    async redeem(input, from) {
      const first = FIRST.test(input.token);
      const found = first ? undefined : await theAdmissions.find(input.token);
      if (!first && found === undefined) throw refuseSignIn('link', {});
      const done = found === undefined ? await redeemFirst(input, from) : await redeemAdmission(found, input, from);
      const via = found?.is === 'invitation' ? 'invitation' : 'link';
      return { ...done, cookie: await theSessions.begin(done.user, via, from) };
    },
    async begin(session, input) {
      if (!session.user.begins) throw refuseSignIn('begin', {});
      const { id: user, name, email } = session.user;
      // One was begun meanwhile, by the terminal or by a request of ours whose answer was lost.
      const there = (await takeOver(user, { name, email })).find(({ sample }) => sample !== true);
      if (there !== undefined) return { organisation: there.slug, controls: 0, requirements: {} };
      const person = `p-${randomBytes(8).toString('hex')}`;
      const owner: Begun = { id: person, name, email };
      const begun = await parts.begin({ id: person, roles: ['owner'] }, input, owner);
      const org = (await organisations()).find(({ slug }) => slug === begun.organisation);
      if (org === undefined) throw new Error('The organisation was begun and is not there');
      await theMembers.join(org.id, user, person);
      return begun;
    },
    own: ({ user: { id, name, email } }, org) => own(id, { name, email }, org),
    async setPassword(session, current, password, from) {
      const { user } = session;
      refuseWeak(password, user);
      if (user.password && !isRecovering(session, clock.now())) {
        const attempt = { account: user.email, address: from.address };
        await attempts(pool).refuseEarly(attempt);
        const { rows } = await pool.query<{ password: string | null }>(
          `select password from signin_account where user_id = $1 and provider_id = 'credential'`,
          [user.id],
        );
        const kept = rows[0]?.password;
        if (kept == null || current === undefined || !(await passwords.verify({ hash: kept, password: current }))) {
          await attempts(pool).failed(attempt);
          throw refuseSignIn('credentials', {}, ['current']);
        }
      }
      await keepPassword(user.id, password);
      await theSessions.end(user.id, { but: session.id });
      // Rotated: what another may have seen of this session is worth nothing from here on.
      return theSessions.begin(user.id, session.via as Parameters<Sessions['begin']>[1], from);
    },
    async resetFactor(session) {
      if (!isRecovering(session, clock.now())) throw refuseSignIn('stale', {});
      const { id } = session.user;
      await pool.query('delete from signin_two_factor where user_id = $1', [id]);
      await pool.query('delete from signin_passkey where user_id = $1', [id]);
      await pool.query('update signin_user set two_factor_enabled = false where id = $1', [id]);
      await theSessions.end(id, { but: session.id });
    },
    async passkeys(user) {
      const { rows } = await pool.query<{
        id: string;
        name: string | null;
        created_at: number | null;
        backed_up: boolean;
      }>('select id, name, created_at, backed_up from signin_passkey where user_id = $1 order by created_at', [user]);
      return rows.map((row) => ({ id: row.id, name: row.name, createdAt: row.created_at, synced: row.backed_up }));
    },
    async standing(users) {
      const { rows } = await pool.query<{ id: string; sessions: number; used_at: number | null; factor: boolean }>(
        `select u.id, u.two_factor_enabled or exists (select from signin_passkey p where p.user_id = u.id) as factor,
                count(s.id)::int as sessions, max(s.updated_at) as used_at
           from signin_user u left join signin_session s on s.user_id = u.id and s.expires_at > now()
          where u.id = any($1) group by u.id`,
        [users],
      );
      return new Map(rows.map((row) => [row.id, { sessions: row.sessions, usedAt: row.used_at, factor: row.factor }]));
    },
    tokenUse: (org) =>
      database.tenant(org.id, 'read', async (client) => {
        const { rows } = await client.query<{ id: string; used_at: number }>(
          'select id, used_at from token where org = $1 and used_at is not null',
          [org.id],
        );
        return new Map(rows.map((row) => [row.id, row.used_at]));
      }),
    async hasProviders() {
      return (await pool.query('select from signin_domain limit 1')).rowCount === 1;
    },
    async useOnce(text) {
      const identifier = `used ${text}`;
      const { rowCount } = await pool.query(
        `insert into signin_verification (id, identifier, value, expires_at) values ($1, $1, '', now() + interval '5 minutes')
         on conflict (id) do nothing`,
        [identifier],
      );
      return rowCount === 1;
    },
    sendInvitation: (given) => void (send = given),
  };
}

const isRecovering = ({ via, createdAt }: Session, now: number): boolean =>
  via === 'link' && now - createdAt < RECOVERY_MS;

const bodyOf = (person: object): object =>
  Object.fromEntries(
    Object.keys(Person.body.shape).flatMap((field) => {
      const value: unknown = Object.entries(person).find(([key]) => key === field)?.[1];
      return value === undefined ? [] : [[field, value]];
    }),
  );
