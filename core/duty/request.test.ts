import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Holidays } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { ProcessingActivity } from './processing.ts';
import { DutyProfile } from './profile.ts';
import {
  confirmRequest,
  answerRequest,
  extendRequest,
  identifyRequest,
  receiveRequest,
  refusePrivacyRequest,
  withdrawPrivacyRequest,
} from './request-acts.ts';
import type { RequestListing } from './request-view.ts';
import { requestsList } from './request-view.ts';
import { PrivacyRequest } from './request.ts';
import { PrivacyContract } from './transfer.ts';

const LENA = { id: 'lena', roles: ['lead'] as const };
const RECEIVED = '2026-11-02T09:00:00+01:00';

function received(more: object = {}, now = '2026-11-20T12:00:00Z'): Desk {
  const made = new Desk([PrivacyRequest, DutyProfile, ProcessingActivity, PrivacyContract, Holidays, Person], {
    zone: 'Europe/Madrid',
  }).at('2026-01-01T00:00:00Z');
  made.keep(create(Person, 'lena', { name: 'Lena', roles: ['lead'] }));
  made
    .at(now)
    .act(
      receiveRequest,
      { id: 'r', law: 'gdpr', type: 'access', subject: 'REQ-2026-014', receivedAt: RECEIVED, ...more },
      LENA,
    );
  return made;
}
type Item = z.output<typeof RequestListing>['items'][number];
const item = (made: Desk, asOf?: string): Item | undefined =>
  (
    made.view(requestsList, {}, { who: LENA, ...(asOf === undefined ? {} : { asOf }) }) as z.output<
      typeof RequestListing
    >
  ).items[0];
const code = (work: () => unknown): string => refusedBy(work).code;
const confirmed = (made: Desk): Desk => {
  made.act(identifyRequest, { request: 'r', identity: 'confirmed', at: '2026-11-03T09:00:00Z' }, LENA);
  return made;
};

describe('a request', () => {
  test('is due a month after receipt', () => {
    expect(item(received())).toMatchObject({
      clock: 'running',
      dueAt: '2026-12-02T22:59:59.999Z',
      identity: 'not-checked',
      law: { short: 'GDPR' },
    });
  });

  test('is due two months later once extended, and as of before that it was not', () => {
    const made = received();
    made.act(extendRequest, { request: 'r', at: '2026-11-20T10:00:00Z', reason: 'Three systems hold it.' }, LENA);

    // 2 February 2027 is a Tuesday.
    expect(item(made)).toMatchObject({ dueAt: '2027-02-02T22:59:59.999Z', clocks: [{ isExtended: true }] });
    expect(item(made, '2026-11-19T00:00:00Z')).toMatchObject({ dueAt: '2026-12-02T22:59:59.999Z', extended: null });
  });

  test('is met or late by its answer', () => {
    const made = confirmed(received());
    made.act(answerRequest, { request: 'r', at: '2026-11-20T11:00:00Z' }, LENA);
    const late = confirmed(received({}, '2026-12-20T00:00:00Z'));
    late.act(answerRequest, { request: 'r', at: '2026-12-10T00:00:00Z' }, LENA);

    expect(item(made)).toMatchObject({ state: 'closed', outcome: 'answered', clock: 'met' });
    expect(item(made, '2026-11-10T00:00:00Z')).toMatchObject({ state: 'open', outcome: null, clock: 'running' });
    expect(item(late)).toMatchObject({ clock: 'late' });
    expect(item(received({}, '2026-12-20T00:00:00Z'))).toMatchObject({ clock: 'missed' });
  });

  test('under the CCPA is confirmed within ten business days and answered within 45 days', () => {
    const made = received({ law: 'ccpa', type: 'delete' });
    const due = (text: string) => item(made)?.clocks.find(({ obligation }) => obligation === text)?.dueAt;

    expect([due('ccpa.confirm'), due('ccpa.answer')]).toEqual(['2026-11-17T07:59:59.999Z', '2026-12-18T07:59:59.999Z']);
    expect(item(made)?.clock).toBe('missed');
    made.act(confirmRequest, { request: 'r', at: '2026-11-10T09:00:00Z' }, LENA);
    expect(
      item(made)
        ?.clocks.map(({ state }) => state)
        .sort(),
    ).toEqual(['met', 'running']);
    expect(code(() => made.act(confirmRequest, { request: 'r', at: '2026-11-10T09:00:00Z' }, LENA))).toBe(
      'duty.confirmed',
    );
  });

  test('that was taken back has no clock', () => {
    const made = received();
    made.act(withdrawPrivacyRequest, { request: 'r', at: '2026-11-05T00:00:00Z', reason: 'They found it.' }, LENA);

    expect(item(made)).toMatchObject({ clock: 'not-applicable', outcome: 'withdrawn' });
  });

  test('says beside its clock that nobody decided whether the law applies', () => {
    expect(item(received())?.clocks[0]?.cautions).toEqual([
      'Nobody has decided whether GDPR applies to this organisation.',
    ]);
  });

  test.each<[string, object, string]>([
    ['of tomorrow', { receivedAt: '2026-11-21T00:00:00Z' }, 'duty.future'],
    ['for a right the law does not give', { law: 'gdpr', type: 'opt-out' }, 'duty.type'],
    ['under a standard', { law: 'iso27701' }, 'duty.type'],
  ])('%s is refused', (_says, given, wanted) => {
    expect(code(() => received(given))).toBe(wanted);
  });

  test.each(['ann@example.com', 'Ann Example', 'x', '../etc', `r${'x'.repeat(64)}`])(
    'names nobody: %s is no reference',
    (subject) => {
      expect(() => received({ subject })).toThrow(/reference|Invalid/);
    },
  );

  test('under an unknown law is none', () => {
    expect(() => received({ law: 'pipl' })).toThrow(/law/);
  });
});

describe('what may be done to a request', () => {
  test('an extension is told once, within the first period, where the law allows one', () => {
    const extend = (at: string) => ({ request: 'r', at, reason: 'Three systems hold it.' });
    const made = received();
    made.act(extendRequest, extend('2026-11-20T10:00:00Z'), LENA);

    expect(code(() => made.act(extendRequest, extend('2026-11-20T11:00:00Z'), LENA))).toBe('duty.extended');
    expect(
      code(() => received({}, '2026-12-20T00:00:00Z').act(extendRequest, extend('2026-12-10T00:00:00Z'), LENA)),
    ).toBe('duty.extension-late');
    expect(code(() => received({ law: 'lgpd' }).act(extendRequest, extend('2026-11-05T00:00:00Z'), LENA))).toBe(
      'duty.not-extendable',
    );
    expect(code(() => received().act(extendRequest, extend('2026-11-01T00:00:00Z'), LENA))).toBe('duty.order');
    expect(code(() => received().act(extendRequest, extend('2026-11-21T00:00:00Z'), LENA))).toBe('duty.future');
  });

  test('data is handed over to whoever is known; an objection needs no check', () => {
    expect(code(() => received().act(answerRequest, { request: 'r', at: '2026-11-10T00:00:00Z' }, LENA))).toBe(
      'duty.identity',
    );
    const made = received({ type: 'object' });
    made.act(answerRequest, { request: 'r', at: '2026-11-10T00:00:00Z' }, LENA);

    expect(item(made)?.outcome).toBe('answered');
  });

  test('an answer lies after receipt, is not of tomorrow, is given once, and says what it leaves out', () => {
    const answer = (at: string, more: object = {}) => ({ request: 'r', at, ...more });
    const made = confirmed(received());

    expect(code(() => made.act(answerRequest, answer('2026-11-01T00:00:00Z'), LENA))).toBe('duty.order');
    expect(code(() => made.act(answerRequest, answer('2026-11-21T00:00:00Z'), LENA))).toBe('duty.future');
    expect(code(() => made.act(answerRequest, answer('2026-11-10T00:00:00Z', { outcome: 'partly' }), LENA))).toBe(
      'duty.contradiction',
    );
    made.act(refusePrivacyRequest, answer('2026-11-10T00:00:00Z', { reason: 'The third within a week.' }), LENA);
    expect(code(() => made.act(answerRequest, answer('2026-11-11T00:00:00Z'), LENA))).toBe('duty.contradiction');
    expect(item(made)).toMatchObject({ outcome: 'refused', reason: 'The third within a week.' });
  });
});
