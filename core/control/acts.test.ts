import { describe, expect, test } from 'vitest';
import { Evidence } from '../evidence/record.ts';
import { change, create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Holidays, Organisation } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { recordPerformance, recordPerformances, withdrawPerformance } from './acts.ts';
import { Performance } from './performance.ts';
import { Control } from './record.ts';

function desk(zone = 'UTC'): Desk {
  const made = new Desk([Control, Performance, Holidays, Organisation, Evidence, Person], { zone });
  made.at('2026-01-01T00:00:00Z');
  made.keep(
    create(Control, 'monthly', { title: 'Review', frequency: 'monthly', startsOn: '2026-01-01', grace: 'P7D' }),
  );
  made.keep(create(Control, 'planned', { title: 'Later', frequency: 'monthly' }));
  made.keep(create(Control, 'event', { title: 'On joining', frequency: 'per-event', startsOn: '2026-01-01' }));
  return made.at('2026-03-05T12:00:00Z');
}

const given = (at: string, more: object = {}) => ({ control: 'monthly', at, ...more });

describe('recording a performance', () => {
  test('answers the occurrence it met', () => {
    expect(desk().act(recordPerformance, given('2026-03-05T10:00:00Z')).answer).toMatchObject({ met: '2026-03' });
  });

  test('names an overdue occurrence that --for would meet instead, and with it meets that one', () => {
    const first = desk().act(recordPerformance, given('2026-03-05T10:00:00Z'));
    const keyed = desk().act(recordPerformance, given('2026-03-05T10:00:00Z', { for: '2026-02' }));

    expect(first.answer).toMatchObject({ met: '2026-03', overdue: '2026-02' });
    expect(keyed.answer).toMatchObject({ met: '2026-02' });
    expect(keyed.answer).not.toHaveProperty('overdue');
  });

  test('names none once it is met, nor one whose grace is over', () => {
    const made = desk();
    made.act(recordPerformance, given('2026-02-10T10:00:00Z'));

    expect(made.act(recordPerformance, given('2026-03-05T10:00:00Z')).answer).not.toHaveProperty('overdue');
    expect(
      desk().at('2026-03-20T00:00:00Z').act(recordPerformance, given('2026-03-10T10:00:00Z')).answer,
    ).not.toHaveProperty('overdue');
  });

  test('that meets nothing says why, and is kept', () => {
    const made = desk();
    const told = made.act(recordPerformance, { control: 'planned', at: '2026-03-01T00:00:00Z' });
    const notDone = made.act(recordPerformance, given('2026-03-02T00:00:00Z', { outcome: 'not-done' }));

    expect(told.answer).toMatchObject({ outside: expect.any(String) });
    expect(notDone.answer).not.toHaveProperty('met');
    expect(made.shelf(Performance).all()).toHaveLength(2);
  });

  test.each(['2026-03-05T12:00:00.001Z', '2026-03-05T14:00:00+01:00', '2027-01-01T00:00:00Z'])(
    'at %s, which is still to come, is refused',
    (at) => {
      const refused = refusedBy(() => desk().act(recordPerformance, given(at)));

      expect([refused.code, refused.path]).toEqual(['performance.future', ['at']]);
    },
  );

  test('at this very instant is not of the future', () => {
    expect(desk().act(recordPerformance, given('2026-03-05T13:00:00+01:00')).changes).toHaveLength(1);
  });

  test.each([
    ['monthly', '2026-13'],
    ['monthly', '2026-Q1'],
    ['monthly', '2025-12'],
    ['monthly', 'march'],
    ['planned', '2026-03'],
  ])('of %s for %s, an occurrence it has not, is refused', (control, key) => {
    const refused = refusedBy(() => desk().act(recordPerformance, { control, at: '2026-03-05T10:00:00Z', for: key }));

    expect([refused.code, refused.path]).toEqual(['performance.key', ['for']]);
  });

  test('of a per-event control names any event', () => {
    const told = desk().act(recordPerformance, { control: 'event', at: '2026-03-05T10:00:00Z', for: 'joiner 17' });

    expect(told.changes).toMatchObject([{ body: { for: 'joiner 17' } }]);
  });

  test('counts months in the organisation’s time zone', () => {
    const at = '2026-02-28T23:30:00Z';

    expect(desk().act(recordPerformance, given(at)).answer).toMatchObject({ met: '2026-02' });
    expect(desk('Europe/Madrid').act(recordPerformance, given(at)).answer).toMatchObject({ met: '2026-03' });
  });

  test('of a control that is not there is refused', () => {
    expect(refusedBy(() => desk().act(recordPerformance, { control: 'x', at: '2026-03-01T00:00:00Z' })).code).toBe(
      'record.missing',
    );
  });

  test('goes by the terms in force when it fell due: a control made quarterly since keeps its months', () => {
    const made = desk();
    made.at('2026-03-04T00:00:00Z').keep(change(Control, made.get(Control, 'monthly'), { frequency: 'quarterly' }));

    expect(
      made.at('2026-03-05T12:00:00Z').act(recordPerformance, given('2026-02-20T00:00:00Z', { for: '2026-02' })).answer,
    ).toMatchObject({ met: '2026-02' });
  });
});

describe('recording many', () => {
  const lines = (...performances: readonly object[]) => ({ performances });

  test('answers each line, as if recorded together', () => {
    const { answer } = desk().act(
      recordPerformances,
      lines(
        given('2026-01-10T00:00:00Z'),
        given('2026-02-10T00:00:00Z'),
        given('2026-02-11T00:00:00Z', { outcome: 'not-done' }),
      ),
    );

    expect(answer).toMatchObject({
      performed: [
        { line: 1, met: '2026-01' },
        { line: 2, met: '2026-02' },
        { line: 3, outside: expect.any(String) },
      ],
    });
  });

  test.each([
    ['a future one', given('2026-03-06T00:00:00Z'), 'performance.future', 'at'],
    ['a key that is none', given('2026-03-01T00:00:00Z', { for: '2026-W09' }), 'performance.key', 'for'],
  ])('is all or nothing: %s refuses the file with its line', (_, wrong, code, field) => {
    const made = desk();
    const refused = refusedBy(() => made.act(recordPerformances, lines(given('2026-01-10T00:00:00Z'), wrong)));

    expect([refused.code, refused.path]).toEqual([code, ['performances', 1, field]]);
    expect(made.shelf(Performance).all()).toEqual([]);
  });

  test('does not find out repeated ones: each is a performance of its own', () => {
    const made = desk();
    made.act(recordPerformances, lines(given('2026-01-10T00:00:00Z'), given('2026-01-10T00:00:00Z')));

    expect(made.shelf(Performance).all()).toHaveLength(2);
  });
});

describe('withdrawing a performance', () => {
  const at = '2026-03-05T10:00:00Z';

  test('keeps it with the reason, and frees the occurrence it met, for all time', () => {
    const made = desk();
    const id = made.act(recordPerformance, given(at)).changes[0]?.id ?? '';
    const before = made.now;
    made.at('2026-03-06T00:00:00Z').act(withdrawPerformance, { performance: id, reason: 'Wrong control' });

    expect(made.get(Performance, id)).toMatchObject({ withdrawn: { reason: 'Wrong control' }, performedAt: at });
    expect(made.shelf(Performance, before).get(id).withdrawn).toBeDefined();
    expect(made.act(recordPerformance, given('2026-03-05T11:00:00Z')).answer).toMatchObject({ met: '2026-03' });
    expect(made.shelf(Performance).history(id)).toHaveLength(2);
  });

  test('twice is refused', () => {
    const made = desk();
    const performance = made.act(recordPerformance, given(at)).changes[0]?.id ?? '';
    made.act(withdrawPerformance, { performance, reason: 'Wrong' });

    expect(refusedBy(() => made.act(withdrawPerformance, { performance, reason: 'Wrong' })).code).toBe(
      'performance.withdrawn',
    );
  });
});
