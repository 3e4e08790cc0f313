import { concat } from '../bytes.ts';
import { LedgerFault } from '../fault.ts';

/** One value of ASN.1 in DER (X.690): identifier, length, content. */
export interface Der {
  readonly tag: number;
  /** All of it, with identifier and length: what digests and signatures are over. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;
const CONSTRUCTED = 0x20;
/** Context-specific tag: `[n]`, of a constructed value (EXPLICIT, or IMPLICIT of a SEQUENCE or SET) or a primitive one. */
export const context = (n: number): number => 0xa0 | n;
export const contextPrimitive = (n: number): number => 0x80 | n;

const DEEPEST = 32;
const MOST_VALUES = 16_384;

/**
 * The one value that `bytes` are. Refuses `timestamp.malformed` for anything but DER, down to the last nested value: BER allows
 * many spellings of one value, and a byte that may change unnoticed is a byte that nobody vouches for. No recursion,
 * and bounds on depth and number: the bytes may be hostile.
 */
export function parseDer(bytes: Uint8Array): Der {
  const ends = [bytes.length];
  let at = 0;
  let values = 0;
  for (let end = ends.at(-1); end !== undefined; end = ends.at(-1)) {
    if (at === end) {
      ends.pop();
      continue;
    }
    const value = readValue(bytes, at, end);
    if (++values > MOST_VALUES) throw malformed('holds too many values');
    if ((value.tag & CONSTRUCTED) !== 0) {
      if (ends.length > DEEPEST) throw malformed(`is nested deeper than ${DEEPEST} levels`);
      at += value.bytes.length - value.content.length;
      ends.push(at + value.content.length);
    } else {
      refuseSecondSpelling(value);
      at += value.bytes.length;
    }
  }
  const [only, ...rest] = valuesIn(bytes);
  if (only === undefined || rest.length > 0) throw malformed('is not one value');
  return only;
}

/** The values inside a constructed one, in order. */
export function* valuesIn(content: Uint8Array): Generator<Der> {
  for (let at = 0; at < content.length;) {
    const value = readValue(content, at, content.length);
    yield value;
    at += value.bytes.length;
  }
}

/** The fields of a SEQUENCE, taken in their order; whatever is not as expected refuses `timestamp.malformed`. */
export class Fields {
  readonly #left: Der[];
  readonly #of: string;

  constructor(value: Der, of: string, tag: number = TAG.sequence) {
    if (value.tag !== tag) throw malformed(`has no ${of} where one belongs`);
    this.#left = [...valuesIn(value.content)];
    this.#of = of;
  }

  take(tag: number): Der {
    const found = this.optional(tag);
    if (found === undefined) throw malformed(`has a field missing in its ${this.#of}`);
    return found;
  }

  optional(tag: number): Der | undefined {
    return this.#left[0]?.tag === tag ? this.#left.shift() : undefined;
  }

  /** A field of any type. */
  any(): Der {
    const found = this.#left.shift();
    if (found === undefined) throw malformed(`has a field missing in its ${this.#of}`);
    return found;
  }

  /** All that is left. */
  rest(): Der[] {
    return this.#left.splice(0);
  }

  end(): void {
    if (this.#left.length > 0) throw malformed(`has an unknown field in its ${this.#of}`);
  }
}

/** What an EXPLICIT tag holds. */
export function unwrap(value: Der): Der {
  const [only, ...rest] = valuesIn(value.content);
  if (only === undefined || rest.length > 0) throw malformed('has a tag around more or less than one value');
  return only;
}

/** An INTEGER that is not negative. */
export function integerOf({ content }: Der): bigint {
  if ((content[0] ?? 0x80) >= 0x80) throw malformed('has a negative number where none may be');
  let value = 0n;
  for (const byte of content) value = (value << 8n) | BigInt(byte);
  return value;
}

/** An INTEGER below 2³¹. */
export function smallInteger(value: Der): number {
  if (value.content.length > 4) throw malformed('has a number out of range');
  return Number(integerOf(value));
}

export function booleanOf({ content }: Der): boolean {
  return content[0] === 0xff;
}

/** An OBJECT IDENTIFIER in dotted decimals. */
export function oidOf({ tag, content }: Der): string {
  if (tag !== TAG.oid) throw malformed('has no object identifier where one belongs');
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...others] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - 40n * root, ...others].join('.');
}

/** A BIT STRING of whole bytes. */
export function bytesOfBits({ content }: Der): Uint8Array {
  if (content[0] !== 0) throw malformed('has a bit string that is not of whole bytes');
  return content.subarray(1);
}

/** Writes a value: identifier, the shortest length, content. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const lengths: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) lengths.unshift(left % 256);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | lengths.length, ...lengths];
  return concat([Uint8Array.from(head), ...parts]);
}

/** An INTEGER of these bytes, most significant first, never negative. */
export function writeInteger(bytes: Uint8Array): Uint8Array {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const magnitude = bytes.subarray(from);
  return (magnitude[0] ?? 0x80) >= 0x80
    ? writeDer(TAG.integer, Uint8Array.of(0), magnitude)
    : writeDer(TAG.integer, magnitude);
}

export const malformed = (how: string) => new LedgerFault('timestamp.malformed', `The time-stamp ${how}.`);

function readValue(bytes: Uint8Array, at: number, end: number): Der {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1] ?? 0;
  if (end - at < 2) throw malformed('is cut off');
  // Tags above 30 take several bytes; nothing that is read here has one.
  if ((tag & 0x1f) === 0x1f || tag === 0) throw malformed('has a tag of no known type');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthBytes > 4) throw malformed('has a length that is not in DER');
  let length = first < 0x80 ? first : 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  const from = at + 2 + lengthBytes;
  if (from > end || length > end - from) throw malformed('is cut off');
  if (lengthBytes > 0 && (length < 0x80 || bytes[at + 2] === 0)) throw malformed('has a length that is not in DER');
  return { tag, bytes: bytes.subarray(at, from + length), content: bytes.subarray(from, from + length) };
}

/** Of the types that are read here, DER has one spelling for each value. */
function refuseSecondSpelling({ tag, content }: Der): void {
  const [first = 0, second = 0] = content;
  const last = content.at(-1) ?? 0x80;
  switch (tag) {
    case TAG.boolean:
      if (content.length !== 1 || (first !== 0 && first !== 0xff)) throw malformed('has a truth value that is none');
      return;
    case TAG.integer:
      if (
        content.length === 0 ||
        (content.length > 1 && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80))
      )
        throw malformed('has a number that is not in DER');
      return;
    case TAG.null:
      if (content.length > 0) throw malformed('has content in a null');
      return;
    case TAG.oid:
      if (last >= 0x80 || content.some((byte, i) => byte === 0x80 && (content[i - 1] ?? 0) < 0x80))
        throw malformed('has an object identifier that is not in DER');
      return;
    case TAG.bitString:
      if (content.length === 0 || first > 7 || (content.length === 1 && first > 0) || (last & ((1 << first) - 1)) !== 0)
        throw malformed('has a bit string that is not in DER');
      return;
    case TAG.sequence & ~CONSTRUCTED:
    case TAG.set & ~CONSTRUCTED:
      throw malformed('has a sequence without content');
    default:
  }
}
