import { columnName, refuseImport } from '@countersign/core/control/index.ts';
import type { Sheet } from '@countersign/core/control/index.ts';
import type {
  Columns,
  ImportChoices,
  ItemField,
  KnownFramework,
  LoadedFramework,
  LoadedItem,
  LoadedMapping,
  LoadedSet,
  LoadProblem,
  MappingField,
  RefsByFramework,
} from '@countersign/core/exchange/index.ts';
import {
  ITEM_FIELDS,
  MAPPING_FIELDS,
  readFrameworkDocument,
  readItems,
  readMappings,
  readMappingsDocument,
  refuseOscal,
  suggestItemColumns,
  suggestMappingColumns,
} from '@countersign/core/exchange/index.ts';
import { FRAMEWORK_ID } from '@countersign/core/framework/index.ts';
import type { DocumentRead, ImportRead } from './document-worker.ts';
import { inheritedBy } from './inherited.ts';
import type { Read } from './worker.ts';

export interface ExchangeFile {
  readonly blob: string;
  /** Its name where it came from: OSCAL's imports name files. */
  readonly name: string;
}

export type HeadAsked = {
  readonly [F in Exclude<keyof LoadedFramework, 'groups' | 'document'>]?: LoadedFramework[F] | undefined;
};
export type SetAsked = { readonly [F in keyof LoadedSet]?: LoadedSet[F] | undefined };

export interface ExchangeAsk {
  readonly what: 'framework' | 'mappings';
  /** The first is what is read; the others are catalogues and profiles that it may import. */
  readonly files: readonly ExchangeFile[];
  readonly framework?: HeadAsked | undefined;
  readonly set?: SetAsked | undefined;
  /** Frameworks of rows that name none. */
  readonly between?: { readonly from?: string | undefined; readonly to?: string | undefined } | undefined;
  readonly sheet?: string | undefined;
  /** Column by field, from 0. */
  readonly columns?: Readonly<Record<string, number>> | undefined;
  readonly leaveOut: readonly number[];
  /** Items or lines that the file does not have go: it is a new edition, and whole. */
  readonly isWhole: boolean;
  readonly leavesOnly: boolean;
  /** Own frameworks that a profile's imports mean, by `href`; `*` for each that no file answers. */
  readonly imports?: ImportChoices | undefined;
}

export type ExchangeFormat = 'csv' | 'xlsx' | 'json' | 'oscal-catalog' | 'oscal-profile' | 'oscal-mapping-collection';

export type Head = Omit<LoadedFramework, 'groups' | 'document'>;

/** What is recorded already of each framework. */
export interface FrameworkKnown extends KnownFramework {
  readonly refs: ReadonlySet<string>;
  readonly isShipped: boolean;
  /** What is said of an own one: whoever reads a file into it need not say it again. */
  readonly head: HeadAsked;
  readonly isWithdrawn: boolean;
  readonly document: LoadedFramework['document'];
}
export type FrameworksKnown = ReadonlyMap<string, FrameworkKnown>;

/** What was read, before it is held against what is recorded. */
export interface Found {
  readonly format: ExchangeFormat;
  readonly read?: Read;
  readonly columns: Readonly<Record<string, number>>;
  readonly problems: readonly LoadProblem[];
  readonly warnings: readonly string[];
  readonly withdrawn: number;
  readonly framework?: { readonly head: LoadedFramework; readonly items: readonly LoadedItem[] };
  readonly set?: { readonly head: LoadedSet; readonly mappings: readonly LoadedMapping[] };
  /** Where each item or mapping stands. */
  readonly places: readonly (string | undefined)[];
  /** Of an OSCAL catalogue, where each item's control stands in it. */
  readonly pointers?: readonly string[];
  /** What a profile's imports were found to mean. */
  readonly imports?: readonly ImportRead[];
  /** To be kept beside the records. */
  readonly resolved?: string;
}

/** A document begins with a brace, whatever its file is called. */
export const isJson = (bytes: Buffer): boolean => /^(?:\ufeff)?\s*\{/.test(bytes.subarray(0, 200).toString('utf8'));

const refsIn = (known: FrameworksKnown): RefsByFramework => new Map([...known].map(([id, { refs }]) => [id, refs]));

/** A table, CSV or XLSX, as what was asked for. */
export function tableIn(read: Read, ask: ExchangeAsk, known: FrameworksKnown): Found {
  const leftOut = new Set(ask.leaveOut);
  const sheet: Sheet = { ...read.sheet, rows: read.sheet.rows.filter(({ row }) => !leftOut.has(row)) };
  const base = { format: read.format, read, warnings: [], withdrawn: 0 };
  if (ask.what === 'mappings') {
    const columns = chosen<MappingField>(ask.columns, MAPPING_FIELDS, sheet) ?? suggestMappingColumns(sheet.columns);
    const { mappings, rows, problems } = readMappings(sheet, columns, refsIn(known), ask.between);
    const isOnce = columns.backward === undefined;
    const head = setOf(ask, { judged: isOnce ? 'once' : 'each-way' });
    const places = rows.map((row) => `${columnName(columns.from ?? 0)}${row}`);
    return { ...base, columns: present(columns), problems, set: { head, mappings }, places };
  }
  const head = headOf(ask, {}, known);
  const columns = chosen<ItemField>(ask.columns, ITEM_FIELDS, sheet) ?? suggestItemColumns(sheet.columns);
  const { items, rows, groups, problems } = readItems(sheet, columns, head.id, known.get(head.id));
  const places = rows.map((row) => `${columnName(columns.ref ?? 0)}${row}`);
  return { ...base, columns: present(columns), problems, framework: { head: { ...head, groups }, items }, places };
}

/** Columns as they were chosen; one that the file does not have is refused. */
function chosen<F extends string>(
  given: Readonly<Record<string, number>> | undefined,
  fields: readonly F[],
  { columns }: Sheet,
): Columns<F> | undefined {
  if (given === undefined) return undefined;
  const found: Partial<Record<F, number>> = {};
  for (const field of fields) {
    const column = given[field];
    if (column === undefined) continue;
    if (column >= columns.length) throw refuseImport('column', { field }, ['columns', field]);
    found[field] = column;
  }
  return found;
}

/** A document, ours or of OSCAL. */
export function documentIn(found: DocumentRead, ask: ExchangeAsk, known: FrameworksKnown): Found {
  const base = { columns: {}, warnings: [], withdrawn: 0, places: [] };
  const [first] = ask.files;
  switch (found.is) {
    case 'wrong':
      return { ...base, format: found.format as ExchangeFormat, problems: found.problems };
    case 'framework': {
      const { said, problems } = readFrameworkDocument(found.value, (id) => known.get(id));
      if (said === undefined) return { ...base, format: 'json', problems };
      const { framework, groups, items } = said;
      const head = { ...headOf(ask, framework, known), groups };
      const places = items.map((_, i) => `/items/${i}`);
      return { ...base, format: 'json', problems, framework: { head, items }, places };
    }
    case 'mappings': {
      const { said, problems } = readMappingsDocument(found.value, refsIn(known));
      if (said === undefined) return { ...base, format: 'json', problems };
      const places = said.mappings.map((_, i) => `/mappings/${i}`);
      return {
        ...base,
        format: 'json',
        problems,
        set: { head: setOf(ask, said.set), mappings: said.mappings },
        places,
      };
    }
    case 'catalog':
    case 'profile': {
      const { items, groups, problems, withdrawn, pointers } = found.read;
      const { title, version, publisher, uuid } = found;
      const imports = found.is === 'profile' ? found.imports : [];
      const from = [...new Set(imports.flatMap(({ framework }) => framework ?? []))];
      const facts = { title, edition: version, ...present({ publisher }), source: first?.name ?? '' };
      const { said, otherwise } = inheritedBy(imports, known);
      const head = headOf(ask, { ...facts, ...said }, known, otherwise);
      if (from.includes(head.id)) throw refuseOscal('itself', { framework: head.id }, ['framework', 'id']);
      const document = {
        ...{ format: `oscal-${found.is}` as const, blob: first?.blob ?? '', version, uuid },
        ...(first === undefined ? {} : { name: first.name }),
        ...(from.length === 0 ? {} : { from }),
      };
      return {
        ...base,
        format: `oscal-${found.is}`,
        problems,
        warnings: found.is === 'profile' ? found.warnings : [],
        withdrawn: withdrawn.length,
        framework: { head: { ...head, groups: [...groups], document }, items },
        places: items.map(({ key }) => key),
        ...(found.is === 'profile' ? { resolved: found.resolved, imports } : { pointers }),
      };
    }
    case 'needs':
      throw new TypeError('A profile was read without what it imports');
    case 'mapping-collection':
      throw refuseImport('file', { why: 'mapping collections of OSCAL are not read yet' });
  }
}

/**
 * What is said of the framework: by who asks, else by the file, else by its name. Words of an unknown owner are taken for somebody else’s.
 *
 * @param otherwise where neither says anything, nor what is recorded
 */
function headOf(ask: ExchangeAsk, said: HeadAsked, known: FrameworksKnown, otherwise: HeadAsked = {}): LoadedFramework {
  const base = baseOf(ask);
  const slug = slugOf(base, 40);
  const free = known.get(slug)?.isShipped === true ? `own-${slug}`.slice(0, 40) : slug;
  const id = ask.framework?.id ?? said.id ?? (FRAMEWORK_ID.test(free) ? free : 'framework');
  const recorded = known.get(id)?.head ?? {};
  const given = { ...otherwise, ...present(recorded), ...present(said), ...present(ask.framework ?? {}) };
  const title = given.title ?? (base === '' ? id : base.slice(0, 200));
  return { ...given, id, title, licence: given.licence ?? 'licensed', groups: [] };
}

/** The first file's name without its ending. */
const baseOf = ({ files }: ExchangeAsk): string => (files[0]?.name ?? '').replace(/\.[a-z]{3,4}$/i, '');
const slugOf = (text: string, most: number): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, most)
    .replace(/[.-]+$/, '');

function setOf(ask: ExchangeAsk, said: SetAsked): LoadedSet {
  const base = baseOf(ask);
  const given = { ...present(said), ...present(ask.set ?? {}) };
  const slug = slugOf(base, 60);
  return {
    ...given,
    id: given.id ?? (slug === '' ? 'mappings' : slug),
    title: given.title ?? (base === '' ? 'Mapping set' : base.slice(0, 200)),
    provenance: given.provenance ?? `Taken from ${ask.files[0]?.name ?? 'a file'}`.slice(0, 1000),
  };
}

const present = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
