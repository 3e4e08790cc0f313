import { concat } from './bytes.ts';

/** A name in a folder. `size` in bytes, where the folder knows it without reading. */
export interface Listed {
  readonly path: string;
  readonly plain: boolean;
  readonly size?: number;
}

/** Somewhere an export can be read from: a folder, an unpacked or packed archive. What is in it is not to be trusted. */
export interface Folder {
  /** Everything in it except folders, in any order. `plain` is false for links, devices, pipes, sockets. */
  list(): AsyncIterable<Listed>;
  /** The bytes of a plain file, or undefined if there is none. An implementation must not follow links or wait. */
  open(path: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** The whole of a small file, `'too-long'` beyond `limit` bytes, undefined if there is none. */
export async function readWhole(
  folder: Folder,
  path: string,
  limit: number,
): Promise<Uint8Array | 'too-long' | undefined> {
  const chunks = await folder.open(path);
  if (chunks === undefined) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) return 'too-long';
    parts.push(chunk);
  }
  return concat(parts);
}
