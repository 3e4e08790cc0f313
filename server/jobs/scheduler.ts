import { dueRun, Schedule } from '@countersign/core/connector/index.ts';
import type { Instant } from '@countersign/core/kernel/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import type { NotificationSettings } from '@countersign/core/notification/index.ts';
import { DEFAULT_NOTIFICATIONS, Notifications } from '@countersign/core/notification/index.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation } from '../runtime.ts';
import { PRODUCT_ACTOR, scheduleActor } from './actors.ts';
import type { Jobs } from './jobs.ts';

/** Something that the product itself asks for, again and again. */
export interface Recurring {
  readonly kind: string;
  /** The latest occasion by now, as a name that is the same for everybody who looks; undefined where there is none. */
  occasion(at: {
    readonly settings: NotificationSettings;
    readonly zone: string;
    readonly now: Instant;
  }): string | undefined;
}

export interface SchedulerParts {
  readonly database: Pick<Database, 'tenant'>;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly recurring: readonly Recurring[];
  organisations(): Promise<readonly Organisation[]>;
  readonly report: (line: string) => void;
}

const TICK_MS = 15_000;

/**
 * Asks for what is due, in every process that works: the occasion is part of the job’s row and unique, so of n that notice it one
 * asks, and a moment missed while nobody was there is made up for once.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  readonly #done = new Map<string, string>();

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  start(): void {
    const tick = (): void => {
      this.#ticking ??= this.tick()
        .catch((error: unknown) =>
          this.#parts.report(`The schedules: ${error instanceof Error ? error.message : String(error)}`),
        )
        .finally(() => (this.#ticking = undefined));
    };
    this.#timer = setInterval(tick, TICK_MS);
    tick();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ticking;
  }

  async tick(): Promise<void> {
    for (const org of await this.#parts.organisations()) {
      try {
        await this.#tickOne(org);
      } catch (error) {
        // One organisation’s trouble keeps no other from its work.
        this.#parts.report(`${org.slug}: the schedules: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async #tickOne(org: Organisation): Promise<void> {
    const { runner, clock, jobs, recurring } = this.#parts;
    const now = clock.now();
    const due = await runner.reading(org, {}, [Schedule, Notifications], async ({ snapshot, asOf, position, zone }) => {
      const settings =
        shelfOf(snapshot, Notifications, { asOf, position }).find('notifications') ?? DEFAULT_NOTIFICATIONS;
      const schedules = shelfOf(snapshot, Schedule, { asOf, position }).all();
      const runs = schedules.flatMap((schedule) => {
        const at = dueRun(schedule, zone, now);
        return at === undefined
          ? []
          : [
              {
                kind: 'collect',
                what: `collect/${schedule.id}`,
                occasion: printInstant(at),
                input: { source: schedule.source },
                actor: scheduleActor(schedule.id),
              },
            ];
      });
      const ours = recurring.flatMap(({ kind, occasion }) => {
        const at = occasion({ settings, zone, now });
        return at === undefined ? [] : [{ kind, what: kind, occasion: at, input: {}, actor: PRODUCT_ACTOR }];
      });
      return [...runs, ...ours];
    });
    for (const { kind, what, occasion, input, actor } of due) {
      const key = `${org.id} ${what}`;
      // What this process has asked for already it need not ask the database about.
      if (this.#done.get(key) === occasion) continue;
      await this.#parts.database.tenant(org.id, 'write', (client) =>
        jobs.enqueue(client, org.id, kind, input, { actor, once: `${what}/${occasion}` }),
      );
      this.#done.set(key, occasion);
    }
    await jobs.sweep(org);
  }
}
