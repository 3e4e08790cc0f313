import { verifyFolder, type Opening } from '../binder/verify.ts';
import { blobAccess, zipFolder } from '../binder/zip-folder.ts';
import { LedgerFault } from '../fault.ts';
import type { Folder } from '../folder.ts';
import type { Placed, Task, Word } from './task.ts';

const CHUNK = 1 << 20;
const TELL_EVERY_MS = 100;

/** Verifies beside the page, so that it stays alive and can end the work at once. */
addEventListener('message', ({ data }: MessageEvent<Task>) => {
  void work(data).then((word) => postMessage(word));
});

async function work({ what, old, keys, witnesses, timeRoots }: Task): Promise<Word> {
  let told = 0;
  try {
    const answer = await verifyFolder(openingOf(what), {
      keys,
      witnesses,
      timeRoots,
      ...(old !== undefined && { old: openingOf(old) }),
      progress(progress) {
        const now = performance.now();
        if (now - told < TELL_EVERY_MS) return;
        told = now;
        postMessage({ progress } satisfies Word);
      },
    });
    return { answer };
  } catch (error) {
    if (error instanceof LedgerFault) return { refused: { code: error.code, message: error.message } };
    return { refused: { code: 'fault', message: error instanceof Error ? error.message : 'Something broke.' } };
  }
}

const openingOf = (what: File | readonly Placed[]): Opening =>
  what instanceof File ? () => zipFolder(blobAccess(what)) : filesFolder(what);

/** Files that a person chose or dropped, as a folder. */
function filesFolder(placed: readonly Placed[]): Folder {
  const files = new Map(placed.map(({ path, file }) => [path, file]));
  return {
    async *list() {
      for (const [path, { size }] of files) yield { path, plain: true, size };
    },
    async open(path) {
      const file = files.get(path);
      return file && chunksOf(file);
    },
  };
}

async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += CHUNK) {
    let bytes: ArrayBuffer;
    try {
      bytes = await file.slice(at, at + CHUNK).arrayBuffer();
    } catch {
      throw new LedgerFault('file.unreadable', 'The file cannot be read.');
    }
    yield new Uint8Array(bytes);
  }
}
