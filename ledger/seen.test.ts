import { describe, expect, it } from 'vitest';
import { exampleBinder, mapFolder, witnessed } from './binder/testing.ts';
import type { BinderFile } from './binder/writer.ts';
import { verifyFolder } from './binder/verify.ts';
import { blobAccess, zipFolder } from './binder/zip-folder.ts';
import { utf8 } from './bytes.ts';
import { signCheckpoint } from './checkpoint.ts';
import { exampleEntries, exampleKey, exampleSigner, exportExample, ORIGIN } from './example-log.ts';
import { printVerifierKey } from './key.ts';
import { memoryStorage } from './memory-storage.ts';
import { parseNote } from './note.ts';
import { timeStampRequest } from './time/request.ts';
import { InventedAuthority } from './time/testing.ts';
import { verifyExport } from './verify.ts';
import { exampleWitness } from './witness/example-witness.ts';
import { printWitnessKey } from './witness/key.ts';

const keys = [printVerifierKey(exampleKey())];
const authority = new InventedAuthority();
const AT = '20260303120000Z';
const { key } = exampleWitness();
const stampOf = (bytes: Uint8Array) => authority.answer(timeStampRequest(bytes).bytes, { at: AT });

/** What a witness and an authority saw of the log as it is. */
async function seenBy(note: Uint8Array): Promise<BinderFile[]> {
  return [
    ...(await witnessed(note)),
    { path: 'seen/7/invented.tsr', bytes: stampOf(note) },
    { path: 'authorities/invented.pem', bytes: utf8(authority.roots) },
  ];
}

async function exported(
  change: (files: Map<string, Uint8Array>) => void = () => undefined,
): Promise<Map<string, Uint8Array>> {
  const out = memoryStorage();
  await exportExample(out, await exampleEntries(2));
  for (const { path, bytes } of await seenBy(out.files.get('checkpoint') ?? Buffer.of()))
    if (bytes instanceof Uint8Array) out.files.set(path, bytes);
  change(out.files);
  return out.files;
}

const verify = (files: ReadonlyMap<string, Uint8Array>, given: object = {}) =>
  verifyExport(mapFolder(files), { keys, ...given });
const codes = async (change: (files: Map<string, Uint8Array>) => void, given: object = {}) =>
  (await verify(await exported(change), given)).failures.map(({ path, code }) => `${code} ${path}`);

describe('what others saw of a log', () => {
  it('is told, and counts by what was given from elsewhere', async () => {
    const files = await exported();
    const given = { witnesses: [printWitnessKey(key)], timeRoots: [authority.roots] };

    expect(await verify(files)).toMatchObject({
      ok: true,
      trust: {
        witnesses: [],
        timestamps: [],
        provenNoLaterThan: null,
        seen: [
          { size: 7, at: '2026-03-02T00:00:00Z', by: key.name, kind: 'witness', trusted: false },
          { size: 7, at: '2026-03-03T12:00:00Z', by: 'invented', kind: 'time', trusted: false },
        ],
      },
    });
    expect(await verify(files, given)).toMatchObject({
      ok: true,
      trust: {
        witnesses: [key.name],
        timestamps: ['invented 2026-03-03T12:00:00Z'],
        provenNoLaterThan: '2026-03-02T00:00:00Z',
      },
    });
    expect(await verify(files, { timeRoots: [authority.roots] })).toMatchObject({
      trust: { witnesses: [], provenNoLaterThan: '2026-03-03T12:00:00Z' },
    });
  });

  it('is the same in a binder', async () => {
    const bag = await exampleBinder({ seen: seenBy });
    const opening = () => zipFolder(blobAccess(new Blob([new Uint8Array(bag)])));

    expect(await verifyFolder(opening, { keys, timeRoots: [authority.roots] })).toMatchObject({
      ok: true,
      failures: [],
      trust: { timestamps: ['invented 2026-03-03T12:00:00Z'] },
    });
  });

  it('by another authority than the one that was given is listed, and counts for nothing', async () => {
    const found = await verify(await exported(), { timeRoots: [new InventedAuthority('Somebody else').roots] });

    expect(found).toMatchObject({ ok: true, trust: { timestamps: [], provenNoLaterThan: null } });
  });

  it.each<[string, (files: Map<string, Uint8Array>) => void, string]>([
    [
      'a time-stamp of other bytes',
      (files) => files.set('seen/7/invented.tsr', stampOf(utf8('other'))),
      'timestamp.imprint seen/7/invented.tsr',
    ],
    [
      'a time-stamp that is none',
      (files) => files.set('seen/7/invented.tsr', utf8('none')),
      'timestamp.malformed seen/7/invented.tsr',
    ],
    [
      'a size that is another',
      (files) => files.set('seen/3/checkpoint', files.get('checkpoint') ?? Buffer.of()),
      'seen.size seen/3/checkpoint',
    ],
    [
      'a size beyond the log',
      (files) => files.set('seen/8/checkpoint', files.get('checkpoint') ?? Buffer.of()),
      'file.stray seen/8/checkpoint',
    ],
    [
      'a size without a checkpoint',
      (files) => files.set('seen/3/cosigned', utf8('x')),
      'checkpoint.missing seen/3/checkpoint',
    ],
    [
      'keys of witnesses that are none',
      (files) => files.set('witnesses.vkey', utf8('nonsense\n')),
      'key.malformed witnesses.vkey',
    ],
    ['a name that is none', (files) => files.set('seen/7/INVENTED.tsr', utf8('x')), 'file.stray seen/7/INVENTED.tsr'],
    [
      'something else that was cosigned',
      (files) =>
        files.set(
          'seen/7/cosigned',
          utf8(
            Buffer.from(files.get('seen/7/cosigned') ?? Buffer.of())
              .toString()
              .replace('\n7\n', '\n6\n'),
          ),
        ),
      'seen.cosigned seen/7/cosigned',
    ],
  ])('%s is found', async (_, change, code) => {
    expect(await codes(change)).toContain(code);
  });

  it('a root that the log never had is found, though the log’s own key signed it', async () => {
    const note = await signCheckpoint({ origin: ORIGIN, size: 3, root: new Uint8Array(32) }, exampleSigner());

    expect(await codes((files) => files.set('seen/3/checkpoint', utf8(note)))).toEqual([
      'seen.forked seen/3/checkpoint',
    ]);
    expect(parseNote(note).signatures).toHaveLength(1);
  });

  it('a checkpoint that another key signed is none', async () => {
    const note = await signCheckpoint({ origin: ORIGIN, size: 3, root: new Uint8Array(32) }, exampleSigner(9));

    expect(await codes((files) => files.set('seen/3/checkpoint', utf8(note)))).toEqual([
      'note.unsigned seen/3/checkpoint',
    ]);
  });

  it('a given key or root that is none is the caller’s mistake', async () => {
    await expect(verify(await exported(), { witnesses: ['nonsense'] })).rejects.toMatchObject({
      code: 'key.malformed',
    });
    await expect(verify(await exported(), { timeRoots: ['nonsense'] })).rejects.toMatchObject({
      code: 'timestamp.roots',
    });
  });
});
