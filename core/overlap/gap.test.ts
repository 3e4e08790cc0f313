import crosswalk from '@countersign/catalogs/crosswalk/soc2-2017--iso27001-2022.json' with { type: 'json' };
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { LIBRARY } from '../control/library.ts';
import { Control } from '../control/record.ts';
import { FREQUENCIES } from '../control/schedule.ts';
import { ISO27001, SOC2 } from '../framework/catalog.ts';
import { Programme } from '../framework/record.ts';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { DOCUMENTS } from './documents.ts';
import { setUpOf, yearOf } from './effort.ts';
import type { Gap } from './gap.ts';
import { gap } from './gap.ts';
import { nextOf, offersOf } from './next.ts';

type Answer = z.infer<typeof Gap>;

const feeds = {
  tracks: () => new Map(),
  steps: () => ({ of: () => undefined }),
  counts: () => new Map(),
};
const desk = (): Desk => new Desk(gap.reads, { feeds }).at('2026-11-26T12:00:00Z');
const ask = (made: Desk, input: object): Answer => made.view(gap, input) as Answer;
const withLibrary = (): Desk => {
  const made = desk();
  for (const { id, body } of LIBRARY) made.keep(create(Control, id, body));
  return made;
};
const item = (answer: Answer, ref: string) => answer.items.find((one) => one.ref === ref);
const control = (made: Desk, id: string, body: object): void =>
  made.keep(create(Control, id, { title: id, frequency: 'monthly', ...body }));
const perform = (made: Desk, id: string): void =>
  made.keep({
    does: 'create',
    kind: 'performance',
    id: `p-${id}`,
    body: { control: id, performedAt: '2026-11-02T00:00:00Z' },
  });

describe('having SOC 2, wanting ISO 27001', () => {
  const answer = ask(withLibrary(), { have: 'soc2', want: 'iso27001' });

  test('items are whole, partly or not reached as the file says at strength 5', () => {
    const strong = crosswalk.mappings.filter(({ strength }) => strength >= 5);
    const touched = new Set(strong.map(({ iso }) => iso));
    const whole = new Set(
      strong.filter(({ relationship: r }) => r === 'equal' || r === 'superset').map(({ iso }) => iso),
    );

    expect(answer.counts).toEqual({
      whole: whole.size,
      partial: touched.size - whole.size,
      none: ISO27001.requirements.length - touched.size,
      of: ISO27001.requirements.length,
      outOfScope: 0,
    });
    expect(item(answer, 'A.5.15')).toMatchObject({
      extent: 'whole',
      open: 0,
      add: [],
      best: { ref: 'CC6.1', relation: 'superset', strength: 9 },
    });
    expect(item(answer, 'A.5.15')?.because).toBe('CC6.1 contains it, at strength 9: its evidence serves.');
  });

  test('what is open of an item is what its best link leaves, and its planned controls are what could close it', () => {
    const found = item(answer, '6.1.3');
    const best = Math.max(...crosswalk.mappings.filter(({ iso }) => iso === '6.1.3').map(({ strength }) => strength));

    expect(found?.open).toBeCloseTo(1 - best / 10, 12);
    expect(found?.add).toEqual(['ISM-07', 'RSK-04']);
  });

  test('effort is what is still to do of each control, with source and date', () => {
    const treatment = answer.controls.find(({ id }) => id === 'RSK-04');
    const opens = (treatment?.closes ?? []).map((ref) => item(answer, ref)?.open ?? 0);

    expect(treatment).toMatchObject({ does: 'start', state: 'planned' });
    expect(treatment?.share).toBe(Math.max(...opens));
    expect(treatment?.effort.likely).toBeCloseTo(3 * (treatment?.share ?? 0), 12);
    expect(answer.effort).toMatchObject({ on: '2026-11-26', source: expect.stringContaining('judgement') as never });
    const sum = answer.controls.reduce((total, { effort }) => total + effort.likely, 0);
    expect(answer.effort.controls.likely).toBeCloseTo(sum, 9);
    expect(answer.effort.total.likely).toBeCloseTo(sum + answer.effort.documents.likely, 9);
  });

  test('the next five buy the most for a day, and what is open shrinks by what they buy', () => {
    const worth = (id: string) => {
      const found = answer.controls.find((one) => one.id === id);
      return (found?.gain ?? 0) / (found?.effort.likely ?? 1);
    };
    const named = answer.next.map(({ id }) => id);
    const others = answer.controls.filter(({ id }) => !named.includes(id));

    expect(named).toHaveLength(5);
    for (const { id } of others) expect(worth(id)).toBeLessThanOrEqual(Math.min(...named.map(worth)) + 1e-12);
    const bought = answer.next.reduce((sum, { gain }) => sum + gain, 0);
    expect(answer.next.at(-1)?.after).toBeCloseTo(answer.open - bought, 9);
  });

  test('all controls together close all that is open, where every item has one', () => {
    const bought = answer.controls.reduce((sum, { gain }) => sum + gain, 0);

    expect(bought).toBeCloseTo(answer.open, 9);
  });

  test('its documents are those of ISO 27001 alone', () => {
    expect(answer.documents.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['isms-scope', 'statement-of-applicability', 'risk-treatment-plan', 'management-review']),
    );
    expect(ask(withLibrary(), { have: 'iso27001', want: 'soc2' }).documents.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['system-description', 'management-assertion', 'cuecs']),
    );
  });
});

describe('having what operates today', () => {
  const operating = (): Desk => {
    const made = desk();
    const startsOn = '2026-10-01';
    control(made, 'runs', { startsOn, answers: { soc2: ['CC6.1', 'CC6.2'], iso27001: [] } });
    control(made, 'missed', { startsOn, grace: 'P0D', answers: { soc2: ['CC6.2'], iso27001: [] } });
    control(made, 'planned', { answers: { soc2: ['CC6.2', 'CC6.3'], iso27001: [] } });
    for (const key of ['2026-10', '2026-11'])
      made.keep({
        does: 'create',
        kind: 'performance',
        id: `p-${key}`,
        body: { control: 'runs', performedAt: `${key}-20T00:00:00Z` },
      });
    return made;
  };

  test('an item is reached by as many of its controls as operate; what fails is put right, what is planned is started', () => {
    const answer = ask(operating(), { have: 'operating', want: 'soc2' });

    expect(item(answer, 'CC6.1')).toMatchObject({ extent: 'whole', open: 0, controls: { operating: 1, of: 1 } });
    expect(item(answer, 'CC6.2')).toMatchObject({
      extent: 'partial',
      because: '1 of 3 controls operating.',
      add: ['missed', 'planned'],
    });
    expect(item(answer, 'CC6.2')?.open).toBeCloseTo(2 / 3, 12);
    expect(item(answer, 'CC6.3')).toMatchObject({ extent: 'none', open: 1, add: ['planned'] });
    const does = (id: string) => answer.controls.find((one) => one.id === id);
    expect(does('missed')).toMatchObject({ does: 'put-right', state: 'failing', closes: ['CC6.2'] });
    expect(does('planned')).toMatchObject({ does: 'start', closes: ['CC6.2', 'CC6.3'] });
    expect(does('planned')?.gain).toBeCloseTo(1 / 3 + 1, 12);
    expect(does('missed')?.effort.likely).toBeCloseTo((2 / 3) * 0.25 * setUpOf({ frequency: 'monthly' }).likely, 12);
    expect(does('runs')).toBeUndefined();
  });

  test('where no control answers, the library has some; what was adopted before is offered by its own state', () => {
    const answer = ask(operating(), { have: 'operating', want: 'soc2' });

    expect(item(answer, 'CC8.1')?.because).toBe('No control answers it.');
    expect(item(answer, 'CC8.1')?.add).toContain('CHG-01');
    expect(answer.controls.find(({ id }) => id === 'CHG-01')).toMatchObject({ does: 'adopt', state: null });
  });

  test('what the programme leaves out is left out, with its reason', () => {
    const made = operating();
    const outOfScope = SOC2.requirements
      .filter(({ part }) => part !== 'security')
      .map(({ ref }) => ({ ref, justification: 'Category not chosen.' }));
    made.keep(create(Programme, 'p', { framework: 'soc2', title: 'P', outOfScope }));
    const answer = ask(made, { have: 'operating', want: 'soc2' });

    expect(answer).toMatchObject({ programme: 'p', counts: { of: 33, outOfScope: 28 } });
    expect(answer.outOfScope[0]).toEqual({
      ref: 'A1.1',
      title: expect.any(String) as never,
      justification: 'Category not chosen.',
    });
    expect(answer.controls.some(({ closes }) => closes.includes('A1.1'))).toBe(false);
  });

  test('several programmes in force are not chosen among', () => {
    const made = operating();
    for (const id of ['p', 'q']) made.keep(create(Programme, id, { framework: 'soc2', title: id }));

    expect(refusedBy(() => ask(made, { have: 'operating', want: 'soc2' })).code).toBe('programme.several');
    expect(ask(made, { have: 'operating', want: 'soc2', programme: 'q' }).programme).toBe('q');
  });

  test('evidence that serves already is counted, of the controls that answer the item', () => {
    const made = desk();
    control(made, 'both', { startsOn: '2026-10-01', answers: { soc2: ['CC6.1'], iso27001: ['A.8.3'] } });
    control(made, 'iso', { startsOn: '2026-10-01', answers: { soc2: [], iso27001: ['A.8.3'] } });
    for (const id of ['both', 'iso'])
      made.keep({
        does: 'create',
        kind: 'evidence',
        id: `e-${id}`,
        body: { name: 'e', digest: '0'.repeat(64), bytes: 1, controls: [id] },
      });
    perform(made, 'both');

    const today = ask(made, { have: 'operating', want: 'iso27001' });
    const withSoc2 = ask(made, { have: 'soc2', want: 'iso27001' });

    expect(item(today, 'A.8.3')?.evidence).toEqual({
      documents: 2,
      performances: 0,
      checks: 0,
      controls: ['both', 'iso'],
    });
    expect(item(withSoc2, 'A.8.3')?.evidence).toEqual({ documents: 1, performances: 0, checks: 0, controls: ['both'] });
  });
});

test.each([
  [{ have: 'soc2', want: 'soc2' }, 'overlap.same'],
  [{ have: 'nothing', want: 'soc2' }, 'framework.unknown'],
  [{ have: 'soc2', want: 'nothing' }, 'framework.unknown'],
  [{ have: 'operating', want: 'operating' }, 'framework.unknown'],
  [{ have: 'operating', want: 'soc2', periodTo: '2026-01-01' }, 'overlap.halfPeriod'],
])('%j is refused: %s', (input, code) => {
  expect(refusedBy(() => ask(desk(), input)).code).toBe(code);
});

test('taking the best each time is the best choice of five: nobody else’s five buy more for their days, one by one', () => {
  const items = fc.array(
    fc.record({
      open: fc.integer({ min: 0, max: 10 }).map((n) => n / 10),
      candidates: fc.subarray(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(items, (drawn) => {
      const named = drawn.map((one, i) => ({ ...one, ref: `${i}` }));
      const offers = [...offersOf(named).values()];
      const days = (control: string): number => 1 + ((control.codePointAt(0) ?? 0) % 3);
      const chosen = nextOf(offers, ({ control: id }) => ({ low: 0, likely: days(id), high: 0 }));
      const worth = offers.map(({ control: id, gain }) => gain / days(id)).sort((x, y) => y - x);

      expect(chosen.map(({ control: id, gain }) => gain / days(id))).toEqual(worth.slice(0, 5));
      const closable = named.filter(({ candidates }) => candidates.length > 0).reduce((sum, { open }) => sum + open, 0);
      expect(offers.reduce((sum, { gain }) => sum + gain, 0)).toBeCloseTo(closable, 9);
    }),
  );
});

describe('the catalogues of effort and documents', () => {
  test('have a figure for every nature and frequency, low to high', () => {
    for (const nature of ['manual', 'hybrid', 'automated'] as const) {
      for (const frequency of FREQUENCIES) {
        for (const { low, likely, high } of [setUpOf({ nature, frequency }), yearOf({ nature, frequency })]) {
          expect([low, likely, high]).toEqual([low, likely, high].sort((a, b) => a - b));
          expect(low).toBeGreaterThan(0);
        }
      }
    }
  });

  test('name items and controls that there are, each document once', () => {
    const refs = { soc2: SOC2, iso27001: ISO27001 } as Readonly<Record<string, typeof SOC2>>;
    const ids = DOCUMENTS.map(({ framework, id }) => `${framework} ${id}`);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { framework, refs: named, controls, effort } of DOCUMENTS) {
      for (const ref of named) expect(refs[framework]?.requirements.map((one) => one.ref)).toContain(ref);
      for (const id of controls) expect(LIBRARY.map((one) => one.id)).toContain(id);
      expect(effort).toEqual([...effort].sort((a, b) => a - b));
    }
  });
});
