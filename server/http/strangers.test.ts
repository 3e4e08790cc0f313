import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import rateLimit from '@fastify/rate-limit';
import { LogPublic } from '@countersign/core/witnessing/index.ts';
import {
  leafHash,
  LONGEST_REQUEST,
  openCheckpoint,
  parseVerifierKey,
  tilesOf,
  tilePath,
} from '@countersign/ledger/index.ts';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';
import { introduce, storageOf } from '../witness/testing.ts';
import { openToStrangers } from './strangers.ts';

let ground: Ground;
let app: FastifyInstance;
let path: string;
let betas: string;
let door: string;

const act = (name: string) => ground.engine.runtime.act(ground.alpha, PEOPLE.owner, name, {});
const shown = async (org = ground.alpha) =>
  LogPublic.parse((await ground.engine.runtime.view(org, PEOPLE.owner, 'log.public', {})).answer);

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  // Three hundred entries: a full tile, a partial one, and one above them.
  for (let n = 0; n < 300; n += 25)
    await Promise.all(
      Array.from({ length: 25 }, (_, i) =>
        ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', {
          records: [{ kind: 'person', id: `p${n + i}`, name: 'Wilhelmina Unmistakable' }],
        }),
      ),
    );
  for (const org of [ground.alpha, ground.beta]) await ground.engine.services.checkpoint(org);
  path = new URL((await shown()).url).pathname;
  betas = new URL((await shown(ground.beta)).url).pathname;
  door = (await introduce(ground, ground.alpha, ground.beta)).path;
});
afterAll(() => ground.close());

const get = (url: string, method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'PATCH' = 'GET') =>
  app.inject({ method, url });

describe('a log that nobody opened', () => {
  test('looks like one that there is not', async () => {
    const there = await get(`${path}/checkpoint`);
    const nowhere = await get('/log/0123456789abcdef/checkpoint');

    const plain = ({ statusCode, body, headers: { date: _, ...headers } }: typeof there) => ({
      statusCode,
      body,
      headers,
    });
    expect(there.statusCode).toBe(404);
    expect(plain(there)).toEqual(plain(nowhere));
  });

  test('is opened and shut by owner and lead alone', async () => {
    for (const who of [PEOPLE['control-owner'], PEOPLE.employee, PEOPLE.adviser, PEOPLE.auditor, OPERATOR])
      expect(await refusalOf(ground.engine.runtime.act(ground.alpha, who, 'log.open', {}))).toMatch(
        /^(?:record\.forbidden|identity\.required)$/,
      );
    expect((await shown()).open).toBe(false);
  });
});

describe('an open log', () => {
  beforeAll(() => act('log.open'));

  test('shows what was published, not what it holds by now: asking makes no work', async () => {
    const answer = await get(`${path}/checkpoint`);
    const key = parseVerifierKey((await ground.engine.services.checkpoint(ground.beta)).key);

    const { rows } = await ground.database.tenant(ground.alpha.id, 'read', (client) =>
      client.query<{ size: number }>('select size from log where org = $1', [ground.alpha.id]),
    );
    const size = Number(answer.body.split('\n')[1]);
    expect(answer.statusCode).toBe(200);
    expect(size).toBeLessThan(rows[0]?.size ?? 0);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=5',
      'content-type': 'text/plain; charset=utf-8',
    });
    expect(() => openCheckpoint(answer.body, [key])).toThrow();
  });

  test('is whole for a stranger: checkpoint and every tile, and no entry', async () => {
    const { key } = await ground.engine.services.checkpoint(ground.alpha);
    const { checkpoint } = openCheckpoint((await get(`${path}/checkpoint`)).body, [parseVerifierKey(key)]);
    const answers: (readonly [string, number])[] = [];
    for (const tile of tilesOf(checkpoint.size)) {
      const answer = await get(`${path}/${tilePath(tile)}`);
      answers.push([String(tile.level), answer.statusCode]);
      if (answer.statusCode !== 200) continue;
      expect(answer.rawPayload).toEqual(
        Buffer.from((await storageOf(ground, ground.alpha).read(tilePath(tile))) ?? []),
      );
      expect(answer.rawPayload.length).toBe(tile.width * 32);
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
    expect(answers.filter(([level]) => level === 'entries').every(([, status]) => status === 404)).toBe(true);
    expect(answers.filter(([level]) => level !== 'entries').map(([, status]) => status)).toEqual([200, 200, 200]);
  });

  test('opens nobody else’s', async () => {
    expect((await get(`${betas}/checkpoint`)).statusCode).toBe(404);
  });

  test('answers HEAD with the same headers and no body, and no other method', async () => {
    const head = await get(`${path}/checkpoint`, 'HEAD');

    expect([head.statusCode, head.body, head.headers['access-control-allow-origin']]).toEqual([200, '', '*']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const) {
      const answer = await get(`${path}/checkpoint`, method);
      expect([method, answer.statusCode, answer.headers['allow']]).toEqual([method, 405, 'GET, HEAD']);
    }
  });

  test.each([
    '',
    '/',
    '/checkpoint/',
    '/checkpoint?x=1',
    '/checkpoin%74',
    '//checkpoint',
    '/../checkpoint',
    '/..%2fcheckpoint',
    '/tile/0/..%2f..%2fcheckpoint',
    '/tile/0/%2e%2e/000',
    '/tile/0/../../checkpoint',
    '/tile/0/000.p/0',
    '/tile/0/000.p/256',
    '/tile/0/000.p/01',
    '/tile/00/000',
    '/tile/-1/000',
    '/tile/0/x000/000',
    '/tile/0/0000',
    '/tile/0/999',
    '/tile/entries/000',
    '/tile/entries/000.p/1',
    '/tile/0/000%00',
    '/tile/0/000\u2044',
    '/.checkpoint',
    '/checkpoint.draft',
    '/key',
    `/tile/0/${'x999/'.repeat(40)}999`,
  ])('has nothing at %j', async (tail) => {
    const answer = await raw(
      `GET ${encodeURI(path + tail).replaceAll('%25', '%')} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 (?:404|400) /);
    expect(answer).not.toContain('\u2014');
  });

  test('has nothing under another spelling of itself', async () => {
    for (const other of [
      path.toUpperCase(),
      path.slice(0, -1),
      `${path}0`,
      '/log/',
      '/log/__proto__',
      "/log/'%20or%201=1",
    ])
      expect([401, 404]).toContain((await get(`${other}/checkpoint`)).statusCode);
  });

  test('carries no name and no body of a record', async () => {
    const { checkpoint } = await ground.engine.services.checkpoint(ground.alpha);
    const all = [(await get(`${path}/checkpoint`)).body, (await get(`${path}/tile/0/000`)).body, checkpoint].join();

    expect(all).not.toContain('alpha');
    expect(all).not.toContain('Unmistakable');
  });

  test('is shut at once', async () => {
    await act('log.shut');
    const answers = [await get(`${path}/checkpoint`), await get(`${path}/tile/0/000`)];
    await act('log.open');

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404]);
    expect((await get(`${path}/checkpoint`)).statusCode).toBe(200);
  });
});

describe('the door of a witness', () => {
  const post = (payload: string | Buffer, url = door, headers = {}) =>
    app.inject({ method: 'POST', url, payload, headers });

  test.each([
    ['nothing', '', 400],
    ['text that is no request', 'hello', 400],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), 400],
    ['a request without a checkpoint', 'old 0\n\n', 400],
    ['a negative size', 'old -1\n\nx', 400],
    ['a size beyond numbers', 'old 99999999999999999999\n\nx', 400],
    ['more hashes than any tree has', `old 1\n${`${'A'.repeat(43)}=\n`.repeat(64)}\nx`, 400],
    ['thousands of signature lines', `old 0\n\na\n1\n${'A'.repeat(43)}=\n\n${'— a AAAA\n'.repeat(3000)}`, 400],
    ['JSON', '{"old":0}', 400],
    ['as much as it reads', 'x'.repeat(LONGEST_REQUEST), 400],
    ['more than it reads', 'x'.repeat(LONGEST_REQUEST + 1), 413],
  ])('refuses %s', async (_, payload, status) => {
    expect((await post(payload)).statusCode).toBe(status);
  });

  test('takes whatever content type a log sends', async () => {
    for (const type of [
      'text/plain',
      'application/octet-stream',
      'application/json',
      'application/x-www-form-urlencoded',
    ])
      expect((await post('old 0\n\n', door, { 'content-type': type })).statusCode).toBe(400);
  });

  test('is one for POST', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const)
      expect([method, (await get(door, method)).statusCode]).toEqual([method, 405]);
  });

  test('is nobody’s at another address, nor at one that is written otherwise', async () => {
    const id = door.split('/')[2] ?? '';
    for (const other of [
      '0123456789abcdef',
      id.toUpperCase(),
      `${id}%00`,
      `..%2f${id}`,
      `${id}'`,
      '__proto__',
      'x'.repeat(390),
    ])
      expect([other, (await post('old 0\n\n', `/witness/${other}/add-checkpoint`)).statusCode]).toEqual([other, 404]);
    expect((await post('old 0\n\n', `${door}?x`)).statusCode).toBe(404);
    // Alpha's log is known by another address than alpha as a witness.
    expect((await post('old 0\n\n', `/witness/${path.split('/')[2]}/add-checkpoint`)).statusCode).toBe(404);
  });

  test('does not serve a page elsewhere that has its reader’s browser ask', async () => {
    expect((await post('old 0\n\n', door, { origin: 'https://elsewhere.example.com' })).statusCode).toBe(403);
  });

  test('does not wait for ever for a body, nor read one without end', async () => {
    const small = fastify();
    await small.register(rateLimit, { global: false });
    openToStrangers(small, ground.engine.services, 200);
    await small.listen({ port: 0, host: '127.0.0.1' });
    const head = `POST ${door} HTTP/1.1\r\nhost: localhost\r\n`;

    const slow = await raw(`${head}content-length: 1000\r\n\r\nold 0\n`, small);
    const endless = await raw(
      `${head}transfer-encoding: chunked\r\n\r\n${`1000\r\n${'x'.repeat(4096)}\r\n`.repeat(40)}`,
      small,
    );
    const cut = await raw(`${head}content-length: 1000\r\nconnection: close\r\n\r\nold 0\n`, small, true);
    await small.close();

    expect(slow).toMatch(/^HTTP\/1\.1 408 /);
    expect(endless).toMatch(/^HTTP\/1\.1 413 /);
    expect(cut).not.toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('whoever asks without end', () => {
  test('is told to wait, at each door', async () => {
    const small = fastify();
    await small.register(rateLimit, { global: false });
    openToStrangers(small, ground.engine.services);
    const codes = new Map<number, number>();
    for (let n = 0; n < 130; n += 1) {
      const { statusCode } = await small.inject({ method: 'POST', url: door, payload: '' });
      codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1);
    }
    for (let n = 0; n < 3001; n += 1) {
      const { statusCode } = await small.inject({ method: 'GET', url: '/log/x' });
      codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1);
    }
    await small.close();

    expect(Object.fromEntries(codes)).toEqual({ 400: 120, 404: 3000, 429: 11 });
  });
});

// A client that we did not write: Go's checksum database reads the same tiles.
const READER = `package main

import ("fmt"; "io"; "net/http"; "os"; "strings"; "encoding/base64"
	"golang.org/x/mod/sumdb/note"; "golang.org/x/mod/sumdb/tlog")

type reader struct{ base string }

func (r reader) Height() int { return 8 }
func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}
func (r reader) ReadTiles(tiles []tlog.Tile) (all [][]byte, err error) {
	for _, t := range tiles {
		// x/mod names a tile by its height first, C2SP does not.
		b := get(r.base + strings.Replace("/"+t.Path(), "/tile/8/", "/tile/", 1))
		all = append(all, b)
	}
	return
}
func get(url string) []byte {
	res, err := http.Get(url)
	must(err)
	b, err := io.ReadAll(res.Body)
	must(err)
	if res.StatusCode != 200 { fmt.Println("refused:", res.StatusCode, url); os.Exit(3) }
	return b
}
func must(err error) { if err != nil { fmt.Println("refused:", err); os.Exit(3) } }

func main() {
	base, key, leaf := os.Args[1], os.Args[2], os.Args[3]
	var index int64
	fmt.Sscan(os.Args[4], &index)
	verifier, err := note.NewVerifier(key)
	must(err)
	opened, err := note.Open(get(base+"/checkpoint"), note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\\n")
	var size int64
	fmt.Sscan(lines[1], &size)
	var root, hash tlog.Hash
	b, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	copy(root[:], b)
	b, err = base64.StdEncoding.DecodeString(leaf)
	must(err)
	copy(hash[:], b)
	tiles := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, reader{base})
	proof, err := tlog.ProveRecord(size, index, tiles)
	must(err)
	must(tlog.CheckRecord(proof, size, root, index, hash))
	tree, err := tlog.ProveTree(size, size/2, tiles)
	must(err)
	half, err := tlog.TreeHash(size/2, tiles)
	must(err)
	must(tlog.CheckTree(tree, size, root, size/2, half))
	fmt.Println("accepted", size)
}
`;
const MODULE = 'module reader\n\ngo 1.21\n\nrequire golang.org/x/mod v0.20.0\n';
const SUMS = `golang.org/x/mod v0.20.0 h1:utOm6MM3R3dnawAiJgn0y+xvuYRsm1RKM/4giyfDgV0=
golang.org/x/mod v0.20.0/go.mod h1:hTbmBsO62+eylJbnUtE2MGJUyE7QWk4xUqPFrRgJ+7c=
`;

describe('Go x/mod/sumdb', () => {
  test('reads the open log and proves an entry of it', { timeout: 120_000 }, async ({ skip }) => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-go-'));
    for (const [name, text] of [
      ['main.go', READER],
      ['go.mod', MODULE],
      ['go.sum', SUMS],
    ] as const)
      await writeFile(join(folder, name), text);
    const reader = join(folder, 'reader');
    const built = spawnSync('go', ['build', '-o', reader, '.'], { cwd: folder, timeout: 90_000, encoding: 'utf8' });
    if (built.error !== undefined || built.status !== 0) await rm(folder, { recursive: true });
    skip(built.error !== undefined, 'left out: Go is not installed');
    skip(built.status !== 0, 'left out: golang.org/x/mod cannot be had here');
    const base = (await listening(app)) + path;
    const { key } = await ground.engine.services.checkpoint(ground.alpha);
    const [row] = await ground.asAdministrator<{ entry: Buffer }>(
      'select entry from log_entry where org = $1 and index = 150',
      [ground.alpha.id],
    );
    const leaf = Buffer.from(leafHash(row?.entry ?? Buffer.alloc(0))).toString('base64');
    const other = (await ground.engine.services.checkpoint(ground.beta)).key;
    const ask = async (...args: readonly string[]) => {
      const { spawn } = await import('node:child_process');
      return new Promise<string>((done) => {
        let out = '';
        const child = spawn(reader, args);
        child.stdout.on('data', (chunk) => (out += String(chunk)));
        child.on('close', () => done(out.trim()));
      });
    };

    const said = [
      await ask(base, key, leaf, '150'),
      await ask(base, key, leaf, '151'),
      await ask(base, other, leaf, '150'),
    ];
    await rm(folder, { recursive: true });

    expect(said[0]).toMatch(/^accepted \d+$/);
    expect(said.slice(1).every((line) => line.startsWith('refused'))).toBe(true);
  });
});

async function listening(server: FastifyInstance): Promise<string> {
  if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' });
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

/** What comes back on a connection of its own, as it comes; the address is sent as it is written. */
async function raw(text: string, server: FastifyInstance = app, cutOff = false): Promise<string> {
  const { port } = new URL(await listening(server));
  return new Promise((done) => {
    let said = '';
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(text);
      if (cutOff) setTimeout(() => socket.destroy(), 50);
    });
    socket.on('data', (chunk) => (said += String(chunk)));
    socket.on('error', () => done(said));
    socket.on('close', () => done(said));
  });
}
