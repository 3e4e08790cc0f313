import { cp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { printWitnessKey } from '@countersign/ledger/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Ground } from '../testing.ts';
import { PEOPLE, standUp } from '../testing.ts';
import { grow, introduce, logOf, pageOf } from './testing.ts';

// A company's server and its auditor's: two databases, two data folders, and HTTP over a socket between them.
let company: Ground;
let auditor: Ground;
const never = new AbortController().signal;

beforeAll(async () => {
  [company, auditor] = [await standUp(), await standUp()];
  const app = await auditor.app();
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const { key } = await logOf(company, company.alpha);
  const { key: own, path } = await introduce(auditor, key, auditor.alpha);
  await company.engine.runtime.act(company.alpha, PEOPLE.lead, 'witness.name', {
    id: 'auditor',
    name: 'The auditor',
    vkey: printWitnessKey(own),
    how: 'http',
    url: `http://127.0.0.1:${port}${path.replace(/\/add-checkpoint$/, '')}`,
  });
}, 60_000);
afterAll(async () => {
  await company.close();
  await auditor.close();
});

const ask = (engine: Engine = company.engine) => engine.services.askWitnesses(company.alpha, PEOPLE.lead, never);
const alerts = async (engine: Engine, { alpha }: Ground) =>
  (await engine.services.mail.inbox(alpha, PEOPLE.owner, {})).items.filter(({ kind }) => kind === 'alert');

/** What an older backup would bring back: table and published files as they were at `size`. */
async function restore(size: number, files: string): Promise<Engine> {
  for (const sql of [
    'delete from log_entry where org = $1 and index >= $2',
    'delete from record where org = $1 and log_index >= $2',
    'update record set superseded_index = null where org = $1 and superseded_index >= $2',
    'update log set size = $2, recorded_at = (select recorded_at from log_entry e where e.org = $1 and index = $2::bigint - 1) where org = $1',
  ])
    await company.asAdministrator(sql, [company.alpha.id, size]);
  const published = join(company.folder, 'log', String(company.alpha.id));
  await rm(published, { recursive: true });
  await cp(files, published, { recursive: true });
  return company.another();
}

describe('a company whose auditor’s server is its witness', () => {
  test('is cosigned over the network, and both hold the same state', async () => {
    const [first] = await ask();
    await grow(company, company.alpha, 'ann');
    const [second] = await ask();
    const [untouched] = await ask();

    const { logs, refusals } = await pageOf(auditor, auditor.alpha);
    expect([first?.came, second?.came, untouched?.came]).toEqual(['recorded', 'recorded', 'untouched']);
    expect(second?.size).toBeGreaterThan(first?.size ?? Infinity);
    expect(logs[0]?.last?.size).toBe(second?.size);
    expect(refusals).toEqual([]);
  });

  test('cannot go on from an older backup without both sides hearing of it', async () => {
    const { checkpoint } = await logOf(company, company.alpha);
    const files = join(company.folder, 'backup');
    await cp(join(company.folder, 'log', String(company.alpha.id)), files, { recursive: true });
    for (const id of ['ben', 'cleo', 'dora']) await grow(company, company.alpha, id);
    const [before] = await ask();

    const restored = await restore(checkpoint.size, files);
    for (const { clock } of [company, auditor]) clock.advance(3_600_000);
    await restored.runtime.act(company.alpha, PEOPLE.owner, 'records.apply', {
      records: [{ kind: 'person', id: 'erik', name: 'erik' }],
    });
    const [ahead] = await ask(restored);
    // Another history now grows beyond what the witness saw.
    for (const id of ['fred', 'gwen', 'hugo', 'ines', 'joan', 'kurt'])
      await restored.runtime.act(company.alpha, PEOPLE.owner, 'records.apply', {
        records: [{ kind: 'person', id, name: id }],
      });
    const [forked] = await ask(restored);

    const { logs, refusals } = await pageOf(auditor, auditor.alpha);
    expect(before?.came).toBe('recorded');
    expect([ahead?.came, ahead?.code]).toEqual(['trouble', 'witness.ahead']);
    expect([forked?.came, forked?.code]).toEqual(['trouble', 'witness.forked']);
    expect(refusals.map(({ outcome }) => outcome).sort()).toEqual(['ahead', 'inconsistent']);
    expect(logs[0]).toMatchObject({ worst: 'inconsistent', last: { size: before?.size } });
    expect(await alerts(auditor.engine, auditor)).toHaveLength(2);
    expect((await alerts(restored, company)).length).toBeGreaterThanOrEqual(2);
  });
});
