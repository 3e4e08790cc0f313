import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exampleKey } from '../example-log.ts';
import { printVerifierKey } from '../key.ts';
import { verifyPath } from '../verify-path.ts';
import { exampleWitness } from '../witness/example-witness.ts';
import { printWitnessKey } from '../witness/key.ts';
import { exampleBinder, exampleEvidence, REPORT, TOP } from './testing.ts';
import { verifyFolder } from './verify.ts';
import { blobAccess, zipFolder } from './zip-folder.ts';

const keys = [printVerifierKey(exampleKey())];
const folders: string[] = [];
const binder = await exampleBinder();
const opened = (bytes: Uint8Array) => () => zipFolder(blobAccess(new Blob([new Uint8Array(bytes)])));
const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'binder-'));
  folders.push(folder);
  return folder;
}

describe('an untouched binder', () => {
  it('is whole, and says what was checked and of what it is', async () => {
    const found = await verifyFolder(opened(binder), { keys });

    expect(found.failures).toEqual([]);
    expect(found).toMatchObject({
      ok: true,
      kind: 'binder',
      about: { kind: 'binder', organisation: 'Example Ltd', period: { from: '2026-01-01', to: '2026-06-30' } },
      checked: { entries: 7 },
      payloads: { checked: 1 + 250 + 4 + 2, referred: 2, erased: 1, files: 1 },
      trust: {
        key: 'given',
        witnesses: [],
        provenNoLaterThan: null,
        seen: [{ size: 7, trusted: false, kind: 'witness' }],
      },
    });
  });

  it('is proven by a witness whose key is given', async () => {
    const { key } = exampleWitness();

    expect(await verifyFolder(opened(binder), { keys, witnesses: [printWitnessKey(key)] })).toMatchObject({
      ok: true,
      trust: { witnesses: [key.name], provenNoLaterThan: '2026-03-02T00:00:00Z', seen: [{ trusted: true }] },
    });
  });

  it('is the same bytes each time it is written', async () => {
    expect(Buffer.compare(await exampleBinder(), binder)).toBe(0);
  });

  it('is whole under its own key, which does not say whose it is', async () => {
    expect(await verifyFolder(opened(binder))).toMatchObject({ ok: true, trust: { key: 'from-binder' } });
  });

  it.skipIf(!has('unzip'))('unpacks with unzip, and sha256sum finds every file as listed', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'binder.zip'), binder);
    execFileSync('unzip', ['-q', 'binder.zip'], { cwd: folder });
    for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt'])
      execFileSync('sha256sum', ['-c', '--strict', manifest], { cwd: join(folder, TOP) });
    const outside = await verifyPath(join(folder, TOP), { keys });
    const above = await (await import('node:fs/promises')).mkdtemp(join(tmpdir(), 'binder-'));
    folders.push(above);
    execFileSync('unzip', ['-q', join(folder, 'binder.zip'), '-d', above]);

    expect(outside.failures).toEqual([]);
    expect(await verifyPath(above, { keys })).toMatchObject({ ok: true, kind: 'binder' });
    expect(await verifyPath(join(folder, 'binder.zip'), { keys })).toMatchObject({ ok: true });
  });

  it.skipIf(!has('zip'))('is whole when a person packed it again, deflated', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'binder.zip'), binder);
    execFileSync('unzip', ['-q', 'binder.zip'], { cwd: folder });
    execFileSync('zip', ['-qr', 'again.zip', TOP], { cwd: folder });
    const found = await verifyPath(join(folder, 'again.zip'), { keys });

    expect(found.failures).toEqual([]);
    expect(found).toMatchObject({ ok: true, kind: 'binder' });
  });
});

describe('a bag of one piece of evidence', () => {
  it('is whole, and proves what it shows', async () => {
    const { key } = exampleWitness();
    const found = await verifyFolder(opened(await exampleEvidence()), { keys, witnesses: [printWitnessKey(key)] });

    expect(found.failures).toEqual([]);
    expect(found).toMatchObject({
      ok: true,
      kind: 'evidence',
      checked: { entries: 1, proofs: 1 },
      payloads: { checked: 1, files: 1 },
      trust: { key: 'given', witnesses: [key.name], provenNoLaterThan: '2026-03-02T00:00:00Z' },
    });
  });
});

describe('a binder of a log that changed its key', () => {
  it.each([7, 8])('is whole for whoever holds the key %i', async (byte) => {
    const given = [printVerifierKey(exampleKey(byte))];
    const found = await verifyFolder(opened(await exampleBinder({ next: 8 })), { keys: given, old: opened(binder) });

    expect(found.failures).toEqual([]);
    expect(found).toMatchObject({ ok: true, log: { size: 8 } });
  });

  it('and not for whoever holds another', async () => {
    const { failures } = await verifyFolder(opened(await exampleBinder({ next: 8 })), {
      keys: [printVerifierKey(exampleKey(9))],
    });

    expect(failures.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['note.unsigned', 'entry.untrusted', 'key.untrusted']),
    );
  });
});

describe('OLD against NEW', () => {
  it('a binder of a log that grew extends the older one', async () => {
    const found = await verifyFolder(opened(await exampleBinder({ acts: 5 })), { keys, old: opened(binder) });

    expect(found.failures).toEqual([]);
  });

  it('what lies outside the period of the newer one may be withheld', async () => {
    const later = await exampleBinder({ acts: 5, withheld: [0, 3] });

    // Entry 4 refers to items of entry 3, which now hides them.
    expect((await verifyFolder(opened(later), { keys, old: opened(binder) })).failures.map(({ code }) => code)).toEqual(
      [],
    );
  });

  it('a shorter one does not', async () => {
    const { failures } = await verifyFolder(opened(binder), { keys, old: opened(await exampleBinder({ acts: 5 })) });

    expect(failures.map(({ code }) => code)).toContain('old.longer');
  });
});

it('names a report as a person did', () => expect(REPORT).toContain('–'));
