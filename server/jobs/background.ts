import { dayOf } from '@countersign/core/kernel/index.ts';
import { digestDay } from '@countersign/core/notification/index.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import { outside } from '../ledger/asking.ts';
import type { AskingParts, Outside } from '../ledger/asking.ts';
import { Mail, reminderRound } from '../mail/mail.ts';
import type { MailSettings } from '../mail/mailer.ts';
import { createMailer } from '../mail/mailer.ts';
import type { Organisation, Services } from '../runtime.ts';
import { readOrganisations } from '../services/init.ts';
import { actors } from './actors.ts';
import { Jobs } from './jobs.ts';
import { binderExpiryJob, binderJob } from './kinds/binder.ts';
import { collectJob } from './kinds/collect.ts';
import { digestJob, remindersJob } from './kinds/mail.ts';
import { OUTSIDE_ROUNDS, timeStampJob, witnessAskJob } from './kinds/outside.ts';
import { selfCheckJob } from './kinds/self-check.ts';
import type { Recurring } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';

export interface BackgroundParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly runner: Runner;
  readonly services: Pick<Services, 'collect' | 'binders' | 'selfCheck'>;
  readonly outside: Pick<AskingParts, 'log' | 'anchors' | 'reach'>;
  organisation(id: number): Promise<Organisation | undefined>;
  readonly mail?: MailSettings;
  /** One line for the operator; to standard error without it. */
  readonly report?: (line: string) => void;
}

/** What goes on without anybody waiting for it. A process asks for jobs from the start; it does some once it is told to `work`. */
export interface Background {
  readonly jobs: Jobs;
  readonly mail: Mail;
  readonly outside: Outside;
  readonly scheduler: Scheduler;
  work(): Promise<void>;
  close(): Promise<void>;
}

const LETTER_MS = 60_000;

/** What the product asks for itself, in each organisation. */
const RECURRING: readonly Recurring[] = [
  { kind: 'reminders', occasion: ({ now }) => reminderRound(now) },
  { kind: 'binder-expiry', occasion: ({ zone, now }) => dayOf(zone, now) },
  { kind: 'self-check', occasion: ({ now }) => reminderRound(now) },
  { kind: 'digest', occasion: ({ settings, zone, now }) => digestDay(settings, zone, now) },
  ...OUTSIDE_ROUNDS,
];

/** Every kind of job is a line here. */
export function background(parts: BackgroundParts): Background {
  const { database, clock, runner, services } = parts;
  const report = parts.report ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const organisations = () => readOrganisations(database);
  const mailer = createMailer(parts.mail ?? { smtpUrl: undefined, mailFrom: undefined, url: undefined });
  const mail = new Mail({ database, runner, clock, mailer });
  const asking = outside({
    ...parts.outside,
    ...{ runner, clock },
    alert: async (org, occasion, says) => {
      await mail.alert(org, { occasion, says, leads: '/ledger' });
      // Told at once; a mail server that does not answer is tried again each hour.
      await mail.post(org, AbortSignal.timeout(LETTER_MS)).catch(() => undefined);
    },
  });
  const jobs = new Jobs({
    ...{ database, clock, report, organisations },
    organisation: parts.organisation,
    actorOf: actors(runner, clock),
    kinds: [
      collectJob(services),
      remindersJob(mail),
      digestJob(mail),
      selfCheckJob(services),
      binderJob(services.binders),
      binderExpiryJob(services.binders),
      timeStampJob(asking),
      witnessAskJob(asking),
    ],
  });
  const scheduler = new Scheduler({ database, runner, clock, jobs, organisations, report, recurring: RECURRING });
  return {
    jobs,
    mail,
    outside: asking,
    scheduler,
    async work() {
      await jobs.work();
      scheduler.start();
    },
    async close() {
      await scheduler.close();
      await jobs.close();
      mailer.close();
    },
  };
}
