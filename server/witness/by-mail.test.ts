import { generateKeyPairSync } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  answerRequest,
  ed25519Signer,
  fileMemory,
  parseRequestFile,
  parseVerifierKey,
  printAnswerFile,
  printWitnessKey,
  toAnswer,
  witnessKey,
} from '@countersign/ledger/index.ts';
import type { FileMemory } from '@countersign/ledger/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { PEOPLE, refusalOf, standUp } from '../testing.ts';
import { grow, introduce, pageOf } from './testing.ts';

// An auditor's laptop: a key, a file that remembers, and mail.
const NAME = 'auditors.example.com/w1';
const signer = ed25519Signer(generateKeyPairSync('ed25519').privateKey);
const vkey = printWitnessKey(witnessKey(NAME, signer.publicKey));

let ground: Ground;
let memory: FileMemory;

beforeAll(async () => {
  ground = await standUp();
  memory = fileMemory(join(ground.folder, 'auditor.memory'));
  const { key } = await ground.engine.services.checkpoint(ground.alpha);
  await memory.trust([parseVerifierKey(key)]);
  await act('witness.name', { id: 'auditor', name: 'The auditor', vkey, how: 'mail' });
});
afterAll(() => ground.close());

const act = (name: string, input: object) => ground.engine.runtime.act(ground.alpha, PEOPLE.lead, name, input);
const request = (from?: number) =>
  ground.engine.services.witnessMail.request(ground.alpha, PEOPLE.lead, 'auditor', from);
const record = (file: string, witness?: string) =>
  ground.engine.services.witnessMail.record(ground.alpha, file, witness);
const cosigned = async (file: string) =>
  printAnswerFile(
    toAnswer(
      await answerRequest(
        parseRequestFile(file),
        memory,
        await memory.trusted(),
        Math.floor(ground.clock.now() / 1000),
        { name: NAME, signer },
      ),
    ),
  );
const cosignatures = async () => (await ground.engine.runtime.list(ground.alpha, PEOPLE.owner, 'cosignature')).items;

describe('a witness by mail', () => {
  test('is sent a file, and what comes back is verified and recorded', async () => {
    const made = await request();
    const told = await record(await cosigned(made.file));

    expect(made.from).toBe(0);
    expect(told).toMatchObject({ witness: 'auditor', name: 'The auditor', size: made.size });
    expect(await cosignatures()).toMatchObject([{ witness: 'auditor', size: made.size }]);
  });

  test('is asked the next time from where it was', async () => {
    await grow(ground, ground.alpha, 'ann');
    const [last] = (await cosignatures()) as { size: number }[];
    const made = await request();

    expect(made.from).toBe(last?.size);
    expect((await record(await cosigned(made.file))).size).toBe(made.size);
  });

  test('may answer late, after another request was made, and with the line ends of a mail program', async () => {
    await grow(ground, ground.alpha, 'ben');
    const first = await request();
    await grow(ground, ground.alpha, 'cleo');
    await request();
    const told = await record((await cosigned(first.file)).replaceAll('\n', '\r\n'));

    expect(told.size).toBe(first.size);
  });

  test('that remembers another size says so, and is asked from there', async () => {
    const wrong = await request(1);
    const answer = await cosigned(wrong.file);
    const refused = await refusalOf(record(answer));
    const size = Number(/^(\d+)$/m.exec(answer)?.[1]);
    const right = await request(size);

    expect(refused).toBe('witnessing.elsewhere');
    expect((await record(await cosigned(right.file))).size).toBe(right.size);
  });

  test('that saw more of the log than there is alarms its owners', async () => {
    // As after a restore from an older backup: the witness remembers what the log does not hold any more.
    const { size } = await request();
    const answer = { status: 409, contentType: 'text/x.tlog.size', body: `${size + 100}\n` };
    const refused = await refusalOf(record(printAnswerFile(answer), 'auditor'));
    const told = await ground.engine.services.mail.inbox(ground.alpha, PEOPLE.owner, {});

    expect(refused).toBe('witness.ahead');
    expect(told.items).toMatchObject([{ kind: 'alert', leads: '/ledger' }]);
    expect((await ground.engine.runtime.list(ground.alpha, PEOPLE.owner, 'outside-trouble')).items).toMatchObject([
      { witness: 'auditor', code: 'witness.ahead' },
    ]);
  });

  test('is believed under its own key alone, and about requests that were made', async () => {
    const made = await request();
    const other = ed25519Signer(generateKeyPairSync('ed25519').privateKey);
    const forged = toAnswer(
      await answerRequest(
        parseRequestFile((await request(0)).file),
        fileMemory(join(ground.folder, 'other.memory')),
        await memory.trusted(),
        Math.floor(ground.clock.now() / 1000),
        { name: NAME, signer: other },
      ),
    );
    const answer = await cosigned(made.file);

    expect(await refusalOf(record(printAnswerFile(forged)))).toBe('witnessing.unmatched');
    expect(await refusalOf(record(answer.replace(/\d{3}/, '404'), 'auditor'))).toBe('witness.unknown-log');
    for (const file of ['', 'x', 'witness-answer v1\nstatus 99\n\n', made.file, 'witness-answer v1\nstatus 200\n\n'])
      expect([file.slice(0, 20), await refusalOf(record(file))]).toEqual([
        file.slice(0, 20),
        expect.stringMatching(/^(?:answer\.malformed|note\.malformed|witnessing\.unmatched)$/),
      ]);
    expect(await refusalOf(request(1e9))).toBe('witnessing.beyond');
    expect(await refusalOf(ground.engine.services.witnessMail.request(ground.alpha, PEOPLE.lead, 'nobody'))).toBe(
      'record.missing',
    );
  });
});

describe('an organisation as a witness by mail', () => {
  test('answers a file with a file, out of the same memory as over HTTP', async () => {
    const { key } = await introduce(ground, ground.alpha, ground.beta);
    await act('witness.name', { id: 'beta', name: 'Beta', vkey: printWitnessKey(key), how: 'mail' });
    const { witnessMail } = ground.engine.services;
    const made = await witnessMail.request(ground.alpha, PEOPLE.owner, 'beta');

    const answered = await witnessMail.answer(ground.beta, made.file);
    const told = await witnessMail.record(ground.alpha, answered.file);

    expect(answered).toMatchObject({ status: 200, outcome: 'cosigned' });
    expect(told).toMatchObject({ witness: 'beta', size: made.size });
    expect((await pageOf(ground, ground.beta)).logs[0]?.last?.size).toBe(made.size);
    expect(await refusalOf(witnessMail.answer(ground.beta, 'x'))).toBe('request.malformed');
  });

  test('without a key of its own has nothing to answer with', async () => {
    const { file } = await ground.engine.services.witnessMail.request(ground.alpha, PEOPLE.owner, 'beta');

    expect(await refusalOf(ground.engine.services.witnessMail.answer(ground.alpha, file))).toBe('witnessing.none');
    await rm(join(ground.folder, 'other.memory'), { force: true });
  });
});
