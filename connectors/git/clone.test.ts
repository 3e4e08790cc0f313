import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../kit/connector.ts';
import { findProgram } from '../kit/program.ts';
import { readAll } from '../kit/reading.ts';
import { gitConnector } from './connector.ts';
import { MadeRepository } from './repository-for-tests.ts';

const now = '2026-03-05T00:00:00Z';
const start = Date.parse('2026-03-01T00:00:00Z') / 1000;
const token = 'secret-token-1234';
const openssl = findProgram('openssl');

/** A real git server over https; only the name it is found under and its certificate are the test's. */
describe.skipIf(openssl === undefined)('a repository cloned over https (needs openssl for a certificate)', () => {
  const made = new MadeRepository();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-https-'));
  const certificateFile = join(folder, 'certificate.pem');
  const seen: string[] = [];
  let server: Server;
  let port = 0;
  let asksFor: string | undefined;
  const connector = gitConnector({ resolve: async () => ['127.0.0.1'], insideAllowed: true, certificateFile });

  const session = (
    path: string,
    secrets = {},
    workFolder = mkdtempSync(join(tmpdir(), 'countersign-work-')),
  ): Session => ({
    settings: { url: `https://git.example.com:${port}${path}` },
    secrets,
    workFolder,
    localAllowed: false,
    signal: new AbortController().signal,
  });

  beforeAll(async () => {
    execFileSync(
      openssl ?? '',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=git.example.com',
        '-addext',
        'subjectAltName=DNS:git.example.com',
        '-keyout',
        join(folder, 'key.pem'),
        '-out',
        certificateFile,
      ],
      { stdio: 'ignore' },
    );
    const tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(certificateFile) };
    server = createServer(tls, answer);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    made.git(['config', 'uploadpack.allowFilter', 'true']);
    made.tell({ mark: 1, seconds: start }, { mark: 2, seconds: start + 60, parents: [1] });
    made.git(['tag', 'v1', 'main']);
  });
  afterEach(() => {
    asksFor = undefined;
  });
  afterAll(() => new Promise<void>((closed) => server.close(() => closed())));

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { url = '', method = 'GET', headers } = request;
    seen.push(`${method} ${url}`);
    if (url.startsWith('/moved.git')) {
      response.writeHead(301, { location: url.replace('/moved.git', '/made.git') }).end();
      return;
    }
    if (asksFor !== undefined && headers.authorization !== asksFor) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (!url.startsWith('/made.git/')) {
      response.writeHead(404).end();
      return;
    }
    const [path = '', query = ''] = url.slice('/made.git'.length).split('?');
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: made.path,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        PATH_INFO: path,
        QUERY_STRING: query,
        REQUEST_METHOD: method,
        CONTENT_TYPE: headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      },
    });
    request.pipe(backend.stdin);
    const parts: Buffer[] = [];
    backend.stdout.on('data', (part: Buffer) => parts.push(part));
    backend.on('close', () => {
      const whole = Buffer.concat(parts);
      const end = whole.indexOf('\r\n\r\n');
      for (const line of whole.toString('latin1', 0, end).split('\r\n')) {
        const [name = '', value = ''] = line.split(': ');
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.end(whole.subarray(end + 4));
    });
  }

  it('reads all datasets, fetches once per run, and fetches only what is new next time', async () => {
    const first = session('/made.git');

    const before = await readAll(connector, 'commits', first, now);
    const requests = seen.length;
    const tags = await readAll(connector, 'tags', first, now);
    const again = seen.length;
    made.tell({ mark: 3, seconds: start + 120, parents: [2] });
    const after = await readAll(
      connector,
      'commits',
      session('/made.git', {}, first.workFolder),
      now,
      before.outcome.cursor,
    );

    expect(before.items).toHaveLength(2);
    expect(tags.items.map(({ id }) => id)).toEqual(['v1']);
    expect(again).toBe(requests);
    expect(after.items.map(({ data }) => data['subject'])).toContain('change 3');
    expect(before.gaps).toEqual([]);
  });

  it('follows a rewritten history and a branch that was removed', async () => {
    const first = session('/made.git');
    made.tell({ mark: 4, seconds: start + 180, parents: [1], branch: 'topic' });
    await connector.probe(first);
    made.git(['branch', '-D', 'topic']);

    const { items } = await readAll(connector, 'branches', session('/made.git', {}, first.workFolder), now);

    expect(items.map(({ id }) => id)).toEqual(['main']);
  });

  it('leaves the contents of files where they are', async () => {
    const made2 = session('/made.git');
    const blob = made.git(['hash-object', '-w', '--stdin'], 'source code');
    const tree = made.git(['mktree'], `100644 blob ${blob}\tsecret.ts\n`);
    made.git([
      'update-ref',
      'refs/heads/main',
      made.git([
        '-c',
        'user.name=A',
        '-c',
        'user.email=a@example.com',
        'commit-tree',
        '-p',
        'main',
        '-m',
        'with a file',
        tree,
      ]),
    ]);

    const { items } = await readAll(connector, 'commits', made2, '2999-01-01T00:00:00Z');

    expect(items.map(({ data }) => data['subject'])).toContain('with a file');
    const copy = join(made2.workFolder, 'copy.git');
    expect(
      execFileSync('git', ['--git-dir', copy, 'cat-file', '--batch-all-objects', '--batch-check=%(objecttype)'], {
        encoding: 'utf8',
      }),
    ).not.toContain('blob');
  });

  it('sends the token as a header, and keeps it nowhere', async () => {
    asksFor = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
    const withToken = session('/made.git', { token });

    const said = await connector.probe(withToken);
    await expect(connector.probe(session('/made.git'))).rejects.toMatchObject({ code: 'source.not-allowed' });
    await expect(connector.probe(session('/made.git', { token: 'wrong-token' }))).rejects.toMatchObject({
      code: 'source.not-allowed',
    });

    expect(JSON.stringify(said)).toContain('main');
    const kept = readdirSync(withToken.workFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const secrets = [token, Buffer.from(`x-access-token:${token}`).toString('base64')];
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  });

  it('follows no redirect', async () => {
    await expect(connector.probe(session('/moved.git'))).rejects.toMatchObject({ code: 'source.protocol' });
  });

  it('says that a repository is not there', async () => {
    await expect(connector.probe(session('/nothing.git'))).rejects.toMatchObject({ code: 'source.not-found' });
  });

  it('does not trust a certificate it does not know', async () => {
    const strict = gitConnector({ resolve: async () => ['127.0.0.1'], insideAllowed: true });

    await expect(strict.probe(session('/made.git'))).rejects.toMatchObject({ code: 'source.protocol' });
  });

  it('never reaches an inside address without the seam of this test', async () => {
    const product = gitConnector({ resolve: async () => ['127.0.0.1'], certificateFile });
    const requests = seen.length;

    await expect(product.probe(session('/made.git'))).rejects.toMatchObject({ code: 'source.address' });

    expect(seen.length).toBe(requests);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    stop.abort();
    const stopped = { ...session('/made.git'), signal: stop.signal };

    await expect(connector.probe(stopped)).rejects.toMatchObject({ code: 'source.stopped' });

    expect(existsSync(join(stopped.workFolder, 'copy.git', 'packed-refs'))).toBe(false);
  });
});
