import { refuseImport } from '@countersign/core/control/index.ts';
import type { Organisation } from '../runtime.ts';
import type { Blobs } from '../services/blobs.ts';
import { MOST_BYTES } from './limits.ts';

/** Files being read at once, over all organisations and all doors: each may take half a GiB. */
const MOST_AT_ONCE = 2;
let reading = 0;

/** Does what reads an uploaded file, unless too many are being read. @throws Refusal `import.busy` */
export async function whileReading<T>(read: () => Promise<T>): Promise<T> {
  if (reading >= MOST_AT_ONCE) throw refuseImport('busy', {});
  reading += 1;
  try {
    return await read();
  } finally {
    reading -= 1;
  }
}

/** An uploaded file whole. By what is known of it: nothing of a file that is too large is read. @throws Refusal `import.large` */
export async function bytesOf(files: Pick<Blobs, 'find' | 'read'>, org: Organisation, digest: string): Promise<Buffer> {
  const { bytes } = await files.find(org, digest);
  if (bytes > MOST_BYTES) throw refuseImport('large', { what: 'MiB', most: String(MOST_BYTES >> 20) });
  const pieces: Buffer[] = [];
  for await (const piece of await files.read(org.id, digest)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
