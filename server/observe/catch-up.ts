import type pg from 'pg';
import type { Tenants } from '../kernel/organisation.ts';
import { logHead } from '../kernel/organisation.ts';
import type { Judge } from '../judge/judge.ts';
import type { Collection } from './collections.ts';
import { collectionsOf } from './collections.ts';
import { judgeEvents } from './judge-events.ts';
import { judgeState } from './judge-state.ts';
import type { Unit } from './units.ts';
import { unitsBehind } from './units.ts';
import { writeJudged } from './verdicts.ts';
import { nextAfter, writeStep } from './write-step.ts';

/**
 * Verdicts are a projection of facts and checks: whatever has been recorded and not been judged is judged here, after a collection
 * and before a question. Killed anywhere, it begins again where it was: each source's dataset is one transaction.
 */
export class CatchUp {
  readonly #tenants: Tenants;
  readonly #judge: Judge;
  readonly #reached = new Map<number, number>();
  readonly #running = new Map<number, Promise<void>>();

  constructor(tenants: Tenants, judge: Judge) {
    this.#tenants = tenants;
    this.#judge = judge;
  }

  /**
   * Everything recorded before the call is judged when it resolves. What is recorded meanwhile need not be.
   *
   * @returns the size of the log up to which everything is judged
   */
  async run(org: number): Promise<number> {
    // One that began before this call may have missed what was recorded since; after it, one more is enough.
    await this.#running.get(org);
    const running = this.#running.get(org) ?? this.#catchUp(org).finally(() => this.#running.delete(org));
    this.#running.set(org, running);
    await running;
    return this.#reached.get(org) ?? 0;
  }

  /** Looks at everything again with the next run. */
  forget(org: number): void {
    this.#reached.delete(org);
  }

  async #catchUp(org: number): Promise<void> {
    const size = await this.#tenants.tenant(org, 'read', async (client) => {
      const head = await logHead(client, org, false);
      const reached = this.#reached.get(org) ?? 0;
      if (head.size === reached) return undefined;
      return (await hasWork(client, org, reached)) ? head.size : (this.#reached.set(org, head.size), undefined);
    });
    if (size === undefined) return;
    for (;;) {
      const more = await this.#tenants.tenant(org, 'write', async (client) => {
        await client.query('select pg_advisory_xact_lock($1, $2)', [org, LOCK]);
        const groups = await unitsBehind(client, org, size);
        const [group] = groups.values();
        if (group === undefined) return false;
        await judgeGroup(client, org, this.#judge, group.dataset, group.source, group.units, size);
        return groups.size > 1;
      });
      if (!more) break;
    }
    this.#reached.set(org, size);
  }
}

/** Distinguishes the lock of the judge from those of sources. */
export const LOCK = 1_785_427_301;

async function hasWork(client: pg.ClientBase, org: number, from: number): Promise<boolean> {
  const { rows } = await client.query<{ work: boolean }>(
    `select exists (select from collection where org = $1 and log_index >= $2)
         or exists (select from record where org = $1 and kind = 'check' and log_index >= $2)
         or exists (select from replaced where org = $1 and index >= $2) as work`,
    [org, from],
  );
  return rows[0]?.work === true;
}

/** From how many items on a collection is worth gathering statistics. */
const LARGE = 5000;

/** All collections of one source's dataset that some version of some check has not judged, in log order. */
export async function judgeGroup(
  client: pg.ClientBase,
  org: number,
  judge: Judge,
  dataset: string,
  source: string,
  units: readonly Unit[],
  size: number,
): Promise<void> {
  const all = await collectionsOf(client, org, dataset, source, size);
  const ordered: Collection[] = [];
  const first = Math.min(...units.map((unit) => unit.through));
  // Without statistics the planner takes a table that was just filled for an empty one, and reads all of it for every item.
  if (all.some((collection) => collection.index > first && collection.items >= LARGE))
    await client.query('analyze fact');
  for (const [i, collection] of all.entries()) {
    const next = nextAfter(ordered, collection);
    if (collection.index > first) {
      const due = units.filter((unit) => unit.through < collection.index);
      const states = due.filter((unit) => unit.mode === 'state' && collection.mode === 'state');
      const events = due.filter((unit) => unit.mode === 'events' && collection.mode === 'events');
      if (states.length > 0) {
        const says = await judgeState(client, org, judge, dataset, source, collection, states);
        for (const [u, unit] of states.entries()) {
          const outcome = says[u];
          if (outcome !== undefined) await writeStep(client, org, unit, collection, outcome, next);
        }
      }
      if (events.length > 0)
        await judgeEvents(client, org, judge, dataset, source, collection, all.slice(0, i), events);
      for (const unit of due) unit.through = collection.index;
    }
    if (next === undefined) ordered.push(collection);
    else ordered.splice(ordered.indexOf(next), 0, collection);
  }
  for (const unit of units) await writeJudged(client, org, unit);
}
