import { describe, expect, test } from 'vitest';
import { Check } from '../check/record.ts';
import { Exception } from '../control/exception.ts';
import { Performance } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import { CustomerRequest } from '../customer/record.ts';
import { Programme } from '../framework/record.ts';
import type { Role } from '../kernel/index.ts';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Erasure } from '../erasure/record.ts';
import { Holidays, Organisation } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { adoptPlan, notePlanSent, retirePlan, savePlan } from './acts.ts';
import { planQuestions } from './prefill.ts';
import { Plan } from './record.ts';
import type { RoadmapAnswer } from './result.ts';
import { planPage, roadmap } from './view.ts';
import type { PlanPage } from './view.ts';
import type { z } from 'zod';

const who = (id: string, ...roles: readonly Exclude<Role, 'operator'>[]) => ({ id, roles });
const OLGA = who('olga', 'owner');
const LENA = who('lena', 'lead');
const KINDS = [
  Plan,
  Programme,
  Control,
  Check,
  Exception,
  Performance,
  Holidays,
  Erasure,
  Organisation,
  Person,
  CustomerRequest,
];
const FEEDS = { tracks: () => new Map(), steps: () => new Map(), counts: () => new Map() };

const ANSWERS = {
  ...{ persons: 30, engineers: 12, stage: 'growth' as const },
  markets: { usCa: 55, europe: 35 },
  asked: { soc2: 3, iso27001: 1, first: 'soc2' as const },
};
/** Thirty people in Madrid, with the programmes that an organisation begins with. */
function desk(): Desk {
  const made = new Desk(KINDS, { zone: 'Europe/Madrid', feeds: FEEDS }).at('2026-02-16T08:00:00Z');
  made.keep(create(Organisation, 'organisation', { name: 'Halyard', timeZone: 'Europe/Madrid' }));
  for (const { id, roles } of [OLGA, LENA]) made.keep(create(Person, id, { name: id, roles: [...roles] }));
  made.keep(create(Programme, 'soc2', { framework: 'soc2', title: 'SOC 2' }));
  made.keep(create(Programme, 'iso27001', { framework: 'iso27001', title: 'ISO/IEC 27001:2022' }));
  return made;
}
const ask = (made: Desk, more: object = {}) =>
  made.view(roadmap, { ...ANSWERS, ...more }, { who: OLGA }) as RoadmapAnswer;
const page = (made: Desk, input: object = {}, asOf?: string) =>
  made.view(planPage, input, { who: OLGA, ...(asOf === undefined ? {} : { asOf }) }) as z.output<typeof PlanPage>;
const save = (made: Desk, more: object = {}, id = 'p') =>
  made.act(savePlan, { id, answers: { ...ANSWERS, ...more } }, LENA);

describe('the roadmap', () => {
  test('begins today in the organisation’s zone, and says what adopting it would do', () => {
    const found = ask(desk().at('2026-02-16T23:30:00Z'));

    expect(found).toMatchObject({
      startsOn: '2026-02-17',
      organisation: 'Halyard',
      recommendation: { branch: 'both' },
    });
    expect(found.adoption.map(({ programme, does }) => [programme, does])).toEqual([
      ['soc2', 'change'],
      ['iso27001', 'change'],
    ]);
  });

  test('of contradictory answers is refused, with every field', () => {
    const refused = refusedBy(() => ask(desk(), { markets: { usCa: 90, europe: 35 }, engineers: 40 }));

    expect([refused.code, refused.path]).toEqual(['plan.contradiction', ['markets']]);
    expect(refused.message).toMatch(/markets: .*engineers: /);
  });

  test('takes measured reuse as soon as a control operates', () => {
    const made = desk();
    const runs = {
      frequency: 'monthly' as const,
      startsOn: '2026-01-01',
      answers: { soc2: ['CC6.1'], iso27001: ['A.5.15'] },
    };
    const reuse = (): unknown => ask(made).figures.find(({ id }) => id === 'reuse.iso27001')?.source.name;
    made.keep(create(Control, 'review', { title: 'Access review', ...runs }));
    const before = reuse();
    made.keep(create(Performance, 'perf', { control: 'review', performedAt: '2026-01-20T08:00:00Z' }));

    expect(before).toMatch(/^the crosswalk/);
    expect(reuse()).toBe('your own controls');
    expect(ask(made).figures.find(({ id }) => id === 'done.iso27001')).toMatchObject({ likely: 1 / 123 });
  });

  test('is the same for the same seed, and records the one it drew with', () => {
    const made = desk();
    const seed = '0123456789abcdef0123456789abcdef';

    expect(ask(made, { seed })).toEqual(ask(made, { seed }));
    expect(ask(made, { seed }).options[0]?.cost).not.toEqual(ask(made).options[0]?.cost);
    expect(ask(made, { seed }).seed).toBe(seed);
  });
});

describe('adopting a plan', () => {
  const adopted = (more: object = {}): Desk => {
    const made = desk();
    save(made, more);
    made.at('2026-02-20T09:00:00Z').act(adoptPlan, { plan: 'p' }, OLGA);
    return made;
  };

  test('gives programmes their period and milestones', () => {
    const made = adopted();
    const [soc2, iso] = [made.get(Programme, 'soc2'), made.get(Programme, 'iso27001')];

    expect(soc2).toMatchObject({
      report: 'type-2',
      periodFrom: '2026-05-18',
      periodTo: '2026-11-17',
      categories: ['security'],
    });
    expect(soc2.milestones?.find(({ milestone }) => milestone === 'report')).toMatchObject({ on: '2027-01-01' });
    expect(soc2.outOfScope).toHaveLength(28);
    expect(iso.milestones?.map(({ milestone }) => milestone)).toEqual(
      expect.arrayContaining(['stage-1', 'stage-2', 'decision', 'surveillance-1', 'surveillance-2', 'recertification']),
    );
    expect(page(made).plan).toMatchObject({
      state: 'adopted',
      adoptedOn: '2026-02-20',
      adoptedBy: { id: 'olga' },
      programmes: ['soc2', 'iso27001'],
    });
    expect(page(made).isAsKept).toBe(true);
  });

  test('is done once', () => {
    const made = adopted();

    expect(refusedBy(() => made.act(adoptPlan, { plan: 'p' }, OLGA)).code).toBe('plan.adopted');
    expect(refusedBy(() => save(made)).code).toBe('plan.stands');
  });

  test('supersedes the one adopted before; what is superseded is not adopted again', () => {
    const made = adopted();
    save(made.at('2026-03-20T09:00:00Z'), { windowMonths: 12 }, 'q');
    made.act(adoptPlan, { plan: 'q' }, OLGA);

    expect(made.get(Plan, 'p')).toMatchObject({ state: 'superseded', supersededBy: 'q' });
    expect(page(made).plan?.id).toBe('q');
    expect(made.get(Programme, 'soc2').periodTo?.slice(0, 4)).toBe('2027');
    expect(refusedBy(() => made.act(adoptPlan, { plan: 'p' }, OLGA)).code).toBe('plan.stands');
  });

  test.each<[string, object, object, string]>([
    ['that says neither yet', { stage: 'pre-revenue', asked: {}, markets: {} }, {}, 'plan.neither'],
    ['that does not say which', { stage: 'growth', asked: {}, markets: {} }, {}, 'plan.which'],
    ['as the comparison', {}, { option: 'separate' }, 'plan.comparison'],
    ['that began long ago', { startsOn: '2026-01-10' }, {}, 'plan.past'],
  ])('%s is refused', (_, answers, option, code) => {
    const made = desk();
    save(made, answers);
    made.at('2026-02-20T09:00:00Z');

    expect(refusedBy(() => made.act(adoptPlan, { plan: 'p', ...option }, OLGA)).code).toBe(code);
    expect(made.get(Programme, 'soc2').milestones).toBeUndefined();
  });

  test('another way than the recommended one may be adopted', () => {
    const made = desk();
    save(made, { stage: 'growth', asked: {}, markets: {} });
    made.act(adoptPlan, { plan: 'p', option: 'iso27001' }, OLGA);

    expect(made.get(Plan, 'p').programmes).toEqual(['iso27001']);
    expect(made.get(Programme, 'soc2').milestones).toBeUndefined();
  });

  test('what has happened stays as it was, and what was planned otherwise gives way', () => {
    const made = desk();
    const gap = { milestone: 'gap-analysis' as const, on: '2026-01-10', doneOn: '2026-01-12' };
    made.keep({
      ...{ does: 'change', kind: 'programme', id: 'iso27001', from: 1 },
      body: { framework: 'iso27001', title: 'ISO', milestones: [gap, { milestone: 'decision', on: '2030-01-01' }] },
    });
    save(made);
    made.act(adoptPlan, { plan: 'p' }, OLGA);
    const { milestones = [] } = made.get(Programme, 'iso27001');

    expect(milestones[0]).toEqual(gap);
    expect(milestones.filter(({ milestone }) => milestone === 'decision')).toHaveLength(1);
  });

  test('after a period that has a programme comes one of its own, and the former stays in force until then', () => {
    const made = desk();
    const period = { report: 'type-2' as const, periodFrom: '2025-08-01', periodTo: '2026-01-31' };
    made.keep({
      ...{ does: 'change', kind: 'programme', id: 'soc2', from: 1 },
      body: { framework: 'soc2', title: 'SOC 2', ...period },
    });
    save(made);
    made.act(adoptPlan, { plan: 'p' }, OLGA);

    expect(made.get(Plan, 'p').programmes).toEqual(['soc2-2026', 'iso27001']);
    expect(made.get(Programme, 'soc2-2026')).toMatchObject({
      previous: 'soc2',
      from: '2026-05-18',
      periodFrom: '2026-05-18',
    });
    expect(made.get(Programme, 'soc2')).toMatchObject({ ...period, to: '2026-05-17' });
  });

  test('a category that is chosen comes back into scope, and one that is not goes out', () => {
    const made = adopted({ categories: ['security', 'availability'] });

    expect(made.get(Programme, 'soc2').outOfScope).toHaveLength(25);
  });
});

describe('the dates of a plan', () => {
  const later = (change: (milestones: readonly { milestone: string; on: string }[]) => object[]): Desk => {
    const made = desk();
    save(made);
    made.act(adoptPlan, { plan: 'p' }, OLGA);
    const { id: _, version, head, recordedAt: _r, effectiveAt: _e, actor: _a, ...body } = made.get(Programme, 'soc2');
    made.at('2026-05-20T10:00:00Z').keep({
      ...{ does: 'change', kind: 'programme', id: 'soc2', from: version + head - head },
      body: { ...body, milestones: change(body.milestones ?? []) },
    });
    return made;
  };
  const at = (made: Desk) => page(made).kept;
  const state = (made: Desk) =>
    at(made).dates.find(({ milestone, framework }) => framework === 'soc2' && milestone === 'readiness');

  test('none has come yet', () => {
    const made = desk();
    save(made);
    made.act(adoptPlan, { plan: 'p' }, OLGA);

    expect(at(made).says).toBe('No date has come yet; the first is 17 May 2026.');
  });

  test.each([
    ['done in time', '2026-05-15', 'held', -2],
    ['done late', '2026-05-19', 'late', 2],
  ])('%s', (_, doneOn, kept, byDays) => {
    const made = later((all) => all.map((one) => (one.milestone === 'readiness' ? { ...one, doneOn } : one)));

    expect(state(made)).toMatchObject({ kept, byDays, now: doneOn });
    expect(at(made).says).toMatch(kept === 'held' ? /^So far every date has held\.$/ : /^1 of 1 dates has not held\./);
  });

  test('gone by without a word is overdue, and not held', () => {
    const made = later((all) => [...all]);

    expect(state(made)).toMatchObject({ kept: 'overdue' });
    expect(at(made).says).toMatch(/nobody recorded that it happened/);
  });

  test('planned for another day has moved; taken out is dropped', () => {
    const moved = later((all) =>
      all.map((one) => (one.milestone === 'readiness' ? { ...one, on: '2026-06-01' } : one)),
    );
    const gone = later((all) => all.filter(({ milestone }) => milestone !== 'readiness'));

    expect(state(moved)).toMatchObject({ kept: 'moved', now: '2026-06-01', byDays: 15 });
    expect(state(gone)).toMatchObject({ kept: 'dropped', now: null });
  });
});

test('no plan is adopted: the page says so, and lists what there is', () => {
  const made = desk();
  save(made);

  expect(page(made)).toMatchObject({ plan: null, others: [{ id: 'p', state: 'draft' }] });
  expect(page(made, { plan: 'p' }).plan).toMatchObject({ id: 'p', state: 'draft' });
  expect(refusedBy(() => page(made, { plan: 'q' })).code).toBe('record.missing');
});

test('a plan laid aside keeps its reason, and its programmes their dates', () => {
  const made = desk();
  save(made);
  made.act(adoptPlan, { plan: 'p' }, OLGA);
  made.act(retirePlan, { plan: 'p', reason: 'The investor waits' }, OLGA);

  expect(made.get(Plan, 'p')).toMatchObject({ state: 'retired', retiredFor: 'The investor waits' });
  expect(made.get(Programme, 'soc2').periodFrom).toBe('2026-05-18');
});

test('that the page was sent is kept without an address', () => {
  const made = desk();
  save(made);
  const digest = `sha256:${'ab'.repeat(32)}`;
  made.act(notePlanSent, { plan: 'p', addresses: 3, digest }, OLGA);

  expect(page(made, { plan: 'p' }).plan?.sent).toMatchObject([{ by: { id: 'olga' }, addresses: 3, digest }]);
});

describe('answers to begin with', () => {
  const questions = (made: Desk) =>
    made.view(planQuestions, {}, { who: OLGA }) as {
      readonly answers: { readonly persons: number; readonly asked: object; readonly waiting: object };
      readonly from: readonly { readonly field: string; readonly says: string }[];
    };

  test('from open requests: how many for which, the first date, and what waits where, in dollars only', () => {
    const made = desk();
    const request = (id: string, more: object) =>
      made.keep(
        create(CustomerRequest, id, { customer: id, region: 'us-ca', askedOn: '2026-01-05', ...more } as never),
      );
    request('a', { wants: ['soc2-type-2'], by: '2026-07-31', amount: 100_000, currency: 'USD' });
    request('b', {
      wants: ['soc2-type-1', 'iso27001'],
      askedOn: '2026-01-09',
      by: '2026-05-31',
      amount: 50_000,
      currency: 'USD',
    });
    request('c', { wants: ['iso27001'], region: 'europe', amount: 40_000, currency: 'EUR' });
    request('d', { wants: ['other'], note: 'A questionnaire', amount: 9, currency: 'USD' });

    const { answers, from } = questions(made);

    expect(answers.asked).toEqual({ soc2: 2, iso27001: 2, first: 'soc2', by: '2026-05-31' });
    expect(answers.waiting).toMatchObject({ usCa: 150_000, europe: 0 });
    expect(from.find(({ field }) => field === 'waiting')?.says).toMatch(/EUR are not converted/);
  });

  test('from the last plan, and people on record where they are more', () => {
    const made = desk();
    expect(questions(made).answers.persons).toBe(2);
    save(made);

    expect(questions(made)).toMatchObject({ answers: { persons: 30, asked: { soc2: 3 } } });
    expect(questions(made).from[0]?.says).toContain('As answered for');
  });
});
