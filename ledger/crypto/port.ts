/** SHA-256 over bytes that come in pieces. */
export interface Digester {
  update(bytes: Uint8Array): void;
  /** Once, at the end. */
  digest(): Uint8Array;
}

/** SHA-256 of many small inputs, one after another: a row of a tree. */
export interface Digests {
  /** Digests the bytes as they are now; they may change afterwards. */
  add(bytes: Uint8Array): void;
  /** The digests so far, 32 bytes each in the order added; begins anew. */
  take(): Uint8Array;
}
