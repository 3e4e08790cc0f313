import { FRAMEWORK_IDS, FRAMEWORKS } from '@countersign/core/framework/catalog.ts';
import type { Actor, DateText, Instant } from '@countersign/core/kernel/index.ts';
import { addDays, dayOf, defineRefusals, isZone } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import type { Engine } from '../engine.ts';
import type { Organisation, SampleInput, Services } from '../runtime.ts';
import type { Vault } from '../secrets.ts';
import { beginOrganisation, readUnfinished, refuseInit, SAMPLE_ENDS } from '../services/init.ts';
import { BEGINS_HOUR, daysUntil, LENGTH_DAYS } from './days.ts';
import { storyUntil } from './story/story.ts';
import type { StoryClock } from './tell.ts';
import { collectionKey, storyClock, tell } from './tell.ts';

export const refuseSample = defineRefusals('sample', {
  underway: {
    family: 'conflict',
    says: (_: object) => 'A sample is being filled by another call: one at a time. Ask again in a minute.',
  },
  one: { family: 'conflict', says: (p: { slug: string }) => `You have a sample organisation: “${p.slug}”.` },
  who: {
    family: 'forbidden',
    says: (_: object) => 'A sample is filled for who owns an organisation, or may begin one.',
  },
});

export interface SampleParts {
  readonly database: Database;
  readonly vault: Vault;
  /** What time it is; the story has a clock of its own. */
  readonly clock: Clock;
  /** The whole product once more, on the same database, with the story's clock. */
  engineAt(clock: StoryClock): Promise<Engine>;
}

const LOCK = 4300_0023;
const DEFAULT_ZONE = 'Europe/Madrid';
const CATEGORIES = ['security', 'availability', 'confidentiality'];
/** In front of the name while only a part of the story is there. */
const UNFINISHED = 'Unfinished sample: ';

/**
 * Fills a sample organisation. Its history goes through the doors that a real one goes through, with a clock that stands where the story is, so
 * its log, its rows and its judgements are what the product would have made of it. It is shown once all of it is there.
 */
export const sample =
  (parts: SampleParts): Services['sample'] =>
  async (actor, input, progress, signal) => {
    if (!actor.roles.includes('operator')) throw refuseInit('operator', {});
    const clock = storyClock();
    const engine = await parts.engineAt(clock);
    try {
      return await alone(parts.database, async () => {
        const { org, begun } = await begin(parts, engine, clock, actor, input);
        const { zone, ends } = await whereAndWhen(parts, engine, org, actor);
        await tell({
          engine,
          clock,
          org,
          story: storyUntil(ends, zone),
          until: parts.clock.now(),
          collected: await collectedIn(parts.database, org),
          progress,
          signal,
        });
        clock.set(parts.clock.now());
        await engine.runtime.view(org, actor, 'status', { framework: 'soc2' });
        const organisation = {
          kind: 'organisation',
          id: 'organisation',
          name: input.name,
          timeZone: zone,
          sample: true,
        };
        await engine.runtime.act(
          org,
          actor,
          'records.apply',
          { records: [organisation] },
          { idempotencyKey: SAMPLE_ENDS },
        );
        return begun;
      });
    } finally {
      await engine.close();
    }
  };

type Begun = Awaited<ReturnType<Services['init']>>;

/** One call at a time, whichever process it came to: it takes what a machine has. */
async function alone<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>(`select pg_try_advisory_lock(${LOCK}) as mine`);
    if (rows[0]?.mine !== true) throw refuseSample('underway', {});
    try {
      return await work();
    } finally {
      await client.query(`select pg_advisory_unlock(${LOCK})`);
    }
  } finally {
    client.release();
  }
}

async function begin(
  { database, vault, clock: wall }: SampleParts,
  engine: Engine,
  clock: StoryClock,
  actor: Actor,
  { name, slug, timeZone = DEFAULT_ZONE }: SampleInput,
): Promise<{ readonly org: Organisation; readonly begun: Begun }> {
  const left = await unfinished(database, slug);
  if (left !== undefined && (await firstEntry(database, left)) !== undefined)
    return { org: left, begun: await sizeOf(engine, left, actor) };
  // Another zone is refused by `init`, whatever the clock says.
  const zone = isZone(timeZone) ? timeZone : DEFAULT_ZONE;
  clock.set(daysUntil(dayOf(zone, wall.now()), zone, new Set()).at(0, BEGINS_HOUR));
  const given = { name: `${UNFINISHED}${name}`, slug, timeZone, categories: CATEGORIES };
  const begun = await beginOrganisation({ database, vault, runner: engine.runtime }, true)(actor, given);
  const org = await unfinished(database, slug);
  if (org === undefined) throw new Error('The organisation was not made');
  return { org, begun };
}

const unfinished = async (database: Database, slug: string): Promise<Organisation | undefined> =>
  (await readUnfinished(database)).find((org) => org.slug === slug);

const firstEntry = (database: Database, org: Organisation): Promise<Instant | undefined> =>
  database.tenant(org.id, 'read', async (client) => {
    const { rows } = await client.query<{ recorded_at: number }>(
      'select recorded_at from log_entry where org = $1 and index = 0',
      [org.id],
    );
    return rows[0]?.recorded_at;
  });

/** What `init` would have answered, of an organisation that an earlier call has begun. */
async function sizeOf(engine: Engine, org: Organisation, actor: Actor): Promise<Begun> {
  const { total } = await engine.runtime.list(org, actor, 'control', { limit: 1 });
  const { items } = await engine.runtime.list(org, actor, 'programme');
  const adopted = Programmes.parse(items).map(({ framework }) => framework);
  return {
    organisation: org.slug,
    controls: total,
    requirements: Object.fromEntries(adopted.map((id) => [id, FRAMEWORKS[id].requirements.length])),
  };
}

const Programmes = z.array(z.looseObject({ framework: z.enum(FRAMEWORK_IDS) }));
const Zoned = z.looseObject({ timeZone: z.string() });

/** The zone it was begun in, and the day on which its story ends: it stays the story that was begun, also if it is gone on with later. */
async function whereAndWhen(
  { database }: SampleParts,
  engine: Engine,
  org: Organisation,
  actor: Actor,
): Promise<{ readonly zone: string; readonly ends: DateText }> {
  const { timeZone: zone } = Zoned.parse(await engine.runtime.get(org, actor, 'organisation', 'organisation'));
  const first = await firstEntry(database, org);
  if (first === undefined) throw new Error('The organisation was not begun');
  return { zone, ends: addDays(dayOf(zone, first), LENGTH_DAYS) };
}

const collectedIn = (database: Database, org: Organisation): Promise<ReadonlySet<string>> =>
  database.tenant(org.id, 'read', async (client) => {
    const { rows } = await client.query<{ source: string; dataset: string; observed_at: number }>(
      'select source, dataset, observed_at from collection where org = $1',
      [org.id],
    );
    return new Set(rows.map((row) => collectionKey(row.source, row.dataset, row.observed_at)));
  });
