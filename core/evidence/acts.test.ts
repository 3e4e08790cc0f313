import { describe, expect, test } from 'vitest';
import { Control } from '../control/record.ts';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { acceptEvidence, addEvidence, resubmitEvidence, returnEvidence } from './acts.ts';
import { Evidence } from './record.ts';

const DIGEST = 'a'.repeat(64);
const CARL = { id: 'carl', roles: ['control-owner'] } as const;
const LENA = { id: 'lena', roles: ['lead'] } as const;
const OLGA = { id: 'olga', roles: ['owner'] } as const;

function desk(): Desk {
  const feeds = { blobs: () => new Map([[DIGEST, 7]]) };
  const made = new Desk([Evidence, Control], { feeds }).at('2026-03-01T00:00:00Z');
  made.keep(create(Control, 'c', { title: 'c', frequency: 'monthly' }));
  made.act(
    addEvidence,
    { id: 'e', name: 'n.pdf', blob: DIGEST, controls: ['c'], from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z' },
    CARL,
  );
  return made.at('2026-03-02T00:00:00Z');
}
const e = { evidence: 'e' };
const why = { ...e, reason: 'Another month' };
const again = { ...e, note: 'It is this month' };

test('what is filed is submitted, and nobody has said anything of it', () => {
  expect(desk().get(Evidence, 'e')).toMatchObject({ state: 'submitted' });
  expect(desk().get(Evidence, 'e')).not.toHaveProperty('decidedBy');
});

test('a document of an older version, without a state, is submitted: nobody has reviewed it', () => {
  const old = { name: 'n.pdf', digest: DIGEST, bytes: 1, controls: ['c'] };

  expect(Evidence.body.parse(old)).toMatchObject({ state: 'submitted' });
});

test('it is accepted by somebody else', () => {
  const made = desk();
  made.act(acceptEvidence, e, LENA);

  expect(made.get(Evidence, 'e')).toMatchObject({ state: 'accepted', decidedBy: 'lena' });
});

test('it is returned with the reason, submitted again by who filed it, and accepted', () => {
  const made = desk();
  made.act(returnEvidence, why, LENA);

  expect(made.get(Evidence, 'e')).toMatchObject({ state: 'returned', decidedBy: 'lena', returnedFor: why.reason });
  made.act(resubmitEvidence, { ...again, validUntil: '2026-12-31' }, CARL);
  expect(made.get(Evidence, 'e')).toMatchObject({ state: 'submitted', note: again.note, validUntil: '2026-12-31' });
  expect(made.get(Evidence, 'e')).not.toHaveProperty('returnedFor');
  made.act(acceptEvidence, e, LENA);
  expect(made.get(Evidence, 'e').state).toBe('accepted');
});

test('one that was accepted may still be returned', () => {
  const made = desk();
  made.act(acceptEvidence, e, LENA);
  made.act(returnEvidence, why, OLGA);

  expect(made.get(Evidence, 'e')).toMatchObject({ state: 'returned', decidedBy: 'olga' });
});

test('nobody reviews what they filed, whatever else they are', () => {
  const carlIsLead = { ...CARL, roles: ['lead'] } as const;

  for (const act of [acceptEvidence, returnEvidence]) {
    expect(refusedBy(() => desk().act(act, act === acceptEvidence ? e : why, carlIsLead)).code).toBe('evidence.own');
  }
});

test('nor what they submitted again for another', () => {
  const made = desk();
  made.act(returnEvidence, why, LENA);
  made.act(resubmitEvidence, again, OLGA);

  expect(refusedBy(() => made.act(acceptEvidence, e, OLGA)).code).toBe('evidence.own');
  expect(made.act(acceptEvidence, e, LENA).changes).toHaveLength(1);
});

test('another control owner does not submit it again', () => {
  const made = desk();
  made.act(returnEvidence, why, LENA);

  expect(refusedBy(() => made.act(resubmitEvidence, again, { ...CARL, id: 'cleo' })).code).toBe('evidence.other');
});

describe('what cannot follow', () => {
  const accepted = (made: Desk) => made.act(acceptEvidence, e, LENA);
  const returned = (made: Desk) => made.act(returnEvidence, why, LENA);
  const replaced = (made: Desk) =>
    made.act(addEvidence, { id: 'f', name: 'm.pdf', blob: DIGEST, controls: ['c'], replaces: 'e' }, CARL);

  test.each([
    ['accepting what is accepted', accepted, acceptEvidence, e, LENA, 'record.move'],
    ['returning what is returned', returned, returnEvidence, why, LENA, 'record.move'],
    ['submitting what is submitted', () => undefined, resubmitEvidence, again, CARL, 'record.move'],
    ['accepting what was replaced', replaced, acceptEvidence, e, LENA, 'evidence.replaced'],
    ['returning what was replaced', replaced, returnEvidence, why, LENA, 'evidence.replaced'],
    [
      'a period without its end',
      returned,
      resubmitEvidence,
      { ...again, to: '2026-01-01T00:00:00Z' },
      CARL,
      'evidence.period',
    ],
  ])('%s', (_, before, act, input, who, code) => {
    const made = desk();
    before(made);

    expect(refusedBy(() => made.act(act, input, who)).code).toBe(code);
  });
});
