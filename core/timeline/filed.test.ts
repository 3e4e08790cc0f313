import { expect, test } from 'vitest';
import { Control } from '../control/record.ts';
import { acceptEvidence, addEvidence } from '../evidence/acts.ts';
import { Evidence } from '../evidence/record.ts';
import { create, parseInstant } from '../kernel/index.ts';
import { Desk } from '../kernel/testing.ts';
import { filedFor, observedAt } from './filed.ts';

const DIGEST = 'a'.repeat(64);

test('a document is as late as its filing, however much later it was reviewed', () => {
  const desk = new Desk([Evidence, Control], { feeds: { blobs: () => new Map([[DIGEST, 7]]) } });
  desk.at('2026-03-01T09:00:00Z').keep(create(Control, 'c', { title: 'c', frequency: 'monthly' }));
  desk.act(
    addEvidence,
    { id: 'e', name: 'n.pdf', blob: DIGEST, controls: ['c'] },
    { id: 'carl', roles: ['control-owner'] },
  );
  desk.at('2026-03-06T16:00:00Z').act(acceptEvidence, { evidence: 'e' }, { id: 'lena', roles: ['lead'] });

  const [row] = filedFor(desk.book(), 'c', { asOf: desk.now });

  expect(row).toMatchObject({ state: 'accepted', filedAt: parseInstant('2026-03-01T09:00:00Z') });
  expect(row === undefined ? undefined : observedAt(row)).toBe(parseInstant('2026-03-01T09:00:00Z'));
});
