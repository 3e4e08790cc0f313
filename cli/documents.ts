import type { Path, Refusal } from '@countersign/core/kernel/index.ts';
import { illFormed } from '@countersign/core/kernel/index.ts';
import { lstat, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Document, Node, YAMLMap } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import { textOf, whyNot } from './files.ts';
import type { Place } from './refusal.ts';
import { PlacedRefusal, refuseInput } from './refusal.ts';
import type { World } from './world.ts';

/** All files of one apply together. */
export const MOST = 64 * 1024 * 1024;

/** A record as it is written, and where its parts stand. */
export interface Written {
  readonly value: unknown;
  /** Where the part at a path is; where the path leads nowhere, the nearest part that is there. */
  place(path: Path): Place;
}

const isRecordFile = (name: string): boolean => /\.(?:ya?ml|json)$/i.test(name) && !name.startsWith('.');

/** Record files below the paths, in order of name; what is named outright is taken whatever it is called. */
async function filesIn(world: World, paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(resolve(world.cwd, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) await walk(join(folder, entry.name));
      else if (entry.isFile() && isRecordFile(entry.name)) found.push(join(folder, entry.name));
    }
  };
  for (const path of paths) {
    if (path === '-') {
      found.push(path);
      continue;
    }
    try {
      if ((await lstat(resolve(world.cwd, path))).isDirectory()) await walk(path);
      else found.push(path);
    } catch (error) {
      throw refuseInput('file', { file: path, why: whyNot(error) });
    }
  }
  if (found.length === 0) throw refuseInput('nothing', { paths: paths.join(', ') });
  return [...new Set(found)];
}

/** The records of files and folders, in order. Refuses with file, line and column what is no plain YAML or JSON. */
export async function readDocuments(world: World, paths: readonly string[]): Promise<readonly Written[]> {
  let left = MOST;
  const written: Written[] = [];
  for (const file of await filesIn(world, paths)) {
    const text = await textOf(world, file, left);
    left -= Buffer.byteLength(text);
    if (left < 0) throw refuseInput('large', { most: '64 MiB' });
    written.push(...readText(file, text));
  }
  return written;
}

/** The records of one text: YAML, of which JSON is a part; several documents, or lists of records. */
export function readText(file: string, text: string): readonly Written[] {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const no = (refusal: Refusal, offset: number): PlacedRefusal => new PlacedRefusal(refusal, at(offset));
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    stringKeys: true,
  });
  if (!Array.isArray(documents)) return [];

  return documents.flatMap((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) {
      const why = problem.message.split(/ at line \d+/)[0]?.trim() ?? problem.message;
      throw no(refuseInput(problem.name === 'YAMLWarning' ? 'tag' : 'syntax', { why: `${why}.` }), problem.pos[0]);
    }
    refuseAliases(document, no);
    const root = document.contents;
    if (root === null || (isScalar(root) && root.value === null)) return [];
    const nodes = isSeq<Node>(root) ? root.items : [root];
    return nodes.map((node): Written => {
      const start = node.range?.[0] ?? 0;
      if (!isMap(node)) throw no(refuseInput('record', {}), start);
      const value: unknown = node.toJS(document, { maxAliasCount: 0 });
      const why = illFormed(value);
      if (why !== undefined) throw no(refuseInput('text', { why }), start);
      if (typeof node.get('kind') !== 'string' || typeof node.get('id') !== 'string')
        throw no(refuseInput('record', {}), start);
      return { value, place: (path) => at(offsetOf(node, path)) };
    });
  });
}

/** An alias may stand for a value a million times over, and hides from a reader what is applied. */
function refuseAliases(document: Document, no: (refusal: Refusal, offset: number) => PlacedRefusal): void {
  visit(document, {
    Alias(_, node) {
      throw no(refuseInput('alias', { name: node.source }), node.range?.[0] ?? 0);
    },
  });
}

/** The key of the pair, or the member of the list, that a path leads to. */
function offsetOf(root: YAMLMap, path: Path): number {
  let here: unknown = root;
  let offset = root.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(here)) {
      const pair: unknown = here.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!isPair(pair) || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      here = pair.value;
    } else if (isSeq<Node>(here)) {
      const member = here.items[Number(step)];
      if (member === undefined || isAlias(member)) break;
      offset = member.range?.[0] ?? offset;
      here = member;
    } else break;
  }
  return offset;
}
