import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROL_STATES } from './control-state.ts';
import type { ControlState } from './control-state.ts';
import { requirementAt } from './requirement-state.ts';

describe('a requirement at T', () => {
  it.each<[readonly ControlState[], string]>([
    [[], 'unmet'],
    [['failing', 'not-observed'], 'unmet'],
    [['failing', 'no-occasion'], 'unmet'],
    [['operating', 'operating'], 'met'],
    [['operating', 'no-occasion'], 'met'],
    [['operating', 'failing'], 'partly'],
    [['operating', 'planned'], 'partly'],
    [['operating', 'not-observed'], 'partly'],
    [['not-observed', 'planned'], 'not-observed'],
    [['planned'], 'not-observed'],
    [['no-occasion', 'no-occasion'], 'not-observed'],
  ])('answered by controls %j is %s', (controls, state) => {
    expect(requirementAt(controls).state).toBe(state);
  });

  it('says no-control if none answers it', () => {
    expect(requirementAt([]).because).toEqual(['no-control']);
  });

  it('counts its controls, and says how many operate of those that had occasion', () => {
    const answer = requirementAt(['operating', 'operating', 'failing', 'planned', 'no-occasion']);

    expect(answer.counts).toEqual({ operating: 2, failing: 1, notObserved: 0, planned: 1, noOccasion: 1 });
    expect(answer.because).toEqual(['2 of 4 controls operating, 1 failing, 1 planned, 1 without occasion.']);
  });

  it('is out of scope with its justification, whatever its controls do', () => {
    expect(requirementAt(['failing'], 'No premises of our own.')).toMatchObject({
      state: 'out-of-scope',
      because: ['No premises of our own.'],
    });
  });

  it('a control that turns unknown never makes it better', () => {
    const order = ['not-observed', 'unmet', 'partly', 'met'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CONTROL_STATES), { maxLength: 5 }), (controls) => {
        const before = requirementAt(controls).state;
        const after = requirementAt([...controls, 'not-observed']).state;

        expect(after).not.toBe('met');
        expect(order.indexOf(after)).toBeLessThanOrEqual(Math.max(order.indexOf(before), 0));
      }),
    );
  });
});
