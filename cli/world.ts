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
  /** Keeps and restores the data of this machine; absent where there is none. */
  keep?(): Promise<Keeper>;
}

export interface BackupTold {
  readonly bytes: number;
  readonly at: string;
  readonly organisations: readonly { readonly slug: string; readonly size: number; readonly root: string }[];
  readonly evidence: { readonly files: number };
  readonly damaged: readonly { readonly digest: string; readonly why: string }[];
  readonly keys: readonly string[];
}

export interface RestoreTold {
  readonly at: string;
  readonly organisations: readonly {
    readonly slug: string;
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly fingerprint: string;
  }[];
  readonly evidence: { readonly files: number };
  readonly damaged: BackupTold['damaged'];
  readonly findings: readonly { readonly slug: string; readonly code: string; readonly says: string }[];
  readonly erasuresLost: readonly {
    readonly slug: string;
    readonly entry: number;
    readonly act: string;
    readonly at: string;
  }[];
  readonly onlyToRead: boolean;
  readonly restored: boolean;
}

/** Paths are absolute. */
export interface Keeper {
  backup(asked: {
    readonly file: string;
    readonly recipients: readonly string[];
    readonly passphrase?: string;
    readonly force: boolean;
    readonly org: string | undefined;
    readonly signal: AbortSignal;
  }): Promise<BackupTold>;
  restore(asked: {
    readonly file: string;
    readonly identities: readonly string[];
    readonly passphrase?: string;
    readonly keyFile?: string;
    readonly newerThan?: string;
    readonly thoughOlder: boolean;
    readonly check: boolean;
    readonly signal: AbortSignal;
  }): Promise<RestoreTold>;
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
