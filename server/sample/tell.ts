import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Actor, Instant } from '@countersign/core/kernel/index.ts';
import type { Engine } from '../engine.ts';
import type { Organisation, Progress } from '../runtime.ts';
import type { Step } from './story/step.ts';
import type { Story } from './story/story.ts';

/** A clock that stands where the story is. */
export interface StoryClock {
  now(): Instant;
  set(at: Instant): void;
}

export function storyClock(): StoryClock {
  let at = 0;
  return { now: () => at, set: (moment) => void (at = moment) };
}

export interface Telling {
  readonly engine: Pick<Engine, 'runtime' | 'services'>;
  readonly clock: StoryClock;
  readonly org: Organisation;
  readonly story: Story;
  /** Steps that would be recorded later are still to come. */
  readonly until: Instant;
  /** Collections that are there, of an earlier try, as {@link collectionKey} names them. */
  readonly collected: ReadonlySet<string>;
  readonly progress: (p: Progress) => void;
  readonly signal: AbortSignal;
}

/** An Idempotency-Key: a step that was done before a try broke off is answered as it was then, and not done again. */
export function keyOf(name: string): string {
  const hex = createHash('sha256').update(`countersign.dev/sample ${name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

export const collectionKey = (source: string, dataset: string, observedAt: Instant): string =>
  `${source} ${dataset} ${observedAt}`;

const UPLOADS_AT_ONCE = 8;
const REPORT_EVERY = 100;

/** Tells the story through the ordinary doors, each step at its own time. */
export async function tell(telling: Telling): Promise<void> {
  const { story, clock, until, progress, signal } = telling;
  const steps = story.steps.filter(({ at }) => at <= until);
  const digests = await uploadAll(telling, steps);
  const answers = new Map<string, unknown>();
  let n = 0;
  for (const group of atOnce(steps)) {
    signal.throwIfAborted();
    clock.set(group[0].at);
    // The queue keeps the order of acts, and takes what waits into one transaction.
    await Promise.all(group.map((step) => take(telling, step, digests, answers)));
    if (Math.floor(n / REPORT_EVERY) < Math.floor((n + group.length) / REPORT_EVERY))
      progress({ source: telling.org.slug, dataset: dateIn(group[0].at), done: n, of: steps.length });
    n += group.length;
  }
  progress({ source: telling.org.slug, dataset: dateIn(until), done: steps.length, of: steps.length });
}

/** Acts of one moment, and collections of one night, which are of different datasets. */
function* atOnce(steps: readonly Step[]): Generator<readonly [Step, ...Step[]]> {
  let group: [Step, ...Step[]] | undefined;
  for (const step of steps) {
    const first = group?.[0];
    if (group !== undefined && first?.at === step.at && isAct(first) === isAct(step)) group.push(step);
    else {
      if (group !== undefined) yield group;
      group = [step];
    }
  }
  if (group !== undefined) yield group;
}

const isAct = ({ is }: Step): boolean => is !== 'collection';

const dateIn = (at: Instant): string => new Date(at).toISOString().slice(0, 10);

/** Documents go first and side by side: their bytes carry no time, and the log names only their digests. */
async function uploadAll(
  { engine, org, story }: Telling,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  const waiting = steps.filter((step) => step.is === 'evidence');
  const one = async (): Promise<void> => {
    for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
      const { digest } = await engine.services.putBlob(org, actorOf(story, step), Readable.from([step.document.bytes]));
      digests.set(step.name, digest);
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, one));
  return digests;
}

// A story's people have only roles that there are.
const actorOf = (story: Story, step: Step): Actor => story.actorOf(step.by) as Actor;

async function take(
  { engine, org, story, collected }: Telling,
  step: Step,
  digests: ReadonlyMap<string, string>,
  answers: Map<string, unknown>,
): Promise<void> {
  const actor = actorOf(story, step);
  const act = (name: string, input: object) =>
    engine.runtime.act(org, actor, name, input, { idempotencyKey: keyOf(step.name) });
  switch (step.is) {
    case 'act': {
      const from = step.from === undefined ? undefined : answers.get(step.from.step);
      const told = await act(step.act, {
        ...step.input,
        ...(step.from === undefined ? {} : { [step.from.as]: fieldOf(from, step.from.field) }),
      });
      answers.set(step.name, told.answer);
      return;
    }
    case 'evidence':
      await act('evidence.add', { ...step.input, name: step.document.name, blob: digests.get(step.name) });
      return;
    case 'source':
      // Recorded as `connect` would: there is nothing of a pushed source to probe.
      await act('source.add', { id: step.id, connector: 'push' });
      return;
    case 'collection': {
      const { dataset, observedAt, to } = step.header;
      const observed = Date.parse(String(observedAt ?? to));
      if (collected.has(collectionKey(step.source, `${step.source}/${String(dataset)}`, observed))) return;
      await engine.services.push(org, actor, step.source, linesOf(step.header, step.items()));
      return;
    }
  }
}

const fieldOf = (answer: unknown, field: string): unknown =>
  typeof answer === 'object' && answer !== null && field in answer ? Reflect.get(answer, field) : undefined;

const linesOf = (header: object, items: readonly object[]): Readable =>
  Readable.from([Buffer.from([{ collection: header }, ...items].map((line) => `${JSON.stringify(line)}\n`).join(''))]);
