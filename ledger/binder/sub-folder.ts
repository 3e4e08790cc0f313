import type { Folder } from '../folder.ts';

/** What lies below `top`; what lies beside it is listed under a path that begins with `../`, so that it is found to be stray. */
export const subFolder = (folder: Folder, top: string): Folder => ({
  async *list() {
    for await (const listed of folder.list()) {
      const inside = listed.path.startsWith(`${top}/`);
      yield { ...listed, path: inside ? listed.path.slice(top.length + 1) : `../${listed.path}` };
    }
  },
  async open(path) {
    return path.startsWith('../') ? undefined : folder.open(`${top}/${path}`);
  },
});
