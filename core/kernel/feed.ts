/**
 * Facts, verdicts and populations are too many to be records. A view or an act that needs some of them asks a feed: it is a
 * generator that yields the question and is resumed with the answer, so it stays pure, and the server answers each
 * question with one query.
 */
export interface Feed<Q, A> {
  readonly is: 'feed';
  readonly name: string;
  /** Never set: carries the types of question and answer. */
  readonly types?: (question: Q) => A;
}

export const defineFeed = <Q, A>(name: string): Feed<Q, A> => ({ is: 'feed', name });

/** One version of a record as an entry of the log made it. */
export interface Made {
  readonly version: number;
  /** Place in the log. */
  readonly index: number;
  readonly act: string;
}

/** Which entries made the versions known of these records: by `kind/id`, oldest first. What is not known has none. */
export const Entries = defineFeed<
  { readonly records: readonly { readonly kind: string; readonly id: string }[] },
  ReadonlyMap<string, readonly Made[]>
>('entries');

export interface Asked {
  readonly feed: string;
  readonly question: unknown;
}

export type Asking<T> = Generator<Asked, T, unknown>;

/** `const answer = yield* ask(Feed, question)` inside `decide` or `compute`. */
export function* ask<Q, A>(feed: Feed<Q, A>, question: Q): Generator<Asked, A, unknown> {
  // The server answers a feed by its name with the type the feed declares.
  return (yield { feed: feed.name, question }) as A;
}

/** Whether what `decide` or `compute` gave back still has questions. */
export const isAsking = <T>(given: T | Asking<T>): given is Asking<T> =>
  typeof given === 'object' &&
  given !== null &&
  Symbol.iterator in given &&
  'next' in given &&
  typeof given.next === 'function';
