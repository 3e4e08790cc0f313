import type pg from 'pg';

/** Something outside that saw a state of the log. */
export interface SeenOnce {
  readonly kind: 'witness' | 'time';
  readonly name: string;
  readonly size: number;
  /** RFC 3339, by the clock of who saw it. */
  readonly at: string;
}

export interface Sentence {
  readonly code: string;
  readonly says: string;
}

/** What a log proves and what it does not, in the sentences of the product. */
export interface Claims {
  readonly proven: readonly Sentence[];
  readonly notProven: readonly Sentence[];
  readonly never: readonly Sentence[];
}

/** What others saw of a log, as a binder takes it in. All of states of at most `size` entries. */
export interface SeenBy {
  sizes(client: pg.ClientBase, org: number): Promise<readonly number[]>;
  /** Paths below the log’s own folder. */
  files(
    client: pg.ClientBase,
    org: number,
    size: number,
  ): AsyncIterable<{ readonly path: string; readonly bytes: Uint8Array }>;
  told(client: pg.ClientBase, org: number, size: number): Promise<readonly SeenOnce[]>;
  claims(client: pg.ClientBase, org: number, size: number): Promise<Claims>;
}

/** Where nobody outside was ever asked. */
export const SEEN_BY_NOBODY: SeenBy = {
  sizes: async () => [],
  // eslint-disable-next-line require-yield -- there is nothing
  async *files() {
    return;
  },
  told: async () => [],
  claims: async () => ({
    proven: [],
    notProven: [
      {
        code: 'order-only',
        says: 'This shows order, not honesty: nobody outside has seen this log.',
      },
    ],
    never: [],
  }),
};
