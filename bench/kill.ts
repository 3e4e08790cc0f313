import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@countersign/server/database/pool.ts';
import { findPlace } from '@countersign/server/database/place.ts';
import { z } from 'zod';
import { dice, short, spread } from './figures.ts';
import type { Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';
import { cli, cliJson, killDatabase, serve } from './process.ts';
import type { Served } from './process.ts';

const ORG = 1;
const CONTROLS = 40;
const SOURCES = 2;
const FACTS = 20;
/** Whoever waits longer than this for an acknowledgement has found a fault. */
const PATIENCE_MS = 60_000;

const ActTold = z.object({
  index: z.int(),
  recordedAt: z.string(),
  changes: z.array(z.object({ kind: z.string(), id: z.string(), version: z.int() })),
});
const PushTold = z.object({ index: z.int(), items: z.int(), changed: z.int() });
const Found = z.object({ ok: z.boolean(), checked: z.object({ entries: z.int() }), failures: z.array(z.unknown()) });
const Rebuilt = z.object({
  differences: z.array(z.object({ table: z.string(), what: z.string() })),
  checked: z.record(z.string(), z.int()),
});

/** An act as it was sent, and sent again until it is answered. */
interface Order {
  readonly key: string;
  readonly act: string;
  readonly input: object;
}

interface Acknowledged extends z.infer<typeof ActTold> {
  readonly key: string;
}

/** What clients of the whole run were told, and what they still wait for. */
interface Told {
  readonly acts: Acknowledged[];
  readonly pushes: z.infer<typeof PushTold>[];
  /** Orders whose answer was lost with the server. */
  readonly lost: Order[];
  /** Answers that were no acknowledgement, by status and code. */
  readonly others: Map<string, number>;
  repeated: number;
  /** Repeats that were answered with what had been done before the kill. */
  doneBefore: number;
}

const minutesAgo = (n: number): string => new Date(Date.now() - n * 60_000).toISOString();

function anOrder(draw: () => number): Order {
  const key = randomUUID();
  if (draw() < 0.6) {
    const control = `kept-${Math.floor(draw() * CONTROLS)}`;
    return { key, act: 'performance.record', input: { control, at: minutesAgo(1 + draw() * 1000), note: key } };
  }
  return { key, act: 'records.apply', input: { records: [{ kind: 'person', id: `p-${key}`, name: `Person ${key}` }] } };
}

/** Sends until it is acknowledged or the server is gone. A status that is no acknowledgement is counted, and asked again. */
async function send(server: Served, token: string, order: Order, told: Told): Promise<boolean> {
  const began = Date.now();
  while (!server.hasEnded()) {
    if (Date.now() - began > PATIENCE_MS) throw new Error(`${order.act} is never acknowledged: ${server.words()}`);
    const response = await fetch(`${server.url}/api/acts/${order.act}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': order.key,
      },
      body: JSON.stringify(order.input),
    });
    const text = await response.text();
    if (response.ok) {
      const answer = ActTold.parse(JSON.parse(text));
      told.acts.push({ key: order.key, ...answer });
      if (Date.parse(answer.recordedAt) < began) told.doneBefore += 1;
      return true;
    }
    await note(told, response.status, text);
  }
  return false;
}

async function note(told: Told, status: number, text: string): Promise<void> {
  const { code } = z.object({ code: z.string().default('') }).parse(JSON.parse(text));
  if (status < 500 && code !== 'record.busy') throw new Error(`The server refused what it should do: ${text}`);
  const kind = `${status} ${code}`.trim();
  told.others.set(kind, (told.others.get(kind) ?? 0) + 1);
  await sleep(20);
}

/** One client: first what it lost, then new acts, until the server is gone. */
async function write(server: Served, token: string, told: Told, draw: () => number): Promise<void> {
  for (;;) {
    const again = told.lost.pop();
    const order = again ?? anOrder(draw);
    if (again !== undefined) told.repeated += 1;
    try {
      if (!(await send(server, token, order, told))) throw new TypeError('gone');
    } catch (error) {
      // What fetch throws when the other side is gone; anything else is a finding.
      if (!(error instanceof TypeError)) throw error;
      told.lost.push(order);
      return;
    }
  }
}

/** One client that pushes a state of a few items, over and over. A push has no key: one that was not answered is not repeated. */
async function push(server: Served, token: string, told: Told, source: string, draw: () => number): Promise<void> {
  const gone = (error: unknown): undefined => {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  };
  for (let running = true; running && !server.hasEnded();) {
    const header = { dataset: 'things', mode: 'state', observedAt: new Date().toISOString(), complete: true };
    const items = Array.from({ length: FACTS }, (_, i) => ({ id: `t-${i}`, data: { ok: draw() < 0.9 } }));
    const body = [{ collection: header }, ...items].map((line) => JSON.stringify(line)).join('\n');
    const answered = await fetch(`${server.url}/api/sources/${source}/facts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body,
    })
      .then(async (response) => ({ ok: response.ok, status: response.status, text: await response.text() }))
      .catch(gone);
    if (answered === undefined) running = false;
    else if (answered.ok) told.pushes.push(PushTold.parse(JSON.parse(answered.text)));
    else await note(told, answered.status, answered.text);
  }
}

/** One client that asks for the checkpoint, so that tiles are being written when the end comes. */
async function publish(server: Served, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  while (!server.hasEnded()) {
    const seen = await fetch(`${server.url}/api/log/checkpoint`, { headers }).then(
      (response) => response.text(),
      () => undefined,
    );
    if (seen === undefined) return;
    await sleep(50);
  }
}

/** An organisation, and a token for who writes to it. */
async function begin(data: string): Promise<string> {
  await cliJson(data, 'init', '--name', 'Example Ltd', '--slug', 'example');
  const { json } = await cliJson(data, 'token', 'create', '--name', 'writers');
  return z.object({ token: z.string() }).parse(json).token;
}

/** Controls that are performed, sources that are fed and checks that judge what they say. */
async function arrange(server: Served, token: string): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  };
  const controls = Array.from({ length: CONTROLS }, (_, i) => ({
    kind: 'control',
    id: `kept-${i}`,
    title: `Kept ${i}`,
    frequency: 'weekly',
    startsOn: minutesAgo(90 * 24 * 60).slice(0, 10),
  }));
  const checks = Array.from({ length: SOURCES }, (_, i) => ({
    kind: 'check',
    id: `things-${i}`,
    title: 'Things are as they should be',
    dataset: `feed-${i}/things`,
    mode: 'state',
    supports: [`kept-${i}`],
    passes: 'it.ok',
    message: '{id} is not',
  }));
  await post('/api/acts/records.apply', { records: [...controls, ...checks] });
  for (let i = 0; i < SOURCES; i += 1) await post('/api/sources', { connector: 'push', id: `feed-${i}` });
}

interface Held {
  readonly missing: number;
  readonly twice: number;
  readonly entries: number;
}

/** Looks for everything acknowledged in the tables themselves: its entry, and each version it said it made. */
async function lookFor(data: string, told: Told): Promise<Held> {
  const database = await openDatabase({ dataFolder: data, report: () => undefined });
  try {
    return await database.tenant(ORG, 'read', async (client) => {
      const entries = await client.query<{ index: number; request: string | null }>(
        'select index, request::text from log_entry where org = $1',
        [ORG],
      );
      const versions = await client.query<{ key: string; log_index: number }>(
        `select kind || ' ' || id || ' ' || version as key, log_index from record where org = $1`,
        [ORG],
      );
      const collections = await client.query<{ log_index: number; items: number; changed: number }>(
        'select log_index, items, changed from collection where org = $1',
        [ORG],
      );
      const requestAt = new Map(entries.rows.map((row) => [row.index, row.request]));
      const indexOf = new Map(versions.rows.map((row) => [row.key, row.log_index]));
      const collected = new Map(collections.rows.map((row) => [row.log_index, row]));
      const missingActs = told.acts.filter(
        ({ key, index, changes }) =>
          requestAt.get(index) !== key ||
          changes.some(({ kind, id, version }) => indexOf.get(`${kind} ${id} ${version}`) !== index),
      );
      const missingPushes = told.pushes.filter(({ index, items, changed }) => {
        const row = collected.get(index);
        return row?.items !== items || row.changed !== changed;
      });
      const keys = new Set(told.acts.map(({ key }) => key));
      const performed = versions.rows.filter(({ key }) => key.startsWith('performance ')).length;
      const ordered = told.acts.filter(({ changes }) => changes[0]?.kind === 'performance').length;
      return {
        missing: missingActs.length + missingPushes.length,
        twice: told.acts.length - keys.size + Math.max(0, performed - ordered),
        entries: entries.rows.length,
      };
    });
  } finally {
    await database.close();
  }
}

/** Kills the server, and every other time its database too, while clients write; then looks for all that they were told. */
export async function kill(argv: readonly string[], say: Say): Promise<boolean> {
  const { rounds, writers, seed, longest } = sizesOf(argv, { rounds: 5, writers: 16, seed: 1, longest: 3000 });
  const draw = dice(seed);
  const folder = await makeFolder();
  const { data } = folder;
  let held = false;
  try {
    const token = await begin(data);
    const told: Told = { acts: [], pushes: [], lost: [], others: new Map(), repeated: 0, doneBefore: 0 };
    const ready: Record<'server' | 'both', number[]> = { server: [], both: [] };
    const early = join(folder.path, 'early');
    let after: 'server' | 'both' | undefined;
    let loadMs = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const server = await serve(data);
      if (after !== undefined) ready[after].push(server.readyMs);
      if (round === 1) await arrange(server, token);
      const [acts, pushes] = [told.acts.length, told.pushes.length];
      const clients = [
        ...Array.from({ length: Math.max(1, writers - SOURCES) }, () => write(server, token, told, draw)),
        ...Array.from({ length: SOURCES }, (_, i) => push(server, token, told, `feed-${i}`, draw)),
        publish(server, token),
      ];
      const began = performance.now();
      // Some ends come before the first answers, most under load.
      const soon = draw() < 0.2;
      while (!soon && (told.acts.length === acts || told.pushes.length === pushes)) {
        if (performance.now() - began > PATIENCE_MS) throw new Error(`Nothing is acknowledged: ${server.words()}`);
        await Promise.race([sleep(10), Promise.all(clients)]);
      }
      await Promise.race([sleep(draw() * longest), Promise.all(clients)]);
      loadMs += performance.now() - began;
      after = round % 2 === 0 ? 'both' : 'server';
      if (after === 'both') killDatabase(findPlace(data).cluster);
      await server.kill();
      await Promise.all(clients);
      if (round === Math.ceil(rounds / 2)) await cliJson(data, 'ledger', 'export', early);
    }
    const server = await serve(data);
    if (after !== undefined) ready[after].push(server.readyMs);
    for (const order of told.lost.splice(0)) {
      told.repeated += 1;
      await send(server, token, order, told);
    }
    await server.stop();
    held = await report(folder.path, data, early, rounds, loadMs, told, ready, say);
    return held;
  } finally {
    if (held) await folder.remove();
    else say(`kept for who looks into it: ${folder.path}`);
  }
}

async function report(
  path: string,
  data: string,
  early: string,
  rounds: number,
  loadMs: number,
  told: Told,
  ready: Readonly<Record<'server' | 'both', readonly number[]>>,
  say: Say,
): Promise<boolean> {
  const { missing, twice, entries } = await lookFor(data, told);
  const late = join(path, 'late');
  await cliJson(data, 'ledger', 'export', late);
  const verified = await cliJson(data, 'verify', late, early);
  const found = Found.parse(verified.json);
  const rebuilt = await cliJson(data, 'rebuild');
  const { differences, checked } = Rebuilt.parse(rebuilt.json);
  const doctor = await cli(data, 'doctor');

  say(
    `${rounds} rounds, ${Math.floor(rounds / 2)} of them with the database killed too, ${short(loadMs / 1000)} s under load`,
  );
  say(
    `acknowledged: ${told.acts.length} acts and ${told.pushes.length} collections; missing: ${missing}; done twice: ${twice}`,
  );
  say(`repeated with their key after a lost answer: ${told.repeated} acts, of which ${told.doneBefore} had been done`);
  say(
    `answers that were no acknowledgement: ${[...told.others].map(([kind, n]) => `${n} × ${kind}`).join(', ') || 'none'}`,
  );
  say(`restart to ready, server killed: ${spread(ready.server)}`);
  say(`restart to ready, database killed too: ${spread(ready.both)}`);
  say(
    `export verifies against the one taken halfway: ${found.ok ? 'yes' : 'NO'}, ${found.checked.entries} of ${entries} entries, ${found.failures.length} failures`,
  );
  say(
    `rebuild: ${differences.length} differences; ${Object.entries(checked)
      .map(([t, n]) => `${n} ${t}`)
      .join(', ')}`,
  );
  for (const { table, what } of differences.slice(0, 5)) say(`  ${table}: ${what}`);
  say(`doctor: exit ${doctor.code}`);
  return (
    missing === 0 &&
    twice === 0 &&
    found.ok &&
    found.checked.entries === entries &&
    differences.length === 0 &&
    told.acts.length > 0 &&
    told.pushes.length > 0
  );
}
