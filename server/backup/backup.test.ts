import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { verifyPath } from '@countersign/ledger/index.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database/pool.ts';
import type { Engine } from '../engine.ts';
import { createEngine } from '../engine.ts';
import { OPERATOR, PEOPLE, refusalOf } from '../testing.ts';
import { keeperOf } from './here.ts';
import { markerOf } from './marker.ts';

const FILE = Buffer.from('The list of members, as of January.\n');
const signal = new AbortController().signal;
const quiet = (): void => undefined;

let folder: string;
let identity: string;
let recipient: string;
const at = (...names: readonly string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-backup-'));
  identity = await generateIdentity();
  recipient = await identityToRecipient(identity);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(dataFolder: string): Promise<Engine> {
  const database = await openDatabase({ dataFolder, report: quiet });
  return createEngine({ database, ...readConfig({ COUNTERSIGN_DATA: dataFolder }), report: quiet });
}

async function exported(engine: Engine, name: string): Promise<string> {
  const [org] = await engine.services.organisations();
  if (org === undefined) throw new Error('There is an organisation');
  for await (const { path, bytes, append } of engine.services.exportLog(org)) {
    await mkdir(dirname(at(name, path)), { recursive: true });
    await writeFile(at(name, path), bytes, { flag: append ? 'a' : 'w' });
  }
  return at(name);
}

const person = (engine: Engine, name: string) =>
  engine.services
    .organisations()
    .then(([org]) =>
      org === undefined
        ? undefined
        : engine.runtime.act(org, OPERATOR, 'records.apply', { records: [{ kind: 'person', id: 'ann', name }] }),
    );

// A place of its own for each: started, filled, kept, destroyed, restored elsewhere, and used again.
test(
  'the drill: what was kept comes back whole elsewhere, goes on, and proves that nothing of it was changed',
  { timeout: 300_000 },
  async () => {
    const first = await open(at('first'));
    await first.services.init(OPERATOR, { name: 'Acme', slug: 'acme' });
    const [org] = await first.services.organisations();
    if (org === undefined) throw new Error('There is an organisation');
    await first.runtime.act(org, OPERATOR, 'records.apply', {
      records: [
        ...Object.values(PEOPLE).map(({ id, roles }) => ({ kind: 'person', id, name: id, roles })),
        { kind: 'control', id: 'c', title: 'Second factor', frequency: 'continuous', startsOn: '2026-01-01' },
      ],
    });
    const { digest } = await first.services.putBlob(org, OPERATOR, Readable.from([FILE]));
    await first.runtime.act(org, PEOPLE.lead, 'evidence.add', {
      ...{ id: 'list', name: 'members.txt', blob: digest, bytes: FILE.length, controls: ['c'] },
    });
    for (let i = 0; i < 280; i += 1) await person(first, `Ann ${i}`);
    const old = await exported(first, 'old');
    const keeper = keeperOf(at('first'), quiet);

    // Refused before anything is written.
    for (const [recipients, code] of [
      [[], 'backup.recipients'],
      [['age1nonsense'], 'backup.recipient'],
      [['ssh-ed25519 AAAA'], 'backup.recipient'],
      [[identity], 'backup.recipient'],
    ] as const)
      expect(await refusalOf(keeper.backup({ file: at('no.age'), recipients, signal }))).toBe(code);
    expect(await refusalOf(keeper.backup({ file: at('no.age'), recipients: [], passphrase: 'short', signal }))).toBe(
      'backup.passphrase',
    );
    expect(existsSync(at('no.age'))).toBe(false);

    // While the product runs.
    const kept = await keeper.backup({ file: at('all.age'), recipients: [recipient], signal });
    expect(kept).toMatchObject({ damaged: [], evidence: { files: 1, bytes: FILE.length } });
    expect(await refusalOf(keeper.backup({ file: at('all.age'), recipients: [recipient], signal }))).toBe(
      'backup.exists',
    );
    const later = await person(first, 'Ann, after the backup');
    const newer = await exported(first, 'newer');
    await first.close();

    // The key file is in no part of it, nor the key that signs.
    const keyText = await readFile(at('first', 'key'), 'utf8');
    if (spawnSync('age', ['--version']).status === 0) {
      await writeFile(at('identity'), `${identity}\n`, { mode: 0o600 });
      const plain = execFileSync('age', ['-d', '-i', at('identity'), at('all.age')], { maxBuffer: 1 << 30 });
      for (const line of keyText.split('\n').filter((one) => one !== '')) {
        const secret = line.replace(/^sign-in /, '');
        expect(plain.includes(secret)).toBe(false);
        expect(plain.includes(Buffer.from(secret, 'base64'))).toBe(false);
        expect(plain.includes(Buffer.from(secret, 'base64').toString('hex'))).toBe(false);
      }
      expect(plain.includes('PRIVATE KEY')).toBe(false);
      expect(plain.includes('manifest.json')).toBe(true);
    }

    const asked = { file: at('all.age'), identities: [identity], signal };
    const into = (name: string) => keeperOf(at(name), quiet);
    await mkdir(at('keys'));
    await writeFile(at('keys', 'key'), keyText, { mode: 0o600 });
    const keyFile = at('keys', 'key');

    // Read to its end, and nothing written.
    expect(await into('nowhere').restore({ ...asked, check: true })).toMatchObject({ restored: false, damaged: [] });
    expect(existsSync(at('nowhere'))).toBe(false);

    // Wrong, cut, changed, without its key, older than what somebody holds: refused, and nothing is there.
    const other = await generateIdentity();
    const bytes = await readFile(at('all.age'));
    await writeFile(at('cut.age'), bytes.subarray(0, bytes.length - 70_000));
    const flipped = Buffer.from(bytes);
    flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(at('flipped.age'), flipped);
    await writeFile(at('other-key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
    const refused = async (more: object): Promise<string> =>
      refusalOf(into('second').restore({ ...asked, keyFile, ...more }));
    expect(await refused({ identities: [other] })).toBe('restore.identity');
    expect(await refused({ identities: [] })).toBe('restore.identities');
    expect(await refused({ file: at('none.age') })).toBe('restore.file');
    expect(await refused({ file: at('first', 'key') })).toBe('restore.damaged');
    expect(await refused({ keyFile: undefined })).toBe('restore.key');
    expect(await refused({ keyFile: at('other-key') })).toBe('restore.key');
    expect(await refused({ newerThan: newer })).toBe('restore.older');
    expect(existsSync(at('second'))).toBe(false);
    expect(await refused({ file: at('cut.age') })).toBe('restore.damaged');
    expect(existsSync(markerOf(at('second')))).toBe(true);
    await expect(openDatabase({ dataFolder: at('second'), report: quiet })).rejects.toMatchObject({
      code: 'database.restoring',
    });
    expect(await refused({ file: at('flipped.age') })).toBe('restore.damaged');

    // The next one clears that away.
    const done = await into('second').restore({ ...asked, keyFile, newerThan: old });
    expect(done).toMatchObject({ restored: true, findings: [], damaged: [], erasuresLost: [], onlyToRead: false });
    expect(done.organisations[0]).toMatchObject({ slug: 'acme', root: kept.organisations[0]?.root });
    expect(existsSync(markerOf(at('second')))).toBe(false);
    expect(await refused({})).toBe('restore.not-empty');

    const second = await open(at('second'));
    const [back] = await second.services.organisations();
    if (back === undefined) throw new Error('It is back');
    const read: Buffer[] = [];
    for await (const piece of await second.services.readBlob(back, digest)) read.push(piece as Buffer);
    expect(createHash('sha256').update(Buffer.concat(read)).digest('hex')).toBe(digest);
    await person(second, 'Ann, elsewhere');
    const after = await exported(second, 'after');
    const key = await readFile(join(old, 'key.vkey'), 'utf8');
    const verified = await verifyPath(after, { keys: key.trim().split('\n'), old });
    await second.close();
    expect(verified).toMatchObject({ ok: true, failures: [] });
    // What the first place signed after the backup is another history: whoever holds it sees that.
    expect(later?.index).toBe(done.organisations[0]?.size);
    expect(
      (await verifyPath(after, { keys: key.trim().split('\n'), old: newer })).failures.map(({ code }) => code),
    ).toContain('old.forked');

    // An older one to be read: its log signs nothing more.
    const third = await into('third').restore({ ...asked, keyFile, newerThan: newer, thoughOlder: true });
    expect(third).toMatchObject({ onlyToRead: true, findings: [{ code: 'log.shorter' }] });
  },
);
