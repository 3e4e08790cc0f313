import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { refuseRequest } from './request.ts';

/** The same bytes, refused with request.large as soon as there are more than `most`. */
export function atMost(bytes: Readable, most: number): Readable {
  let seen = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length;
      if (seen > most) done(refuseRequest('large', { most }));
      else done(null, chunk);
    },
  });
  // `pipe` passes on neither an error nor an early end; a reader would wait for ever for the rest of a broken upload.
  bytes.on('error', (error) => limited.destroy(error));
  bytes.on('close', () => {
    if (!bytes.readableEnded) limited.destroy(new Error('The upload broke off'));
  });
  return bytes.pipe(limited);
}
