import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { atMost } from './stream.ts';

const read = async (stream: Readable): Promise<number> => {
  let size = 0;
  for await (const chunk of stream) size += Buffer.from(chunk).length;
  return size;
};

it('lets through exactly as much as it may', async () => {
  await expect(read(atMost(Readable.from([Buffer.alloc(5), Buffer.alloc(5)]), 10))).resolves.toBe(10);
});

it('refuses one byte more', async () => {
  await expect(read(atMost(Readable.from([Buffer.alloc(5), Buffer.alloc(6)]), 10))).rejects.toMatchObject({
    code: 'request.large',
  });
});

it('breaks where the upload breaks, so that nobody waits for the rest', async () => {
  const broken = Readable.from(
    (async function* () {
      yield Buffer.alloc(1);
      throw new Error('reset');
    })(),
  );

  await expect(read(atMost(broken, 10))).rejects.toThrow();
});
