import { stat } from 'node:fs/promises';
import { openFile } from './binder/zip-file.ts';
import { zipFolder } from './binder/zip-folder.ts';
import { verifyFolder, type Answer, type AnswerOptions } from './binder/verify.ts';
import { diskFolder } from './disk-folder.ts';
import type { Folder } from './folder.ts';

/** `verifyFolder` for what lies on disk: a folder, or a ZIP. Throws what the system throws where there is nothing. */
export async function verifyPath(
  path: string,
  { old, ...options }: Omit<AnswerOptions, 'old'> & { readonly old?: string } = {},
): Promise<Answer> {
  const closing: (() => Promise<void>)[] = [];
  const opening = async (place: string): Promise<() => Promise<Folder>> => {
    if ((await stat(place)).isDirectory()) return async () => diskFolder(place);
    const file = await openFile(place);
    closing.push(() => file.close());
    return () => zipFolder(file);
  };
  try {
    return await verifyFolder(await opening(path), {
      ...options,
      ...(old !== undefined && { old: await opening(old) }),
    });
  } finally {
    for (const close of closing) await close();
  }
}
