import { refuseRestore } from './refusals.ts';

const BLOCK = 512;
/** No part of a backup is longer, so that none is ever held in memory but one. */
export const LONGEST_PART = 8 * 1024 * 1024;
const NAME = /^[a-z0-9][a-z0-9._/-]{0,98}$/;

/** A plain file of a tar archive (POSIX ustar). */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A file with fixed mode, owner and time: a backup says nothing of the machine that it was made on. */
export function printPart({ name, bytes }: Part): Buffer {
  if (!isSafe(name) || bytes.length > LONGEST_PART) throw new RangeError(`${name} is no part of a backup`);
  const head = Buffer.alloc(BLOCK);
  head.write(name, 0, 'latin1');
  head.write('0000600\0' + '0000000\0' + '0000000\0', 100, 'latin1');
  head.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  head.write('00000000000\0', 136, 'latin1');
  head.write('0', 156, 'latin1');
  head.write('ustar\x0000', 257, 'latin1');
  head.write(`${sumOf(head).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([head, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** Two empty blocks end an archive. */
export const END = Buffer.alloc(2 * BLOCK);

const isSafe = (name: string): boolean =>
  NAME.test(name) && name.split('/').every((piece) => piece !== '' && piece !== '.' && piece !== '..');

/** The sum of the header’s bytes, its own field counted as blanks. */
function sumOf(head: Buffer): number {
  let sum = 8 * 32;
  for (const [i, byte] of head.entries()) if (i < 148 || i >= 156) sum += byte;
  return sum;
}

/**
 * Reads what {@link printPart} wrote and nothing else: plain files, names that stay below, no part longer than {@link LONGEST_PART}. One part
 * is in memory at a time, whatever the archive says of itself.
 */
export async function* readParts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Part> {
  const taker = takerOf(chunks);
  for (;;) {
    const head = await taker.take(BLOCK);
    if (head === undefined) throw damaged('it ends without its last block.');
    if (head.every((byte) => byte === 0)) {
      if ((await taker.take(BLOCK))?.every((byte) => byte === 0) !== true || (await taker.take(1)) !== undefined)
        throw damaged('something follows its end.');
      return;
    }
    const { name, size } = parseHead(head);
    const bytes = size === 0 ? Buffer.alloc(0) : await taker.take(size);
    const rest = (BLOCK - (size % BLOCK)) % BLOCK;
    const padding = rest === 0 ? Buffer.alloc(0) : await taker.take(rest);
    if (bytes === undefined || padding === undefined) throw damaged(`${name} is cut short.`);
    if (!padding.every((byte) => byte === 0)) throw damaged(`something is hidden behind ${name}.`);
    yield { name, bytes };
  }
}

function parseHead(head: Buffer): { readonly name: string; readonly size: number } {
  const field = (from: number, to: number): string => head.toString('latin1', from, to).replace(/\0.*$/s, '');
  const sum = Number.parseInt(field(148, 156).trim(), 8);
  if (field(257, 263) !== 'ustar' || sum !== sumOf(head)) throw damaged('it is no archive.');
  const name = field(0, 100);
  if (!isSafe(name) || field(345, 500) !== '') throw damaged('a name in it leads elsewhere.');
  if (field(156, 157) !== '0') throw damaged(`${name} is no plain file.`);
  const text = field(124, 136);
  const size = Number.parseInt(text, 8);
  if (!/^[0-7]{11}$/.test(text) || size > LONGEST_PART) throw damaged(`${name} is longer than any part.`);
  return { name, size };
}

const damaged = (why: string) => refuseRestore('damaged', { why });

function takerOf(chunks: AsyncIterable<Uint8Array>) {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let length = 0;
  return {
    /** So many bytes; fewer at the end are none. */
    async take(size: number): Promise<Buffer | undefined> {
      while (length < size) {
        const { done, value } = await source.next();
        if (done === true) {
          if (length === 0) return undefined;
          throw damaged('it is cut short.');
        }
        held.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
        length += value.byteLength;
      }
      const all = held.length === 1 ? (held[0] ?? Buffer.alloc(0)) : Buffer.concat(held, length);
      held = [all.subarray(size)];
      length -= size;
      return all.subarray(0, size);
    },
  };
}
