import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalIn, refusalOf, standUp } from '../testing.ts';
import { receive } from './push.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
  await ground.engine.services.connect(ground.alpha, OPERATOR, {
    connector: 'push',
    id: 'hr',
    settings: {},
    secrets: {},
  });
});
afterAll(() => ground.close());

const give = (body: Readable) => ground.engine.services.push(ground.alpha, OPERATOR, 'hr', body);
const push = (...pieces: readonly (string | Uint8Array)[]) =>
  give(Readable.from([Buffer.concat(pieces.map((piece) => Buffer.from(piece)))]));
const header = (dataset: string, observedAt = '2026-01-01T08:00:00Z') =>
  `${JSON.stringify({ collection: { dataset, mode: 'state', observedAt, complete: true } })}\n`;
const events = (more: object) =>
  `${JSON.stringify({ collection: { dataset: 'ev', mode: 'events', from: '2025-12-01T00:00:00Z', to: '2026-01-01T00:00:00Z', complete: true, ...more } })}\n`;
const kept = async (dataset: string) =>
  (
    await ground.asAdministrator<{ item: string; data: unknown }>(
      'select item, data from fact where org = $1 and dataset = $2 order by item',
      [ground.alpha.id, `hr/${dataset}`],
    )
  ).map(({ item, data }) => [item, data]);
const received = () => readdir(join(ground.folder, 'work', 'received'));

describe('a moment that we cannot keep is refused with its line', () => {
  test.each([
    ['of 1969', header('t', '1969-12-31T23:59:59Z'), 'facts.header', 1],
    ['with ten decimals', header('t', '2026-01-01T08:00:00.0123456789Z'), 'facts.header', 1],
    ['from which events are', events({ from: '1969-12-31T23:59:59Z' }), 'facts.header', 1],
    ['of an event', `${events({})}{"id":"e","at":"2025-12-02T00:00:00.0123456789Z","data":{}}\n`, 'facts.line', 2],
  ])('%s', async (_, file, code, line) => {
    const refusal = await refusalIn(push(file));

    expect([refusal.code, refusal.details['line']]).toEqual([code, line]);
  });
});

describe('the bytes of a file', () => {
  test('may hold U+FFFD and line separators of Unicode in a text', async () => {
    await push(header('fffd'), '{"id":"a","data":{"a":"\uFFFD \u2028 \u2029"}}\n');

    expect(await kept('fffd')).toEqual([['a', { a: '\uFFFD \u2028 \u2029' }]]);
  });

  test.each([
    ['a piece of a character', [0xe2, 0x82]],
    ['an overlong one', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a lone continuation', [0x80]],
  ])('are UTF-8: %s is refused with its line', async (_, bytes) => {
    const refusal = await refusalIn(push(header('bad'), '{"id":"a","data":{"a":"', Buffer.from(bytes), '"}}\n'));

    expect([refusal.code, refusal.details['line']]).toEqual(['facts.line', 2]);
  });

  test('may begin with a byte order mark, and hold no other one outside of a text', async () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    await push(mark, header('mark'), '{"id":"a","data":{"a":"\uFEFF"}}\r\n\r\n{"id":"b","data":{}}');

    expect(await kept('mark')).toEqual([
      ['a', { a: '\uFEFF' }],
      ['b', {}],
    ]);
    expect(await refusalOf(push(header('mark'), mark, '{"id":"c","data":{}}\n'))).toBe('facts.line');
    expect(await refusalOf(push(mark, mark, header('mark')))).toBe('facts.header');
  });

  test.each([
    ['at the end of the file', ''],
    ['before LF', '\n'],
    ['before CR LF', '\r\n{"id":"b","data":{}}\n'],
  ])('of an item are at most 256 KiB without its line’s end, %s', async (_, end) => {
    const line = (bytes: number) => `{"id":"a","data":{"a":"${'x'.repeat(bytes - 26)}"}}${end}`;
    expect(Buffer.byteLength(line(256 * 1024)) - Buffer.byteLength(end)).toBe(256 * 1024);

    expect((await push(header('big'), line(256 * 1024))).status).toBe('complete');
    const refusal = await refusalIn(push(header('big'), line(256 * 1024 + 1)));

    expect([refusal.code, refusal.details['line']]).toEqual(['facts.size', 2]);
  });
});

describe('uploads', () => {
  test('that arrive slowly, more than there are connections, keep nobody waiting', async () => {
    const bodies = Array.from({ length: 25 }, () => new Readable({ read: () => undefined }));
    const pushes = bodies.map((body, i) => {
      body.push(header(`slow-${i}`));
      return give(body);
    });
    while ((await received()).length < bodies.length) await sleep(5);

    const told = await ground.engine.runtime.list(ground.alpha, OPERATOR, 'source');
    for (const body of bodies) body.push(null);
    const reports = await Promise.all(pushes);

    expect(told.total).toBe(1);
    expect(reports.every(({ status }) => status === 'complete')).toBe(true);
    expect(await received()).toEqual([]);
  });

  test('that are refused or break off leave no file behind', async () => {
    const broken = new Readable({ read: () => undefined });
    broken.push(header('broken'));
    setTimeout(() => broken.destroy(new Error('gone')), 20);

    await expect(give(broken)).rejects.toThrow('gone');
    await refusalOf(push('nothing'));

    expect(await received()).toEqual([]);
  });

  test('that stop arriving are given up, and those that only pause are not', async () => {
    const stalled = new Readable({ read: () => undefined });
    stalled.push('begun');
    async function* pausing() {
      for (let i = 0; i < 4; i += 1) {
        await sleep(60);
        yield Buffer.from('x');
      }
    }

    expect(await refusalOf(receive(stalled, join(ground.folder, 'stalled'), 150))).toBe('facts.stalled');
    await expect(receive(Readable.from(pausing()), join(ground.folder, 'pausing'), 150)).resolves.toBeUndefined();
  });
});
