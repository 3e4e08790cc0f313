import type { Connector, Json, Outcome, Piece, Session } from './connector.ts';

export type Item = Piece & { readonly is: 'item' };

/** What one run of a dataset gave, for tests. */
export interface Reading {
  readonly items: readonly Item[];
  readonly gaps: readonly (Piece & { readonly is: 'gap' })[];
  readonly outcome: Outcome;
}

/** Reads a dataset to its end, as the server does. For tests and small datasets: it keeps every item. */
export async function readAll(
  connector: Connector,
  dataset: string,
  session: Session,
  until: string,
  cursor?: Json,
): Promise<Reading> {
  const chosen = connector.datasets.find(({ name }) => name === dataset);
  if (chosen === undefined) throw new Error(`${connector.name} has no dataset ${dataset}`);
  const pieces = chosen.collect(session, cursor === undefined ? { until } : { until, cursor });
  const items: Item[] = [];
  const gaps: (Piece & { readonly is: 'gap' })[] = [];
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return { items, gaps, outcome: next.value };
    if (next.value.is === 'item') items.push(next.value);
    if (next.value.is === 'gap') gaps.push(next.value);
  }
}
