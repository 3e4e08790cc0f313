import { hash, randomBytes } from 'node:crypto';
import type { Actor, Stored } from '@countersign/core/kernel/index.ts';
import { dayOf, parseInstant, refuse } from '@countersign/core/kernel/index.ts';
import { Person, Token } from '@countersign/core/people/index.ts';
import type { Clock } from '../clock.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation, Services } from '../runtime.ts';
import { forgetRemoved } from '../secrets.ts';

/** `cs_` + organisation's number + 32 random bytes: the text names its tenant, so that no token is looked up outside one. */
const TOKEN = /^cs_([1-9][0-9]{0,8})_([A-Za-z0-9_-]{43})$/;

export interface TokenParts {
  readonly runner: Runner;
  readonly tenants: Tenants;
  readonly clock: Clock;
  organisation(id: number): Promise<Organisation | undefined>;
}

const digestOf = (token: string): Buffer => hash('sha256', token, 'buffer');

const NOTED_EVERY_MS = 3600_000;

function refuseUnknownActs(runner: Runner, acts: readonly string[]): void {
  for (const name of acts)
    if (runner.product.acts.get(name)?.internal !== false) throw refuse('unknown', { what: 'act', name });
}

export function tokens({
  runner,
  tenants,
  clock,
  organisation,
}: TokenParts): Pick<Services, 'createToken' | 'authenticate'> {
  const noted = new Map<string, number>();
  /** To the hour, outside the log: a write for each request would cost more than it tells. */
  const noteUse = async (org: number, id: string): Promise<void> => {
    const now = clock.now();
    if ((noted.get(`${org}/${id}`) ?? -Infinity) > now - NOTED_EVERY_MS) return;
    noted.set(`${org}/${id}`, now);
    await tenants.tenant(org, 'write', (client) =>
      client.query(
        `update token set used_at = to_timestamp($3::double precision / 1000)
          where org = $1 and id = $2 and (used_at is null or used_at < to_timestamp($3::double precision / 1000) - interval '1 hour')`,
        [org, id, now],
      ),
    );
  };
  return {
    async createToken(org, actor, input) {
      if (input.acts !== undefined) refuseUnknownActs(runner, input.acts);
      if (input.source !== undefined) await runner.get(org, actor, 'source', input.source);
      const id = `t-${randomBytes(8).toString('hex')}`;
      const token = `cs_${org.id}_${randomBytes(32).toString('base64url')}`;
      await runner.act(org, actor, 'token.create', { id, ...input });
      // Were we to stop here, the record would name a token that nobody can present.
      await tenants.tenant(org.id, 'write', async (client) => {
        await client.query('insert into token (org, id, digest) values ($1, $2, $3)', [org.id, id, digestOf(token)]);
        await forgetRemoved(client, org.id);
      });
      return { token, id, expires: input.expires ?? null };
    },
    async authenticate(token) {
      const [, number] = TOKEN.exec(token) ?? [];
      const org = number === undefined ? undefined : await organisation(Number(number));
      if (org === undefined) return undefined;
      const id = await tenants.tenant(org.id, 'read', async (client) => {
        const { rows } = await client.query<{ id: string }>('select id from token where org = $1 and digest = $2', [
          org.id,
          digestOf(token),
        ]);
        return rows[0]?.id;
      });
      if (id === undefined) return undefined;
      const found = await runner.reading(org, {}, [Token, Person], async ({ snapshot, asOf, position, zone }) => {
        const record = shelfOf(snapshot, Token, { asOf, position }).find(id);
        if (record === undefined) return 'revoked';
        if (record.expires !== undefined && (parseInstant(record.expires) ?? -Infinity) <= clock.now())
          return undefined;
        const actor =
          record.for === undefined
            ? { id: `token:${id}`, roles: ['operator'] as const }
            : personActor(
                shelfOf(snapshot, Person, { asOf, position }).find(record.for),
                record.for,
                dayOf(zone, clock.now()),
              );
        const { scope, acts, source } = record;
        const limits = acts === undefined && source === undefined ? {} : { only: { acts, source } };
        return actor === undefined ? undefined : { organisation: org, actor, scope, ...limits };
      });
      if (found !== 'revoked') {
        if (found !== undefined) await noteUse(org.id, id);
        return found;
      }
      await tenants.tenant(org.id, 'write', (client) => forgetRemoved(client, org.id));
      return undefined;
    },
  };
}

/** A person acts from the first day to the last one, and not as a record that is gone. */
export function personActor(person: Stored<typeof Person> | undefined, id: string, today: string): Actor | undefined {
  if (person === undefined) return undefined;
  const { roles, startsOn, leavesOn } = person;
  if ((startsOn !== undefined && today < startsOn) || (leavesOn !== undefined && today > leavesOn)) return undefined;
  return { id, roles };
}
