import { createHash } from 'node:crypto';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unpack } from '@countersign/ledger/binder/unpack-for-tests.ts';
import { verifyPath } from '@countersign/ledger/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Organisation } from '../runtime.ts';
import type { Made } from '../services/binders.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';
import type { BinderAsk } from './period.ts';
import { NOT_SHOWN, SHOWN_KINDS } from './shown.ts';

// The binder of a small company, as its auditor gets it.

const HOSTILE = [
  '../../../etc/passwd',
  'CON.pdf',
  'a\u202efdp.exe',
  'x\r\nSet-Cookie: y.txt',
  '%2e%2e%2fup.txt',
  "it's $(touch x) `y`.txt",
  '<img src=x onerror=alert(1)>.html',
  `${'ä'.repeat(200)}.pdf`,
];

let ground: Ground;
let folder: string;
let key: string;

const act = (name: string, input: object, org: Organisation = ground.alpha) =>
  ground.engine.runtime.act(org, OPERATOR, name, input);

async function file(id: string, name: string, bytes: string, more: object = {}): Promise<void> {
  const { digest } = await ground.engine.services.putBlob(ground.alpha, OPERATOR, Readable.from([Buffer.from(bytes)]));
  await ground.engine.runtime.act(ground.alpha, PEOPLE.lead, 'evidence.add', {
    ...{ id, name, blob: digest, controls: ['access-review'] },
    ...more,
  });
}

const push = (header: object, items: readonly object[]) =>
  ground.engine.services.push(
    ground.alpha,
    OPERATOR,
    'directory',
    Readable.from([`${[{ collection: header }, ...items].map((line) => JSON.stringify(line)).join('\n')}\n`]),
  );

const MARCH: BinderAsk = { from: '2026-02-01', to: '2026-03-31' };

async function made(
  ask: BinderAsk,
  name: string,
  org: Organisation = ground.alpha,
  engine: Engine = ground.engine,
): Promise<Made & { readonly path: string }> {
  const id = crypto.randomUUID();
  ground.clock.advance(1000);
  const told = await engine.services.binders.make(org, OPERATOR, ask, {
    ...{ id, key: crypto.randomUUID(), signal: new AbortController().signal },
    progress: () => undefined,
  });
  const path = join(folder, `${name}.zip`);
  const kept = await engine.services.binders.find(org, OPERATOR, id);
  await pipeline(await engine.services.binders.read(org, kept.digest), createWriteStream(path));
  return { ...told, path };
}

async function unpacked(path: string): Promise<string> {
  const out = path.replace(/\.zip$/, '');
  await unpack(path, out);
  const [top = ''] = readdirSync(out);
  return join(out, top);
}

const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const textOf = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const linesOf = (...path: string[]): readonly Record<string, unknown>[] =>
  textOf(...path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  ground = await standUp();
  folder = await mkdtemp(join(tmpdir(), 'countersign-binders-'));
  const { clock, engine } = ground;
  await engine.services.connect(ground.alpha, OPERATOR, {
    ...{ connector: 'push', id: 'directory', settings: {}, secrets: {} },
  });
  await act('records.apply', {
    records: [
      {
        ...{ kind: 'control', id: 'access-review', title: 'Access is reviewed', frequency: 'monthly' },
        ...{ startsOn: '2026-01-01', owner: 'carl', answers: { soc2: ['CC6.1', 'CC6.2'], iso27001: ['A.5.18'] } },
      },
      {
        ...{ kind: 'control', id: 'mfa', title: 'A second factor', frequency: 'continuous' },
        ...{ startsOn: '2026-01-01', answers: { soc2: ['CC6.1'], iso27001: [] } },
      },
      {
        ...{ kind: 'control', id: 'only-iso', title: 'Of the other framework', frequency: 'monthly' },
        ...{ startsOn: '2026-01-01', answers: { soc2: [], iso27001: ['A.5.1'] } },
      },
      {
        ...{ kind: 'check', id: 'has-mfa', title: 'A second factor', dataset: 'directory/people', mode: 'state' },
        ...{ supports: ['mfa'], passes: 'it.mfa', message: '{id} has none' },
      },
    ],
  });
  const people = (mfa: boolean) => [
    { id: 'p-1', data: { mfa: true } },
    { id: 'p-2', data: { mfa, note: '<script>alert(1)</script>' } },
  ];
  await file('of-january', 'old.txt', 'of January');
  for (const [day, mfa] of [
    ['2026-01-20', true],
    ['2026-02-02', false],
    ['2026-02-19', true],
    ['2026-03-20', true],
    ['2026-04-10', false],
  ] as const) {
    clock.set(`${day}T10:00:00Z`);
    await push({ dataset: 'people', mode: 'state', observedAt: `${day}T09:00:00Z`, complete: true }, people(mfa));
    if (day === '2026-02-19')
      for (const [i, name] of HOSTILE.entries()) await file(`hostile-${i}`, name.slice(0, 255), `hostile ${i}`);
    if (day === '2026-02-19') {
      await file('Twice', 'a.txt', 'the same bytes');
      await file('twice', 'b.txt', 'the same bytes');
      await file('iso', 'iso.txt', 'iso', { controls: ['only-iso'] });
    }
  }
  clock.set('2026-04-11T09:00:00Z');
  await file('valid', 'valid.txt', 'valid since February', {
    ...{ observedAt: '2026-02-18T08:00:00Z', validUntil: '2026-04-30' },
  });
  await file('of-april', 'april.txt', 'of April');
  await act('performance.record', { control: 'access-review', at: '2026-02-18T08:00:00Z', evidence: ['of-january'] });
  await act('performance.record', { control: 'access-review', at: '2026-03-12T08:00:00Z' });
  await act('exception.request', {
    ...{ id: 'ex-1', control: 'mfa', item: 'p-2', from: '2026-02-01', to: '2026-04-30', reason: 'a shared device' },
  });
  ({ key } = await engine.services.checkpoint(ground.alpha));
});
afterAll(async () => {
  await ground.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a binder', () => {
  let whole: Made & { readonly path: string };
  let top: string;
  beforeAll(async () => {
    whole = await made(MARCH, 'whole');
    top = await unpacked(whole.path);
  });

  test('verifies under the key of the log, packed and unpacked', async () => {
    for (const path of [whole.path, top]) {
      const answer = await verifyPath(path, { keys: [key] });

      expect(answer.failures).toEqual([]);
      expect(answer).toMatchObject({
        ok: true,
        trust: { key: 'given' },
        about: { organisation: 'alpha', period: MARCH },
      });
    }
    expect(whole).toMatchObject({ size: expect.any(Number), digest: digestOf(whole.path) });
    expect(whole.manifest).toBe(digestOf(join(top, 'manifest-sha256.txt')));
  });

  test('holds the evidence that touches the period, each file once, and no other', () => {
    const found = readdirSync(join(top, 'data/evidence'));

    expect(found).toEqual(expect.arrayContaining(['of-january', 'valid', 'iso', 'hostile-0']));
    expect(found).not.toContain('of-april');
    expect(found.filter((name) => name.toLowerCase().startsWith('twice'))).toHaveLength(1);
    expect(readdirSync(join(top, 'data/proofs'))).toHaveLength(HOSTILE.length + 5);
    expect(textOf(top, 'data/evidence/of-january/old.txt')).toBe('of January');
  });

  test('repeats what the answers rest on, and none of what gives access', () => {
    const kinds = readdirSync(join(top, 'data/records')).map((name) => name.replace('.ndjson', ''));

    expect(kinds).toEqual(
      expect.arrayContaining(['check', 'collection', 'control', 'evidence', 'exception', 'performance', 'person']),
    );
    expect(kinds.filter((kind) => kind in NOT_SHOWN)).toEqual([]);
    const collected = linesOf(top, 'data/records/collection.ndjson').map(
      ({ body }) => (body as { observedAt: string }).observedAt,
    );
    // The last one before the period speaks at its beginning.
    expect(collected.map((at) => at.slice(0, 10))).toEqual(['2026-01-20', '2026-02-02', '2026-02-19', '2026-03-20']);
    expect(linesOf(top, 'data/facts/directory/directory/people.ndjson').map(({ item }) => item)).toEqual([
      'p-1',
      'p-2',
      'p-2',
      'p-2',
    ]);
  });

  test('answers as the product does at the same two dates', async () => {
    const clocks = { asOf: '2026-03-31T23:59:59.999Z', knownAt: whole.knownAt };
    const status = await ground.engine.runtime.view(ground.alpha, OPERATOR, 'status', { framework: 'soc2' }, clocks);
    const period = await ground.engine.runtime.view(ground.alpha, OPERATOR, 'effectiveness', MARCH, {
      knownAt: whole.knownAt,
    });

    expect(JSON.parse(textOf(top, 'data/answers/status-soc2.json'))).toEqual(status.answer);
    expect(JSON.parse(textOf(top, 'data/answers/effectiveness.json'))).toEqual(period.answer);
    expect(linesOf(top, 'data/answers/verdicts.ndjson')).toContainEqual(
      expect.objectContaining({ check: 'has-mfa', item: 'p-2', outcome: 'fail', why: 'p-2 has none' }),
    );
  });

  test('says of everything that is withheld why', () => {
    const reasons = new Set(linesOf(top, 'data/redactions.ndjson').map(({ because }) => because));

    expect(reasons).toContain('It does not touch the period.');
    expect(reasons).not.toContain(undefined);
    expect(textOf(top, 'data/index.html')).toContain('It does not touch the period.');
  });

  test('has pages in which what somebody typed is text', () => {
    for (const page of ['index.html', 'how-to-verify.html']) {
      const text = textOf(top, 'data', page);

      expect(text).not.toMatch(/<script|<img|onerror=alert\(1\)>|href="javascript/);
      expect(text).toContain(`default-src 'none'`);
    }
    // A page that somebody uploaded is named and not led to.
    expect(textOf(top, 'data/index.html')).not.toMatch(/href="[^"]*\.html(?:%20)?"[^>]*>[^<]*onerror/);
  });

  test.each([
    ['an answer', 'data/answers/effectiveness.json'],
    ['the index', 'data/index.html'],
    ['how to verify', 'data/how-to-verify.html'],
    ['a verdict', 'data/answers/verdicts.ndjson'],
    ['a record', 'data/records/performance.ndjson'],
    ['a fact', 'data/facts/directory/directory/people.ndjson'],
    ['a redaction', 'data/redactions.ndjson'],
    ['a file', 'data/evidence/valid/valid.txt'],
    ['the list of files', 'data/files.ndjson'],
    ['what it is of', 'data/binder.json'],
    ['a proof', 'data/proofs/valid.tlog-proof'],
  ])('changed in %s is found out', async (_, path) => {
    const copy = join(folder, 'changed');
    await rm(copy, { recursive: true, force: true });
    await cp(top, copy, { recursive: true });
    const bytes = readFileSync(join(copy, path));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(join(copy, path), bytes);

    const answer = await verifyPath(copy, { keys: [key] });
    expect(answer.ok).toBe(false);
    expect(answer.failures.map(({ path: at }) => at)).toContain(path);
  });

  test('with a file more is found out', async () => {
    const copy = join(folder, 'more');
    await cp(top, copy, { recursive: true });
    await appendFile(join(copy, 'data/evidence/valid/more.txt'), 'x');

    expect((await verifyPath(copy, { keys: [key] })).ok).toBe(false);
  });

  test('is the same, byte for byte, whoever makes it again as it was known then', async () => {
    const again = await made({ ...MARCH, knownAt: whole.knownAt }, 'again');
    const other = await made({ ...MARCH, knownAt: whole.knownAt }, 'other', ground.alpha, await ground.another());

    expect(again.digest).toBe(whole.digest);
    expect(other.digest).toBe(whole.digest);
    expect(again.after).toBeGreaterThan(0);
  });

  test('of one framework holds nothing that concerns the other only', async () => {
    const one = await unpacked((await made({ ...MARCH, framework: 'soc2' }, 'soc2')).path);

    expect(await verifyPath(one, { keys: [key] })).toMatchObject({ ok: true, failures: [] });
    expect(readdirSync(join(one, 'data/evidence'))).not.toContain('iso');
    expect(readdirSync(join(one, 'data/answers'))).toEqual(expect.not.arrayContaining(['status-iso27001.json']));
    expect(textOf(one, 'data/records/control.ndjson')).not.toContain('only-iso');
  });

  test('withholds what the company withholds, and says so', async () => {
    const { path } = await made({ ...MARCH, hides: ['person', 'directory/people', 'evidence'] }, 'hides');
    const top = await unpacked(path);

    expect(await verifyPath(top, { keys: [key] })).toMatchObject({ ok: true, failures: [] });
    expect(readdirSync(join(top, 'data'))).not.toContain('evidence');
    expect(readdirSync(join(top, 'data'))).not.toContain('facts');
    expect(readdirSync(join(top, 'data/records'))).not.toContain('person.ndjson');
    expect(textOf(top, 'data/index.html')).toContain('The company withholds person records.');
    expect(textOf(top, 'data/answers/verdicts.ndjson').trim()).toBe('');
  });

  test('of an older and a newer period are of one log', async () => {
    const newer = await made({ from: '2026-04-01', to: '2026-04-30' }, 'april');
    const answer = await verifyPath(newer.path, { keys: [key], old: whole.path });

    expect(answer.failures).toEqual([]);
  });
});

test('evidence whose file is not kept any more is named, and its file is not there', async () => {
  await file('gone', 'gone.txt', 'to be gone', { observedAt: '2026-03-01T08:00:00Z' });
  await ground.asAdministrator('delete from blob where digest = $1', [
    createHash('sha256').update('to be gone').digest(),
  ]);
  const { path } = await made(MARCH, 'gone');
  const top = await unpacked(path);

  expect(await verifyPath(path, { keys: [key] })).toMatchObject({ ok: true, failures: [] });
  expect(readdirSync(join(top, 'data/evidence'))).not.toContain('gone');
  expect(readdirSync(join(top, 'data/proofs'))).toContain('gone.tlog-proof');
  expect(textOf(top, 'data/index.html')).toContain('The file is not kept any more');
});

describe('an empty one', () => {
  test('of a company that has nothing verifies', async () => {
    const { path } = await made(MARCH, 'nothing', ground.beta);
    const { key: theirs } = await ground.engine.services.checkpoint(ground.beta);

    expect(await verifyPath(path, { keys: [theirs] })).toMatchObject({ ok: true, failures: [] });
    expect(textOf(await unpacked(path), 'data/index.html')).toContain('What was not collected is unknown, not absent.');
  });

  test('of a period without facts verifies', async () => {
    const { path } = await made({ from: '2026-01-02', to: '2026-01-03' }, 'quiet');

    expect(await verifyPath(path, { keys: [key] })).toMatchObject({ ok: true, failures: [] });
  });
});

describe('what is refused', () => {
  const ask = (input: BinderAsk) =>
    refusalOf(ground.engine.services.binders.preview(ground.alpha, OPERATOR, input, new AbortController().signal));

  test.each([
    [{ from: '2026-03-31', to: '2026-01-01' }, 'binder.order'],
    [{ from: '2027-01-01', to: '2027-01-31' }, 'binder.future'],
    [{ ...MARCH, hides: ['persons'] }, 'binder.hides'],
    [{ ...MARCH, hides: ['token'] }, 'binder.hides'],
    [{ ...MARCH, knownAt: 'yesterday' }, 'record.invalid'],
  ] as const)('%j', async (input, code) => {
    expect(await ask(input)).toBe(code);
  });
});

test('every kind of the product is shown or is said not to be', () => {
  const known = [...SHOWN_KINDS, ...Object.keys(NOT_SHOWN)];

  expect([...ground.engine.runtime.product.records.keys()].filter((kind) => !known.includes(kind))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});

describe('one piece of evidence', () => {
  test.each(['valid', 'hostile-0', 'of-january'])('%s verifies by itself', async (id) => {
    const { bytes } = await ground.engine.services.binders.one(ground.alpha, PEOPLE.lead, id);
    const path = join(folder, `${id}-proof.zip`);
    await pipeline(bytes, createWriteStream(path));

    const answer = await verifyPath(path, { keys: [key] });
    expect(answer.failures).toEqual([]);
    expect(answer).toMatchObject({ ok: true, kind: 'evidence' });
  });

  test('that is not there is refused', async () => {
    expect(await refusalOf(ground.engine.services.binders.one(ground.alpha, PEOPLE.lead, 'nobody'))).toBe(
      'record.missing',
    );
  });
});
