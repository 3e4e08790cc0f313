import { describe, expect, test } from 'vitest';
import { create, parseInstant } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import {
  approveException,
  Exception,
  excuseOf,
  refuseRequestedException,
  requestException,
  withdrawException,
} from './exception.ts';
import { Control } from './record.ts';
import { occurrencesOf } from './schedule.ts';
import { settle } from './settle.ts';

const calendar = { zone: 'UTC', holidays: new Set<string>() };

function desk(): Desk {
  const made = new Desk([Control, Exception]).at('2026-01-01T00:00:00Z');
  made.keep(create(Control, 'c', { title: 'Review', frequency: 'monthly', startsOn: '2026-01-01', grace: 'P7D' }));
  return made;
}

const wish = { id: 'x', control: 'c', from: '2026-01-01', to: '2026-06-30', reason: 'The system is moved.' };

describe('asking', () => {
  test('is for a control that is there', () => {
    expect(refusedBy(() => desk().act(requestException, { ...wish, control: 'd' })).code).toBe('record.missing');
  });

  test.each([
    ['2026-02-01', '2026-01-31', 'exception.dates'],
    ['2026-01-01', '2027-01-02', 'exception.length'],
    ['2026-01-01', '2036-01-01', 'exception.length'],
  ])('from %s to %s is refused', (from, to, code) => {
    const refused = refusedBy(() => desk().act(requestException, { ...wish, from, to }));

    expect([refused.code, refused.path]).toEqual([code, ['to']]);
  });

  test.each([
    ['2026-01-01', '2026-01-01'],
    ['2026-01-01', '2026-12-31'],
    ['2024-01-01', '2024-12-31'],
  ])('from %s to %s is at most a year', (from, to) => {
    expect(desk().act(requestException, { ...wish, from, to }).answer).toEqual({ exception: 'x' });
  });
});

describe('deciding', () => {
  test('is another person’s: who asked cannot grant it', () => {
    const made = desk();
    made.act(requestException, wish, { id: 'ada' });

    expect(refusedBy(() => made.act(approveException, { exception: 'x' }, { id: 'ada' })).code).toBe('exception.own');
    expect(made.get(Exception, 'x').state).toBe('requested');
  });

  test('by another person grants it, and says who', () => {
    const made = desk();
    made.act(requestException, wish, { id: 'ada' });
    made.act(approveException, { exception: 'x' }, { id: 'bob' });

    expect(made.get(Exception, 'x')).toMatchObject({ state: 'approved', requestedBy: 'ada', decidedBy: 'bob' });
  });

  test('who asked cannot be given in the input', () => {
    const made = desk();

    expect(() => made.act(requestException, { ...wish, requestedBy: 'eve' })).toThrow();
    expect(() => made.act(requestException, { ...wish, state: 'approved' })).toThrow();
  });

  test('may turn it down, which excuses nothing', () => {
    const made = desk();
    made.act(requestException, wish, { id: 'ada' });
    made.act(refuseRequestedException, { exception: 'x' }, { id: 'bob' });

    expect(made.get(Exception, 'x').state).toBe('refused');
    expect(excuseOf(made.shelf(Exception).history('x'))).toBeUndefined();
  });
});

describe('an exception that was granted in January and withdrawn in April', () => {
  const made = desk();
  made.at('2026-01-10T00:00:00Z').act(requestException, wish, { id: 'ada' });
  made.at('2026-01-12T00:00:00Z').act(approveException, { exception: 'x' }, { id: 'bob' });
  made.at('2026-04-10T00:00:00Z').act(withdrawException, { exception: 'x', reason: 'It is done.' }, { id: 'ada' });

  const settledAs = (key: string, knownAt: string): string => {
    const at = parseInstant(knownAt) ?? Number.NaN;
    const governed = made.at('2026-12-01T00:00:00Z').shelf(Control).governed('c');
    const occurrence = occurrencesOf(governed, calendar, -Infinity, at).find((one) => one.key === key);
    const excuse = excuseOf(
      made
        .shelf(Exception)
        .history('x')
        .filter(({ recordedAt }) => recordedAt <= at),
    );
    if (occurrence === undefined) throw new Error(`There is no ${key}`);
    return settle(occurrence, undefined, excuse === undefined ? [] : [excuse], calendar, at);
  };

  test.each([
    ['2026-01', '2026-11-01T00:00:00Z', 'excused', 'it fell due while the exception stood'],
    ['2026-03', '2026-11-01T00:00:00Z', 'excused', 'the last one before the withdrawal'],
    ['2026-04', '2026-11-01T00:00:00Z', 'missed', 'it fell due after the withdrawal'],
    ['2026-07', '2026-11-01T00:00:00Z', 'missed', 'it is not covered'],
    ['2026-03', '2026-04-01T00:00:00Z', 'excused', 'as it was known then'],
  ])('leaves %s, known at %s, %s: %s', (key, knownAt, settled) => {
    expect(settledAs(key, knownAt)).toBe(settled);
  });
});

test('an approval recorded after the due instant comes too late', () => {
  const made = desk();
  made.at('2026-02-01T00:00:00Z').act(requestException, wish, { id: 'ada' });
  made.act(approveException, { exception: 'x' }, { id: 'bob' });
  const at = parseInstant('2026-04-01T00:00:00Z') ?? Number.NaN;
  const [january, february] = occurrencesOf(made.shelf(Control).governed('c'), calendar, -Infinity, at);
  const excuse = excuseOf(made.shelf(Exception).history('x'));
  if (january === undefined || february === undefined || excuse === undefined) throw new Error('They are there');

  expect(settle(january, undefined, [excuse], calendar, at)).toBe('missed');
  expect(settle(february, undefined, [excuse], calendar, at)).toBe('excused');
});
