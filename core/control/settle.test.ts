import { describe, expect, it } from 'vitest';
import { dayEnd, dayStart } from '../kernel/time.ts';
import type { Performed } from './assignment.ts';
import type { Calendar, Occurrence } from './schedule.ts';
import { settle } from './settle.ts';
import type { Excuse } from './settle.ts';

const calendar: Calendar = { zone: 'Europe/Madrid', holidays: new Set() };
const march: Occurrence = {
  key: '2026-03',
  start: dayStart('Europe/Madrid', '2026-03-01'),
  due: dayEnd('Europe/Madrid', '2026-03-31'),
  graceEnd: dayEnd('Europe/Madrid', '2026-04-07'),
  part: false,
};
const later = dayStart('Europe/Madrid', '2026-06-01');

function performed(at: number): Performed {
  return { id: 'p', at, recordedAt: at, outcome: 'done', evidence: 0 };
}

function excuse(more: Partial<Excuse> = {}): Excuse {
  const approvedRecordedAt = dayStart('Europe/Madrid', '2026-03-20');
  return { from: '2026-03-31', to: '2026-03-31', requestedBy: 'ana', approvedBy: 'ben', approvedRecordedAt, ...more };
}

describe('on-time if period start ≤ performedAt ≤ due, late if due < performedAt ≤ due + grace', () => {
  it.each([
    [march.due, 'on-time'],
    [march.due + 1, 'late'],
  ])('performed at %d: %s', (at, state) => {
    expect(settle(march, performed(at), [], calendar, later)).toBe(state);
  });
});

describe('unmet: pending while known-at ≤ due + grace, else missed', () => {
  it.each([
    [march.start, 'pending'],
    [march.graceEnd, 'pending'],
    [march.graceEnd + 1, 'missed'],
  ])('known at %d: %s', (knownAt, state) => {
    expect(settle(march, undefined, [], calendar, knownAt)).toBe(state);
  });
});

describe('excused if an exception covering the due date was approved by another and recorded before the due instant', () => {
  it.each<[string, Excuse, string]>([
    ['covers the due date', excuse(), 'excused'],
    ['ends the day before', excuse({ from: '2026-03-01', to: '2026-03-30' }), 'missed'],
    ['begins the day after', excuse({ from: '2026-04-01', to: '2026-04-30' }), 'missed'],
    ['was approved by who asked', excuse({ approvedBy: 'ana' }), 'missed'],
    ['was not approved', excuse({ approvedBy: undefined, approvedRecordedAt: undefined }), 'missed'],
    ['was recorded at the due instant', excuse({ approvedRecordedAt: march.due }), 'missed'],
    ['was recorded just before it', excuse({ approvedRecordedAt: march.due - 1 }), 'excused'],
    ['was withdrawn just after it', excuse({ endedAt: march.due + 1 }), 'excused'],
    ['was withdrawn at the due instant', excuse({ endedAt: march.due }), 'missed'],
    ['is on an item', excuse({ item: 'p-17' }), 'missed'],
  ])('an exception that %s', (_, one, state) => {
    expect(settle(march, undefined, [one], calendar, later)).toBe(state);
  });

  it('an approval not on record by known-at excuses nothing', () => {
    expect(settle(march, undefined, [excuse()], calendar, dayStart('Europe/Madrid', '2026-03-19'))).toBe('pending');
  });

  it('a withdrawal not on record by known-at ends nothing', () => {
    const knownAt = march.due - 2;

    expect(settle(march, undefined, [excuse({ endedAt: march.due - 1 })], calendar, knownAt)).toBe('excused');
  });

  it('an excused occurrence can still be met: the performance wins', () => {
    expect(settle(march, performed(march.due), [excuse()], calendar, later)).toBe('on-time');
  });
});
