import { buildApp } from '@countersign/server/http/app.ts';
import { LIBRARY } from '@countersign/core/control/library.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Company } from './company.ts';
import { foundCompany, OPERATOR } from './company.ts';
import { dice, millions, quantile, short, table, timed } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';
import { counted, metered, shownIn } from './meter.ts';

const DAY = 86_400_000;
const EVENT_SOURCES = 8;
const STATE_SOURCES = 4;
/** A view may read this many rows for each that it shows. */
const MOST_READ_PER_SHOWN = 20;

const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);
const instant = (at: number): string => new Date(at).toISOString();

interface World {
  readonly begins: number;
  readonly months: number;
  readonly performances: number;
  readonly facts: number;
}

/** Days from one performance of a control to its next. */
const EVERY_DAYS: Readonly<Record<string, number>> = {
  daily: 1,
  weekly: 7,
  monthly: 30.4,
  quarterly: 91.3,
  semiannual: 182.6,
  annual: 365,
};

/** All that is done in the years, oldest first: what the schedule asks, then filed events of per-event controls up to the number. */
function work(world: World, draw: () => number): readonly { readonly at: number; readonly input: object }[] {
  const ends = world.begins + world.months * 30 * DAY;
  const scheduled = LIBRARY.flatMap(({ id, body }) => {
    const every = EVERY_DAYS[body.frequency];
    if (every === undefined) return [];
    const done: { at: number; input: object }[] = [];
    for (let at = world.begins + every * DAY * 0.5; at < ends; at += every * DAY) {
      // A few are left out or come late, as in life.
      if (draw() < 0.02) continue;
      done.push({ at, input: { control: id, at: instant(at) } });
    }
    return done;
  });
  const perEvent = LIBRARY.filter(({ body }) => body.frequency === 'per-event');
  const filed = Array.from({ length: Math.max(0, world.performances - scheduled.length) }, (_, i) => {
    const at = world.begins + draw() * (ends - world.begins);
    return { at, input: { control: perEvent[i % perEvent.length]?.id, at: instant(at), for: `event-${i}` } };
  });
  return [...scheduled, ...filed].sort((a, b) => a.at - b.at);
}

/** Records the years month by month, the clock at each month's end. Answers how many facts there are. */
async function live(company: Company, world: World, draw: () => number): Promise<number> {
  const controls = LIBRARY.map(({ id, body }) => ({
    kind: 'control',
    id,
    ...body,
    evidence: 'optional',
    startsOn: dayText(world.begins),
  }));
  const supports = LIBRARY.filter(({ body }) => ['continuous', 'per-event'].includes(body.frequency)).map(
    ({ id }) => id,
  );
  const check = (source: string, mode: 'state' | 'events', i: number): object => ({
    kind: 'check',
    id: `${source}-ok`,
    title: `What ${source} says is as it should be`,
    dataset: `${source}/things`,
    mode,
    supports: [supports[(2 * i) % supports.length], supports[(2 * i + 1) % supports.length]],
    passes: 'it.ok',
    message: '{id} is not as it should be',
  });
  const events = Array.from({ length: EVENT_SOURCES }, (_, i) => `events-${i}`);
  const states = Array.from({ length: STATE_SOURCES }, (_, i) => `state-${i}`);
  const checks = [
    ...events.map((source, i) => check(source, 'events', i)),
    ...states.map((source, i) => check(source, 'state', EVENT_SOURCES + i)),
  ];
  await company.act('records.apply', { records: [...controls, ...checks] });
  for (const id of [...events, ...states])
    await company.engine.services.connect(company.org, OPERATOR, { connector: 'push', id, settings: {}, secrets: {} });

  const todo = work(world, draw);
  const perPush = Math.floor((world.facts * 0.8) / (EVENT_SOURCES * world.months));
  const perState = Math.floor((world.facts * 0.2) / STATE_SOURCES);
  let [done, facts] = [0, 0];
  for (let month = 0; month < world.months; month += 1) {
    const from = world.begins + month * 30 * DAY;
    const to = from + 30 * DAY;
    company.setClock(to + 60_000);
    let until = done;
    while (until < todo.length && (todo[until]?.at ?? Infinity) < to) until += 1;
    if (until > done)
      await company.act('performance.recordMany', { performances: todo.slice(done, until).map(({ input }) => input) });
    done = until;
    const header = { dataset: 'things', mode: 'events', from: instant(from), to: instant(to), complete: true };
    for (const source of events) {
      const report = await company.push(source, header, someEvents(`${month}`, perPush, from, to, draw));
      facts += report.changed;
    }
    if (month > 0 && month < world.months - 1) continue;
    const state = { dataset: 'things', mode: 'state', observedAt: instant(to), complete: true };
    for (const source of states) facts += (await company.push(source, state, someState(perState, draw))).changed;
  }
  return facts;
}

function* someEvents(name: string, n: number, from: number, to: number, draw: () => number): Generator<object> {
  for (let i = 0; i < n; i += 1) {
    const at = Math.floor(from + draw() * (to - from - 1));
    yield { id: `e-${name}-${i}`, at: instant(at), data: { ok: draw() < 0.99, by: `p-${i % 97}`, size: i % 1000 } };
  }
}

function* someState(n: number, draw: () => number): Generator<object> {
  for (let i = 0; i < n; i += 1) yield { id: `s-${i}`, data: { ok: draw() < 0.999, owner: `p-${i % 97}` } };
}

/** Something a person looks at. */
interface Question {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  path(draw: () => number): string;
  readonly body?: object;
}

/** A day of the years, none of them the last. */
const someDay = (world: World, draw: () => number): string =>
  dayText(world.begins + (30 + draw() * (world.months * 30 - 31)) * DAY);

function questionsOf(world: World): readonly Question[] {
  const ends = world.begins + world.months * 30 * DAY;
  const year = { from: dayText(Math.max(world.begins, ends - 365 * DAY)), to: dayText(ends - DAY) };
  const years = { from: dayText(world.begins), to: dayText(ends - DAY) };
  const view = (name: string, body: object, path?: Question['path']): Question => ({
    name: `${name} ${Object.values(body).flat().join(' ')}`.trim(),
    method: 'POST',
    path: path ?? (() => `/api/views/${name}`),
    body,
  });
  const some = (draw: () => number): string => LIBRARY[Math.floor(draw() * LIBRARY.length)]?.id ?? '';
  return [
    view('status', { framework: 'soc2' }),
    view('status', { framework: 'iso27001' }),
    view('status', { framework: 'soc2', view: 'design' }),
    {
      ...view('status', { framework: 'soc2' }, (draw) => {
        const day = someDay(world, draw);
        return `/api/views/status?asOf=${day}&knownAt=${day}`;
      }),
      name: 'status soc2, a past day as known then',
    },
    view('effectiveness', year),
    view('effectiveness', years),
    {
      ...view('effectiveness', { ...year, controls: [LIBRARY[0]?.id ?? ''] }),
      name: 'effectiveness, year, one control',
    },
    { name: 'list controls, a page', method: 'GET', path: () => '/api/records/control?limit=50' },
    { name: 'list performances, a page', method: 'GET', path: () => '/api/records/performance?limit=50' },
    {
      name: 'list performances of a control',
      method: 'GET',
      path: (draw) => `/api/records/performance?limit=50&where.control=${some(draw)}`,
    },
    { name: 'one control', method: 'GET', path: (draw) => `/api/records/control/${some(draw)}` },
    { name: 'history of a control', method: 'GET', path: (draw) => `/api/records/control/${some(draw)}/history` },
  ];
}

/** What one question cost, each time it was asked. */
interface Asked {
  readonly ms: number[];
  readonly read: number[];
  readonly judged: number[];
  readonly shown: number[];
}

/** Readers beside a collection, in one process as the server is one: time and rows of each view. */
export async function readers(argv: readonly string[], say: Say): Promise<boolean> {
  const size = sizesOf(argv, {
    ...{ readers: 4, seconds: 3, months: 6, performances: 500, facts: 10_000, collect: 2000, seed: 1 },
    // Milliseconds that a reader looks at an answer, on average, before it asks the next question.
    pause: 200,
  });
  const draw = dice(size.seed);
  const ends = Math.floor(Date.now() / DAY) * DAY;
  const world = { begins: ends - size.months * 30 * DAY, ...size };
  const folder = await makeFolder();
  try {
    const company = await foundCompany(folder.data, world.begins, metered);
    try {
      const lived = await timed(() => live(company, world, draw));
      company.setClock('real');
      const held = await sizes(company);
      say(
        `${held.controls} controls, ${size.months} months, ${millions(held.performances)} performances, ${millions(held.facts)} facts, log of ${held.entries}; recorded in ${short(lived.ms / 1000)} s`,
      );
      return await read(company, folder.data, world, size, say);
    } finally {
      await company.close();
    }
  } finally {
    await folder.remove();
  }
}

const Sizes = z.object({ controls: z.int(), performances: z.int(), facts: z.int(), entries: z.int() });

const sizes = (company: Company): Promise<z.infer<typeof Sizes>> =>
  company.database.tenant(company.org.id, 'read', async (client) => {
    const { rows } = await client.query(
      `select (select count(*)::int from record where kind = 'control' and superseded_index is null) as controls,
         (select count(*)::int from record where kind = 'performance') as performances,
         (select count(*)::int from fact) as facts, (select size::int from log) as entries`,
    );
    return Sizes.parse(rows[0]);
  });

async function read(
  company: Company,
  data: string,
  world: World,
  size: {
    readonly readers: number;
    readonly seconds: number;
    readonly collect: number;
    readonly seed: number;
    readonly pause: number;
  },
  say: Say,
): Promise<boolean> {
  const { engine, org } = company;
  const app = buildApp({
    runtime: engine.runtime,
    services: engine.services,
    ready: () => engine.ready(),
    operator: { secret: 'of the bench', actor: OPERATOR },
    log: { error: ({ err }) => say(String(err)) },
  });
  await app.ready();
  const headers = { 'x-countersign-operator': 'of the bench', 'x-countersign-org': org.slug };
  const ask = async (question: Question, draw: () => number, into: Asked): Promise<void> => {
    const url = question.path(draw);
    const { ms, answer } = await timed(() =>
      counted(() =>
        app.inject({
          method: question.method,
          url,
          headers,
          ...(question.body === undefined ? {} : { payload: question.body }),
        }),
      ),
    );
    if (answer.answer.statusCode !== 200) throw new Error(`${url}: ${answer.answer.body}`);
    into.ms.push(ms);
    into.read.push(answer.rows.read);
    into.judged.push(answer.rows.judged);
    into.shown.push(shownIn(answer.answer.json()));
  };
  const questions = questionsOf(world);
  const fresh = (): Asked => ({ ms: [], read: [], judged: [], shown: [] });

  const cold = questions.map(fresh);
  for (const [i, question] of questions.entries()) await ask(question, dice(size.seed), cold[i] ?? fresh());
  const alone = questions.map(fresh);
  for (let round = 0; round < 5; round += 1)
    for (const [i, question] of questions.entries()) await ask(question, dice(round), alone[i] ?? fresh());

  // What was true and known on a past day may not change, whatever is collected meanwhile.
  const past = async (): Promise<string> => {
    const day = dayText(world.begins + world.months * 15 * DAY);
    const url = `/api/views/status?asOf=${day}&knownAt=${day}`;
    return (await app.inject({ method: 'POST', url, headers, payload: { framework: 'soc2' } })).body;
  };
  const before = await past();
  let changed = 0;

  const beside = questions.map(fresh);
  const until = performance.now() + size.seconds * 1000;
  const collected: number[] = [];
  const collecting = (async () => {
    for (let n = 0; performance.now() < until; n += 1) {
      const to = Date.now();
      const header = {
        dataset: 'things',
        mode: 'events',
        from: instant(to - 3_600_000),
        to: instant(to),
        complete: false,
      };
      const { ms } = await timed(() =>
        company.push(
          `events-${n % EVENT_SOURCES}`,
          header,
          someEvents(`now-${n}`, size.collect, to - 3_600_000, to, dice(n)),
        ),
      );
      collected.push(ms);
      if ((await past()) !== before) changed += 1;
    }
  })();
  const reading = Array.from({ length: size.readers }, async (_, reader) => {
    const draw = dice(size.seed * 1000 + reader);
    while (performance.now() < until) {
      const i = Math.floor(draw() * questions.length);
      const question = questions[i];
      if (question !== undefined) await ask(question, draw, beside[i] ?? fresh());
      await sleep(draw() * 2 * size.pause);
    }
  });
  await Promise.all([collecting, ...reading]);
  await app.close();
  if (changed > 0 || !before.includes('"requirements"')) say(`A PAST DAY WAS ANSWERED DIFFERENTLY ${changed} times`);

  const most = (values: readonly number[]): string => short(quantile(values, 1));
  say(
    `${size.readers} readers, each pausing ${size.pause} ms on average, for ${size.seconds} s beside ${collected.length} collections of ${size.collect} events (p50 ${short(quantile(collected, 0.5))} ms each); data in ${data.startsWith('/tmp') ? 'the temporary folder' : 'place'}, fsync on`,
  );
  say(
    table([
      [
        'view',
        'asked',
        'p50 ms',
        'p95 ms',
        'alone p50',
        'cold ms',
        'rows read p50',
        'most',
        'cold',
        'rows shown',
        'read/shown',
        'judged for it, most',
      ],
      ...questions.map((question, i) => {
        const [b, a, c] = [beside[i] ?? fresh(), alone[i] ?? fresh(), cold[i] ?? fresh()];
        return [
          question.name,
          String(b.ms.length),
          short(quantile(b.ms, 0.5)),
          short(quantile(b.ms, 0.95)),
          short(quantile(a.ms, 0.5)),
          most(c.ms),
          short(quantile(b.read, 0.5)),
          most(b.read),
          most(c.read),
          most(b.shown),
          short(quantile(ratios(b), 1)),
          most(b.judged),
        ];
      }),
    ]),
  );
  const over = questions.filter((_, i) => quantile(ratios(beside[i] ?? fresh()), 1) > MOST_READ_PER_SHOWN);
  const overCold = questions.filter((_, i) => quantile(ratios(cold[i] ?? fresh()), 1) > MOST_READ_PER_SHOWN);
  say(
    `views that read more than ${MOST_READ_PER_SHOWN} rows for each shown: ${over.map(({ name }) => name).join('; ') || 'none'}`,
  );
  say(`of the first ones after a start: ${overCold.map(({ name }) => name).join('; ') || 'none'}`);
  return changed === 0 && over.length === 0 && beside.some(({ ms }) => ms.length > 0);
}

const ratios = ({ read: rows, shown }: Asked): number[] => rows.map((n, i) => n / (shown[i] ?? 1));
