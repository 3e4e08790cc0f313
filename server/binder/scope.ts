import type { Effectiveness } from '@countersign/core/effectiveness/index.ts';
import type { FrameworkId } from '@countersign/core/framework/index.ts';
import type pg from 'pg';
import type { z } from 'zod';
import { batches } from '../observe/batches.ts';
import type { Period, Scope, Versioned } from './shown.ts';
import { SHOWN_KINDS, touchesPeriod, withheldFor } from './shown.ts';
import { refuseBinder } from './period.ts';
import type { Recorded } from './versions.ts';
import { versionsOf } from './versions.ts';

export type Answer = z.output<typeof Effectiveness>;

const DATASET = /^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/;
export const FACTS = 'facts';

/** Refuses a name that would withhold nothing: who mistypes it would hand out what they meant to keep. */
export function refuseUnknownHides(hides: readonly string[]): void {
  for (const [i, name] of hides.entries())
    if (name !== FACTS && !DATASET.test(name) && !SHOWN_KINDS.includes(name))
      throw refuseBinder('hides', { name }, ['hides', i]);
}

/** A piece of evidence that a binder holds, as it last was. */
export interface Filed {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
  readonly controls: readonly string[];
  readonly state: string;
  readonly recordedAt: number;
  /** The entry that filed it. */
  readonly entry: number;
  readonly observedAt: string | undefined;
  readonly validUntil: string | undefined;
  /** Whether its bytes are kept. */
  readonly there: boolean;
}

/** All that one source delivered of one dataset, as far as a binder shows it. */
export interface Collected {
  readonly source: string;
  readonly dataset: string;
  readonly mode: string;
  collections: number;
  incomplete: number;
  items: number;
  first: number;
  last: number;
  firstEntry: number;
  lastEntry: number;
}

/** Some control of a company, by the last version of it that touches the period. */
export interface ControlLine {
  readonly id: string;
  readonly title: string;
  readonly frequency: string;
}

export interface Found {
  readonly scope: Scope;
  readonly controls: readonly ControlLine[];
  readonly evidence: readonly Filed[];
  readonly collected: readonly Collected[];
  /** Datasets by the id of a check that judges them. */
  readonly checks: ReadonlyMap<string, string>;
}

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** The ids of controls that touch the period, all of them or those that answer a framework. */
export async function controlsOf(
  client: pg.ClientBase,
  org: number,
  size: number,
  period: Period,
  framework: FrameworkId | undefined,
): Promise<readonly ControlLine[]> {
  const scope = bare(period, framework, new Set());
  const found: ControlLine[] = [];
  for await (const versions of versionsOf(client, org, size, 'control')) {
    const shown = versions.filter((version) => withheldFor(version, scope) === undefined);
    const last = shown.at(-1);
    if (last === undefined || (framework !== undefined && !shown.some((version) => answers(version, framework))))
      continue;
    const { title, frequency } = last.body;
    found.push({ id: last.id, title: String(title), frequency: String(frequency) });
  }
  return found;
}

const bare = (period: Period, framework: FrameworkId | undefined, hides: ReadonlySet<string>): Scope => ({
  ...{ period, framework, hides, controls: undefined },
  ...{ evidence: new Set<string>(), counted: new Set<string>(), collections: new Set<number>() },
});

function answers({ body }: Versioned, framework: FrameworkId): boolean {
  const all = body['answers'];
  return typeof all === 'object' && all !== null && textsIn((all as Record<string, unknown>)[framework]).length > 0;
}

export interface Looking {
  readonly client: pg.ClientBase;
  readonly org: number;
  readonly size: number;
  readonly period: Period;
  readonly framework: FrameworkId | undefined;
  readonly hides: readonly string[];
  readonly controls: readonly ControlLine[];
  readonly effectiveness: Answer;
  readonly signal: AbortSignal;
}

/** The dataset of each check that is shown, by the check’s id. */
export async function checksOf(
  { client, org, size }: Pick<Looking, 'client' | 'org' | 'size'>,
  scope: Scope,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const versions of versionsOf(client, org, size, 'check'))
    for (const version of versions)
      if (withheldFor(version, { ...scope, hides: new Set() }) === undefined)
        found.set(version.id, word(version.body['dataset']) ?? '');
  return found;
}

/** What of the log touches the period: evidence and collections by name, the rest by rule. Memory grows with these, not with records or facts. */
export async function lookFor(looking: Looking): Promise<Found> {
  const { client, org, size, period, framework, controls, effectiveness, signal } = looking;
  const hides = new Set(looking.hides);
  const counted = new Set(
    effectiveness.controls.flatMap(({ control, occurrences }) =>
      occurrences.flatMap(({ performedAt }) => (performedAt === undefined ? [] : [`${control}\n${performedAt}`])),
    ),
  );
  const of = framework === undefined ? undefined : new Set(controls.map(({ id }) => id));
  const scope: Scope = { ...bare(period, framework, hides), controls: of, counted };

  const used = new Set<string>();
  for await (const versions of versionsOf(client, org, size, 'performance')) {
    signal.throwIfAborted();
    for (const version of versions)
      // Hidden or not: what a performance of the period names was used in it.
      if (withheldFor(version, { ...scope, hides: new Set() }) === undefined)
        for (const id of textsIn(version.body['evidence'])) used.add(id);
  }
  const evidence = hides.has('evidence') ? [] : await evidenceIn(looking, scope, used);
  const checks = await checksOf(looking, scope);
  const datasets = of === undefined ? undefined : new Set(checks.values());
  const { collections, collected } = await collectionsIn(looking, datasets);
  return {
    scope: { ...scope, evidence: new Set(evidence.map(({ id }) => id)), collections },
    ...{ controls, evidence, collected, checks },
  };
}

async function evidenceIn(
  { client, org, size, signal }: Looking,
  scope: Scope,
  used: ReadonlySet<string>,
): Promise<readonly Filed[]> {
  const found: Filed[] = [];
  for await (const versions of versionsOf(client, org, size, 'evidence')) {
    signal.throwIfAborted();
    if (!touchesPeriod(versions, scope, used)) continue;
    const [first] = versions;
    const last = versions.at(-1);
    if (first === undefined || last === undefined) continue;
    found.push(filedOf(first, last));
  }
  return withBytes(client, org, found);
}

const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const filedOf = ({ entry, recordedAt }: Recorded, { id, body }: Recorded): Filed => ({
  ...{ id, entry, recordedAt, there: false },
  name: word(body['name']) ?? id,
  digest: word(body['digest']) ?? '',
  bytes: typeof body['bytes'] === 'number' ? body['bytes'] : 0,
  controls: textsIn(body['controls']),
  state: word(body['state']) ?? 'submitted',
  observedAt: word(body['observedAt']),
  validUntil: word(body['validUntil']),
});

const AT_ONCE = 1000;

/** Which of their bytes are kept: those of erased evidence are not. */
async function withBytes(client: pg.ClientBase, org: number, filed: readonly Filed[]): Promise<readonly Filed[]> {
  const kept = new Set<string>();
  for (let at = 0; at < filed.length; at += AT_ONCE) {
    const { rows } = await client.query<{ digest: Buffer }>(
      'select digest from blob where org = $1 and digest = any($2)',
      [org, filed.slice(at, at + AT_ONCE).map(({ digest }) => Buffer.from(digest, 'hex'))],
    );
    for (const { digest } of rows) kept.add(digest.toString('hex'));
  }
  return filed.map((one) => ({ ...one, there: kept.has(one.digest) }));
}

interface CollectionRow {
  readonly log_index: number;
  readonly source: string;
  readonly dataset: string;
  readonly mode: string;
  readonly status: string;
  readonly observed_at: number;
  readonly items: number;
}

/**
 * Collections that speak of the period: observed in it, events that overlap it, and of each source’s states the last before it, which speaks until
 * the first one in it.
 */
async function collectionsIn(
  { client, org, size, period, hides, signal }: Looking,
  datasets: ReadonlySet<string> | undefined,
) {
  const collections = new Set<number>();
  const collected = new Map<string, Collected>();
  if (hides.includes(FACTS)) return { collections, collected: [] };
  for await (const rows of batches<CollectionRow>(
    client,
    `select c.log_index, c.source, c.dataset, c.mode, c.status, c.observed_at, c.items from collection c
     where c.org = $1 and c.log_index < $2 and (
       (c.observed_at >= to_timestamp($3::double precision / 1000) and c.observed_at < to_timestamp($4::double precision / 1000))
       or (c.mode = 'events' and c.from_at < to_timestamp($4::double precision / 1000) and c.to_at > to_timestamp($3::double precision / 1000))
       or (c.mode = 'state' and c.log_index = (select l.log_index from collection l
         where l.org = c.org and l.source = c.source and l.dataset = c.dataset and l.log_index < $2 and l.status = 'complete'
           and l.observed_at < to_timestamp($3::double precision / 1000) order by l.observed_at desc, l.log_index desc limit 1)))
     order by c.log_index`,
    [org, size, period.start, period.end],
    1000,
  )) {
    signal.throwIfAborted();
    for (const row of rows) {
      const { source, dataset, mode, observed_at } = row;
      if (hides.includes(dataset) || datasets?.has(dataset) === false) continue;
      collections.add(row.log_index);
      const key = `${source}\n${dataset}\n${mode}`;
      const known = collected.get(key) ?? {
        ...{ source, dataset, mode, collections: 0, incomplete: 0, items: 0 },
        ...{ first: observed_at, last: observed_at, firstEntry: row.log_index, lastEntry: row.log_index },
      };
      known.collections += 1;
      known.incomplete += row.status === 'complete' ? 0 : 1;
      known.items += row.items;
      known.first = Math.min(known.first, observed_at);
      known.last = Math.max(known.last, observed_at);
      known.lastEntry = row.log_index;
      collected.set(key, known);
    }
  }
  const inOrder = [...collected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  return { collections, collected: inOrder };
}
