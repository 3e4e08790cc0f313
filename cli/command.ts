import type { Context } from './context.ts';

export interface Option {
  /** As commander writes them: `--name <name>`, `--demo`. */
  readonly flags: string;
  readonly says: string;
  readonly required?: boolean;
  /** May be given several times. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
}

/** A line that works as it stands, in a fresh folder, after the ones before it on the tour (`tour.ts`). */
export interface Example {
  /** Without `countersign`. */
  readonly line: string;
  readonly says: string;
  /** Files that must be there, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** 1 where the honest answer is no. */
  readonly exit?: 0 | 1;
}

/** What came of a command: one JSON document or a text for people, and further remarks for standard error. */
export interface Outcome {
  readonly json: unknown;
  readonly text: string;
  readonly notes?: readonly string[];
  /** 1: the answer is “no”. */
  readonly exit?: 0 | 1;
}

/** What was typed, read by the command that declared it. */
export interface Given {
  readonly args: readonly string[];
  text(option: string): string | undefined;
  /** An option that the command requires. */
  must(option: string): string;
  texts(option: string): readonly string[];
  is(option: string): boolean;
}

export interface CommandSpec {
  /** One word, or two: `ledger checkpoint`. */
  readonly name: string;
  readonly says: string;
  /** As commander writes them: `<path...>`, `[id]`. */
  readonly args?: readonly { readonly name: string; readonly says: string }[];
  readonly options?: readonly Option[];
  readonly examples: readonly Example[];
  run(context: Context, given: Given): Promise<Outcome>;
}
