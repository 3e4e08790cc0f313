import type { z } from 'zod';
import type { Actor, Role } from './act.ts';
import type { Id } from './id.ts';
import type { Path, Refusal } from './refusal.ts';
import type { Area, Concerns } from './sight.ts';
import type { Instant } from './time.ts';

export interface Lifecycle<S extends string = string, M extends string = string> {
  readonly field: string;
  readonly starts: S;
  readonly moves: { readonly [m in M]: { readonly from: readonly S[]; readonly to: S } };
}

/** One write of a record as its kind is asked about it: what it was, if it was, and what it becomes; a retired one becomes nothing. */
export interface Write<B> {
  readonly id: string;
  readonly before: B | undefined;
  readonly after: B | undefined;
}

/** A body with the id of its record. */
export type Named<B> = B & { readonly id: string };

/** A versioned thing. Its body's fields are those of an `apply` file, flat beside `kind` and `id`. */
export interface RecordDef<K extends string = string, B extends z.ZodObject = z.ZodObject, M extends string = string> {
  readonly is: 'record';
  readonly kind: K;
  readonly title: string;
  readonly body: B;
  /** A definition that speaks about any time: its first version holds for all earlier time too. */
  readonly timeless: boolean;
  /** The body field, a date, from which a version holds. */
  readonly effective: string | undefined;
  readonly lifecycle: Lifecycle<string, M> | undefined;
  /** Made by acts of its own only: `apply` neither creates nor changes one. */
  readonly ownActsOnly: boolean;
  /** Fields that no later version may change. */
  readonly fixed: readonly string[];
  /** Who may read records of this kind by list, get and history; all without it. What views tell of them is the views’ affair. */
  readonly readableBy: readonly Role[] | undefined;
  /** The part of the product a grant opens it with; `any` with whatever grant. Without it no guest ever sees one, in a view neither. */
  readonly area: Area | 'any' | undefined;
  /** Whether this version is a draft, which no auditor sees. */
  drafted(version: never): boolean;
  /** What it speaks of, for guests whose grant is for one programme. One version that is their business shows all that they may see. */
  concerns(version: never): Concerns | undefined;
  /** Optional fields that hold what the company's own people say to each other: no auditor sees them. */
  readonly internal: readonly string[];
  /**
   * For kinds whose versions let things fall due or be judged: whether one with this body left nothing to keep, so that the next may hold
   * from a date before its recording.
   */
  readonly reachesBack: ((previous: never) => boolean) | undefined;
  /** What a body must hold beyond its schema, whoever writes it; the refusal's path is within the body. */
  holds(body: never): Refusal | undefined;
  /** What all live records of the kind must hold together, asked of each act that changes one: their last versions before it and after it. */
  together(before: readonly never[], after: readonly never[]): Refusal | undefined;
  /** Whether `together` asks anything. */
  readonly isAskedTogether: boolean;
  /** Why this actor may not write this, by whatever act. Asked of every change, so an implementation must know of each act that makes one. */
  mayWrite(actor: Actor, write: Write<never>): Refusal | undefined;
}

export function defineRecord<
  const K extends string,
  B extends z.ZodObject,
  F extends keyof z.output<B> & string = never,
  const M extends string = never,
>(
  kind: K,
  def: {
    readonly title: string;
    readonly body: B;
    readonly timeless?: true;
    readonly ownActsOnly?: true;
    readonly fixed?: readonly (keyof z.output<B> & string)[];
    readonly readableBy?: readonly Role[];
    readonly area?: Area | 'any';
    readonly internal?: readonly (keyof z.output<B> & string)[];
    drafted?(version: Readonly<z.output<B>> & Stamp<K>): boolean;
    concerns?(version: Readonly<z.output<B>> & Stamp<K>): Concerns;
    mayWrite?(actor: Actor, write: Write<z.output<B>>): Refusal | undefined;
    holds?(body: z.output<B>): Refusal | undefined;
    together?(before: readonly Named<z.output<B>>[], after: readonly Named<z.output<B>>[]): Refusal | undefined;
    reachesBack?(previous: z.output<B>): boolean;
    readonly effective?: keyof z.output<B> & string;
    readonly lifecycle?: {
      readonly field: F;
      readonly starts: z.output<B>[F] & string;
      readonly moves: {
        readonly [m in M]: {
          readonly from: readonly (z.output<B>[F] & string)[];
          readonly to: z.output<B>[F] & string;
        };
      };
    };
  },
): RecordDef<K, B, M> {
  return {
    is: 'record',
    kind,
    title: def.title,
    body: def.body,
    timeless: def.timeless === true,
    effective: def.effective,
    lifecycle: def.lifecycle,
    ownActsOnly: def.ownActsOnly === true,
    fixed: def.fixed ?? [],
    readableBy: def.readableBy,
    area: def.area,
    internal: def.internal ?? [],
    drafted: (version: Readonly<z.output<B>> & Stamp<K>) => def.drafted?.(version) === true,
    concerns: (version: Readonly<z.output<B>> & Stamp<K>) => def.concerns?.(version),
    mayWrite: (actor: Actor, write: Write<z.output<B>>) => def.mayWrite?.(actor, write),
    holds: (body: z.output<B>) => def.holds?.(body),
    together: (before: readonly Named<z.output<B>>[], after: readonly Named<z.output<B>>[]) =>
      def.together?.(before, after),
    isAskedTogether: def.together !== undefined,
    reachesBack: def.reachesBack,
  };
}

/** Names that a body may not use: rules see them beside the body's fields. */
export const RESERVED = ['kind', 'id', 'version', 'head', 'recordedAt', 'effectiveAt', 'actor'] as const;

export interface Stamp<K extends string = string> {
  readonly id: Id<K>;
  /** The version in force at the moment asked about. */
  readonly version: number;
  /** The last version recorded; a change is made from it. */
  readonly head: number;
  readonly recordedAt: Instant;
  /** −Infinity for the first version of a timeless kind. */
  readonly effectiveAt: Instant;
  readonly actor: string;
}

/** What rules see: the body's fields, flat, and who recorded it when. Frozen. */
export type Stored<D> = D extends RecordDef<infer K, infer B, string> ? Readonly<z.output<B>> & Stamp<K> : never;

/** `at`: where in the input the change came from, so that a refusal can lead there. */
export type Change = { readonly kind: string; readonly id: string; readonly at?: Path } & (
  | { readonly does: 'create'; readonly body: object }
  | { readonly does: 'change' | 'correct'; readonly from: number; readonly body: object }
  | { readonly does: 'retire'; readonly from: number }
);

type BodyOf<D> = D extends RecordDef<string, infer B, string> ? z.input<B> : never;
export type MoveOf<D> = D extends RecordDef<string, z.ZodObject, infer M> ? M : never;

const bodyOf = (row: object): object => {
  const reserved: readonly string[] = RESERVED;
  return Object.fromEntries(Object.entries(row).filter(([field]) => !reserved.includes(field)));
};

/** Drops what a patch sets to `undefined`: that is how an optional field is cleared. */
const patched = (row: object, patch: object): object =>
  Object.fromEntries(Object.entries({ ...bodyOf(row), ...patch }).filter(([, value]) => value !== undefined));

export const create = <D extends RecordDef>(def: D, id: string, body: BodyOf<D>): Change => ({
  does: 'create',
  kind: def.kind,
  id,
  body,
});

export const change = <D extends RecordDef>(def: D, row: Stored<D>, patch: Patch<BodyOf<D>>): Change => ({
  does: 'change',
  kind: def.kind,
  id: (row as Stamp).id,
  from: (row as Stamp).head,
  body: patched(row, patch),
});

/** A change that holds from where the version it corrects held. */
export const correct = <D extends RecordDef>(def: D, row: Stored<D>, patch: Patch<BodyOf<D>>): Change => ({
  ...(change(def, row, patch) as Extract<Change, { does: 'change' | 'correct' }>),
  does: 'correct',
});

export const retire = <D extends RecordDef>(def: D, row: Stored<D>): Change => ({
  does: 'retire',
  kind: def.kind,
  id: (row as Stamp).id,
  from: (row as Stamp).head,
});

/** A lifecycle move, with other fields set in the same version. The runner refuses one the table does not have. */
export const move = <D extends RecordDef>(def: D, row: Stored<D>, name: MoveOf<D>, patch: Patch<BodyOf<D>>): Change => {
  const lifecycle = def.lifecycle;
  const target = lifecycle?.moves[name];
  if (lifecycle === undefined || target === undefined) throw new TypeError(`${def.kind} has no move ${name}`);
  return change(def, row, { ...patch, [lifecycle.field]: target.to });
};

type Patch<B> = { readonly [F in keyof B]?: B[F] | undefined };
