import { crc32, utf8 } from '#crypto';
import { concat } from '../bytes.ts';
import { LedgerFault } from '../fault.ts';
import {
  CENTRAL,
  DESCRIPTOR,
  END,
  END_64,
  END_64_BYTES,
  fields,
  FLAG,
  LOCAL,
  LOCATOR_64,
  NONE_16,
  NONE_32,
  STORED,
  ZIP64_EXTRA,
} from './zip-format.ts';

/** Up to here a file is gathered before it is written, so that its sizes stand before it as every reader likes best. */
const GATHERED = 8 * 1024 * 1024;

// 1980-01-01 00:00, the first moment ZIP can say: the same input must give the same bytes, whenever it is written.
const TIME = 0;
const DATE = (1 << 5) | 1;
const MADE_BY_UNIX = (3 << 8) | 45;
const PLAIN_FILE = (0o100644 << 16) >>> 0;

export interface ZipInput {
  readonly path: string;
  readonly bytes: AsyncIterable<Uint8Array> | Uint8Array;
  /** Needed only to keep ZIP64 fields out of files beyond what is gathered; the stream must then be of just this length. */
  readonly size?: number;
}

interface Written {
  readonly name: Uint8Array;
  readonly flags: number;
  readonly crc: number;
  readonly size: number;
  readonly at: number;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * A ZIP of stored entries, as a stream: memory grows by some hundred bytes an entry. The bytes follow from the input
 * alone. Written here and not by a library because it must hold back when the reader is slow, and stay linear in a million entries.
 * Refuses `binder.size` where a stream is not of the length announced.
 */
export async function* zipOf(inputs: AsyncIterable<ZipInput>): AsyncGenerator<Uint8Array> {
  const written: Written[] = [];
  let at = 0;
  for await (const input of inputs) {
    const entry = yield* writeEntry(input, at);
    at = entry.end;
    written.push(entry);
  }
  const directory = at;
  for (const entry of written) {
    const record = centralRecord(entry);
    at += record.length;
    yield record;
  }
  yield endRecord(written.length, directory, at - directory);
}

async function* writeEntry({ path, bytes, size }: ZipInput, at: number): AsyncGenerator<Uint8Array, Written> {
  const name = utf8(path);
  const source = bytes instanceof Uint8Array ? pieces(bytes) : bytes[Symbol.asyncIterator]();
  try {
    const head: Uint8Array[] = [];
    let length = 0;
    let crc = 0;
    let next = await source.next();
    for (; next.done !== true && length + next.value.length <= GATHERED; next = await source.next()) {
      head.push(next.value);
      length += next.value.length;
      crc = crc32(next.value, crc);
    }
    if (next.done === true) {
      refuseOther(path, size, length);
      const header = localHeader({ name, flags: FLAG.utf8, crc, size: length }, false);
      yield concat([header, ...head]);
      return { name, flags: FLAG.utf8, crc, size: length, at, end: at + header.length + length };
    }

    const large = size === undefined || size >= NONE_32;
    const flags = FLAG.utf8 | FLAG.descriptor;
    const header = localHeader({ name, flags, crc: 0, size: 0 }, large);
    yield concat([header, ...head]);
    for (; next.done !== true; next = await source.next()) {
      crc = crc32(next.value, crc);
      length += next.value.length;
      yield next.value;
    }
    refuseOther(path, size, length);
    const descriptor = fields([DESCRIPTOR, 4], [crc, 4], [length, large ? 8 : 4], [length, large ? 8 : 4]);
    yield descriptor;
    return { name, flags, crc, size: length, at, end: at + header.length + length + descriptor.length };
  } finally {
    await source.return?.(undefined);
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function refuseOther(path: string, announced: number | undefined, length: number): void {
  if (announced !== undefined && announced !== length)
    throw new LedgerFault('binder.size', `${path} has ${length} bytes; ${announced} were announced.`);
}

function localHeader({ name, flags, crc, size }: Omit<Written, 'at' | 'end'>, large: boolean): Uint8Array {
  const extra = large ? fields([ZIP64_EXTRA, 2], [16, 2], [0, 8], [0, 8]) : new Uint8Array(0);
  return concat([
    fields([LOCAL, 4], [large ? 45 : 20, 2], [flags, 2], [STORED, 2], [TIME, 2], [DATE, 2], [crc, 4]),
    fields([large ? NONE_32 : size, 4], [large ? NONE_32 : size, 4], [name.length, 2], [extra.length, 2]),
    name,
    extra,
  ]);
}

function centralRecord({ name, flags, crc, size, at }: Written): Uint8Array {
  const large = size >= NONE_32;
  const far = at >= NONE_32;
  const wide = [
    ...(large
      ? ([
          [size, 8],
          [size, 8],
        ] as const)
      : []),
    ...(far ? ([[at, 8]] as const) : []),
  ];
  const extra = wide.length === 0 ? new Uint8Array(0) : fields([ZIP64_EXTRA, 2], [wide.length * 8, 2], ...wide);
  const shown = large ? NONE_32 : size;
  return concat([
    fields([CENTRAL, 4], [MADE_BY_UNIX, 2], [large || far ? 45 : 20, 2], [flags, 2], [STORED, 2], [TIME, 2], [DATE, 2]),
    fields([crc, 4], [shown, 4], [shown, 4], [name.length, 2], [extra.length, 2], [0, 2], [0, 2], [0, 2]),
    fields([PLAIN_FILE, 4], [far ? NONE_32 : at, 4]),
    name,
    extra,
  ]);
}

function endRecord(count: number, directory: number, length: number): Uint8Array {
  const wide = count >= NONE_16 || directory >= NONE_32 || length >= NONE_32;
  const end = fields(
    ...([
      [END, 4],
      [0, 2],
      [0, 2],
    ] as const),
    ...([
      [Math.min(count, NONE_16), 2],
      [Math.min(count, NONE_16), 2],
    ] as const),
    ...([
      [Math.min(length, NONE_32), 4],
      [Math.min(directory, NONE_32), 4],
      [0, 2],
    ] as const),
  );
  if (!wide) return end;
  return concat([
    fields([END_64, 4], [END_64_BYTES - 12, 8], [MADE_BY_UNIX, 2], [45, 2], [0, 4], [0, 4]),
    fields([count, 8], [count, 8], [length, 8], [directory, 8]),
    fields([LOCATOR_64, 4], [0, 4], [directory + length, 8], [1, 4]),
    end,
  ]);
}
