import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerFault } from '../fault.ts';
import { sigstoreTrustedRoot } from '../sigstore/trusted-root.ts';
import { parseCertificate } from './certificate.ts';
import { parseDer } from './der.ts';
import { LocalAuthority, opensslMissing } from './openssl-for-tests.ts';
import { timeStampRequest } from './request.ts';
import { parseTimeRoots, type TimeRoots } from './roots.ts';
import { accuracyOf, InventedAuthority } from './testing.ts';
import { verifyTimeStamp, type TimeStamp } from './verify.ts';

const DATA = new TextEncoder().encode('log.example.com/a1b2\n3\nanything\n');
const { bytes: REQUEST, nonce } = timeStampRequest(DATA);
const authority = new InventedAuthority();
const RESPONSE = authority.answer(REQUEST, { at: '20260401120000.5Z', accuracy: accuracyOf(1, 500) });
let roots: TimeRoots;
let right: TimeStamp;

beforeAll(async () => {
  roots = parseTimeRoots(authority.roots);
  right = await verifyTimeStamp(RESPONSE, DATA, roots, { nonce });
});

/** The answer, or the code of the refusal; anything else thrown is a defect. */
async function outcome(response: Uint8Array, given = roots): Promise<TimeStamp | string> {
  try {
    return await verifyTimeStamp(response, DATA, given, { nonce });
  } catch (error) {
    if (error instanceof LedgerFault) return error.code;
    throw error;
  }
}

/** Where `part` stands in `whole`: from, to. */
function placeOf(whole: Uint8Array, part: Uint8Array): [number, number] {
  const at = Buffer.from(whole).indexOf(part);
  expect(at).toBeGreaterThan(0);
  return [at, at + part.length];
}

describe('a token in the hands of an enemy', () => {
  it('is refused wherever it is cut off', async () => {
    for (let length = 0; length < RESPONSE.length; length++)
      expect(await outcome(RESPONSE.subarray(0, length)), `at ${length}`).toBe('timestamp.malformed');
    expect(await outcome(Buffer.concat([RESPONSE, Uint8Array.of(0)]))).toBe('timestamp.malformed');
  });

  it('no bit of it can be turned: it is refused, or the bit is in what nobody signed and nobody reads', async () => {
    // Two parts are not signed and do no harm: whether it was granted as asked or "with modifications" (RFC 3161 leaves both outside the
    // token), and the copy of the root, which is trusted only as far as it was given from outside.
    const [rootFrom, rootTo] = placeOf(RESPONSE, authority.root);
    const [statusFrom, statusTo] = placeOf(RESPONSE, Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00));
    const unsigned = (at: number) => (at >= rootFrom && at < rootTo) || (at >= statusFrom && at < statusTo);

    const accepted = new Set<number>();
    for (let at = 0; at < RESPONSE.length; at++)
      for (let bit = 1; bit < 256; bit *= 2) {
        const found = await outcome(RESPONSE.with(at, (RESPONSE[at] ?? 0) ^ bit));
        if (typeof found === 'string') continue;
        expect(found, `byte ${at}, bit ${bit}`).toEqual(right);
        accepted.add(at);
      }

    expect([...accepted].filter((at) => !unsigned(at))).toEqual([]);
    expect([...accepted].some((at) => at >= statusFrom && at < statusTo)).toBe(true);
    expect([...accepted].some((at) => at >= rootFrom && at < rootTo)).toBe(true);
  });

  it('nor any byte replaced, some removed, some added, parts swapped', async () => {
    const length = RESPONSE.length;
    const place = fc.nat({ max: length - 1 });
    const change = fc.oneof(
      fc.record({ at: place, remove: fc.integer({ min: 1, max: 40 }), add: fc.uint8Array({ maxLength: 40 }) }),
      fc.record({ at: place, remove: fc.constant(1), add: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let bent = Buffer.from(RESPONSE);
        for (const { at, remove, add } of changes)
          bent = Buffer.concat([bent.subarray(0, at), add, bent.subarray(at + remove)]);
        const found = await outcome(new Uint8Array(bent));

        if (typeof found !== 'string') expect(found).toEqual(right);
      }),
      { numRuns: 3_000 },
    );
  });

  it('no bytes at all make the readers fail otherwise than by a refusal', async () => {
    const read = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        expect(error).toBeInstanceOf(LedgerFault);
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        read(() => parseDer(bytes));
        read(() => parseCertificate(bytes));
        read(() =>
          parseTimeRoots(
            `-----BEGIN CERTIFICATE-----${Buffer.from(bytes).toString('base64')}-----END CERTIFICATE-----`,
          ),
        );
        read(() => sigstoreTrustedRoot([], [{ url: 'https://time.example.com', chain: [bytes] }]));
        expect(typeof (await outcome(bytes))).toBe('string');
      }),
      { numRuns: 2_000 },
    );
  });

  it('a bent root given from outside is refused or believes nothing new', async () => {
    for (let at = 0; at < authority.root.length; at++) {
      const bent = authority.root.with(at, (authority.root[at] ?? 0) ^ 0x01);
      try {
        const given = parseTimeRoots(
          `-----BEGIN CERTIFICATE-----${Buffer.from(bent).toString('base64')}-----END CERTIFICATE-----`,
        );
        const found = await outcome(RESPONSE, given);
        // What a root says of itself is trusted because somebody gave it; only its key counts, and its dates.
        if (typeof found !== 'string') expect(found.at).toBe(right.at);
      } catch (error) {
        expect(error).toMatchObject({ code: 'timestamp.roots' });
      }
    }
  });
});

describe.skipIf(opensslMissing !== undefined)(
  `beside openssl ts -verify${opensslMissing ? `: left out, ${opensslMissing}` : ''}`,
  () => {
    const local =
      opensslMissing === undefined ? new LocalAuthority({ root: 'RSA 2048', signer: 'RSA 2048' }) : undefined;
    afterAll(() => local?.remove());

    it('nothing is accepted that it refuses', async () => {
      if (local === undefined) throw new Error('unreachable: skipped');
      const response = local.answer(REQUEST);
      const given = parseTimeRoots(local.roots);
      const untouched = await outcome(response, given);
      let refused = 0;
      for (let at = 3; at < response.length; at += 23) {
        const bent = response.with(at, (response[at] ?? 0) ^ 0x04);
        const theirs = local.accepts(bent, DATA);
        const ours = await outcome(bent, given);

        if (!theirs) refused++;
        if (!theirs) expect(ours, `byte ${at}`).toMatch(/^timestamp\./);
        else if (typeof ours !== 'string') expect(ours).toEqual(untouched);
      }
      expect(refused).toBeGreaterThan(30);
    });
  },
);
