import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RecordDef } from './record.ts';
import { defineRecord } from './record.ts';
import type { Held } from './version.ts';
import { effectiveAt, governing, versionAt } from './version.ts';

const body = z.strictObject({ from: z.iso.date().optional() });
const Timeless = defineRecord('a', { title: 'a', timeless: true, body });
const Dated = defineRecord('b', { title: 'b', timeless: true, effective: 'from', body });
const Plain = defineRecord('c', { title: 'c', body });
const Sale = defineRecord('d', { title: 'd', effective: 'from', body });
/** What let things fall due keeps its version, unless it left nothing to keep. */
const Keeping = defineRecord('e', {
  title: 'e',
  timeless: true,
  effective: 'from',
  body,
  reachesBack: (previous) => previous.from === undefined,
});

const DAY = 86_400_000;
const NOW = 9 * DAY;
const on = (day: number) => ({ from: `1970-01-${String(day + 1).padStart(2, '0')}` });
const after = (at: number, body: object = {}) => ({ version: 1, effectiveAt: at, retired: false, body });

describe('a version holds', () => {
  test.each<
    readonly [string, RecordDef, object, Parameters<typeof effectiveAt>[2], 'create' | 'change' | 'correct', number]
  >([
    ['for all time if it is the first of a timeless kind', Timeless, {}, undefined, 'create', -Infinity],
    ['for all time though it states a date', Dated, on(2), undefined, 'create', -Infinity],
    ['from the date it states if the kind is not timeless', Sale, on(20), undefined, 'create', 20 * DAY],
    ['from when it is recorded if the kind is neither', Plain, {}, undefined, 'create', NOW],
    ['from when it is recorded if it is a later one', Timeless, {}, after(-Infinity), 'change', NOW],
    ['from the date it states if it is a later one', Dated, on(20), after(-Infinity), 'change', 20 * DAY],
    ['from a date in the past where nothing is to be kept', Dated, on(2), after(-Infinity), 'change', 2 * DAY],
    ['from where what it corrects held', Plain, {}, after(500), 'correct', 500],
    ['from there though it states another date', Dated, on(2), after(500), 'correct', 500],
    ['from when it is recorded where something is to be kept', Keeping, on(2), after(-Infinity, on(1)), 'change', NOW],
    ['from a date in the past that reaches over nothing', Keeping, on(2), after(-Infinity), 'change', 2 * DAY],
    ['no earlier than what it follows', Keeping, on(2), after(5 * DAY), 'change', 5 * DAY],
    ['from a date to come in any case', Keeping, on(20), after(-Infinity, on(1)), 'change', 20 * DAY],
    ['whatever a field is called that the kind does not name', Plain, on(2), undefined, 'create', NOW],
  ])('%s', (_, def, given, previous, does, at) => {
    expect(effectiveAt(def, { ...given }, previous, does, NOW, 'UTC')).toBe(at);
  });

  test('from the first instant of the day in the zone', () => {
    expect(effectiveAt(Sale, { from: '2026-07-01' }, undefined, 'create', 0, 'Europe/Madrid')).toBe(
      Date.UTC(2026, 5, 30, 22),
    );
  });
});

const held = (version: number, at: number, retired = false): Held => ({ version, effectiveAt: at, retired });

describe('of what is known, in force is', () => {
  test.each([
    ['none before the first', [held(1, 10)], 9, undefined],
    ['the first from its instant on', [held(1, 10)], 10, 1],
    ['the last that has begun, not the last recorded', [held(1, 10), held(2, 30), held(3, 20)], 25, 3],
    ['the later recorded of two that begin at once', [held(2, 10), held(1, 10)], 10, 2],
    ['none once it is retired', [held(1, 10), held(2, 20, true)], 20, undefined],
    ['what held before it was retired', [held(1, 10), held(2, 20, true)], 19, 1],
    ['none of what was to hold later either', [held(1, 10), held(2, 30), held(3, 20, true)], 40, undefined],
    ['for all time what holds for all time', [held(1, -Infinity)], -1e15, 1],
  ])('%s', (_, known, at, version) => {
    expect(versionAt(known, at)?.version).toBe(version);
  });
});

test('spans and single questions agree, whatever was recorded in whatever order', () => {
  const versions = fc
    .array(fc.constantFrom(-Infinity, 0, 1, 2, 3, 4, 5), { minLength: 1, maxLength: 7 })
    .chain((ats) => fc.tuple(fc.constant(ats), fc.option(fc.constantFrom(0, 1, 2, 3, 4, 5), { nil: undefined })))
    .map(([ats, end]) => [
      ...ats.map((at, i) => held(i + 1, at)),
      ...(end === undefined ? [] : [held(ats.length + 1, end, true)]),
    ]);

  fc.assert(
    fc.property(versions, fc.constantFrom(-1, 0, 0.5, 1, 2, 2.5, 3, 4, 5, 6), (known, at) => {
      const spans = governing(known);
      const found = spans.filter(({ from, to }) => from <= at && at < to);

      expect(found.length).toBeLessThanOrEqual(1);
      expect(found[0]?.terms.version).toBe(versionAt(known, at)?.version);
    }),
  );
});
