import { fromBase64, toBase64 } from './base64.ts';
import { asObject, canonicalText, hasOnly, parseCanonical, type Json } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import { hashFromHex, isHexHash, toHex, type Hash } from './hash.ts';
import { SALT_BYTES } from './salted.ts';
import { indexPath, parseIndexPath } from './tile-path.ts';

/**
 * A line of an entry's payload file, after the first, which is the envelope. Order: subjects as the statement names them,
 * each followed by its files, then items as the collection's root takes them.
 */
export type PayloadLine =
  | { readonly does: 'show-subject'; readonly subject: string; readonly salt: Uint8Array; readonly body: Json }
  /** The digest is given only where the statement has a root over its subjects instead of a list. */
  | {
      readonly does: 'hide-subject';
      readonly subject: string;
      readonly why: 'erased' | 'withheld';
      readonly digest?: Hash;
    }
  /**
   * Bytes at `payload/file/<digest>`: their digest, salted or, without a salt, plain, which the subject's body before it must quote. A plain one is no
   * more than the body shows: the log has it only below the salt of that body, and with the body it is gone.
   */
  | { readonly does: 'show-file'; readonly digest: Hash; readonly salt?: Uint8Array }
  | { readonly does: 'show-item'; readonly item: string; readonly salt: Uint8Array; readonly body: Json }
  /** Same id and salted digest as an item whose body an earlier entry's payload shows. */
  | { readonly does: 'refer-item'; readonly item: string; readonly digest: Hash; readonly seenIn: number }
  /** An item erased or withheld. Its id is left out: nothing could vouch for it. */
  | { readonly does: 'hide-item'; readonly digest: Hash }
  /** The only line: nothing of this entry's payload is shown. */
  | { readonly does: 'withhold-all' };

/** A line longer than this, in UTF-8 bytes, is refused by the verifier. */
export const LONGEST_LINE = 64 * 1024 * 1024;

export const payloadPath = (index: number): string => `payload/${indexPath(index)}.ndjson`;
export const filePath = (digest: Hash): string => `payload/file/${toHex(digest)}`;

/** The entry whose payload a path names, or undefined. */
export const payloadIndex = (path: string): number | undefined =>
  /^payload\/[x0-9/]+\.ndjson$/.test(path)
    ? parseIndexPath(path.slice('payload/'.length, -'.ndjson'.length))
    : undefined;

export function printLine(line: PayloadLine): string {
  return `${canonicalText(lineJson(line))}\n`;
}

function lineJson(line: PayloadLine): Json {
  switch (line.does) {
    case 'show-subject':
      return { subject: line.subject, salt: toBase64(line.salt), body: line.body };
    case 'hide-subject':
      return { subject: line.subject, [line.why]: true, ...(line.digest && { digest: toHex(line.digest) }) };
    case 'show-file':
      return { file: toHex(line.digest), ...(line.salt && { salt: toBase64(line.salt) }) };
    case 'show-item':
      return { item: line.item, salt: toBase64(line.salt), body: line.body };
    case 'refer-item':
      return { item: line.item, digest: toHex(line.digest), seenIn: line.seenIn };
    case 'hide-item':
      return { digest: toHex(line.digest) };
    case 'withhold-all':
      return { withheld: true };
  }
}

/** Refuses `payload.malformed` or `json.…` for anything `printLine` would not have written. */
export function parseLine(text: string): PayloadLine {
  const line = asObject(parseCanonical(text)) ?? {};
  const { subject, item, file, salt, body, digest, seenIn } = line;
  if (typeof subject === 'string') {
    if (body !== undefined && hasOnly(line, 'subject', 'salt', 'body'))
      return { does: 'show-subject', subject, salt: saltOf(salt), body };
    const why = line['erased'] === true ? 'erased' : 'withheld';
    if (line[why] === true && hasOnly(line, 'subject', why)) return { does: 'hide-subject', subject, why };
    if (line[why] === true && isHexHash(digest) && hasOnly(line, 'subject', why, 'digest'))
      return { does: 'hide-subject', subject, why, digest: hashFromHex(digest) };
  }
  if (typeof item === 'string') {
    if (body !== undefined && hasOnly(line, 'item', 'salt', 'body'))
      return { does: 'show-item', item, salt: saltOf(salt), body };
    if (isHexHash(digest) && typeof seenIn === 'number' && hasOnly(line, 'item', 'digest', 'seenIn'))
      return { does: 'refer-item', item, digest: hashFromHex(digest), seenIn };
  }
  if (isHexHash(file) && hasOnly(line, 'file')) return { does: 'show-file', digest: hashFromHex(file) };
  if (isHexHash(file) && hasOnly(line, 'file', 'salt'))
    return { does: 'show-file', digest: hashFromHex(file), salt: saltOf(salt) };
  if (isHexHash(digest) && hasOnly(line, 'digest')) return { does: 'hide-item', digest: hashFromHex(digest) };
  if (line['withheld'] === true && hasOnly(line, 'withheld')) return { does: 'withhold-all' };
  throw new LedgerFault('payload.malformed', 'The line is none of the forms a payload has.');
}

function saltOf(value: Json | undefined): Uint8Array {
  const salt = typeof value === 'string' ? fromBase64(value, 'salt.malformed') : undefined;
  if (salt?.length !== SALT_BYTES) throw new LedgerFault('salt.malformed', `A salt has ${SALT_BYTES} bytes in base64.`);
  return salt;
}
