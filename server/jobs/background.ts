import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import type { Organisation, Services } from '../runtime.ts';
import { readOrganisations } from '../services/init.ts';
import { actors } from './actors.ts';
import { Jobs } from './jobs.ts';
import { collectJob } from './kinds/collect.ts';
import { Scheduler } from './scheduler.ts';

export interface BackgroundParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly runner: Runner;
  readonly services: Pick<Services, 'collect'>;
  organisation(id: number): Promise<Organisation | undefined>;
  /** One line for the operator; to standard error without it. */
  readonly report?: (line: string) => void;
}

/** What goes on without anybody waiting for it. A process asks for jobs from the start; it does some once it is told to `work`. */
export interface Background {
  readonly jobs: Jobs;
  readonly scheduler: Scheduler;
  work(): Promise<void>;
  close(): Promise<void>;
}

/** Every kind of job is a line here. */
export function background(parts: BackgroundParts): Background {
  const { database, clock, runner, services } = parts;
  const report = parts.report ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const organisations = () => readOrganisations(database);
  const jobs = new Jobs({
    ...{ database, clock, report, organisations },
    organisation: parts.organisation,
    actorOf: actors(runner, clock),
    kinds: [collectJob(services)],
  });
  const scheduler = new Scheduler({ database, runner, clock, jobs, organisations, report, recurring: [] });
  return {
    jobs,
    scheduler,
    async work() {
      await jobs.work();
      scheduler.start();
    },
    async close() {
      await scheduler.close();
      await jobs.close();
    },
  };
}
