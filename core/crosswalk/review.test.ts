import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { OwnFramework, OwnRequirement } from '../framework/own.ts';
import type { Sight } from '../kernel/index.ts';
import { change, create } from '../kernel/index.ts';
import type { Who } from '../kernel/testing.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import { crosswalkReads, edgesOf } from './edges.ts';
import { elementEdges } from './elements.ts';
import type { MappingLines } from './lines-view.ts';
import { mappingLines } from './lines-view.ts';
import { Mapping, MappingSet } from './record.ts';
import { reviewMapping, withdrawReview } from './review-acts.ts';
import { barOf, reviewedIn, reviewReads } from './reviewed.ts';
import { MappingReview } from './review.ts';
import { shippedEdges } from './shipped.ts';

type Lines = z.infer<typeof MappingLines>;

const ADA: Who = { id: 'ada', roles: ['lead'] };
const BRAM: Who = { id: 'bram', roles: ['owner'] };
const CHI: Who = { id: 'chi', roles: ['lead'] };
const SHIPPED = 'shipped-soc2-iso27001';
const FIRST = shippedEdges()[0]?.id ?? '';

/** Ada wrote a set with one line; Bram and Chi are there too. */
function desk(): Desk {
  const made = new Desk([...crosswalkReads, ...reviewReads, OwnFramework, OwnRequirement]).at('2026-03-01T09:00:00Z');
  for (const id of ['ada', 'bram', 'chi']) made.keep(create(Person, id, { name: id.toUpperCase() }));
  made.keep(create(OwnFramework, 'mine', { title: 'Mine', licence: 'own' }));
  made.keep(create(OwnRequirement, 'mine_X-1', { framework: 'mine', ref: 'X-1', title: 'About X' }));
  made.keep(create(MappingSet, 's', { title: 'S', provenance: 'A consultant', judged: 'once' }));
  made.keep(
    create(Mapping, 'm', {
      set: 's',
      from: { framework: 'soc2', ref: 'CC6.1' },
      to: { framework: 'mine', ref: 'X-1' },
      relation: 'intersects',
      strength: { forward: 4, backward: 6 },
      rationale: 'Both speak of access',
    }),
  );
  return made;
}
const lines = (made: Desk, input: object, given: { readonly who?: Who; readonly asOf?: string } = {}) =>
  made.view(mappingLines, input, given) as Lines;
const lineOf = (made: Desk, id: string, set = 's', given: { readonly who?: Who; readonly asOf?: string } = {}) => {
  const search = set === 's' ? {} : { search: id.split(':')[1] };
  const found = lines(made, { set, ...search }, given).lines.find((line) => line.id === id);
  if (found === undefined) throw new Error(`${id} is not listed`);
  return found.review;
};
const review = (made: Desk, who: Who, line: string, says: string, more: object = {}, set = 's') =>
  made.act(reviewMapping, { line, says, read: lineOf(made, line, set).mark, ...more }, who);
const setLine = (made: Desk, patch: object, actor: string): void =>
  made.keep(change(Mapping, made.get(Mapping, 'm'), patch as never), actor);

describe('a review of a line', () => {
  test('says who agreed and when, and counts', () => {
    const made = desk();

    review(made, BRAM, 'm', 'agree');

    const { standing, reviews, earlier } = lineOf(made, 'm');
    expect({ standing, earlier }).toEqual({ standing: 'agreed', earlier: [] });
    expect(reviews).toMatchObject([
      { person: { id: 'bram', name: 'BRAM' }, says: 'agree', on: '2026-03-01T09:00:00.000Z' },
    ]);
    expect(lines(made, { set: 's' }).counts).toEqual({ of: 1, agreed: 1, disagreed: 0, unreviewed: 0, earlier: 0 });
  });

  test('one who disagrees is enough, and says with what', () => {
    const made = desk();
    review(made, BRAM, 'm', 'agree');

    expect(refusedBy(() => review(made, CHI, 'm', 'disagree', { note: '  ' })).code).toBe('mapping-review.note');
    review(made, CHI, 'm', 'disagree', { note: 'X-1 speaks of doors' });

    expect(lineOf(made, 'm').standing).toBe('disagreed');
    expect(lineOf(made, 'm').reviews.map(({ says, note }) => [says, note])).toContainEqual([
      'disagree',
      'X-1 speaks of doors',
    ]);
    expect(lines(made, { set: 's', standing: 'disagreed' }).total).toBe(1);
    expect(lines(made, { set: 's', standing: 'unreviewed' }).total).toBe(0);
  });

  test('of each person the last word counts, in one record with its history', () => {
    const made = desk();
    review(made, BRAM, 'm', 'disagree', { note: 'No' });
    const again = review(made, BRAM, 'm', 'agree');
    const same = review(made, BRAM, 'm', 'agree');

    const { standing, reviews } = lineOf(made, 'm');
    expect([standing, reviews.length, same.changes.length]).toEqual(['agreed', 1, 0]);
    const { review: id } = again.answer as { readonly review: string };
    expect(
      made
        .shelf(MappingReview)
        .history(id)
        .map(({ says, note }) => [says, note]),
    ).toEqual([
      ['disagree', 'No'],
      ['agree', undefined],
    ]);
  });

  test('is taken back by who said it only', () => {
    const made = desk();
    const { review: id } = review(made, BRAM, 'm', 'agree').answer as { readonly review: string };

    expect(refusedBy(() => made.act(withdrawReview, { review: id }, CHI)).code).toBe('mapping-review.other');
    made.act(withdrawReview, { review: id }, BRAM);
    expect(lineOf(made, 'm').standing).toBe('unreviewed');

    review(made, BRAM, 'm', 'agree');
    expect(lineOf(made, 'm').standing).toBe('agreed');
  });

  test('is asked at an earlier date as it was then', () => {
    const made = desk();
    made.at('2026-03-10T09:00:00Z');
    review(made, BRAM, 'm', 'agree');
    made.at('2026-03-20T09:00:00Z');

    expect(
      ['2026-03-05T00:00:00Z', '2026-03-15T00:00:00Z'].map((asOf) => lineOf(made, 'm', 's', { asOf }).standing),
    ).toEqual(['unreviewed', 'agreed']);
  });
});

describe('a line that changed', () => {
  test.each([
    ['its strength', { strength: { forward: 5, backward: 6 } }],
    ['its rationale', { rationale: 'Other words' }],
    ['who judged it', { provenance: 'Chi' }],
  ])('by %s is reviewed anew', (_, patch) => {
    const made = desk();
    review(made, BRAM, 'm', 'agree');

    setLine(made, patch, 'ada');

    const { standing, reviews, earlier } = lineOf(made, 'm');
    expect([standing, reviews.length]).toEqual(['unreviewed', 0]);
    expect(earlier).toMatchObject([{ person: { id: 'bram' }, says: 'agree' }]);
    expect(lines(made, { set: 's' }).counts).toMatchObject({ agreed: 0, unreviewed: 1, earlier: 1 });
    expect(made.shelf(MappingReview).all()[0]?.of).toMatchObject({ version: 1, strength: { forward: 4 } });
  });

  test('and was changed back is another version all the same', () => {
    const made = desk();
    review(made, BRAM, 'm', 'agree');

    setLine(made, { rationale: 'Other words' }, 'chi');
    setLine(made, { rationale: 'Both speak of access' }, 'chi');

    expect(lineOf(made, 'm').standing).toBe('unreviewed');
  });

  test('in how its set reads strengths is reviewed anew', () => {
    const made = desk();
    review(made, BRAM, 'm', 'agree');

    made.keep(change(MappingSet, made.get(MappingSet, 's'), { judged: 'each-way' }));

    expect(lineOf(made, 'm').standing).toBe('unreviewed');
  });

  test('since it was read is read again before anything is said of it', () => {
    const made = desk();
    const { mark } = lineOf(made, 'm');
    setLine(made, { rationale: 'Other words' }, 'ada');

    const late = () => made.act(reviewMapping, { line: 'm', read: mark, says: 'agree' }, BRAM);
    expect(refusedBy(late).code).toBe('mapping-review.read');

    review(made, BRAM, 'm', 'agree');
    expect(lineOf(made, 'm').standing).toBe('agreed');
  });
});

describe('who reviews', () => {
  test('is nobody who wrote the line or changed it', () => {
    const made = desk();
    setLine(made, { rationale: 'Other words' }, 'bram');

    for (const who of [ADA, BRAM]) {
      expect(refusedBy(() => review(made, who, 'm', 'agree')).code).toBe('mapping-review.own');
      expect(lineOf(made, 'm', 's', { who }).barred).toMatch(/another person/);
    }
    expect(lineOf(made, 'm', 's', { who: CHI }).barred).toBeNull();
    expect(review(made, CHI, 'm', 'agree').changes).toHaveLength(1);
  });

  test('is a person, and by role one who judges mappings', () => {
    const made = desk();
    const token: Who = { id: 'token:t-1', roles: ['lead'] };

    expect(refusedBy(() => review(made, token, 'm', 'agree')).code).toBe('mapping-review.person');
    expect([reviewMapping, withdrawReview].map(({ allowed }) => allowed)).toEqual([
      ['owner', 'lead', 'adviser'],
      ['owner', 'lead', 'adviser'],
    ]);
  });

  test('is an adviser where their grant is for one of both frameworks', () => {
    const made = desk();
    const edge = edgesOf(made.book() as never).find(({ id }) => id === 'm');
    const opening = { grant: 'g', programme: 'p', areas: ['posture'], from: '2026-01-01', to: '2026-12-31' } as const;
    const sight = (framework: string): Sight => ({
      openings: [{ ...opening, framework }],
      drafts: true,
      none: undefined,
    });
    const bar = (framework: string) =>
      edge && barOf(made.book() as never, edge, { id: 'adam', roles: ['adviser'], sight: sight(framework) })?.code;

    expect(['soc2', 'mine', 'iso27001'].map(bar)).toEqual([undefined, undefined, 'mapping-review.framework']);
  });
});

describe('lines that come with the product', () => {
  test.each([
    [SHIPPED, FIRST],
    ['shipped-elements', elementEdges()[0]?.id ?? ''],
    ['shipped-iso27001-editions', shippedEdges().at(-1)?.id ?? ''],
  ])('%s: are reviewed as well', (set, line) => {
    const made = desk();

    const { changes } = review(made, ADA, line, 'disagree', { note: 'It is less' }, set);

    expect(changes).toMatchObject([{ kind: 'mapping-review', body: { line, person: 'ada', says: 'disagree' } }]);
    expect(lines(made, { set }).counts).toMatchObject({ disagreed: 1, agreed: 0 });
    expect(lines(made, { set, standing: 'disagreed' }).lines.map(({ id }) => id)).toEqual([line]);
  });

  test('a review of a line that reads otherwise in this release counts no more', () => {
    const made = desk();
    review(made, ADA, FIRST, 'agree', {}, SHIPPED);
    const [row] = made.shelf(MappingReview).all();
    if (row === undefined) throw new Error('Nothing was kept');

    const before = reviewedIn(made.book() as never, shippedEdges()).standingOf(FIRST);
    made.keep(change(MappingReview, row, { of: { ...row.of, strength: { forward: 1, backward: 1 } } }));
    const { standing, earlier } = lineOf(made, FIRST, SHIPPED);

    expect([before, standing, earlier.length]).toEqual(['agreed', 'unreviewed', 1]);
  });

  test('are listed a page at a time, each once', () => {
    const made = desk();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = lines(made, { set: SHIPPED, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.lines.map(({ id }) => id));
      cursor = page.next;
      expect(page.total).toBe(page.counts.of);
    } while (cursor !== undefined);

    expect(seen).toEqual(
      shippedEdges()
        .filter(({ set }) => set === SHIPPED)
        .map(({ id }) => id),
    );
  });
});

test('what is not there is refused by name', () => {
  const made = desk();
  const mark = '0'.repeat(16);

  expect(refusedBy(() => made.act(reviewMapping, { line: 'nobodys', read: mark, says: 'agree' }, BRAM)).code).toBe(
    'mapping-review.line',
  );
  expect(refusedBy(() => lines(made, { set: 'nobodys' })).code).toBe('mapping-review.set');

  made.keep(change(MappingSet, made.get(MappingSet, 's'), { withdrawn: true }));
  expect(refusedBy(() => made.act(reviewMapping, { line: 'm', read: mark, says: 'agree' }, BRAM)).code).toBe(
    'mapping-review.line',
  );
});
