import type { ControlState } from './control-state.ts';

export const REQUIREMENT_STATES = ['met', 'partly', 'unmet', 'not-observed', 'out-of-scope'] as const;
export type RequirementState = (typeof REQUIREMENT_STATES)[number];

export interface StateCounts {
  readonly operating: number;
  readonly failing: number;
  readonly notObserved: number;
  readonly planned: number;
  readonly noOccasion: number;
}

export interface RequirementAnswer {
  readonly state: RequirementState;
  readonly counts: StateCounts;
  readonly because: readonly string[];
}

/**
 * How a requirement stands, from the states of the controls that answer it (those past their `endsOn` left out): contract, "A requirement at
 * T". The words describe the company's own mapping, not an auditor's conclusion. `justification` puts it out of scope; whether that is
 * allowed is decided where it is recorded.
 */
export function requirementAt(controls: readonly ControlState[], justification?: string): RequirementAnswer {
  const count = (state: ControlState): number => controls.filter((control) => control === state).length;
  const counts: StateCounts = {
    operating: count('operating'),
    failing: count('failing'),
    notObserved: count('not-observed'),
    planned: count('planned'),
    noOccasion: count('no-occasion'),
  };
  if (justification !== undefined) return { state: 'out-of-scope', counts, because: [justification] };
  if (controls.length === 0) return { state: 'unmet', counts, because: ['no-control'] };
  return { state: stateOf(counts, controls.length - counts.noOccasion), counts, because: sentences(counts) };
}

/** `counted`: controls other than those without occasion. */
function stateOf(counts: StateCounts, counted: number): RequirementState {
  if (counts.operating === 0) return counts.failing > 0 ? 'unmet' : 'not-observed';
  return counts.operating === counted ? 'met' : 'partly';
}

function sentences(counts: StateCounts): readonly string[] {
  const counted = counts.operating + counts.failing + counts.notObserved + counts.planned;
  const others = [
    counts.failing > 0 ? `${counts.failing} failing` : '',
    counts.notObserved > 0 ? `${counts.notObserved} not observed` : '',
    counts.planned > 0 ? `${counts.planned} planned` : '',
    counts.noOccasion > 0 ? `${counts.noOccasion} without occasion` : '',
  ].filter((part) => part !== '');
  const operating = `${counts.operating} of ${counted} ${counted === 1 ? 'control' : 'controls'} operating`;
  return [`${[operating, ...others].join(', ')}.`];
}
