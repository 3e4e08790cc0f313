import { LedgerFault } from './fault.ts';

/** The length prefix has sixteen bits: entries state digests, files stay beside the log. */
export const LONGEST_ENTRY = 0xffff;

/** C2SP tlog-tiles entry bundle: each entry behind its length as a big-endian uint16. Refuses `entry.too-long`. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > LONGEST_ENTRY)
      throw new LedgerFault('entry.too-long', `An entry has ${entry.length} bytes; the format holds ${LONGEST_ENTRY}.`);
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 0xff;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/** Exactly `count` entries and nothing after them, else refuses `bundle.malformed`. */
export function decodeBundle(bytes: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < count) {
    const high = bytes[at];
    const low = bytes[at + 1];
    if (high === undefined || low === undefined) throw malformed(`ends before entry ${entries.length} of ${count}`);
    const end = at + 2 + high * 256 + low;
    if (end > bytes.length) throw malformed(`ends inside entry ${entries.length} of ${count}`);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (at !== bytes.length) throw malformed(`goes on after its ${count} entries`);
  return entries;
}

const malformed = (how: string) => new LedgerFault('bundle.malformed', `The entry bundle ${how}.`);
