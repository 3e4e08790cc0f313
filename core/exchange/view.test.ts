import { describe, expect, test } from 'vitest';
import { Mapping, MappingSet } from '../crosswalk/index.ts';
import { OwnFramework, OwnRequirement, Programme, RequirementText } from '../framework/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { loadFramework } from './load.ts';
import { loadMappings } from './load-mappings.ts';
import type { FrameworkItems, FrameworksListing } from './view.ts';
import { frameworkItems, frameworksList } from './view.ts';
import { wholeFramework } from './whole.ts';
import { restoreFramework, withdrawFramework, withdrawMappings } from './withdraw.ts';

const started = (licence = 'licensed') => {
  const desk = new Desk([OwnFramework, OwnRequirement, RequirementText, MappingSet, Mapping, Programme]);
  const framework = {
    ...{ id: 'f', title: 'F', licence },
    groups: [
      { id: 'g', name: 'Governance' },
      { id: 'g.1', name: 'Roles', parent: 'g' },
    ],
  };
  const items = [
    { ref: '1', title: 'One', group: 'g', assessable: false },
    ...Array.from({ length: 60 }, (_, i) => ({ ref: `1.${i}`, title: `Item ${i}`, group: 'g.1', parent: '1' })),
    { ref: '2', title: 'Two', text: 'Words of somebody else' },
  ];
  desk.act(loadFramework, { framework, items });
  desk.act(loadMappings, {
    set: { id: 's', title: 'S', provenance: 'us' },
    mappings: [
      {
        ...{ from: { framework: 'f', ref: '2' }, to: { framework: 'soc2', ref: 'CC6.1' } },
        ...{ relation: 'subset', strength: { forward: 3, backward: 10 }, reviewer: 'Ada' },
      },
    ],
  });
  return desk;
};
const listed = (desk: Desk) => desk.view(frameworksList, {}) as FrameworksListing;
const items = (desk: Desk, input: object = {}, roles: readonly ['lead' | 'employee'] = ['lead']) =>
  desk.view(frameworkItems, { framework: 'f', ...input }, { who: { roles } }) as FrameworkItems;

describe('the list', () => {
  test('has shipped and own frameworks with what is kept of them, and the sets between them', () => {
    const { frameworks, sets } = listed(started());

    expect(frameworks.map(({ id }) => id)).toEqual(['soc2', 'iso27001', 'iso27001-2013', 'f']);
    expect(frameworks.at(-1)).toMatchObject({ items: 61, headings: 1, texts: 1, sets: 1, licence: 'licensed' });
    expect(sets.at(-1)).toMatchObject({
      id: 's',
      lines: 1,
      counts: { subset: 1 },
      reviewed: 1,
      between: ['f', 'soc2'],
    });
    expect(sets[0]).toMatchObject({ isShipped: true, lines: 439 });
  });

  test('says which lines lost their item', () => {
    const desk = started();
    desk.act(loadFramework, {
      framework: { id: 'f', title: 'F', licence: 'licensed', groups: [] },
      items: [{ ref: '3', title: 'Three' }],
      withdrawMissing: true,
    });

    expect(listed(desk).sets.at(-1)).toMatchObject({ lines: 1, lost: 1 });
  });
});

describe('the items of one', () => {
  test('come a page at a time, by group and by search', () => {
    const desk = started();
    const first = items(desk);
    const second = items(desk, { cursor: first.next });

    expect([first.items.length, first.next, first.total]).toEqual([50, '50', 62]);
    expect([second.items.length, second.next]).toEqual([12, undefined]);
    expect(items(desk, { group: 'g.1' }).total).toBe(60);
    expect(items(desk, { group: 'g' }).total).toBe(61);
    expect(items(desk, { search: 'item 42' }).items.map(({ ref }) => ref)).toEqual(['1.42']);
    expect(first.groups).toEqual([
      { id: 'g', name: 'Governance', depth: 0, items: 61 },
      { id: 'g.1', name: 'Roles', depth: 1, items: 60 },
    ]);
  });

  test('tell licensed words to those who may read them, and to others only that there are some', () => {
    const desk = started();
    const seen = (roles: readonly ['lead' | 'employee'], search = 'two') => items(desk, { search }, roles).items;

    expect(seen(['lead'])).toMatchObject([{ ref: '2', text: 'Words of somebody else', mappings: 1 }]);
    expect(seen(['employee'])).toMatchObject([{ ref: '2', hasText: true }]);
    expect(seen(['employee'])[0]).not.toHaveProperty('text');
    expect(seen(['employee'], 'somebody else')).toEqual([]);
    expect(items(started('public'), { search: 'two' }, ['employee']).items).toMatchObject([
      { text: 'Words of somebody else' },
    ]);
  });

  test('go out without licensed words unless they are asked for by somebody who may read them', () => {
    const desk = started();
    const whole = (withTexts: boolean, roles: readonly ['lead' | 'employee']) =>
      desk.view(wholeFramework, { framework: 'f', withTexts }, { who: { roles } }) as { textsLeftOut: number };

    expect(whole(false, ['lead'])).toMatchObject({ textsLeftOut: 1 });
    expect(JSON.stringify(whole(false, ['lead']))).not.toContain('somebody else');
    expect(JSON.stringify(whole(true, ['lead']))).toContain('somebody else');
    expect(refusedBy(() => whole(true, ['employee'])).code).toBe('record.forbidden');
  });
});

describe('setting aside', () => {
  test('takes a framework and what is mapped to it out of use, and back', () => {
    const desk = started();

    desk.act(withdrawFramework, { framework: 'f' });
    expect(listed(desk).frameworks.at(-1)?.isWithdrawn).toBe(true);
    expect(listed(desk).sets.at(-1)?.lost).toBe(1);
    expect(refusedBy(() => desk.act(withdrawFramework, { framework: 'f' })).code).toBe('withdrawal.already');
    desk.act(restoreFramework, { framework: 'f' });
    desk.act(withdrawMappings, { set: 's' });

    expect(listed(desk).frameworks.at(-1)?.isWithdrawn).toBe(false);
    expect(listed(desk).sets.at(-1)).toMatchObject({ isWithdrawn: true, lost: 0 });
  });
});
