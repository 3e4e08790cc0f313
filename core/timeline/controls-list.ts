import { z } from 'zod';
import { CheckSteps, Tracks } from '../check/feed.ts';
import type { Control } from '../control/record.ts';
import { FREQUENCIES, isPeriodic } from '../control/schedule.ts';
import { CONTROL_STATES } from '../effectiveness/control-state.ts';
import type { CheckHistory, ControlHistory } from '../effectiveness/reading.ts';
import {
  calendarIn,
  checkHistories,
  controlHistories,
  datasetOf,
  modeOf,
  supporting,
} from '../effectiveness/reading.ts';
import type { Standing } from '../effectiveness/states.ts';
import { controlStates } from '../effectiveness/states.ts';
import { statusReads } from '../effectiveness/status.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import type { At, Instant, Stored } from '../kernel/index.ts';
import { addDays, ask, dayOf, defineView, ELAPSED_DAY, printInstant, weekday } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Counts } from '../population/feed.ts';
import { bucketsOf } from './buckets.ts';
import { countedBuckets, eventBuckets, questionsOf } from './events.ts';
import { laneOf } from './lanes.ts';
import { responsible, somebody, Somebody } from './responsible.ts';
import { settledAt, stateOf } from './settled.ts';
import { CELL_STATES, cellsOf } from './strip.ts';

const LIST_STATES = [...CONTROL_STATES, 'ended'] as const;
type ListState = (typeof LIST_STATES)[number];

const SORTS = [
  'id',
  '-id',
  'title',
  '-title',
  'state',
  '-state',
  'nextDue',
  '-nextDue',
  'lastPerformed',
  '-lastPerformed',
  'frequency',
  '-frequency',
] as const;

/** Filter value of controls that have no owner, or no domain. */
export const NOBODY = 'none';

const Facet = z.array(z.object({ value: z.string(), says: z.string(), controls: z.int() }));

export const ControlsList = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  total: z.int().describe('Controls that match.'),
  of: z.int().describe('Controls in all.'),
  next: z.string().nullable().describe('The cursor of what follows.'),
  filters: z.object({ state: Facet, domain: Facet, owner: Facet, framework: Facet }),
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      domain: z.string().nullable(),
      state: z.enum(LIST_STATES),
      because: z.array(z.string()),
      frequency: z.enum(FREQUENCIES),
      startsOn: z.string().nullable(),
      responsible: Somebody.nullable(),
      ownerRole: z.string().nullable(),
      nextDue: z
        .object({ key: z.string(), due: z.string(), graceEnd: z.string(), inGrace: z.boolean() })
        .nullable()
        .describe('The earliest occurrence that is still to be met.'),
      lastPerformed: z.object({ at: z.string(), met: z.string().nullable() }).nullable(),
      answers: z.object({ soc2: z.array(z.string()), iso27001: z.array(z.string()) }),
      strip: z
        .array(z.object({ label: z.string(), state: z.enum(CELL_STATES) }))
        .describe('The last twelve periods, or weeks where it has none; oldest first.'),
    }),
  ),
});

const STRIP_CELLS = 12;

type Row = Stored<typeof Control>;

interface Listed {
  readonly row: Row;
  readonly history: ControlHistory;
  readonly state: ListState;
  readonly standing: Standing | undefined;
}

interface Filters {
  readonly search: string | undefined;
  readonly state: ListState | undefined;
  readonly domain: string | undefined;
  readonly owner: string | undefined;
  readonly framework: FrameworkId | undefined;
}

const matchers = {
  search: ({ row }: Listed, text: string) =>
    [row.id, row.title, row.description ?? '', ...row.answers.soc2, ...row.answers.iso27001].some((one) =>
      one.toLowerCase().includes(text.toLowerCase()),
    ),
  state: ({ state }: Listed, wanted: string) => state === wanted,
  domain: ({ row }: Listed, wanted: string) => (row.domain ?? NOBODY) === wanted,
  owner: ({ row }: Listed, wanted: string) => (row.owner ?? NOBODY) === wanted,
  framework: ({ row }: Listed, wanted: string) =>
    FRAMEWORK_IDS.some((id) => id === wanted && row.answers[id].length > 0),
} as const satisfies Record<keyof Filters, (one: Listed, wanted: string) => boolean>;

/** Those that pass every filter but the one left aside. */
function matching(all: readonly Listed[], filters: Filters, aside?: keyof Filters): readonly Listed[] {
  return all.filter((one) =>
    (Object.keys(matchers) as (keyof Filters)[]).every((field) => {
      const wanted = filters[field];
      return field === aside || wanted === undefined || matchers[field](one, wanted);
    }),
  );
}

export const controlsList = defineView('controls.list', {
  says: 'Controls with their state, what is due next, who is responsible and how the last periods went; searched, filtered, sorted, paged.',
  input: z.strictObject({
    search: z.string().max(200).optional().describe('In id, title, description and the requirements answered.'),
    state: z.enum(LIST_STATES).optional(),
    domain: z.string().max(100).optional().describe(`\`${NOBODY}\` for those without one.`),
    owner: z.string().max(100).optional().describe(`A person; \`${NOBODY}\` for those without one.`),
    framework: z.enum(FRAMEWORK_IDS).optional(),
    sort: z.enum(SORTS).default('id'),
    limit: z.int().min(1).max(500).default(50),
    cursor: z
      .string()
      .regex(/^[0-9]{1,7}$/)
      .optional(),
  }),
  area: 'controls',
  reads: [Person, ...statusReads],
  output: ControlsList,
  *compute(book, { sort, limit, cursor, ...given }, at) {
    const filters: Filters = {
      search: given.search === '' ? undefined : given.search,
      state: given.state,
      domain: given.domain,
      owner: given.owner,
      framework: given.framework,
    };
    const states = yield* controlStates(book, at);
    const histories = new Map(controlHistories(book).map((history) => [history.control, history]));
    const all = book.control.all().flatMap((row): readonly Listed[] => {
      const history = histories.get(row.id);
      const standing = states.get(row.id);
      return history === undefined ? [] : [{ row, history, standing, state: standing?.state ?? 'ended' }];
    });
    const calendar = calendarIn(book, at);
    const due = new Map<string, ReturnType<typeof dueOf>>();
    const dueFor = (one: Listed) => {
      const known = due.get(one.row.id) ?? dueOf(one, calendar, at);
      due.set(one.row.id, known);
      return known;
    };
    const matched = [...matching(all, filters)].sort(comparing(sort, dueFor));
    const from = Number(cursor ?? 0);
    const page = matched.slice(from, from + limit);
    const strips = yield* stripsOf(page, checkHistories(book), dueFor, at);
    const people = (id: string): string => somebody(book, id, at).name ?? id;
    const facet = (
      field: 'state' | 'domain' | 'owner' | 'framework',
      values: readonly string[],
      says: (value: string) => string,
    ) => {
      const others = matching(all, filters, field);
      return values.map((value) => ({
        value,
        says: says(value),
        controls: others.filter((one) => matchers[field](one, value)).length,
      }));
    };
    const distinct = (of: (one: Listed) => string | undefined): readonly string[] =>
      [...new Set(all.map((one) => of(one) ?? NOBODY))].sort();
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      total: matched.length,
      of: all.length,
      next: from + limit < matched.length ? String(from + limit) : null,
      filters: {
        state: facet('state', LIST_STATES, (value) => value),
        domain: facet(
          'domain',
          distinct(({ row }) => row.domain),
          (value) => value,
        ),
        owner: facet(
          'owner',
          distinct(({ row }) => row.owner),
          (value) => (value === NOBODY ? NOBODY : people(value)),
        ),
        framework: facet('framework', FRAMEWORK_IDS, (value) => value),
      },
      controls: page.map((one) => {
        const { row, standing, state } = one;
        const { next, last } = dueFor(one);
        return {
          id: row.id,
          title: row.title,
          domain: row.domain ?? null,
          state,
          because: [...(standing?.because ?? ['It answers nothing at this time.'])],
          frequency: row.frequency,
          startsOn: row.startsOn ?? null,
          responsible: row.owner === undefined ? null : responsible(book, row.owner, at),
          ownerRole: row.ownerRole ?? null,
          nextDue:
            next === undefined
              ? null
              : {
                  key: next.key,
                  due: printInstant(next.due),
                  graceEnd: printInstant(next.graceEnd),
                  inGrace: next.due <= at.asOf,
                },
          lastPerformed: last === undefined ? null : { at: printInstant(last.at), met: last.met },
          answers: { soc2: [...row.answers.soc2], iso27001: [...row.answers.iso27001] },
          strip: [...(strips.get(row.id) ?? [])],
        };
      }),
    };
  },
});

/** Far enough to hold the next occurrence of an annual control. */
const AHEAD_DAYS = 740;

function dueOf({ history }: Listed, calendar: ReturnType<typeof calendarIn>, at: At) {
  const { all } = settledAt(history, calendar, at.asOf + AHEAD_DAYS * ELAPSED_DAY, at);
  const done = history.performed
    .filter((one) => one.at <= at.asOf && one.recordedAt <= at.knownAt && one.outcome !== 'not-done')
    .sort((a, b) => b.at - a.at);
  const [latest] = done;
  return {
    all,
    next: all.find(({ state }) => state === 'pending'),
    last:
      latest === undefined
        ? undefined
        : { at: latest.at, met: all.find(({ performance }) => performance?.id === latest.id)?.key ?? null },
  };
}

const ORDER: readonly ListState[] = ['failing', 'not-observed', 'operating', 'no-occasion', 'planned', 'ended'];

function comparing(
  sort: (typeof SORTS)[number],
  dueFor: (one: Listed) => {
    readonly next: { readonly due: Instant } | undefined;
    readonly last: { readonly at: Instant } | undefined;
  },
): (a: Listed, b: Listed) => number {
  const descending = sort.startsWith('-');
  const field = descending ? sort.slice(1) : sort;
  // What has no value comes last, whichever way.
  const none = descending ? -Infinity : Infinity;
  const valueOf = (one: Listed): number | string => {
    switch (field) {
      case 'title':
        return one.row.title.toLowerCase();
      case 'state':
        return ORDER.indexOf(one.state);
      case 'frequency':
        return FREQUENCIES.indexOf(one.row.frequency);
      case 'nextDue':
        return dueFor(one).next?.due ?? none;
      case 'lastPerformed':
        return dueFor(one).last?.at ?? none;
      default:
        return one.row.id;
    }
  };
  return (a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    const order = x < y ? -1 : x > y ? 1 : 0;
    return (descending ? -order : order) || (a.row.id < b.row.id ? -1 : 1);
  };
}

/** The last twelve periods of each; of those without periods the last twelve weeks, as their checks ran. */
function* stripsOf(
  page: readonly Listed[],
  checks: readonly CheckHistory[],
  dueFor: (one: Listed) => ReturnType<typeof dueOf>,
  at: At,
) {
  const today = dayOf(at.zone, at.asOf);
  const window = { from: addDays(today, 1 - weekday(today) - 7 * (STRIP_CELLS - 1)), to: today };
  const buckets = bucketsOf(window, 'week', at.zone);
  const [first, end] = [buckets[0]?.from ?? at.asOf, at.asOf + 1];
  const supported = supporting(checks, first, at.asOf);
  const rows = page
    .filter(({ row }) => !isPeriodic(row.frequency))
    .map((one) => ({ one, supports: supported.get(one.row.id) ?? [] }));
  const mine = [...new Set(rows.flatMap(({ supports }) => supports))];
  const tracks = yield* ask(Tracks, { datasets: [...new Set(mine.map(datasetOf))] });
  const steps = yield* ask(CheckSteps, {
    checks: mine.filter((check) => modeOf(check) === 'state').map(({ check }) => check),
  });
  const tracksOf = (check: CheckHistory) => tracks.get(datasetOf(check)) ?? [];
  const asked = rows.map(({ one, supports }) => ({
    one,
    states: supports.filter((check) => modeOf(check) === 'state'),
    events: supports
      .filter((check) => modeOf(check) === 'events')
      .map((check) => ({
        check,
        found: eventBuckets(`${one.row.id}\n${check.check}`, tracksOf(check), buckets, at),
      })),
  }));
  const counts = yield* ask(
    Counts,
    asked.flatMap(({ one, events }) =>
      events.flatMap(({ check, found }) => questionsOf(found, check, one.history.excuses, at)),
    ),
  );
  const strips = new Map<string, readonly { label: string; state: (typeof CELL_STATES)[number] }[]>();
  for (const one of page) {
    if (!isPeriodic(one.row.frequency)) continue;
    strips.set(
      one.row.id,
      dueFor(one)
        .all.filter(({ start }) => start <= at.asOf)
        .slice(-STRIP_CELLS)
        .map((occurrence) => ({ label: occurrence.key, state: stateOf(occurrence, at.asOf) })),
    );
  }
  for (const { one, states, events } of asked) {
    const filed = dueFor(one).all.filter(({ due }) => due >= first && due <= at.asOf);
    const cells = cellsOf(
      buckets,
      filed,
      states.map((check) => laneOf(check, tracksOf(check), steps, first, end, at)),
      events.map(({ check, found }) => countedBuckets(found, check, tracksOf(check), counts, at.position)),
      at.asOf,
    );
    strips.set(
      one.row.id,
      cells.map(({ at: bucket, state }) => ({ label: buckets[bucket]?.date ?? '', state })),
    );
  }
  return strips;
}
