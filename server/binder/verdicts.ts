import { printInstant } from '@countersign/core/kernel/index.ts';
import { canonicalText } from '@countersign/ledger/index.ts';
import type { Json } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import { FAIL, NOT_APPLICABLE, OUT_OF_SCOPE, PASS, UNKNOWN } from '../judge/expression.ts';
import { batches } from '../observe/batches.ts';
import type { Found } from './scope.ts';

const WORDS: Readonly<Record<number, string>> = {
  [PASS]: 'pass',
  [FAIL]: 'fail',
  [UNKNOWN]: 'unknown',
  [NOT_APPLICABLE]: 'not-applicable',
  [OUT_OF_SCOPE]: 'out-of-scope',
};

/** In words; what is none of them is unknown, never a pass. */
const wordOf = (outcome: number): string => WORDS[outcome] ?? 'unknown';

interface VerdictRow {
  readonly check_id: string;
  readonly check_version: number;
  readonly source: string;
  readonly item: string;
  readonly from_index: number;
  readonly until_index: number | null;
  readonly outcome: number;
  readonly at: number | null;
  readonly judged_index: number | null;
  readonly why: string;
}

interface StepRow {
  readonly check_id: string;
  readonly check_version: number;
  readonly source: string;
  readonly observed_at: number;
  readonly log_index: number;
  readonly outcome: number;
}

interface Asked {
  readonly client: pg.ClientBase;
  readonly org: number;
  readonly size: number;
  readonly found: Found;
}

/** Collections of the check’s dataset that are shown: the first and the last entry, or undefined where none is. */
const shownOf = ({ checks, collected }: Found, check: string, source: string) =>
  collected.find((one) => one.source === source && one.dataset === checks.get(check));

/**
 * What checks said of the facts that are shown, as of `size` entries: a line for each item that failed or was unknown, from which entry until which, then
 * one for each collection from which a check’s outcome was another. What holds of an item that has no line passed, or the check did not apply to it.
 */
export async function* verdictLines({ client, org, size, found }: Asked): AsyncGenerator<string> {
  const checks = [...found.checks.keys()];
  for await (const rows of batches<VerdictRow>(
    client,
    `select check_id, check_version, source, item, from_index, until_index, outcome, at, judged_index, why from verdict
     where org = $1 and from_index < $2 and check_id = any($3)
     order by check_id collate "C", check_version, source collate "C", item collate "C", from_index`,
    [org, size, checks],
    1000,
  ))
    for (const row of rows) {
      const shown = shownOf(found, row.check_id, row.source);
      const until = row.until_index === null || row.until_index >= size ? undefined : row.until_index;
      if (shown === undefined || row.from_index > shown.lastEntry || (until ?? size) <= shown.firstEntry) continue;
      yield print({
        ...{ check: row.check_id, version: row.check_version, source: row.source, item: row.item },
        ...{ outcome: wordOf(row.outcome), why: row.why, from: row.from_index },
        ...(until === undefined ? {} : { until }),
        ...(row.at === null ? {} : { at: printInstant(row.at) }),
        ...(row.judged_index === null || row.judged_index >= size ? {} : { judgedWith: row.judged_index }),
      });
    }
  for await (const rows of batches<StepRow>(
    client,
    `select check_id, check_version, source, observed_at, log_index, outcome from step
     where org = $1 and written_index < $2 and log_index < $2 and check_id = any($3)
     order by check_id collate "C", check_version, source collate "C", observed_at, log_index`,
    [org, size, checks],
    1000,
  ))
    for (const row of rows) {
      const shown = shownOf(found, row.check_id, row.source);
      if (shown === undefined || row.log_index < shown.firstEntry || row.log_index > shown.lastEntry) continue;
      yield print({
        ...{ check: row.check_id, version: row.check_version, source: row.source },
        ...{ outcome: wordOf(row.outcome), observedAt: printInstant(row.observed_at), from: row.log_index },
      });
    }
}

const print = (line: { readonly [key: string]: Json }): string => `${canonicalText(line)}\n`;
