import type { FrameworkId } from '../framework/catalog.ts';
import type { Answers } from './answers.ts';
import type { Column, World } from './bands.ts';
import { combine } from './bands.ts';
import type { Sizes } from './figures.ts';
import { sizesOf } from './figures.ts';
import type { Task } from './graph.ts';

export const PATHS = ['soc2', 'iso27001', 'parallel', 'sequence', 'separate'] as const;
export type PathId = (typeof PATHS)[number];

/** Something that is paid for: what it costs in each trial, and after which months of the plan it is paid. */
export interface Item {
  readonly id: string;
  readonly title: string;
  /** The figures it is made of. */
  readonly figures: readonly string[];
  /** Part of the first round: what it takes to have in hand what is wanted, with one year of tooling. */
  readonly isFirst: boolean;
  cost(world: World): Column;
  /** Months from the start. */
  paidAfter(when: When): number;
}

/** When the tasks of a path begin and are done, in months from the start. */
export interface When {
  began(task: string): number;
  done(task: string): number;
}

/** One way to go: what is done after what, and what is paid for. */
export interface Path {
  readonly id: PathId;
  readonly frameworks: readonly FrameworkId[];
  /** Which of two is in hand first. */
  readonly first: FrameworkId;
  readonly tasks: readonly Task[];
  readonly items: readonly Item[];
  /** The task after which each framework is in hand. */
  readonly inHand: Readonly<Partial<Record<FrameworkId, string>>>;
}

/** At most so much of a second framework’s months is taken off, however much is shared (buyer’s guide: up to 40 %). */
export const MOST_SOONER = 0.4;
/** A management system takes some time to set up, whatever is shared. A project choice. */
const LEAST_ISMS = 0.5;
/** The least that a surveillance audit costs, in dollars. */
const LEAST_SURVEILLANCE = 3000;
const FIELDWORK = 2 / 3;
const YEARS = 3;

export const IN_HAND = { soc2: 'soc2.report', iso27001: 'iso.decision' } as const;

export interface PathAsk {
  readonly answers: Answers;
  readonly type1: boolean;
  readonly first: FrameworkId;
  /** Ids of figures that somebody replaced: they stand for themselves, and are not computed. */
  readonly given: ReadonlySet<string>;
}

/** Whether a framework comes as the second one, whose share done for the first is taken off, and after which tasks it starts. */
interface Role {
  readonly isSecond: boolean;
  readonly after: readonly string[];
}
const ALONE: Role = { isSecond: false, after: [] };

export function pathOf(id: PathId, ask: PathAsk): Path {
  const { first } = ask;
  const second: FrameworkId = first === 'soc2' ? 'iso27001' : 'soc2';
  const sizes = sizesOf(ask.answers);
  const alone = (framework: FrameworkId): Path => ({
    ...{ id, frameworks: [framework], first: framework },
    tasks: tasksOf(framework, ask, ALONE),
    items: [...tooling(sizes, false), ...itemsOf(framework, ask, sizes, own(framework))],
    inHand: { [framework]: IN_HAND[framework] },
  });
  const both = (tasks: readonly Task[], items: readonly Item[]): Path => ({
    ...{ id, frameworks: [first, second], first, tasks, items, inHand: IN_HAND },
  });
  // What is done already of the work that help is paid for: of the first framework what operates, of the second also what the first reaches.
  const own = (framework: FrameworkId): string => `done.${framework}`;
  const shared = (framework: FrameworkId): string => `reuse.${framework}`;
  const operating = first === 'soc2' ? 'soc2.readiness' : 'iso.isms';
  const starts = ask.answers.secondStarts === 'operating' ? operating : IN_HAND[first];
  switch (id) {
    case 'soc2':
    case 'iso27001':
      return alone(id);
    case 'parallel':
      // One engagement: the management system is set up, and what SOC 2 asks beyond it comes on top.
      return both(
        [...tasksOf('soc2', ask, ALONE), ...tasksOf('iso27001', ask, ALONE)],
        [
          ...tooling(sizes, true),
          ...itemsOf('soc2', ask, sizes, shared('soc2')),
          ...itemsOf('iso27001', ask, sizes, own('iso27001')),
        ],
      );
    case 'sequence':
      return both(
        [...tasksOf(first, ask, ALONE), ...tasksOf(second, ask, { isSecond: true, after: [starts] })],
        [
          ...tooling(sizes, true),
          ...itemsOf(first, ask, sizes, own(first)),
          ...itemsOf(second, ask, sizes, shared(second)),
        ],
      );
    case 'separate':
      return both(
        [...tasksOf(first, ask, ALONE), ...tasksOf(second, ask, { isSecond: false, after: [IN_HAND[first]] })],
        [
          ...tooling(sizes, false),
          ...tooling(sizes, false).map((item) => ({
            ...item,
            id: `${item.id}.again`,
            title: `${item.title}, a second time`,
          })),
          ...itemsOf(first, ask, sizes, own(first)),
          ...itemsOf(second, ask, sizes, own(second)),
        ],
      );
  }
}

const figure = (id: string) => (world: World) => world.of(id);
const constant =
  (value: number) =>
  ({ trials }: World): Column =>
    new Float64Array(trials).fill(value);

function tasksOf(framework: FrameworkId, ask: PathAsk, role: Role): readonly Task[] {
  return framework === 'soc2' ? soc2Tasks(ask, role) : isoTasks(role);
}

/** type2.months = readiness + window + reporting; a Type 1 report comes a month after readiness, within 2 to 6 months. */
function soc2Tasks({ answers, type1 }: PathAsk, { isSecond, after }: Role): readonly Task[] {
  const readiness = (world: World): Column => {
    const done = world.of(isSecond ? 'reuse.soc2' : 'done.soc2');
    const most = isSecond ? MOST_SOONER : 1;
    return combine([world.of('soc2.readiness.months'), done], (months, share) => months * (1 - Math.min(most, share)));
  };
  const tail =
    (share: number) =>
    (world: World): Column =>
      combine([world.of('soc2.reporting.months')], (months) => months * share);
  const lane = 'soc2' as const;
  return [
    { id: 'soc2.readiness', lane, title: 'Readiness', after, waits: false, months: readiness },
    ...(type1
      ? [
          {
            ...{ id: 'soc2.type1', lane, title: 'Type 1 report', after: ['soc2.readiness'], waits: false },
            months: (world: World) =>
              combine([readiness(world)], (months) => Math.min(6, Math.max(2, months + 1)) - Math.min(6, months)),
          },
        ]
      : []),
    {
      ...{ id: 'soc2.period', lane, title: 'Observation period', after: ['soc2.readiness'], waits: true },
      calendarMonths: answers.windowMonths,
      months: constant(answers.windowMonths),
    },
    { id: 'soc2.fieldwork', lane, title: 'Fieldwork', after: ['soc2.period'], waits: false, months: tail(FIELDWORK) },
    {
      id: 'soc2.report',
      lane,
      title: 'Type 2 report',
      after: ['soc2.fieldwork'],
      waits: false,
      months: tail(1 - FIELDWORK),
    },
  ];
}

/**
 * iso.months from start to certificate, of which the management system takes what the gates leave: three months of records, an internal audit and
 * a management review before stage 2, and stage 1 some weeks before it.
 */
function isoTasks({ isSecond, after }: Role): readonly Task[] {
  const isms = (world: World): Column => {
    const gates = world.kept('gates of ISO 27001', () => gatesOf(world));
    const done = world.of(isSecond ? 'reuse.iso27001' : 'done.iso27001');
    return combine([world.of('iso.months'), gates, done], (months, tail, share) =>
      isSecond
        ? Math.max(LEAST_ISMS, months * (1 - Math.min(MOST_SOONER, share)) - tail)
        : Math.max(LEAST_ISMS, (months - tail) * (1 - Math.min(1, share))),
    );
  };
  const lane = 'iso27001' as const;
  const task = (id: string, title: string, before: readonly string[], from: string, waits = false): Task => ({
    ...{
      id: `iso.${id}`,
      lane,
      title,
      after: before.map((one) => `iso.${one}`),
      waits,
      months: figure(`iso.${from}.months`),
    },
  });
  return [
    { id: 'iso.isms', lane, title: 'ISMS, risk, SoA', after, waits: false, months: isms },
    task('records', 'Records', ['isms'], 'records', true),
    task('internalAudit', 'Internal audit', ['isms'], 'internalAudit'),
    task('managementReview', 'Management review', ['internalAudit'], 'managementReview'),
    task('stage1', 'Stage 1', ['isms'], 'stage1'),
    task('stageGap', 'Concerns of stage 1 resolved', ['stage1'], 'stageGap'),
    task('stage2', 'Stage 2', ['records', 'managementReview', 'stageGap'], 'stage2'),
    task('decision', 'Certification decision', ['stage2'], 'decision'),
  ];
}

/** From when the management system stands until the certificate: what takes longest before stage 2, then stage 2 and the decision. */
function gatesOf(world: World): Column {
  const [records, audit, review, stage1, gap, stage2, decision] = [
    'records',
    'internalAudit',
    'managementReview',
    'stage1',
    'stageGap',
    'stage2',
    'decision',
  ].map((id) => world.of(`iso.${id}.months`));
  const audited = combine([audit ?? NONE, review ?? NONE], (one, two) => one + two);
  const staged = combine([stage1 ?? NONE, gap ?? NONE], (one, two) => one + two);
  const ready = combine([audited, staged], (one, two) => Math.max(one, two));
  const recorded = combine([ready, records ?? NONE], (one, two) => Math.max(one, two));
  const closed = combine([stage2 ?? NONE, decision ?? NONE], (one, two) => one + two);
  return combine([recorded, closed], (one, two) => one + two);
}
const NONE = new Float64Array(0);

/** A subscription is paid by the year; a second framework costs extra in the same tool. */
function tooling(sizes: Sizes, isShared: boolean): readonly Item[] {
  const figures = isShared ? [sizes.tooling, 'tooling.extra'] : [sizes.tooling];
  return Array.from({ length: YEARS }, (_, year) => ({
    id: `tooling.${year + 1}`,
    title: isShared ? 'Tooling, both frameworks' : 'Tooling subscription',
    figures,
    isFirst: year === 0,
    cost: (world: World) =>
      isShared
        ? combine([world.of(sizes.tooling), world.of('tooling.extra')], (one, extra) => one + extra)
        : world.of(sizes.tooling),
    paidAfter: () => year * 12,
  }));
}

/** `done`: the figure of the share that needs no help any more. */
function itemsOf(framework: FrameworkId, ask: PathAsk, sizes: Sizes, done: string): readonly Item[] {
  return framework === 'soc2' ? soc2Items(ask, sizes, done) : isoItems(ask, done);
}

const help = (figureId: string, title: string, start: string, share: string): Item => ({
  ...{ id: figureId, title, figures: [figureId, share], isFirst: true },
  cost: (world) => combine([world.of(figureId), world.of(share)], (cost, done) => cost * (1 - Math.min(1, done))),
  paidAfter: ({ began }) => began(start),
});

function soc2Items({ answers, type1 }: PathAsk, sizes: Sizes, share: string): readonly Item[] {
  const type2 = (year: number): Item => ({
    ...{ id: `soc2.type2.${year + 1}`, title: 'Type 2 audit', figures: [sizes.type2], isFirst: year === 0 },
    cost: figure(sizes.type2),
    paidAfter: ({ done }) => done('soc2.period') + 12 * year,
  });
  return [
    help('soc2.help', 'SOC 2 readiness help', 'soc2.readiness', share),
    ...(type1
      ? [
          {
            ...{ id: 'soc2.type1', title: 'Type 1 audit', figures: [sizes.type1], isFirst: true },
            cost: figure(sizes.type1),
            paidAfter: ({ done }: When) => done('soc2.readiness'),
          },
        ]
      : []),
    type2(0),
    ...(answers.skipsRenewal ? [] : [type2(1), type2(2)]),
  ];
}

/** What the certification audit costs: days by day rate within the guide’s limits, or what was offered. */
const certification =
  (given: ReadonlySet<string>) =>
  (world: World): Column =>
    given.has('iso.audit')
      ? world.of('iso.audit')
      : world.kept('certification audit', () =>
          combine([world.of('iso.audit.days'), world.of('iso.audit.rate')], (days, rate) => days * rate),
        );

function isoItems({ given }: PathAsk, share: string): readonly Item[] {
  const auditFigures = given.has('iso.audit') ? ['iso.audit'] : ['iso.audit.days', 'iso.audit.rate'];
  const surveillance = (world: World): Column =>
    given.has('iso.surveillance')
      ? world.of('iso.surveillance')
      : certification(given)(world).map((fee) => Math.max(LEAST_SURVEILLANCE, fee / 3));
  return [
    {
      ...{ id: 'iso.gap', title: 'Gap analysis', figures: ['iso.gap'], isFirst: true, cost: figure('iso.gap') },
      paidAfter: ({ began }) => began('iso.isms'),
    },
    help('iso.help', 'ISO 27001 implementation help', 'iso.isms', share),
    {
      ...{
        id: 'iso.audit',
        title: 'Certification audit',
        figures: auditFigures,
        isFirst: true,
        cost: certification(given),
      },
      paidAfter: ({ began }) => began('iso.stage2'),
    },
    ...[1, 2].map((year) => ({
      ...{ id: `iso.surveillance.${year}`, title: 'Surveillance audit', isFirst: false, cost: surveillance },
      figures: given.has('iso.surveillance') ? ['iso.surveillance'] : auditFigures,
      paidAfter: ({ done }: When) => done('iso.decision') + 12 * year - 1,
    })),
  ];
}
