import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Control } from '../control/record.ts';
import { Mapping, MappingSet } from '../crosswalk/record.ts';
import type { Edge } from '../crosswalk/edge.ts';
import type { Relation } from '../crosswalk/relation.ts';
import type { Framework } from '../framework/catalog.ts';
import { OwnFramework, OwnRequirement } from '../framework/own.ts';
import { Programme } from '../framework/record.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { applyTransition, undoTransition } from './acts.ts';
import { planOf } from './preview.ts';
import { Transition } from './record.ts';
import { SHIPPED_TABLES, tableBetween } from './table.ts';
import { transitionPreview, TransitionPreview } from './view.ts';

const [iso] = SHIPPED_TABLES;
if (iso === undefined) throw new Error('no table');
const control = (id: string, older: readonly string[], newer: readonly string[] = []) => ({
  ...{ id, title: id, runs: true },
  answers: { 'iso27001-2013': older, iso27001: newer },
});
const fateOf = (plan: ReturnType<typeof planOf>, ref: string) => plan.newer.find((item) => item.ref === ref);

describe('what a transition would do', () => {
  test('one item kept carries by itself', () => {
    const plan = planOf(iso, [control('c', ['A.6.1.2'])]);

    expect(plan.controls[0]).toMatchObject({
      moves: [{ ref: 'A.6.1.2', to: ['A.5.3'], look: [] }],
      stays: [],
      after: { older: [], newer: ['A.5.3'] },
    });
    expect(fateOf(plan, 'A.5.3')).toMatchObject({ fate: 'carried', controls: ['c'] });
  });

  test('an item that asks for more needs a look', () => {
    const plan = planOf(iso, [control('c', ['A.9.2.1'])]);

    expect(plan.controls[0]?.moves).toEqual([{ ref: 'A.9.2.1', to: ['A.5.16'], look: ['asks-more'] }]);
    expect(fateOf(plan, 'A.5.16')?.fate).toBe('look');
  });

  test('of a split item it is not known which part is answered', () => {
    const plan = planOf(iso, [control('c', ['A.18.2.3'])]);

    expect(plan.controls[0]?.moves[0]).toMatchObject({ to: ['A.5.36', 'A.8.8'], look: ['asks-more', 'split'] });
    expect([fateOf(plan, 'A.5.36')?.fate, fateOf(plan, 'A.8.8')?.fate]).toEqual(['look', 'look']);
  });

  test('a merged item carries only where all that it came from is answered', () => {
    const some = planOf(iso, [control('c', ['A.9.2.2', 'A.9.2.5'])]);
    const all = planOf(iso, [control('c', ['A.9.2.2', 'A.9.2.5']), control('d', ['A.9.2.6'])]);

    expect(some.controls[0]?.after.newer).toEqual(['A.5.18']);
    expect(fateOf(some, 'A.5.18')).toMatchObject({ fate: 'look', unanswered: ['A.9.2.6'] });
    expect(fateOf(all, 'A.5.18')).toMatchObject({ fate: 'carried', unanswered: [], controls: ['c', 'd'] });
  });

  test('what is new is open, and so is what nobody answered', () => {
    const plan = planOf(iso, [control('c', ['A.6.1.2'], ['A.5.7'])]);

    expect([fateOf(plan, 'A.8.9')?.fate, fateOf(plan, 'A.8.6')?.fate, fateOf(plan, 'A.5.7')?.fate]).toEqual([
      'added',
      'open',
      'answered',
    ]);
    expect(plan.newer).toHaveLength(123);
    expect(plan.older).toHaveLength(140);
  });

  test('a control that is only planned answers nothing yet, and is named', () => {
    const plan = planOf(iso, [
      { ...control('library', [], ['A.8.9', 'A.5.3']), runs: false },
      control('c', ['A.6.1.2']),
    ]);

    expect(fateOf(plan, 'A.8.9')).toMatchObject({ fate: 'added', controls: [], planned: ['library'] });
    expect(fateOf(plan, 'A.5.3')).toMatchObject({ fate: 'carried', controls: ['c'], planned: ['library'] });
  });

  test('keeps what is answered already and adds the rest in the order of the edition', () => {
    const plan = planOf(iso, [control('c', ['A.12.4.4', 'A.12.4.1', 'A.6.1.2'], ['A.8.15', '4.1'])]);

    expect(plan.controls[0]?.after.newer).toEqual(['A.8.15', '4.1', 'A.5.3', 'A.8.17']);
  });

  test('a decision is taken as it is, and no decision leaves an answer where it was', () => {
    const plan = planOf(
      iso,
      [control('c', ['A.18.2.3', 'A.6.1.2'])],
      [],
      [
        { control: 'c', ref: 'A.18.2.3', to: ['A.8.8'] },
        { control: 'c', ref: 'A.6.1.2', to: [] },
      ],
    );

    expect(plan.controls[0]).toMatchObject({
      moves: [{ ref: 'A.18.2.3', to: ['A.8.8'], look: [] }],
      stays: ['A.6.1.2'],
      after: { older: ['A.6.1.2'], newer: ['A.8.8'] },
    });
  });

  test('what was out of scope stays so only where nothing of it came in', () => {
    const out = (ref: string) => ({ ref, justification: `${ref} is not ours.` });
    const plan = planOf(
      iso,
      [control('c', ['A.14.2.7'])],
      ['A.14.2.7', 'A.11.1.6', 'A.11.2.3', 'A.10.1.1', 'A.10.1.2', 'A.6.2.2'].map(out),
    );

    expect(plan.exclusions.carried.map(({ ref }) => ref)).toEqual(['A.7.12', 'A.8.24']);
    expect(plan.exclusions.carried[1]?.justification).toBe('A.10.1.1 is not ours. A.10.1.2 is not ours.');
    expect(plan.exclusions.look).toEqual([
      { ref: 'A.6.7', excluded: ['A.6.2.2'], why: 'asks-more' },
      { ref: 'A.7.2', excluded: ['A.11.1.6'], why: 'partly' },
      { ref: 'A.8.30', excluded: ['A.14.2.7'], why: 'answered' },
    ]);
    expect(fateOf(plan, 'A.8.24')?.fate).toBe('left-out');
  });
});

describe('editions of an own framework', () => {
  const framework = (id: string, items: readonly (readonly [string, string])[]): Framework => ({
    ...{ id, title: id, catalog: id, groups: [] },
    requirements: items.map(([ref, title]) => ({ ref, title, summary: '', group: '', part: 'item' })),
  });
  const older = framework('acme-1', [
    ['1', 'Doors'],
    ['2', 'Windows'],
    ['3', 'Roofs'],
    ['4', 'Cellars'],
    ['5', 'Lofts'],
    ['6', 'Moats'],
  ]);
  const newer = framework('acme-2', [
    ['a', 'Doors'],
    ['b', 'Glass'],
    ['c', 'Above and below'],
    ['d', 'Lofts in the north'],
    ['e', 'Lofts in the south'],
    ['f', 'Drones'],
  ]);
  const edge = (from: string, to: string, relation: Relation): Edge => ({
    ...{ id: `${from}${to}`, set: 's', from: { framework: 'acme-1', ref: from }, to: { framework: 'acme-2', ref: to } },
    ...{ relation, strength: { forward: 5, backward: 5 }, judged: 'each-way', rationale: `${from} ${to}.` },
    provenance: 'Ours.',
  });
  const edges = [
    edge('1', 'a', 'equal'),
    edge('2', 'b', 'subset'),
    edge('3', 'c', 'subset'),
    edge('4', 'c', 'subset'),
    edge('5', 'd', 'superset'),
    edge('5', 'e', 'superset'),
    edge('6', 'f', 'none'),
  ];

  test('follow from mappings between them', () => {
    const table = tableBetween(older, newer, edges);

    expect(table?.older.map(({ ref, became }) => [ref, became])).toEqual([
      ['1', 'kept'],
      ['2', 'renamed'],
      ['3', 'merged'],
      ['4', 'merged'],
      ['5', 'split'],
      ['6', 'removed'],
    ]);
    expect(table?.newer.map(({ ref, came, asks }) => [ref, came, asks])).toEqual([
      ['a', 'kept', 'same'],
      ['b', 'renamed', 'more'],
      ['c', 'merged', 'more'],
      ['d', 'split', 'same'],
      ['e', 'split', 'same'],
      ['f', 'added', 'new'],
    ]);
    expect(table?.provenance).toBe('Ours.');
  });

  test('are read the same from mappings written the other way round, and not at all from none', () => {
    const turned = edges.map(({ from, to, relation, ...rest }) => ({
      ...rest,
      from: to,
      to: from,
      relation: ({ subset: 'superset', superset: 'subset' } as const)[relation as 'subset' | 'superset'] ?? relation,
    }));

    expect(tableBetween(older, newer, turned)).toEqual(tableBetween(older, newer, edges));
    expect(tableBetween(older, newer, [])).toBeUndefined();
  });
});

const KINDS = [Control, Programme, Transition, MappingSet, Mapping, OwnFramework, OwnRequirement];
function desk() {
  const made = new Desk(KINDS).at('2026-03-01T09:00:00Z');
  const keep = (kind: string, id: string, body: object) => made.keep({ does: 'create', kind, id, body });
  keep('control', 'reviews', {
    ...{ title: 'Reviews', frequency: 'quarterly', startsOn: '2026-01-01', effectiveFrom: '2026-01-01' },
    answers: { soc2: ['CC6.2'], iso27001: ['A.8.2'], 'iso27001-2013': ['A.9.2.5', 'A.9.2.3', '9.2'] },
  });
  keep('control', 'new', { title: 'New', frequency: 'annual', answers: { iso27001: ['A.5.7'] } });
  keep('control', 'split', { title: 'Split', frequency: 'annual', answers: { 'iso27001-2013': ['A.18.2.3'] } });
  keep('programme', 'iso', {
    ...{ framework: 'iso27001', title: 'ISO' },
    outOfScope: [{ ref: 'A.7.12', justification: 'No cables.' }],
  });
  keep('programme', 'soc', { framework: 'soc2', title: 'SOC 2' });
  return made;
}
const answersOf = (made: Desk, id: string) => made.book().control?.get(id);
const Answering = z.object({ answers: z.record(z.string(), z.array(z.string())) });

describe('the act', () => {
  test('moves answers, keeps what was, and undo brings it back', () => {
    const made = desk();
    const before = ['reviews', 'new', 'split'].map((id) => answersOf(made, id));

    const { answer } = made.act(applyTransition, {
      exclusions: [{ ref: 'A.11.2.4', justification: 'Others maintain it.' }],
      programme: 'iso',
    });

    expect(answer).toMatchObject({
      transition: 'iso27001-2013--iso27001.1',
      outOfScope: [{ ref: 'A.7.13', justification: 'Others maintain it.' }],
    });
    expect(answersOf(made, 'reviews')).toMatchObject({
      answers: { soc2: ['CC6.2'], iso27001: ['A.8.2', '9.2.1', '9.2.2', 'A.5.18'] },
    });
    expect(answersOf(made, 'reviews')).not.toHaveProperty(['answers', 'iso27001-2013']);
    expect(answersOf(made, 'new')).toEqual(before[1]);
    expect(made.book().programme?.get('iso')).toMatchObject({ outOfScope: [{ ref: 'A.7.12' }, { ref: 'A.7.13' }] });

    made.at('2026-03-02T09:00:00Z').act(undoTransition, { transition: 'iso27001-2013--iso27001.1' });

    for (const [i, id] of ['reviews', 'new', 'split'].entries()) {
      expect(answersOf(made, id)).toMatchObject(Answering.parse(before[i]));
    }
    expect(made.book().programme?.get('iso')).toMatchObject({
      outOfScope: [{ ref: 'A.7.12', justification: 'No cables.' }],
    });
  });

  test('what changed since is not undone, and what else of a control changed is no reason', () => {
    const made = desk();
    made.act(applyTransition, {});
    const row = answersOf(made, 'split') as unknown as { head: number };
    const body = { title: 'Split', frequency: 'annual', answers: { iso27001: ['A.5.36', 'A.8.8'] }, domain: 'x' };
    made.keep({ does: 'change', kind: 'control', id: 'split', from: row.head, body });
    const undo = () => made.act(undoTransition, { transition: 'iso27001-2013--iso27001.1' });

    expect(undo).not.toThrow();
    made.act(applyTransition, {});
    const again = answersOf(made, 'split') as unknown as { head: number };
    made.keep({
      ...{ does: 'change', kind: 'control', id: 'split', from: again.head },
      body: { ...body, answers: { iso27001: ['A.5.36'] } },
    });
    const refused = refusedBy(() => made.act(undoTransition, { transition: 'iso27001-2013--iso27001.2' }));

    expect([refused.code, refused.details]).toEqual(['transition.moved', { n: 1, what: 'split' }]);
    expect(answersOf(made, 'split')).toMatchObject({ answers: { iso27001: ['A.5.36'] } });
  });

  test('takes only the controls named, with what somebody decided', () => {
    const made = desk();
    made.act(applyTransition, {
      controls: ['split'],
      choices: [{ control: 'split', ref: 'A.18.2.3', to: ['A.8.8'] }],
    });

    expect(answersOf(made, 'split')).toMatchObject({ answers: { iso27001: ['A.8.8'] } });
    expect(answersOf(made, 'reviews')).toMatchObject({ answers: { 'iso27001-2013': ['A.9.2.5', 'A.9.2.3', '9.2'] } });
  });

  const refusals: readonly [string, object, string][] = [
    ['an edition that is none', { from: 'iso27001-2005' }, 'framework.unknown'],
    ['a framework named as things have names', { from: '__proto__' }, 'framework.unknown'],
    ['one edition twice', { from: 'iso27001' }, 'transition.same'],
    ['editions that nothing relates', { from: 'iso27001-2013', to: 'iso27001-2013' }, 'transition.same'],
    ['a control twice', { controls: ['split', 'split'] }, 'transition.twice'],
    ['a control that is not there', { controls: ['nobody'] }, 'record.missing'],
    ['a control that answers nothing of it', { controls: ['new'] }, 'transition.control'],
    [
      'a choice that the table does not have',
      { choices: [{ control: 'split', ref: 'A.18.2.3', to: ['A.5.1'] }] },
      'transition.choice',
    ],
    [
      'a choice twice',
      { choices: [1, 2].map(() => ({ control: 'split', ref: 'A.18.2.3', to: [] })) },
      'transition.twice',
    ],
    [
      'a choice for what is not answered',
      { choices: [{ control: 'split', ref: 'A.5.1.1', to: ['A.5.1'] }] },
      'transition.answers',
    ],
    [
      'exclusions without a programme',
      { exclusions: [{ ref: 'A.7.1.1', justification: 'None.' }] },
      'transition.exclusions',
    ],
    [
      'an exclusion of the other edition',
      { programme: 'iso', exclusions: [{ ref: 'A.8.32', justification: 'None.' }] },
      'transition.item',
    ],
    [
      'a clause left out',
      { programme: 'iso', exclusions: [{ ref: '9.2', justification: 'None.' }] },
      'transition.mandatory',
    ],
    [
      'an exclusion twice',
      { programme: 'iso', exclusions: [1, 2].map(() => ({ ref: 'A.7.1.1', justification: 'None.' })) },
      'transition.twice',
    ],
    [
      'a programme of another framework',
      { programme: 'soc', exclusions: [{ ref: 'A.7.1.1', justification: 'None.' }] },
      'transition.programme',
    ],
    [
      'all kept where it is',
      { controls: ['split'], choices: [{ control: 'split', ref: 'A.18.2.3', to: [] }] },
      'transition.nothing',
    ],
  ];
  test.each(refusals)('refuses %s', (_, input, code) => {
    const made = desk();
    const refused = refusedBy(() => made.act(applyTransition, input));

    expect(refused.code).toBe(code);
    expect(made.book().transition?.all()).toEqual([]);
  });

  test('is done once: nothing is left to move, and what is undone is not undone again', () => {
    const made = desk();
    made.act(applyTransition, {});

    expect(refusedBy(() => made.act(applyTransition, {})).code).toBe('transition.nothing');
    made.act(undoTransition, { transition: 'iso27001-2013--iso27001.1' });
    expect(refusedBy(() => made.act(undoTransition, { transition: 'iso27001-2013--iso27001.1' })).code).toBe(
      'record.move',
    );
  });
});

describe('own editions in the book', () => {
  const item = (made: Desk, framework: string, ref: string, title: string) =>
    made.keep({ does: 'create', kind: 'requirement', id: `${framework}_${ref}`, body: { framework, ref, title } });
  function own() {
    const made = desk();
    for (const id of ['acme-1', 'acme-2'])
      made.keep({ does: 'create', kind: 'framework', id, body: { title: id, licence: 'own' } });
    item(made, 'acme-1', '1', 'Doors');
    item(made, 'acme-2', 'a', 'Doors');
    item(made, 'acme-2', 'b', 'Drones');
    for (const id of ['editions', 'to-soc2'])
      made.keep({ does: 'create', kind: 'mapping-set', id, body: { title: id, provenance: 'Ours.' } });
    const line = (id: string, set: string, from: object, to: object) =>
      made.keep({
        ...{ does: 'create', kind: 'mapping', id },
        body: { set, from, to, relation: 'equal', strength: { forward: 10, backward: 10 } },
      });
    line('m-1', 'editions', { framework: 'acme-1', ref: '1' }, { framework: 'acme-2', ref: 'a' });
    line('m-2', 'to-soc2', { framework: 'acme-1', ref: '1' }, { framework: 'soc2', ref: 'CC6.4' });
    return made;
  }
  const asked = { from: 'acme-1', to: 'acme-2' };

  test('their mappings move on, and the mapping between them stays', () => {
    const made = own();
    const preview = TransitionPreview.parse(made.view(transitionPreview, asked));

    expect(preview.counts).toMatchObject({ older: 1, newer: 2, became: { kept: 1 }, came: { kept: 1, added: 1 } });
    expect(preview.mappings).toEqual({ move: 1, look: [] });

    made.act(applyTransition, asked);
    const row = (id: string) => made.book().mapping?.get(id);
    expect(row('m-2')).toMatchObject({ from: { framework: 'acme-2', ref: 'a' } });
    expect(row('m-1')).toMatchObject({ from: { framework: 'acme-1', ref: '1' } });

    made.act(undoTransition, { transition: 'acme-1--acme-2.1' });
    expect(row('m-2')).toMatchObject({ from: { framework: 'acme-1', ref: '1' } });
  });

  test('a mapping to another framework makes it no edition', () => {
    const made = own();

    for (const [from, to] of [
      ['acme-1', 'soc2'],
      ['soc2', 'acme-2'],
      ['soc2', 'iso27001'],
      ['iso27001', 'iso27001-2013'],
    ]) {
      expect(refusedBy(() => made.view(transitionPreview, { from, to })).code).toBe('transition.none');
    }
  });
});

test('the preview counts what the plan has', () => {
  const preview = TransitionPreview.parse(desk().view(transitionPreview, {}));

  expect(preview.counts).toMatchObject({
    ...{ older: 140, newer: 123, controls: 2, moved: 4, look: 2, stay: 0 },
    became: { kept: 58, renamed: 24, merged: 55, split: 3, removed: 0 },
    came: { kept: 58, renamed: 24, merged: 24, split: 5, added: 12 },
  });
  expect(preview.programmes).toEqual([{ id: 'iso', title: 'ISO' }]);
  expect(preview.done).toEqual([]);
});
