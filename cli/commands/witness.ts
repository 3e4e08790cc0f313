import { recordAnswer, requestWitness } from '@countersign/api/operations/witness.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import {
  answerRequest,
  ed25519Signer,
  fileMemory,
  keyFileSigner,
  LedgerFault,
  parseRequestFile,
  parseVerifierKey,
  parseWitnessKey,
  printAnswerFile,
  printWitnessKey,
  toAnswer,
  witnessKey,
} from '@countersign/ledger/index.ts';
import type { Decision, VerifierKey } from '@countersign/ledger/index.ts';
import { generateKeyPairSync } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandSpec } from '../command.ts';
import type { Context } from '../context.ts';
import { textOf, whyNot } from '../files.ts';
import { refuseInput } from '../refusal.ts';
import { counted } from '../text.ts';

const MOST = 256 * 1024;

/** What the ledger refuses, as a refusal of this command. */
async function refusing<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LedgerFault) throw new Refusal(error.code, 'invalid', error.message);
    throw error;
  }
}

/** A new file, which nothing is written over. */
async function putNew(context: Context, file: string, text: string, mode: number): Promise<void> {
  try {
    const handle = await open(resolve(context.world.cwd, file), 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw refuseInput('folder', { folder: file, why: whyNot(error) });
  }
}

async function put(context: Context, file: string, text: string): Promise<void> {
  await writeFile(resolve(context.world.cwd, file), text).catch((error: unknown) => {
    throw refuseInput('folder', { folder: file, why: whyNot(error) });
  });
}

/** An id that names files: small letters, digits and hyphens of a key's name. */
const idOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);

export const keygen: CommandSpec = {
  name: 'ledger keygen',
  says: 'Makes a key to be a witness with: for a second account or an auditor’s laptop. Needs no server. The key is for this and nothing else.',
  args: [
    { name: '<name>', says: 'by which logs know the witness, as auditors.example.com/w1: no blank, no plus' },
    { name: '<file>', says: 'for the private key; must be new. Nobody else may read it' },
  ],
  options: [{ flags: '--introduce <file>', says: 'also writes what the owner of a log enters: name and verifier key' }],
  examples: [
    {
      line: 'ledger keygen auditors.example.com/w1 auditor.key --introduce auditor.json',
      says: 'as the auditor; send auditor.json to the log’s owner',
    },
    { line: 'act witness.name --input @auditor.json', says: 'as the log’s owner: names it as a witness' },
  ],
  async run(context, given) {
    const [name = '', file = ''] = given.args;
    const { privateKey } = generateKeyPairSync('ed25519');
    const vkey = printWitnessKey(await refusing(() => witnessKey(name, ed25519Signer(privateKey).publicKey)));
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    // Text above the armour is passed over by whatever reads PEM: so the name stays with its key.
    await putNew(context, file, `witness ${vkey}\n\n${pem}`, 0o600);
    const introduce = given.text('introduce');
    const introduction = { id: idOf(name), name, vkey, how: 'mail' };
    if (introduce !== undefined) await putNew(context, introduce, `${JSON.stringify(introduction, null, 2)}\n`, 0o644);
    return {
      json: introduction,
      text: vkey,
      notes: [`The private key is in ${file}: keep it where only you reach it.`],
    };
  },
};

export const requestOfWitness: CommandSpec = {
  name: 'ledger request',
  says: 'Writes the file that a witness is sent by mail: the checkpoint, and the proof that it continues what the witness saw last.',
  args: [
    { name: '<witness>', says: 'the id of a witness of this log' },
    { name: '<out>', says: 'the file to send' },
  ],
  options: [
    { flags: '--from <entries>', says: 'what the witness says it saw last, if it is not what is recorded here' },
  ],
  examples: [{ line: 'ledger request auditors-example-com-w1 request.txt', says: 'to be mailed to the witness' }],
  async run(context, given) {
    const [id = '', out = ''] = given.args;
    const from = given.text('from');
    if (from !== undefined && !/^\d{1,15}$/.test(from))
      throw refuseInput('usage', { says: `“${from}” is no number of entries.` });
    const client = await context.client();
    const body = from === undefined ? {} : { from: Number(from) };
    const made = await client.call(requestWitness, { params: { id }, body });
    await put(context, out, made.file);
    return {
      json: { ...made, file: out },
      text: `${out} asks to cosign ${counted(made.size, 'entry', 'entries')}, with the proof from ${made.from}. Record what comes back with “countersign ledger answer”.`,
    };
  },
};

/** The key file names itself where `ledger keygen` made it; one that openssl made is named. */
async function cosignerOf(context: Context, option: string, named: string | undefined) {
  const file = option.replace(/^@/, '');
  const path = resolve(context.world.cwd, file);
  const signer = await keyFileSigner(path);
  const [, own] = /^witness (\S+)$/m.exec(await textOf(context.world, file, MOST)) ?? [];
  const name = named ?? (own === undefined ? undefined : parseWitnessKey(own).name);
  if (name === undefined)
    throw refuseInput('usage', { says: `${file} does not say by which name logs know it: add --name.` });
  return { path, cosigner: { name, signer } };
}

async function logKeys(context: Context, texts: readonly string[]): Promise<readonly VerifierKey[]> {
  const keys: VerifierKey[] = [];
  for (const text of texts) {
    const lines = text.startsWith('@') ? (await textOf(context.world, text.slice(1), MOST)).split('\n') : [text];
    for (const line of lines) if (line.trim() !== '') keys.push(parseVerifierKey(line.trim()));
  }
  return keys;
}

/** What became of a request, for whoever signs. */
function saidOf(decision: Decision): string {
  const { checkpoint } = decision;
  const state =
    checkpoint === undefined ? 'it' : `${counted(checkpoint.size, 'entry', 'entries')} of ${checkpoint.origin}`;
  switch (decision.outcome) {
    case 'cosigned':
      return `Cosigned: ${state}. It continues what was cosigned before.`;
    case 'conflict':
      return decision.size > decision.checkpoint.size
        ? `Not cosigned: ${state}, after ${decision.size} had been cosigned. The log lost entries, or this is an old request.`
        : `Not cosigned yet: the proof must begin from the ${decision.size} that were cosigned last. The answer says so.`;
    case 'forked':
      return `Not cosigned: ${state} is another history than the one that was cosigned. Keep the request: it proves that the log signed two.`;
    case 'inconsistent':
      return `Not cosigned: nothing shows that ${state} continues what was cosigned. Keep the request and ask for the proof again.`;
    case 'unknown-origin':
      return 'Not cosigned: this log is not trusted here. Give its key with --log, as its owner told it to you.';
    case 'unsigned':
      return 'Not cosigned: none of the keys that are trusted for this log signed it.';
    case 'old-size-beyond':
    case 'malformed':
      return 'Not cosigned: the file is damaged or no request.';
  }
}

export const cosignFile: CommandSpec = {
  name: 'ledger witness',
  says: 'Cosigns a log that somebody sent as a file, if it continues what was cosigned before. No server, no database, no network: what it saw is in one file.',
  args: [{ name: '<file>', says: 'the request, as it came' }],
  options: [
    { flags: '--key <@file>', says: 'the private key, as “ledger keygen” makes it', required: true },
    {
      flags: '--log <vkey>',
      says: 'the key of a log to trust from now on, or @FILE; known from its owner',
      many: true,
    },
    { flags: '--memory <file>', says: 'what was cosigned before; default beside the key, KEYFILE.memory' },
    { flags: '--name <name>', says: 'by which logs know the key, if it was made by other means' },
    { flags: '--out <file>', says: 'for the answer to send back; default standard output' },
  ],
  examples: [
    {
      line: 'ledger witness request.txt --key @auditor.key --log @log/key.vkey --out answer.txt',
      says: 'the first time, with the log’s key; later without',
    },
    {
      line: 'ledger witness request.txt --key @auditor.key --json',
      says: 'the same file once more: it is told from where to prove',
      exit: 1,
    },
  ],
  async run(context, given) {
    const [file = ''] = given.args;
    const text = await textOf(context.world, file, MOST);
    const { decision, answer } = await refusing(async () => {
      const body = parseRequestFile(text);
      const { path, cosigner } = await cosignerOf(context, given.must('key'), given.text('name'));
      const memory = fileMemory(resolve(context.world.cwd, given.text('memory') ?? `${path}.memory`));
      const trusted = await logKeys(context, given.texts('log'));
      if (trusted.length > 0) await memory.trust(trusted);
      const now = Math.floor(Date.now() / 1000);
      const decided = await answerRequest(body, memory, await memory.trusted(), now, cosigner);
      return { decision: decided, answer: printAnswerFile(toAnswer(decided)) };
    });
    const out = given.text('out');
    if (out !== undefined) await put(context, out, answer);
    const { checkpoint } = decision;
    const said = saidOf(decision);
    return {
      json: {
        outcome: decision.outcome,
        says: said,
        ...(checkpoint === undefined ? {} : { origin: checkpoint.origin, size: checkpoint.size }),
        ...(out === undefined ? { answer } : { file: out }),
      },
      text: out === undefined ? answer.trimEnd() : `${said} Send ${out} back.`,
      notes: out === undefined ? [said] : [],
      exit: decision.outcome === 'cosigned' ? 0 : 1,
    };
  },
};

export const answerOfWitness: CommandSpec = {
  name: 'ledger answer',
  says: 'Takes the file that a witness sent back: verifies it and records the cosignature, or says what the witness objects to.',
  args: [{ name: '<file>', says: 'the answer, as it came; - for standard input' }],
  options: [{ flags: '--witness <id>', says: 'whose answer it is; needed only for one that is no cosignature' }],
  examples: [{ line: 'ledger answer answer.txt', says: 'of whichever witness' }],
  async run(context, given) {
    const [file = ''] = given.args;
    const text = await textOf(context.world, file, MOST);
    const witness = given.text('witness');
    const client = await context.client();
    const body = { file: text, ...(witness === undefined ? {} : { witness }) };
    const told = await client.call(recordAnswer, { body });
    return {
      json: told,
      text: `${told.name} cosigned ${counted(told.size, 'entry', 'entries')} of the log at ${told.at}. It is recorded.`,
    };
  },
};
