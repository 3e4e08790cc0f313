import { refuseImport } from '@countersign/core/control/index.ts';
import { inThread } from './thread.ts';
import type { Read, Reading } from './worker.ts';

const BOUNDS = { seconds: 30, megabytes: 512, what: 'a table' };

/** Reads a spreadsheet in a thread of its own: it was made by whoever sent it. */
export async function readSheet(bytes: Uint8Array, sheet: string | undefined): Promise<Read> {
  if (bytes.length < 2) throw refuseImport('empty', {});
  return inThread<Read>(new URL('./worker.ts', import.meta.url), { bytes, sheet } satisfies Reading, BOUNDS);
}
