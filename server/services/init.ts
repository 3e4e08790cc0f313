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
  unfinished: {
    family: 'conflict',
    says: (p: { slug: string }) =>
      `“${p.slug}” is a sample organisation that is not finished: the same call with --demo goes on with it.`,
  },
  sample: {
    family: 'conflict',
    says: (p: { slug: string }) =>
      `“${p.slug}” is no sample organisation and does not become one. Choose another slug.`,
  },
});

const BEGINS = 'organisation.create';
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

export interface InitParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly runner: Runner;
}

/** The log of a sample organisation has an origin of its own kind, so that no checkpoint of one is taken for a real company's. */
export const REAL_ORIGIN = 'countersign.dev/log/';
export const SAMPLE_ORIGIN = 'countersign.dev/sample/';

/** The Idempotency-Key of the last entry of a sample's invented history. Until it is there, the organisation is shown to nobody. */
export const SAMPLE_ENDS = '5a3b1e00-0000-4000-8000-000000000001';

/** Organisations that are known to have begun, of each pool: a log never becomes empty again. */
const begun = new WeakMap<Database['pool'], Set<number>>();

const rowsOf = async (database: Database): Promise<readonly Organisation[]> =>
  (
    await database.pool.query<Organisation>(
      'select id, slug, starts_with(origin, $1) as sample from organisation order by id',
      [SAMPLE_ORIGIN],
    )
  ).rows;

/**
 * Those that have begun, by number: a tenant whose `init` was broken off is none yet, and its slug is still free for the same call. A sample
 * has begun when its story is told: whoever acted in it before would be in the middle of it.
 */
export async function readOrganisations(database: Database): Promise<readonly Organisation[]> {
  const rows = await rowsOf(database);
  const known = begun.get(database.pool) ?? new Set<number>();
  begun.set(database.pool, known);
  for (const org of rows) if (!known.has(org.id) && (await hasBegun(database, org))) known.add(org.id);
  return rows.filter(({ id }) => known.has(id));
}

/** Samples of which only a part is there. */
export async function readUnfinished(database: Database): Promise<readonly Organisation[]> {
  const there = await readOrganisations(database);
  return (await rowsOf(database)).filter(({ id, sample }) => sample === true && !there.some((org) => org.id === id));
}

const hasBegun = (database: Database, { id, sample }: Organisation): Promise<boolean> =>
  database.tenant(id, 'read', async (client) => {
    const { rows } = await client.query<{ begun: boolean }>(
      sample === true
        ? 'select exists (select from log_entry where org = $1 and request = $2) as begun'
        : 'select size > 0 as begun from log where org = $1',
      sample === true ? [id, SAMPLE_ENDS] : [id],
    );
    return rows[0]?.begun === true;
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

/**
 * Begins a tenant: its row, its log and key, then its first entry. Killed in between, the same call goes on.
 *
 * @param sample whether its history will be invented
 */
export const beginOrganisation =
  ({ database, vault, runner }: InitParts, sample = false) =>
  async (actor: Actor, input: InitInput, owner?: Begun): ReturnType<Services['init']> => {
    if (!SLUG.test(input.slug)) throw refuseInit('slug', { slug: input.slug }, ['slug']);
    if (input.timeZone !== undefined && !isZone(input.timeZone))
      throw refuseInit('zone', { zone: input.timeZone }, ['timeZone']);
    const { slug: _slug, demo: _demo, ...given } = input;
    const rest = { ...given, ...(owner === undefined ? {} : { owner }), ...(sample ? { sample } : {}) };
    refuseInput(runner, rest);
    const org = await tenantOf(database, input.slug, sample);
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

async function tenantOf(database: Database, slug: string, sample: boolean): Promise<Organisation> {
  const origin = `${sample ? SAMPLE_ORIGIN : REAL_ORIGIN}${randomBytes(8).toString('hex')}`;
  await database.pool.query('insert into organisation (slug, origin) values ($1, $2) on conflict (slug) do nothing', [
    slug,
    origin,
  ]);
  const org = (await rowsOf(database)).find((row) => row.slug === slug);
  if (org === undefined) throw new Error('The organisation was not made');
  if (org.sample === sample) return org;
  // What is there was begun as the other kind, and stays that.
  if (sample) throw refuseInit('sample', { slug }, ['slug']);
  const isFinished = (await readOrganisations(database)).some(({ id }) => id === org.id);
  throw refuseInit(isFinished ? 'taken' : 'unfinished', { slug }, ['slug']);
}
