import type { z } from 'zod';
import type { Book } from './book.ts';
import type { Asking } from './feed.ts';
import type { Change, MoveOf, RecordDef, Stamp, Stored } from './record.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';
import type { Sight } from './sight.ts';
import type { Instant } from './time.ts';

/** What a person may be, in the trade's words. `operator` is whoever runs the machine, and no person. */
export const ROLES = ['owner', 'lead', 'control-owner', 'employee', 'adviser', 'auditor', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export interface Actor {
  /** A person's id, or `operator:<OS user>`. */
  readonly id: string;
  readonly roles: readonly Role[];
  /** What a guest's grants open. The runner fills it in from the records; a guest without it sees and does nothing. */
  readonly sight?: Sight;
}

export interface Moment {
  readonly actor: Actor;
  readonly now: Instant;
  /** 32 hex digits, recorded with the act: a draw made with it can be made again. */
  readonly seed: string;
  /** The organisation's time zone, an IANA name. */
  readonly zone: string;
}

/** The thing an act is done to, and the field of its input that names it. With `move`, the thing must be where that move starts. */
export interface Target {
  readonly kind: RecordDef;
  readonly field: string;
  readonly move: string | undefined;
}

/** Who would act on a thing, and when. */
export type Facts = Pick<Moment, 'actor' | 'now' | 'zone'>;

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
  /** What it is done to, where that is one thing. */
  readonly on: Target | undefined;
  /** Why this actor may not do it to this thing now: separation of duties, mostly. The thing is a row of `on.kind`. */
  unless(thing: never, facts: Facts): Refusal | undefined;
  decide(book: Book<readonly RecordDef[]>, input: unknown, moment: Moment): Decided | Asking<Decided>;
}
type Decided = readonly Change[] | Decision<unknown>;

/** Why this may not be done to this thing now, by somebody whose role may do it at all: `record.move`, or what the act says. */
export function unfit(act: Pick<ActDef, 'on' | 'unless'>, thing: Stamp, facts: Facts): Refusal | undefined {
  const { on } = act;
  if (on === undefined) return undefined;
  const { lifecycle, kind } = on.kind;
  const move = on.move === undefined ? undefined : lifecycle?.moves[on.move];
  if (lifecycle !== undefined && move !== undefined) {
    const from = String((thing as unknown as Readonly<Record<string, unknown>>)[lifecycle.field]);
    if (!move.from.includes(from)) return refuse('move', { kind, id: thing.id, from, to: move.to }, [on.field]);
  }
  // The row is one of `on.kind`, whose type `unless` was declared with.
  return act.unless(thing as never, facts);
}

/**
 * Something a person or a job does. `decide` is pure: same book, input and moment, same changes or the same refusal.
 * It may ask feeds, as a view may, by being a generator. Where the act is `on` a thing, that is there and fit before `decide` is asked:
 * the button of that thing and the act itself follow one rule.
 */
export function defineAct<
  I extends z.ZodObject,
  const R extends readonly RecordDef[],
  A extends z.ZodType = z.ZodUndefined,
  const D extends R[number] = R[number],
>(
  name: string,
  def: {
    readonly says: string;
    readonly input: I;
    readonly reads: R;
    readonly allowed: readonly Role[];
    readonly internal?: true;
    readonly answer?: A;
    readonly on?: { readonly kind: D; readonly field: keyof z.output<I> & string; readonly move?: MoveOf<D> };
    unless?(thing: Stored<NoInfer<D>>, facts: Facts): Refusal | undefined;
    decide(
      book: Book<R>,
      input: z.output<I>,
      moment: Moment,
    ): readonly Change[] | Decision<z.input<A>> | Asking<readonly Change[] | Decision<z.input<A>>>;
  },
): ActDef {
  const on = def.on === undefined ? undefined : { ...def.on, move: def.on.move };
  const unless = (thing: Stored<D>, facts: Facts): Refusal | undefined => def.unless?.(thing, facts);
  const decideOn: ActDef['decide'] = (book, input, moment) => {
    // The runner hands `decide` what it parsed with `input` and a book of exactly `reads`, so erasing both types is sound.
    const given = input as z.output<I>;
    const thing = on === undefined ? undefined : book[on.kind.kind]?.get(String(given[on.field as keyof typeof given]));
    const refusal = thing === undefined ? undefined : unfit({ on, unless }, thing, moment);
    if (refusal !== undefined) throw refusal;
    return def.decide(book, given, moment);
  };
  return {
    is: 'act',
    name,
    says: def.says,
    input: def.input,
    answer: def.answer,
    reads: def.reads,
    allowed: def.allowed,
    internal: def.internal === true,
    on,
    unless,
    decide: decideOn,
  };
}
