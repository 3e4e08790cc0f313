import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { TimePost } from './ask.ts';
import { context, contextPrimitive, Fields, parseDer, TAG, writeDer, writeInteger } from './der.ts';

/**
 * A time-stamp authority that needs no OpenSSL and can do everything wrong: for tests, here and in other rooms. Its tokens prove
 * nothing: whoever has a key may state any time.
 */
export interface Invention {
  readonly kind?: KeyKind;
  readonly hash?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** GeneralizedTime; the present one if left out. */
  readonly at?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly purposes?: readonly string[] | null;
  readonly purposesCritical?: boolean;
  /** DER of the BIT STRING. */
  readonly keyUsage?: Uint8Array;
  /** A critical extension that nobody knows. */
  readonly unknownExtension?: boolean;
  /** Which attribute names the certificate; `other` names a certificate of the same key that is another. */
  readonly named?: 'first' | 'second' | 'none' | 'other';
  readonly name?: string;
  readonly nonce?: Uint8Array | null;
  readonly contentType?: string;
  readonly certificates?: 'all' | 'none' | 'none but the signer’s';
  readonly accuracy?: Uint8Array;
  readonly criticalExtension?: boolean;
  readonly status?: Uint8Array;
  /** Appended to the TimeStampToken’s unsigned attributes. */
  readonly unsigned?: Uint8Array;
}

export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'RSA' | 'RSA-PSS' | 'Ed25519';

const seq = (...parts: readonly Uint8Array[]) => writeDer(TAG.sequence, ...parts);
const set = (...parts: readonly Uint8Array[]) => writeDer(TAG.set, ...parts);
const octets = (bytes: Uint8Array) => writeDer(TAG.octetString, bytes);
const bits = (bytes: Uint8Array) => writeDer(TAG.bitString, Uint8Array.of(0), bytes);
const text = (tag: number, value: string) => writeDer(tag, Buffer.from(value));
const number = (value: number) => writeInteger(Uint8Array.of(value >> 8, value & 0xff));
const nothing = writeDer(TAG.null);
const truth = writeDer(TAG.boolean, Uint8Array.of(0xff));

export function writeOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [40 * first + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift(128 + (left % 128));
    return groups;
  });
  return writeDer(TAG.oid, Uint8Array.from(bytes));
}

const HASH_OID = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;
type Hash = keyof typeof HASH_OID;
const RSA_OID = { sha1: 5, sha256: 11, sha384: 12, sha512: 13 } as const;
const EC_OID = { sha1: '1', sha256: '3.2', sha384: '3.3', sha512: '3.4' } as const;

const pairs = new Map<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>();
function pairOf(kind: KeyKind, owner: string) {
  const id = `${kind} ${owner}`;
  const pair =
    pairs.get(id) ??
    (kind === 'Ed25519'
      ? generateKeyPairSync('ed25519')
      : kind === 'RSA' || kind === 'RSA-PSS'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: kind }));
  pairs.set(id, pair);
  return pair;
}

function algorithmOf(kind: KeyKind, hash: Hash): Uint8Array {
  if (kind === 'Ed25519') return seq(writeOid('1.3.101.112'));
  if (kind === 'RSA') return seq(writeOid(`1.2.840.113549.1.1.${RSA_OID[hash]}`), nothing);
  if (kind !== 'RSA-PSS') return seq(writeOid(`1.2.840.10045.4.${EC_OID[hash]}`));
  const digest = seq(writeOid(HASH_OID[hash]), nothing);
  const mask = seq(writeOid('1.2.840.113549.1.1.8'), digest);
  const parameters = [digest, mask, number(32)].map((value, i) => writeDer(context(i), value));
  return seq(writeOid('1.2.840.113549.1.1.10'), seq(...parameters));
}

function signed(kind: KeyKind, hash: Hash, key: KeyObject, bytes: Uint8Array): Uint8Array {
  if (kind === 'Ed25519') return sign(null, bytes, key);
  return kind === 'RSA-PSS' ? sign(hash, bytes, { key, padding: 6, saltLength: 32 }) : sign(hash, bytes, key);
}

const name = (commonName: string) => seq(set(seq(writeOid('2.5.4.3'), text(TAG.utf8String, commonName))));
const extension = (id: string, critical: boolean, value: Uint8Array) =>
  seq(writeOid(id), ...(critical ? [truth] : []), octets(value));
const digestOf = (hash: Hash, bytes: Uint8Array) => createHash(hash).update(bytes).digest();
export const generalizedTime = (at: Date): string => `${at.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`;

interface Certified {
  readonly subject: string;
  readonly issuer: string;
  readonly kind: KeyKind;
  readonly serial: number;
  readonly extensions: readonly Uint8Array[];
  readonly notBefore?: string | undefined;
  readonly notAfter?: string | undefined;
}

const ROOT_KIND = 'P-256';

export class InventedAuthority {
  readonly root: Uint8Array;
  /** The root in PEM. */
  readonly roots: string;
  readonly #owner: string;
  readonly #kind: KeyKind;

  constructor(owner = 'Invented Time', kind: KeyKind = ROOT_KIND) {
    this.#owner = owner;
    this.#kind = kind;
    const constraints = extension('2.5.29.19', true, seq(truth));
    this.root = this.certificate({ subject: owner, issuer: owner, kind, serial: 1, extensions: [constraints] });
    this.roots = pem(this.root);
  }

  /** Signed by the root, unless `by` is another key. */
  certificate(
    { subject, issuer, kind, serial, extensions, notBefore, notAfter }: Certified,
    by = { owner: this.#owner, kind: this.#kind },
  ): Uint8Array {
    const algorithm = algorithmOf(by.kind, 'sha256');
    const body = seq(
      writeDer(context(0), number(2)),
      number(serial),
      algorithm,
      name(issuer),
      seq(
        text(TAG.generalizedTime, notBefore ?? '20200101000000Z'),
        text(TAG.generalizedTime, notAfter ?? '20491231235959Z'),
      ),
      name(subject),
      pairOf(kind, subject).publicKey.export({ type: 'spki', format: 'der' }),
      ...(extensions.length > 0 ? [writeDer(context(3), seq(...extensions))] : []),
    );
    const { privateKey } = pairOf(by.kind, by.owner);
    return seq(body, algorithm, bits(signed(by.kind, 'sha256', privateKey, body)));
  }

  /** Answers a TimeStampReq, as the invention says. */
  answer(request: Uint8Array, invention: Invention = {}): Uint8Array {
    const status = invention.status ?? seq(number(0));
    const token = seq(writeOid('1.2.840.113549.1.7.2'), writeDer(context(0), this.#signedData(request, invention)));
    return seq(status, token);
  }

  /** A port whose other end is this authority. */
  post(invention: Invention = {}): TimePost {
    return async (_, { body }) => ({
      status: 200,
      headers: new Headers({ 'content-type': 'application/timestamp-reply' }),
      body: new Blob([new Uint8Array(this.answer(body, invention))]).stream(),
    });
  }

  signer(invention: Invention, serial = 2): Uint8Array {
    const { purposes = ['1.3.6.1.5.5.7.3.8'], purposesCritical = true, keyUsage, unknownExtension } = invention;
    const { name: subject = 'Invented Time-stamps', kind = 'P-256', notBefore, notAfter } = invention;
    const extensions = [
      ...(purposes === null ? [] : [extension('2.5.29.37', purposesCritical, seq(...purposes.map(writeOid)))]),
      ...(keyUsage === undefined ? [] : [extension('2.5.29.15', true, keyUsage)]),
      ...(unknownExtension === true ? [extension('1.2.3.4', true, nothing)] : []),
    ];
    return this.certificate({ subject, issuer: this.#owner, kind, serial, extensions, notBefore, notAfter });
  }

  #signedData(request: Uint8Array, invention: Invention): Uint8Array {
    const { kind = 'P-256', hash = 'sha256', contentType = '1.2.840.113549.1.9.16.1.4', named = 'second' } = invention;
    const signer = this.signer(invention);
    const meant = named === 'other' ? this.signer(invention, 3) : signer;
    const info = tstInfo(request, invention);
    const attribute = (id: string, value: Uint8Array) => seq(writeOid(id), set(value));
    const attributes = [
      attribute('1.2.840.113549.1.9.3', writeOid(contentType)),
      attribute('1.2.840.113549.1.9.4', octets(digestOf(hash, info))),
      ...(named === 'none'
        ? []
        : named === 'first'
          ? [attribute('1.2.840.113549.1.9.16.2.12', seq(seq(seq(octets(digestOf('sha1', meant))))))]
          : [attribute('1.2.840.113549.1.9.16.2.47', seq(seq(seq(octets(digestOf('sha256', meant))))))]),
    ];
    const subject = invention.name ?? 'Invented Time-stamps';
    const signature = signed(kind, hash, pairOf(kind, subject).privateKey, set(...attributes));
    const digest = seq(writeOid(HASH_OID[hash]), nothing);
    const signerInfo = seq(
      number(1),
      seq(name(this.#owner), number(2)),
      digest,
      writeDer(context(0), ...attributes),
      algorithmOf(kind, hash),
      octets(signature),
      ...(invention.unsigned === undefined ? [] : [writeDer(context(1), invention.unsigned)]),
    );
    const { certificates = 'all' } = invention;
    const brought = certificates === 'none' ? [] : certificates === 'all' ? [signer, this.root] : [signer];
    return seq(
      number(3),
      set(digest),
      seq(writeOid('1.2.840.113549.1.9.16.1.4'), writeDer(context(0), octets(info))),
      ...(brought.length > 0 ? [writeDer(context(0), ...brought)] : []),
      set(signerInfo),
    );
  }
}

function tstInfo(request: Uint8Array, { at, nonce, accuracy, criticalExtension }: Invention): Uint8Array {
  const fields = new Fields(parseDer(request), 'request');
  fields.take(TAG.integer);
  const imprint = fields.take(TAG.sequence).bytes;
  const asked = fields.optional(TAG.integer);
  return seq(
    number(1),
    writeOid('1.2.3.4.1'),
    imprint,
    number(77),
    text(TAG.generalizedTime, at ?? generalizedTime(new Date())),
    ...(accuracy === undefined ? [] : [accuracy]),
    ...(nonce === null ? [] : nonce === undefined ? (asked ? [asked.bytes] : []) : [writeInteger(nonce)]),
    ...(criticalExtension === true ? [writeDer(context(1), extension('1.2.3.4', true, nothing))] : []),
  );
}

/** Accuracy of seconds, thousandths and millionths. */
export const accuracyOf = (seconds: number, millis?: number, micros?: number): Uint8Array =>
  seq(
    number(seconds),
    ...(millis === undefined ? [] : [writeDer(contextPrimitive(0), parseDer(number(millis)).content)]),
    ...(micros === undefined ? [] : [writeDer(contextPrimitive(1), parseDer(number(micros)).content)]),
  );

export const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
