import type { Json } from '@countersign/core/kernel/index.ts';
import { HOUR } from '@countersign/core/kernel/index.ts';
import type { Instant } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import type { Asked, Outside } from '../../ledger/asking.ts';
import { MAY_ASK } from '../../ledger/asking.ts';
import { PRODUCT_ACTOR } from '../actors.ts';
import type { JobKind, JobRun } from '../kind.ts';
import { defineJob } from '../kind.ts';
import type { Recurring } from '../scheduler.ts';

const none = z.strictObject({});
const ADVICE =
  'Look at the page of the log: it says whom this concerns and what keeps them. What is wrong there is asked again by itself each hour.';

/** Each hour, and whenever somebody asks for it: time-stamps of what nobody outside has stamped yet. */
export const timeStampJob = (outside: Outside): JobKind =>
  defineJob('time-stamp', {
    title: 'Having the log time-stamped',
    input: none,
    allowed: MAY_ASK,
    subject: () => 'time-stamp',
    quiet: true,
    advice: ADVICE,
    run: (_, run) => told(run, outside.stamp(run.org, { signal: run.signal, now: run.actor.id !== PRODUCT_ACTOR })),
  });

/** Each hour, and whenever somebody asks for it: cosignatures of the witnesses that are asked over HTTP. */
export const witnessAskJob = (outside: Outside): JobKind =>
  defineJob('witness-ask', {
    title: 'Asking the witnesses of the log',
    input: none,
    allowed: MAY_ASK,
    subject: () => 'witness-ask',
    quiet: true,
    advice: ADVICE,
    run: (_, run) =>
      told(run, outside.askWitnesses(run.org, { signal: run.signal, now: run.actor.id !== PRODUCT_ACTOR })),
  });

async function told({ progress }: JobRun, asking: Promise<readonly Asked[]>): Promise<Json> {
  const asked = await asking;
  const troubled = asked.filter(({ came }) => came === 'trouble').length;
  const recorded = asked.filter(({ came }) => came === 'recorded').length;
  progress({
    done: recorded,
    of: asked.length,
    says: troubled === 0 ? `${recorded} recorded` : `${recorded} recorded, ${troubled} in trouble`,
  });
  return { asked: asked.map((one) => ({ ...one })) };
}

const eachHour = (now: Instant): string => String(Math.floor(now / HOUR));

export const OUTSIDE_ROUNDS: readonly Recurring[] = [
  { kind: 'time-stamp', occasion: ({ now }) => eachHour(now) },
  { kind: 'witness-ask', occasion: ({ now }) => eachHour(now) },
];
