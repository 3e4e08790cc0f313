import * as fs from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Disk } from './file-storage.ts';

/** What a writer does to a disk. */
export type Step = 'mkdir' | 'readdir' | 'open' | 'write' | 'datasync' | 'sync' | 'close' | 'rename' | 'rm';

/** The real disk; `before` each step something may happen, a throw or the end of the process. Reading is not a step. */
export function failingDisk(before: (step: Step) => void): Disk {
  return {
    mkdir: (async (...args: Parameters<typeof fs.mkdir>) => (before('mkdir'), fs.mkdir(...args))) as typeof fs.mkdir,
    readdir: (async (path: string) => (before('readdir'), fs.readdir(path))) as typeof fs.readdir,
    readFile: fs.readFile,
    async open(...args) {
      before('open');
      return steppedHandle(await fs.open(...args), before);
    },
    async rename(...args) {
      before('rename');
      return fs.rename(...args);
    },
    async rm(...args) {
      before('rm');
      return fs.rm(...args);
    },
  };
}

function steppedHandle(handle: FileHandle, before: (step: Step) => void): FileHandle {
  const steps: Readonly<Record<string, Step>> = {
    writeFile: 'write',
    datasync: 'datasync',
    sync: 'sync',
    close: 'close',
  };
  return new Proxy(handle, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const step = typeof name === 'string' ? steps[name] : undefined;
      return async (...args: unknown[]) => {
        try {
          if (step !== undefined) before(step);
        } catch (error) {
          // A dead process holds no file open; the test that lives on must not either.
          if (name === 'close') await target.close();
          throw error;
        }
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}
