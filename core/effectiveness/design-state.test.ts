import { expect, test } from 'vitest';
import { DesignEvaluation } from '../control/design.ts';
import { Control } from '../control/record.ts';
import { Evidence } from '../evidence/record.ts';
import type { Book } from '../kernel/index.ts';
import { create, parseInstant } from '../kernel/index.ts';
import { Desk } from '../kernel/testing.ts';
import { designAt, designReads } from './design-state.ts';

const DIGEST = '0'.repeat(64);
const instant = (text: string): number => parseInstant(text) ?? Number.NaN;

/** A control with all but evidence, which is filed on 1 March. */
function desk(...evidence: readonly (readonly [string, object])[]): Desk {
  const made = new Desk(designReads).at('2026-01-05T00:00:00Z');
  made.keep(
    create(Control, 'c', {
      title: 'C',
      description: 'What it does',
      frequency: 'annual',
      owner: 'ada',
      implementedOn: '2026-01-10',
    }),
  );
  made.keep(
    create(DesignEvaluation, 'd', {
      control: 'c',
      evaluatedOn: '2026-01-05',
      finding: 'It does',
      evaluatedBy: 'ada',
      state: 'approved',
    }),
  );
  made.at('2026-03-01T12:00:00Z');
  for (const [id, body] of evidence)
    made.keep(create(Evidence, id, { name: 'n.pdf', digest: DIGEST, bytes: 1, controls: ['c'], ...body }));
  return made;
}

function stateOn(made: Desk, asOf: string): string {
  // The desk was given these kinds.
  const book = made.book(instant(asOf)) as Book<typeof designReads>;
  const at = {
    asOf: instant(asOf),
    knownAt: instant('2026-04-01T00:00:00Z'),
    position: 9,
    zone: 'Europe/Madrid',
    actor: { id: 'ada', roles: [] },
  };
  return designAt(book, book.control.get('c'), at).state;
}

const OLD = ['old', { observedAt: '2026-02-01T00:00:00Z' }] as const;
test.each<[string, readonly (readonly [string, object])[], string, string]>([
  ['without evidence', [], '2026-03-02T00:00:00Z', 'designed'],
  ['before its evidence is filed', [['e', {}]], '2026-03-01T11:59:59Z', 'designed'],
  ['once its evidence is filed', [['e', {}]], '2026-03-01T12:00:00Z', 'implemented'],
  ['once its evidence was observed, filed later', [OLD], '2026-02-01T00:00:00Z', 'implemented'],
  ['before its evidence was observed', [OLD], '2026-01-31T23:59:59Z', 'designed'],
  ['on the last day of its evidence', [['e', { validUntil: '2026-03-05' }]], '2026-03-05T22:59:59Z', 'implemented'],
  ['after the last day, in its zone', [['e', { validUntil: '2026-03-05' }]], '2026-03-05T23:00:00Z', 'designed'],
  [
    'whose evidence was replaced by one of another control',
    [OLD, ['new', { replaces: 'old', controls: ['other'] }]],
    '2026-03-02T00:00:00Z',
    'designed',
  ],
  [
    'before its evidence is replaced',
    [OLD, ['new', { replaces: 'old', controls: ['other'] }]],
    '2026-02-20T00:00:00Z',
    'implemented',
  ],
])('a control %s', (_, evidence, asOf, state) => {
  expect(stateOn(desk(...evidence), asOf)).toBe(state);
});
