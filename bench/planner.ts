import { Answers } from '@countersign/core/planner/answers.ts';
import { NOTHING_MEASURED } from '@countersign/core/planner/coverage.ts';
import { diceFor, uniforms } from '@countersign/core/planner/dice.ts';
import { COMMON_SEED } from '@countersign/core/planner/plan.ts';
import { planFor, TRIALS } from '@countersign/core/planner/roadmap.ts';
import { tell } from '@countersign/core/planner/tell.ts';
import { quantile, short, spread } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';

/**
 * A whole answer of the planner: five ways, each tried `TRIALS` times, with what drives the spread and what would change it, beside sorting as
 * many numbers in the same run. Holds if the same seed gives the same answer every time.
 */
export async function planner(argv: readonly string[], say: Say): Promise<boolean> {
  const { runs } = sizesOf(argv, { runs: 9 });
  const answers = Answers.parse({
    ...{ persons: 30, engineers: 12, stage: 'growth', monthsAvailable: 10 },
    ...{ markets: { usCa: 50, europe: 40 }, asked: { soc2: 1, iso27001: 1 } },
  });
  const answer = (): string => {
    const plan = planFor({ answers, startsOn: '2026-11-26', measured: NOTHING_MEASURED, seed: COMMON_SEED });
    return JSON.stringify(tell(plan, answers));
  };
  const column = uniforms(diceFor(COMMON_SEED, 'bench'), TRIALS);
  const times = (work: () => unknown): readonly number[] =>
    Array.from({ length: runs }, () => {
      const began = performance.now();
      work();
      return performance.now() - began;
    });
  const first = answer();
  let isSame = true;
  const answering = times(() => (isSame &&= answer() === first));
  const sorting = times(() => column.slice().sort());
  const ratio = quantile(answering, 0.5) / quantile(sorting, 0.5);
  say(`a whole answer: ${spread(answering)}`);
  say(`sorting ${TRIALS.toLocaleString('en')} numbers: ${spread(sorting)}; an answer takes ${short(ratio)} times that`);
  return isSame;
}
