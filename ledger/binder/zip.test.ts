import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { crc32 } from '../crypto/node.ts';
import { LedgerFault } from '../fault.ts';
import { verifyFolder } from './verify.ts';
import { blobAccess, zipFolder } from './zip-folder.ts';
import { CENTRAL, DEFLATED, END, fields, LOCAL, STORED, UNICODE_PATH_EXTRA, ZIP64_EXTRA } from './zip-format.ts';
import { zipOf, type ZipInput } from './zip-writer.ts';

interface Crafted {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly packed?: number;
  readonly madeBy?: number;
  readonly attributes?: number;
  readonly extra?: Uint8Array;
  /** What the local header says instead. */
  readonly local?: { readonly name?: string; readonly crc?: number; readonly size?: number; readonly method?: number };
  readonly at?: number;
  readonly after?: Uint8Array;
}

/** A ZIP with anything in it. */
function craft(
  entries: readonly Crafted[],
  end: {
    readonly count?: number;
    readonly comment?: Uint8Array;
    readonly before?: Uint8Array;
    readonly between?: Uint8Array;
  } = {},
): Uint8Array {
  const parts: Uint8Array[] = [end.before ?? Buffer.of()];
  const central: Uint8Array[] = [];
  let at = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const { flags = 0x800, method = STORED, data = Buffer.from('data'), madeBy = 0x031e, extra = Buffer.of() } = entry;
    const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name;
    const crc = entry.crc ?? crc32(data);
    const size = entry.size ?? data.length;
    const packed = entry.packed ?? data.length;
    const localName = entry.local?.name === undefined ? name : Buffer.from(entry.local.name);
    const local = Buffer.concat([
      fields([LOCAL, 4], [20, 2], [flags, 2], [entry.local?.method ?? method, 2], [0, 4], [entry.local?.crc ?? crc, 4]),
      fields([packed, 4], [entry.local?.size ?? size, 4], [localName.length, 2], [0, 2]),
      localName,
      data,
      entry.after ?? Buffer.of(),
    ]);
    central.push(
      Buffer.concat([
        fields([CENTRAL, 4], [madeBy, 2], [20, 2], [flags, 2], [method, 2], [0, 4], [crc, 4], [packed, 4], [size, 4]),
        fields(
          [name.length, 2],
          [extra.length, 2],
          [0, 2],
          [0, 2],
          [0, 2],
          [entry.attributes ?? 0, 4],
          [entry.at ?? at, 4],
        ),
        name,
        extra,
      ]),
    );
    parts.push(local);
    at += local.length;
  }
  parts.push(end.between ?? Buffer.of());
  at += end.between?.length ?? 0;
  const directory = Buffer.concat(central);
  const count = end.count ?? entries.length;
  const comment = end.comment ?? Buffer.of();
  parts.push(directory);
  parts.push(
    fields([END, 4], [0, 4], [count, 2], [count, 2], [directory.length, 4], [at, 4], [comment.length, 2]),
    comment,
  );
  return Buffer.concat(parts);
}

const opened = (bytes: Uint8Array) => zipFolder(blobAccess(new Blob([new Uint8Array(bytes)])));

/** Reads all of it; the code of what is wrong. */
async function codeOf(bytes: Uint8Array): Promise<string | undefined> {
  try {
    const folder = await opened(bytes);
    for await (const { path } of folder.list()) for await (const _ of (await folder.open(path)) ?? []);
    return undefined;
  } catch (error) {
    if (error instanceof LedgerFault) return error.code;
    throw error;
  }
}

async function contentOf(bytes: Uint8Array): Promise<string[]> {
  const folder = await opened(bytes);
  const found: string[] = [];
  for await (const { path } of folder.list())
    found.push(`${path} ${(await collect((await folder.open(path)) ?? [])).toString('hex')}`);
  return found;
}

async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

async function* inputs(...list: readonly ZipInput[]): AsyncGenerator<ZipInput> {
  yield* list;
}

async function* stream(mebibytes: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < mebibytes; i++) yield Buffer.alloc(1 << 20, i);
}

const small = Buffer.from('one\n');
const bomb = deflateRawSync(Buffer.alloc(8 << 20));

describe('a hostile archive is refused with its code', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing', Buffer.of(), 'zip.malformed'],
    ['no archive', Buffer.from('x'.repeat(5000)), 'zip.malformed'],
    ['a path upwards', craft([{ name: '../evil' }]), 'zip.unsafe-path'],
    ['a path upwards inside', craft([{ name: 'a/../../evil' }]), 'zip.unsafe-path'],
    ['an absolute path', craft([{ name: '/etc/passwd' }]), 'zip.unsafe-path'],
    ['a drive', craft([{ name: 'C:/evil' }]), 'zip.unsafe-path'],
    ['a backslash', craft([{ name: 'a\\..\\evil' }]), 'zip.unsafe-path'],
    ['a control character', craft([{ name: 'a\nb' }]), 'zip.unsafe-path'],
    ['a name that ends early', craft([{ name: 'a\0b' }]), 'zip.unsafe-path'],
    ['an empty name', craft([{ name: '' }]), 'zip.unsafe-path'],
    ['an empty segment', craft([{ name: 'a//b' }]), 'zip.unsafe-path'],
    ['a name that is no UTF-8', craft([{ name: Uint8Array.of(0xff, 0xfe) }]), 'zip.unsafe-path'],
    ['a name too long', craft([{ name: 'a'.repeat(2000) }]), 'zip.unsafe-path'],
    ['a name twice', craft([{ name: 'a' }, { name: 'a' }]), 'zip.duplicate'],
    ['names that differ by case', craft([{ name: 'A' }, { name: 'a' }]), 'zip.clash'],
    ['names that differ by Unicode form', craft([{ name: '\u00e4' }, { name: 'a\u0308' }]), 'zip.clash'],
    ['folders that differ by case', craft([{ name: 'A/x' }, { name: 'a/y' }]), 'zip.clash'],
    ['a file that is a folder too', craft([{ name: 'a' }, { name: 'a/b' }]), 'zip.clash'],
    ['a symbolic link', craft([{ name: 'a', attributes: (0o120777 << 16) >>> 0 }]), 'zip.link'],
    ['a link made on macOS', craft([{ name: 'a', madeBy: 0x131e, attributes: (0o120777 << 16) >>> 0 }]), 'zip.link'],
    ['a device', craft([{ name: 'a', attributes: (0o060600 << 16) >>> 0 }]), 'zip.link'],
    ['an encrypted file', craft([{ name: 'a', flags: 0x801 }]), 'zip.encrypted'],
    ['strong encryption', craft([{ name: 'a', flags: 0x841 }]), 'zip.encrypted'],
    ['a method that is not read', craft([{ name: 'a', method: 12 }]), 'zip.method'],
    ['bytes after the end', Buffer.concat([craft([{ name: 'a' }]), Buffer.from('more')]), 'zip.malformed'],
    ['bytes before the beginning', craft([{ name: 'a' }], { before: Buffer.from('#!/bin/sh\n') }), 'zip.gap'],
    ['bytes before the directory', craft([{ name: 'a' }], { between: Buffer.from('more') }), 'zip.gap'],
    ['bytes between two files', craft([{ name: 'a', after: Buffer.from('more') }, { name: 'b' }]), 'zip.gap'],
    ['two ends', craft([{ name: 'a' }], { comment: craft([{ name: 'b' }]) }), 'zip.ambiguous'],
    ['two files in the same bytes', craft([{ name: 'a' }, { name: 'b', at: 0 }]), 'zip.overlap'],
    ['a file that reaches into the directory', craft([{ name: 'a', size: 900, packed: 900 }]), 'zip.overlap'],
    ['more entries than there are', craft([{ name: 'a' }], { count: 2 }), 'zip.malformed'],
    ['fewer entries than there are', craft([{ name: 'a' }, { name: 'b' }], { count: 1 }), 'zip.malformed'],
    ['another name before the data', craft([{ name: 'aa', local: { name: 'bb' } }]), 'zip.local'],
    ['another method before the data', craft([{ name: 'a', local: { method: DEFLATED } }]), 'zip.local'],
    ['another checksum before the data', craft([{ name: 'a', local: { crc: 7 } }]), 'zip.local'],
    ['another size before the data', craft([{ name: 'a', local: { size: 3 } }]), 'zip.local'],
    ['a wrong checksum in both places', craft([{ name: 'a', crc: 7 }]), 'zip.crc'],
    ['a stored file of two lengths', craft([{ name: 'a', size: 5 }]), 'zip.size'],
    ['a folder with content', craft([{ name: 'a/' }]), 'zip.malformed'],
    [
      'a bomb',
      craft([{ name: 'a', method: DEFLATED, data: bomb, size: 8 << 20, crc: crc32(Buffer.alloc(8 << 20)) }]),
      'zip.bomb',
    ],
    ['a bomb that lies about its size', craft([{ name: 'a', method: DEFLATED, data: bomb, size: 100 }]), 'zip.size'],
    [
      'no deflate stream',
      craft([{ name: 'a', method: DEFLATED, data: Buffer.from([7, 7, 7]), size: 9 }]),
      'zip.deflate',
    ],
    [
      'a deflate stream cut short',
      craft([{ name: 'a', method: DEFLATED, data: deflateRawSync(small).subarray(0, -2), size: 4, crc: crc32(small) }]),
      'zip.deflate',
    ],
    [
      'a deflate stream with more behind it',
      craft([
        {
          name: 'a',
          method: DEFLATED,
          data: Buffer.concat([deflateRawSync(small), Buffer.from('hidden')]),
          size: 4,
          crc: crc32(small),
        },
      ]),
      'zip.deflate',
    ],
    ['ZIP64 sizes that are missing', craft([{ name: 'a', size: 0xffffffff, packed: 0xffffffff }]), 'zip.malformed'],
    [
      'an extra field that ends outside',
      craft([{ name: 'a', extra: fields([ZIP64_EXTRA, 2], [99, 2]) }]),
      'zip.malformed',
    ],
    [
      'an extra field twice',
      craft([
        { name: 'a', extra: Buffer.concat([fields([ZIP64_EXTRA, 2], [0, 2]), fields([ZIP64_EXTRA, 2], [0, 2])]) },
      ]),
      'zip.ambiguous',
    ],
    [
      'a second name beside the first',
      craft([
        { name: 'a', extra: Buffer.concat([fields([UNICODE_PATH_EXTRA, 2], [6, 2]), Buffer.of(1, 0, 0, 0, 0, 98)]) },
      ]),
      'zip.ambiguous',
    ],
  ])('%s', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
    const found = await verifyFolder(() => opened(bytes));
    expect(found.ok).toBe(false);
    expect(found.failures.length).toBeGreaterThan(0);
  });

  it('too many entries, or a directory too long', async () => {
    const bytes = craft([{ name: 'a' }, { name: 'b' }]);
    const access = blobAccess(new Blob([new Uint8Array(bytes)]));
    const limits = { entries: 1, directory: 1000, ratio: 250, free: 1 << 20 };

    await expect(zipFolder(access, limits)).rejects.toMatchObject({ code: 'zip.too-many' });
    await expect(zipFolder(access, { ...limits, entries: 9, directory: 20 })).rejects.toMatchObject({
      code: 'zip.too-many',
    });
  });

  it('any byte of the structure changed: refused, or read as it was', async () => {
    const bytes = await collect(
      zipOf(inputs({ path: 'a/one', bytes: small }, { path: 'a/two', bytes: Buffer.from('two\n') })),
    );
    const whole = await contentOf(bytes);
    let unseen = 0;
    for (let at = 0; at < bytes.length; at++)
      for (const by of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ by;
        if ((await codeOf(changed)) !== undefined) continue;
        // Versions, times and attributes mean nothing here: paths and bytes must be as they were.
        expect([at, by, await contentOf(changed)]).toEqual([at, by, whole]);
        unseen++;
      }
    expect(unseen).toBeLessThan(bytes.length);
  });

  it('random bytes, and random pieces of an archive, never crash the reader', async () => {
    const bytes = await collect(zipOf(inputs({ path: 'a', bytes: small }, { path: 'b', bytes: Buffer.alloc(300) })));
    const pieces = fc
      .tuple(fc.nat(bytes.length), fc.nat(bytes.length))
      .map(([a, b]) => bytes.subarray(Math.min(a, b), Math.max(a, b)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 60 }), pieces), { maxLength: 5 }),
        async (parts) => {
          const code = await codeOf(Buffer.concat(parts));
          expect(code === undefined || code.startsWith('zip.')).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('what is written', () => {
  const folders: string[] = [];
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  it('is read again, by us and by a reader of other people, small and streamed', async () => {
    const bytes = await collect(
      zipOf(
        inputs(
          { path: 'top/short.txt', bytes: small },
          { path: 'top/März – 1.txt', bytes: Buffer.of() },
          { path: 'top/long', bytes: stream(9) },
          { path: 'top/announced', bytes: stream(10), size: 10 << 20 },
        ),
      ),
    );
    const folder = await opened(bytes);
    const listed: string[] = [];
    for await (const { path, size } of folder.list()) listed.push(`${path} ${size}`);
    const reader = new ZipReader(new BlobReader(new Blob([new Uint8Array(bytes)])));
    const entries = await reader.getEntries();
    const [short] = entries;

    expect(await codeOf(bytes)).toBeUndefined();
    expect(listed).toEqual([
      'top/short.txt 4',
      'top/März – 1.txt 0',
      `top/long ${9 << 20}`,
      `top/announced ${10 << 20}`,
    ]);
    expect(entries.map(({ filename, uncompressedSize }) => `${filename} ${uncompressedSize}`)).toEqual(listed);
    expect(short !== undefined && !short.directory ? await short.getData(new TextWriter()) : '').toBe('one\n');
  });

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)('is what Python and unzip -t take it for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zip-'));
    folders.push(folder);
    const file = join(folder, 'a.zip');
    await writeFile(
      file,
      await collect(zipOf(inputs({ path: 'a/ä', bytes: small }, { path: 'a/long', bytes: stream(9) }))),
    );

    execFileSync('python3', ['-c', 'import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None', file]);
    if (spawnSync('unzip', ['-v']).status === 0) execFileSync('unzip', ['-tq', file]);
    expect((await readFile(file)).length).toBeGreaterThan(9 << 20);
  });

  it('beyond 65,535 files has a ZIP64 end, and is read', async () => {
    async function* many(): AsyncGenerator<ZipInput> {
      for (let i = 0; i < 70_000; i++) yield { path: `f/${i}`, bytes: Buffer.of() };
    }
    const folder = await opened(await collect(zipOf(many())));
    let n = 0;
    for await (const _ of folder.list()) n++;

    expect(n).toBe(70_000);
  });

  it('refuses a stream of another length than was announced, and lets go of it', async () => {
    let left = false;
    async function* leaving(): AsyncGenerator<Uint8Array> {
      try {
        yield* stream(9);
      } finally {
        left = true;
      }
    }
    await expect(collect(zipOf(inputs({ path: 'a', bytes: leaving(), size: 5 })))).rejects.toMatchObject({
      code: 'binder.size',
    });
    expect(left).toBe(true);
  });
});

it('an archive that another tool made is read: deflated, with descriptors, with folders', async () => {
  const made = new ZipFile();
  made.addEmptyDirectory('top');
  made.addBuffer(Buffer.from('x'.repeat(5000)), 'top/a.txt');
  made.addReadStream((await import('node:stream')).Readable.from([Buffer.from('streamed')]), 'top/b.txt');
  made.end();
  const bytes = await collect(made.outputStream as AsyncIterable<Buffer>);

  expect(await codeOf(bytes)).toBeUndefined();
});
