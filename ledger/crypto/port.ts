/** SHA-256 over bytes that come in pieces. */
export interface Digester {
  update(bytes: Uint8Array): void;
  /** Once, at the end. */
  digest(): Uint8Array;
}
