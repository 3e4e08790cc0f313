import { hashNamed, isAbsent, readAlgorithm, type Algorithm, type HashName } from './algorithm.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import {
  context,
  contextPrimitive,
  Fields,
  malformed,
  oidOf,
  smallInteger,
  TAG,
  unwrap,
  valuesIn,
  type Der,
} from './der.ts';
import { toHex, sameBytes } from '../hash.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const MOST_CERTIFICATES = 16;

/** A time-stamp token: CMS SignedData (RFC 5652 §5) with exactly one signer, as RFC 3161 §2.4.2 has it. */
export interface SignedData {
  /** TSTInfo in DER: what is stamped. */
  readonly content: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly isSigner: (certificate: Certificate) => boolean;
  readonly hash: HashName;
  /** The signed attributes as their signature covers them. */
  readonly signed: Uint8Array;
  /** The one value of each attribute, by type. */
  readonly attributes: ReadonlyMap<string, Der>;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
}

export function readSignedData(token: Der): SignedData {
  const info = new Fields(token, 'token');
  if (oidOf(info.take(TAG.oid)) !== SIGNED_DATA) throw malformed('is not signed');
  const data = new Fields(unwrap(info.take(context(0))), 'signed data');
  info.end();

  // RFC 5652 §5.1: the content is not plain data, so 3 (with attribute certificates 4 or 5, which a time-stamp has no use for).
  if (smallInteger(data.take(TAG.integer)) !== 3) throw malformed('is of another version of signed data');
  const digests = [...valuesIn(data.take(TAG.set).content)].map(readAlgorithm);
  const content = readContent(data.take(TAG.sequence));
  const certificates = data.optional(context(0));
  data.optional(context(1)); // revocation lists: not asked for, not used
  const [signer, ...others] = [...valuesIn(data.take(TAG.set).content)];
  data.end();
  if (signer === undefined || others.length > 0) throw malformed('does not have exactly one signer');
  const read = readSigner(signer);
  if (!digests.some(({ oid, parameters }) => oid === read.digestOid && isAbsent(parameters)))
    throw malformed('does not announce the digest of its signer');
  return { content, certificates: readCertificates(certificates), ...read };
}

function readContent(value: Der): Uint8Array {
  const fields = new Fields(value, 'content');
  if (oidOf(fields.take(TAG.oid)) !== TST_INFO) throw malformed('does not hold a statement of time');
  const octets = unwrap(fields.take(context(0)));
  fields.end();
  if (octets.tag !== TAG.octetString) throw malformed('does not hold a statement of time');
  return octets.content;
}

function readCertificates(field: Der | undefined): Certificate[] {
  // Other kinds than X.509 (attribute certificates) have tags of their own and are of no use here.
  const found = field === undefined ? [] : [...valuesIn(field.content)].filter(({ tag }) => tag === TAG.sequence);
  if (found.length > MOST_CERTIFICATES) throw malformed('brings too many certificates');
  return found.map(({ bytes }) => parseCertificate(bytes));
}

function readSigner(value: Der) {
  const fields = new Fields(value, 'signer');
  const version = smallInteger(fields.take(TAG.integer));
  const byKey = fields.optional(contextPrimitive(0));
  const isSigner = byKey === undefined ? signerByName(fields.take(TAG.sequence)) : signerByKey(byKey);
  if (version !== (byKey === undefined ? 1 : 3)) throw malformed('has a signer of another version');
  const digestAlgorithm = readAlgorithm(fields.take(TAG.sequence));
  const attributes = fields.take(context(0));
  const algorithm = readAlgorithm(fields.take(TAG.sequence));
  const signature = fields.take(TAG.octetString).content;
  fields.optional(context(1)); // unsigned attributes
  fields.end();
  return {
    isSigner,
    digestOid: digestAlgorithm.oid,
    hash: hashNamed(digestAlgorithm),
    signed: asSet(attributes.bytes),
    attributes: readAttributes(attributes),
    algorithm,
    signature,
  };
}

/** RFC 5652 §5.4: what is signed is the SET, not the tag in whose place it stands. */
function asSet(bytes: Uint8Array): Uint8Array {
  const set = new Uint8Array(bytes);
  set[0] = TAG.set;
  return set;
}

function signerByName(value: Der): (certificate: Certificate) => boolean {
  const fields = new Fields(value, 'name of the signer');
  const issuer = fields.take(TAG.sequence).bytes;
  const serial = fields.take(TAG.integer).content;
  fields.end();
  return (certificate) => sameBytes(certificate.issuer, issuer) && sameBytes(certificate.serial, serial);
}

function signerByKey({ content }: Der): (certificate: Certificate) => boolean {
  const keyId = toHex(content);
  return ({ extensions }) => extensions.keyId === keyId;
}

function readAttributes(set: Der): ReadonlyMap<string, Der> {
  const found = new Map<string, Der>();
  for (const value of valuesIn(set.content)) {
    const fields = new Fields(value, 'signed attribute');
    const type = oidOf(fields.take(TAG.oid));
    const [only, ...more] = valuesIn(fields.take(TAG.set).content);
    fields.end();
    if (found.has(type) || only === undefined || more.length > 0)
      throw malformed('has a signed attribute more or less than once');
    found.set(type, only);
  }
  return found;
}
