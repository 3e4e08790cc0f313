import { Worker } from 'node:worker_threads';
import { refuseImport } from '@countersign/core/control/index.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';

/** What a thread tells when it is done. */
export type Told<T> =
  | { readonly read: T }
  | {
      readonly refusal: {
        readonly code: string;
        readonly family: Refusal['family'];
        readonly message: string;
        readonly path?: Refusal['path'];
      };
    }
  | { readonly fault: string };

/** What became of work in the thread, as it can be told to the one that waits. */
export const telling = async <T>(work: Promise<T>): Promise<Told<T>> => {
  try {
    return { read: await work };
  } catch (error) {
    if (error instanceof Refusal) {
      const { code, family, message, path } = error;
      return { refusal: { code, family, message, path } };
    }
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

export interface Bounds {
  readonly seconds: number;
  readonly megabytes: number;
  /** What takes more memory than it may, in the sentence that says so. */
  readonly what: string;
}

/** Reads what somebody sent in a thread of its own, with limits on time and memory. The thread lives for one file. */
export async function inThread<T>(script: URL, data: unknown, { seconds, megabytes, what }: Bounds): Promise<T> {
  const worker = new Worker(script, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: megabytes } });
  try {
    const told = await new Promise<Told<T>>((resolve, reject) => {
      const late = setTimeout(
        () => reject(refuseImport('file', { why: `it could not be read within ${seconds} seconds` })),
        seconds * 1000,
      );
      worker.once('message', (message: Told<T>) => {
        clearTimeout(late);
        resolve(message);
      });
      worker.once('error', (thrown: unknown) => {
        clearTimeout(late);
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        reject(isMemory ? refuseImport('file', { why: `it takes more memory than ${what} may` }) : error);
      });
    });
    if ('fault' in told) throw new Error(told.fault);
    if ('refusal' in told) {
      throw new Refusal(told.refusal.code, told.refusal.family, told.refusal.message, {}, told.refusal.path);
    }
    return told.read;
  } finally {
    await worker.terminate();
  }
}
