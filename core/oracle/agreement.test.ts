import process from 'node:process';
import { expect, it } from 'vitest';
import { compare } from './compare.ts';
import { randomWorld } from './generator.ts';
import { pureRules } from './pure-rules.ts';
import { questionsFor } from './questions.ts';
import { printed, printedDifference, shrink } from './shrink.ts';

// More worlds: ORACLE_WORLDS=20000; others: ORACLE_SEED=7.
const WORLDS = Number(process.env['ORACLE_WORLDS'] ?? 2000);
const FIRST = Number(process.env['ORACLE_SEED'] ?? 20_260_301);
const QUESTIONS = 8;

it('the rules answer as the oracle does, on random worlds', { timeout: 3_600_000 }, async () => {
  const started = performance.now();
  let asked = 0;

  for (let seed = FIRST; seed < FIRST + WORLDS; seed += 1) {
    const world = randomWorld(seed, { contested: seed % 2 === 0 });
    const questions = questionsFor(world, seed, QUESTIONS);
    asked += questions.length;
    const [difference] = await compare(world, pureRules, questions);
    if (difference === undefined) continue;

    const again = (smaller: typeof world) => compare(smaller, pureRules, [difference.question]);
    const smallest = await shrink(world, async (smaller) => (await again(smaller)).length > 0);
    const shown = (await again(smallest)).map((each) => printedDifference(smallest, each));
    expect.fail(`seed ${seed}\n${printed(smallest)}\n${shown.join('\n')}`);
  }

  const seconds = (performance.now() - started) / 1000;
  console.info(`agreement: ${WORLDS} worlds, ${asked} questions, ${seconds.toFixed(1)} s, no difference`);
  expect(asked).toBe(WORLDS * QUESTIONS);
});
