import { binderFile, evidenceProof, makeBinder } from '@countersign/api/operations/binders.ts';
import { checkpoint as checkpointOperation } from '@countersign/api/operations.ts';
import { Fault } from '@countersign/api/problem.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import { FRAMEWORK_IDS } from '@countersign/core/framework/catalog.ts';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandSpec } from '../command.ts';
import type { Context } from '../context.ts';
import { whyNot } from '../files.ts';
import { refuseInput } from '../refusal.ts';
import { counted } from '../text.ts';

/** Where an archive is to go. Refuses what is there already: a binder that was given away is not written over by a slip. */
async function freePlace(context: Context, file: string): Promise<string> {
  const path = resolve(context.world.cwd, file);
  const there = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw refuseInput('folder', { folder: file, why: whyNot(error) });
  });
  if (there !== undefined) throw refuseInput('folder', { folder: file, why: 'something is there already' });
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (folder?.isDirectory() !== true) throw refuseInput('folder', { folder: file, why: 'there is no such folder' });
  return path;
}

/** Writes beside the place and moves it there when all of it is on the disk: half a binder is never found. */
async function write(path: string, name: string, body: Response['body'], bytes?: number): Promise<number> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  let written = 0;
  try {
    const out = await open(aside, 'wx', 0o600);
    try {
      if (body !== null)
        for await (const piece of body) {
          await out.writeFile(piece);
          written += piece.length;
        }
      await out.sync();
    } finally {
      await out.close();
    }
    if (bytes !== undefined && written !== bytes)
      throw new Fault(`${name} broke off after ${written} of ${bytes} bytes.`);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code))
      throw refuseInput('folder', { folder: name, why: whyNot(error) });
    throw error;
  }
  return written;
}

const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

function frameworkIn(text: string | undefined): (typeof FRAMEWORK_IDS)[number] | undefined {
  const found = FRAMEWORK_IDS.find((id) => id === text);
  if (text !== undefined && found === undefined)
    throw refuseInput('usage', { says: `“${text}” is no framework: ${FRAMEWORK_IDS.join(' or ')}.` });
  return found;
}

export const binder: CommandSpec = {
  name: 'binder',
  says: 'Writes the binder of a period: evidence, facts and records with the log that proves them, for somebody who trusts nobody.',
  args: [{ name: '<out.zip>', says: 'must not be there yet' }],
  options: [
    { flags: '--from <date>', says: 'first day of the period', required: true },
    { flags: '--to <date>', says: 'last day of the period', required: true },
    { flags: '--framework <id>', says: `only what concerns it: ${FRAMEWORK_IDS.join(' or ')}` },
    { flags: '--hide <name>', says: 'withholds a kind of record, a dataset, or all facts', many: true },
  ],
  examples: [
    { line: 'binder q1.zip --from 2026-01-01 --to 2026-03-31', says: 'of a quarter' },
    {
      line: 'binder soc2.zip --from 2026-01-01 --to 2026-06-30 --framework soc2 --hide person',
      says: 'of one framework, without the names of people',
    },
  ],
  async run(context, given) {
    const [file = ''] = given.args;
    const path = await freePlace(context, file);
    const framework = frameworkIn(given.text('framework'));
    const { knownAt } = context.clock;
    const client = await context.client();
    const { signal } = context.world;
    for await (const line of client.lines(makeBinder, {
      body: {
        from: given.must('from'),
        to: given.must('to'),
        hides: [...given.texts('hide')],
        ...(framework === undefined ? {} : { framework }),
        ...(knownAt === undefined ? {} : { knownAt }),
      },
      signal,
    })) {
      if ('progress' in line) context.progress(`${line.progress.says} (${line.progress.done} of ${line.progress.of})`);
      else if ('refusal' in line)
        throw new Refusal(line.refusal.code, 'unmet', line.refusal.message, {}, line.refusal.at);
      else if ('fault' in line) throw new Fault(line.fault.message, { id: line.fault.id });
      else if ('done' in line) {
        const { done } = line;
        const { body } = await client.call(binderFile, { params: { id: done.id }, signal });
        await write(path, file, body, done.bytes);
        const { key } = await client.call(checkpointOperation, {});
        return {
          json: { ...done, file },
          text: [
            `${file}: ${sizeOf(done.bytes)} in ${counted(done.entries, 'file')}, ${counted(done.evidence, 'piece')} of evidence.`,
            `Log: ${counted(done.size, 'entry', 'entries')}, root ${done.root}, as known at ${done.knownAt}.`,
            ...(done.after === 0 ? [] : [`Recorded since and not in it: ${counted(done.after, 'entry', 'entries')}.`]),
            `SHA-256: ${done.digest}`,
            `Check it: countersign verify ${file} --key '${key}'`,
          ].join('\n'),
        };
      }
    }
    throw new Fault('The binder broke off before its end.');
  },
};

export const proveEvidence: CommandSpec = {
  name: 'evidence proof',
  says: 'Writes one piece of evidence with the proof that it was logged, to be verified by itself.',
  args: [
    { name: '<id>', says: 'of the evidence' },
    { name: '<out.zip>', says: 'must not be there yet' },
  ],
  examples: [{ line: 'evidence proof access-policy proof.zip', says: 'as an archive' }],
  async run(context, given) {
    const [id = '', file = ''] = given.args;
    const path = await freePlace(context, file);
    const client = await context.client();
    const { body } = await client.call(evidenceProof, { params: { id }, signal: context.world.signal });
    const bytes = await write(path, file, body);
    return {
      json: { evidence: id, file, bytes },
      text: `${file}: ${sizeOf(bytes)}. Check it: countersign verify ${file} --key VKEY`,
    };
  },
};
