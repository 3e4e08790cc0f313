import { describe, expect, it } from 'vitest';
import { sealStatement } from './entry.ts';
import {
  exampleEntries,
  exampleKey,
  exampleSigner,
  listSource,
  ORIGIN,
  payloadsOf,
  type Written,
} from './example-log.ts';
import { exportLog } from './export.ts';
import type { Folder } from './folder.ts';
import { printVerifierKey, verifierKey } from './key.ts';
import { memoryStorage } from './memory-storage.ts';
import { handOver } from './rotation.ts';
import { publish, readCheckpoint } from './sequencer.ts';
import { ACT } from './statement.ts';
import { verifyExport } from './verify.ts';

const [OLD, NEW, THIRD] = [7, 8, 9];
const text = (byte: number) => printVerifierKey(exampleKey(byte));

/** An act at a minute of the example's second hour; with `next` it hands over to that key. */
async function act(minute: number, byte: number, next?: number, origin = ORIGIN): Promise<Written> {
  const now = new Date(Date.UTC(2026, 2, 1, 1, minute)).toISOString();
  const said =
    next === undefined ? { act: 'risk.change' } : handOver(verifierKey(origin, exampleSigner(next).publicKey));
  const statement = { subject: [], predicateType: ACT, predicate: { actor: 'person/p-9', now, ...said } };
  return { ...(await sealStatement(statement, exampleSigner(byte))), lines: [] };
}

/** The example's entries under the old key, then these; published by `signer`, an export naming `named`. */
async function exported(after: readonly Written[], signer = NEW, named = [OLD, NEW]): Promise<Folder> {
  const written = [...(await exampleEntries(1, exampleSigner(OLD))), ...after];
  const [published, out] = [memoryStorage(), memoryStorage()];
  await publish(published, listSource(written.map(({ entry }) => entry)), exampleSigner(signer), ORIGIN);
  await exportLog(out, { published, keys: named.map((byte) => exampleKey(byte)), payloads: payloadsOf(written) });
  return folderOf(out.files);
}

function folderOf(files: ReadonlyMap<string, Uint8Array>): Folder {
  return {
    async open(path) {
      const bytes = files.get(path);
      return (
        bytes &&
        (async function* () {
          yield bytes;
        })()
      );
    },
    async *list() {
      for (const path of files.keys()) yield { path, plain: true };
    },
  };
}

const codes = async (folder: Folder, keys: readonly number[], old?: Folder) =>
  (await verifyExport(folder, { keys: keys.map(text), ...(old && { old }) })).failures.map(({ code }) => code);

describe('a log that changed its key', () => {
  it.each([
    ['the first key', [OLD]],
    ['the present key', [NEW]],
    ['both', [NEW, OLD]],
  ])('is whole to whoever holds %s', async (_, keys) => {
    const folder = await exported([await act(0, OLD, NEW), await act(1, NEW), await act(2, NEW)]);

    const found = await verifyExport(folder, { keys: keys.map(text) });

    expect(found.failures).toEqual([]);
    expect(found).toMatchObject({ ok: true, trust: { key: 'given' } });
  });

  it('is whole where the hand-over is the last entry', async () => {
    const folder = await exported([await act(0, OLD, NEW)]);

    for (const keys of [[OLD], [NEW]]) expect(await codes(folder, keys)).toEqual([]);
    expect(await verifyExport(folder)).toMatchObject({ ok: true, trust: { key: 'from-binder' } });
  });

  it('is whole over several changes, whichever key is held', async () => {
    const after = [await act(0, OLD, NEW), await act(1, NEW), await act(2, NEW, THIRD), await act(3, THIRD)];
    const folder = await exported(after, THIRD, [OLD, NEW, THIRD]);

    for (const key of [OLD, NEW, THIRD]) expect(await codes(folder, [key])).toEqual([]);
  });

  it('without a hand-over is trusted only as far as keys are given', async () => {
    const folder = await exported([await act(0, NEW)]);

    expect(await codes(folder, [OLD, NEW])).toEqual([]);
    expect(await codes(folder, [NEW])).toEqual(['entry.untrusted', 'key.untrusted']);
    expect(await codes(folder, [OLD])).toEqual(['entry.untrusted', 'key.untrusted', 'note.unsigned']);
  });

  it('is found out when the old key goes on signing', async () => {
    const entries = await exported([await act(0, OLD, NEW), await act(1, OLD), await act(2, NEW)]);
    const later = await exported([await act(0, OLD, NEW), await act(1, NEW), await act(2, OLD)]);
    const checkpoint = await exported([await act(0, OLD, NEW), await act(1, NEW)], OLD);

    expect(await codes(entries, [OLD, NEW])).toContain('entry.retired-key');
    expect(await codes(later, [OLD, NEW])).toContain('entry.retired-key');
    expect(await codes(checkpoint, [OLD, NEW])).toEqual(['checkpoint.retired-key']);
  });

  it('is not taken over by a key that nobody handed over to', async () => {
    const byItself = await exported([await act(0, THIRD, THIRD), await act(1, THIRD)], THIRD, [OLD, THIRD]);
    const skipped = await exported([await act(0, OLD, NEW), await act(1, THIRD)], THIRD, [OLD, THIRD]);

    for (const folder of [byItself, skipped])
      expect(await codes(folder, [OLD])).toEqual(['entry.untrusted', 'key.untrusted', 'note.unsigned']);
  });

  it('cannot hand over to a key of another log, or to none', async () => {
    const other = await exported([await act(0, OLD, NEW, 'log.example.com/other'), await act(1, NEW)]);

    expect(await codes(other, [OLD])).toEqual(expect.arrayContaining(['key.malformed', 'entry.untrusted']));
  });

  it('extends what it was before the change, whichever key is held', async () => {
    const before = await exported([], OLD, [OLD]);
    const after = await exported([await act(0, OLD, NEW), await act(1, NEW)]);

    for (const keys of [[OLD], [NEW]]) expect(await codes(after, keys, before)).toEqual([]);
    expect((await verifyExport(after, { old: before })).failures).toEqual([]);
  });
});

describe('publishing after a change of key', () => {
  it('goes on from what the earlier key signed, and signs anew even if nothing was added', async () => {
    const storage = memoryStorage();
    const written = await exampleEntries(1, exampleSigner(OLD));
    const source = listSource(written.map(({ entry }) => entry));
    await publish(storage, source, exampleSigner(OLD), ORIGIN);
    const [old, present] = [exampleSigner(OLD).publicKey, exampleSigner(NEW).publicKey];

    await expect(publish(storage, source, exampleSigner(NEW), ORIGIN)).rejects.toMatchObject({ code: 'note.unsigned' });
    expect(await readCheckpoint(storage, ORIGIN, present, [old])).toMatchObject({ size: written.length });
    await publish(storage, source, exampleSigner(NEW), ORIGIN, [old]);

    expect(await readCheckpoint(storage, ORIGIN, present)).toMatchObject({ size: written.length });
    await expect(readCheckpoint(storage, ORIGIN, old)).rejects.toMatchObject({ code: 'note.unsigned' });
  });
});
