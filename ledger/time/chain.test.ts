import { describe, expect, it } from 'vitest';
import { parseCertificate, type Certificate } from './certificate.ts';
import { chainTo } from './chain.ts';
import { TAG, writeDer } from './der.ts';
import { parseTimeRoots } from './roots.ts';
import { InventedAuthority, writeOid, type KeyKind } from './testing.ts';

const authority = new InventedAuthority('Root');
const ROOTS = parseTimeRoots(authority.roots);
const NOW = Date.UTC(2026, 3, 1);
const truth = writeDer(TAG.boolean, Uint8Array.of(0xff));
const seq = (...parts: readonly Uint8Array[]) => writeDer(TAG.sequence, ...parts);
const extension = (id: string, value: Uint8Array) => seq(writeOid(id), truth, writeDer(TAG.octetString, value));
const CA = extension('2.5.29.19', seq(truth));
const CA_LAST = extension('2.5.29.19', seq(truth, writeDer(TAG.integer, Uint8Array.of(0))));

interface Made {
  readonly issuer?: string;
  readonly extensions?: readonly Uint8Array[];
  readonly serial?: number;
  readonly notAfter?: string;
  /** Whose key signs, if not the issuer's. */
  readonly key?: string;
}

function certify(
  subject: string,
  { issuer = 'Root', extensions = [CA], serial = 7, notAfter, key = issuer }: Made = {},
): Certificate {
  const kind: KeyKind = 'P-256';
  return parseCertificate(
    authority.certificate({ subject, issuer, kind, serial, extensions, notAfter }, { owner: key, kind }),
  );
}

const namesOf = async (leaf: Certificate, ...others: readonly Certificate[]) =>
  (await chainTo(leaf, others, ROOTS, NOW))?.map(({ name }) => name) ?? null;

describe('a chain to a root', () => {
  const leaf = certify('Leaf', { issuer: 'One', extensions: [] });

  it('goes over the certificates that the token brings, in whatever order', async () => {
    const [one, two] = [certify('One', { issuer: 'Two' }), certify('Two')];

    expect(await namesOf(leaf, one, two)).toEqual(['Leaf', 'One', 'Two', 'Root']);
    expect(await namesOf(leaf, two, leaf, one)).toEqual(['Leaf', 'One', 'Two', 'Root']);
    expect(await namesOf(leaf, two)).toBeNull();
  });

  it.each<[string, Certificate[]]>([
    ['through what is no authority', [certify('One', { extensions: [] })]],
    [
      'through a key that signs no certificates',
      [certify('One', { extensions: [CA, extension('2.5.29.15', writeDer(TAG.bitString, Uint8Array.of(7, 0x80)))] })],
    ],
    [
      'through an authority for something else',
      [certify('One', { extensions: [CA, extension('2.5.29.37', seq(writeOid('1.3.6.1.5.5.7.3.1')))] })],
    ],
    ['through an extension nobody knows', [certify('One', { extensions: [CA, extension('1.2.3.4', truth)] })]],
    [
      'through one more than the path allows',
      [certify('One', { issuer: 'Two' }), certify('Two', { extensions: [CA_LAST] })],
    ],
    ['through a name with another key behind it', [certify('One', { key: 'Somebody' })]],
    ['in a circle', [certify('One', { issuer: 'Two' }), certify('Two', { issuer: 'One' })]],
    ['through a self-made root of the same name', [certify('One', { issuer: 'One' })]],
  ])('does not go %s', async (_, others) => {
    expect(await namesOf(leaf, ...others)).toBeNull();
  });

  it('goes around what does not lead there', async () => {
    const wrong = certify('One', { key: 'Somebody', serial: 8 });
    const old = certify('One', { notAfter: '20250101000000Z', serial: 9 });

    expect(await namesOf(leaf, wrong, old, certify('One'))).toEqual(['Leaf', 'One', 'Root']);
    await expect(namesOf(leaf, wrong, old)).rejects.toMatchObject({ code: 'timestamp.expired' });
    expect(
      await namesOf(certify('Leaf', { issuer: 'One', extensions: [] }), certify('One', { extensions: [CA_LAST] })),
    ).toEqual(['Leaf', 'One', 'Root']);
  });

  it('an issuer that signed by means that prove nothing is no link', async () => {
    // ecdsa-with-SHA256 to ecdsa-with-SHA224, inside and outside.
    const old = Buffer.from(certify('One').der)
      .toString('hex')
      .replaceAll('06082a8648ce3d040302', '06082a8648ce3d040301');
    const weak = parseCertificate(new Uint8Array(Buffer.from(old, 'hex')));

    expect(await namesOf(leaf, weak)).toBeNull();
    expect(await namesOf(leaf, weak, certify('One'))).toEqual(['Leaf', 'One', 'Root']);
  });

  it('many certificates of one name cost no more than a bounded number of checks', async () => {
    const many = Array.from({ length: 16 }, (_, serial) => certify('One', { issuer: 'One', serial: 100 + serial }));
    const before = performance.now();

    expect(await namesOf(leaf, ...many)).toBeNull();
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
