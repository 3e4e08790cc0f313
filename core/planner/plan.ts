import type { DateText } from '../kernel/index.ts';
import type { Answers } from './answers.ts';
import { contradictionsOf } from './contradictions.ts';
import type { Measured } from './coverage.ts';
import { milestonesOf } from './milestones.ts';
import type { PathId } from './path.ts';
import { refusePlan } from './record.ts';
import type { Roadmap } from './roadmap.ts';
import { dated, planFor } from './roadmap.ts';
import { headlineOf } from './title.ts';

/** With which plans are drawn where nobody names a seed: so that the same answers show the same figures to everybody. */
export const COMMON_SEED = '636f756e7465727369676e20706c616e';

/**
 * The plan for answers, or a refusal that names every field that contradicts another.
 *
 * @throws Refusal `plan.contradiction`
 */
export function planned(answers: Answers, measured: Measured, today: DateText, seed: string): Roadmap {
  const startsOn = answers.startsOn ?? today;
  const contradictions = contradictionsOf(answers, startsOn);
  const [first] = contradictions;
  if (first !== undefined) throw refusePlan('contradiction', { contradictions }, first.path);
  return planFor({ answers, measured, seed, startsOn });
}

/** The way that is recommended, or that somebody chose all the same. */
export const optionOf = ({ recommended }: Roadmap, chosen: PathId | undefined): PathId | undefined =>
  chosen ?? (recommended.length === 1 ? recommended[0] : undefined);

/** What a plan keeps of its result. */
export function resultToKeep(roadmap: Roadmap, answers: Answers, chosen?: PathId) {
  const option = optionOf(roadmap, chosen);
  const base = {
    branch: roadmap.decision.branch,
    options: [...roadmap.recommended],
    headline: headlineOf(roadmap),
  };
  if (option === undefined) return { ...base, dates: [] };
  const { cost, months } = roadmap.result(option);
  return { ...base, option, cost, months, dates: [...milestonesOf(dated(roadmap, option), answers)] };
}
