import { randomBytes } from 'node:crypto';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { defineRefusals, illFormed, isZone, refuse } from '@countersign/core/kernel/index.ts';
import type { Database } from '../database/pool.ts';
import { invalid } from '../kernel/prepare.ts';
import type { Runner } from '../kernel/runner.ts';
import { makeLogKey } from '../ledger/keys.ts';
import type { InitInput, Organisation, Services } from '../runtime.ts';
import type { Vault } from '../secrets.ts';

export const refuseInit = defineRefusals('init', {
  slug: {
    family: 'invalid',
    says: (p: { slug: string }) => `“${p.slug}” is no slug: small letters, digits and hyphens, at most 63.`,
  },
  taken: { family: 'conflict', says: (p: { slug: string }) => `There is an organisation “${p.slug}” already.` },
  operator: { family: 'forbidden', says: (_: object) => 'Only the operator of the machine begins an organisation.' },
  zone: {
    family: 'invalid',
    says: (p: { zone: string }) => `“${p.zone}” is no IANA time zone, such as Europe/Madrid.`,
  },
  demo: { family: 'invalid', says: (_: object) => 'The sample organisation is not part of this version yet.' },
});

const BEGINS = 'organisation.create';
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

export interface InitParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly runner: Runner;
}

/** Organisations whose log is known to hold something, of each pool: a log never becomes empty again. */
const begun = new WeakMap<Database['pool'], Set<number>>();

/** Those that have begun, by number: a tenant whose `init` was broken off is none yet, and its slug is still free for the same call. */
export async function readOrganisations(database: Database): Promise<readonly Organisation[]> {
  const { rows } = await database.pool.query<Organisation>('select id, slug from organisation order by id');
  const known = begun.get(database.pool) ?? new Set<number>();
  begun.set(database.pool, known);
  for (const { id } of rows) if (!known.has(id) && (await hasBegun(database, id))) known.add(id);
  return rows.filter(({ id }) => known.has(id));
}

const hasBegun = (database: Database, org: number): Promise<boolean> =>
  database.tenant(org, 'read', async (client) => {
    const { rows } = await client.query<{ size: number }>('select size from log where org = $1', [org]);
    return (rows[0]?.size ?? 0) > 0;
  });

/** For the operator of the machine. */
export const init = (parts: InitParts): Services['init'] => {
  const begin = beginOrganisation(parts);
  return async (actor, input) => {
    if (!actor.roles.includes('operator')) throw refuseInit('operator', {});
    return begin(actor, input);
  };
};

/** Who begins an organisation, where that is a person: its first owner. */
export interface Begun {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Begins a tenant: its row, its log and key, then its first entry. Killed in between, the same call goes on. */
export const beginOrganisation =
  ({ database, vault, runner }: InitParts) =>
  async (actor: Actor, input: InitInput, owner?: Begun): ReturnType<Services['init']> => {
    if (input.demo === true) throw refuseInit('demo', {}, ['demo']);
    if (!SLUG.test(input.slug)) throw refuseInit('slug', { slug: input.slug }, ['slug']);
    if (input.timeZone !== undefined && !isZone(input.timeZone))
      throw refuseInit('zone', { zone: input.timeZone }, ['timeZone']);
    const { slug: _slug, demo: _demo, ...given } = input;
    const rest = owner === undefined ? given : { ...given, owner };
    refuseInput(runner, rest);
    const org = await tenantOf(database, input.slug);
    await database.tenant(org.id, 'write', async (client) => {
      await client.query('select id from organisation where id = $1', [org.id]);
      await client.query('insert into log (org) values ($1) on conflict do nothing', [org.id]);
      const { rows } = await client.query<{ size: number }>('select size from log where org = $1 for update', [org.id]);
      if ((rows[0]?.size ?? 0) > 0) throw refuseInit('taken', { slug: input.slug }, ['slug']);
      if ((await vault.get(client, org.id, 'log-key')) === undefined) await makeLogKey(vault, client, org.id);
    });
    const told = await runner.act(org, actor, BEGINS, rest);
    const { controls, requirements } = told.answer as { controls: number; requirements: Record<string, number> };
    return { organisation: org.slug, controls, requirements };
  };

/** What the act itself would refuse, before there is a tenant to refuse it to. */
function refuseInput(runner: Runner, input: object): void {
  const act = runner.product.acts.get(BEGINS);
  if (act === undefined) throw refuse('unknown', { what: 'act', name: BEGINS });
  const why = illFormed(input);
  if (why !== undefined) throw refuse('text', { why });
  const parsed = act.input.safeParse(input);
  if (!parsed.success) throw invalid(BEGINS, parsed.error);
}

async function tenantOf(database: Database, slug: string): Promise<Organisation> {
  const origin = `countersign.dev/log/${randomBytes(8).toString('hex')}`;
  await database.pool.query('insert into organisation (slug, origin) values ($1, $2) on conflict (slug) do nothing', [
    slug,
    origin,
  ]);
  const { rows } = await database.pool.query<Organisation>('select id, slug from organisation where slug = $1', [slug]);
  const org = rows[0];
  if (org === undefined) throw new Error('The organisation was not made');
  return org;
}
