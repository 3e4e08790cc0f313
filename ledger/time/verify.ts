import { LedgerFault } from '../fault.ts';
import { sameBytes } from '../hash.ts';
import { digest } from './algorithm.ts';
import type { Certificate } from './certificate.ts';
import { chainTo } from './chain.ts';
import { malformed, oidOf, parseDer, TAG, writeInteger, type Der } from './der.ts';
import { KEY_USAGE, TIME_STAMPING } from './extensions.ts';
import { tokenIn } from './response.ts';
import type { TimeRoots } from './roots.ts';
import { readSignedData, type SignedData } from './signed-data.ts';
import { refuseOtherCertificate } from './signing-certificate.ts';
import { isSignedBy } from './signature.ts';
import { parseTstInfo, type TstInfo } from './tst-info.ts';

/** A certificate as people are shown it. */
export interface CertificateName {
  /** Common name of the subject. */
  readonly name: string;
  /** SHA-256 of the DER, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** What a time-stamp proves: the bytes existed no later than `at` + `accuracyMs`, by the clock of whoever signed. */
export interface TimeStamp {
  /** Milliseconds since 1970; finer fractions are rounded up. */
  readonly at: number;
  /** Left out where the authority states none. */
  readonly accuracyMs?: number;
  /** The authority's number of the token, in hexadecimal. */
  readonly serial: string;
  /** Object identifier of the policy under which it stamps. */
  readonly policy: string;
  readonly signedBy: CertificateName;
  /** The given root it rests on; null where none of the given ones: then only the token itself says who signed it. */
  readonly root: CertificateName | null;
  /** DER of the certificates from signer to root; the signer's alone where `root` is null. */
  readonly chain: readonly Uint8Array[];
}

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/**
 * Checks a TimeStampResp (a `.tsr` file) over `bytes` as RFC 3161 and RFC 5816 ask, at the time that it states. Nothing is asked of any
 * network, so a revocation is not seen. The answer's `root` is null where all fits but the signer is not under a given root.
 *
 * Refuses, in this order: `timestamp.too-long`, `.malformed`, `.refused` (no token but reasons), `.unsupported` (also SHA-1),
 * `.imprint` (over other bytes), `.nonce` (not the answer to this request), `.certificate` (the signer's is missing, not the one
 * signed for, or not for time-stamps alone), `.signature`, `.expired`.
 * @param nonce that of the request, when this is the answer to it
 */
export async function checkTimeStamp(
  response: Uint8Array,
  bytes: Uint8Array,
  roots: TimeRoots,
  { nonce }: { readonly nonce?: Uint8Array } = {},
): Promise<TimeStamp> {
  const token = readSignedData(tokenIn(response));
  const info = parseTstInfo(token.content);
  await refuseOtherImprint(info, bytes);
  if (nonce !== undefined) refuseOtherNonce(info, nonce);

  const signer = signerOf(token, roots);
  await refuseOtherSignature(token, signer);
  await refuseOtherCertificate(token.attributes, signer);
  refuseOtherPurpose(signer);
  const chain = await chainTo(signer, token.certificates, roots, info.at);

  const root = chain?.at(-1);
  return {
    at: info.at,
    ...(info.accuracyMs !== undefined && { accuracyMs: info.accuracyMs }),
    serial: info.serial,
    policy: info.policy,
    signedBy: shown(signer),
    root: root === undefined ? null : shown(root),
    chain: (chain ?? [signer]).map(({ der }) => der),
  };
}

/** As `checkTimeStamp`; refuses `timestamp.untrusted` besides, where no given root is reached. */
export async function verifyTimeStamp(
  response: Uint8Array,
  bytes: Uint8Array,
  roots: TimeRoots,
  options: { readonly nonce?: Uint8Array } = {},
): Promise<TimeStamp & { readonly root: CertificateName }> {
  const stamp = await checkTimeStamp(response, bytes, roots, options);
  const { root } = stamp;
  if (root === null)
    throw new LedgerFault(
      'timestamp.untrusted',
      `The time-stamp is signed by “${stamp.signedBy.name}”, which none of the given roots vouches for.`,
    );
  return { ...stamp, root };
}

const shown = ({ name, sha256 }: Certificate): CertificateName => ({ name, sha256 });

async function refuseOtherImprint({ hash, imprint }: TstInfo, bytes: Uint8Array): Promise<void> {
  if (!sameBytes(imprint, await digest(hash, bytes)))
    throw new LedgerFault('timestamp.imprint', 'The time-stamp is over other bytes.');
}

function refuseOtherNonce({ nonce }: TstInfo, asked: Uint8Array): void {
  if (nonce === undefined || !sameBytes(nonce, parseDer(writeInteger(asked)).content))
    throw new LedgerFault('timestamp.nonce', 'The time-stamp is not the answer to this request: another number in it.');
}

/** The signer's certificate is in the token, or was given. */
function signerOf(token: SignedData, { roots, between }: TimeRoots): Certificate {
  const signer = [...token.certificates, ...between, ...roots].find(token.isSigner);
  if (signer === undefined) throw unfit('The time-stamp does not bring the certificate of its signer.');
  return signer;
}

/** RFC 5652 §5.6: the attributes hold type and digest of the content, and the signature covers them. */
async function refuseOtherSignature(token: SignedData, signer: Certificate): Promise<void> {
  const { attributes, content, hash, algorithm, signed, signature } = token;
  const type = attributes.get(CONTENT_TYPE);
  const stated = octets(attributes.get(MESSAGE_DIGEST));
  if (type === undefined || oidOf(type) !== TST_INFO) throw malformed('signs content of another type');
  const fits =
    sameBytes(stated, await digest(hash, content)) &&
    (await isSignedBy(signer.publicKey, algorithm, signed, signature, hash));
  if (!fits) throw new LedgerFault('timestamp.signature', 'The signature of the time-stamp is wrong.');
}

function octets(value: Der | undefined): Uint8Array {
  if (value?.tag !== TAG.octetString) throw malformed('does not sign a digest of its content');
  return value.content;
}

/** RFC 3161 §2.3: a key for time-stamps and nothing else; key usage as OpenSSL reads it. */
function refuseOtherPurpose({ name, extensions: { purposes, keyUsage, unknown, isAuthority } }: Certificate): void {
  const [purpose, ...more] = purposes?.oids ?? [];
  if (purpose !== TIME_STAMPING || more.length > 0)
    throw unfit(`The certificate “${name}” is not for time-stamps alone.`);
  if (purposes?.critical !== true)
    throw unfit(`The certificate “${name}” does not mark as critical that it is for time-stamps.`);
  const uses = [...(keyUsage ?? [])];
  const fits = [KEY_USAGE.digitalSignature, KEY_USAGE.nonRepudiation] as readonly number[];
  if (isAuthority || (keyUsage !== undefined && (uses.length === 0 || !uses.every((use) => fits.includes(use)))))
    throw unfit(`The key of the certificate “${name}” is for more than signatures.`);
  if (unknown.length > 0)
    throw unfit(`The certificate “${name}” has a critical extension that is unknown: ${unknown[0]}.`);
}

const unfit = (message: string) => new LedgerFault('timestamp.certificate', message);
