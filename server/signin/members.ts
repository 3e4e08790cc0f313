import type { Actor, Role } from '@countersign/core/kernel/index.ts';
import { dayOf } from '@countersign/core/kernel/index.ts';
import { Organisation as OrganisationRecord } from '@countersign/core/organisation/index.ts';
import { Person } from '@countersign/core/people/index.ts';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation } from '../runtime.ts';
import { SAMPLE_ORIGIN } from '../services/init.ts';
import { personActor } from '../services/tokens.ts';
import type { Session } from './sessions.ts';

/** A user as a person of one organisation. */
export interface Member {
  readonly organisation: Organisation;
  readonly name: string;
  readonly sample: boolean;
  readonly actor: Actor;
  readonly person: { readonly id: string; readonly name: string };
  readonly since: number;
}

export interface Members {
  /** The person that a user is in an organisation today, or undefined: not theirs, no such organisation, not begun, left. */
  of(session: Session, organisation: Organisation): Promise<Member | undefined>;
  /** Every organisation in which the user is somebody today. */
  all(session: Session): Promise<readonly Member[]>;
  /** What an organisation calls itself, and who of it an id is. */
  named(
    organisation: Organisation,
    person: string,
  ): Promise<{
    readonly about: { readonly name: string; readonly sample: boolean };
    readonly person: { readonly id: string; readonly name: string } | undefined;
  }>;
  join(org: number, user: string, person: string): Promise<void>;
  /** The user who is this person, if any. */
  userOf(org: number, person: string): Promise<string | undefined>;
  /** The users of an organisation, by person. */
  users(org: number): Promise<ReadonlyMap<string, string>>;
}

export interface MembersParts {
  readonly pool: pg.Pool;
  readonly tenants: Tenants;
  readonly runner: Runner;
  readonly clock: Clock;
  organisations(): Promise<readonly Organisation[]>;
}

export function members({ pool, tenants, runner, clock, organisations }: MembersParts): Members {
  const of: Members['of'] = (session, organisation) =>
    // Whoever was let in by an organisation’s identity provider is in that organisation only: no other trusts it.
    isLimitedToAnother(session, organisation)
      ? Promise.resolve(undefined)
      : runner.reading(organisation, {}, [Person], async ({ client, snapshot, asOf, position, zone }) => {
          const { rows } = await client.query<{ person: string; since: number }>(
            'select person, since from membership where org = $1 and user_id = $2',
            [organisation.id, session.user.id],
          );
          const row = rows[0];
          if (row === undefined) return undefined;
          const person = shelfOf(snapshot, Person, { asOf, position }).find(row.person);
          const actor = personActor(person, row.person, dayOf(zone, clock.now()));
          if (actor === undefined || person === undefined) return undefined;
          const self = shelfOf(snapshot, OrganisationRecord, { asOf, position }).find('organisation');
          return {
            organisation,
            name: self?.name ?? organisation.slug,
            sample: isSample(self),
            actor,
            person: { id: person.id, name: person.name },
            since: row.since,
          };
        });

  return {
    of,
    async all(session) {
      const mine = await orgsOf(pool, session.user.id);
      const there = (await organisations()).filter(({ id }) => mine.has(id));
      const found = await Promise.all(there.map((organisation) => of(session, organisation)));
      return found.filter((member) => member !== undefined);
    },
    named: (organisation, id) =>
      runner.reading(organisation, {}, [Person], async ({ snapshot, asOf, position }) => {
        const self = shelfOf(snapshot, OrganisationRecord, { asOf, position }).find('organisation');
        const person = shelfOf(snapshot, Person, { asOf, position }).find(id);
        return {
          about: { name: self?.name ?? organisation.slug, sample: isSample(self) },
          person: person === undefined ? undefined : { id: person.id, name: person.name },
        };
      }),
    join: (org, user, person) =>
      tenants.tenant(org, 'write', async (client) => {
        // A person is one user: who was it before, as after a lost account, is it no more.
        await client.query('delete from membership where org = $1 and (person = $2 or user_id = $3)', [
          org,
          person,
          user,
        ]);
        await client.query(
          'insert into membership (org, user_id, person, since) values ($1, $2, $3, to_timestamp($4::double precision / 1000))',
          [org, user, person, clock.now()],
        );
        // A sample is no beginning: who has one may still begin an organisation of their own.
        await client.query(
          `update signin_user set begins = false
           where id = $1 and not exists (select from organisation where id = $2 and starts_with(origin, $3))`,
          [user, org, SAMPLE_ORIGIN],
        );
      }),
    userOf: (org, person) =>
      tenants.tenant(org, 'read', async (client) => {
        const { rows } = await client.query<{ user_id: string }>(
          'select user_id from membership where org = $1 and person = $2',
          [org, person],
        );
        return rows[0]?.user_id;
      }),
    users: (org) =>
      tenants.tenant(org, 'read', async (client) => {
        const { rows } = await client.query<{ person: string; user_id: string }>(
          'select person, user_id from membership where org = $1',
          [org],
        );
        return new Map(rows.map(({ person, user_id: user }) => [person, user]));
      }),
  };
}

const isLimitedToAnother = ({ via }: Session, { id }: Organisation): boolean =>
  via.startsWith('sso:') && !via.startsWith(`sso:${id}.`);

const isSample = (self: object | undefined): boolean => self !== undefined && 'sample' in self && self.sample === true;

/** A user’s own rows of all organisations: the one read past app.org, by the policy `own`. */
async function orgsOf(pool: pg.Pool, user: string): Promise<ReadonlySet<number>> {
  const client = await pool.connect();
  let broken = false;
  const lose = (): void => void (broken = true);
  client.on('error', lose);
  try {
    await client.query(`begin read only; set local app.org = '0'`);
    await client.query(`select set_config('app.user', $1, true)`, [user]);
    const { rows } = await client.query<{ org: number }>('select org from membership where user_id = $1', [user]);
    await client.query('commit');
    return new Set(rows.map(({ org }) => org));
  } catch (error) {
    await client.query('rollback').catch(lose);
    throw error;
  } finally {
    client.off('error', lose);
    client.release(broken);
  }
}

/** Owners alone must show a second factor: an owner’s account opens everything. */
export const needsFactor = (roles: readonly Role[]): boolean => roles.includes('owner');

/** Days an owner who has no second factor yet may work before only setting one up is left. */
const GRACE_MS = 7 * 24 * 3600_000;

/** What an owner still owes, if anything: until when, and whether that is past. */
export function owedFactor(
  session: Session,
  member: Member,
  now: number,
): { readonly by: number; readonly held: boolean } | undefined {
  if (!needsFactor(member.actor.roles) || isStrong(session.via)) return undefined;
  const enrolled = session.user.twoFactor || session.user.passkeys > 0;
  // With a factor there is no grace: signing in without it is what a thief of the password would do.
  const by = enrolled ? 0 : member.since + GRACE_MS;
  return { by, held: by <= now };
}

const isStrong = (via: string): boolean => ['passkey', 'totp', 'backup-code'].includes(via) || via.startsWith('sso:');
