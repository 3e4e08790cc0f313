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

it('reads on what nobody wants any more, and cuts off who goes on and on', async () => {
  const short = Readable.from([Buffer.alloc(6), Buffer.alloc(6)]);
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(6);
    })(),
  );

  for (const upload of [short, endless])
    atMost(upload, 10)
      .on('error', () => undefined)
      .destroy();

  await expect.poll(() => [short.readableEnded, endless.destroyed]).toEqual([true, true]);
});
