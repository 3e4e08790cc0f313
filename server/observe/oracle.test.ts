import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare } from '@countersign/core/oracle/compare.ts';
import { randomWorld } from '@countersign/core/oracle/generator.ts';
import { momentsOf, questionsFor } from '@countersign/core/oracle/questions.ts';
import { printedDifference } from '@countersign/core/oracle/shrink.ts';
import { addDays, dateAt, startOf } from '@countersign/core/oracle/zone.ts';
import { admissible, engineRules, replay, worldProduct } from './replay.ts';
import type { Bench } from './testing.ts';
import { openBench, OPERATOR } from './testing.ts';

/** More worlds: `COUNTERSIGN_WORLDS=2000 COUNTERSIGN_WORLDS_FROM=1 npx vitest run server/observe/oracle.test.ts`. */
const WORLDS = Number(process.env['COUNTERSIGN_WORLDS'] ?? 30);
const FROM = Number(process.env['COUNTERSIGN_WORLDS_FROM'] ?? 1);
const LIMIT_MS = process.env['COUNTERSIGN_WORLDS'] === undefined ? 25_000 : Infinity;
const QUESTIONS = 24;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ product: worldProduct });
});
afterAll(() => bench.close());

describe('the engine on PostgreSQL answers as the oracle does', () => {
  it(
    'in random worlds, judged at the end or while they go on',
    async () => {
      const began = performance.now();
      const found: string[] = [];
      let asked = 0;
      for (let seed = FROM; seed < FROM + WORLDS && performance.now() - began < LIMIT_MS; seed += 1) {
        const world = admissible(randomWorld(seed));
        let entries = 0;
        const org = await replay(bench, world, `w-${seed}`, (here) =>
          // Half of the worlds are judged while they go on.
          seed % 2 === 0 && (entries += 1) % 4 === 0
            ? bench.engine.runtime.view(here, OPERATOR, 'status', { framework: 'soc2' })
            : Promise.resolve(undefined),
        );
        bench.now = startOf(world.zone, addDays(dateAt(world.zone, momentsOf(world).at(-1) ?? 0), 3));
        const questions = questionsFor(world, seed, QUESTIONS);
        asked += questions.length;
        const differences = await compare(world, engineRules(bench, org), questions);
        for (const one of differences.slice(0, 2)) found.push(`seed ${seed}\n${printedDifference(world, one)}`);
        if (seed % 5 === 0) {
          const { differences: rebuilt } = await bench.engine.services.rebuild(org, () => undefined);
          if (rebuilt.length > 0) found.push(`seed ${seed} rebuilt: ${JSON.stringify(rebuilt)}`);
        }
        if (found.length > 4) break;
      }
      expect(found.join('\n\n')).toBe('');
      expect(asked).toBeGreaterThan(QUESTIONS * 3);
    },
    LIMIT_MS === Infinity ? 3_600_000 : 90_000,
  );
});
