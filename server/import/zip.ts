import { inflateRawSync } from 'node:zlib';
import { refuseImport } from '@countersign/core/control/index.ts';

/** What a workbook may unfold to: control matrices are small, and whoever reads one needs ten times as much. */
export const MOST_UNFOLDED = 32 * 1024 * 1024;
const MOST_ENTRIES = 500;

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

const broken = (why: string) => refuseImport('file', { why });

/**
 * Refuses an archive that would unfold to more than it may, before anything of it is unfolded: first by the sizes it states, then, as
 * those may be lies, by unfolding each entry with that size as the limit. Whoever gets it afterwards meets no surprise.
 */
export function refuseBomb(zip: Buffer): void {
  const entries = entriesOf(zip);
  if (entries.length > MOST_ENTRIES) throw refuseImport('large', { what: 'parts', most: String(MOST_ENTRIES) });
  const stated = entries.reduce((all, { size }) => all + size, 0);
  if (stated > MOST_UNFOLDED)
    throw refuseImport('large', { what: 'MiB when unfolded', most: String(MOST_UNFOLDED >> 20) });
  for (const entry of entries) {
    const bytes = unfold(zip, entry);
    if (/<!(?:DOCTYPE|ENTITY)/i.test(bytes.toString('latin1')))
      throw broken('it declares entities, as no workbook does');
  }
}

interface Entry {
  readonly at: number;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
}

/** The central directory: what the archive says that it holds. */
function entriesOf(zip: Buffer): readonly Entry[] {
  // At the end, before a comment of at most 64 KiB.
  let end = -1;
  for (let at = zip.length - 22; at >= 0 && at >= zip.length - 22 - 0xffff; at -= 1) {
    if (zip.readUInt32LE(at) === END) {
      end = at;
      break;
    }
  }
  if (end < 0) throw broken('it is no archive, or its end is missing');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw broken('it is an archive of more than 4 GiB');
  const entries: Entry[] = [];
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== ENTRY) throw broken('its directory is damaged');
    if ((zip.readUInt16LE(at + 8) & 1) !== 0) throw broken('it is encrypted');
    entries.push({
      at: zip.readUInt32LE(at + 42),
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
    });
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function unfold(zip: Buffer, { at, method, packed, size }: Entry): Buffer {
  if (at + 30 > zip.length || zip.readUInt32LE(at) !== LOCAL) throw broken('one of its parts is damaged');
  const from = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  const bytes = zip.subarray(from, from + packed);
  if (bytes.length < packed) throw broken('it is cut off');
  if (method === STORED) {
    if (packed !== size) throw broken('one of its parts is damaged');
    return bytes;
  }
  if (method !== DEFLATED) throw broken('it is packed in a way that no workbook is');
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw broken('a part of it unfolds to more than it states, or is damaged');
  }
}
