import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { reviewMapping } from '../crosswalk/review-acts.ts';
import { shippedEdges } from '../crosswalk/shipped.ts';
import { create } from '../kernel/index.ts';
import type { Who } from '../kernel/testing.ts';
import { Desk } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import type { Gap } from './gap.ts';
import { gap } from './gap.ts';
import type { OverlapItems } from './items.ts';
import { overlapItems } from './items.ts';
import type { Overlap } from './view.ts';
import { overlap } from './view.ts';

const feeds = { tracks: () => new Map(), steps: () => ({ of: () => undefined }), counts: () => new Map() };
const PAIR = { from: 'soc2', to: 'iso27001' };
const BRAM: Who = { id: 'bram', roles: ['lead'] };
const CHI: Who = { id: 'chi', roles: ['owner'] };

function desk(): Desk {
  const made = new Desk([...new Set([...gap.reads, ...overlap.reads])], { feeds }).at('2026-11-26T12:00:00Z');
  for (const id of ['bram', 'chi']) made.keep(create(Person, id, { name: id }));
  return made;
}
const ask = (made: Desk, input: object = PAIR) => made.view(overlap, input) as z.infer<typeof Overlap>;
const gapOf = (made: Desk, have: string) => made.view(gap, { have, want: 'iso27001' }) as z.infer<typeof Gap>;
const items = (made: Desk, input: object) =>
  made.view(overlapItems, { ...PAIR, ...input }) as z.infer<typeof OverlapItems>;

/** The shipped line between both, strong and weak. */
const lineOf = (is: (strength: number) => boolean): string =>
  shippedEdges().find(({ set, strength }) => set === 'shipped-soc2-iso27001' && is(strength.forward))?.id ?? '';
const STRONG = lineOf((n) => n >= 7);
const WEAK = lineOf((n) => n < 5);
const all = shippedEdges().filter(({ set }) => set === 'shipped-soc2-iso27001');

function review(made: Desk, who: Who, line: string, says: string): void {
  const hop = items(made, {})
    .items.flatMap(({ links }) => links.flatMap(({ hops }) => hops))
    .find(({ edge }) => edge === line);
  made.act(reviewMapping, { line, read: hop?.review.mark, says, note: 'Why' }, who);
}

describe('what stands behind a figure', () => {
  test('is counted for each definition, and nothing is reviewed at first', () => {
    const answer = ask(desk());

    for (const { minStrength, direction, of, unreviewed } of answer.reviews) {
      const counted = all.filter(({ strength }) => strength.forward >= minStrength).length;
      expect([direction, minStrength, of, unreviewed]).toEqual([direction, minStrength, counted, counted]);
    }
    expect(answer.reviews).toHaveLength(answer.definitions.length);
    expect(answer.lines).toEqual({ of: all.length, agreed: 0, disagreed: 0, unreviewed: all.length, earlier: 0 });
  });

  test('what reviewers say is told beside figures, and changes none of them', () => {
    const made = desk();
    const before = [ask(made), gapOf(made, 'soc2')] as const;

    review(made, BRAM, STRONG, 'agree');
    review(made, BRAM, WEAK, 'agree');
    review(made, CHI, WEAK, 'disagree');

    const after = [ask(made), gapOf(made, 'soc2')] as const;
    const at = (minStrength: number) =>
      after[0].reviews.find((one) => one.minStrength === minStrength && one.direction === 'soc2→iso27001');
    expect([at(1), at(7)]).toMatchObject([
      { agreed: 1, disagreed: 1 },
      { agreed: 1, disagreed: 0 },
    ]);
    expect(after[0].lines).toMatchObject({ agreed: 1, disagreed: 1, unreviewed: all.length - 2 });
    for (const field of ['definitions', 'weighted', 'byGroup'] as const)
      expect(after[0][field]).toEqual(before[0][field]);
    expect([after[1].counts, after[1].open, after[1].next]).toEqual([before[1].counts, before[1].open, before[1].next]);
  });

  test('of a gap, the best link of each item', () => {
    const made = desk();
    const best = gapOf(made, 'soc2').items.find(({ lines }) => lines !== null && lines.of > 0);
    const line = `shipped-soc2-iso27001:${best?.best?.ref}:${best?.ref}`;

    review(made, BRAM, line, 'disagree');

    const answer = gapOf(made, 'soc2');
    expect(answer.lines).toMatchObject({ disagreed: 1, agreed: 0 });
    expect(answer.items.filter(({ lines }) => lines?.disagreed === 1).map(({ ref }) => ref)).toEqual([best?.ref]);
    expect(answer.lines?.of).toBe(answer.items.filter((item) => item.best !== null).length);
  });

  test('is nobody’s mapping where figures rest on controls', () => {
    const made = desk();
    const byControls = ask(made, { ...PAIR, basis: 'controls' });
    const operating = gapOf(made, 'operating');

    expect([byControls.lines, byControls.reviews, operating.lines]).toEqual([null, [], null]);
    expect(items(made, { basis: 'controls' }).lines).toBeNull();
    expect(operating.items.every(({ lines }) => lines === null)).toBe(true);
  });
});

describe('a line that a way passes', () => {
  test('is the same from either end', () => {
    const made = desk();
    review(made, BRAM, STRONG, 'agree');
    const [, tsc, iso] = STRONG.split(':');

    const standing = (found: z.infer<typeof OverlapItems>) =>
      found.items[0]?.links.flatMap(({ hops }) => hops).find(({ edge }) => edge === STRONG)?.review;
    const there = standing(items(made, { ref: iso }));
    const back = standing(items(made, { from: 'iso27001', to: 'soc2', ref: tsc }));

    expect(there).toMatchObject({ standing: 'agreed', reviews: [{ person: { id: 'bram' }, note: 'Why' }] });
    expect(back).toEqual(there);
  });

  test('counts on a longer way too', () => {
    const made = desk();
    const three = { from: 'soc2', to: 'iso27001-2013' };
    const before = ask(made, three);
    review(made, BRAM, STRONG, 'agree');

    const { lines, hops, reviews } = ask(made, three);
    const links = items(made, three).items.flatMap((item) => item.links);
    const passed = links.filter(({ strength }) => strength >= 1).flatMap((link) => link.hops);
    expect([hops, before.lines?.agreed, lines?.agreed]).toEqual([3, 0, 1]);
    expect(passed.some(({ edge }) => edge === STRONG)).toBe(true);
    expect(reviews[0]).toMatchObject({
      ...{ direction: 'soc2→iso27001-2013', minStrength: 1, agreed: 1 },
      of: new Set(passed.map(({ edge }) => edge)).size,
    });
  });
});
