import type { ItemsQuestion, ListedItem } from '@countersign/core/check/items.ts';
import type { Track } from '@countersign/core/check/coverage.ts';
import type pg from 'pg';
import { FAIL } from '../judge/expression.ts';
import { governs, observedBy } from './counts.ts';
import { shownAt } from './layers.ts';

interface Row {
  readonly source: string;
  readonly item: string;
  readonly outcome: number;
  readonly at: number | null;
  readonly why: string;
  readonly check_version: number;
  readonly judged_index: number | null;
}

const COLUMNS = 'source, item, outcome, at, why, check_version, judged_index';

/** Answers the feed `listed-items` from the verdicts: only what fails or is unknown is written there. */
export async function listedItems(
  client: pg.ClientBase,
  org: number,
  position: number,
  question: ItemsQuestion,
  tracks: ReadonlyMap<string, readonly Track[]>,
): Promise<{ readonly items: readonly ListedItem[]; readonly total: number; readonly fails: number }> {
  const all =
    question.mode === 'events'
      ? await events(client, org, position, question, tracks)
      : await states(client, org, position, question);
  const wanted = question.search?.toLowerCase();
  const found =
    wanted === undefined
      ? all
      : all.filter(({ item, why }) => item.toLowerCase().includes(wanted) || why.toLowerCase().includes(wanted));
  const offset = question.offset ?? 0;
  const items = found.slice(offset, offset + question.limit).map(({ source, item, outcome, at, why }): ListedItem => ({
    source,
    item,
    outcome: outcome === FAIL ? 'fail' : 'unknown',
    at,
    why,
  }));
  return { items, total: found.length, fails: found.filter(({ outcome }) => outcome === FAIL).length };
}

async function events(
  client: pg.ClientBase,
  org: number,
  position: number,
  question: Extract<ItemsQuestion, { mode: 'events' }>,
  tracks: ReadonlyMap<string, readonly Track[]>,
): Promise<readonly Row[]> {
  const { rows } = await client.query<Row>(
    `select ${COLUMNS} from verdict where org = $1 and check_id = $2 and from_index < $3 and (until_index is null or until_index >= $3) and ${shownAt('verdict', '$3')}
       and at < to_timestamp($4::double precision / 1000) order by at desc, item`,
    [org, question.check, position, question.before],
  );
  const observedAt = observedBy(tracks.get(question.dataset) ?? []);
  return rows.filter((row) =>
    governs(
      question.versions,
      row.check_version,
      row.judged_index === null ? undefined : (observedAt(row.judged_index) ?? Number.NaN),
    ),
  );
}

async function states(
  client: pg.ClientBase,
  org: number,
  position: number,
  question: Extract<ItemsQuestion, { mode: 'state' }>,
): Promise<readonly Row[]> {
  const { rows } = await client.query<Row>(
    `select ${COLUMNS} from verdict v join unnest($3::text[], $4::int[], $5::bigint[]) as c (c_source, c_version, c_index)
       on v.source = c.c_source and v.check_version = c.c_version and v.from_index <= c.c_index and (v.until_index is null or v.until_index > c.c_index)
     where v.org = $1 and v.check_id = $2 and ${shownAt('v', '$6::bigint')} order by outcome, source, item`,
    [
      org,
      question.check,
      question.collections.map((c) => c.source),
      question.collections.map((c) => c.version),
      question.collections.map((c) => c.index),
      position,
    ],
  );
  return rows;
}
