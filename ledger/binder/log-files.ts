import { exportLog, type ExportOptions } from '../export.ts';
import type { Storage } from '../storage.ts';
import type { BinderFile } from './writer.ts';

interface Offer {
  readonly file: BinderFile;
  taken(): void;
  refuse(error: Error): void;
}

/**
 * The log of a binder, `log/…`, as `exportLog` writes it, a file at a time and not ahead of who takes them. The bytes of files are left
 * out: a binder has them under their human names (`files.ndjson`). Refuses as `exportLog` does.
 */
export async function* logFiles(options: ExportOptions): AsyncGenerator<BinderFile> {
  const offers: Offer[] = [];
  let wake: () => void = () => undefined;
  let ended = false;
  let left = false;
  const out: Storage = {
    read: async () => undefined,
    write: (path, bytes) =>
      path.startsWith('payload/file/')
        ? Promise.resolve()
        : new Promise((taken, refuse) => {
            if (left) return refuse(new Error('Nobody takes the files any more.'));
            offers.push({ file: { path: `log/${path}`, bytes }, taken, refuse });
            wake();
          }),
    sync: async () => undefined,
    removeFolder: async () => undefined,
  };
  const work = exportLog(out, options);
  const finish = (): void => {
    ended = true;
    wake();
  };
  work.then(finish, finish);
  try {
    for (;;) {
      const offer = offers.shift();
      if (offer !== undefined) {
        yield offer.file;
        offer.taken();
        continue;
      }
      if (ended) break;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    await work;
  } finally {
    left = true;
    for (const offer of offers) offer.refuse(new Error('Nobody takes the files any more.'));
  }
}
