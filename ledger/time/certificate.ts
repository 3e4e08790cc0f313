import { sha256, toHex } from '../hash.ts';
import { readAlgorithm, type Algorithm } from './algorithm.ts';
import { bytesOfBits, context, contextPrimitive, Fields, malformed, parseDer, TAG, type Der } from './der.ts';
import { readExtensions, type Extensions } from './extensions.ts';
import { isSignedBy } from './signature.ts';
import { nameOf, timeOf } from './text.ts';
import { sameBytes } from '../hash.ts';

/** An X.509 certificate (RFC 5280), as far as it is used here. */
export interface Certificate {
  readonly der: Uint8Array;
  /** Common name of the subject, to be shown: anyone can write any name. */
  readonly name: string;
  /** SHA-256 of the DER in hexadecimal: what `openssl x509 -fingerprint -sha256` prints, without colons. */
  readonly sha256: string;
  /** The INTEGER's content. */
  readonly serial: Uint8Array;
  /** The names in DER: compared byte by byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Milliseconds since 1970; both ends belong to it. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  readonly extensions: Extensions;
  readonly signed: Uint8Array;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
}

/** Refuses `timestamp.malformed` for anything but a certificate in DER. Says nothing about who signed it. */
export function parseCertificate(der: Uint8Array): Certificate {
  const outer = new Fields(parseDer(der), 'certificate');
  const signed = outer.take(TAG.sequence);
  const algorithm = outer.take(TAG.sequence);
  const signature = bytesOfBits(outer.take(TAG.bitString));
  outer.end();

  const fields = new Fields(signed, 'certificate');
  fields.optional(context(0)); // version: what extensions say is read whatever it is
  const serial = fields.take(TAG.integer).content;
  const inner = fields.take(TAG.sequence);
  const issuer = fields.take(TAG.sequence);
  const [notBefore, notAfter] = readValidity(fields.take(TAG.sequence));
  const subject = fields.take(TAG.sequence);
  const publicKey = fields.take(TAG.sequence).bytes;
  fields.optional(contextPrimitive(1));
  fields.optional(contextPrimitive(2));
  const extensions = readExtensions(fields.optional(context(3)));
  fields.end();
  if (!sameBytes(inner.bytes, algorithm.bytes)) throw malformed('has a certificate with two signature algorithms');

  return {
    der,
    name: nameOf(subject),
    sha256: toHex(sha256(der)),
    serial,
    issuer: issuer.bytes,
    subject: subject.bytes,
    notBefore,
    notAfter,
    publicKey,
    extensions,
    signed: signed.bytes,
    algorithm: readAlgorithm(algorithm),
    signature,
  };
}

function readValidity(value: Der): [number, number] {
  const fields = new Fields(value, 'validity');
  const from = timeOf(fields.any());
  const to = timeOf(fields.any());
  fields.end();
  return [from, to];
}

export const isIssuedBy = (certificate: Certificate, issuer: Certificate): Promise<boolean> =>
  isSignedBy(issuer.publicKey, certificate.algorithm, certificate.signed, certificate.signature);

/** Whether issuer and subject are one name: so it is with roots. */
export const isSelfIssued = ({ issuer, subject }: Certificate): boolean => sameBytes(issuer, subject);
