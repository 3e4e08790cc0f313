import { checkpoint as checkpointOperation, exportLog, proof as proofOperation } from '@countersign/api/operations.ts';
import { Fault } from '@countersign/api/problem.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import { LedgerFault, reportOf, verifyPath } from '@countersign/ledger/index.ts';
import type { Answer } from '@countersign/ledger/index.ts';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { CommandSpec } from '../command.ts';
import type { Context } from '../context.ts';
import { textOf, whyNot } from '../files.ts';
import { refuseInput } from '../refusal.ts';
import { counted, plain } from '../text.ts';

export const checkpoint: CommandSpec = {
  name: 'ledger checkpoint',
  says: 'The signed checkpoint of the log: give it to somebody outside, and nothing before it can be changed unseen.',
  examples: [{ line: 'ledger checkpoint', says: 'as a C2SP signed note' }],
  async run(context) {
    const client = await context.client();
    const signed = await client.call(checkpointOperation, {});
    return { json: signed, text: signed.checkpoint.trimEnd(), notes: [`Key: ${signed.key}`] };
  },
};

export const proof: CommandSpec = {
  name: 'ledger proof',
  says: 'Proves that the entry at an index is in the log.',
  args: [{ name: '<index>', says: 'counted from 0' }],
  examples: [{ line: 'ledger proof 0', says: 'of the first entry' }],
  async run(context, given) {
    const [text = ''] = given.args;
    const index = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    if (index === undefined) throw refuseInput('usage', { says: `“${text}” is no index: a whole number from 0.` });
    const client = await context.client();
    const proven = await client.call(proofOperation, { params: { index } });
    return { json: { index, proof: proven }, text: proven.trimEnd() };
  },
};

const SAFE = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}$/;

/** Where a file of the answer goes; refuses a name that leads out of the folder. */
function pathIn(folder: string, path: string): string {
  const parts = path.split('/');
  if (parts.length > 20 || !parts.every((part) => SAFE.test(part))) throw refuseInput('unsafe', { name: path });
  return join(folder, ...parts);
}

export const exportLedger: CommandSpec = {
  name: 'ledger export',
  says: 'Writes the log as files anybody can verify: checkpoint, tiles, entries, payloads and key.',
  args: [{ name: '<dir>', says: 'must be empty or new' }],
  options: [
    {
      flags: '--seen',
      says: 'end with the last entry that a witness or an authority has seen, so that an outside time covers all of it',
    },
  ],
  examples: [{ line: 'ledger export log', says: 'into a folder' }],
  async run(context, given) {
    const [dir = '.'] = given.args;
    const folder = resolve(context.world.cwd, dir);
    await refuseUnlessEmpty(folder, dir);
    const client = await context.client();
    const files = new Set<string>();
    for await (const line of client.lines(exportLog, {
      query: given.is('seen') ? { at: 'seen' } : {},
      signal: context.world.signal,
    })) {
      if ('file' in line) {
        await put(pathIn(folder, line.file.path), Buffer.from(line.file.bytes, 'base64'), line.file.append);
        files.add(line.file.path);
      } else if ('refusal' in line)
        throw new Refusal(line.refusal.code, 'unmet', line.refusal.message, {}, line.refusal.at);
      else if ('fault' in line) throw new Fault(line.fault.message, { id: line.fault.id });
      else if ('done' in line) {
        return {
          json: { dir, files: files.size },
          text: `${counted(files.size, 'file')} written to ${dir}. Check them with “countersign verify ${dir}”.`,
          notes: given.is('seen')
            ? []
            : [
                'It goes to the last entry recorded. With --seen it ends where somebody outside saw it, and a time covers all of it.',
              ],
        };
      }
    }
    throw new Fault('The export broke off before its end.');
  },
};

async function refuseUnlessEmpty(folder: string, dir: string): Promise<void> {
  let names: readonly string[];
  try {
    await mkdir(folder, { recursive: true });
    names = await readdir(folder);
  } catch (error) {
    throw refuseInput('folder', { folder: dir, why: whyNot(error) });
  }
  if (names.length > 0) throw refuseInput('folder', { folder: dir, why: 'it is not empty' });
}

async function put(path: string, bytes: Uint8Array, append: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, append ? 'a' : 'wx');
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}

async function keysOf(context: Context, texts: readonly string[]): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const text of texts)
    keys.push(...(text.startsWith('@') ? linesIn(await textOf(context.world, text.slice(1), 64 * 1024)) : [text]));
  return keys;
}

const linesIn = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');

async function rootsOf(context: Context, texts: readonly string[]): Promise<readonly string[]> {
  const roots: string[] = [];
  for (const text of texts) roots.push(await textOf(context.world, text.replace(/^@/, ''), 256 * 1024));
  return roots;
}

/** A folder or an archive that is there. */
async function placeAt(context: Context, path: string): Promise<string> {
  const place = resolve(context.world.cwd, path);
  try {
    const found = await stat(place);
    if (!found.isDirectory() && !found.isFile()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  } catch (error) {
    throw refuseInput('file', { file: path, why: whyNot(error) });
  }
  return place;
}

export const verify: CommandSpec = {
  name: 'verify',
  says: 'Verifies a binder, an export or a bag of evidence from nothing but its files: no server, no database, no network.',
  args: [
    { name: '<path>', says: 'a folder, or an archive as it came' },
    { name: '[old]', says: 'an earlier export or binder: proves that nothing of it was removed or changed' },
  ],
  options: [
    { flags: '--key <vkey>', says: 'the key it must be signed with, or @FILE; known from elsewhere', many: true },
    { flags: '--witness <vkey>', says: 'the key of a witness whose word counts, or @FILE', many: true },
    { flags: '--tsa-root <@file>', says: 'a root certificate of a time-stamp authority, in PEM', many: true },
  ],
  examples: [
    { line: 'verify log', says: 'is it whole?' },
    { line: 'verify q1.zip', says: 'a binder, as it came' },
    { line: 'verify log --key @log/key.vkey --json', says: 'with a key; take yours from elsewhere' },
  ],
  async run(context, given) {
    const [path = '', old] = given.args;
    const options = {
      keys: await keysOf(context, given.texts('key')),
      witnesses: await keysOf(context, given.texts('witness')),
      timeRoots: await rootsOf(context, given.texts('tsaRoot')),
      signal: context.world.signal,
      ...(old === undefined ? {} : { old: await placeAt(context, old) }),
    };
    const found = await verifyPath(await placeAt(context, path), options).catch((error: unknown) => {
      if (error instanceof LedgerFault) throw new Refusal(error.code, 'invalid', error.message);
      throw error;
    });
    return { json: found, text: said(found).join('\n'), exit: found.ok ? 0 : 1 };
  },
};

/** The answer for people: whose it is before whether it is whole. */
function said(answer: Answer): string[] {
  const { verdict, cautions, facts, times, failures } = reportOf(answer);
  return [
    ...cautions,
    ...facts,
    verdict,
    ...times,
    ...failures.flatMap(({ what, means }) => [what, `    ${means}`]),
  ].map(plain);
}
