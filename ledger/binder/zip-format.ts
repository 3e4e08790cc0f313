/** Numbers of the ZIP format (PKWARE APPNOTE), shared by who writes and who reads. */
export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const DESCRIPTOR = 0x08074b50;
export const END = 0x06054b50;
export const END_64 = 0x06064b50;
export const LOCATOR_64 = 0x07064b50;

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
export const END_64_BYTES = 56;
export const LOCATOR_64_BYTES = 20;

export const ZIP64_EXTRA = 0x0001;
/** Info-ZIP's Unicode path: some tools write it instead of the flag. */
export const UNICODE_PATH_EXTRA = 0x7075;
export const NONE_16 = 0xffff;
export const NONE_32 = 0xffffffff;

export const STORED = 0;
export const DEFLATED = 8;

export const FLAG = {
  encrypted: 1 << 0,
  /** CRC and sizes follow the data. */
  descriptor: 1 << 3,
  strong: 1 << 6,
  utf8: 1 << 11,
  masked: 1 << 13,
} as const;

/** Little-endian fields one after another: pairs of value and width in bytes. */
export function fields(...pairs: readonly (readonly [value: number, width: 2 | 4 | 8])[]): Uint8Array {
  const bytes = new Uint8Array(pairs.reduce((sum, [, width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of pairs) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
