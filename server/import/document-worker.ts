import { parentPort, workerData } from 'node:worker_threads';
import { refuseImport } from '@countersign/core/control/index.ts';
import type { Catalog, CatalogItems, LoadProblem, OscalDocument, Profile } from '@countersign/core/exchange/index.ts';
import {
  itemsOf,
  MOST_ITEMS,
  MOST_MAPPINGS,
  refuseOscal,
  refuseOtherVersion,
  resolveProfile,
} from '@countersign/core/exchange/index.ts';
import { readJson } from './json.ts';
import { documentOf, schemaProblems } from './oscal.ts';
import type { Model } from './oscal.ts';
import { telling } from './thread.ts';

export interface DocumentsAsked {
  /** The first is what is read; the others are what it may import. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly leavesOnly: boolean;
  readonly uuid: string;
  readonly now: string;
}

interface OfOscal {
  readonly title: string;
  readonly version: string;
  readonly publisher?: string;
}

/** What the first file is. */
export type DocumentRead =
  | { readonly is: 'framework' | 'mappings'; readonly value: unknown }
  | { readonly is: 'wrong'; readonly format: string; readonly problems: readonly LoadProblem[] }
  | ({ readonly is: 'catalog'; readonly read: CatalogItems } & OfOscal)
  | ({
      readonly is: 'profile';
      readonly read: CatalogItems;
      readonly warnings: readonly string[];
      /** The catalogue that the profile stands for, as JSON. */
      readonly resolved: string;
    } & OfOscal)
  | { readonly is: 'mapping-collection'; readonly value: unknown };

type Value = Readonly<Record<string, unknown>>;

const MODEL_OF: readonly Model[] = ['catalog', 'profile', 'mapping-collection'];
const modelOf = (value: Value): Model | undefined => MODEL_OF.find((model) => Object.hasOwn(value, model));

function read({ files, leavesOnly, uuid, now }: DocumentsAsked): DocumentRead {
  const [first, ...others] = files;
  if (first === undefined) throw refuseImport('empty', {});
  const value = readJson(first.name, first.bytes);
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
  const given = others.map((file) => beside(file.name, file.bytes));
  const { catalog, warnings } = resolveProfile(document, { documents: [document, ...given], uuid, now });
  const resolved = { catalog };
  const wrong = schemaProblems('catalog', resolved);
  if (wrong.length > 0) return { is: 'wrong', format: 'oscal-profile', problems: wrong };
  return {
    is: 'profile',
    read: itemsIn(first.name, catalog, leavesOnly),
    warnings,
    resolved: JSON.stringify(resolved),
    ...factsOf(document.profile),
  };
}

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

function factsOf({ metadata }: Catalog | Profile): OfOscal {
  const parties = Array.isArray(metadata['parties'])
    ? (metadata['parties'] as readonly { readonly name?: unknown }[])
    : [];
  const publisher = parties.map(({ name }) => name).find((name): name is string => typeof name === 'string');
  return {
    // Markup of one line: what is emphasised is not said with asterisks here.
    title: metadata.title.replaceAll('*', '').trim().slice(0, 200),
    version: metadata.version.slice(0, 100),
    ...(publisher === undefined ? {} : { publisher: publisher.slice(0, 200) }),
  };
}

void telling(Promise.resolve().then(() => read(workerData as DocumentsAsked))).then((told) =>
  parentPort?.postMessage(told),
);
