import { Worker } from 'node:worker_threads';
import { refuseImport } from '@countersign/core/control/index.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import type { Outcome, Read, Reading } from './worker.ts';

const SECONDS = 30;
const MEMORY_MB = 512;

/**
 * Reads a spreadsheet in a thread of its own, with limits on time and memory: it was made by whoever sent it. The thread lives for one file.
 */
export async function readSheet(bytes: Uint8Array, sheet: string | undefined): Promise<Read> {
  if (bytes.length < 2) throw refuseImport('empty', {});
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { bytes, sheet } satisfies Reading,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  try {
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      const late = setTimeout(
        () => reject(refuseImport('file', { why: `it could not be read within ${SECONDS} seconds` })),
        SECONDS * 1000,
      );
      worker.once('message', (told: Outcome) => {
        clearTimeout(late);
        resolve(told);
      });
      worker.once('error', (thrown: unknown) => {
        clearTimeout(late);
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        reject(isMemory ? refuseImport('file', { why: 'it takes more memory than a control matrix may' }) : error);
      });
    });
    if ('fault' in outcome) throw new Error(outcome.fault);
    if ('refusal' in outcome) {
      throw new Refusal(outcome.refusal.code, outcome.refusal.family, outcome.refusal.message);
    }
    return outcome.read;
  } finally {
    await worker.terminate();
  }
}
