import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  diskFolder,
  openCheckpoint,
  parseStatement,
  parseVerifierKey,
  rekorDsse,
  verifyEntry,
  verifyExport,
  verifyProof,
} from '@countersign/ledger/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, refusalOf, standUp } from '../testing.ts';

let ground: Ground;
let other: Engine;
let folder: string;

beforeAll(async () => {
  ground = await standUp();
  other = await ground.another();
  folder = await mkdtemp(join(tmpdir(), 'countersign-log-'));
});
afterAll(async () => {
  await ground.close();
  await rm(folder, { recursive: true, force: true });
});

const person = (id: string, name = id) => ({ kind: 'person', id, name });
const apply = (org: Organisation, ...records: readonly object[]) =>
  ground.engine.runtime.act(org, OPERATOR, 'records.apply', { records });

async function published(org: Organisation, engine: Engine = ground.engine) {
  const { checkpoint, key } = await engine.services.checkpoint(org);
  const verifier = parseVerifierKey(key);
  return { note: checkpoint, key, verifier, ...openCheckpoint(checkpoint, [verifier]).checkpoint };
}

async function exported(org: Organisation, name: string): Promise<string> {
  const out = join(folder, name);
  for await (const { path, bytes, append } of ground.engine.services.exportLog(org)) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), bytes, { flag: append ? 'a' : 'w' });
  }
  return out;
}

describe('an act', () => {
  test('is one entry, which its key signed and which names actor, time, seed and each version', async () => {
    const told = await apply(ground.alpha, person('ann'), person('ben'));
    const [row] = await ground.asAdministrator<{ statement: Buffer; entry: Buffer; n: number }>(
      'select statement, entry, (select count(*)::int from log_entry where org = $1) as n from log_entry where org = $1 and index = $2',
      [ground.alpha.id, told.index],
    );
    if (row === undefined) throw new Error('There is an entry');

    const { predicate, subject } = parseStatement(row.statement);

    expect(verifyEntry(row.statement, rekorDsse.parse(row.entry))).toBe(true);
    expect(row.n).toBe((told.index ?? 0) + 1);
    expect(predicate).toMatchObject({ act: 'records.apply', actor: OPERATOR.id, now: told.recordedAt });
    expect(predicate['seed']).toMatch(/^[0-9a-f]{32}$/);
    expect(subject.map(({ name }) => name)).toEqual(['person/ann@1', 'person/ben@1']);
  });

  test('leaves nothing of a body in its entry', async () => {
    const told = await apply(ground.alpha, person('secretive', 'Wilhelmina Unmistakable'));
    const [row] = await ground.asAdministrator<{ text: string }>(
      `select convert_from(statement, 'UTF8') || encode(entry, 'escape') as text from log_entry where org = $1 and index = $2`,
      [ground.alpha.id, told.index],
    );

    expect(row?.text).toContain('secretive');
    expect(row?.text).not.toContain('Unmistakable');
  });

  test('that changes nothing, or is refused, is none', async () => {
    await apply(ground.alpha, person('cas'));
    const before = await published(ground.alpha);

    await apply(ground.alpha, person('cas'));
    await refusalOf(apply(ground.alpha, { ...person('cas'), roles: ['emperor'] }));

    expect((await published(ground.alpha)).size).toBe(before.size);
  });
});

describe.each(['alpha', 'beta'] as const)('the log of %s', (slug) => {
  const org = (): Organisation => ground[slug];

  test('grows, signed by its own key under its own name, the same for two processes', async () => {
    const before = await published(org());
    await apply(org(), person('dan'));

    const after = await published(org());
    const elsewhere = await published(org(), other);
    const theirs = await published(slug === 'alpha' ? ground.beta : ground.alpha);

    expect(after.size).toBe(before.size + 1);
    expect(elsewhere.note).toBe(after.note);
    expect([after.key, after.origin]).not.toContain(theirs.key);
    expect(after.origin).not.toBe(theirs.origin);
    expect(() => openCheckpoint(after.note, [theirs.verifier])).toThrow();
    expect(after.origin).not.toContain(slug);
  });

  test('proves each of its entries, and none that it does not have', async () => {
    const { verifier, size } = await published(org());
    const [last] = await ground.asAdministrator<{ entry: Buffer }>(
      'select entry from log_entry where org = $1 and index = $2',
      [org().id, size - 1],
    );
    if (last === undefined) throw new Error('There is an entry');

    const proof = await ground.engine.services.proof(org(), size - 1);
    const wrong = Uint8Array.from(last.entry, (byte, i) => (i === 0 ? byte ^ 1 : byte));

    expect(verifyProof(proof, last.entry, [verifier])).toMatchObject({ index: size - 1 });
    expect(() => verifyProof(proof, wrong, [verifier])).toThrow();
    expect(await refusalOf(ground.engine.services.proof(org(), size))).toBe('log.index');
  });

  test('is exported so that anybody can verify it, acts of many versions too, and an older export is part of it', async () => {
    await apply(org(), ...Array.from({ length: 300 }, (_, i) => person(`p-${i}`)));
    const old = await exported(org(), `${slug}-old`);
    await apply(org(), person('p-7', 'Renamed'));
    const { key, size } = await published(org());
    const out = await exported(org(), `${slug}-new`);

    const verified = await verifyExport(diskFolder(out), { old: diskFolder(old), keys: [key] });

    expect(verified.failures).toEqual([]);
    expect(verified).toMatchObject({ ok: true, log: { size }, trust: { key: 'given' } });
    expect(verified.payloads).toMatchObject({ withheld: 0 });
  });

  test('whose export was changed, or is another’s, does not verify', async () => {
    const out = await exported(org(), `${slug}-whole`);
    const { key } = await published(slug === 'alpha' ? ground.beta : ground.alpha);
    await ground.asAdministrator(
      `update record set body = body || '{"name":"Somebody"}' where org = $1 and kind = 'person' and id = 'p-9'`,
      [org().id],
    );
    const changed = await exported(org(), `${slug}-changed`);

    expect((await verifyExport(diskFolder(out))).ok).toBe(true);
    expect((await verifyExport(diskFolder(out), { keys: [key] })).ok).toBe(false);
    expect((await verifyExport(diskFolder(changed))).ok).toBe(false);
  });
});

describe('the root that a view names', () => {
  const status = (engine: Engine, knownAt?: string) =>
    engine.runtime.view(
      ground.alpha,
      OPERATOR,
      'status',
      { framework: 'soc2' },
      knownAt === undefined ? {} : { knownAt },
    );

  test('of the past is that of the checkpoint then, for more readers at once than there are connections', async () => {
    const then = await published(ground.alpha);
    const knownAt = '2026-01-01T10:00:00Z';
    ground.clock.set('2026-01-01T11:00:00Z');
    await apply(ground.alpha, person('later'));
    const now = await published(ground.alpha);
    const engine = await ground.another();
    const root = (size: { readonly root: Uint8Array }) => Buffer.from(size.root).toString('base64');

    const latest = await status(engine);
    const past = await Promise.all(Array.from({ length: 60 }, () => status(engine, knownAt)));

    expect(latest.answer).toMatchObject({ log: { size: now.size, root: root(now) } });
    for (const { answer } of past) expect(answer).toMatchObject({ log: { size: then.size, root: root(then) } });
  });
});

describe('a table that is not what was published', () => {
  const findings = async (slug: string) =>
    (await ground.engine.services.doctor())
      .filter(({ says }) => says.startsWith(`${slug}:`) && !/job|watch|self-check/.test(says))
      .map(({ ok }) => ok);
  const entry = (sql: string) => ground.asAdministrator(sql, [ground.beta.id]);

  test('because it is shorter is told by the doctor, and nothing is signed', async () => {
    const before = await published(ground.beta);
    const tiles = join(ground.folder, 'log', String(ground.beta.id));
    await cp(tiles, join(folder, 'tiles'), { recursive: true });
    await entry(
      'create table kept as select * from log_entry where org = $1 and index >= (select size - 2 from log where org = $1)',
    );
    await entry('delete from log_entry where org = $1 and index >= (select size - 2 from log where org = $1)');
    await entry('update log set size = size - 2 where org = $1');

    const told = await findings('beta');
    const refused = await published(ground.beta).then(
      () => 'signed',
      (error: unknown) => error,
    );
    await apply(ground.beta, person('second-history'));
    const stillRefused = await published(ground.beta).then(
      () => 'signed',
      (error: unknown) => error,
    );
    await entry(`delete from record where org = $1 and id = 'second-history'`);
    await entry('delete from log_entry where org = $1 and index >= (select size - 1 from log where org = $1)');
    await entry('update log set size = size + 1 where org = $1');
    await ground.asAdministrator('insert into log_entry select * from kept');
    await ground.asAdministrator('drop table kept');

    expect(told).toEqual([false, true]);
    expect(await findings('alpha')).toEqual([true, true]);
    expect(refused).toMatchObject({ code: 'log.shorter' });
    expect(stillRefused).toMatchObject({ code: 'log.shorter' });
    expect((await published(ground.beta)).note).toBe(before.note);
    expect(await findings('beta')).toEqual([true, true]);
  });

  test('because an entry is another one is told by the doctor, and nothing is signed', async () => {
    const before = await published(ground.beta);
    const flip = 'entry = set_byte(entry, 20, get_byte(entry, 20) # 1)';
    await entry(`update log_entry set ${flip} where org = $1 and index = 3`);

    const told = await findings('beta');
    const refused = await published(ground.beta).then(
      () => 'signed',
      (error: unknown) => error,
    );
    await entry(`update log_entry set ${flip} where org = $1 and index = 3`);

    expect(told).toEqual([false, true]);
    expect(refused).toMatchObject({ code: 'log.forked' });
    expect((await published(ground.beta)).note).toBe(before.note);
  });
});
