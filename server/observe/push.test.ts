import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CollectionReport, Organisation } from '../runtime.ts';
import type { Bench } from './testing.ts';
import { openBench, OPERATOR } from './testing.ts';

let bench: Bench;
let org: Organisation;
beforeAll(async () => {
  bench = await openBench();
  bench.now = Date.UTC(2026, 2, 10);
  org = await bench.begin('acme');
  for (const [id, as] of [
    ['hr', undefined],
    ['hr-two', 'hr'],
    ['ci', undefined],
  ] as const)
    await bench.engine.services.connect(org, OPERATOR, {
      connector: 'push',
      id,
      ...(as === undefined ? {} : { as }),
      settings: {},
      secrets: {},
    });
});
afterAll(() => bench.close());

const push = (content: string | Uint8Array | Iterable<Uint8Array>, source = 'hr'): Promise<CollectionReport> =>
  bench.engine.services.push(
    org,
    OPERATOR,
    source,
    Readable.from(
      typeof content === 'string' ? [Buffer.from(content)] : content instanceof Uint8Array ? [content] : content,
    ),
  );
const state = (more: object = {}): string =>
  `${JSON.stringify({ collection: { dataset: 'people', mode: 'state', observedAt: '2026-03-01T08:00:00Z', complete: true, ...more } })}\n`;
const events = (more: object = {}): string =>
  `${JSON.stringify({ collection: { dataset: 'changes', mode: 'events', from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', complete: true, ...more } })}\n`;
const line = (id: string, more: object = { data: {} }): string => `${JSON.stringify({ id, ...more })}\n`;
const good = line('p-1', { data: { ok: true } });

/** Everything that a refused file might have left behind. */
async function stored(): Promise<unknown> {
  const [row] = await bench.rows(
    org,
    `select (select count(*) from fact)::int as facts, (select count(*) from collection)::int as collections, (select size from log)::int as size`,
  );
  return row;
}

describe('a file that is refused leaves nothing behind', () => {
  const nested = (depth: number): string => `{"id":"p-2","data":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}\n`;
  it.each<[string, string | Uint8Array, string, number?]>([
    ['an empty file', '', 'facts.header'],
    ['no header', good, 'facts.header', 1],
    ['a header that is no JSON', `{"collection"\n${good}`, 'facts.header', 1],
    ['a header without completeness', state({ complete: undefined }), 'facts.header', 1],
    ['a header with a field too many', state({ also: 1 }), 'facts.header', 1],
    ['a mode that is none', state({ mode: 'both' }), 'facts.header', 1],
    ['a dataset with a slash', state({ dataset: 'hr/people' }), 'facts.header', 1],
    ['a moment without offset', state({ observedAt: '2026-03-01T08:00:00' }), 'facts.header', 1],
    ['a moment that is none', state({ observedAt: '2026-02-30T08:00:00Z' }), 'facts.header', 1],
    ['state in the future', state({ observedAt: '2026-03-11T00:00:00Z' }) + good, 'facts.future', 1],
    ['events in the future', events({ to: '2026-03-11T00:00:00Z' }), 'facts.future', 1],
    ['an interval that ends before it begins', events({ from: '2026-03-03T00:00:00Z' }), 'facts.header', 1],
    ['a malformed line', `${state()}${good}\n{"id":"p-2"\n`, 'facts.line', 4],
    ['a line that is no object', `${state()}[]\n`, 'facts.line', 2],
    ['an item without id', `${state()}{"data":{}}\n`, 'facts.line', 2],
    ['an item with an empty id', state() + line(''), 'facts.line', 2],
    ['an item without data', `${state()}{"id":"p-1"}\n`, 'facts.line', 2],
    ['data that is no object', `${state()}{"id":"p-1","data":[]}\n`, 'facts.line', 2],
    ['an item with a field too many', state() + line('p-1', { data: {}, also: 1 }), 'facts.line', 2],
    ['a second header', state() + state(), 'facts.line', 2],
    ['a duplicate id', state() + good + line('p-2') + good, 'facts.twice', 4],
    ['“at” on an item of a state', state() + line('p-1', { at: '2026-03-01T00:00:00Z', data: {} }), 'facts.line', 2],
    ['an event without “at”', events() + line('e-1'), 'facts.line', 2],
    [
      'an event before its interval',
      events() + line('e-1', { at: '2026-02-28T23:59:59.999Z', data: {} }),
      'facts.line',
      2,
    ],
    [
      'an event at the end of its interval',
      events() + line('e-1', { at: '2026-03-02T00:00:00Z', data: {} }),
      'facts.line',
      2,
    ],
    ['an item over 256 KiB', state() + good + line('p-2', { data: { a: 'x'.repeat(256 * 1024) } }), 'facts.size', 3],
    ['a line without end', `${state()}{"id":"${'x'.repeat(3_000_000)}`, 'facts.size'],
    ['U+0000 in a value', state() + line('p-1', { data: { a: 'x\u0000' } }), 'facts.line', 2],
    ['U+0000 in a key', state() + line('p-1', { data: { 'x\u0000': 1 } }), 'facts.line', 2],
    ['U+0000 in an id', state() + line('p-\u0000'), 'facts.line', 2],
    ['a lone surrogate', `${state()}{"id":"p-1","data":{"a":"\\ud800"}}\n`, 'facts.line', 2],
    ['a lone surrogate in a key', `${state()}{"id":"p-1","data":{"\\udc00":1}}\n`, 'facts.line', 2],
    [
      'invalid UTF-8',
      Buffer.concat([
        Buffer.from(`${state()}{"id":"p-1","data":{"a":"`),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('"}}\n'),
      ]),
      'facts.line',
      2,
    ],
    [
      'a key that names the prototype',
      `${state()}${good}{"id":"p-2","data":{"__proto__":{"ok":true}}}\n`,
      'facts.line',
      3,
    ],
    ['the same deeper', `${state()}{"id":"p-1","data":{"a":[{"__proto__":1}]}}\n`, 'facts.line', 2],
    ['the same beside the data', `${state()}{"id":"p-1","data":{},"__proto__":{}}\n`, 'facts.line', 2],
    ['the same in the header', `{"collection":{"__proto__":{}}}\n`, 'facts.header', 1],
    ['data nested without reason', state() + nested(70), 'facts.line', 2],
    ['data nested to break a parser', state() + nested(100_000), 'facts.line', 2],
    ['a number that is too big', `${state()}{"id":"p-1","data":{"a":1e400}}\n`, 'facts.line', 2],
  ])('%s', async (_, content, code, at) => {
    const before = await stored();

    await expect(push(content)).rejects.toMatchObject({ code, ...(at === undefined ? {} : { details: { line: at } }) });
    expect(await stored()).toEqual(before);
  });

  it('a duplicate id many batches later', async () => {
    const before = await stored();
    const many = Array.from({ length: 3500 }, (_, i) => line(`p-${i}`)).join('');

    await expect(push(state() + many + line('p-7'))).rejects.toMatchObject({
      code: 'facts.twice',
      details: { line: 3502, id: 'p-7' },
    });
    expect(await stored()).toEqual(before);
  });

  it('a file over 1 GiB, which is not read to its end', async () => {
    const before = await stored();
    let read = 0;
    const blank = Buffer.alloc(1024 * 1024, 0x20);
    for (let i = 255; i < blank.length; i += 256) blank[i] = 0x0a;
    function* endless(): Generator<Uint8Array> {
      yield Buffer.from(state());
      for (;;) {
        read += blank.length;
        yield blank;
      }
    }

    await expect(push(endless())).rejects.toMatchObject({ code: 'facts.file' });
    expect(read).toBeLessThan(1024 ** 3 + 8 * blank.length);
    expect(await stored()).toEqual(before);
  });

  it('an upload that breaks off', async () => {
    const before = await stored();
    const broken = new Readable({ read: () => undefined });
    broken.on('error', () => undefined);
    broken.push(state() + good);
    setTimeout(() => broken.destroy(new Error('gone')), 30);

    await expect(bench.engine.services.push(org, OPERATOR, 'hr', broken)).rejects.toThrow();
    expect(await stored()).toEqual(before);
  });
});

describe('a file that is taken in', () => {
  it('says what is new, changed and gone against what was known', async () => {
    const first = await push(state() + line('p-1') + line('p-2') + line('p-3'));
    const again = await push(
      state({ observedAt: '2026-03-02T08:00:00Z' }) + line('p-1') + line('p-2', { data: { a: 1 } }),
    );
    const partial = await push(state({ observedAt: '2026-03-03T08:00:00Z', complete: false }) + line('p-4'));

    expect([first, again, partial].map(({ status, items, changed }) => [status, items, changed])).toEqual([
      ['complete', 3, 3],
      ['complete', 2, 2],
      ['partial', 1, 1],
    ]);
    expect(
      await bench.rows(org, `select item from fact where dataset = 'hr/people' and until_index is null order by item`),
    ).toEqual(['p-1', 'p-2', 'p-4'].map((item) => ({ item })));
  });

  const kept = async (dataset: string): Promise<readonly unknown[]> =>
    (
      await bench.rows<{ item: string; data: string }>(
        org,
        'select item, data::text as data from fact where dataset = $1',
        [dataset],
      )
    ).map(({ item, data }) => [item, JSON.parse(data)]);

  it('may hold keys that are names in JavaScript, and comes back as it was', async () => {
    const data = '{"constructor":1,"toString":null,"1":2,"é":"\\u0301"}';
    await push(`${state({ dataset: 'odd' })}{"id":"__proto__","data":${data}}\r\n\n`);

    expect(await kept('hr/odd')).toEqual([['__proto__', JSON.parse(data)]]);
  });

  it('may be an item of just 256 KiB', async () => {
    const frame = line('p-1', { data: { a: '' } }).length - 1;
    const report = await push(state({ dataset: 'big' }) + line('p-1', { data: { a: 'x'.repeat(256 * 1024 - frame) } }));

    expect(report.items).toBe(1);
  });

  it('has events from the first to the last moment of its interval', async () => {
    const report = await push(
      events() +
        line('e-1', { at: '2026-03-01T00:00:00Z', data: {} }) +
        line('e-2', { at: '2026-03-02T00:59:59.999+01:00', data: {} }),
    );

    expect(report).toMatchObject({ items: 2, observedAt: '2026-03-02T00:00:00.000Z' });
  });

  it('keeps a dataset in its mode, also from another source that feeds it', async () => {
    await push(state({ dataset: 'fixed' }));

    await expect(push(events({ dataset: 'fixed' }))).rejects.toMatchObject({ code: 'facts.mode' });
    await expect(push(events({ dataset: 'fixed' }), 'hr-two')).rejects.toMatchObject({ code: 'facts.mode' });
    await expect(push(events({ dataset: 'fixed' }), 'ci')).resolves.toMatchObject({ status: 'complete' });
  });

  it('needs a source that is there', async () => {
    await expect(push(state(), 'nobody')).rejects.toMatchObject({ code: 'record.missing' });
  });
});
