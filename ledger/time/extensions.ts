import { toHex } from '../hash.ts';
import {
  booleanOf,
  contextPrimitive,
  Fields,
  malformed,
  oidOf,
  parseDer,
  smallInteger,
  TAG,
  unwrap,
  valuesIn,
  type Der,
} from './der.ts';

/** What a certificate's extensions allow (RFC 5280 §4.2.1); undefined where it has none of the kind. */
export interface Extensions {
  readonly isAuthority: boolean;
  /** Most intermediate certificates below it. */
  readonly pathLength: number | undefined;
  /** Bits by their number: 0 digitalSignature, 1 nonRepudiation, 5 keyCertSign. */
  readonly keyUsage: ReadonlySet<number> | undefined;
  readonly purposes: { readonly critical: boolean; readonly oids: readonly string[] } | undefined;
  readonly keyId: string | undefined;
  readonly issuerKeyId: string | undefined;
  /** Critical ones that are not understood here: the certificate must not be relied on. */
  readonly unknown: readonly string[];
}

export const KEY_USAGE = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5 } as const;
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
export const ANY_PURPOSE = '2.5.29.37.0';

const ID = {
  keyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  policies: '2.5.29.32',
  issuerKeyId: '2.5.29.35',
  purposes: '2.5.29.37',
} as const;
const KNOWN: ReadonlySet<string> = new Set(Object.values(ID));

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export function readExtensions(field: Der | undefined): Extensions {
  const found = new Map<string, Extension>();
  for (const value of field === undefined ? [] : valuesIn(unwrap(field).content)) {
    const fields = new Fields(value, 'extension');
    const id = oidOf(fields.take(TAG.oid));
    const critical = fields.optional(TAG.boolean);
    const content = fields.take(TAG.octetString).content;
    fields.end();
    if (found.has(id)) throw malformed('has a certificate with an extension twice');
    found.set(id, { critical: critical !== undefined && booleanOf(critical), value: content });
  }
  const read = <T>(id: string, as: (value: Der, extension: Extension) => T): T | undefined => {
    const extension = found.get(id);
    return extension && as(parseDer(extension.value), extension);
  };
  const constraints = read(ID.basicConstraints, readConstraints);
  return {
    isAuthority: constraints?.isAuthority ?? false,
    pathLength: constraints?.pathLength,
    keyUsage: read(ID.keyUsage, readBits),
    purposes: read(ID.purposes, (value, { critical }) => ({ critical, oids: readPurposes(value) })),
    keyId: read(ID.keyId, ({ content }) => toHex(content)),
    issuerKeyId: read(ID.issuerKeyId, readIssuerKeyId),
    unknown: [...found].filter(([id, { critical }]) => critical && !KNOWN.has(id)).map(([id]) => id),
  };
}

function readConstraints(value: Der): { isAuthority: boolean; pathLength: number | undefined } {
  const fields = new Fields(value, 'basic constraints');
  const isAuthority = fields.optional(TAG.boolean);
  const pathLength = fields.optional(TAG.integer);
  fields.end();
  return {
    isAuthority: isAuthority !== undefined && booleanOf(isAuthority),
    pathLength: pathLength && smallInteger(pathLength),
  };
}

function readBits({ tag, content }: Der): ReadonlySet<number> {
  if (tag !== TAG.bitString) throw malformed('has a key usage that is none');
  const bits = new Set<number>();
  for (const [i, byte] of content.subarray(1).entries())
    for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) bits.add(8 * i + bit);
  return bits;
}

function readPurposes(value: Der): string[] {
  if (value.tag !== TAG.sequence) throw malformed('has an extended key usage that is none');
  return [...valuesIn(value.content)].map(oidOf);
}

function readIssuerKeyId(value: Der): string | undefined {
  const keyId = new Fields(value, 'key identifier').optional(contextPrimitive(0));
  return keyId && toHex(keyId.content);
}
