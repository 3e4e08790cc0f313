import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ed25519Signer, parseCheckpoint, parseNote, signCheckpoint } from '@countersign/ledger/index.ts';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';
import type { Checked } from './self-check.ts';

const FILE = Buffer.from('The list of members, as of January.\n');
const DIGEST = createHash('sha256').update(FILE).digest('hex');

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
  const { runtime, services } = ground.engine;
  const org = ground.alpha;
  await services.connect(org, OPERATOR, { connector: 'push', id: 'hr', settings: {}, secrets: {} });
  await runtime.act(org, OPERATOR, 'records.apply', {
    records: [
      { kind: 'control', id: 'c', title: 'Second factor', frequency: 'continuous', startsOn: '2026-01-01' },
      {
        ...{ kind: 'check', id: 'mfa', title: 'Second factor', dataset: 'hr/people', mode: 'state' },
        ...{ supports: ['c'], passes: 'it.mfa == true', message: '{id} has none' },
      },
    ],
  });
  await runtime.act(org, OPERATOR, 'records.apply', {
    records: [
      { kind: 'control', id: 'c', title: 'Everyone uses one', frequency: 'continuous', startsOn: '2026-01-01' },
    ],
  });
  await runtime.act(org, OPERATOR, 'records.apply', {
    records: Array.from({ length: 250 }, (_, i) => ({ kind: 'person', id: `p-${i}`, name: `Person ${i}` })),
  });
  // Enough entries for a full tile and one begun.
  for (let i = 0; i < 270; i += 1)
    await runtime.act(org, OPERATOR, 'records.apply', { records: [{ kind: 'person', id: 'ann', name: `Ann ${i}` }] });
  for (const [observedAt, mfa] of [
    ['2026-01-01T08:00:00Z', false],
    ['2026-01-01T08:30:00Z', true],
  ] as const)
    await services.push(
      org,
      OPERATOR,
      'hr',
      Readable.from([
        [
          { collection: { dataset: 'people', mode: 'state', observedAt, complete: true } },
          { id: 'ada', data: { mfa: true } },
          { id: 'bob', data: { mfa } },
        ]
          .map((line) => JSON.stringify(line))
          .join('\n'),
      ]),
    );
  await services.putBlob(org, OPERATOR, Readable.from([FILE]));
  await runtime.act(org, PEOPLE.lead, 'evidence.add', {
    ...{ id: 'list', name: 'members.txt', blob: DIGEST, bytes: FILE.length, controls: ['c'] },
  });
});
afterAll(() => ground.close());

const check = (kind: 'whole' | 'sample' = 'whole'): Promise<Checked> => {
  ground.clock.advance(60_000);
  return ground.engine.services.selfCheck(ground.alpha, {
    kind,
    progress: () => undefined,
    signal: new AbortController().signal,
  });
};
const sql = (text: string) => ground.asAdministrator(text, [ground.alpha.id]);
const path = (...parts: readonly string[]) => join(ground.folder, ...parts);
const log = (...parts: readonly string[]) => path('log', String(ground.alpha.id), ...parts);
const blob = () => path('blobs', String(ground.alpha.id), DIGEST.slice(0, 2), DIGEST);

test('nothing is found on what nobody touched, and a whole run has looked at all of it', async () => {
  const { findings, counts, size, root } = await check();

  expect(findings).toEqual([]);
  expect(size).toBeGreaterThan(270);
  expect(root).toMatch(/=$/);
  expect(counts).toMatchObject({ evidence: 1, evidenceBytes: FILE.length, answers: 1, collections: 2 });
  expect(counts.entries).toBe(size);
  expect(counts.records).toBeGreaterThan(500);
  expect(counts.facts).toBeGreaterThan(2);
});

test('a sample goes on where the last one ended', async () => {
  await check();
  const { counts, kind } = await check('sample');

  expect(kind).toBe('sample');
  expect(counts.entries).toBe(0);
  expect(counts.evidence).toBe(1);

  await ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', {
    records: [{ kind: 'person', id: 'ann', name: 'Ann, again' }],
  });
  expect((await check('sample')).counts.entries).toBe(1);
});

interface Planted {
  readonly code: string;
  readonly where: object;
  readonly says: RegExp;
  /** Others that follow from it. */
  readonly also?: readonly string[];
  readonly kind?: 'sample';
  plant(): Promise<unknown>;
  mend(): Promise<unknown>;
}

const swap = (sets: string, back: string, table: string, where: string) => ({
  plant: () => sql(`update ${table} set ${sets} where org = $1 and ${where}`),
  mend: () => sql(`update ${table} set ${back} where org = $1 and ${where}`),
});
const flip = (column: string, at: string): string =>
  `${column} = set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1)`;

/** Deletes rows into a table beside, and brings them back. */
const away = (table: string, where: string) => ({
  plant: async () => {
    await ground.asAdministrator(`drop table if exists kept_${table}`);
    await ground.asAdministrator(
      `create table kept_${table} as select * from ${table} where org = ${ground.alpha.id} and ${where}`,
    );
    await sql(`delete from ${table} where org = $1 and ${where}`);
  },
  mend: async () => {
    await ground.asAdministrator(`insert into ${table} select * from kept_${table}`);
    await ground.asAdministrator(`drop table kept_${table}`);
  },
});

/** Changes a file, and brings it back. */
const file = (at: () => string, change: (bytes: Buffer) => Buffer | undefined) => {
  let before: Buffer;
  return {
    async plant() {
      before = await readFile(at());
      const after = change(before);
      if (after === undefined) await rename(at(), `${at()}.away`);
      else await writeFile(at(), after);
    },
    async mend() {
      await rm(`${at()}.away`, { force: true });
      await writeFile(at(), before);
    },
  };
};

const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[7] = (copy[7] ?? 0) ^ 1;
  return copy;
};

const PLANTED: readonly (readonly [string, () => Planted])[] = [
  [
    'one byte of an entry',
    () => ({
      ...{ code: 'entry.differs', where: { entry: 9 }, says: /Entry 9 /, also: ['entry.statement'] },
      ...swap(flip('entry', 'length(entry) - 9'), flip('entry', 'length(entry) - 9'), 'log_entry', 'index = 9'),
    }),
  ],
  [
    'one byte of a statement',
    () => ({
      ...{ code: 'entry.statement', where: { entry: 11 }, says: /Entry 11 / },
      ...swap(flip('statement', '40'), flip('statement', '40'), 'log_entry', 'index = 11'),
    }),
  ],
  [
    'the time of an entry',
    () => ({
      ...{ code: 'entry.time', where: { entry: 9 }, says: /Entry 9 / },
      also: ['record.stamp'],
      ...swap(
        `recorded_at = recorded_at - interval '1 day'`,
        `recorded_at = recorded_at + interval '1 day'`,
        'log_entry',
        'index = 9',
      ),
    }),
  ],
  [
    'a deleted entry',
    () => ({
      ...{ code: 'log.missing', where: { entry: 9 }, says: /Entry 9 is gone/ },
      ...away('log_entry', 'index = 9'),
    }),
  ],
  [
    'the body of a version',
    () => ({
      ...{ code: 'record.digest', where: { record: 'control/c@1' }, says: /control\/c@1/ },
      ...swap(
        `body = body || '{"title":"Nothing"}'`,
        `body = body || '{"title":"Second factor"}'`,
        'record',
        `kind = 'control' and id = 'c' and version = 1`,
      ),
    }),
  ],
  [
    'a salt',
    () => ({
      ...{ code: 'record.digest', where: { record: 'control/c@2' }, says: /control\/c@2/ },
      ...swap(flip('salt', '3'), flip('salt', '3'), 'record', `kind = 'control' and id = 'c' and version = 2`),
    }),
  ],
  [
    'a body among more versions than a statement names',
    () => ({
      ...{ code: 'record.digest', where: {}, says: /One or more of the 250 versions/ },
      ...swap(
        `body = body || '{"name":"Nobody"}'`,
        `body = body || '{"name":"Person 7"}'`,
        'record',
        `kind = 'person' and id = 'p-7'`,
      ),
    }),
  ],
  [
    'a deleted version',
    () => ({
      ...{ code: 'record.missing', where: { record: 'control/c@1' }, says: /control\/c@1.*is gone/ },
      ...away('record', `kind = 'control' and id = 'c' and version = 1`),
    }),
  ],
  [
    'a version that was never logged',
    () => ({
      code: 'record.stray',
      ...{ where: { record: 'person/zed@1', entry: 9 }, says: /person\/zed@1/ },
      plant: () =>
        sql(`insert into record select org, kind, 'zed', 1, body, salt, false, effective_at, 9, recorded_at, null, actor, act from record
               where org = $1 and kind = 'person' and id = 'p-7'`),
      also: ['record.stamp'],
      mend: () => sql(`delete from record where org = $1 and id = 'zed'`),
    }),
  ],
  [
    'who made a version',
    () => ({
      ...{ code: 'record.stamp', where: { record: 'control/c@1' }, says: /another act, actor or time/ },
      ...swap(`actor = 'olga'`, `actor = 'operator:root'`, 'record', `kind = 'control' and id = 'c' and version = 1`),
    }),
  ],
  [
    'which version follows',
    () => ({
      ...{ code: 'record.order', where: { record: 'control/c@1' }, says: /control\/c@1/ },
      ...swap(
        'superseded_index = superseded_index + 1',
        'superseded_index = superseded_index - 1',
        'record',
        `kind = 'control' and id = 'c' and version = 1`,
      ),
    }),
  ],
  [
    'what names what',
    () => ({
      ...{ code: 'reference.differs', where: { table: 'reference' }, says: /index of references/ },
      ...away('reference', `kind = 'check' and id = 'mfa'`),
    }),
  ],
  [
    'a fact',
    () => ({
      ...{ code: 'fact.digest', where: { item: 'bob', dataset: 'hr/people', source: 'hr' }, says: /bob in hr\/people/ },
      also: ['fact.items', 'projection.differs'],
      ...swap(`data = '{"mfa":true}'`, `data = '{"mfa":false}'`, 'fact', `item = 'bob' and until_index is not null`),
    }),
  ],
  [
    'a deleted fact',
    () => ({
      ...{ code: 'fact.items', where: { dataset: 'hr/people', source: 'hr' }, says: /had 2 items, and 1 are there/ },
      also: ['projection.differs'],
      ...away('fact', `item = 'ada'`),
    }),
  ],
  [
    'a deleted collection',
    () => ({
      ...{ code: 'collection.missing', where: { dataset: 'hr/people', source: 'hr' }, says: /is gone/ },
      also: ['projection.differs'],
      ...away('collection', 'log_index = (select min(log_index) from collection)'),
    }),
  ],
  [
    'when a collection was observed',
    () => ({
      ...{ code: 'collection.differs', where: { dataset: 'hr/people' }, says: /another observedAt/ },
      also: ['projection.differs'],
      ...swap(
        `observed_at = observed_at - interval '1 minute'`,
        `observed_at = observed_at + interval '1 minute'`,
        'collection',
        `log_index = (select min(log_index) from collection where org = $1)`,
      ),
    }),
  ],
  [
    'what a check said',
    () => ({
      ...{ code: 'projection.differs', where: { table: 'step', check: 'mfa@1', source: 'hr' }, says: /step.*mfa/ },
      ...swap(
        'outcome = 1 - outcome',
        'outcome = 1 - outcome',
        'step',
        `check_id = 'mfa' and log_index = (select max(log_index) from step where org = $1)`,
      ),
    }),
  ],
  [
    'a verdict',
    () => ({
      ...{ code: 'projection.differs', where: { table: 'verdict', item: 'bob' }, says: /verdict.*mfa/ },
      ...swap(`why = why || '!'`, `why = rtrim(why, '!')`, 'verdict', `check_id = 'mfa' and item = 'bob'`),
    }),
  ],
  [
    'a deleted verdict',
    () => ({
      ...{ code: 'projection.differs', where: { table: 'verdict', item: 'bob' }, says: /verdict.*mfa/ },
      ...away('verdict', `check_id = 'mfa' and item = 'bob'`),
    }),
  ],
  [
    'one byte of a file of evidence',
    () => ({
      ...{ code: 'evidence.digest', where: { evidence: DIGEST }, says: /members\.txt.*was changed/, kind: 'sample' },
      ...file(blob, flipped),
    }),
  ],
  [
    'a file of evidence cut short',
    () => ({
      ...{ code: 'evidence.length', where: { evidence: DIGEST }, says: /has 9 bytes; 36 were filed/, kind: 'sample' },
      ...file(blob, (bytes) => bytes.subarray(0, 9)),
    }),
  ],
  [
    'a file of evidence taken away',
    () => ({
      ...{ code: 'evidence.missing', where: { evidence: DIGEST }, says: /members\.txt.*is gone/, kind: 'sample' },
      ...file(blob, () => undefined),
    }),
  ],
  [
    'a row of the table of files',
    () => ({
      ...{ code: 'evidence.unlisted', where: { record: 'evidence/list@1' }, says: /members\.txt/, kind: 'sample' },
      ...away('blob', 'true'),
    }),
  ],
  [
    'a full tile',
    () => ({
      ...{ code: 'tile.differs', where: { path: `log/${ground.alpha.id}/tile/0/000` }, says: /tile\/0\/000/ },
      ...file(() => log('tile', '0', '000'), flipped),
    }),
  ],
  [
    'a bundle of entries',
    () => ({
      ...{
        code: 'tile.differs',
        where: { path: `log/${ground.alpha.id}/tile/entries/000` },
        says: /tile\/entries\/000/,
      },
      ...file(
        () => log('tile', 'entries', '000'),
        (bytes) => {
          const copy = Buffer.from(bytes);
          copy[copy.length - 9] = (copy[copy.length - 9] ?? 0) ^ 1;
          return copy;
        },
      ),
    }),
  ],
  [
    'a tile taken away',
    () => ({
      ...{ code: 'tile.missing', where: { path: `log/${ground.alpha.id}/tile/0/000` }, says: /is gone/ },
      ...file(
        () => log('tile', '0', '000'),
        () => undefined,
      ),
    }),
  ],
  [
    'a checkpoint that another key signed',
    () => {
      const write = async () => {
        const note = await readFile(log('checkpoint'), 'utf8');
        const { privateKey } = generateKeyPairSync('ed25519');
        const other = ed25519Signer(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
        return Buffer.from(await signCheckpoint(parseCheckpoint(parseNote(note).text), other));
      };
      let before: Buffer;
      return {
        ...{ code: 'checkpoint.signature', where: { path: `log/${ground.alpha.id}/checkpoint` }, says: /key signed/ },
        kind: 'sample',
        async plant() {
          before = await readFile(log('checkpoint'));
          await writeFile(log('checkpoint'), await write());
        },
        mend: () => writeFile(log('checkpoint'), before),
      };
    },
  ],
];

describe('what somebody changed behind the product’s back', () => {
  test.each(PLANTED)('%s: is found, named, recorded once, and said to be gone once it is', async (_, plan) => {
    const { code, where, says, also = [], kind = 'whole', plant, mend } = plan();
    const recorded = async () =>
      (await sql(`select 1 from record where org = $1 and kind = 'integrity-finding'`)).length;
    await plant();
    let found: Checked;
    let again: Checked;
    try {
      found = await check(kind);
      const before = await recorded();
      again = await check(kind);
      expect(await recorded()).toBe(before);
    } finally {
      await mend();
    }

    const codes = [...new Set(found.findings.map((one) => one.code))];
    expect(codes.filter((one) => one !== code && !also.includes(one))).toEqual([]);
    const mine = found.findings.find((one) => one.code === code);
    expect(mine).toMatchObject({ where, says: expect.stringMatching(says) });
    expect(again.findings.map(({ id }) => id).sort()).toEqual(found.findings.map(({ id }) => id).sort());
    const after = await check(kind);
    expect(after.findings).toEqual([]);
    expect([...after.gone].sort()).toEqual(found.findings.map(({ id }) => id).sort());
  });
});

test('owners and leads are told at once, the page says it, and so does the doctor', async () => {
  await check();
  await writeFile(blob(), flipped(FILE));
  await check('sample');
  const { services, runtime } = ground.engine;
  const inbox = async (who: { readonly id: string; readonly roles: readonly never[] }) =>
    (await services.mail.inbox(ground.alpha, who, { unread: true })).items.filter(({ kind }) => kind === 'alert');
  const toOwner = await inbox({ id: PEOPLE.owner.id, roles: [] });
  const { answer } = await runtime.view(ground.alpha, PEOPLE.owner, 'integrity.page', {});
  const doctor = await services.doctor();
  await writeFile(blob(), FILE);
  await check('sample');

  expect(toOwner[0]).toMatchObject({ leads: '/ledger', says: expect.stringContaining('members.txt') });
  expect(await inbox({ id: PEOPLE.employee.id, roles: [] })).toEqual([]);
  expect(answer).toMatchObject({ banner: { level: 'alert' }, present: 1, last: { kind: 'sample', found: 1 } });
  expect(doctor.find(({ ok, says }) => !ok && says.includes('members.txt'))).toBeDefined();
  expect((await runtime.view(ground.alpha, PEOPLE.owner, 'integrity.page', {})).answer).toMatchObject({ present: 0 });
});

test('a log that was cut short is found by its length, and by what the last run saw even where its files were cut too', async () => {
  const { beta } = ground;
  const of = (kind: 'whole' | 'sample') =>
    ground.engine.services.selfCheck(beta, { kind, progress: () => undefined, signal: new AbortController().signal });
  for (let i = 0; i < 5; i += 1)
    await ground.engine.runtime.act(beta, OPERATOR, 'records.apply', {
      records: [{ kind: 'person', id: 'ben', name: `Ben ${i}` }],
    });
  const before = await of('whole');
  const at = before.size - 2;
  await ground.asAdministrator('delete from record where org = $1 and log_index >= $2', [beta.id, at]);
  await ground.asAdministrator('delete from log_entry where org = $1 and index >= $2', [beta.id, at]);
  await ground.asAdministrator('update log set size = $2 where org = $1', [beta.id, at]);
  await ground.asAdministrator(
    `update record r set superseded_index = null where org = $1 and superseded_index >= $2`,
    [beta.id, at],
  );
  const other = await ground.another();
  const run = (engine: typeof other) =>
    engine.services.selfCheck(beta, {
      kind: 'sample',
      progress: () => undefined,
      signal: new AbortController().signal,
    });
  const first = await run(other);
  expect(before.findings).toEqual([]);
  expect(first.findings.find(({ code }) => code === 'log.shorter')).toMatchObject({
    where: { entry: at },
    expected: `${before.size} entries`,
  });
  expect(first.findings.map(({ code }) => code)).toEqual(['log.shorter']);
});

test('what is recorded while it runs is no difference', async () => {
  const { runtime, services } = ground.engine;
  let recorded: Promise<unknown> | undefined;
  ground.clock.advance(60_000);
  const { findings } = await services.selfCheck(ground.alpha, {
    kind: 'whole',
    progress() {
      recorded ??= runtime.act(ground.alpha, OPERATOR, 'records.apply', {
        records: [{ kind: 'person', id: 'meanwhile', name: 'Mia' }],
      });
    },
    signal: new AbortController().signal,
  });
  await recorded;

  expect(findings).toEqual([]);
});

test('a run that is stopped goes on where it was', async () => {
  const stop = new AbortController();
  const parts: string[] = [];
  const stopped = ground.engine.services.selfCheck(ground.alpha, {
    kind: 'whole',
    id: '5a3b1e00-0000-4000-8000-0000000000aa',
    progress: (_done, _of, part) => {
      parts.push(part);
      if (part === 'entries') stop.abort(new Error('stopped'));
    },
    signal: stop.signal,
  });
  await expect(stopped).rejects.toThrow('stopped');
  const again: string[] = [];
  const done = await ground.engine.services.selfCheck(ground.alpha, {
    kind: 'whole',
    progress: (_done, _of, part) => again.push(part),
    signal: new AbortController().signal,
  });

  expect(parts).toContain('tree');
  expect(again).not.toContain('tree');
  expect(again).toContain('evidence');
  expect(done).toMatchObject({ findings: [], counts: { entries: done.size, evidence: 1 } });
  const [row] = await ground.asAdministrator<{ states: string[] }>(
    'select array_agg(distinct state) as states from self_check where org = $1',
    [ground.alpha.id],
  );
  expect(row?.states.sort()).toEqual(['done', 'stopped']);
});
