import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAll } from '../kit/reading.ts';
import { gitConnector } from './connector.ts';
import { MadeRepository } from './repository-for-tests.ts';

const outside = gitConnector({ resolve: async () => ['140.82.112.3'] });
const now = '2026-03-05T00:00:00Z';
const start = Date.parse('2026-03-01T00:00:00Z') / 1000;
const datasets = ['commits', 'merges', 'branches', 'tags'];

describe('addresses that are not cloned', () => {
  it.each([
    'http://git.example.com/a.git',
    'ssh://git@git.example.com/a.git',
    'git://git.example.com/a.git',
    'file:///etc',
    'ext::sh -c touch% /tmp/x',
    'git@git.example.com:a.git',
    'https::ext::sh',
    '-uhttps://git.example.com/a.git',
    '--upload-pack=touch',
    '/etc',
    'https://user@git.example.com/a.git',
    'https://user:token@git.example.com/a.git',
    'https://git.example.com@10.0.0.1/a.git',
    'https://git.example.com\\@10.0.0.1/a.git',
    'https://git.example.com/a.git?x=1',
    'https://git.example.com/a.git#x',
    'https://git.example.com./a.git',
    'https://git.example.com/',
    'https://git.example.com/a b.git',
    'https:///a.git',
    'https://127.0.0.1/a.git',
    'https://2130706433/a.git',
    'https://0x7f.1/a.git',
    'https://[::1]/a.git',
    'https://[::ffff:169.254.169.254]/a.git',
    'https://169.254.169.254/latest/meta-data',
  ])('%s', async (url) => {
    const session = { ...new MadeRepository().session(), settings: { url } };

    await expect(outside.probe(session)).rejects.toMatchObject({ code: 'source.address' });
  });

  it('a name that resolves inside', async () => {
    const rebinding = gitConnector({ resolve: async () => ['140.82.112.3', '169.254.169.254'] });
    const session = { ...new MadeRepository().session(), settings: { url: 'https://git.example.com/a.git' } };

    await expect(rebinding.probe(session)).rejects.toMatchObject({ code: 'source.address' });
  });
});

describe('settings that are refused', () => {
  it.each([
    {},
    { path: '/a', url: 'https://git.example.com/a.git' },
    { path: 'relative/folder' },
    { path: '/a\nb' },
    { branch: 'main' },
    { path: '/a', unknown: 'x' },
    { path: '/a', branch: '--all' },
    { path: '/a', branch: 'main..other' },
    { path: '/a', branch: 'main^{tree}' },
  ])('%j', async (settings: Record<string, string>) => {
    const session = { ...new MadeRepository().session(), settings };

    await expect(outside.probe(session)).rejects.toMatchObject({ code: 'source.settings' });
  });

  it('a token that would break out of its header', async () => {
    const session = {
      ...new MadeRepository().session(),
      settings: { url: 'https://git.example.com/a.git' },
      secrets: { token: 'a\r\nX: y' },
    };

    await expect(outside.probe(session)).rejects.toMatchObject({ code: 'source.settings' });
  });

  it('a path where this machine may not be read', async () => {
    const session = { ...new MadeRepository().session(), localAllowed: false };

    await expect(outside.probe(session)).rejects.toMatchObject({ code: 'source.local-only' });
  });

  it('a folder that is no repository, even inside one', async () => {
    const made = new MadeRepository();
    mkdirSync(join(made.path, 'inner'));

    await expect(outside.probe(made.session({ path: join(made.path, 'inner') }))).rejects.toMatchObject({
      code: 'source.not-found',
    });
    await expect(outside.probe(made.session({ path: '/nowhere/at/all' }))).rejects.toMatchObject({
      code: 'source.not-found',
    });
  });
});

describe('a hostile repository', () => {
  it('runs nothing that its config or hooks name', async () => {
    const made = new MadeRepository();
    made.tell(
      { mark: 1, seconds: start },
      { mark: 2, seconds: start + 1, parents: [1], branch: 'topic' },
      { mark: 3, seconds: start + 2, parents: [1, 2] },
    );
    const trap = join(mkdtempSync(join(tmpdir(), 'countersign-trap-')), 'sprung');
    const program = `${trap}.sh`;
    writeFileSync(program, `#!/bin/sh\ntouch ${trap}\nexit 0\n`);
    chmodSync(program, 0o755);
    writeFileSync(
      `${trap}.config`,
      `[core]\n\tfsmonitor = ${program}\n\tpager = ${program}\n[alias]\n\trev-list = !${program}\n`,
    );
    const keys = [
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
      'core.editor',
      'core.askPass',
      'core.alternateRefsCommand',
      'gpg.program',
      'gpg.ssh.program',
      'diff.external',
      'credential.helper',
      'uploadpack.packObjectsHook',
      'pager.rev-list',
      'pager.for-each-ref',
      'log.showSignature',
    ];
    for (const key of keys) made.git(['config', key, key === 'log.showSignature' ? 'true' : program]);
    made.git(['config', 'include.path', `${trap}.config`]);
    made.git(['config', 'alias.for-each-ref', `!${program}`]);
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'fsmonitor-watchman']) {
      mkdirSync(join(made.path, 'hooks'), { recursive: true });
      symlinkSync(program, join(made.path, 'hooks', hook));
    }

    for (const dataset of datasets) await readAll(outside, dataset, made.session(), now);

    expect(existsSync(trap)).toBe(false);
  });

  it.each(['ext', 'helper', 'upload-pack'])('fetches nothing by %s when an object is missing', async (way) => {
    const made = new MadeRepository();
    const trap = join(mkdtempSync(join(tmpdir(), 'countersign-trap-')), 'sprung');
    const program = `${trap}.sh`;
    writeFileSync(program, `#!/bin/sh\ntouch ${trap}\nexit 1\n`);
    chmodSync(program, 0o755);
    const lost = `tree ${made.git(['mktree'])}\nparent ${'e'.repeat(40)}\nauthor A <a@example.com> 1 +0000\ncommitter A <a@example.com> 1 +0000\n\nx\n`;
    made.git([
      'update-ref',
      'refs/heads/main',
      made.git(['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], lost),
    ]);
    made.git(['config', 'core.repositoryFormatVersion', '1']);
    made.git(['config', 'extensions.partialClone', 'origin']);
    made.git(['config', 'remote.origin.promisor', 'true']);
    made.git(['config', 'protocol.allow', 'always']);
    made.git(['config', 'protocol.ext.allow', 'always']);
    made.git(['config', 'remote.origin.url', way === 'upload-pack' ? made.path : `ext::${program}`]);
    if (way === 'helper') made.git(['config', 'remote.origin.vcs', 'ext']);
    if (way === 'upload-pack') made.git(['config', 'remote.origin.uploadpack', program]);

    await expect(readAll(outside, 'commits', made.session(), now)).rejects.toMatchObject({ code: 'source.protocol' });

    expect(existsSync(trap)).toBe(false);
  });

  it('cannot tell another history by replace refs or grafts', async () => {
    const made = new MadeRepository();
    const [first, second] = made.tell({ mark: 1, seconds: start }, { mark: 2, seconds: start + 1, parents: [1] });
    const forged = made.git(
      ['hash-object', '-t', 'commit', '-w', '--stdin'],
      `${made.git(['cat-file', 'commit', String(second)]).replace('change 2', 'forged')}\n`,
    );
    made.git(['replace', String(second), forged]);
    mkdirSync(join(made.path, 'info'), { recursive: true });
    writeFileSync(join(made.path, 'info/grafts'), `${second}\n`);

    const { items } = await readAll(outside, 'commits', made.session(), now);

    expect(items.map(({ id, data }) => [id, data['subject']])).toEqual([
      [second, 'change 2'],
      [first, 'change 1'],
    ]);
  });

  it('cannot forge a header from inside a message or a signature', async () => {
    const made = new MadeRepository();
    const tree = made.git(['mktree']);
    const text = [
      `tree ${tree}`,
      `author Ada <ada@example.com> ${start} +0000`,
      `committer Ada <ada@example.com> ${start} +0000`,
      'gpgsig -----BEGIN PGP SIGNATURE-----',
      ' ',
      ' author Eve <eve@example.com> 1 +0000',
      ' -----END PGP SIGNATURE-----',
      '',
      'author Eve <eve@example.com> 1 +0000',
      `parent ${'e'.repeat(40)}`,
      '',
    ].join('\n');
    made.git([
      'update-ref',
      'refs/heads/main',
      made.git(['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], text),
    ]);

    const { items } = await readAll(outside, 'commits', made.session(), now);

    expect(items).toHaveLength(1);
    expect(items[0]?.data).toMatchObject({
      authorEmail: 'ada@example.com',
      parents: 0,
      signatureKind: 'gpg',
      signaturePresent: true,
    });
  });
});
