import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskStore } from './disk.ts';

test('drafts of uploads that broke off more than a day ago are removed at the start, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-blobs-'));
  const old = new Date(Date.now() - 25 * 3_600_000);
  const files = [
    join(folder, '1', 'drafts', 'old'),
    join(folder, '1', 'drafts', 'new'),
    join(folder, '1', 'ab', 'abc'),
  ];
  for (const file of files) {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, 'x');
    if (!file.endsWith('new')) await utimes(file, old, old);
  }

  await diskStore(folder, 0).sweep();
  const left = [...(await readdir(join(folder, '1', 'drafts'))), ...(await readdir(join(folder, '1', 'ab')))];
  await rm(folder, { recursive: true });

  expect(left).toEqual(['new', 'abc']);
});
