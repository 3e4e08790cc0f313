import type { z } from 'zod';
import type { Book } from './book.ts';
import type { Asking } from './feed.ts';
import type { Change, RecordDef } from './record.ts';
import type { Instant } from './time.ts';

/** What a person may be, in the trade's words. `operator` is whoever runs the machine, and no person. */
export const ROLES = ['owner', 'lead', 'control-owner', 'employee', 'adviser', 'auditor', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export interface Actor {
  /** A person's id, or `operator:<OS user>`. */
  readonly id: string;
  readonly roles: readonly Role[];
}

export interface Moment {
  readonly actor: Actor;
  readonly now: Instant;
  /** 32 hex digits, recorded with the act: a draw made with it can be made again. */
  readonly seed: string;
  /** The organisation's time zone, an IANA name. */
  readonly zone: string;
}

export interface Decision<A> {
  readonly changes: readonly Change[];
  readonly answer: A;
}

export interface ActDef {
  readonly is: 'act';
  readonly name: string;
  readonly says: string;
  readonly input: z.ZodObject;
  readonly answer: z.ZodType | undefined;
  readonly reads: readonly RecordDef[];
  readonly allowed: readonly Role[];
  /** Part of a service that does more than the act (probes, makes a secret): no door of its own leads to it. */
  readonly internal: boolean;
  decide(book: Book<readonly RecordDef[]>, input: unknown, moment: Moment): Decided | Asking<Decided>;
}
type Decided = readonly Change[] | Decision<unknown>;

/**
 * Something a person or a job does. `decide` is pure: same book, input and moment, same changes or the same refusal.
 * It may ask feeds, as a view may, by being a generator.
 */
export function defineAct<
  I extends z.ZodObject,
  const R extends readonly RecordDef[],
  A extends z.ZodType = z.ZodUndefined,
>(
  name: string,
  def: {
    readonly says: string;
    readonly input: I;
    readonly reads: R;
    readonly allowed: readonly Role[];
    readonly internal?: true;
    readonly answer?: A;
    decide(
      book: Book<R>,
      input: z.output<I>,
      moment: Moment,
    ): readonly Change[] | Decision<z.input<A>> | Asking<readonly Change[] | Decision<z.input<A>>>;
  },
): ActDef {
  // The runner hands `decide` what it parsed with `input` and a book of exactly `reads`, so erasing both types is sound.
  return {
    is: 'act',
    name,
    says: def.says,
    input: def.input,
    answer: def.answer,
    reads: def.reads,
    allowed: def.allowed,
    internal: def.internal === true,
    decide: def.decide,
  };
}
