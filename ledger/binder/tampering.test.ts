import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleKey, exampleSigner, ORIGIN } from '../example-log.ts';
import { sha256, toHex } from '../hash.ts';
import { printVerifierKey } from '../key.ts';
import type { Signer } from '../key.ts';
import { printWitnessKey } from '../witness/key.ts';
import { exampleWitness } from '../witness/example-witness.ts';
import { MANIFEST, manifestLine, SEAL, TAG_FILES, TAG_MANIFEST } from './manifest.ts';
import { signSeal } from './seal.ts';
import { exampleBinder, exampleEvidence, mapFolder, REPORT, TOP } from './testing.ts';
import { verifyFolder } from './verify.ts';
import { blobAccess, zipFolder } from './zip-folder.ts';

type Files = ReadonlyMap<string, Uint8Array>;
const keys = [printVerifierKey(exampleKey())];

async function unpacked(zip: Uint8Array): Promise<Files> {
  const folder = await zipFolder(blobAccess(new Blob([new Uint8Array(zip)])));
  const files = new Map<string, Uint8Array>();
  for await (const { path } of folder.list()) {
    const parts: Uint8Array[] = [];
    for await (const part of (await folder.open(path)) ?? []) parts.push(part);
    files.set(path.slice(TOP.length + 1), Buffer.concat(parts));
  }
  return files;
}

const codesOf = async (files: Files, given: readonly string[] = keys): Promise<string[]> =>
  (await verifyFolder(mapFolder(files), { keys: given })).failures.map(({ code }) => code);

const digestOf = (bytes: Uint8Array | undefined): string => toHex(sha256(bytes ?? Buffer.of()));

/** The manifests made to fit again, and sealed if the one who changed the files has a key; else the seal is left. */
async function rebagged(files: Files, signer?: Signer): Promise<Files> {
  const made = new Map(files);
  const payload = [...made].filter(([path]) => path.startsWith('data/'));
  const octets = payload.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  const info = Buffer.from(made.get('bag-info.txt') ?? Buffer.of()).toString();
  made.set('bag-info.txt', Buffer.from(info.replace(/Payload-Oxum: .*/, `Payload-Oxum: ${octets}.${payload.length}`)));
  made.set(MANIFEST, Buffer.from(payload.map(([path, bytes]) => manifestLine(digestOf(bytes), path)).join('')));
  if (signer !== undefined) {
    const sealed = { bagInfo: digestOf(made.get('bag-info.txt')), manifest: digestOf(made.get(MANIFEST)) };
    made.set(SEAL, Buffer.from(await signSeal(sealed, ORIGIN, signer)));
  }
  made.set(TAG_MANIFEST, Buffer.from(TAG_FILES.map((name) => manifestLine(digestOf(made.get(name)), name)).join('')));
  return made;
}

const CLASSES: readonly (readonly [string, (byte: number) => boolean])[] = [
  ['digit', (byte) => byte >= 0x30 && byte <= 0x39],
  ['letter', (byte) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)],
  ['line end', (byte) => byte === 0x0a],
  ['space', (byte) => byte === 0x20],
  ['mark', (byte) => byte > 0x20 && byte < 0x7f && !/[0-9A-Za-z]/.test(String.fromCharCode(byte))],
  ['control', (byte) => byte < 0x20 && byte !== 0x0a],
  ['beyond ASCII', (byte) => byte >= 0x7f],
];

/** First, middle and last byte of each class in a file, changed. */
function* changesOf(bytes: Uint8Array): Generator<readonly [string, Uint8Array]> {
  for (const [name, is] of CLASSES) {
    const places = [...bytes.keys()].filter((at) => is(bytes[at] ?? 0));
    const chosen = new Set([places[0], places[places.length >> 1], places.at(-1)]);
    for (const at of chosen) {
      if (at === undefined) continue;
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      yield [`${name} at ${at}`, changed];
    }
  }
}

const seenOf = (files: Files) => [...files].filter(([path]) => path.startsWith('data/log/seen/'));
const binder = await unpacked(await exampleBinder());
const evidence = await unpacked(await exampleEvidence());
/** What the log does not bear out, and only the seal does: a company that seals anew may change its own pages and words. */
const ONLY_SEALED = /^(?:bag-info\.txt|data\/(?:index\.html|answers\/.*|binder\.json))$/;

describe.each([
  ['a binder', binder],
  ['a bag of evidence', evidence],
])('%s', (_, files) => {
  it('untouched, and packed again without a change, has nothing wrong', async () => {
    expect(await codesOf(files)).toEqual([]);
    expect(await codesOf(await rebagged(files, exampleSigner()))).toEqual([]);
  });

  it('a byte of any class in any file, changed: found', async () => {
    for (const [path, bytes] of files)
      for (const [what, changed] of changesOf(bytes)) {
        const codes = await codesOf(new Map(files).set(path, changed));
        expect([path, what, codes.length > 0]).toEqual([path, what, true]);
      }
  });

  it('the same with the manifests made to fit: found by the seal', async () => {
    for (const [path, bytes] of files) {
      if (!path.startsWith('data/')) continue;
      for (const [what, changed] of changesOf(bytes)) {
        const codes = await codesOf(await rebagged(new Map(files).set(path, changed)));
        expect([path, what, codes]).toEqual([path, what, expect.arrayContaining(['seal.differs'])]);
      }
    }
  });

  it('the same by the company itself, that seals it anew: found by its own log', async () => {
    for (const [path, bytes] of files) {
      if (!path.startsWith('data/') || ONLY_SEALED.test(path)) continue;
      for (const [what, changed] of changesOf(bytes)) {
        const codes = await codesOf(await rebagged(new Map(files).set(path, changed), exampleSigner()));
        // Why something is hidden is the company's own word.
        if (path === 'data/redactions.ndjson' && codes.length === 0) continue;
        expect([path, what, codes.length > 0]).toEqual([path, what, true]);
      }
    }
  });

  it('any file left out, emptied, cut, lengthened or put in the place of another: found', async () => {
    const paths = [...files.keys()];
    for (const [i, path] of paths.entries()) {
      const bytes = files.get(path) ?? Buffer.of();
      const next = files.get(paths[(i + 1) % paths.length] ?? '') ?? Buffer.of();
      const gone = new Map([...files].filter(([name]) => name !== path));
      const variants = [Buffer.of(), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('\n')]), next];
      for (const changed of [gone, ...variants.map((other) => new Map(files).set(path, other))])
        expect([path, (await codesOf(changed)).length > 0]).toEqual([path, true]);
    }
  });

  it('any file of log or evidence left out by the company itself: found by its own log', async () => {
    for (const path of files.keys()) {
      // A list of what is shown may be shorter, and what others saw need not be told.
      if (!/^data\/(?:log|evidence|proofs|files)/.test(path) || /seen|witnesses/.test(path)) continue;
      const gone = new Map([...files].filter(([name]) => name !== path));
      expect([path, (await codesOf(await rebagged(gone, exampleSigner()))).length > 0]).toEqual([path, true]);
    }
  });

  it('random bytes in the place of any file are failures, never a crash', async () => {
    const paths = [...files.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(paths.length - 1),
        fc.uint8Array({ maxLength: 300 }),
        fc.boolean(),
        async (which, bytes, again) => {
          const changed = new Map(files).set(paths[which] ?? '', bytes);
          // What is made anew would take the bytes' place.
          const fits = again && paths[which]?.startsWith('data/') === true;
          const codes = await codesOf(fits ? await rebagged(changed) : changed);
          expect(codes).not.toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('what is done on purpose', () => {
  const text = (path: string) => Buffer.from(binder.get(path) ?? Buffer.of()).toString();
  const edited = (path: string, change: (text: string) => string): Files =>
    new Map(binder).set(path, Buffer.from(change(text(path))));
  const resealed = async (files: Files) => codesOf(await rebagged(files, exampleSigner()));

  it.each<[string, () => Files, string]>([
    [
      'a record says something else',
      () => edited('data/records/risk.ndjson', (t) => t.replace('Laptop loss', 'Laptop found')),
      'record.unshown',
    ],
    [
      'a record is dated back',
      () => edited('data/records/risk.ndjson', (t) => t.replace('2026-03-01T00:00', '2026-02-01T00:00')),
      'record.unshown',
    ],
    [
      'a record is moved to another entry',
      () => edited('data/records/risk.ndjson', (t) => t.replace('"entry":0', '"entry":5')),
      'record.unshown',
    ],
    [
      'a record is added',
      () => edited('data/records/risk.ndjson', (t) => `${t}{"body":{},"entry":0,"subject":"risk/risk-9/1"}\n`),
      'record.unshown',
    ],
    ['a fact is turned', () => edited('data/facts/people.ndjson', (t) => t.replace('false', 'true')), 'record.unshown'],
    ['a redaction is passed over', () => edited('data/redactions.ndjson', () => ''), 'redaction.differs'],
    [
      'a redaction is invented',
      () => edited('data/redactions.ndjson', (t) => `${t}{"entry":6,"why":"withheld"}\n`),
      'redaction.differs',
    ],
    [
      'a file is evidence that the log does not know',
      () => new Map(binder).set('data/evidence/e-1/extra.pdf', Buffer.from('x')),
      'files.unbound',
    ],
    [
      'evidence without a proof',
      () => new Map([...binder].filter(([path]) => !path.startsWith('data/proofs/'))),
      'bag.missing',
    ],
    [
      'a proof of another entry',
      () => edited('data/proofs/e-1.tlog-proof', (t) => t.replace('index 0', 'index 1')),
      'proof.wrong',
    ],
    [
      'a list that leads to another file',
      () => edited('data/files.ndjson', (t) => t.replace(REPORT, 'other.pdf')),
      'file.missing',
    ],
    ['a page that does not belong', () => new Map(binder).set('data/payload.exe', Buffer.from('x')), 'file.stray'],
    [
      'a binder of another log',
      () => edited('data/binder.json', (t) => t.replace('"size":7', '"size":8')),
      'binder.log',
    ],
    [
      'another profile',
      () => edited('data/binder.json', (t) => t.replace('binder/v1', 'binder/v2')),
      'binder.malformed',
    ],
    ['an unsigned list', () => new Map([...binder].filter(([path]) => path !== SEAL)), 'seal.missing'],
  ])('%s, sealed anew by the company', async (name, change, code) => {
    expect(name === 'an unsigned list' ? await codesOf(change()) : await resealed(change())).toContain(code);
  });

  it('a seal of another log’s key is none', async () => {
    expect(await codesOf(await rebagged(binder, exampleSigner(9)))).toContain('note.unsigned');
  });

  it('all of it signed anew by another key is found by the key that was given, and told without', async () => {
    const forged = await unpacked(await exampleBinder({ byte: 9 }));

    expect(await codesOf(forged)).toEqual(
      expect.arrayContaining(['key.untrusted', 'note.unsigned', 'entry.untrusted']),
    );
    expect(await verifyFolder(mapFolder(forged))).toMatchObject({ ok: true, trust: { key: 'from-binder' } });
  });

  it('what a witness saw of the log as it was is part of the log as it grew', async () => {
    const { key } = exampleWitness();
    const grown = new Map([...(await unpacked(await exampleBinder({ acts: 3 }))), ...seenOf(binder)]);
    const given = { keys, witnesses: [printWitnessKey(key)] };

    expect(await verifyFolder(mapFolder(await rebagged(grown, exampleSigner())), given)).toMatchObject({
      ok: true,
      trust: {
        witnesses: [key.name],
        seen: [
          { size: 7, trusted: true },
          { size: 8, trusted: true },
        ],
      },
    });
  });

  it('another history than a witness saw is found, whoever signed it', async () => {
    const swapped = await unpacked(
      await exampleBinder({ acts: 3, order: ([a, b, ...rest]) => (a && b ? [b, a, ...rest] : []) }),
    );

    expect(await resealed(new Map([...swapped, ...seenOf(binder)]))).toContain('seen.forked');
  });

  it('a cosignature that is wrong is found also under a key that only the company names', async () => {
    const codes = await resealed(
      edited('data/log/seen/7/cosigned', (t) =>
        t.replace(/(.)(.)(=*\n)$/, (_, a: string, b: string, c: string) => `${b === 'A' ? 'B' : 'A'}${a}${c}`),
      ),
    );
    expect(codes.some((code) => ['cosignature.wrong', 'note.malformed'].includes(code))).toBe(true);
  });
});
