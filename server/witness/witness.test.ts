import { join } from 'node:path';
import {
  askWitness,
  ed25519Signer,
  LedgerFault,
  memoryStorage,
  parseRequest,
  publish,
  requestBody,
  tileReader,
  verifyCosignature,
  verifyNote,
  parseNote,
  parseVerifierKey,
} from '@countersign/ledger/index.ts';
import type { FastifyInstance } from 'fastify';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createVault, keyRing } from '../secrets.ts';
import { signers } from '../ledger/keys.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';
import { asking, grow, introduce, logOf, pageOf, postTo } from './testing.ts';

// Beta is an auditor's instance that watches alpha's log, over its real door.
let ground: Ground;
let app: FastifyInstance;
let witness: Awaited<ReturnType<typeof introduce>>;

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
});
afterAll(() => ground.close());

const seconds = () => ground.clock.now() / 1000;
const post = (body: string) => postTo(app, witness.path)(body);
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof LedgerFault ? error.code : String(error)),
  );
const ask = async (oldSize: number) =>
  askWitness(post, (await asking(ground, ground.alpha, [witness.key], oldSize)).asking, seconds());
const notices = async (person: string) =>
  (await ground.engine.services.mail.inbox(ground.beta, { id: person, roles: [] }, {})).items.filter(
    ({ kind }) => kind === 'alert',
  );

describe('an organisation that is a witness', () => {
  test('has no key and no door before it names a log, and both after', async () => {
    const [row] = await ground.asAdministrator<{ witness: string }>('select witness from organisation where id = $1', [
      ground.beta.id,
    ]);
    const path = `/witness/${row?.witness}/add-checkpoint`;
    const before = await postTo(app, path)('old 0\n\n');

    witness = await introduce(ground, ground.alpha, ground.beta);

    expect(before.status).toBe(404);
    expect(witness.path).toBe(path);
    expect(witness.key.name).toBe(`countersign.dev${path.slice(0, path.lastIndexOf('/'))}`);
    expect((await postTo(app, path)('old 0\n\n')).status).toBe(400);
  });

  test('cosigns what continues what it cosigned, and says since when it remembers', async () => {
    const first = await ask(0);
    await grow(ground, ground.alpha, 'ann');
    ground.clock.advance(60_000);
    const second = await ask(0);
    const { note, checkpoint } = await logOf(ground, ground.alpha);

    const page = await pageOf(ground, ground.beta);

    expect(first).toHaveLength(1);
    expect(second[0]?.time).toBe((first[0]?.time ?? 0) + 60);
    expect(second[0] && verifyCosignature(parseNote(note).text, second[0].line, witness.key)).toBe(seconds());
    expect(page.logs).toMatchObject([
      {
        id: 'alpha',
        refusals: 0,
        last: { size: checkpoint.size, root: Buffer.from(checkpoint.root).toString('base64') },
      },
    ]);
    expect(page.refusals).toEqual([]);
  });

  test('cosigns the same state again, with the later time', async () => {
    const { body, asking: given } = await asking(ground, ground.alpha, [witness.key], 0);
    const size = Number((await post(body)).body);
    ground.clock.advance(3_600_000);

    const again = await post(await requestBody(given, size));

    expect(again.status).toBe(200);
    expect((await pageOf(ground, ground.beta)).logs[0]?.last?.at).toBe(new Date(ground.clock.now()).toISOString());
  });

  test('of two requests at once from one state lets one win, and tells the other where it is', async () => {
    const { size } = (await logOf(ground, ground.alpha)).checkpoint;
    await grow(ground, ground.alpha, 'ben');
    const shorter = (await asking(ground, ground.alpha, [witness.key], size)).body;
    await grow(ground, ground.alpha, 'cleo');
    const longer = (await asking(ground, ground.alpha, [witness.key], size)).body;

    const answers = await Promise.all([shorter, longer, shorter, longer].map(post));

    const won = answers.filter(({ status }) => status === 200);
    const { last } = (await pageOf(ground, ground.beta)).logs[0] ?? {};
    expect(answers.map(({ status }) => status).every((status) => status === 200 || status === 409)).toBe(true);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409).every(({ body }) => Number(body) === last?.size)).toBe(true);
  });

  test('knows no other log, nor another key of the same', async () => {
    const strange = memoryStorage();
    const stranger = ed25519Signer(generateKeyPairSync('ed25519').privateKey);
    const source = {
      size: async () => 1,
      async *entries() {
        yield { index: 0, entry: Buffer.from('x') };
      },
    };
    const { checkpoint } = await logOf(ground, ground.alpha);
    await publish(strange, source, stranger, 'log.example.com/other');
    const other = Buffer.from((await strange.read('checkpoint')) ?? []).toString();
    const forged = memoryStorage();
    await publish(forged, source, stranger, checkpoint.origin);
    const note = Buffer.from((await forged.read('checkpoint')) ?? []).toString();

    expect((await post(`old 0\n\n${other}`)).status).toBe(404);
    expect((await post(`old 0\n\n${note}`)).status).toBe(403);
    expect((await pageOf(ground, ground.beta)).refusals).toEqual([]);
  });
});

describe('a log that', () => {
  let size = 0;
  beforeEach(async () => {
    await ask(0);
    ({ size } = (await logOf(ground, ground.alpha)).checkpoint);
  });

  test('was restored from an older backup is refused as behind, and its witness’s people hear of it once', async () => {
    const old = await asking(ground, ground.alpha, [witness.key], 0);
    await grow(ground, ground.alpha, 'dora');
    await ask(size);
    const overtaken = await faultOf(askWitness(post, old.asking, seconds()));
    const { refusalsTotal } = await pageOf(ground, ground.beta);
    ground.clock.advance(120_000);

    const refused = await faultOf(askWitness(post, old.asking, seconds()));
    await faultOf(askWitness(post, old.asking, seconds()));

    const page = await pageOf(ground, ground.beta);
    expect([overtaken, refused]).toEqual(['witness.ahead', 'witness.ahead']);
    // A request that the next one overtook is no sign of anything.
    expect(refusalsTotal).toBe(0);
    expect(page.refusals).toMatchObject([{ outcome: 'ahead', size, seen: size + 1, times: 2 }]);
    expect(page.logs[0]).toMatchObject({ refusals: 1, worst: 'ahead', last: { size: size + 1 } });
    for (const { id } of [PEOPLE.owner, PEOPLE.lead]) expect(await notices(id)).toHaveLength(1);
    expect(await notices(PEOPLE['control-owner'].id)).toHaveLength(0);
  });

  test('has a second history is refused, and the request that is kept proves it', async () => {
    const fork = await forked(size);
    const before = (await notices(PEOPLE.owner.id)).length;

    const refused = await faultOf(askWitness(post, { ...fork, witness: [witness.key], oldSize: size }, seconds()));

    const page = await pageOf(ground, ground.beta);
    const kept = page.refusals.find(({ outcome }) => outcome === 'forked');
    const { note, key } = await logOf(ground, ground.alpha);
    expect(refused).toBe('witness.forked');
    expect(kept).toMatchObject({ size, seen: size, times: 1 });
    const shown = parseNote(parseRequest(kept?.request ?? '').note);
    expect(verifyNote(shown, [parseVerifierKey(key)])).toHaveLength(1);
    expect(shown.text).not.toBe(parseNote(note).text);
    expect((await notices(PEOPLE.owner.id)).length).toBe(before + 1);
    expect(page.logs[0]?.last?.size).toBe(size);
  });

  test('has a second, longer history is refused too; that a proof was spoilt is forgiven when the right one comes', async () => {
    const fork = await forked(size + 1);
    const longer = await faultOf(askWitness(post, { ...fork, witness: [witness.key], oldSize: size }, seconds()));
    await grow(ground, ground.alpha, 'erik');
    const right = await asking(ground, ground.alpha, [witness.key], size);
    const spoilt = await post(right.body.replace(/^old (\d+)\n[^\n]+\n/, `old $1\n${'A'.repeat(43)}=\n`));
    const open = (await pageOf(ground, ground.beta)).refusals.filter(
      ({ outcome, clearedAt }) => outcome === 'inconsistent' && clearedAt === undefined,
    );
    const mended = await post(right.body);

    const { refusals } = await pageOf(ground, ground.beta);
    expect([longer, spoilt.status, mended.status]).toEqual(['witness.forked', 422, 200]);
    expect(open).toHaveLength(2);
    expect(
      refusals.filter(({ outcome, clearedAt }) => outcome === 'inconsistent' && clearedAt === undefined),
    ).toHaveLength(1);
  });

  test('shows a fork without asking from where it was is caught all the same', async () => {
    const fork = await forked(size, 'z');
    const before = (await pageOf(ground, ground.beta)).refusalsTotal;

    const answer = await post(await requestBody({ ...fork, witness: [] }, 0));

    expect(answer).toMatchObject({ status: 409, body: `${size}\n` });
    expect((await pageOf(ground, ground.beta)).refusalsTotal).toBe(before + 1);
  });

  test('has its fork signed by many strangers too leaves none of them in what is kept', async () => {
    const fork = await forked(size, 'y');
    const line = `— other.example.com/w ${Buffer.alloc(68, 7).toString('base64')}\n`;
    const body = await requestBody({ ...fork, witness: [] }, size);
    const tooMany = await post(body + line.repeat(400));
    const answer = await post(body + line.repeat(60));

    const requests = (await pageOf(ground, ground.beta)).refusals.map(({ request }) => request);
    expect([tooMany.status, answer.status]).toEqual([400, 409]);
    expect(requests).toContain(body);
  });

  /** Another history of alpha's log under its own key: what somebody with the server's disk could sign. */
  async function forked(length: number, mark = 'x') {
    const vault = createVault(keyRing(join(ground.folder, 'key')));
    const storage = memoryStorage();
    const { checkpoint } = await logOf(ground, ground.alpha);
    const signer = await ground.database.tenant(ground.alpha.id, 'read', (client) =>
      signers(vault)(client, ground.alpha.id),
    );
    const entries = Array.from({ length }, (_, index) => ({ index, entry: Buffer.from(`${mark}${index}`) }));
    const source = {
      size: async () => length,
      async *entries(from: number, to: number) {
        yield entries.slice(from, to);
      },
    };
    await publish(storage, source, signer, checkpoint.origin);
    return {
      note: Buffer.from((await storage.read('checkpoint')) ?? []).toString('utf8'),
      read: tileReader(storage, length),
    };
  }
});

describe('a witness', () => {
  test('is asked by no one who may not', async () => {
    for (const who of [PEOPLE['control-owner'], PEOPLE.employee, PEOPLE.adviser, PEOPLE.auditor]) {
      expect(await refusalOf(ground.engine.runtime.act(ground.beta, who, 'witnessing.begin', {}))).toBe(
        'record.forbidden',
      );
      expect(await refusalOf(ground.engine.runtime.view(ground.beta, who, 'witnessing.page', {}))).toMatch(
        /^(?:record\.forbidden|access\.)/,
      );
      expect(await refusalOf(ground.engine.runtime.list(ground.beta, who, 'witnessed-log'))).toMatch(
        /^(?:record\.forbidden|access\.)/,
      );
    }
    expect(
      await refusalOf(ground.engine.runtime.act(ground.beta, OPERATOR, 'witnessing.renew', { why: 'restored' })),
    ).toBe('identity.required');
  });

  test('takes the key of a log only if it is one, is not its own, and is not there yet', async () => {
    const own = await logOf(ground, ground.beta);
    const { key } = await logOf(ground, ground.alpha);
    const name = (vkey: string) =>
      refusalOf(ground.engine.runtime.act(ground.beta, PEOPLE.lead, 'witnessed-log.name', { name: 'x', vkey }));

    expect(await name('log.example.com+00000000+AAAA')).toBe('witnessing.key');
    expect(await name('x'.repeat(40))).toBe('witnessing.key');
    expect(await name((await pageOf(ground, ground.beta)).key?.vkey ?? '')).toBe('witnessing.key');
    expect(await name(own.key)).toBe('witnessing.own');
    expect(await name(key)).toBe('witnessing.twice');
  });

  test('with a new key goes on from what it remembers, and the old key signs nothing more', async () => {
    const old = witness.key;
    await ground.engine.runtime.act(ground.beta, PEOPLE.owner, 'witnessing.renew', { why: 'Restored from a backup.' });
    const { key } = await pageOf(ground, ground.beta);
    const { asking: given } = await asking(ground, ground.alpha, [old], 0);

    expect(key?.vkey).toContain(old.name);
    expect(await faultOf(askWitness(post, given, seconds()))).toBe('cosignature.wrong');
  });

  test('that retires a log does not know it, and remembers it when it is named again', async () => {
    const { size } = (await logOf(ground, ground.alpha)).checkpoint;
    const { key } = await logOf(ground, ground.alpha);
    const { body } = await asking(ground, ground.alpha, [], 0);
    await ground.engine.runtime.act(ground.beta, PEOPLE.lead, 'witnessed-log.retire', { log: 'alpha' });
    const gone = await post(body);
    await ground.engine.runtime.act(ground.beta, PEOPLE.lead, 'witnessed-log.name', {
      id: 'again',
      name: 'Alpha',
      vkey: key,
    });

    expect(gone.status).toBe(404);
    expect(await post(body)).toMatchObject({ status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` });
  });

  test('sees nothing of what another organisation remembers', async () => {
    expect((await pageOf(ground, ground.alpha)).refusalsTotal).toBe(0);
    expect((await pageOf(ground, ground.alpha)).logs).toEqual([]);
  });
});
