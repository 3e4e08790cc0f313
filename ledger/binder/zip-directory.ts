import { crc32, utf8 } from '#crypto';
import { LedgerFault, type FaultCode } from '../fault.ts';
import { foldOf } from './path.ts';
import {
  CENTRAL,
  CENTRAL_BYTES,
  DEFLATED,
  END,
  END_64,
  END_64_BYTES,
  END_BYTES,
  FLAG,
  LOCAL_BYTES,
  LOCATOR_64,
  LOCATOR_64_BYTES,
  NONE_16,
  NONE_32,
  STORED,
  UNICODE_PATH_EXTRA,
  viewOf,
  ZIP64_EXTRA,
} from './zip-format.ts';

/** Bytes that can be read at any place: a file, a Blob. */
export interface RandomAccess {
  readonly size: number;
  /** Just `length` bytes from `at` on; an implementation must throw if it has fewer. */
  read(at: number, length: number): Promise<Uint8Array>;
}

export interface ZipEntry {
  readonly path: string;
  /** The name as it stands in the archive, to be compared with the local header. */
  readonly name: Uint8Array;
  readonly flags: number;
  readonly method: typeof STORED | typeof DEFLATED;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly at: number;
  /** Where its data and what follows it must end: the next local header, or the directory. */
  readonly end: number;
}

export interface ZipLimits {
  readonly entries: number;
  /** Bytes of the directory. */
  readonly directory: number;
  /** How many times its packed size a file may have. Deflate reaches 1,032; records of one kind seldom 60. */
  readonly ratio: number;
  /** Files no larger than this are not asked for their ratio. */
  readonly free: number;
}

export const ZIP_LIMITS: ZipLimits = {
  entries: 1_000_000,
  directory: 256 * 1024 * 1024,
  ratio: 250,
  free: 1024 * 1024,
};

const LONGEST_COMMENT = 0xffff;
const LONGEST_NAME = 1024;

/**
 * The entries of a ZIP, folders left out. Stricter than tools for people are: what two readers could read in two ways
 * is refused, for the one who verifies must see what the one who unpacks sees. Refuses `zip.…`, each with the entry's name.
 */
export async function readDirectory(access: RandomAccess, limits: ZipLimits = ZIP_LIMITS): Promise<ZipEntry[]> {
  const { count, at, length } = await findDirectory(access);
  if (count > limits.entries) throw fault('zip.too-many', `The archive has ${count} entries.`);
  if (length > limits.directory) throw fault('zip.too-many', 'The directory of the archive is too long.');
  const found = parseRecords(await access.read(at, length), count);
  for (const entry of found) refuseBomb(entry, limits);
  refuseClashes(found);
  const placed = place(found, at);
  return placed.filter(({ path }) => !path.endsWith('/'));
}

async function findDirectory(access: RandomAccess): Promise<{ count: number; at: number; length: number }> {
  if (access.size < END_BYTES) throw fault('zip.malformed', 'The file is too short to be a ZIP.');
  const tailLength = Math.min(access.size, END_BYTES + LONGEST_COMMENT);
  const tail = await access.read(access.size - tailLength, tailLength);
  const view = viewOf(tail);
  const ends: number[] = [];
  for (let at = tail.length - END_BYTES; at >= 0; at--)
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === tail.length)
      ends.push(at);
  const [place, another] = ends;
  if (place === undefined)
    throw fault('zip.malformed', 'The file is no ZIP, is cut short, or goes on after the end of the archive.');
  if (another !== undefined) throw fault('zip.ambiguous', 'The archive has two ends; readers would disagree.');
  const end = access.size - tail.length + place;

  const [disk, directoryDisk, here, count] = [4, 6, 8, 10].map((offset) => view.getUint16(place + offset, true));
  const [length, at] = [12, 16].map((offset) => view.getUint32(place + offset, true));
  if (count === undefined || length === undefined || at === undefined || disk !== 0 || directoryDisk !== 0)
    throw fault('zip.malformed', 'The archive is one part of several.');
  const wide = await readWideEnd(access, end);
  const said = wide ?? { count, at, length, end };
  const agrees = (narrow: number, full: number, none: number) =>
    narrow === full || (wide !== undefined && narrow === none);
  if (
    here !== count ||
    !agrees(count, said.count, NONE_16) ||
    !agrees(length, said.length, NONE_32) ||
    !agrees(at, said.at, NONE_32) ||
    said.at + said.length !== said.end
  )
    throw fault('zip.malformed', 'The end of the archive does not say where its directory is.');
  return said;
}

async function readWideEnd(
  access: RandomAccess,
  end: number,
): Promise<{ count: number; at: number; length: number; end: number } | undefined> {
  if (end < LOCATOR_64_BYTES) return undefined;
  const locator = viewOf(await access.read(end - LOCATOR_64_BYTES, LOCATOR_64_BYTES));
  if (locator.getUint32(0, true) !== LOCATOR_64) return undefined;
  const at = wideNumber(locator, 8);
  if (
    at + END_64_BYTES + LOCATOR_64_BYTES !== end ||
    locator.getUint32(4, true) !== 0 ||
    locator.getUint32(16, true) > 1
  )
    throw fault('zip.malformed', 'The ZIP64 end of the archive is not where it is said to be.');
  const record = viewOf(await access.read(at, END_64_BYTES));
  const count = wideNumber(record, 32);
  if (
    record.getUint32(0, true) !== END_64 ||
    wideNumber(record, 4) !== END_64_BYTES - 12 ||
    record.getUint32(16, true) !== 0 ||
    record.getUint32(20, true) !== 0 ||
    wideNumber(record, 24) !== count
  )
    throw fault('zip.malformed', 'The ZIP64 end of the archive cannot be read.');
  return { count, length: wideNumber(record, 40), at: wideNumber(record, 48), end: at };
}

type Record = Omit<ZipEntry, 'end'>;

function parseRecords(bytes: Uint8Array, count: number): Record[] {
  const records: Record[] = [];
  let at = 0;
  while (records.length < count) {
    if (at + CENTRAL_BYTES > bytes.length) throw fault('zip.malformed', 'The directory ends before its last entry.');
    const view = viewOf(bytes.subarray(at));
    if (view.getUint32(0, true) !== CENTRAL) throw fault('zip.malformed', 'The directory holds something else.');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(offset, true));
    const next = at + CENTRAL_BYTES + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
    if (next > bytes.length) throw fault('zip.malformed', 'The directory ends inside an entry.');
    const name = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + (nameLength ?? 0));
    const extra = bytes.subarray(
      at + CENTRAL_BYTES + name.length,
      at + CENTRAL_BYTES + name.length + (extraLength ?? 0),
    );
    records.push(parseRecord(view, name, extra));
    at = next;
  }
  if (at !== bytes.length) throw fault('zip.malformed', 'The directory goes on after its last entry.');
  return records;
}

function parseRecord(view: DataView, name: Uint8Array, extra: Uint8Array): Record {
  const flags = view.getUint16(8, true);
  const path = pathOf(name, flags, extra);
  const quoted = JSON.stringify(path.slice(0, 200));
  if ((flags & (FLAG.encrypted | FLAG.strong | FLAG.masked)) !== 0)
    throw fault('zip.encrypted', `${quoted} is encrypted.`);
  const method = view.getUint16(10, true);
  if (method !== STORED && method !== DEFLATED)
    throw fault('zip.method', `${quoted} is packed by method ${method}; stored and deflated are read.`);
  refuseLink(view, path);
  if (view.getUint16(34, true) !== 0) throw fault('zip.malformed', `${quoted} is on another part.`);

  const wide = new WideFields(fieldIn(extra, ZIP64_EXTRA, quoted), quoted);
  const size = wide.or(view.getUint32(24, true));
  const packed = wide.or(view.getUint32(20, true));
  const at = wide.or(view.getUint32(42, true));
  if (method === STORED && packed !== size) throw fault('zip.size', `${quoted} is stored in two lengths.`);
  if (path.endsWith('/') && size !== 0) throw fault('zip.malformed', `The folder ${quoted} has content.`);
  return { path, name, flags, method, crc: view.getUint32(16, true), packed, size, at };
}

/** ZIP64: those of the three numbers that did not fit, in this order. */
class WideFields {
  readonly #bytes: Uint8Array | undefined;
  readonly #quoted: string;
  #at = 0;

  constructor(bytes: Uint8Array | undefined, quoted: string) {
    this.#bytes = bytes;
    this.#quoted = quoted;
  }

  or(narrow: number): number {
    if (narrow !== NONE_32) return narrow;
    if (this.#bytes === undefined || this.#at + 8 > this.#bytes.length)
      throw fault('zip.malformed', `${this.#quoted} lacks its ZIP64 sizes.`);
    const value = wideNumber(viewOf(this.#bytes), this.#at);
    this.#at += 8;
    return value;
  }
}

function wideNumber(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw fault('zip.malformed', 'A number in the archive is too large.');
  return value;
}

export function fieldIn(extra: Uint8Array, id: number, quoted: string): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  const view = viewOf(extra);
  // Fewer than four bytes at the end are padding that some tools leave.
  for (let at = 0; at + 4 <= extra.length;) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > extra.length) throw fault('zip.malformed', `The extra fields of ${quoted} cannot be read.`);
    if (view.getUint16(at, true) === id) {
      if (found !== undefined) throw fault('zip.ambiguous', `${quoted} has an extra field twice.`);
      found = extra.subarray(at + 4, end);
    }
    at = end;
  }
  return found;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function pathOf(name: Uint8Array, flags: number, extra: Uint8Array): string {
  const quoted = JSON.stringify(String.fromCharCode(...name.subarray(0, 200)));
  const unicode = fieldIn(extra, UNICODE_PATH_EXTRA, quoted);
  const isAscii = name.every((byte) => byte < 0x80);
  if (unicode !== undefined && (flags & FLAG.utf8) === 0) {
    const view = viewOf(unicode);
    if (unicode.length < 5 || view.getUint8(0) !== 1 || view.getUint32(1, true) !== crc32(name))
      throw fault('zip.ambiguous', `${quoted} has another name beside it.`);
    const path = decode(unicode.subarray(5), quoted);
    if (isAscii && path !== decode(name, quoted)) throw fault('zip.ambiguous', `${quoted} has another name beside it.`);
    return refuseUnsafePath(path);
  }
  const path = decode(name, quoted);
  if (unicode !== undefined && decode(unicode.subarray(5), quoted) !== path)
    throw fault('zip.ambiguous', `${quoted} has another name beside it.`);
  return refuseUnsafePath(path);
}

// Without the flag the format says code page 437; macOS writes UTF-8 all the same. What is no UTF-8 is refused, never guessed.
function decode(name: Uint8Array, quoted: string): string {
  try {
    return decoder.decode(name);
  } catch {
    throw fault('zip.unsafe-path', `The name ${quoted} is not UTF-8.`);
  }
}

function refuseUnsafePath(path: string): string {
  const segments = (path.endsWith('/') ? path.slice(0, -1) : path).split('/');
  const unsafe =
    utf8(path).length > LONGEST_NAME ||
    // eslint-disable-next-line no-control-regex -- these are what is refused
    /[\u0000-\u001f\u007f\\]|^[A-Za-z]:/.test(path) ||
    segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  if (unsafe) throw fault('zip.unsafe-path', `${JSON.stringify(path.slice(0, 200))} leads out of the archive.`);
  return path;
}

function refuseLink(view: DataView, path: string): void {
  const madeBy = view.getUint16(4, true) >> 8;
  const type = view.getUint32(38, true) >>> 28;
  // 3 is Unix, 19 macOS: the type of the file in the upper bits. 0 says nothing, 4 is a folder, 8 a file.
  const plain = path.endsWith('/') ? 4 : 8;
  if ((madeBy === 3 || madeBy === 19) && type !== 0 && type !== plain)
    throw fault('zip.link', `${JSON.stringify(path)} is a link or a device, not a file.`);
}

function refuseBomb({ path, packed, size }: Record, limits: ZipLimits): void {
  if (size > limits.free && size > packed * limits.ratio)
    throw fault('zip.bomb', `${JSON.stringify(path)} would unpack to ${size} bytes out of ${packed}.`);
}

/** On some file system two of these names are one file: which of the two was verified? */
function refuseClashes(records: readonly Record[]): void {
  const taken = new Map<string, { readonly path: string; readonly folder: boolean; readonly listed: boolean }>();
  const take = (path: string, folder: boolean, listed: boolean) => {
    const fold = foldOf(path);
    const other = taken.get(fold);
    if (other === undefined) return void taken.set(fold, { path, folder, listed });
    const quoted = JSON.stringify(path);
    if (other.path !== path) throw fault('zip.clash', `${quoted} and ${JSON.stringify(other.path)} are one name.`);
    if (other.folder !== folder) throw fault('zip.clash', `${quoted} is both a file and a folder.`);
    if (listed && other.listed) throw fault('zip.duplicate', `${quoted} is in the archive twice.`);
    if (listed) taken.set(fold, { path, folder, listed });
  };
  for (const { path } of records) {
    const isFolder = path.endsWith('/');
    const whole = isFolder ? path.slice(0, -1) : path;
    for (let slash = whole.indexOf('/'); slash > 0; slash = whole.indexOf('/', slash + 1))
      take(whole.slice(0, slash), true, false);
    take(whole, isFolder, true);
  }
}

/** Each entry must end before the next begins, so that no byte is read twice and a small archive cannot hold much. */
function place(records: readonly Record[], directory: number): ZipEntry[] {
  const sorted = [...records].sort((a, b) => a.at - b.at);
  if ((sorted[0]?.at ?? directory) !== 0)
    throw fault('zip.gap', 'The archive begins with bytes that belong to no file.');
  const ends = new Map<Record, number>();
  for (const [i, record] of sorted.entries()) {
    const end = sorted[i + 1]?.at ?? directory;
    if (record.at + LOCAL_BYTES + record.name.length + record.packed > end)
      throw fault('zip.overlap', `${JSON.stringify(record.path)} overlaps what follows it.`);
    ends.set(record, end);
  }
  return records.map((record) => ({ ...record, end: ends.get(record) ?? directory }));
}

export const fault = (code: FaultCode, message: string) => new LedgerFault(code, message);
