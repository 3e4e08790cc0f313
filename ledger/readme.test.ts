import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the lines that show how to use it run, and verify', () => {
  const text = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```ts\n(.*?)```/s.exec(text) ?? [];

  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--no-warnings', '--eval', code],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  );

  expect(stderr).toBe('');
  expect(stdout).toMatch(/^true \{ files: \d+, entries: 1, proofs: \d+, signatures: \d+ \}\n$/);
});
