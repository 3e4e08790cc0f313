import { describe, expect, test } from 'vitest';
import { Mapping, MappingSet } from '../crosswalk/index.ts';
import { OwnFramework, OwnRequirement, RequirementText } from '../framework/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { loadFramework } from './load.ts';
import { loadMappings } from './load-mappings.ts';

const KINDS = [OwnFramework, OwnRequirement, RequirementText, MappingSet, Mapping];
const head = { id: 'f', title: 'F', licence: 'licensed', groups: [{ id: 'g', name: 'G' }] };
const ITEMS = [
  { ref: '1', title: 'One', group: 'g', assessable: false },
  { ref: '1.1', title: 'One one', group: 'g', parent: '1', text: 'The standard says so.' },
  { ref: '2', title: 'Two' },
];
const world = () => {
  const desk = new Desk(KINDS);
  const load = (input: object) => desk.act(loadFramework, { framework: head, items: ITEMS, ...input });
  return { desk, load, answer: (input: object = {}) => load(input).answer };
};

describe('a framework that is taken in', () => {
  test('is one act: framework, items, texts; a second time nothing changes', () => {
    const { desk, load, answer } = world();

    expect(load({}).answer).toMatchObject({ framework: 'create', create: ['1', '1.1', '2'], texts: 1 });
    expect(load({})).toMatchObject({ changes: [], answer: { framework: 'unchanged', unchanged: 3, texts: 0 } });
    expect(desk.get(RequirementText, 'f_1.1')).toMatchObject({ text: 'The standard says so.', licence: 'licensed' });
    expect(answer({ items: [...ITEMS.slice(0, 2), { ref: '2', title: 'Zwei' }] })).toMatchObject({
      change: [{ ref: '2', fields: ['title'] }],
      unchanged: 2,
    });
  });

  test('as a new edition marks what it has no more, and takes it back when it comes again', () => {
    const { desk, answer } = world();
    answer();

    const next = { items: [ITEMS[2]], withdrawMissing: true };
    expect(answer(next)).toMatchObject({ withdraw: ['1', '1.1'], change: [{ ref: '2', fields: ['position'] }] });
    expect(answer(next)).toMatchObject({ withdraw: [], unchanged: 1 });
    expect(desk.get(OwnRequirement, 'f_1.1').withdrawn).toBe(true);
    expect(answer()).toMatchObject({ create: [], change: [{ ref: '1' }, { ref: '1.1' }, { ref: '2' }] });
    expect(desk.get(OwnRequirement, 'f_1.1')).toMatchObject({ withdrawn: false, parent: '1' });
  });

  test('under another licence marks every text anew, also of items that are not given', () => {
    const { desk, answer } = world();
    answer();

    answer({ framework: { ...head, licence: 'public' }, items: [ITEMS[2]] });

    expect(desk.get(RequirementText, 'f_1.1').licence).toBe('public');
  });

  test.each([
    [{ items: [ITEMS[2], ITEMS[2]] }, 'load.twice', ['items', 1, 'ref']],
    [{ items: [{ ref: '1', title: 'T', group: 'h' }] }, 'load.group', ['items', 0, 'group']],
    [{ items: [{ ref: '1', title: 'T', parent: '9' }] }, 'framework.parent', ['items', 0, 'parent']],
    [{ items: [{ ref: '1', title: 'T', parent: '1' }] }, 'framework.cycle', undefined],
  ])('is refused with %j', (input, code, path) => {
    const refused = refusedBy(() => world().load(input));

    expect([refused.code, refused.path]).toEqual([code, path]);
  });
});

describe('a mapping set that is taken in', () => {
  const set = { id: 's', title: 'S', provenance: 'Two of us, each by themselves' };
  const line = (ref: string, to: string, more: object = {}) => ({
    from: { framework: 'f', ref },
    to: { framework: 'soc2', ref: to },
    relation: 'intersects',
    strength: { forward: 4, backward: 6 },
    ...more,
  });
  const started = () => {
    const { desk, answer } = world();
    answer();
    return { desk, load: (input: object) => desk.act(loadMappings, { set, ...input }) };
  };

  test('is one act; a second time nothing changes; what is not given may be retired, and come again', () => {
    const { desk, load } = started();
    const mappings = [line('1.1', 'CC1.1'), line('2', 'CC6.1')];

    expect(load({ mappings }).answer).toMatchObject({ set: 'create', create: 2, did: ['create', 'create'] });
    expect(load({ mappings })).toMatchObject({ changes: [], answer: { unchanged: 2 } });
    expect(load({ mappings: [line('2', 'CC6.1', { rationale: 'Why' })], retireMissing: true }).answer).toMatchObject({
      change: 1,
      retire: 1,
    });
    expect(load({ mappings }).answer).toMatchObject({ create: 1, change: 1 });
    expect(desk.shelf(Mapping).all()).toHaveLength(2);
  });

  test.each([
    [[line('9', 'CC1.1')], 'mapping.item', ['mappings', 0, 'from', 'ref']],
    [[line('1', 'CC1.1')], 'mapping.item', ['mappings', 0, 'from', 'ref']],
    [[line('2', 'CC1.1'), line('2', 'CC1.1')], 'mapping.twice', ['mappings', 1]],
  ])('is refused with %j', (mappings, code, path) => {
    const refused = refusedBy(() => started().load({ mappings }));

    expect([refused.code, refused.path]).toEqual([code, path]);
  });
});
