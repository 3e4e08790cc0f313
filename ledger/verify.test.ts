import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeBundle } from './bundle.ts';
import { signCheckpoint } from './checkpoint.ts';
import { diskFolder } from './disk-folder.ts';
import { sealStatement } from './entry.ts';
import {
  exampleEntries,
  exampleKey,
  exampleSigner,
  exportExample,
  FILE_DIGEST,
  ORIGIN,
  type Written,
} from './example-log.ts';
import { fileStorage } from './file-storage.ts';
import { leafHash } from './hash.ts';
import { printVerifierKey } from './key.ts';
import { memoryStorage } from './memory-storage.ts';
import { filePath, parseLine, printLine } from './payload.ts';
import { ACT } from './statement.ts';
import { verifyExport } from './verify.ts';
import type { Folder } from './folder.ts';

type Files = Map<string, Uint8Array>;
const keys = [printVerifierKey(exampleKey())];
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  folders.push(folder);
  return folder;
}

async function exported(written: readonly Written[], byte = 7): Promise<Files> {
  const out = memoryStorage();
  await exportExample(out, written, byte);
  return out.files;
}

/** An export in memory, in small chunks so that lines are cut in the middle. */
function folderOf(files: Files): Folder {
  return {
    async *list() {
      for (const path of files.keys()) yield { path, plain: true };
    },
    async open(path) {
      const bytes = files.get(path);
      return bytes && chunked(bytes);
    },
  };
}

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

async function codesOf(files: Files, options = { keys }): Promise<string[]> {
  return (await verifyExport(folderOf(files), options)).failures.map(({ code }) => code);
}

const text = (files: Files, path: string) => Buffer.from(files.get(path) ?? Buffer.of()).toString();
const edit = (files: Files, path: string, change: (text: string) => string): Files =>
  new Map(files).set(path, Buffer.from(change(text(files, path))));
const without = (files: Files, path: string): Files => new Map([...files].filter(([name]) => name !== path));

const whole = await exported(await exampleEntries(260));
const small = await exported(await exampleEntries(2));

describe('an untouched export', () => {
  it('is whole, and says what was checked', async () => {
    const found = await verifyExport(folderOf(whole), { keys });

    expect(found).toMatchObject({
      ok: true,
      failures: [],
      checked: { files: whole.size, entries: 265, proofs: 4, signatures: 266 },
      payloads: { checked: 1 + 250 + 4 + 260, referred: 2, erased: 1, withheld: 0, files: 1 },
      trust: { key: 'given', witnesses: [], timestamps: [], provenNoLaterThan: null },
    });
    expect(found.trust.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is whole under its own key, which does not say whose it is', async () => {
    expect(await verifyExport(folderOf(whole))).toMatchObject({ ok: true, trust: { key: 'from-binder' } });
  });

  it('is the same on disk', async () => {
    const folder = await newFolder();
    await exportExample(fileStorage(folder, { durable: false }), await exampleEntries(260));

    expect(await verifyExport(diskFolder(folder), { keys })).toMatchObject({
      ok: true,
      checked: { files: whole.size },
    });
    await expect(exportExample(fileStorage(folder), await exampleEntries(1))).rejects.toMatchObject({
      code: 'export.occupied',
    });
  });

  it('may be empty, or withhold every payload', async () => {
    expect(await codesOf(await exported([]))).toEqual([]);
    const withheld = (await exampleEntries(1)).map(({ statement, entry }) => ({ statement, entry }));

    expect(await verifyExport(folderOf(await exported(withheld)), { keys })).toMatchObject({
      ok: true,
      payloads: { checked: 0, withheld: 1 + 1 + 250 + 3 + 3 + 1 },
    });
  });

  it('is not written of statements that are not the entries', async () => {
    const written = await exampleEntries(1);
    const [first, ...rest] = written;
    const other = (await exampleEntries(1))[1];
    if (!first || !other) throw new Error('no entries');

    await expect(exported([{ ...first, statement: other.statement }, ...rest])).rejects.toMatchObject({
      code: 'entry.mismatch',
    });
  });
});

describe('tampering is found', () => {
  it('any byte of a small export, changed in any way', async () => {
    const paths = [...small.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(paths.length - 1),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        async (which, where, by) => {
          const path = paths[which] ?? '';
          const bytes = Buffer.from(small.get(path) ?? Buffer.of());
          const at = Math.floor(where * bytes.length);
          bytes[at] = (bytes[at] ?? 0) ^ by;
          expect(await codesOf(new Map(small).set(path, bytes))).not.toEqual([]);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('a byte in every few of checkpoint, key, tiles, a collection and a reference', async () => {
    for (const path of [
      'checkpoint',
      'key.vkey',
      'tile/0/000.p/7',
      'payload/001.ndjson',
      'payload/003.ndjson',
      'payload/004.ndjson',
    ])
      for (let at = 0; at < (small.get(path)?.length ?? 0); at += path.startsWith('tile') ? 8 : 5) {
        const bytes = Buffer.from(small.get(path) ?? Buffer.of());
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        expect([path, at, await codesOf(new Map(small).set(path, bytes))]).not.toEqual([path, at, []]);
      }
  });

  it('any file left out, cut short, lengthened, or swapped for the next', async () => {
    const paths = [...small.keys()];
    for (const [i, path] of paths.entries()) {
      const bytes = small.get(path) ?? Buffer.of();
      const next = small.get(paths[(i + 1) % paths.length] ?? '') ?? Buffer.of();
      expect([path, await codesOf(without(small, path))]).not.toEqual([path, []]);
      for (const other of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('\n')]), Buffer.of(), next])
        expect([path, await codesOf(new Map(small).set(path, other))]).not.toEqual([path, []]);
    }
  });

  it('any line of a payload left out, doubled or swapped', async () => {
    for (const path of ['payload/000.ndjson', 'payload/002.ndjson', 'payload/003.ndjson', 'payload/004.ndjson']) {
      const lines = text(small, path).trimEnd().split('\n');
      for (let i = 0; i < Math.min(lines.length, 6); i++) {
        const line = lines[i] ?? '';
        const next = lines[i + 1];
        const variants = [
          lines.toSpliced(i, 1),
          lines.toSpliced(i, 0, line),
          ...(next === undefined ? [] : [lines.with(i, next).with(i + 1, line)]),
        ];
        for (const changed of variants)
          expect([path, i, await codesOf(edit(small, path, () => `${changed.join('\n')}\n`))]).not.toEqual([
            path,
            i,
            [],
          ]);
      }
    }
  });

  it.each<[string, (files: Files) => Files | Promise<Files>, string]>([
    [
      'another body',
      (files) => edit(files, 'payload/000.ndjson', (t) => t.replace('Laptop loss', 'Laptop lost')),
      'payload.digest',
    ],
    ['another file', (files) => new Map(files).set(filePath(FILE_DIGEST), Buffer.from('other')), 'payload.digest'],
    [
      'an item changed',
      (files) => edit(files, 'payload/003.ndjson', (t) => t.replace('false', 'true')),
      'payload.root',
    ],
    [
      'an item renamed',
      (files) => edit(files, 'payload/003.ndjson', (t) => t.replace('"p-1"', '"p-11"')),
      'payload.root',
    ],
    [
      'a reference elsewhere',
      (files) => edit(files, 'payload/004.ndjson', (t) => t.replace('"seenIn":3', '"seenIn":2')),
      'payload.reference',
    ],
    ['a file nobody named', (files) => new Map(files).set(`payload/file/${'0'.repeat(64)}`, Buffer.of()), 'file.stray'],
    ['a partial tile of another size', (files) => new Map(files).set('tile/0/000.p/3', Buffer.alloc(96)), 'file.stray'],
    ['a payload past the end', (files) => new Map(files).set('payload/007.ndjson', Buffer.of()), 'file.stray'],
    ['a tile of zeroes', (files) => new Map(files).set('tile/0/000.p/7', Buffer.alloc(224)), 'tile.mismatch'],
    ['no checkpoint', (files) => without(files, 'checkpoint'), 'checkpoint.missing'],
    ['a bundle cut', (files) => new Map(files).set('tile/entries/000.p/7', Buffer.of(0, 1)), 'bundle.malformed'],
    ['deep JSON', (files) => edit(files, 'payload/000.ndjson', () => `${'['.repeat(1_000_000)}\n`), 'json.too-deep'],
    ['a line without end', (files) => edit(files, 'payload/000.ndjson', (t) => t.trimEnd()), 'payload.malformed'],
    ['a size that was never reached', forgeSize, 'tile.missing'],
  ])('%s', async (_, change, code) => {
    expect(await codesOf(await change(small))).toContain(code);
  });

  it('the whole log written anew under another key: found with the key given, told without', async () => {
    const forged = await exported(await exampleEntries(2, exampleSigner(9)), 9);

    expect(await codesOf(forged)).toEqual(
      expect.arrayContaining(['key.untrusted', 'note.unsigned', 'entry.untrusted']),
    );
    expect(await verifyExport(folderOf(forged))).toMatchObject({ ok: true, trust: { key: 'from-binder' } });
  });

  it('recorded time that runs backwards, or is none', async () => {
    const at = (now: string) => sealStatement({ subject: [], predicateType: ACT, predicate: { now } }, exampleSigner());
    const log = async (...times: string[]) => codesOf(await exported(await Promise.all(times.map(at))));

    expect(await log('2026-03-01T08:00:00.5Z', '2026-03-01T08:00:00.500Z', '2026-03-01T08:00:01Z')).toEqual([]);
    expect(await log('2026-03-01T08:00:00.5Z', '2026-03-01T08:00:00Z')).toEqual(['time.backwards']);
    expect(await log('2026-03-01T09:00:00+01:00')).toEqual(['time.malformed']);
  });

  it('a signature that is not over the statement', async () => {
    const real = exampleSigner();
    const wrong = await sealStatement(
      { subject: [], predicateType: ACT, predicate: {} },
      { ...real, sign: () => Buffer.alloc(64, 1) },
    );

    expect(await codesOf(await exported([wrong]))).toEqual(['entry.signature']);
  });

  it('an entry of another kind', async () => {
    const entry = Buffer.from('{"kind":"other"}');
    const root = leafHash(entry);
    const files = new Map(small)
      .set('checkpoint', Buffer.from(await signCheckpoint({ origin: ORIGIN, size: 1, root }, exampleSigner())))
      .set('tile/entries/000.p/1', encodeBundle([entry]));

    expect(await codesOf(files)).toContain('entry.malformed');
  });

  it('random bytes are failures, never a crash', async () => {
    const paths = [...small.keys()];
    await fc.assert(
      fc.asyncProperty(fc.nat(paths.length - 1), fc.uint8Array({ maxLength: 300 }), async (which, bytes) => {
        expect(await codesOf(new Map(small).set(paths[which] ?? '', bytes))).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('a given key that is none is the caller’s mistake', async () => {
    await expect(verifyExport(folderOf(small), { keys: ['nonsense'] })).rejects.toMatchObject({
      code: 'key.malformed',
    });
  });
});

describe('hostile folders', () => {
  it('links, pipes and strange names are failures; nothing waits', async () => {
    const folder = await newFolder();
    await exportExample(fileStorage(folder, { durable: false }), await exampleEntries(1));
    await symlink('/etc/passwd', join(folder, 'payload', 'link'));
    await rm(join(folder, 'payload', '000.ndjson'));
    await symlink('/dev/zero', join(folder, 'payload', '000.ndjson'));
    await rm(join(folder, 'payload', '001.ndjson'));
    execFileSync('mkfifo', [join(folder, 'payload', '001.ndjson')]);
    await mkdir(join(folder, 'checkpoint.d'));
    await writeFile(join(folder, 'checkpoint.d', '..hidden'), '');
    const { failures } = await verifyExport(diskFolder(folder), { keys });

    expect(failures.map(({ path, code }) => `${code} ${path}`).sort()).toEqual([
      'file.missing payload/000.ndjson',
      'file.missing payload/001.ndjson',
      'file.not-plain payload/000.ndjson',
      'file.not-plain payload/001.ndjson',
      'file.not-plain payload/link',
      'file.stray checkpoint.d/..hidden',
      `file.stray ${filePath(FILE_DIGEST)}`,
    ]);
  });

  it('no folder, or a file instead of one', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'plain'), '');

    expect((await verifyExport(diskFolder(join(folder, 'none')))).failures.map(({ code }) => code)).toContain(
      'folder.missing',
    );
    expect((await verifyExport(diskFolder(join(folder, 'plain')))).ok).toBe(false);
  });
});

describe('against an older export', () => {
  const codes = async (now: Files, old: Files) =>
    (await verifyExport(folderOf(now), { keys, old: folderOf(old) })).failures.map(({ code }) => code);

  it('a log that grew is whole, and so is the same one', async () => {
    expect(await codes(whole, small)).toEqual([]);
    expect(await codes(small, small)).toEqual([]);
    expect(await codes(small, await exported([]))).toEqual([]);
  });

  it('a shorter or another log is not', async () => {
    const [a, b, ...rest] = await exampleEntries(4);
    if (!a || !b) throw new Error('no entries');

    expect(await codes(small, whole)).toContain('old.longer');
    expect(await codes(await exported([b, a, ...rest]), small)).toContain('old.forked');
  });

  it('a body withheld or erased since is found; one shown since is welcome', async () => {
    const written = await exampleEntries(3);
    const hidden = written.map((entry, i) =>
      i === 0 ? { ...entry, lines: [{ does: 'withhold-all' } as const] } : entry,
    );

    expect(await codes(await exported(hidden), small)).toEqual(['payload.removed']);
    expect(await codes(await exported(written), await exported(hidden))).toEqual([]);
  });

  it('damage in the older one is named as such', async () => {
    const { failures } = await verifyExport(folderOf(whole), {
      keys,
      old: folderOf(edit(small, 'payload/000.ndjson', (t) => t.replace('Laptop', 'laptop'))),
    });

    expect(failures.map(({ path }) => path)).toContain('OLD/payload/000.ndjson');
  });
});

it.each([
  '{}',
  '[]',
  '{"subject":"a"}',
  '{"digest":"00"}',
  '{"item":"a","salt":"AA==","body":1}',
  '{"withheld":true,"x":1}',
  '{"erased":true,"subject":"a","withheld":true}',
])('%s is no payload line', (line) =>
  expect(() => parseLine(line)).toThrowError(expect.objectContaining({ name: 'LedgerFault' })),
);

it('payload lines come back as printed', () => {
  const salt = new Uint8Array(16).fill(1);
  const digest = new Uint8Array(32).fill(2);
  for (const line of [
    { does: 'show-subject', subject: 's', salt, body: null },
    { does: 'hide-subject', subject: 's', why: 'erased' },
    { does: 'hide-subject', subject: 's', why: 'withheld', digest },
    { does: 'show-file', digest, salt },
    { does: 'show-file', digest },
    { does: 'show-item', item: 'i', salt, body: { a: [1] } },
    { does: 'refer-item', item: 'i', digest, seenIn: 3 },
    { does: 'hide-item', digest },
    { does: 'withhold-all' },
  ] as const)
    expect(parseLine(printLine(line).trimEnd())).toEqual(line);
});

async function forgeSize(files: Files): Promise<Files> {
  const checkpoint = { origin: ORIGIN, size: Number.MAX_SAFE_INTEGER, root: Buffer.alloc(32) };
  return new Map(files).set('checkpoint', Buffer.from(await signCheckpoint(checkpoint, exampleSigner())));
}
