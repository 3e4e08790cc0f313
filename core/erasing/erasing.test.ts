import { describe, expect, test } from 'vitest';
import { Check } from '../check/record.ts';
import { Exception } from '../control/exception.ts';
import { Performance } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import { controlHistories } from '../effectiveness/reading.ts';
import { scheduleLegAt } from '../effectiveness/leg.ts';
import { holdsOver, isInForce, LegalHold } from '../erasure/hold.ts';
import { Erasure } from '../erasure/record.ts';
import { ERASED_DIGEST, Evidence } from '../evidence/record.ts';
import { Programme } from '../framework/record.ts';
import { create } from '../kernel/index.ts';
import type { Who } from '../kernel/testing.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Holidays, Organisation } from '../organisation/record.ts';
import { Invitation } from '../people/invitation.ts';
import { Person, Token } from '../people/record.ts';
import { SignInLink } from '../people/sign-in.ts';
import { approveErasure, askErasure, refuseErasureAct } from './acts.ts';
import type { Reached } from './feed.ts';
import { askRelease, keepHold, placeHold, releaseHold } from './hold-acts.ts';
import { erasurePage } from './page.ts';
import { erasurePreview } from './preview.ts';

const LENA: Who = { id: 'lena', roles: ['lead'] };
const OLGA: Who = { id: 'olga', roles: ['owner'] };
const CARL: Who = { id: 'carl', roles: ['control-owner'] };
const DIGEST = 'ab'.repeat(32);
const ITEM = { kind: 'item', dataset: 'hr/people', source: 'hr', item: 'wil' } as const;
const DOCUMENT = { kind: 'evidence', id: 'e-1' } as const;
const asking = (what: object) => ({ what, why: 'asked for', basis: 'GDPR Art. 17(1)(b)' });

const REACHED: Reached = {
  contents: 2,
  intact: 2,
  isDelivered: true,
  observed: { from: Date.UTC(2026, 1, 1), to: Date.UTC(2026, 1, 3) },
  verdicts: [{ check: 'mfa', outcome: 'fail' }],
  isShared: false,
  hasAccount: true,
  mentions: [],
};

function desk(reached: Partial<Reached> = {}): Desk {
  const kinds = [
    ...[Erasure, LegalHold, Evidence, Person, Performance, Check, Control, Exception, Holidays, Organisation],
    ...[Programme, Invitation, SignInLink, Token],
  ];
  const made = new Desk(kinds, { feeds: { 'erasure-reach': () => ({ ...REACHED, ...reached }) } }).at(
    '2026-01-01T00:00:00Z',
  );
  made.keep(create(Person, 'wil', { name: 'Wilhelmina Q', email: 'wil@example.com', jobTitle: 'Clerk' }));
  const monthly = { frequency: 'monthly', startsOn: '2026-01-01', evidence: 'required' } as const;
  for (const id of ['c', 'd']) made.keep(create(Control, id, { title: id, ...monthly, answers: { soc2: ['CC6.1'] } }));
  made.keep(
    create(Programme, 'p', {
      framework: 'soc2',
      title: 'P',
      report: 'type-2',
      periodFrom: '2026-01-01',
      periodTo: '2026-06-30',
    }),
  );
  made.keep(
    create(Programme, 'later', {
      framework: 'soc2',
      title: 'L',
      report: 'type-2',
      periodFrom: '2026-07-01',
      periodTo: '2026-12-31',
    }),
  );
  made.keep(
    create(Check, 'mfa', {
      title: 'M',
      dataset: 'hr/people',
      mode: 'state',
      supports: ['d'],
      passes: 'it.ok',
      message: 'm',
    }),
  );
  made.at('2026-02-02T00:00:00Z');
  made.keep(
    create(Evidence, 'e-1', {
      name: 'Minutes.txt',
      digest: DIGEST,
      bytes: 7,
      controls: ['c'],
      source: 'Wil',
      filedBy: ['carl'],
    }),
  );
  made.keep(
    create(Performance, 'f-1', {
      control: 'c',
      performedAt: '2026-01-20T00:00:00Z',
      evidence: ['e-1'],
      for: '2026-01',
    }),
  );
  return made.at('2026-02-03T00:00:00Z');
}
const code = (work: () => unknown): string => refusedBy(work).code;

describe('two people', () => {
  test('one asks, another decides, and both are on record', () => {
    const made = desk();
    const { answer } = made.act(askErasure, asking(DOCUMENT), LENA);
    const { erasure } = answer as { erasure: string };

    expect(code(() => made.act(approveErasure, { erasure }, LENA))).toBe('erasure.own');
    made.act(approveErasure, { erasure }, OLGA);

    expect(made.get(Erasure, erasure)).toMatchObject({ state: 'done', askedBy: 'lena', decidedBy: 'olga' });
    expect(made.get(Evidence, 'e-1')).toMatchObject({
      name: 'Erased evidence',
      digest: ERASED_DIGEST,
      controls: ['c'],
      erased: erasure,
    });
    expect(made.get(Evidence, 'e-1').source).toBeUndefined();
    expect(code(() => made.act(approveErasure, { erasure }, OLGA))).toBe('record.move');
    expect(code(() => made.act(askErasure, asking(DOCUMENT), OLGA))).toBe('erasure.done');
  });

  test('nobody decides on their own name, and who asked may take it back', () => {
    const made = desk();
    made.act(askErasure, { id: 'x', ...asking({ kind: 'person', id: 'wil' }) }, LENA);

    expect(code(() => made.act(approveErasure, { erasure: 'x' }, { id: 'wil', roles: ['lead'] }))).toBe('erasure.self');
    expect(code(() => made.act(askErasure, asking({ kind: 'person', id: 'wil' }), OLGA))).toBe('erasure.asked');
    made.act(refuseErasureAct, { erasure: 'x', reason: 'A mistake' }, LENA);
    expect(made.get(Erasure, 'x')).toMatchObject({ state: 'refused', refusedFor: 'A mistake' });
    made.act(askErasure, asking({ kind: 'person', id: 'wil' }), OLGA);
  });

  test('the operator asks, and neither approves nor refuses; nobody below a lead asks', () => {
    expect(askErasure.allowed).toEqual(['owner', 'lead', 'operator']);
    for (const act of [approveErasure, refuseErasureAct, askRelease, releaseHold, keepHold])
      expect(act.allowed).toEqual(['owner', 'lead']);
  });

  test('of a person stays an id, roles and a last day, and no way in', () => {
    const made = desk();
    made.keep(create(Invitation, 'i', { person: 'wil', email: 'wil@example.com', expires: '2026-03-01T00:00:00Z' }));
    made.keep(create(Token, 't', { name: 'laptop', for: 'wil' }));
    made.act(askErasure, { id: 'x', ...asking({ kind: 'person', id: 'wil' }) }, LENA);
    made.act(approveErasure, { erasure: 'x' }, OLGA);

    const { name, email, jobTitle, roles, leavesOn, erased } = made.get(Person, 'wil');
    expect({ name, email, jobTitle, roles, leavesOn, erased }).toEqual({
      ...{ name: 'Erased person', email: undefined, jobTitle: undefined, roles: ['employee'] },
      ...{ leavesOn: '2026-02-03', erased: 'x' },
    });
    expect(made.shelf(Invitation).all()).toEqual([]);
    expect(made.shelf(Token).all()).toEqual([]);
  });

  test('an item of which nothing is left is not asked about', () => {
    expect(code(() => desk({ intact: 0 }).act(askErasure, asking(ITEM), LENA))).toBe('erasure.nothing');
    expect(desk().act(askErasure, asking(ITEM), LENA).changes).toHaveLength(1);
  });
});

describe('what no longer rests on it', () => {
  const leg = (made: Desk) => {
    const [history] = controlHistories(made.book() as never, ['c']);
    if (history === undefined) throw new Error('There is a control');
    return scheduleLegAt(
      history.governed,
      { zone: 'UTC', holidays: new Set() },
      history.performed,
      [],
      made.now,
      made.now,
    );
  };

  test('work that required it is silent, with the day', () => {
    const made = desk();
    expect(leg(made)?.says).toBe('speaks');
    made.act(askErasure, { id: 'x', ...asking(DOCUMENT) }, LENA);
    expect(leg(made)?.says).toBe('speaks');
    made.act(approveErasure, { erasure: 'x' }, OLGA);

    expect(leg(made)).toMatchObject({
      says: 'silent',
      because: 'Performed 2026-01-20 for 2026-01, and the evidence it requires was erased on 2026-02-03.',
    });
  });

  test('work with another document still speaks', () => {
    const made = desk();
    made.keep(create(Evidence, 'e-2', { name: 'b', digest: 'cd'.repeat(32), bytes: 1, controls: ['c'] }));
    made.keep(
      create(Performance, 'f-0', {
        control: 'c',
        performedAt: '2026-01-19T00:00:00Z',
        evidence: ['e-1', 'e-2'] as never,
        for: '2026-01',
      }),
    );
    made.act(askErasure, { id: 'x', ...asking(DOCUMENT) }, LENA);
    made.act(approveErasure, { erasure: 'x' }, OLGA);

    expect(leg(made)?.says).toBe('speaks');
  });
});

describe('a hold', () => {
  const DAY = '2026-02-03';
  const hold = (covers: object, more: object = {}) => ({
    ...{
      id: 'h' as never,
      name: 'H',
      covers: covers as never,
      from: '2026-02-01',
      until: undefined,
      state: 'placed' as const,
    },
    ...more,
  });
  const touched = { evidence: 'e-1', controls: ['c', 'd'] };

  test.each<[object, boolean]>([
    [{ all: true }, true],
    [{ evidence: ['e-1'] }, true],
    [{ evidence: ['e-2'] }, false],
    [{ controls: ['d'] }, true],
    [{ controls: ['x'] }, false],
    [{ people: ['e-1'] }, false],
    [{ datasets: ['e-1'] }, false],
  ])('%j keeps a document of controls c and d: %s', (covers, kept) => {
    expect(holdsOver([hold(covers)], touched, DAY)).toHaveLength(kept ? 1 : 0);
  });

  test.each<[object, boolean]>([
    [{}, true],
    [{ from: '2026-02-03' }, true],
    [{ from: '2026-02-04' }, false],
    [{ until: '2026-02-03' }, true],
    [{ until: '2026-02-02' }, false],
    [{ state: 'release-asked' }, true],
    [{ state: 'released' }, false],
  ])('with %j is in force: %s', (more, isHolding) => {
    expect(isInForce(hold({ all: true }, more), DAY)).toBe(isHolding);
  });

  test.each([
    ['a control of the document', { controls: ['c'] }, DOCUMENT],
    ['the document', { evidence: ['e-1'] }, DOCUMENT],
    ['a control that a check of the dataset supports', { controls: ['d'] }, ITEM],
    ['the dataset', { datasets: ['hr/people'] }, ITEM],
    ['the person', { people: ['wil'] }, { kind: 'person', id: 'wil' }],
    ['everything', { all: true }, { kind: 'person', id: 'wil' }],
  ])('over %s stops asking and approving', (_, covers, what) => {
    const made = desk();
    made.act(askErasure, { id: 'x', ...asking(what) }, LENA);
    made.act(placeHold, { id: 'h', name: 'Orion', why: 'litigation', covers }, LENA);

    const refused = refusedBy(() => made.act(approveErasure, { erasure: 'x' }, OLGA));
    expect([refused.code, refused.message]).toEqual(['erasure.held', expect.stringContaining('“Orion” (h)')]);
    made.act(refuseErasureAct, { erasure: 'x', reason: 'held' }, OLGA);
    expect(code(() => made.act(askErasure, asking(what), OLGA))).toBe('erasure.held');
  });

  test('over a control that the work with the document is for stops it too', () => {
    const made = desk();
    made.keep(
      create(Performance, 'f-2', { control: 'd', performedAt: '2026-01-20T00:00:00Z', evidence: ['e-1'] as never }),
    );
    made.act(placeHold, { name: 'Orion', why: 'litigation', covers: { controls: ['d'] } }, LENA);
    expect(code(() => made.act(askErasure, asking(DOCUMENT), OLGA))).toBe('erasure.held');
  });

  test('is released by two, and kept by one', () => {
    const made = desk();
    made.act(placeHold, { id: 'h', name: 'Orion', why: 'litigation', covers: { all: true } }, LENA);
    expect(code(() => made.act(releaseHold, { hold: 'h' }, OLGA))).toBe('record.move');
    made.act(askRelease, { hold: 'h', why: 'settled' }, LENA);
    expect(code(() => made.act(releaseHold, { hold: 'h' }, LENA))).toBe('hold.own');
    made.act(keepHold, { hold: 'h' }, LENA);
    expect(made.get(LegalHold, 'h')).toMatchObject({ state: 'placed' });
    made.act(askRelease, { hold: 'h', why: 'settled' }, LENA);
    made.act(releaseHold, { hold: 'h' }, OLGA);
    made.act(askErasure, asking(DOCUMENT), LENA);
  });
});

describe('what is shown', () => {
  test('before a document goes: work, periods it speaks of, and that nothing brings it back', () => {
    expect(desk().view(erasurePreview, { what: DOCUMENT }, { who: LENA })).toMatchObject({
      title: 'Minutes.txt',
      isErased: false,
      occurrences: [{ performance: 'f-1', key: '2026-01', leftWithout: true }],
      controls: [{ id: 'c' }],
      programmes: [{ id: 'p', from: '2026-01-01', to: '2026-06-30' }],
      verdicts: [],
    });
  });

  test('before an item goes: verdicts, and that the source would bring it again', () => {
    const told = desk().view(erasurePreview, { what: ITEM }, { who: LENA }) as { stays: string[] };
    expect(told).toMatchObject({
      contents: 2,
      verdicts: [{ check: 'mfa', says: 'fail', controls: ['d'] }],
      controls: [{ id: 'd' }],
    });
    expect(told.stays.join()).toContain('still delivers it');
  });

  test('of what another record has too, that the bytes stay; of a hold, its name', () => {
    const made = desk({ isShared: true });
    made.act(placeHold, { id: 'h', name: 'Orion', why: 'litigation', covers: { controls: ['c'] } }, LENA);
    const told = made.view(erasurePreview, { what: DOCUMENT }, { who: LENA }) as { goes: string[] };
    expect(told).toMatchObject({ isShared: true, holds: [{ id: 'h', name: 'Orion' }] });
    expect(told.goes.join()).toContain('The bytes stay');
  });

  test('the register: searched, sorted, page by page, holds for those who may see them', () => {
    const made = desk();
    for (const [id, what] of [
      ['b', ITEM],
      ['a', DOCUMENT],
      ['c', { kind: 'person', id: 'wil' }],
    ] as const)
      made.at(`2026-02-0${id === 'b' ? 4 : 5}T00:00:00Z`).act(askErasure, { id, ...asking(what) }, LENA);
    made.act(placeHold, { id: 'h', name: 'Orion', why: 'litigation', covers: { datasets: ['other/thing'] } }, LENA);
    made.act(refuseErasureAct, { erasure: 'c', reason: 'no' + 't now' }, OLGA);
    const page = (input: object, who: Who = LENA) =>
      made.view(erasurePage, input, { who }) as {
        items: { id: string }[];
        total: number;
        counts: object;
        next: string | null;
        holds: object[] | null;
      };
    const ids = (input: object): readonly string[] => page(input).items.map(({ id }) => id);

    expect(ids({})).toEqual(['a', 'c', 'b']);
    expect(ids({ sort: 'askedAt' })).toEqual(['b', 'a', 'c']);
    expect(ids({ sort: 'title' })).toEqual(['a', 'b', 'c']);
    expect(ids({ search: 'minutes' })).toEqual(['a']);
    expect(ids({ kind: 'item' })).toEqual(['b']);
    expect(ids({ state: 'refused' })).toEqual(['c']);
    expect(page({ state: 'refused' }).counts).toEqual({ asked: 2, refused: 1, done: 0 });
    const first = page({ limit: 2 });
    expect([first.total, first.next, ids({ limit: 2, cursor: '2' })]).toEqual([3, '2', ['b']]);
    expect([page({}).holds?.length, page({}, CARL).holds]).toEqual([1, null]);
  });
});
