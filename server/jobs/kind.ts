import type { Actor, Json, Role } from '@countersign/core/kernel/index.ts';
import type { z } from 'zod';
import type { Organisation } from '../runtime.ts';

export interface JobProgress {
  readonly done: number;
  readonly of?: number;
  /** One line for whoever watches, as “git/commits”. */
  readonly says?: string;
}

/** What a job is handed when it runs. */
export interface JobRun {
  readonly org: Organisation;
  /** Whoever asked for it, with the roles they have now. */
  readonly actor: Actor;
  /** The same in every attempt: what was asked when. */
  readonly id: string;
  readonly askedAt: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** A UUID for an act or a row of this job, the same in every attempt: an `Idempotency-Key` that makes a repeat harmless. */
  key(step: string): string;
  progress(p: JobProgress): void;
  /** Aborts when somebody cancels the job, when another worker took it over, and when this process ends. */
  readonly signal: AbortSignal;
}

/**
 * One kind of work in the background. `run` may be repeated after any point, by another process too: what it has done must be found by
 * it again, or be done under `key`. What it throws as a refusal ends the job; any other error is tried again.
 */
export interface JobKind {
  readonly kind: string;
  readonly title: string;
  /** Ids and choices, never data and never a secret: it is kept, and shown to whoever may see the job. */
  readonly input: z.ZodObject;
  /** Who may ask for it at the door; nobody where the product alone does. */
  readonly allowed: readonly Role[];
  /** What it is about: of one kind and subject one job waits or runs at a time, and who asks again is told of that one. */
  subject(input: never): string | undefined;
  /** How many of the kind one process runs at once. */
  readonly atOnce: number;
  /** Attempts before it is left to a person. */
  readonly tries: number;
  /** Housekeeping: not listed while nothing is wrong with it. */
  readonly quiet: boolean;
  /** What a person can do about one that failed. */
  readonly advice: string;
  run(input: never, run: JobRun): Promise<Json | undefined>;
}

export function defineJob<I extends z.ZodObject>(
  kind: string,
  def: {
    readonly title: string;
    readonly input: I;
    readonly allowed?: readonly Role[];
    subject?(input: z.output<I>): string | undefined;
    readonly atOnce?: number;
    readonly tries?: number;
    readonly quiet?: true;
    readonly advice?: string;
    run(input: z.output<I>, run: JobRun): Promise<Json | undefined>;
  },
): JobKind {
  // The worker hands `run` what it parsed with `input`, so erasing its type is sound.
  return {
    kind,
    title: def.title,
    input: def.input,
    allowed: def.allowed ?? [],
    subject: (input: z.output<I>) => def.subject?.(input),
    atOnce: def.atOnce ?? 1,
    tries: def.tries ?? 5,
    quiet: def.quiet === true,
    advice: def.advice ?? 'Retry it; if it fails again, look for its id in the server’s log.',
    run: def.run,
  };
}
