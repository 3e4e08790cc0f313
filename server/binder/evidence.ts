import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { canonicalText, nameFor, printFileLine } from '@countersign/ledger/index.ts';
import type { BinderFile } from '@countersign/ledger/index.ts';
import { refuseBinder } from './period.ts';
import type { Filed } from './scope.ts';

/** Where in a binder each piece of evidence is: its folder, and its file, which several may share. Paths are below `data/`. */
export interface Placed extends Filed {
  readonly folder: string;
  /** Undefined where the bytes are not kept any more. */
  readonly path: string | undefined;
  /** Whether its folder holds the file; another’s does where the same bytes were filed twice. */
  readonly isFirst: boolean;
}

const shortOf = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 8);

/** Folders named by the ids, which may be alike to some file system or be no name of a folder. */
export function placesOf(evidence: readonly Filed[]): readonly Placed[] {
  const alike = new Map<string, number>();
  for (const { id } of evidence) alike.set(id.toLowerCase(), (alike.get(id.toLowerCase()) ?? 0) + 1);
  const paths = new Map<string, string>();
  return evidence.map((one) => {
    const named = nameFor(one.id);
    const folder = named === one.id && alike.get(one.id.toLowerCase()) === 1 ? named : `${named}~${shortOf(one.id)}`;
    const known = paths.get(one.digest);
    const path = known ?? (one.there ? `evidence/${folder}/${nameFor(one.name)}` : undefined);
    if (path !== undefined) paths.set(one.digest, path);
    return { ...one, folder, path, isFirst: one.there && known === undefined };
  });
}

/** Files under the names people gave them, each once. Refuses binder.bytes where what is kept is not what was filed. */
export async function* evidenceFilesOf(
  placed: readonly Placed[],
  read: (digest: string) => Promise<Readable>,
  each: (one: Placed) => void,
): AsyncGenerator<BinderFile> {
  for (const one of placed) {
    each(one);
    if (one.isFirst && one.path !== undefined) yield { path: one.path, size: one.bytes, bytes: asFiled(one, read) };
  }
}

async function* asFiled(
  { id, digest }: Filed,
  read: (digest: string) => Promise<Readable>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes: Readable;
  try {
    bytes = await read(digest);
  } catch (error) {
    throw isAbsent(error) ? refuseBinder('bytes', { evidence: id }) : error;
  }
  for await (const piece of bytes) {
    hash.update(piece as Uint8Array);
    yield piece as Uint8Array;
  }
  if (hash.digest('hex') !== digest) throw refuseBinder('bytes', { evidence: id });
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === 'ENOENT') || error.name === 'NoSuchKey');

/** Where the items of a source’s dataset are listed. */
export const factsPath = ({ source, dataset }: { readonly source: string; readonly dataset: string }): string =>
  `facts/${[source, ...dataset.split('/')].map(nameFor).join('/')}.ndjson`;

/** `files.ndjson`: where the log’s files are. */
export const fileLines = (placed: readonly Placed[]): string =>
  placed
    .flatMap(({ digest, path, isFirst }) => (isFirst && path !== undefined ? [{ digest, path }] : []))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
    .map(printFileLine)
    .join('');

export const jsonFile = (value: unknown): Buffer => Buffer.from(`${canonicalText(value as never)}\n`);
