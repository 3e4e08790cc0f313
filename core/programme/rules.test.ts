import { describe, expect, test } from 'vitest';
import type { ProgrammeBody } from '../framework/record.ts';
import { Programme } from '../framework/record.ts';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Commitment } from './commitment.ts';
import { nextOf, phaseOf } from './phase.ts';
import { programmeProposals } from './proposals.ts';
import { programmesList } from './list.ts';
import { warningsOf } from './warnings.ts';

const body = (given: object): ProgrammeBody => Programme.body.parse({ framework: 'soc2', title: 'T', ...given });
const type2 = (periodFrom: string, periodTo: string, more: object = {}) =>
  body({ report: 'type-2', periodFrom, periodTo, ...more });
const type1 = (asOfDate: string, more: object = {}) => body({ report: 'type-1', asOfDate, ...more });
const iso = (...milestones: readonly object[]) => body({ framework: 'iso27001', milestones });
const at = (milestone: string, on: string, doneOn?: string) => ({
  milestone,
  on,
  ...(doneOn === undefined ? {} : { doneOn }),
});
const codes = (given: ProgrammeBody, before?: ProgrammeBody, day = '2026-01-01') =>
  warningsOf(given, before, day).map(({ code }) => code);

describe('warnings', () => {
  test.each([
    ['two months and a day', type2('2026-01-01', '2026-03-01'), ['period-under-3-months']],
    ['three months to the day', type2('2026-01-01', '2026-03-31'), ['period-under-6-months']],
    ['six months to the day', type2('2026-01-01', '2026-06-30'), []],
    ['a year to the day', type2('2026-01-01', '2026-12-31'), []],
    ['a year and a day', type2('2026-01-01', '2027-01-01'), ['period-over-12-months']],
    ['no report', body({}), ['no-dates']],
    ['no date', body({ report: 'type-1' }), ['no-dates']],
    [
      'a report nine weeks later',
      type2('2026-01-01', '2026-06-30', { milestones: [at('report', '2026-09-01')] }),
      ['report-late'],
    ],
    ['a report eight weeks later', type2('2026-01-01', '2026-06-30', { milestones: [at('report', '2026-08-25')] }), []],
    [
      'fieldwork in the period',
      type2('2026-01-01', '2026-06-30', { milestones: [at('fieldwork', '2026-06-30')] }),
      ['fieldwork-early'],
    ],
    ['a certificate without dates', iso(), ['no-dates']],
    [
      'stages far apart',
      iso(
        at('internal-audit', '2026-01-05'),
        at('management-review', '2026-01-06'),
        at('stage-1', '2026-02-01'),
        at('stage-2', '2026-05-02'),
      ),
      ['stages-far-apart'],
    ],
    ['stage 2 with nothing before it', iso(at('stage-2', '2026-05-02')), ['no-internal-audit', 'no-management-review']],
    ['surveillance on the last day', iso(at('decision', '2026-02-01'), at('surveillance-1', '2027-02-01')), []],
    [
      'surveillance a day later',
      iso(at('decision', '2026-02-01'), at('surveillance-1', '2027-02-02')),
      ['first-surveillance-late'],
    ],
    [
      'recertification after the end',
      iso(at('decision', '2026-02-01'), at('recertification', '2029-02-01')),
      ['recertification-late'],
    ],
    ['recertification in time', iso(at('decision', '2026-02-01'), at('recertification', '2029-01-31')), []],
  ])('%s', (_, given, expected) => {
    expect(codes(given)).toEqual(expected);
  });

  test('tell of days that no report speaks of', () => {
    const before = type2('2025-01-01', '2025-12-31');

    expect(codes(type2('2026-01-01', '2026-12-31'), before)).toEqual([]);
    expect(warningsOf(type2('2026-01-03', '2026-12-31'), before, '2026-01-01')[0]?.says).toContain('2 days lie');
  });

  test('tell what was planned and is not recorded', () => {
    const given = type2('2026-01-01', '2026-06-30', { milestones: [at('readiness', '2026-01-15')] });

    expect(codes(given, undefined, '2026-01-15')).toEqual([]);
    expect(codes(given, undefined, '2026-01-16')).toEqual(['overdue']);
  });
});

describe('phases', () => {
  const report = { milestones: [at('report', '2026-08-01', '2026-08-03')] };
  test.each([
    ['2025-12-31', type2('2026-01-01', '2026-06-30'), 'planned'],
    ['2026-01-01', type2('2026-01-01', '2026-06-30'), 'in-period'],
    ['2026-06-30', type2('2026-01-01', '2026-06-30'), 'in-period'],
    ['2026-07-01', type2('2026-01-01', '2026-06-30'), 'reporting'],
    ['2026-08-02', type2('2026-01-01', '2026-06-30', report), 'reporting'],
    ['2026-08-03', type2('2026-01-01', '2026-06-30', report), 'reported'],
    ['2026-08-03', type2('2026-01-01', '2026-06-30', { ...report, to: '2026-06-30' }), 'ended'],
    ['2026-07-15', type2('2026-01-01', '2026-06-30', { ...report, to: '2026-06-30' }), 'reporting'],
    ['2026-03-31', type1('2026-03-31'), 'planned'],
    ['2026-04-01', type1('2026-03-31'), 'reporting'],
    ['2026-04-01', body({ report: 'type-2' }), 'undated'],
    ['2026-04-01', iso(), 'undated'],
    ['2026-04-01', iso(at('stage-1', '2026-05-01')), 'planned'],
    ['2026-05-01', iso(at('stage-1', '2026-05-01')), 'under-audit'],
    [
      '2026-06-01',
      iso(at('stage-1', '2026-05-01', '2026-05-01'), at('decision', '2026-06-01', '2026-06-01')),
      'certified',
    ],
    ['2029-05-31', iso(at('decision', '2026-06-01', '2026-06-01')), 'certified'],
    ['2029-06-01', iso(at('decision', '2026-06-01', '2026-06-01')), 'ended'],
  ])('on %s', (day, given, expected) => {
    expect(phaseOf(given, day)).toBe(expected);
  });

  test.each([
    ['2025-12-30', type2('2026-01-01', '2026-06-30'), ['period-begins', '2026-01-01', 2]],
    [
      '2026-02-01',
      type2('2026-01-01', '2026-06-30', { milestones: [at('readiness', '2026-01-31')] }),
      ['readiness', '2026-01-31', -1],
    ],
    ['2026-02-01', type2('2026-01-01', '2026-06-30', report), ['period-ends', '2026-06-30', 149]],
    ['2026-07-01', iso(at('decision', '2026-06-01', '2026-06-01')), ['certificate-ends', '2029-05-31', 1065]],
  ])('what comes next on %s', (day, given, expected) => {
    const next = nextOf(given, day);

    expect([next?.what, next?.on, next?.inDays]).toEqual(expected);
  });

  test('nothing comes after the end', () => {
    expect(nextOf(type2('2026-01-01', '2026-06-30', { ...report, to: '2026-06-30' }), '2027-01-01')).toBeUndefined();
  });
});

describe('proposals', () => {
  const promise = (d: Desk, id: string, given: object) =>
    d.keep(create(Commitment, id, { title: id, ...given } as never));
  const ask = (d: Desk, input: object = {}) =>
    programmeProposals.output.parse(d.view(programmeProposals, input)) as {
      readonly categories: readonly {
        readonly category: string;
        readonly proposed: boolean;
        readonly chosen: boolean;
        readonly says: string;
      }[];
      readonly aside: readonly { readonly commitment: string; readonly says: string }[];
    };
  const proposed = (d: Desk, input: object = {}) =>
    ask(d, input)
      .categories.filter((one) => one.proposed)
      .map(({ category }) => category);
  const desk = () => new Desk([Programme, Commitment]).at('2026-03-01T12:00:00Z');

  test.each([
    ['uptime', ['security', 'availability']],
    ['recovery', ['security', 'availability']],
    ['confidentiality', ['security', 'confidentiality']],
    ['processing', ['security', 'processing_integrity']],
    ['personal-data', ['security', 'privacy']],
    ['security', ['security']],
    ['other', ['security']],
  ])('a commitment about %s asks for %j', (type, expected) => {
    const d = desk();
    promise(d, 'c', { type });

    expect(proposed(d)).toEqual(expected);
  });

  test.each([
    ['ended', { until: '2026-02-28' }, 'It ended on 2026-02-28.'],
    ['to come', { from: '2026-03-02' }, 'It begins on 2026-03-02.'],
  ])('one that is %s asks for nothing, and it says so', (_, dates, says) => {
    const d = desk();
    promise(d, 'c', { type: 'uptime', ...dates });

    expect(proposed(d)).toEqual(['security']);
    expect(ask(d).aside[0]?.says).toBe(says);
  });

  test('one about systems that were all left out asks for nothing of that programme', () => {
    const d = desk();
    const boundary = { system: [{ id: 'lab', in: false, justification: 'No customer uses it.' }] };
    d.keep(create(Programme, 'p', { framework: 'soc2', title: 'T', boundary } as never));
    promise(d, 'c', { type: 'uptime', systems: ['lab'] });

    expect(proposed(d, { programme: 'p' })).toEqual(['security']);
    expect(proposed(d)).toEqual(['security', 'availability']);
  });

  test('nothing is added by itself: what is proposed and not chosen stays not chosen', () => {
    const d = desk();
    d.keep(create(Programme, 'p', { framework: 'soc2', title: 'T' }));
    promise(d, 'c', { type: 'uptime' });

    const found = ask(d, { programme: 'p' }).categories.find(({ category }) => category === 'availability');

    expect(found).toMatchObject({ proposed: true, chosen: false, says: 'Not chosen, and 1 commitment asks for it.' });
    expect(d.get(Programme, 'p').categories).toEqual(['security']);
  });

  test('are for SOC 2', () => {
    const d = desk();
    d.keep(create(Programme, 'i', { framework: 'iso27001', title: 'T' }));

    expect(refusedBy(() => ask(d, { programme: 'i' })).code).toBe('programme.categories');
  });
});

test('two of a framework in force on one day are told of each other', () => {
  const d = new Desk([Programme]).at('2026-03-01T12:00:00Z');
  for (const id of ['a', 'b']) d.keep(create(Programme, id, { framework: 'soc2', title: id }));
  d.keep(create(Programme, 'c', { framework: 'soc2', title: 'c', from: '2027-01-01' }));
  d.keep(create(Programme, 'i', { framework: 'iso27001', title: 'i', to: '2026-12-31' }));

  const { programmes } = d.view(programmesList, {}) as {
    programmes: readonly { id: string; warnings: readonly { code: string }[] }[];
  };

  const warned = programmes.filter(({ warnings }) => warnings.some(({ code }) => code === 'side-by-side'));
  expect(warned.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
});
