import { LedgerFault } from '../fault.ts';
import { Fields, oidOf, TAG, type Der } from './der.ts';

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: Der | undefined;
}

export function readAlgorithm(value: Der): Algorithm {
  const fields = new Fields(value, 'algorithm');
  const oid = oidOf(fields.take(TAG.oid));
  const [parameters, ...more] = fields.rest();
  if (more.length > 0) throw unsupported('an algorithm with unknown parameters');
  return { oid, parameters };
}

const HASHES = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
} as const;
export type HashName = (typeof HASHES)[keyof typeof HASHES];

const isHash = (oid: string): oid is keyof typeof HASHES => Object.hasOwn(HASHES, oid);

/** Refuses `timestamp.unsupported` for any other than SHA-256, SHA-384, SHA-512: SHA-1 and MD5 prove nothing any more. */
export function hashNamed({ oid, parameters }: Algorithm): HashName {
  if (!isHash(oid)) throw unsupported(`the digest algorithm ${oid}`);
  if (!isAbsent(parameters)) throw unsupported('a digest with parameters');
  return HASHES[oid];
}

/** RFC 5754 §2: both absent parameters and NULL are in use. */
export const isAbsent = (parameters: Der | undefined): boolean =>
  parameters === undefined || parameters.tag === TAG.null;

export async function digest(hash: HashName | 'SHA-1', bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().digest(hash, owned(bytes)));
}

/** WebCrypto, in Node and in browsers. Pages that came over plain HTTP have none; those opened from a file do. */
export function webCrypto(): typeof crypto.subtle {
  const { subtle }: { subtle?: typeof crypto.subtle } = crypto;
  if (subtle === undefined)
    throw new LedgerFault('timestamp.unsupported', 'A page that came over plain HTTP cannot check time-stamps.');
  return subtle;
}

/** A copy on memory of its own, as WebCrypto's types ask for it. */
export const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

export const unsupported = (what: string) =>
  new LedgerFault('timestamp.unsupported', `The time-stamp uses ${what}, which is not supported.`);
