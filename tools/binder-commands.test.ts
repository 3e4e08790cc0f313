import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { unpack } from '@countersign/ledger/binder/unpack-for-tests.ts';
import { nameOutside, see } from '@countersign/server/ledger/outside-for-tests.ts';
import type { Ground } from '@countersign/server/testing.ts';
import { OPERATOR, standUp } from '@countersign/server/testing.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// Everything that the page “How to verify” tells a stranger to type is typed here, on a binder of the product: what must be accepted, and what must be
// refused. It reads the page as a browser would, so a command that is changed is a command that is tried.

interface Typed {
  readonly id: string;
  readonly exit: number;
  readonly run: string;
}

const bin = fileURLToPath(new URL('../cli/bin/countersign.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'countersign-typed-'));
let ground: Ground;
let top: string;
let page: string;

const plain = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const typedIn = (text: string): readonly Typed[] =>
  [...text.matchAll(/<pre[^>]*data-run="([^"]+)"\s+data-exit="(\d)"\s*><code>([^<]*)<\/code><\/pre>/g)].map(
    ([, id = '', exit, run = '']) => ({ id, exit: Number(exit), run: plain(run) }),
  );

const filesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/<pre[^>]*data-file="([^"]+)"\s*><code>([^<]*)<\/code><\/pre>/g)].map(
      ([, name = '', body = '']) => [name, plain(body)],
    ),
  );

const type = (run: string) =>
  spawnSync('sh', ['-c', run], {
    cwd: top,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
  });

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

beforeAll(async () => {
  ground = await standUp();
  const { engine, alpha, clock } = ground;
  const act = (name: string, input: object) => engine.runtime.act(alpha, OPERATOR, name, input);
  const control = { kind: 'control', id: 'review', title: 'Access is reviewed', frequency: 'monthly' };
  await act('records.apply', { records: [{ ...control, startsOn: '2026-01-01', answers: { soc2: ['CC6.1'] } }] });
  clock.set('2026-02-10T09:00:00Z');
  const { digest } = await engine.services.putBlob(alpha, OPERATOR, Readable.from([Buffer.from('who has access\n')]));
  await act('evidence.add', { id: 'list', name: "February's list $(x).txt", blob: digest, controls: ['review'] });
  clock.set('2026-04-01T09:00:00Z');
  await nameOutside(ground, alpha);
  await see(ground, alpha, 'witness');
  await see(ground, alpha, 'time');

  const id = '00000000-0000-4000-8000-000000000001';
  const signal = new AbortController().signal;
  const progress = (): void => undefined;
  await engine.services.binders.make(
    alpha,
    OPERATOR,
    { from: '2026-01-01', to: '2026-03-31' },
    { id, key: '00000000-0000-4000-8000-000000000002', signal, progress },
  );
  const kept = await engine.services.binders.find(alpha, OPERATOR, id);
  await pipeline(await engine.services.binders.read(alpha, kept.digest), createWriteStream(join(folder, kept.name)));
  await unpack(join(folder, kept.name), folder);
  top = join(folder, kept.name.replace('.zip', ''));
  page = readFileSync(join(top, 'data/how-to-verify.html'), 'utf8');

  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/countersign'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(folder, 'bin/countersign'), 0o755);
}, 120_000);
afterAll(async () => {
  await ground.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what the page tells to type', () => {
  const tools = { go: 'go', openssl: 'openssl' };

  test('is typed in its order, and ends as the page says', { timeout: 240_000 }, ({ skip }) => {
    skip(!has(tools.openssl), 'left out: there is no openssl here');
    const all = typedIn(page);
    const files = filesIn(page);
    expect(all.filter(({ exit }) => exit !== 0).length).toBeGreaterThan(5);

    let built = true;
    const ended = all.flatMap((typed) => {
      if (typed.id === 'go') {
        for (const [name, text] of files) writeFileSync(join(folder, 'check', name), text);
        built = has(tools.go) && type('cd ../check && go mod download').status === 0;
      }
      if (typed.id.startsWith('go') && !built) return [];
      const { status, stdout, stderr } = type(typed.run);
      return [{ id: typed.id, due: typed.exit, status, told: status === typed.exit ? '' : stdout + stderr }];
    });

    expect(ended.filter(({ due, status }) => due !== status)).toEqual([]);
    expect(ended.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['sums', 'checkpoint', 'seal', 'document', 'time-0', 'time-0-fail', 'ours']),
    );
    // Nothing was put into the binder on the way.
    expect(readdirSync(top).sort()).toEqual([
      'bag-info.txt',
      'bagit.txt',
      'data',
      'manifest-sha256.txt',
      'seal.note',
      'tagmanifest-sha256.txt',
    ]);
  });

  test('names no tool by its own', () => {
    expect(page).not.toMatch(/curl|wget|http:\/\//);
  });
});
