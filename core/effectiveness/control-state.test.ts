import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar, Terms } from '../control/schedule.ts';
import { dayEnd, dayStart } from '../kernel/time.ts';
import type { Governed } from '../kernel/time.ts';
import { controlAt } from './control-state.ts';
import type { ControlAnswer } from './control-state.ts';
import type { Leg } from './leg.ts';

const calendar: Calendar = { zone: 'Europe/Madrid', holidays: new Set() };
const noon = dayStart('Europe/Madrid', '2026-03-01');

function control(more: Partial<Terms> = {}): Governed<Terms> {
  const terms: Terms = {
    frequency: 'monthly',
    startsOn: '2026-01-01',
    days: 'all',
    evidence: 'optional',
    ...more,
  };
  return [{ from: -Infinity, to: Infinity, terms }];
}

const leg = (says: Leg['says']): Leg => ({ kind: 'check', name: says, says, because: `It ${says}.` });

function at(legs: readonly Leg['says'][], more: Partial<Terms> = {}, T = noon): ControlAnswer | undefined {
  return controlAt(control(more), calendar, legs.map(leg), T);
}

describe('a control at T', () => {
  it.each<[readonly Leg['says'][], string, readonly string[]]>([
    [['speaks', 'speaks'], 'operating', ['It speaks.', 'It speaks.']],
    [['speaks', 'aside'], 'operating', ['It speaks.']],
    [['speaks', 'silent'], 'not-observed', ['It silent.']],
    [['speaks', 'silent', 'fails'], 'failing', ['It fails.']],
    [['aside', 'aside'], 'no-occasion', ['It aside.', 'It aside.']],
    [['aside', 'silent'], 'not-observed', ['It silent.']],
  ])('with legs %j is %s', (legs, state, because) => {
    expect(at(legs)).toEqual({ state, because });
  });

  it('without legs is not observed', () => {
    expect(at([])?.state).toBe('not-observed');
  });

  it('is planned before startsOn, and without one, whatever its legs say', () => {
    const starts = dayStart('Europe/Madrid', '2026-04-01');

    expect(at(['fails'], { startsOn: '2026-04-01' }, starts - 1)?.state).toBe('planned');
    expect(at(['fails'], { startsOn: '2026-04-01' }, starts)?.state).toBe('failing');
    expect(at(['speaks'], { startsOn: undefined })?.state).toBe('planned');
  });

  it('after endsOn it answers nothing any more', () => {
    const end = dayEnd('Europe/Madrid', '2026-02-28');

    expect(at(['speaks'], { endsOn: '2026-02-28' }, end)?.state).toBe('operating');
    expect(at(['speaks'], { endsOn: '2026-02-28' }, end + 1)).toBeUndefined();
  });

  it('nor where it was retired', () => {
    expect(controlAt([], calendar, [leg('speaks')], noon)).toBeUndefined();
  });

  it('more unknown never turns a state to operating', () => {
    const anyLegs = fc.array(fc.constantFrom<Leg['says']>('speaks', 'fails', 'silent', 'aside'), { maxLength: 5 });
    fc.assert(
      fc.property(anyLegs, fc.nat(), (legs, i) => {
        const added = at([...legs, 'silent'])?.state;
        const silenced = at(legs.map((says, j) => (j === i % legs.length ? 'silent' : says)))?.state;

        expect(added).not.toBe('operating');
        expect(silenced).not.toBe('operating');
      }),
    );
  });
});
