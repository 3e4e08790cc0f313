import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Programme } from '../framework/record.ts';
import { create, type Stored } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import { answerRequest, changeRequest, closeRequest, recordRequest, reopenRequest } from './acts.ts';
import type { Requests } from './list.ts';
import { requestsList } from './list.ts';
import { CustomerRequest } from './record.ts';
import type { Wanted } from './record.ts';
import { sendableTo } from './sendable.ts';

const desk = () => new Desk([CustomerRequest, Programme, Person]).at('2026-03-01T12:00:00Z');
const asked = (d: Desk, id: string, more: object = {}) =>
  d.act(recordRequest, { id, customer: id, wants: ['soc2-type-2'], region: 'us-ca', ...more });
const get = (d: Desk, id: string) => d.get(CustomerRequest, id);

describe('a request', () => {
  test('is open from the day it was recorded, where no other is said', () => {
    const d = desk();
    asked(d, 'acme');

    expect(get(d, 'acme')).toMatchObject({ askedOn: '2026-03-01', state: 'open', sent: [], underNda: false });
  });

  test.each([
    ['asked for tomorrow', { askedOn: '2026-03-02' }, 'request.future', ['askedOn']],
    ['wanted before it was asked for', { askedOn: '2026-02-01', by: '2026-01-31' }, 'request.asked', ['by']],
    ['of an amount of nothing', { amount: 5 }, 'request.currency', ['currency']],
    ['of a currency without an amount', { currency: 'USD' }, 'request.currency', ['amount']],
    ['for the same twice', { wants: ['iso27001', 'iso27001'] }, 'request.twice', ['wants', 1]],
    ['for something that nobody says', { wants: ['other'] }, 'request.something', ['note']],
    ['answered by nobody there is', { owner: 'nobody' }, 'record.missing', undefined],
  ])('%s is refused', (_, more, code, path) => {
    const refused = refusedBy(() => asked(desk(), 'acme', more));

    expect([refused.code, refused.path]).toEqual([code, path]);
  });

  test.each([
    { amount: -1, currency: 'USD' },
    { amount: 1, currency: 'usd' },
    { wants: [] },
    { region: 'mars' },
    { customer: '' },
  ])('of %j is none', (more) => {
    expect(() => asked(desk(), 'acme', more)).toThrow();
  });

  test('is answered as often as something is sent, closed once, and opened again', () => {
    const d = desk();
    asked(d, 'acme');
    d.act(answerRequest, { request: 'acme', what: 'bridge-letter', on: '2026-02-28' });
    d.act(answerRequest, { request: 'acme', what: 'report' });
    expect(get(d, 'acme')).toMatchObject({
      state: 'answered',
      sent: [
        { what: 'bridge-letter', on: '2026-02-28' },
        { what: 'report', on: '2026-03-01' },
      ],
    });

    d.act(closeRequest, { request: 'acme', outcome: 'won', reason: 'Signed for three years.' });
    expect(get(d, 'acme')).toMatchObject({ state: 'won', closedFor: 'Signed for three years.' });
    expect(refusedBy(() => d.act(answerRequest, { request: 'acme', what: 'report' })).code).toBe('record.move');
    expect(refusedBy(() => d.act(closeRequest, { request: 'acme', outcome: 'lost', reason: 'No.' })).code).toBe(
      'request.closed',
    );

    d.act(reopenRequest, { request: 'acme', reason: 'They ask again.' });
    const row = get(d, 'acme');
    expect([row.state, row.closedFor, row.reopenedFor, row.sent.length]).toEqual([
      'open',
      undefined,
      'They ask again.',
      2,
    ]);
  });

  test('says nothing was sent on a day to come, and nothing of a programme there is not', () => {
    const d = desk();
    asked(d, 'acme');
    const send = (more: object) => refusedBy(() => d.act(answerRequest, { request: 'acme', what: 'report', ...more }));

    expect(send({ on: '2026-03-02' }).code).toBe('request.future');
    expect(send({ programme: 'nothing' }).code).toBe('record.missing');
  });

  test('loses what is emptied', () => {
    const d = desk();
    asked(d, 'acme', { amount: 100, currency: 'EUR', by: '2026-06-01', note: 'n' });

    d.act(changeRequest, { request: 'acme', amount: null, currency: null, by: null, customer: 'ACME' });

    const row = get(d, 'acme');
    expect([row.customer, row.amount, row.currency, row.by, row.note]).toEqual([
      'ACME',
      undefined,
      undefined,
      undefined,
      'n',
    ]);
  });
});

describe('the list', () => {
  const filled = () => {
    const d = desk();
    asked(d, 'acme', { amount: 100, currency: 'USD', by: '2026-06-01' });
    asked(d, 'brio', {
      amount: 50,
      currency: 'EUR',
      by: '2026-05-01',
      region: 'europe',
      wants: ['iso27001', 'soc2-type-2'],
    });
    asked(d, 'cobalt', { amount: 30, currency: 'USD', region: 'apac', wants: ['iso27001'] });
    asked(d, 'delta', { amount: 900, currency: 'USD' });
    d.act(closeRequest, { request: 'delta', outcome: 'lost', reason: 'Too late.' });
    return d;
  };
  const list = (d: Desk, input: object = {}) => d.view(requestsList, input) as z.infer<typeof Requests>;
  const ids = (d: Desk, input: object) => list(d, input).requests.map(({ id }) => id);

  test.each([
    [{}, ['brio', 'acme', 'cobalt', 'delta']],
    [{ sort: '-customer' }, ['delta', 'cobalt', 'brio', 'acme']],
    [{ state: 'lost' }, ['delta']],
    [{ wants: 'iso27001' }, ['brio', 'cobalt']],
    [{ region: 'us-ca' }, ['acme', 'delta']],
    [{ search: 'OBA' }, ['cobalt']],
    [{ limit: 2 }, ['brio', 'acme']],
    [{ limit: 2, cursor: '2' }, ['cobalt', 'delta']],
  ])('with %j', (input, expected) => {
    expect(ids(filled(), input)).toEqual(expected);
  });

  test('says where it goes on', () => {
    expect(list(filled(), { limit: 2 })).toMatchObject({ total: 4, of: 4, next: '2' });
    expect(list(filled(), { limit: 2, cursor: '2' }).next).toBeNull();
  });

  test('adds up what waits, never across currencies, a request for two reports with both', () => {
    const { totals } = list(filled());
    const of = (wants: string) => totals.byWanted.find((one) => one.wants === wants);

    expect(totals.all).toEqual({
      requests: 4,
      waiting: 3,
      amounts: [
        { currency: 'USD', amount: 130 },
        { currency: 'EUR', amount: 50 },
      ],
      by: '2026-05-01',
    });
    expect([of('soc2-type-2')?.waiting, of('iso27001')?.waiting, of('soc2-type-1')?.waiting]).toEqual([2, 2, 0]);
    expect(totals.byRegion.find(({ region }) => region === 'us-ca')).toMatchObject({ requests: 2, waiting: 1 });
  });
});

describe('what can be sent', () => {
  const programmes = (...given: readonly object[]): readonly Stored<typeof Programme>[] => {
    const d = new Desk([Programme]);
    given.forEach((body, i) => d.keep(create(Programme, `p${i}`, { title: `P${i}`, ...body } as never)));
    return d.shelf(Programme).all();
  };
  const type2 = (more: object = {}) => ({
    framework: 'soc2',
    report: 'type-2',
    periodFrom: '2025-07-01',
    periodTo: '2025-12-31',
    ...more,
  });
  const milestone = (kind: string, on: string, doneOn?: string) => ({
    milestone: kind,
    on,
    ...(doneOn === undefined ? {} : { doneOn }),
  });
  const out = { milestones: [milestone('report', '2026-02-10', '2026-02-12')] };
  const send = (wants: Wanted, all: readonly object[], more: object = {}, day = '2026-03-01') =>
    sendableTo({ wants: [wants], underNda: false, by: undefined, ...more }, programmes(...all), day)[0];

  test.each<[string, Wanted, readonly object[], object, string, object]>([
    [
      'a report, to those who signed',
      'soc2-type-2',
      [type2(out)],
      { underNda: true },
      '2026-03-01',
      { state: 'ready', what: 'report', on: '2025-12-31' },
    ],
    ['a report, after they sign', 'soc2-type-2', [type2(out)], {}, '2026-03-01', { state: 'nda', what: 'report' }],
    [
      'the Type 2 to who asks for a Type 1',
      'soc2-type-1',
      [type2(out)],
      { underNda: true },
      '2026-03-01',
      { state: 'ready', programme: 'p0' },
    ],
    [
      'nothing before it is out',
      'soc2-type-2',
      [type2(out)],
      {},
      '2026-02-09',
      { state: 'expected', on: '2026-02-10' },
    ],
    ['no date that is past', 'soc2-type-2', [type2(out)], {}, '2026-02-11', { state: 'nothing', on: '2026-02-10' }],
    ['nothing without a programme', 'soc2-type-2', [], {}, '2026-03-01', { state: 'nothing', programme: undefined }],
    ['nothing without a date', 'soc2-type-2', [type2()], {}, '2026-03-01', { state: 'nothing', programme: 'p0' }],
    [
      'no Type 1 to who asks for a Type 2',
      'soc2-type-2',
      [
        {
          framework: 'soc2',
          report: 'type-1',
          asOfDate: '2026-01-31',
          milestones: [milestone('report', '2026-02-15', '2026-02-15')],
        },
      ],
      {},
      '2026-03-01',
      { state: 'nothing' },
    ],
    [
      'a certificate, to anybody',
      'iso27001',
      [{ framework: 'iso27001', milestones: [milestone('decision', '2026-02-01', '2026-02-01')] }],
      {},
      '2026-03-01',
      { state: 'ready', what: 'certificate', on: '2026-02-01' },
    ],
    [
      'no certificate once it has ended',
      'iso27001',
      [{ framework: 'iso27001', milestones: [milestone('decision', '2023-02-01', '2023-02-01')] }],
      {},
      '2026-03-01',
      { state: 'nothing' },
    ],
    [
      'a certificate to come',
      'iso27001',
      [{ framework: 'iso27001', milestones: [milestone('decision', '2026-08-01')] }],
      {},
      '2026-03-01',
      { state: 'expected', on: '2026-08-01' },
    ],
    ['a person for anything else', 'other', [type2(out)], {}, '2026-03-01', { state: 'ask' }],
  ])('%s', (_, wants, all, more, day, expected) => {
    expect(send(wants, all, more, day)).toMatchObject(expected);
  });

  test('counts the days by which it comes too late', () => {
    const later = type2({ milestones: [milestone('report', '2026-04-10')] });

    expect(send('soc2-type-2', [later], { by: '2026-04-01' })?.lateDays).toBe(9);
    expect(send('soc2-type-2', [later], { by: '2026-04-10' })?.lateDays).toBeUndefined();
  });

  test('a bridge letter reaches three months past the period', () => {
    const also = (day: string) => send('soc2-type-2', [type2(out)], { underNda: true }, day)?.also.join(' ');

    expect(also('2026-03-31')).toContain('can cover 2026-01-01 to 2026-03-31');
    expect(also('2026-04-01')).toContain('more than three months');
  });

  test('a report of more than a year ago is called stale', () => {
    expect(send('soc2-type-2', [type2(out)], {}, '2026-12-31')?.also.join(' ')).not.toContain('stale');
    expect(send('soc2-type-2', [type2(out)], {}, '2027-01-01')?.also.join(' ')).toContain('stale');
  });

  test('the report that speaks of the latest time goes out', () => {
    const older = type2({
      periodFrom: '2025-01-01',
      periodTo: '2025-06-30',
      milestones: [milestone('report', '2025-08-01', '2025-08-01')],
    });

    expect(send('soc2-type-2', [older, type2(out)])?.programme).toBe('p1');
  });

  test('who waits for a Type 2 may have the Type 1 and the certificate until then', () => {
    const type1 = {
      framework: 'soc2',
      report: 'type-1',
      asOfDate: '2026-01-31',
      milestones: [milestone('report', '2026-02-15', '2026-02-15')],
    };
    const iso = { framework: 'iso27001', milestones: [milestone('decision', '2026-02-01', '2026-02-01')] };

    const found = send('soc2-type-2', [
      type1,
      iso,
      type2({ periodFrom: '2026-02-01', periodTo: '2026-07-31', milestones: [milestone('report', '2026-09-01')] }),
    ]);

    expect(found?.state).toBe('expected');
    expect(found?.also).toHaveLength(2);
    expect(found?.also.join(' ')).toContain('design on one date, not of operation');
  });

  test('a certificate whose first surveillance is overdue says so', () => {
    const iso = { framework: 'iso27001', milestones: [milestone('decision', '2025-02-01', '2025-02-01')] };
    const says = (day: string) => send('iso27001', [iso], {}, day)?.also.join(' ');

    expect(says('2026-02-01')).not.toContain('surveillance');
    expect(says('2026-02-02')).toContain('due by 2026-02-01');
  });

  test('no answer for SOC 2 speaks of a certificate', () => {
    const texts = (['soc2-type-1', 'soc2-type-2'] as const).flatMap((wants) =>
      [[], [type2()], [type2(out)]].flatMap((all) => {
        const found = send(wants, all);
        return [found?.says ?? '', ...(found?.also ?? [])];
      }),
    );

    expect(texts.join(' ')).not.toMatch(/certif|passed/i);
  });
});
