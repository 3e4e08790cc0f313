import type { Connection } from '@countersign/api/client.ts';
import type { Product } from '@countersign/core/kernel/index.ts';

export interface Out {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Everything the command line touches outside itself: a test brings its own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Out;
  readonly stderr: Out;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  /** Where the product is reached; closed when the command is done. */
  connect(where: Where): Promise<Reached>;
  /** The declarations, from which flags are made. Loaded only where they are needed. */
  product(): Promise<Product>;
  uuid(): string;
}

export interface Where {
  /** A server's address; without it, the data of this machine. */
  readonly url: string | undefined;
  readonly org: string | undefined;
  readonly token: string | undefined;
}

export interface Reached extends Connection {
  close(): Promise<void>;
}
