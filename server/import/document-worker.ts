import { parentPort, workerData } from 'node:worker_threads';
import { refuseImport } from '@countersign/core/control/index.ts';
import type {
  Catalog,
  CatalogItems,
  FoundImport,
  ImportChoices,
  LoadedSource,
  LoadProblem,
  OscalDocument,
  Profile,
  Written,
} from '@countersign/core/exchange/index.ts';
import {
  controlsIn,
  importsOf,
  itemsOf,
  MOST_ITEMS,
  MOST_MAPPINGS,
  refuseOscal,
  refuseOtherVersion,
  resolveProfile,
  SOURCE_NOTES,
  sourceCatalog,
} from '@countersign/core/exchange/index.ts';
import { readJson } from './json.ts';
import { documentOf, schemaProblems } from './oscal.ts';
import type { Model } from './oscal.ts';
import { telling } from './thread.ts';

export interface DocumentsAsked {
  /** The first is what is read; the others are what it may import. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly leavesOnly: boolean;
  /** Frameworks that a profile may import, and those that are chosen for its imports. */
  readonly loaded: readonly LoadedSource[];
  readonly choices: ImportChoices;
  /** What those hold that an answer `needs` named. */
  readonly contents: readonly LoadedContent[];
  readonly uuid: string;
  readonly now: string;
}

/** A framework with its texts, and the catalogue that it was read from or resolved to, as it is kept. */
export interface LoadedContent {
  readonly written: Written;
  readonly bytes?: Uint8Array;
}

/** What an import of a profile was found to mean. */
export interface ImportRead {
  readonly profile: string;
  readonly href: string;
  readonly by: FoundImport['by'];
  /** The name of the file, or the id of the framework. */
  readonly file?: string;
  readonly framework?: string;
  readonly note?: string;
}

interface OfOscal {
  readonly title: string;
  readonly version: string;
  readonly publisher?: string;
  readonly uuid: string;
}

/** What the first file is. */
export type DocumentRead =
  | { readonly is: 'framework' | 'mappings'; readonly value: unknown }
  | { readonly is: 'wrong'; readonly format: string; readonly problems: readonly LoadProblem[] }
  /** A profile whose imports are among the frameworks that are loaded: it is read once what these hold is given. */
  | { readonly is: 'needs'; readonly frameworks: readonly string[] }
  | ({ readonly is: 'catalog'; readonly read: CatalogItems } & OfOscal)
  | ({
      readonly is: 'profile';
      readonly read: CatalogItems;
      readonly warnings: readonly string[];
      readonly imports: readonly ImportRead[];
      /** The catalogue that the profile stands for, as JSON. */
      readonly resolved: string;
    } & OfOscal)
  | { readonly is: 'mapping-collection'; readonly value: unknown };

type Value = Readonly<Record<string, unknown>>;

const MODEL_OF: readonly Model[] = ['catalog', 'profile', 'mapping-collection'];
const modelOf = (value: Value): Model | undefined => MODEL_OF.find((model) => Object.hasOwn(value, model));

function read(asked: DocumentsAsked): DocumentRead {
  const { files, leavesOnly, choices } = asked;
  const [first, ...others] = files;
  if (first === undefined) throw refuseImport('empty', {});
  const value = readJson(first.name, first.bytes);
  const [chosen] = Object.keys(choices);
  if (chosen !== undefined && modelOf(value) !== 'profile') throw refuseOscal('unused', { href: chosen }, ['imports']);
  if (value['format'] === 'countersign-framework') return bounded('framework', value, 'items', MOST_ITEMS);
  if (value['format'] === 'countersign-mappings') return bounded('mappings', value, 'mappings', MOST_MAPPINGS);
  const model = modelOf(value);
  if (model === undefined) {
    throw refuseImport('file', {
      why: `${first.name} is neither a framework or mapping set of ours, nor a catalogue, profile or mapping collection of OSCAL`,
    });
  }
  const problems = schemaProblems(model, value);
  if (problems.length > 0) return { is: 'wrong', format: `oscal-${model}`, problems };
  if (model === 'mapping-collection') return { is: 'mapping-collection', value: value[model] };
  const document = documentOf(first.name, model, value);
  refuseOtherVersion(first.name, (document.catalog ?? document.profile).metadata);
  if (document.catalog !== undefined)
    return { is: 'catalog', read: itemsIn(first.name, document.catalog, leavesOnly), ...factsOf(document.catalog) };
  return profileIn(
    document,
    others.map((file) => beside(file.name, file.bytes)),
    asked,
  );
}

/** A profile, resolved; or what must be there for it to be. */
function profileIn(
  document: OscalDocument & { readonly profile: Profile },
  others: readonly OscalDocument[],
  { loaded, choices, contents, leavesOnly, uuid, now }: DocumentsAsked,
): DocumentRead {
  const importable = { documents: [document, ...others], loaded, choices };
  const needed = importsOf(document, importable).flatMap((one) => (one.by === 'file' ? [] : [one.source.framework]));
  const given = new Map(contents.map((content) => [content.written.id, content]));
  if (needed.some((id) => !given.has(id))) return { is: 'needs', frameworks: [...new Set(needed)] };

  const sources = new Map(
    [...given].map(([id, { written, bytes }]) => {
      // It was held against its schema when it was loaded.
      const kept = bytes === undefined ? undefined : (readJson(id, bytes)['catalog'] as Catalog);
      return [id, sourceCatalog(written, kept, { withTexts: true, uuid, now })];
    }),
  );
  const catalogs = new Map([...sources].map(([id, { catalog }]) => [id, catalog]));
  const { catalog, warnings, imports } = resolveProfile(document, { ...importable, catalogs, uuid, now });
  if (controlsIn(catalog).length === 0) {
    const href = imports.find(({ by }) => by !== 'file')?.href;
    const from = [...new Set(imports.map((one) => (one.by === 'file' ? one.document.name : one.source.framework)))];
    const said = { profile: document.name, from: from.join(', ') };
    throw refuseOscal('none', said, href === undefined ? ['profile', 'imports'] : ['imports', href]);
  }
  const resolved = { catalog };
  const wrong = schemaProblems('catalog', resolved);
  if (wrong.length > 0) return { is: 'wrong', format: 'oscal-profile', problems: wrong.map(inResolved) };
  const items = itemsIn(document.name, catalog, leavesOnly);
  return {
    is: 'profile',
    read: { ...items, problems: items.problems.map(inResolved) },
    warnings,
    imports: imports.map((one): ImportRead => {
      const { profile, href, by } = one;
      if (one.by === 'file') return { profile, href, by, file: one.document.name };
      const { framework } = one.source;
      const note = SOURCE_NOTES[sources.get(framework)?.is ?? 'document'];
      return { profile, href, by, framework, ...(note === undefined ? {} : { note }) };
    }),
    resolved: JSON.stringify(resolved),
    ...factsOf(document.profile),
  };
}

/** A problem of the catalogue that a profile stands for: its place is in none of the files. */
const inResolved = ({ pointer, code, says }: LoadProblem): LoadProblem => ({
  code,
  says: `In the catalogue that the profile stands for, at ${pointer ?? ''}: ${says}`,
});

function bounded(is: 'framework' | 'mappings', value: Value, list: string, most: number): DocumentRead {
  const given = value[list];
  if (Array.isArray(given) && given.length > most) throw refuseImport('large', { what: list, most: String(most) });
  return { is, value };
}

/** A catalogue or profile that the first file may import. */
function beside(name: string, bytes: Uint8Array): OscalDocument {
  const value = readJson(name, bytes);
  const model = modelOf(value);
  if (model !== 'catalog' && model !== 'profile') {
    throw refuseImport('file', { why: `${name} is neither a catalogue nor a profile of OSCAL` });
  }
  const [problem] = schemaProblems(model, value);
  if (problem !== undefined) {
    throw refuseImport('file', {
      why: `${name} is no ${model} of OSCAL, at ${problem.pointer ?? ''}: ${problem.says.replace(/\.$/, '')}`,
    });
  }
  return documentOf(name, model, value);
}

function itemsIn(name: string, catalog: Catalog, leavesOnly: boolean): CatalogItems {
  const found = itemsOf(catalog, leavesOnly);
  if (found.items.length === 0) throw refuseOscal('nothing', { name });
  if (found.items.length > MOST_ITEMS) throw refuseImport('large', { what: 'items', most: String(MOST_ITEMS) });
  return found;
}

function factsOf({ uuid, metadata }: Catalog | Profile): OfOscal {
  const parties = Array.isArray(metadata['parties'])
    ? (metadata['parties'] as readonly { readonly name?: unknown }[])
    : [];
  const publisher = parties.map(({ name }) => name).find((name): name is string => typeof name === 'string');
  return {
    // Markup of one line: what is emphasised is not said with asterisks here.
    title: metadata.title.replaceAll('*', '').trim().slice(0, 200),
    version: metadata.version.slice(0, 100),
    uuid,
    ...(publisher === undefined ? {} : { publisher: publisher.slice(0, 200) }),
  };
}

void telling(Promise.resolve().then(() => read(workerData as DocumentsAsked))).then((told) =>
  parentPort?.postMessage(told),
);
