import type { Answer } from '../binder/verify.ts';
import type { Progress } from '../inspect.ts';

/** A file with the path it has in the folder that was given. */
export interface Placed {
  readonly path: string;
  readonly file: File;
}

/** What the page asks of its worker. */
export interface Task {
  /** An archive, or the files of a folder. */
  readonly what: File | readonly Placed[];
  readonly old: File | undefined;
  readonly keys: readonly string[];
  readonly witnesses: readonly string[];
  readonly timeRoots: readonly string[];
}

export type Word =
  | { readonly progress: Progress }
  | { readonly answer: Answer }
  /** What was pasted is none, or something of ours broke. */
  | { readonly refused: { readonly code: string; readonly message: string } };
