import { Readable } from 'node:stream';
import type { Catalog, WholeFramework as Whole, Written } from '@countersign/core/exchange/index.ts';
import {
  catalogOf,
  ITEM_FIELDS,
  MAPPING_FIELDS,
  patched,
  WholeFramework,
  wholeFramework,
  WholeMappings,
  wholeMappings,
} from '@countersign/core/exchange/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { defineRefusals, printInstant } from '@countersign/core/kernel/index.ts';
import type { Clock } from '../clock.ts';
import type { Cell } from '../documents/table.ts';
import { csvOf, xlsxOf } from '../documents/table.ts';
import { readJson } from '../import/json.ts';
import type { Organisation, Runtime, ViewOptions } from '../runtime.ts';
import type { Blobs } from './blobs.ts';
import type { Made } from './documents.ts';
import { uuidOf } from './exchange.ts';

export const refuseExchange = defineRefusals('exchange', {
  profile: {
    family: 'missing',
    says: (p: { framework: string }) => `${p.framework} was not read from a profile, so there is none to give back.`,
  },
  licensed: {
    family: 'unmet',
    says: (p: { framework: string }) =>
      `The profile of ${p.framework} is handed out as it came, with whatever licensed words it holds: ask for it with licensed texts.`,
  },
});

export type FrameworkFormat = 'csv' | 'xlsx' | 'json' | 'oscal-catalog' | 'oscal-profile';

/** Frameworks and mapping sets on their way out. */
export interface ExchangeOut {
  framework(
    org: Organisation,
    actor: Actor,
    ask: ViewOptions & { readonly id: string; readonly format: FrameworkFormat; readonly licensed?: boolean },
  ): Promise<Made>;
  mappings(
    org: Organisation,
    actor: Actor,
    ask: ViewOptions & { readonly id: string; readonly format: 'csv' | 'xlsx' | 'json' },
  ): Promise<Made>;
}

const LEFT_OUT = 'licensed texts are left out';

export function exchangeOut({
  runner,
  files,
  clock,
}: {
  readonly runner: Runtime;
  readonly files: Pick<Blobs, 'find' | 'read'>;
  readonly clock: Clock;
}): ExchangeOut {
  async function documentIn(org: Organisation, digest: string): Promise<Readonly<Record<string, unknown>>> {
    await files.find(org, digest);
    const pieces: Buffer[] = [];
    for await (const piece of await files.read(org.id, digest)) pieces.push(piece as Buffer);
    return readJson('the document', Buffer.concat(pieces));
  }

  async function oscal(org: Organisation, whole: Whole, withTexts: boolean): Promise<Catalog> {
    const now = printInstant(clock.now());
    const writing = { withTexts, uuid: uuidOf(`${org.slug} ${whole.id} ${JSON.stringify(whole.items)}`), now };
    const written: Written = whole;
    if (whole.document === undefined) return catalogOf(written, writing);
    const source = await documentIn(org, whole.document.blob);
    return patched(source['catalog'] as Catalog, written, writing);
  }

  return {
    async framework(org, actor, { id, format, licensed = false, ...at }) {
      const { answer } = await runner.view(org, actor, wholeFramework.name, { framework: id, withTexts: licensed }, at);
      const whole = WholeFramework.parse(answer);
      const name = `${id}${whole.edition === undefined ? '' : `-${whole.edition.replace(/[^A-Za-z0-9.-]+/g, '-')}`}`;
      if (format === 'oscal-profile') {
        const profile = whole.document?.profile;
        if (profile === undefined) throw refuseExchange('profile', { framework: id });
        if (whole.licence === 'licensed' && !licensed) throw refuseExchange('licensed', { framework: id });
        return json(`${name}-profile`, await documentIn(org, profile));
      }
      if (format === 'oscal-catalog') return json(`${name}-catalog`, { catalog: await oscal(org, whole, licensed) });
      if (format === 'json') return json(name, frameworkJson(whole));
      const rows = {
        clocks: lineOf(whole, printInstant(clock.now())),
        columns: ITEM_FIELDS,
        rows: of(itemRows(whole)),
      };
      return table(name, format, 'Items', rows);
    },
    async mappings(org, actor, { id, format, ...at }) {
      const { answer } = await runner.view(org, actor, wholeMappings.name, { set: id }, at);
      const whole = WholeMappings.parse(answer);
      if (format === 'json') return json(id, mappingsJson(whole));
      const rows = {
        clocks: `${whole.title}. Exported ${printInstant(clock.now())}.`,
        columns: MAPPING_FIELDS,
        rows: of(whole.mappings.map(mappingRow)),
      };
      return table(id, format, 'Mappings', rows);
    },
  };
}

const lineOf = ({ title, edition, textsLeftOut }: Whole, now: string): string =>
  `${title}${edition === undefined ? '' : ` ${edition}`}. Exported ${now}${textsLeftOut > 0 ? `; ${LEFT_OUT} (${textsLeftOut})` : ''}.`;

/** Withdrawn items are of no edition that anybody would load. */
const itemRows = ({ items, groups }: Whole): readonly (readonly Cell[])[] => {
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  return items
    .filter(({ withdrawn }) => !withdrawn)
    .map(({ ref, title, summary, text, group, part, parent, assessable }) => [
      ...[ref, title, summary, text ?? null, group ?? null],
      ...[group === undefined ? null : (names.get(group) ?? null), part, parent ?? null, assessable ? 'yes' : 'no'],
    ]);
};

type Line = WholeMappings['mappings'][number];
const mappingRow = ({ from, to, relation, strength, rationale, provenance, reviewer }: Line): readonly Cell[] => [
  ...[from.framework, from.ref, to.framework, to.ref, relation, strength.forward, strength.backward],
  ...[rationale, provenance ?? null, reviewer ?? null],
];

/** In the form that an import takes. */
function frameworkJson(whole: Whole): object {
  const { id, title, edition, publisher, source, licence, licenceNote, groups, items, textsLeftOut } = whole;
  return {
    format: 'countersign-framework',
    version: 1,
    framework: { id, title, edition, publisher, source, licence, licenceNote },
    ...(textsLeftOut > 0 ? { leftOut: `${LEFT_OUT} (${textsLeftOut})` } : {}),
    groups,
    items: items.filter(({ withdrawn }) => !withdrawn).map(({ withdrawn: _, ...item }) => item),
  };
}

function mappingsJson({ id, title, source, licence, provenance, judged, mappings }: WholeMappings): object {
  return {
    format: 'countersign-mappings',
    version: 1,
    set: { id, title, source, licence, provenance, judged },
    mappings: mappings.map(({ id: _, ...line }) => line),
  };
}

async function* of<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
  await Promise.resolve();
}

const json = (name: string, value: object): Made => ({
  name: `${name}.json`,
  media: 'application/json',
  bytes: Readable.from([Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`)]),
});

function table(name: string, format: 'csv' | 'xlsx', sheet: string, rows: Parameters<typeof csvOf>[0]): Made {
  return format === 'csv'
    ? { name: `${name}.csv`, media: 'text/csv; charset=utf-8', bytes: csvOf(rows) }
    : {
        name: `${name}.xlsx`,
        media: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        bytes: xlsxOf(sheet, rows),
      };
}
