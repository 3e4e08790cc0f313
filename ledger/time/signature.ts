import { LedgerFault } from '../fault.ts';
import {
  hashNamed,
  isAbsent,
  owned,
  readAlgorithm,
  unsupported,
  webCrypto,
  type Algorithm,
  type HashName,
} from './algorithm.ts';
import { Fields, malformed, oidOf, parseDer, smallInteger, TAG, context, unwrap, type Der } from './der.ts';

const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const EC = '1.2.840.10045.2.1';
const ED25519 = '1.3.101.112';

const RSA_WITH: Readonly<Record<string, HashName>> = {
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
};
const ECDSA_WITH: Readonly<Record<string, HashName>> = {
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
};
const CURVES: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', bytes: 32 },
  '1.3.132.0.34': { name: 'P-384', bytes: 48 },
  '1.3.132.0.35': { name: 'P-521', bytes: 66 },
};
const SMALLEST_RSA = 2048;

/**
 * Whether the key signed `message`: RSA (PKCS #1 v1.5 from 2,048 bits, PSS), ECDSA on P-256, P-384, P-521, Ed25519; with SHA-256,
 * SHA-384 or SHA-512. Anything else refuses `timestamp.unsupported`.
 * @param hash the digest that a CMS signer names beside an algorithm that names none (RFC 5652 §5.3)
 */
export async function isSignedBy(
  spki: Uint8Array,
  algorithm: Algorithm,
  message: Uint8Array,
  signature: Uint8Array,
  hash?: HashName,
): Promise<boolean> {
  const scheme = schemeOf(keyAlgorithm(spki), algorithm, hash);
  const plain = scheme.curveBytes === undefined ? signature : plainSignature(signature, scheme.curveBytes);
  if (plain === undefined) return false;
  const key = await importKey(spki, scheme.key);
  return webCrypto().verify(scheme.check, key, owned(plain), owned(message));
}

type PublicKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

interface Scheme {
  readonly key: { readonly name: string; readonly hash?: HashName; readonly namedCurve?: string };
  readonly check: { readonly name: string; readonly hash?: HashName; readonly saltLength?: number };
  readonly curveBytes?: number;
}

function schemeOf(key: Algorithm, { oid, parameters }: Algorithm, cmsHash?: HashName): Scheme {
  if (key.oid === RSA && oid === RSA_PSS) {
    const { hash, saltLength } = pssParameters(parameters);
    agree(hash, cmsHash);
    return { key: { name: 'RSA-PSS', hash }, check: { name: 'RSA-PSS', saltLength } };
  }
  const rsaHash = oid === RSA ? cmsHash : RSA_WITH[oid];
  if (key.oid === RSA && rsaHash !== undefined) {
    if (!isAbsent(parameters)) throw unsupported('an RSA signature with parameters');
    agree(rsaHash, cmsHash);
    return { key: { name: 'RSASSA-PKCS1-v1_5', hash: rsaHash }, check: { name: 'RSASSA-PKCS1-v1_5' } };
  }
  const ecHash = ECDSA_WITH[oid];
  if (key.oid === EC && ecHash !== undefined) {
    const curve = key.parameters?.tag === TAG.oid ? CURVES[oidOf(key.parameters)] : undefined;
    if (curve === undefined) throw unsupported('an elliptic curve other than P-256, P-384 and P-521');
    if (!isAbsent(parameters)) throw unsupported('an ECDSA signature with parameters');
    agree(ecHash, cmsHash);
    return {
      key: { name: 'ECDSA', namedCurve: curve.name },
      check: { name: 'ECDSA', hash: ecHash },
      curveBytes: curve.bytes,
    };
  }
  // RFC 8410 §3: no parameters, not even NULL.
  if (key.oid === ED25519 && oid === ED25519 && parameters === undefined)
    return { key: { name: 'Ed25519' }, check: { name: 'Ed25519' } };
  throw unsupported(`the signature algorithm ${oid} under a key of type ${key.oid}`);
}

/** The digest of the signed attributes and that of the signature are one (RFC 5652 §5.4), or one of the two was swapped. */
function agree(hash: HashName, cmsHash: HashName | undefined): void {
  if (cmsHash !== undefined && cmsHash !== hash)
    throw new LedgerFault('timestamp.signature', 'The signature of the time-stamp names two digest algorithms.');
}

function keyAlgorithm(spki: Uint8Array): Algorithm {
  const fields = new Fields(parseDer(spki), 'public key');
  return readAlgorithm(fields.take(TAG.sequence));
}

/** RFC 4055 §3.1; its defaults are SHA-1 and so no use. */
function pssParameters(parameters: Der | undefined): { readonly hash: HashName; readonly saltLength: number } {
  if (parameters === undefined) throw unsupported('RSA-PSS with SHA-1');
  const fields = new Fields(parameters, 'parameters of RSA-PSS');
  const [hashField, maskField, saltField, trailer] = [0, 1, 2, 3].map((n) => fields.optional(context(n)));
  fields.end();
  if (hashField === undefined || maskField === undefined) throw unsupported('RSA-PSS with SHA-1');
  const hash = hashNamed(readAlgorithm(unwrap(hashField)));
  const mask = readAlgorithm(unwrap(maskField));
  const maskHash = mask.parameters === undefined ? undefined : hashNamed(readAlgorithm(mask.parameters));
  if (mask.oid !== MGF1 || maskHash !== hash) throw unsupported('RSA-PSS with two digest algorithms');
  if (trailer !== undefined && smallInteger(unwrap(trailer)) !== 1) throw unsupported('RSA-PSS with another trailer');
  return { hash, saltLength: saltField === undefined ? 20 : smallInteger(unwrap(saltField)) };
}

async function importKey(spki: Uint8Array, algorithm: Scheme['key']): Promise<PublicKey> {
  try {
    const key = await webCrypto().importKey('spki', owned(spki), algorithm, false, ['verify']);
    const bits = 'modulusLength' in key.algorithm ? Number(key.algorithm.modulusLength) : SMALLEST_RSA;
    if (bits < SMALLEST_RSA) throw unsupported(`an RSA key of ${bits} bits`);
    return key;
  } catch (error) {
    if (error instanceof LedgerFault) throw error;
    throw unsupported('a public key that cannot be read here');
  }
}

/** ECDSA's two numbers side by side, as WebCrypto takes them; undefined if they cannot be of this curve. */
function plainSignature(signature: Uint8Array, size: number): Uint8Array | undefined {
  const fields = new Fields(parseDer(signature), 'signature');
  const numbers = [fields.take(TAG.integer), fields.take(TAG.integer)];
  fields.end();
  const plain = new Uint8Array(2 * size);
  for (const [i, { content }] of numbers.entries()) {
    if ((content[0] ?? 0) >= 0x80) throw malformed('has a negative number in its signature');
    const magnitude = content[0] === 0 ? content.subarray(1) : content;
    if (magnitude.length > size) return undefined;
    plain.set(magnitude, (i + 1) * size - magnitude.length);
  }
  return plain;
}
