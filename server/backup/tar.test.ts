import { expect, test } from 'vitest';
import { refusalOf } from '../testing.ts';
import type { Part } from './tar.ts';
import { END, LONGEST_PART, printPart, readParts } from './tar.ts';

const part = (name: string, text: string): Part => ({ name, bytes: Buffer.from(text) });
const whole = Buffer.concat([
  printPart(part('manifest.json', '{}')),
  printPart(part('blob/1/ab/00000001', 'x'.repeat(700))),
  END,
]);

async function read(bytes: Buffer, step = 300): Promise<readonly Part[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
  }
  const found: Part[] = [];
  for await (const one of readParts(chunks())) found.push({ name: one.name, bytes: Buffer.from(one.bytes) });
  return found;
}

/** The header of the first file with another field, and a sum that fits. */
function forged(change: (head: Buffer) => void): Buffer {
  const copy = Buffer.from(whole);
  const head = copy.subarray(0, 512);
  change(head);
  head.fill(32, 148, 156);
  const sum = head.reduce((all, byte) => all + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}

test.each([1, 7, 512, 4096])('what was written is read again, %i bytes at once', async (step) => {
  expect((await read(whole, step)).map(({ name, bytes }) => [name, bytes.length])).toEqual([
    ['manifest.json', 2],
    ['blob/1/ab/00000001', 700],
  ]);
});

const name = (text: string) => (head: Buffer) => {
  head.fill(0, 0, 100);
  head.write(text, 0, 'latin1');
};
test.each<readonly [string, Buffer]>([
  ['a name that leads out', forged(name('../key'))],
  ['a name from the root', forged(name('/etc/key'))],
  ['a name with a way up inside', forged(name('blob/../../key'))],
  ['a link', forged((head) => void head.write('2', 156, 'latin1'))],
  ['a device', forged((head) => void head.write('3', 156, 'latin1'))],
  ['a longer name beside it', forged((head) => void head.write('x', 345, 'latin1'))],
  [
    'more than a part may hold',
    forged((head) => void head.write((LONGEST_PART + 1).toString(8).padStart(11, '0'), 124, 'latin1')),
  ],
  ['a length that is none', forged((head) => void head.write('-0000000001', 124, 'latin1'))],
  ['a sum that does not fit', Buffer.concat([whole.subarray(0, 148), Buffer.from('000000\0 '), whole.subarray(156)])],
  ['something behind its end', Buffer.concat([whole, Buffer.alloc(512)])],
  ['no end', whole.subarray(0, whole.length - 1024)],
  ['half a file', whole.subarray(0, 1200)],
  ['nothing', Buffer.alloc(0)],
])('refuses %s', async (_, bytes) => {
  expect(await refusalOf(read(bytes))).toBe('restore.damaged');
});

test('writes no name and no length that it would not read', () => {
  expect(() => printPart(part('../key', ''))).toThrow(RangeError);
  expect(() => printPart({ name: 'a', bytes: Buffer.alloc(LONGEST_PART + 1) })).toThrow(RangeError);
});
