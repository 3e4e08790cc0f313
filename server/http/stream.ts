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
  bytes.pipe(limited);
  // After `pipe`, whose own listener detaches the source and leaves it paused.
  limited.on('close', () => discard(bytes, most));
  return limited;
}

/**
 * Reads on what nobody wants any more: a client that still sends would not see the refusal, and its connection would stay
 * open. One that goes on and on is cut off.
 */
function discard(bytes: Readable, most: number): void {
  if (bytes.readableEnded || bytes.destroyed) return;
  let seen = 0;
  bytes.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > most) bytes.destroy();
  });
  bytes.resume();
}
