import type { z } from 'zod';
import type { Actor, Role } from './act.ts';
import type { Book } from './book.ts';
import type { Asking } from './feed.ts';
import type { RecordDef } from './record.ts';
import type { Area } from './sight.ts';
import type { Instant } from './time.ts';

export interface At {
  /** When it was true. */
  readonly asOf: Instant;
  /** What was recorded by then. */
  readonly knownAt: Instant;
  /** The same as a place in the log: entries with a smaller index are known. */
  readonly position: number;
  readonly zone: string;
  /** Who asks. A view may show them what is theirs, and refuse what is another's. */
  readonly actor: Actor;
}

export interface ViewDef {
  readonly is: 'view';
  readonly name: string;
  readonly says: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  readonly reads: readonly RecordDef[];
  /** False for a question whose window says the time: it refuses an as-of. */
  readonly asOf: boolean;
  /**
   * The part of the product a grant opens it with. Without it no guest asks it. Its book holds what that grant's programme is about, of kinds of
   * every area: its figures are the company's. `any`: with whatever grant, and of each kind what its own area opens.
   */
  readonly area: Area | 'any' | undefined;
  /** Who may ask it; all without it. */
  readonly readableBy: readonly Role[] | undefined;
  compute(book: Book<readonly RecordDef[]>, input: unknown, at: At): unknown;
}

/** A question. `compute` is pure and may ask feeds by being a generator. */
export function defineView<I extends z.ZodObject, const R extends readonly RecordDef[], O extends z.ZodType>(
  name: string,
  def: {
    readonly says: string;
    readonly input: I;
    readonly reads: R;
    readonly output: O;
    readonly asOf?: false;
    readonly readableBy?: readonly Role[];
    readonly area?: Area | 'any';
    compute(book: Book<R>, input: z.output<I>, at: At): z.input<O> | Asking<z.input<O>>;
  },
): ViewDef {
  // As for acts: the runner parses the input and builds the book from `reads`.
  return {
    is: 'view',
    name,
    says: def.says,
    input: def.input,
    output: def.output,
    reads: def.reads,
    asOf: def.asOf !== false,
    readableBy: def.readableBy,
    area: def.area,
    compute: def.compute,
  };
}
