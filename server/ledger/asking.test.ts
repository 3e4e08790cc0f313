import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LedgerPage } from '@countersign/core/proof/index.ts';
import { answerRequest, printWitnessKey, toAnswer, verifyPath } from '@countersign/ledger/index.ts';
import { LocalAuthority, opensslMissing } from '@countersign/ledger/time/openssl-for-tests.ts';
import { exampleWitness } from '@countersign/ledger/witness/example-witness.ts';
import { forgetfulMemory } from '@countersign/ledger/witness/witness.ts';
import type { WitnessMemory } from '@countersign/ledger/witness/witness.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';
import { AUTHORITY } from './outside-for-tests.ts';
import { reachOutside } from './outside.ts';

// The whole way with real counterparts: authorities and a witness behind HTTP servers of this machine, one authority being `openssl ts`.

let ground: Ground;
let folder: string;
const servers: Server[] = [];
const never = new AbortController().signal;
const witness = exampleWitness(61, 'witness.example.com/seen');
let memory: WitnessMemory = forgetfulMemory();
let openssl: LocalAuthority | undefined;
/** What the second authority does. */
let second: 'answers' | 'fails' | 'redirects' | 'talks' = 'answers';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bytesOf(request: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

const REPLY = { 'content-type': 'application/timestamp-reply' };

beforeAll(async () => {
  ground = await standUp();
  folder = await mkdtemp(join(tmpdir(), 'countersign-seen-'));
  // The authorities’ clock is the machine’s.
  ground.clock.set(new Date().toISOString());
  openssl = opensslMissing === undefined ? new LocalAuthority() : undefined;
  const first = await serve((request, response) => {
    void bytesOf(request).then((body) =>
      response.writeHead(200, REPLY).end(openssl === undefined ? AUTHORITY.answer(body) : openssl.answer(body)),
    );
  });
  const other = await serve((request, response) => {
    void bytesOf(request).then((body) => {
      if (second === 'fails') response.writeHead(503).end();
      else if (second === 'redirects') response.writeHead(307, { location: `${first}/` }).end();
      else if (second === 'talks') response.writeHead(200, REPLY).end(Buffer.alloc(1 << 20));
      else response.writeHead(200, REPLY).end(AUTHORITY.answer(body));
    });
  });
  const asked = await serve((request, response) => {
    void bytesOf(request).then(async (body) => {
      const { id } = ground.alpha;
      const keys = await ground.database.tenant(id, 'read', (client) => ground.engine.log.keys(client, id));
      const now = Math.floor(ground.clock.now() / 1000);
      const decision = await answerRequest(Buffer.from(body).toString(), memory, keys, now, witness.cosigner);
      const { status, contentType, body: text } = toAnswer(decision);
      response.writeHead(request.url === '/w/add-checkpoint' ? status : 400, { 'content-type': contentType }).end(text);
    });
  });
  const roots = openssl?.roots ?? AUTHORITY.roots;
  await act('authority.name', { id: 'first', name: 'First time', url: `${first}/`, roots });
  await act('authority.name', { id: 'second', name: 'Second time', url: `${other}/`, roots: AUTHORITY.roots });
  await act('witness.name', {
    id: 'auditor',
    name: 'The auditor',
    vkey: printWitnessKey(witness.key),
    how: 'http',
    url: `${asked}/w/`,
  });
  await act('records.apply', {
    records: [{ kind: 'control', id: 'review', title: 'Review', frequency: 'daily', startsOn: '2026-01-01' }],
  });
}, 120_000);
afterAll(async () => {
  for (const server of servers) server.close();
  openssl?.remove();
  await ground.close();
  await rm(folder, { recursive: true, force: true });
});

const act = (name: string, input: object) => ground.engine.runtime.act(ground.alpha, OPERATOR, name, input);
const page = async () =>
  (await ground.engine.runtime.view(ground.alpha, OPERATOR, 'ledger.page', {})).answer as z.infer<typeof LedgerPage>;
const stampNow = () => ground.engine.services.stampLog(ground.alpha, OPERATOR, never);
const askNow = () => ground.engine.services.askWitnesses(ground.alpha, OPERATOR, never);
const size = async () => (await page()).size;
const touch = () => act('performance.record', { control: 'review', at: new Date(ground.clock.now()).toISOString() });

async function exported(name: string, at?: 'head' | 'seen'): Promise<string> {
  const out = join(folder, name);
  for await (const { path, bytes, append } of ground.engine.services.exportLog(ground.alpha, at)) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), bytes, { flag: append ? 'a' : 'w' });
  }
  return out;
}
const trusting = () => ({
  witnesses: [printWitnessKey(witness.key)],
  timeRoots: [openssl?.roots ?? AUTHORITY.roots, AUTHORITY.roots],
});

describe('asked', () => {
  test('each authority stamps and the witness cosigns; nothing is asked again until there is more than that', async () => {
    expect(await refusalOf(exported('unseen', 'seen'))).toBe('log.unseen');
    const [stamped, cosigned] = [await stampNow(), await askNow()];

    expect([...stamped, ...cosigned].map(({ id, came, says }) => [id, came, says])).toEqual([
      ['first', 'recorded', undefined],
      ['second', 'recorded', undefined],
      ['auditor', 'recorded', undefined],
    ]);
    const before = await size();
    expect((await stampNow()).map(({ came }) => came)).toEqual(['untouched', 'untouched']);
    expect((await askNow()).map(({ came }) => came)).toEqual(['untouched']);
    expect(await size()).toBe(before);
    const { claims, after, witnesses } = await page();
    expect(claims.notProven).toEqual([]);
    expect(after.entries).toBe(0);
    expect(witnesses[0]?.last?.size).toBeLessThan(before);
  });

  test('by a person who may; by no other', async () => {
    for (const person of [PEOPLE.auditor, PEOPLE.employee, PEOPLE['control-owner'], PEOPLE.adviser]) {
      expect(
        await refusalOf(Promise.resolve().then(() => ground.engine.services.stampLog(ground.alpha, person, never))),
      ).toBe('record.forbidden');
    }
  });

  test('the witness goes on from what it saw last', async () => {
    await touch();
    expect((await askNow())[0]).toMatchObject({ came: 'recorded' });
  });
});

describe('one that fails', () => {
  test.each([
    ['fails', 'timestamp.unreachable'],
    ['redirects', 'timestamp.unreachable'],
    ['talks', 'timestamp.too-long'],
  ] as const)('as it %s keeps no other from stamping, and is in trouble until it answers', async (how, code) => {
    second = how;
    await touch();
    const stamped = await stampNow();

    expect(stamped.map(({ id, came, code: said }) => [id, came, said])).toEqual([
      ['first', 'recorded', undefined],
      ['second', 'trouble', code],
    ]);
    expect((await page()).authorities.map(({ trouble }) => trouble?.code)).toEqual([undefined, code]);
    // Asked again, it alone is: the other has seen all.
    const before = await size();
    expect((await stampNow()).map(({ came }) => came)).toEqual(['untouched', 'trouble']);
    expect(await size()).toBe(before);

    second = 'answers';
    expect((await stampNow()).map(({ came }) => came)).toEqual(['untouched', 'recorded']);
    expect((await page()).authorities.map(({ trouble }) => trouble)).toEqual([undefined, undefined]);
  });

  test('because its certificate is under another root, is recorded as that and nothing is believed', async () => {
    await act('authority.name', {
      ...{ id: 'second', name: 'Second time', url: (await page()).authorities[1]?.url },
      roots: new (await import('@countersign/ledger/time/testing.ts')).InventedAuthority('Another').roots,
    });
    const seen = (await page()).seenTotal;
    const [, told] = await stampNow();

    expect(told).toMatchObject({ id: 'second', came: 'trouble', code: 'timestamp.untrusted' });
    expect((await page()).seenTotal).toBe(seen + 1);
    await act('authority.name', {
      ...{ id: 'second', name: 'Second time', url: (await page()).authorities[1]?.url, roots: AUTHORITY.roots },
    });
    await stampNow();
  });
});

describe('what is exported', () => {
  test('at what was seen is proven to the last entry, by witness and by authority', async () => {
    await touch();
    await stampNow();
    await askNow();
    const answer = await verifyPath(await exported('seen', 'seen'), trusting());

    expect(answer.failures).toEqual([]);
    expect(answer.ok).toBe(true);
    expect(answer.trust.witnesses).toEqual([witness.key.name]);
    expect(new Set(answer.trust.timestamps.map((one) => one.split(' ')[0]))).toEqual(new Set(['first', 'second']));
    expect(answer.trust.provenNoLaterThan).not.toBeNull();
  });

  test('whole brings the same, and does not claim what lies after', async () => {
    const answer = await verifyPath(await exported('whole'), trusting());

    expect(answer.failures).toEqual([]);
    expect(answer.trust.provenNoLaterThan).toBeNull();
    expect(answer.trust.timestamps.length).toBeGreaterThan(0);
  });

  test('is believed under no key that was not given', async () => {
    const answer = await verifyPath(join(folder, 'seen'));

    expect(answer.ok).toBe(true);
    expect(answer.trust.witnesses).toEqual([]);
    expect(answer.trust.provenNoLaterThan).toBeNull();
  });

  test.skipIf(opensslMissing !== undefined)('is read by openssl', async () => {
    const { readFile, readdir } = await import('node:fs/promises');
    const sizes = await readdir(join(folder, 'seen', 'seen'));
    let checked = 0;
    for (const one of sizes) {
      const at = (name: string) => readFile(join(folder, 'seen', 'seen', one, name));
      const token = await at('first.tsr').catch(() => undefined);
      if (token === undefined) continue;
      expect(openssl?.accepts(token, await at('checkpoint'))).toBe(true);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(3);
  });
});

describe('a log that changes its key', () => {
  test('goes on under the new one, is seen under it, and is verified by whoever holds either', async () => {
    const before = await ground.engine.services.checkpoint(ground.alpha);
    expect(await refusalOf(ground.engine.services.rotateLogKey(ground.alpha, PEOPLE.lead))).toBe('record.forbidden');

    const [handed, ...told] = await Promise.all([
      ground.engine.services.rotateLogKey(ground.alpha, PEOPLE.owner),
      // What others do meanwhile comes before or after, and is signed by the key that holds there.
      ...Array.from({ length: 5 }, () => touch()),
    ]);
    await touch();
    // Another process learns of it from the log.
    const other = await ground.another();
    await other.runtime.act(ground.alpha, OPERATOR, 'performance.record', {
      control: 'review',
      at: new Date(ground.clock.now()).toISOString(),
    });
    await stampNow();
    expect((await askNow())[0]).toMatchObject({ came: 'recorded' });

    expect(told.every(({ index }) => index !== null && index !== handed.index)).toBe(true);
    const { key } = await ground.engine.services.checkpoint(ground.alpha);
    expect(key).toBe(handed.vkey);
    expect(handed.replaces).toBe(before.key);
    expect((await page()).vkey).toBe(handed.vkey);
    const out = await exported('rotated', 'seen');
    for (const held of [[handed.replaces], [handed.vkey], undefined]) {
      const answer = await verifyPath(out, { ...trusting(), ...(held === undefined ? {} : { keys: held }) });
      expect(answer.failures).toEqual([]);
      expect(answer.trust.provenNoLaterThan).not.toBeNull();
    }
    const old = await verifyPath(out, { old: join(folder, 'seen') });
    expect(old.failures).toEqual([]);
  });
});

describe('a witness that saw more, or another history', () => {
  test('is kept as trouble, alerts owners and leads at once, and stands on the page and in doctor', async () => {
    const remembering = (size: number): WitnessMemory => ({
      latest: () => Promise.resolve({ size, root: new Uint8Array(32) }),
      advance: () => Promise.resolve(false),
    });
    const kept = memory;
    memory = remembering(1_000_000);
    await touch();
    expect((await askNow())[0]).toMatchObject({ came: 'trouble', code: 'witness.ahead' });
    memory = remembering(3);
    expect((await askNow())[0]).toMatchObject({ came: 'trouble', code: 'witness.forked' });
    memory = kept;

    const { witnesses, claims } = await page();
    expect(witnesses[0]?.trouble?.code).toBe('witness.forked');
    expect(claims.notProven.map(({ code }) => code)).toContain('disputed');
    for (const person of [PEOPLE.owner, PEOPLE.lead]) {
      const { items } = await ground.engine.services.mail.inbox(ground.alpha, person, {});
      expect(items.map(({ kind, leads }) => [kind, leads])).toEqual([
        ['alert', '/ledger'],
        ['alert', '/ledger'],
      ]);
    }
    expect((await ground.engine.services.mail.inbox(ground.alpha, PEOPLE.employee, {})).items).toEqual([]);
    const found = (await ground.engine.services.doctor()).filter(({ ok }) => !ok).map(({ says }) => says);
    expect(found.filter((says) => says.includes('The auditor'))).toHaveLength(1);

    // The same again tells nobody anew.
    memory = remembering(3);
    await askNow();
    memory = kept;
    expect((await ground.engine.services.mail.inbox(ground.alpha, PEOPLE.owner, {})).total).toBe(2);
  });
});

describe('where a request goes', () => {
  const sent = { method: 'POST', headers: {}, body: '', signal: never } as const;

  test.each([
    'http://127.0.0.1:1/',
    'http://[::1]:1/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.7/',
    'http://0.0.0.0:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://2130706433:1/',
  ])('is not %s, unless the operator allows it', async (url) => {
    await expect(reachOutside(false)(url, sent)).rejects.toMatchObject({ code: 'source.address' });
  });

  test('is not a name that leads inside, nor one of whose addresses one does', async () => {
    const reach = reachOutside(false, () => Promise.resolve(['93.184.216.34', '192.168.0.1']));

    await expect(reach('https://time.example.com/', sent)).rejects.toMatchObject({ code: 'source.address' });
  });

  test('is the address that was looked at, whatever the name says by then', async () => {
    let came = 0;
    const url = await serve((_, response) => {
      came += 1;
      response.end('here');
    });
    const byName = url.replace('127.0.0.1', 'localhost');
    const signal = AbortSignal.timeout(500);

    // The name leads here; what was looked at is another, public address, where nobody listens for this test.
    await expect(
      reachOutside(false, () => Promise.resolve(['192.31.196.1']))(byName, { ...sent, signal }),
    ).rejects.toThrow();
    expect(came).toBe(0);
    expect((await reachOutside(true)(byName, sent)).status).toBe(200);
  });

  test('that is refused is the trouble of whom it concerns', async () => {
    const careful = await standUp(undefined, { localWitnesses: false });
    try {
      careful.clock.set(new Date().toISOString());
      const { runtime, services } = careful.engine;
      const naming = { id: 'inside', name: 'Inside', url: 'http://127.0.0.1:9/', roots: AUTHORITY.roots };
      await runtime.act(careful.alpha, OPERATOR, 'authority.name', naming);

      expect(await services.stampLog(careful.alpha, OPERATOR, never)).toMatchObject([
        { came: 'trouble', code: 'outside.address' },
      ]);
      const doctor = await services.doctor();
      expect(doctor.find(({ says }) => says.includes('Inside'))?.advice).toContain('COUNTERSIGN_LOCAL_WITNESSES');
    } finally {
      await careful.close();
    }
  });
});

describe('the jobs', () => {
  test('ask each hour, and do what the services do', async () => {
    const { background } = ground.engine;
    await touch();
    ground.clock.advance(3_600_000);
    await background.scheduler.tick();
    await background.jobs.work();
    await expect.poll(async () => (await page()).after.entries, { timeout: 20_000, interval: 200 }).toBe(0);
    const { items } = await background.jobs.list(ground.alpha, OPERATOR, {});
    expect(items.filter(({ state }) => state === 'failed')).toEqual([]);
  });
});
