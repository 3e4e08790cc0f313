import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  openCheckpoint,
  parseCanonical,
  parseEnvelope,
  parseStatement,
  parseVerifierKey,
} from '@countersign/ledger/index.ts';
import { refuseRestore } from './refusals.ts';

/** A state of a log that somebody outside holds. */
export interface Shown {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** The note as it was signed. */
  readonly note: string;
  /** Where its payloads are, if an export was shown. */
  readonly payloads: string | undefined;
}

/** Reads a checkpoint, or the folder of an export, and checks its signature under the keys of the log. Undefined if it is of another log. */
export async function readShown(path: string, vkeys: readonly string[]): Promise<Shown | undefined> {
  const { file, payloads } = await placeOf(path);
  let note: string;
  try {
    note = await readFile(file, 'utf8');
  } catch {
    throw refuseRestore('shown', { file: path, why: 'there is no checkpoint.' });
  }
  const keys = vkeys.map(parseVerifierKey);
  if (!keys.some(({ name }) => note.startsWith(`${name}\n`))) return undefined;
  try {
    return { ...openCheckpoint(note, keys).checkpoint, note, payloads };
  } catch (error) {
    const why = `it is not signed by the key of this log (${error instanceof Error ? error.message : String(error)})`;
    throw refuseRestore('shown', { file: path, why });
  }
}

async function placeOf(path: string): Promise<{ readonly file: string; readonly payloads: string | undefined }> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw refuseRestore('shown', { file: path, why: 'there is no such file.' });
  if (!found.isDirectory()) return { file: path, payloads: undefined };
  for (const folder of [path, join(path, 'data', 'log')])
    if ((await stat(join(folder, 'checkpoint')).catch(() => undefined)) !== undefined)
      return { file: join(folder, 'checkpoint'), payloads: join(folder, 'payload') };
  throw refuseRestore('shown', { file: path, why: 'it is no export: there is no checkpoint in it.' });
}

export interface ErasedSince {
  readonly entry: number;
  readonly act: string;
  readonly at: string;
}

const MOST = 1000;

/** Erasures that the shown export holds from an entry on: what they took comes back with an older backup. */
export async function erasuresSince({ payloads, size }: Shown, from: number): Promise<readonly ErasedSince[]> {
  const found: ErasedSince[] = [];
  if (payloads === undefined) return found;
  const names = await readdir(payloads, { recursive: true }).catch(() => []);
  for (const name of names) {
    const text = /^((?:x\d{3}[\\/])*\d{3})\.ndjson$/.exec(name)?.[1];
    const entry = text === undefined ? -1 : Number(text.replace(/[x\\/]/g, ''));
    if (entry < from || entry >= size || found.length >= MOST) continue;
    const [line = ''] = (await readFile(join(payloads, name), 'utf8')).split('\n', 1);
    try {
      const { predicate } = parseStatement(parseEnvelope(parseCanonical(line)).payload);
      const act = String(predicate['act']);
      if (act.startsWith('erasure.')) found.push({ entry, act, at: String(predicate['now']) });
    } catch {
      // Withheld, or no envelope: `verify` says so of an export.
    }
  }
  return found.sort((a, b) => a.entry - b.entry);
}
