import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Organisation } from '../runtime.ts';
import { diskStore } from '../blobs/disk.ts';
import { OPERATOR, PEOPLE, refusalIn, refusalOf, standUp } from '../testing.ts';
import type { Ground } from '../testing.ts';
import { blobs } from './blobs.ts';

let ground: Ground;
let folder: string;
beforeAll(async () => {
  ground = await standUp();
  folder = join(ground.folder, 'quota');
});
afterAll(() => ground.close());

const of = (text: string): Readable => Readable.from([Buffer.from(text)]);
const within = (bytes: number, files = 100) => blobs(diskStore(folder, 0), { bytes, files }, ground.database);
const filesOf = async ({ id }: Organisation): Promise<readonly string[]> =>
  (await readdir(join(folder, String(id)), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
const rowsOf = (org: Organisation) =>
  ground.asAdministrator<{ n: number }>('select count(*)::int as n from blob where org = $1', [org.id]);

describe('uploading', () => {
  test('answers digest, length and type, and says where the name claims another', async () => {
    const put = await within(1000).putBlob(ground.alpha, OPERATOR, of('<html>'), 'report.pdf');

    expect(put).toEqual({
      digest: createHash('sha256').update('<html>').digest('hex'),
      bytes: 6,
      media: 'text/html',
      says: 'The name ends in .pdf, and the bytes are an HTML page.',
    });
  });

  test('is for those who may file evidence', async () => {
    expect(await refusalOf(within(1000).putBlob(ground.alpha, PEOPLE.auditor, of('x')))).toBe('record.forbidden');
  });

  test('counts what an organisation has, and no other’s', async () => {
    const files = within(1_000_000);
    const before = await files.storage(ground.alpha);
    await files.putBlob(ground.alpha, OPERATOR, of('counted'));
    await files.putBlob(ground.alpha, OPERATOR, of('counted'));
    await files.putBlob(ground.beta, OPERATOR, of('of beta'));

    const { used, quota, where } = await files.storage(ground.alpha);

    expect([used.bytes - before.used.bytes, used.files - before.used.files]).toEqual([7, 1]);
    expect([quota.bytes, where]).toEqual([1_000_000, folder]);
  });

  test('finds types anew, and nothing that another organisation has', async () => {
    const files = within(1_000_000);
    const { digest } = await files.putBlob(ground.alpha, OPERATOR, of('%PDF-1.7 of alpha'));
    const { digest: none } = await files.putBlob(ground.alpha, OPERATOR, Readable.from([]));

    expect(await files.find(ground.alpha, digest)).toEqual({ bytes: 17, media: 'application/pdf' });
    expect(await files.find(ground.alpha, none)).toEqual({ bytes: 0, media: 'text/plain' });
    expect(await refusalOf(files.find(ground.beta, digest))).toBe('blob.missing');
  });
});

test('an upload that breaks off before it is read is its own failure only', async () => {
  const gone = new Readable({ read: () => undefined });

  const put = within(1_000_000).putBlob(ground.alpha, OPERATOR, gone);
  gone.destroy(new Error('The upload broke off'));

  await expect(put).rejects.toThrow('The upload broke off');
});

describe('an organisation’s quota', () => {
  test('refuses what is one byte too much while it comes, and keeps nothing of it', async () => {
    const { used } = await within(1).storage(ground.beta);
    const [files, rows] = [await filesOf(ground.beta), await rowsOf(ground.beta)];
    let asked = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          asked += 1;
          yield Buffer.alloc(100);
        }
      })(),
    );

    const refusal = await refusalIn(within(used.bytes + 1000).putBlob(ground.beta, OPERATOR, endless));

    expect([refusal.code, refusal.message]).toEqual(['blob.quota', expect.stringContaining('1007 bytes')]);
    expect(asked).toBeLessThan(100);
    expect([await filesOf(ground.beta), await rowsOf(ground.beta)]).toEqual([files, rows]);
  });

  test('takes what just fits', async () => {
    const { used } = await within(1).storage(ground.beta);

    const { bytes } = await within(used.bytes + 10).putBlob(ground.beta, OPERATOR, of('just fits!'));

    expect(bytes).toBe(10);
  });

  test('counts files too', async () => {
    const { used } = await within(1).storage(ground.beta);

    expect(await refusalOf(within(1000, used.files).putBlob(ground.beta, OPERATOR, of('more')))).toBe('blob.count');
  });

  test('is not outrun by two uploads at once', async () => {
    const { used } = await within(1).storage(ground.beta);
    const files = within(used.bytes + 15);

    const done = await Promise.allSettled(
      ['ten bytes!', 'ten others'].map((text) => files.putBlob(ground.beta, OPERATOR, of(text))),
    );

    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await files.storage(ground.beta)).used.bytes).toBe(used.bytes + 10);
  });

  test('sixteen uploads under way are enough', async () => {
    const files = within(1_000_000);
    const open = Array.from({ length: 17 }, () => new Readable({ read: () => undefined }));

    const done = open.map((stream) => refusalOf(files.putBlob(ground.alpha, OPERATOR, stream)).catch(String));
    const first = await Promise.race(done);
    open.forEach((stream) => stream.push(null));
    await Promise.all(done);

    expect(first).toBe('blob.busy');
    expect((await files.putBlob(ground.alpha, OPERATOR, of('afterwards'))).bytes).toBe(10);
  });
});
