import { Readable } from 'node:stream';
import { Effectiveness, Status } from '@countersign/core/effectiveness/index.ts';
import type { FrameworkId } from '@countersign/core/framework/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { PlanPage, refusePlan } from '@countersign/core/planner/index.ts';
import { addDays, dayStart, printInstant, refuse, Refusal } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { flatten, listAt } from '../documents/flatten.ts';
import type { Head } from '../documents/head.ts';
import { clocksLine, dayPrinterIn, printerIn } from '../documents/head.ts';
import { periodOf } from '../documents/period.ts';
import { boardPageOf } from '../documents/plan.ts';
import { postureOf } from '../documents/posture.ts';
import type { Press } from '../documents/press.ts';
import { refuseDocument } from '../documents/press.ts';
import type { Cell, Rows } from '../documents/table.ts';
import { csvOf, xlsxOf } from '../documents/table.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Log } from '../ledger/log.ts';
import type { ListQuery, Organisation, Runtime, ViewOptions } from '../runtime.ts';

export interface DocumentParts {
  readonly runner: Runtime;
  readonly tenants: Tenants;
  readonly log: Log;
  readonly clock: Clock;
  readonly press: Press;
  /** A row as the doors tell it: without what is kept inside. */
  tell(kind: string, row: object): object;
}

/** A document on its way out. */
export interface Made {
  readonly name: string;
  readonly media: string;
  readonly bytes: Readable;
}

/** The same where it is read more than once. */
export interface Printed extends Omit<Made, 'bytes'> {
  readonly bytes: Uint8Array;
  /** As its letter says it. */
  readonly headline: string;
  readonly organisation: string;
  readonly printedBy: string;
}

export interface TableAsk extends ViewOptions {
  readonly format: 'xlsx' | 'csv';
  readonly columns?: readonly string[];
}

export interface Documents {
  posture(
    org: Organisation,
    actor: Actor,
    ask: ViewOptions & {
      readonly format: 'pdf' | 'docx';
      readonly framework: FrameworkId;
      readonly view?: 'operation' | 'design';
      readonly programme?: string;
    },
  ): Promise<Made>;
  effectiveness(
    org: Organisation,
    actor: Actor,
    ask: Pick<ViewOptions, 'knownAt'> & {
      readonly format: 'pdf' | 'xlsx';
      readonly from: string;
      readonly to: string;
      readonly controls: readonly string[];
    },
  ): Promise<Made>;
  /** One page for a board: of the plan named, else of the adopted one. */
  plan(org: Organisation, actor: Actor, ask: ViewOptions & { readonly plan?: string }): Promise<Printed>;
  records(org: Organisation, actor: Actor, ask: TableAsk & { readonly kind: string } & ListQuery): Promise<Made>;
  view(
    org: Organisation,
    actor: Actor,
    ask: TableAsk & { readonly name: string; readonly rows: string; readonly input: Readonly<Record<string, unknown>> },
  ): Promise<Made>;
}

const MEDIA = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
} as const;

const MOST_ROWS = 100_000;
const A_PAGE = 200;

const Named = z.object({ name: z.string(), timeZone: z.string(), sample: z.boolean().optional() });
const Titled = z.object({ id: z.string(), title: z.string() });

/** Where an answer goes on, for views that answer page by page. */
const nextOf = (answer: unknown): string | undefined =>
  typeof answer === 'object' && answer !== null && 'next' in answer && typeof answer.next === 'string'
    ? answer.next
    : undefined;

/** Documents from the answers that anybody gets who may ask: nothing here decides, and nothing is shown that the caller could not read. */
export function documents({ runner, tenants, log, clock, press, tell }: DocumentParts): Documents {
  async function nameOf(org: Organisation, actor: Actor): Promise<string> {
    try {
      return z.object({ name: z.string() }).parse(await runner.get(org, actor, 'person', actor.id)).name;
    } catch (error) {
      if (error instanceof Refusal) return actor.id;
      throw error;
    }
  }

  /** Who prints what, and when, in the organisation's zone. */
  async function printing(org: Organisation, actor: Actor) {
    const { name, timeZone, sample } = Named.parse(await runner.get(org, actor, 'organisation', 'organisation'));
    const print = printerIn(timeZone);
    const head = (asOf: string, knownAt: string): Omit<Head, 'title' | 'log'> => ({
      organisation: name,
      sample: sample === true,
      asOf,
      knownAt: print(knownAt),
      printedAt: print(clock.now()),
      printedBy: by,
    });
    const by = await nameOf(org, actor);
    return { head, print, day: dayPrinterIn(timeZone), zone: timeZone };
  }

  const rootAt = (org: Organisation, size: number): Promise<string> =>
    tenants.tenant(org.id, 'read', (client) => log.rootAt(client, org.id, size));

  async function* allOf(org: Organisation, actor: Actor, kind: string, query: ListQuery): AsyncGenerator<object> {
    let cursor: string | undefined;
    do {
      const page = await runner.list(org, actor, kind, {
        ...query,
        limit: A_PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (page.total > MOST_ROWS) throw refuseDocument('large', { most: MOST_ROWS });
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  async function titlesOf(org: Organisation, actor: Actor, at: ViewOptions): Promise<Record<string, string>> {
    const titles: Record<string, string> = {};
    for await (const row of allOf(org, actor, 'control', at)) {
      const { id, title } = Titled.parse(row);
      titles[id] = title;
    }
    return titles;
  }

  const made = (name: string, format: keyof typeof MEDIA, bytes: Readable): Made => ({
    name: `${name}.${format}`,
    media: MEDIA[format],
    bytes,
  });
  const whole = (bytes: Uint8Array): Readable => Readable.from([Buffer.from(bytes)]);
  const table = (name: string, format: 'xlsx' | 'csv', rows: Rows): Made =>
    made(name, format, format === 'csv' ? csvOf(rows) : xlsxOf('Table', rows));

  /** Tables know their columns before their first row, so the first page of rows is looked at for them. */
  async function tableOf(
    file: string,
    ask: TableAsk,
    clocks: string,
    rows: AsyncIterable<object>,
    always: readonly string[] = [],
  ): Promise<Made> {
    const first: ReadonlyMap<string, Cell>[] = [];
    const iterator = rows[Symbol.asyncIterator]();
    let ended = false;
    while (first.length < A_PAGE && !ended) {
      const { done, value } = await iterator.next();
      if (done === true) ended = true;
      else first.push(flatten(value as Readonly<Record<string, unknown>>));
    }
    const found = [...new Set([...always, ...first.flatMap((row) => [...row.keys()])])];
    const columns = ask.columns ?? found;
    if (found.length > 0) {
      const unknown = columns.find((column) => !found.includes(column) && !/^[A-Za-z][\w.]*$/.test(column));
      if (unknown !== undefined) throw refuseDocument('column', { column: unknown });
    }
    const cellsOf = (row: ReadonlyMap<string, Cell>): readonly Cell[] =>
      columns.map((column) => row.get(column) ?? null);
    async function* lines(): AsyncGenerator<readonly Cell[]> {
      for (const row of first) yield cellsOf(row);
      while (!ended) {
        const { done, value } = await iterator.next();
        if (done === true) return;
        yield cellsOf(flatten(value as Readonly<Record<string, unknown>>));
      }
    }
    return table(file, ask.format, { clocks, columns, rows: lines() });
  }

  return {
    async posture(org, actor, { format, framework, view, programme, ...at }) {
      const input = {
        framework,
        ...(view === undefined ? {} : { view }),
        ...(programme === undefined ? {} : { programme }),
      };
      const seen = await runner.view(org, actor, 'status', input, at);
      const { head, print } = await printing(org, actor);
      const data = postureOf(Status.parse(seen.answer), head(print(seen.asOf), seen.knownAt));
      const bytes = await press.print({ does: 'posture', format, data });
      return made(`${org.slug}-${framework}-posture-${seen.asOf.slice(0, 10)}`, format, whole(bytes));
    },
    async effectiveness(org, actor, { format, from, to, controls, ...at }) {
      const seen = await runner.view(org, actor, 'effectiveness', { from, to, controls }, at);
      const { head, day, zone } = await printing(org, actor);
      const window = `${day(dayStart(zone, from))} to ${day(dayStart(zone, addDays(to, 1)) - 1)}`;
      const data = periodOf(
        Effectiveness.parse(seen.answer),
        await titlesOf(org, actor, { knownAt: seen.knownAt }),
        { ...head(window, seen.knownAt), log: { size: seen.position, root: await rootAt(org, seen.position) } },
        day,
      );
      const bytes = await press.print({ does: 'period', format, data });
      return made(`${org.slug}-effectiveness-${from}-${to}`, format, whole(bytes));
    },
    async plan(org, actor, { plan, ...at }) {
      const seen = await runner.view(org, actor, 'plan', plan === undefined ? {} : { plan }, at);
      const answer = PlanPage.parse(seen.answer);
      if (answer.plan === null || answer.roadmap === null) throw refusePlan('none', {});
      const { head, print, day } = await printing(org, actor);
      const log = { size: seen.position, root: await rootAt(org, seen.position) };
      // A date of the plan is its own day in every zone.
      const dated = (date: string): string => day(/^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T12:00:00Z` : date);
      const page = { ...head(print(seen.asOf), seen.knownAt), title: 'Which framework first', log };
      const data = boardPageOf(answer, answer.roadmap, page, dated);
      const bytes = await press.print({ does: 'plan', format: 'pdf', data });
      return {
        name: `${org.slug}-plan-${seen.asOf.slice(0, 10)}.pdf`,
        ...{ media: MEDIA.pdf, bytes, headline: answer.plan.headline },
        ...{ organisation: data.head.organisation, printedBy: data.head.printedBy },
      };
    },
    async records(org, actor, { kind, format, columns, ...query }) {
      const def = runner.product.records.get(kind);
      if (def === undefined) throw refuse('unknown', { what: 'kind', name: kind });
      // All pages of it are of one moment.
      const now = printInstant(clock.now());
      const at = { asOf: query.asOf ?? query.knownAt ?? now, knownAt: query.knownAt ?? now };
      const { head, print } = await printing(org, actor);
      const printed = (text: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : print(text));
      const clocks = clocksLine({
        ...head(printed(at.asOf), now),
        knownAt: printed(at.knownAt),
        title: def.title,
        log: { size: 0, root: '' },
      });
      async function* told(): AsyncGenerator<object> {
        for await (const row of allOf(org, actor, kind, { ...query, ...at })) yield tell(kind, row);
      }
      return tableOf(`${org.slug}-${kind}`, { format, ...(columns === undefined ? {} : { columns }) }, clocks, told());
    },
    async view(org, actor, { name, rows: path, input, format, columns, ...at }) {
      const seen = await runner.view(org, actor, name, input, at);
      const rows = listAt(seen.answer, path);
      if (rows === undefined) throw refuseDocument('rows', { path });
      if (rows.length > MOST_ROWS) throw refuseDocument('large', { most: MOST_ROWS });
      /** A view that answers page by page is asked for all of them, at the moment of the first. */
      async function* pages(): AsyncGenerator<object> {
        yield* rows ?? [];
        let next = nextOf(seen.answer);
        for (let told = rows?.length ?? 0; next !== undefined;) {
          const clocks = { asOf: seen.asOf, knownAt: seen.knownAt };
          const { answer } = await runner.view(org, actor, name, { ...input, cursor: next }, clocks);
          const more = listAt(answer, path) ?? [];
          told += more.length;
          if (told > MOST_ROWS) throw refuseDocument('large', { most: MOST_ROWS });
          yield* more;
          next = nextOf(answer);
        }
      }
      const { head, print } = await printing(org, actor);
      const clocks = clocksLine({
        ...head(print(seen.asOf), seen.knownAt),
        title: `${name} ${path}`.trim(),
        log: { size: seen.position, root: '' },
      });
      return tableOf(`${org.slug}-${name}`, { format, ...(columns === undefined ? {} : { columns }) }, clocks, pages());
    },
  };
}
