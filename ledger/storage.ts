/**
 * Where a log's files live: a folder, a bucket. Paths are relative, `/`-separated, as `tilePath` writes them.
 * An implementation must refuse a path that leads outside (`path.unsafe`).
 */
export interface Storage {
  /** The whole file, or undefined if there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Must be atomic: a reader, or the next start after a crash, finds the old file or the new one, never a part. */
  write(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** After it returns, a crash must not take back any earlier write. */
  sync(): Promise<void>;
  /** Removes a folder and all in it; nothing happens if there is none. */
  removeFolder(path: string): Promise<void>;
}
