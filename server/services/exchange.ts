import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { columnName, refuseImport } from '@countersign/core/control/index.ts';
import type { Sheet, SheetCell } from '@countersign/core/control/index.ts';
import type { LoadedMapping, LoadedSet, LoadedSource, LoadProblem, Place } from '@countersign/core/exchange/index.ts';
import {
  frameworkRefs,
  FrameworkRefs,
  loadFramework,
  loadMappings,
  LoadPlan,
  MappingsPlan,
  refuseOscal,
  WholeFramework,
  wholeFramework,
} from '@countersign/core/exchange/index.ts';
import type { Actor, Path } from '@countersign/core/kernel/index.ts';
import { printInstant, Refusal } from '@countersign/core/kernel/index.ts';
import type { Clock } from '../clock.ts';
import type { ImportRead, LoadedContent } from '../import/document-worker.ts';
import { readDocuments } from '../import/documents.ts';
import type { ExchangeAsk, ExchangeFormat, Found, FrameworksKnown, Head } from '../import/found.ts';
import { documentIn, isJson, tableIn } from '../import/found.ts';
import { readSheet } from '../import/read.ts';
import { bytesOf, whileReading } from '../import/uploaded.ts';
import type { Organisation, Runtime } from '../runtime.ts';
import type { Blobs } from './blobs.ts';

type Did = 'create' | 'change' | 'unchanged';

export interface ExchangePreview {
  readonly format: ExchangeFormat;
  readonly what: 'framework' | 'mappings';
  readonly sheets: readonly string[];
  readonly sheet?: string;
  readonly columns: readonly {
    readonly heading: string;
    readonly letter: string;
    readonly samples: readonly string[];
  }[];
  readonly mapping: Readonly<Record<string, number>>;
  readonly framework?: Head;
  readonly set?: LoadedSet;
  readonly groups: number;
  readonly total: number;
  /** At most `MOST_SHOWN` of them. */
  readonly items: readonly {
    readonly place?: string;
    readonly ref: string;
    readonly title: string;
    readonly did?: Did;
    readonly fields: readonly string[];
    readonly hasText: boolean;
  }[];
  readonly mappings: readonly (Pick<LoadedMapping, 'from' | 'to' | 'relation' | 'strength'> & {
    readonly place?: string;
    readonly did?: Did;
  })[];
  readonly problems: readonly LoadProblem[];
  /** How many problems there are, those that are not shown included. */
  readonly problemCount: number;
  readonly warnings: readonly string[];
  /** What a profile's imports were found to mean. */
  readonly imports: readonly ImportRead[];
  /** Controls that the document itself marks as withdrawn. */
  readonly withdrawn: number;
  /** None while there are problems: nothing is loaded by halves. */
  readonly plan?: ExchangePlan;
}

export interface ExchangePlan {
  readonly create: number;
  readonly change: number;
  readonly withdraw: number;
  readonly unchanged: number;
  readonly texts: number;
  /** What becomes of the framework or set itself. */
  readonly head: Did;
}

export interface Exchange {
  preview(org: Organisation, actor: Actor, ask: ExchangeAsk): Promise<ExchangePreview>;
  apply(
    org: Organisation,
    actor: Actor,
    ask: ExchangeAsk,
  ): Promise<{
    readonly id: string;
    readonly index: number | null;
    readonly recordedAt: string;
    readonly plan: ExchangePlan;
  }>;
}

const MOST_SHOWN = 500;
const MOST_PROBLEMS = 200;

interface Taken {
  readonly id: string;
  readonly index: number | null;
  readonly recordedAt: string;
  readonly plan: ExchangePlan;
  readonly framework?: LoadPlan;
  readonly mappings?: MappingsPlan;
}

/** Frameworks and mapping sets out of uploaded files: read, shown, and taken by one act. */
export function exchange({
  runner,
  files,
  clock,
}: {
  readonly runner: Runtime;
  readonly files: Pick<Blobs, 'find' | 'read' | 'putBlob'>;
  readonly clock: Clock;
}): Exchange {
  async function knownTo(org: Organisation, actor: Actor): Promise<FrameworksKnown> {
    const { answer } = await runner.view(org, actor, frameworkRefs.name, {});
    return new Map(
      FrameworkRefs.parse(answer).frameworks.map(({ id, refs, parents, ...framework }) => [
        id,
        {
          ...framework,
          document: framework.document,
          refs: new Set(refs),
          parents: new Map(parents.map(({ ref, parent }) => [ref, parent])),
        },
      ]),
    );
  }

  async function readNow(org: Organisation, actor: Actor, ask: ExchangeAsk): Promise<Found> {
    const known = await knownTo(org, actor);
    const [first, ...others] = ask.files;
    if (first === undefined) throw refuseImport('empty', {});
    const bytes = await bytesOf(files, org, first.blob);
    const choices = ask.imports ?? {};
    if (!isJson(bytes)) {
      const [chosen] = Object.keys(choices);
      if (chosen !== undefined) throw refuseOscal('unused', { href: chosen }, ['imports']);
      return tableIn(await readSheet(bytes, ask.sheet), ask, known);
    }
    const beside = await Promise.all(
      others.map(async ({ name, blob }) => ({ name, bytes: await bytesOf(files, org, blob) })),
    );
    const asked = {
      files: [{ name: first.name, bytes }, ...beside],
      leavesOnly: ask.leavesOnly,
      loaded: sourcesIn(known),
      choices,
      now: printInstant(clock.now()),
    };
    // The same files give the same document, tomorrow too.
    const said = ask.files.map(({ blob }) => blob).join();
    const found = await readDocuments({ ...asked, contents: [], uuid: uuidOf(said) });
    if (found.is !== 'needs') return documentIn(found, ask, known);
    const contents = await Promise.all(found.frameworks.map((id) => contentOf(org, actor, id)));
    const against = contents.map(({ written }) => JSON.stringify(written)).join();
    return documentIn(await readDocuments({ ...asked, contents, uuid: uuidOf(`${said} ${against}`) }), ask, known);
  }

  /** With its licensed texts: whoever may load a framework may read them, and what is resolved from them inherits the licence. */
  async function contentOf(org: Organisation, actor: Actor, id: string): Promise<LoadedContent> {
    const { answer } = await runner.view(org, actor, wholeFramework.name, { framework: id, withTexts: true });
    const written = WholeFramework.parse(answer);
    return written.document === undefined
      ? { written }
      : { written, bytes: await bytesOf(files, org, written.document.blob) };
  }

  const read = (org: Organisation, actor: Actor, ask: ExchangeAsk): Promise<Found> =>
    whileReading(() => readNow(org, actor, ask));

  async function take(
    org: Organisation,
    actor: Actor,
    found: Found,
    ask: ExchangeAsk,
    dryRun: boolean,
  ): Promise<Taken> {
    if (found.framework !== undefined) {
      const input = { framework: found.framework.head, items: found.framework.items, withdrawMissing: ask.isWhole };
      const told = await runner.act(org, actor, loadFramework.name, input, { dryRun });
      const plan = LoadPlan.parse(told.answer);
      return { ...told, id: found.framework.head.id, framework: plan, plan: ofFramework(plan) };
    }
    if (found.set !== undefined) {
      const input = { set: found.set.head, mappings: found.set.mappings, retireMissing: ask.isWhole };
      const told = await runner.act(org, actor, loadMappings.name, input, { dryRun });
      const plan = MappingsPlan.parse(told.answer);
      return { ...told, id: found.set.head.id, mappings: plan, plan: ofMappings(plan) };
    }
    throw refuseImport('nothing', {});
  }

  return {
    async preview(org, actor, ask) {
      const found = await read(org, actor, ask);
      const count = (found.framework?.items ?? found.set?.mappings ?? []).length;
      const isReady = found.problems.length === 0 && count > 0;
      const tried = isReady ? await attempted(() => take(org, actor, found, ask, true), found) : undefined;
      const taken = tried !== undefined && 'plan' in tried ? tried : undefined;
      const problems = tried !== undefined && 'problem' in tried ? [tried.problem] : found.problems;
      const head = found.framework?.head;
      return {
        format: found.format,
        what:
          found.set === undefined && found.framework === undefined
            ? ask.what
            : found.set === undefined
              ? 'framework'
              : 'mappings',
        sheets: found.read?.sheets ?? [],
        ...(found.read?.name === undefined ? {} : { sheet: found.read.name }),
        columns: found.read === undefined ? [] : columnsOf(found.read.sheet),
        mapping: found.columns,
        ...(head === undefined ? {} : { framework: withoutGroups(head) }),
        ...(found.set === undefined ? {} : { set: found.set.head }),
        groups: head?.groups.length ?? 0,
        total: count,
        items: itemsShown(found, taken?.framework),
        mappings: mappingsShown(found, taken?.mappings),
        problems: problems.slice(0, MOST_PROBLEMS),
        problemCount: problems.length,
        warnings: found.warnings.slice(0, MOST_PROBLEMS),
        imports: found.imports ?? [],
        withdrawn: found.withdrawn,
        ...(taken === undefined ? {} : { plan: taken.plan }),
      };
    },
    async apply(org, actor, ask) {
      const found = await read(org, actor, ask);
      const [first] = found.problems;
      if (first !== undefined) {
        const where =
          first.cell ?? (first.pointer === undefined || first.pointer === '' ? 'The document' : first.pointer);
        const n = new Set(found.problems.map(({ row, pointer }) => row ?? pointer)).size;
        throw refuseImport('problems', { n, first: `${where}: ${first.says}` }, pathOf(first));
      }
      const kept = found.resolved === undefined ? found : await keepResolved(org, actor, found, files);
      const { index, recordedAt, plan, id } = await take(org, actor, kept, ask, false);
      return { id, index, recordedAt, plan };
    },
  };
}

/** Where in the file, as a refusal tells it. */
const pathOf = ({ row, pointer }: LoadProblem): Path =>
  row !== undefined ? ['row', row] : (pointer ?? '').split('/').slice(1);

/** Where it was refused all the same, what says so. */
async function attempted<T>(work: () => Promise<T>, found: Found): Promise<T | { readonly problem: LoadProblem }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.family === 'forbidden') throw error;
    return { problem: { ...placeIn(found, error.path), code: error.code, says: error.message } };
  }
}

/** Where in what was sent an act's refusal lies: a cell, or a place in a document. */
function placeIn({ read, places, pointers }: Found, [list, i]: Path = []): Place {
  const place =
    (list === 'items' || list === 'mappings') && typeof i === 'number' ? (pointers ?? places)[i] : undefined;
  if (place === undefined) return {};
  if (read !== undefined) return { cell: place, row: Number(/\d+$/.exec(place)?.[0] ?? 1) };
  // Of a profile only the control is known, which the refusal names by its ref.
  return place.startsWith('/') ? { pointer: place } : {};
}

/** Own frameworks as a profile may import them. One that is set aside is offered no more. */
const sourcesIn = (known: FrameworksKnown): readonly LoadedSource[] =>
  [...known].flatMap(([framework, { isShipped, isWithdrawn, head, document }]) => {
    if (isShipped || isWithdrawn) return [];
    // Until the file's name was kept, it was what the framework was said to be taken from.
    const name = document === undefined ? undefined : (document.name ?? head.source);
    return {
      framework,
      title: head.title ?? framework,
      names: name === undefined ? [] : [name],
      uuids: document?.uuid === undefined ? [] : [document.uuid],
      isDocument: document !== undefined,
    };
  });

/** The catalogue that a profile stands for becomes a file of its own: it is what is exported, and what changes are compared with. */
async function keepResolved(
  org: Organisation,
  actor: Actor,
  found: Found,
  files: Pick<Blobs, 'putBlob'>,
): Promise<Found> {
  if (found.framework === undefined || found.resolved === undefined) return found;
  const { head, items } = found.framework;
  const { digest } = await files.putBlob(org, actor, Readable.from([Buffer.from(found.resolved)]), 'resolved.json');
  const document = head.document && { ...head.document, blob: digest, profile: head.document.blob };
  return { ...found, framework: { head: { ...head, document }, items } };
}

/** A UUID of version 5's form that the text determines. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const ofFramework = (plan: LoadPlan): ExchangePlan => ({
  create: plan.create.length,
  change: plan.change.length,
  withdraw: plan.withdraw.length,
  unchanged: plan.unchanged,
  texts: plan.texts,
  head: plan.framework,
});
const ofMappings = (plan: MappingsPlan): ExchangePlan => ({
  create: plan.create,
  change: plan.change,
  withdraw: plan.retire,
  unchanged: plan.unchanged,
  texts: 0,
  head: plan.set,
});

const withoutGroups = ({ groups: _, document: __, ...head }: NonNullable<Found['framework']>['head']): Head => head;

function itemsShown(found: Found, plan: LoadPlan | undefined): ExchangePreview['items'] {
  const created = new Set(plan?.create);
  const changed = new Map(plan?.change.map(({ ref, fields }) => [ref, fields]));
  return (found.framework?.items ?? []).slice(0, MOST_SHOWN).map(({ ref, title, text }, i) => {
    const place = found.places[i];
    const did = created.has(ref) ? 'create' : changed.has(ref) ? 'change' : 'unchanged';
    return {
      ...(place === undefined ? {} : { place }),
      ref,
      title,
      ...(plan === undefined ? {} : { did }),
      fields: changed.get(ref) ?? [],
      hasText: text !== undefined && text !== '',
    };
  });
}

const mappingsShown = (found: Found, plan: MappingsPlan | undefined): ExchangePreview['mappings'] =>
  (found.set?.mappings ?? []).slice(0, MOST_SHOWN).map(({ from, to, relation, strength }, i) => {
    const [place, did] = [found.places[i], plan?.did[i]];
    return {
      ...(place === undefined ? {} : { place }),
      from,
      to,
      relation,
      strength,
      ...(did === undefined ? {} : { did }),
    };
  });

const SAMPLES = 3;
const MOST_SAMPLE = 80;

const columnsOf = ({ columns, rows }: Sheet): ExchangePreview['columns'] =>
  columns.map((heading, i) => ({
    heading,
    letter: columnName(i),
    samples: rows
      .slice(0, 200)
      .flatMap(({ cells }) => shown(cells[i]))
      .slice(0, SAMPLES)
      .map((text) => (text.length <= MOST_SAMPLE ? text : `${text.slice(0, MOST_SAMPLE)}…`)),
  }));

function shown(cell: SheetCell | undefined): readonly string[] {
  if (cell === null || cell === undefined || cell === '') return [];
  if (typeof cell !== 'object') return [String(cell)];
  if ('date' in cell) return [cell.date];
  return ['formula' in cell ? 'a formula' : cell.error];
}
