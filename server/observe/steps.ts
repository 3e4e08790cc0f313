import type { StepsOf } from '@countersign/core/check/feed.ts';
import type { Steps } from '@countersign/core/check/timeline.ts';
import type pg from 'pg';
import type { Layers } from './layers.ts';
import { layerAt, layersOf } from './layers.ts';

interface StepRow {
  readonly check_id: string;
  readonly check_version: number;
  readonly source: string;
  readonly observed_at: number;
  readonly log_index: number;
  readonly outcome: number;
  readonly written_index: number;
  readonly layer: number;
}

interface Column {
  readonly rows: { readonly at: number; readonly index: number; readonly outcome: number }[];
  steps: Steps | undefined;
}

interface Held {
  readonly columns: Map<string, Column>;
  readonly checks: Set<string>;
  layers: Layers;
  /** How many of them ended below what was read: an erasure puts away rows that were read, and writes others that look older than what is known. */
  erasures: number;
  through: number;
}

const unitOf = (check: string, version: number, source: string): string => `${check}\n${version}\n${source}`;
const keyOf = (unit: string, layer: number): string => `${unit}\n${layer}`;

/** Step tables of checks as arrays: read whole when a check is first asked for, then only what was written since. */
export class StepMemory {
  readonly #held = new Map<number, Held>();

  /** Forgets an organisation whose steps were made anew. */
  drop(org: number): void {
    this.#held.delete(org);
  }

  /**
   * @param size every collection below it has been judged
   * @param position what was known: before an erasure, what was said before it
   */
  async of(
    client: pg.ClientBase,
    org: number,
    checks: readonly string[],
    size: number,
    position = size,
  ): Promise<StepsOf> {
    const layers = await layersOf(client, org, unitOf);
    const erasures = [...layers.values()].flat().filter((index) => index < size).length;
    const before = this.#held.get(org);
    const held: Held =
      before?.erasures === erasures ? before : { columns: new Map(), checks: new Set(), layers, erasures, through: 0 };
    this.#held.set(org, held);
    const fresh = checks.filter((check) => !held.checks.has(check));
    const from = held.through;
    const known = [...held.checks];
    const rows = [
      ...(fresh.length === 0 ? [] : await read(client, org, fresh, 0, size)),
      ...(known.length === 0 || from >= size ? [] : await read(client, org, known, from, size)),
    ];
    for (const row of rows) take(held, row);
    for (const check of fresh) held.checks.add(check);
    // Those fresh now were read up to `size`; a smaller `through` only reads them again, and taking a row twice changes nothing.
    if (known.length === 0 || from < size) held.through = Math.max(held.through, size);
    return {
      of(check, version, source) {
        const unit = unitOf(check, version, source);
        return stepsOf(held.columns.get(keyOf(unit, layerAt(held.layers, unit, position))));
      },
    };
  }
}

async function read(
  client: pg.ClientBase,
  org: number,
  checks: readonly string[],
  from: number,
  size: number,
): Promise<readonly StepRow[]> {
  const { rows } = await client.query<StepRow>(
    `select check_id, check_version, source, observed_at, log_index, outcome, written_index, layer from step
     where org = $1 and check_id = any($2) and written_index >= $3 and written_index < $4`,
    [org, checks, from, size],
  );
  return rows;
}

function take(held: Held, row: StepRow): void {
  const key = keyOf(unitOf(row.check_id, row.check_version, row.source), row.layer);
  const column = held.columns.get(key) ?? { rows: [], steps: undefined };
  held.columns.set(key, column);
  const step = { at: row.observed_at, index: row.log_index, outcome: row.outcome };
  const last = column.rows.at(-1);
  if (last === undefined || last.at < step.at || (last.at === step.at && last.index < step.index))
    column.rows.push(step);
  else {
    if (column.rows.some((one) => one.at === step.at && one.index === step.index)) return;
    column.rows.push(step);
    column.rows.sort((a, b) => a.at - b.at || a.index - b.index);
  }
  column.steps = undefined;
}

function stepsOf(column: Column | undefined): Steps | undefined {
  if (column === undefined) return undefined;
  return (column.steps ??= {
    n: column.rows.length,
    observedAt: Float64Array.from(column.rows, (row) => row.at),
    index: Float64Array.from(column.rows, (row) => row.index),
    outcome: Uint8Array.from(column.rows, (row) => row.outcome),
  });
}
