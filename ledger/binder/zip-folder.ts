import { crc32 } from '#crypto';
import { sameBytes } from '../bytes.ts';
import type { Folder } from '../folder.ts';
import { buffered } from './buffered.ts';
import { fault, fieldIn, readDirectory, type RandomAccess, type ZipEntry, type ZipLimits } from './zip-directory.ts';
import { DEFLATED, DESCRIPTOR, FLAG, LOCAL, LOCAL_BYTES, NONE_32, viewOf, ZIP64_EXTRA } from './zip-format.ts';

const CHUNK = 1 << 20;
/** Some browsers unpack all of a chunk at once, and deflate makes up to a thousand times of it. */
const PACKED_CHUNK = 16 * 1024;
/** Read along with a local header: most files of a log are no longer, and each reading costs more than the bytes. */
const AHEAD = 16 * 1024;

/** A ZIP as a folder, read by random access. Refuses as `readDirectory` does; what is wrong with one file shows when it is read. */
export async function zipFolder(from: RandomAccess, limits?: ZipLimits): Promise<Folder> {
  const access = buffered(from);
  const entries = new Map((await readDirectory(access, limits)).map((entry) => [entry.path, entry]));
  return {
    async *list() {
      for (const { path, size } of entries.values()) yield { path, plain: true, size };
    },
    async open(path) {
      const entry = entries.get(path);
      return entry && contentOf(access, entry);
    },
  };
}

/** The bytes of a Blob, a File for instance: nothing is read but what is asked for. */
export const blobAccess = (blob: Blob): RandomAccess => ({
  size: blob.size,
  async read(at, length) {
    const bytes = new Uint8Array(await blob.slice(at, at + length).arrayBuffer());
    if (bytes.length !== length) throw fault('zip.malformed', 'The file ends before it should.');
    return bytes;
  },
});

async function* contentOf(access: RandomAccess, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const room = entry.end - entry.at;
  const window = await access.read(entry.at, Math.min(room, LOCAL_BYTES + entry.name.length + AHEAD));
  const start = entry.at + checkLocal(window, entry);
  await checkTail(access, entry, start, window);

  const packed = packedBytes(access, entry, start, window);
  let length = 0;
  let crc = 0;
  for await (const chunk of entry.method === DEFLATED ? inflated(packed, entry) : packed) {
    length += chunk.length;
    if (length > entry.size) break;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (length !== entry.size) throw fault('zip.size', 'The file is not as long as the archive says.');
  if (crc !== entry.crc) throw fault('zip.crc', 'The file does not fit the checksum of the archive.');
}

/** What stands before the data must say what the directory says; gives where the data begins, from the header on. */
function checkLocal(window: Uint8Array, entry: ZipEntry): number {
  const view = viewOf(window);
  const differs = () =>
    fault('zip.local', 'What stands before the file is not what the directory of the archive says.');
  if (window.length < LOCAL_BYTES || view.getUint32(0, true) !== LOCAL) throw differs();
  const nameLength = view.getUint16(26, true);
  const extraLength = view.getUint16(28, true);
  const start = LOCAL_BYTES + nameLength + extraLength;
  if (
    view.getUint16(6, true) !== entry.flags ||
    view.getUint16(8, true) !== entry.method ||
    start > window.length ||
    !sameBytes(window.subarray(LOCAL_BYTES, LOCAL_BYTES + nameLength), entry.name)
  )
    throw differs();

  const extra = fieldIn(window.subarray(LOCAL_BYTES + nameLength, start), ZIP64_EXTRA, JSON.stringify(entry.path));
  const wide = extra?.length === 16 ? viewOf(extra) : undefined;
  const numbers = [view.getUint32(14, true), view.getUint32(18, true), view.getUint32(22, true)].map((narrow, i) =>
    i > 0 && narrow === NONE_32 && wide !== undefined ? Number(wide.getBigUint64(i === 1 ? 8 : 0, true)) : narrow,
  );
  const due = [entry.crc, entry.packed, entry.size];
  const follows = (entry.flags & FLAG.descriptor) !== 0;
  if (!numbers.every((value, i) => value === due[i] || (follows && value === 0))) throw differs();
  return start;
}

/** After the data comes the descriptor, if one is announced, and then the next file: no byte may belong to nobody. */
async function checkTail(access: RandomAccess, entry: ZipEntry, start: number, window: Uint8Array): Promise<void> {
  const from = start + entry.packed;
  const length = entry.end - from;
  const follows = (entry.flags & FLAG.descriptor) !== 0;
  if (length < 0) throw fault('zip.overlap', 'The file overlaps what follows it.');
  if (!follows && length === 0) return;
  if (!follows || ![12, 16, 20, 24].includes(length))
    throw fault('zip.gap', 'After the file come bytes that belong to none.');
  const inside = from - entry.at;
  const tail =
    inside + length <= window.length ? window.subarray(inside, inside + length) : await access.read(from, length);
  const view = viewOf(tail);
  const marked = length === 16 || length === 24 ? 4 : 0;
  const wide = length >= 20;
  const number = (at: number) => (wide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  const fits =
    (marked === 0 || view.getUint32(0, true) === DESCRIPTOR) &&
    view.getUint32(marked, true) === entry.crc &&
    number(marked + 4) === entry.packed &&
    number(marked + (wide ? 12 : 8)) === entry.size;
  if (!fits) throw fault('zip.local', 'What stands after the file is not what the directory of the archive says.');
}

async function* packedBytes(
  access: RandomAccess,
  entry: ZipEntry,
  start: number,
  window: Uint8Array,
): AsyncGenerator<Uint8Array<ArrayBufferLike>> {
  const end = start + entry.packed;
  const inside = start - entry.at;
  const ready = window.subarray(inside, Math.min(window.length, inside + entry.packed));
  if (ready.length > 0) yield ready;
  const chunk = entry.method === DEFLATED ? PACKED_CHUNK : CHUNK;
  for (let at = start + ready.length; at < end; at += chunk) yield await access.read(at, Math.min(chunk, end - at));
}

async function* inflated(packed: AsyncGenerator<Uint8Array>, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await packed.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      await packed.return(undefined);
    },
  });
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }

  async function read(from: typeof reader): Promise<Awaited<ReturnType<typeof reader.read>>> {
    try {
      return await from.read();
    } catch (error) {
      // The stream fails with a TypeError for what is no deflate stream, ends early or goes on; faults of reading pass.
      if (error instanceof TypeError) throw fault('zip.deflate', `${JSON.stringify(entry.path)} cannot be unpacked.`);
      throw error;
    }
  }
}
