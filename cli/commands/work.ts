import { putBlob } from '@countersign/api/operations.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import { basename } from 'node:path';
import { z } from 'zod';
import type { CommandSpec, Given } from '../command.ts';
import type { Context } from '../context.ts';
import { streamOf, textOf } from '../files.ts';
import { PlacedRefusal, refuseInput } from '../refusal.ts';
import { counted } from '../text.ts';

const MOST = 64 * 1024 * 1024;

const Done = z.object({
  performance: z.string(),
  met: z.string().optional(),
  outside: z.string().optional(),
  overdue: z.string().optional(),
});
const Performed = z.object({
  performed: z.array(
    z.object({ line: z.int(), id: z.string(), met: z.string().optional(), outside: z.string().optional() }),
  ),
});

/** A reason with its full stop, whether it came with one or not. */
const ended = (reason: string): string => `${reason.replace(/\.$/, '')}.`;

interface Filing {
  readonly controls: readonly string[];
  readonly [field: string]: unknown;
}

/** Uploads a document and files it; the id of the evidence. */
async function file(
  context: Context,
  path: string,
  filing: Filing,
): Promise<{ evidence: string; digest: string; bytes: number }> {
  const client = await context.client();
  const { digest, bytes } = await client.call(putBlob, { body: await streamOf(context.world, path) });
  const name = path === '-' ? 'standard-input' : basename(path);
  const input = { name, blob: digest, bytes, ...filing };
  const done = await client.act(
    'evidence.add',
    input,
    { idempotencyKey: context.world.uuid() },
    z.object({ evidence: z.string() }),
  );
  return { evidence: done.answer.evidence, digest, bytes };
}

export const perform: CommandSpec = {
  name: 'perform',
  says: 'Records that a control was performed, and says which occurrence that met; with --file many at once, all or nothing.',
  args: [{ name: '[control]', says: 'the control that was performed' }],
  options: [
    { flags: '--at <time>', says: 'when it was done' },
    { flags: '--for <key>', says: 'the occurrence it was done for, as 2026-Q1, or the event' },
    { flags: '--by <person>', says: 'who did it' },
    { flags: '--outcome <outcome>', says: 'what came of it', choices: ['done', 'findings', 'not-done'] },
    { flags: '--evidence <file>', says: 'a document that shows it', many: true },
    { flags: '--note <text>', says: 'a remark' },
    { flags: '--file <file>', says: 'NDJSON: {control, at, for?, by?, outcome?, note?} a line' },
  ],
  examples: [
    {
      line: 'perform AC-01 --at 2026-03-30T10:00:00Z --evidence review.txt --note "Two accounts closed"',
      says: 'one, with its evidence',
      files: { 'review.txt': 'Reviewed 41 accounts, closed 2.\n' },
    },
    {
      line: 'perform --file performed.ndjson',
      says: 'many',
      files: {
        'performed.ndjson':
          '{"control":"AC-01","at":"2026-06-29T10:00:00Z"}\n{"control":"AC-01","at":"2026-09-28T10:00:00Z"}\n',
      },
    },
  ],
  async run(context, given) {
    const many = given.text('file');
    const [control] = given.args;
    if (many !== undefined) {
      if (control !== undefined) throw refuseInput('usage', { says: 'Give a control or --file, not both.' });
      return performMany(context, many);
    }
    if (control === undefined) throw refuseInput('usage', { says: 'Say which control was performed, or give --file.' });
    return performOne(context, control, given);
  },
};

async function performOne(context: Context, control: string, given: Given) {
  const client = await context.client();
  const at = await context.instant('--at', given.text('at'));
  if (at === undefined) throw refuseInput('usage', { says: 'Say with --at when it was done.' });
  const input: Record<string, unknown> = { control, at };
  for (const option of ['for', 'by', 'outcome', 'note'])
    if (given.text(option) !== undefined) input[option] = given.text(option);

  const files = given.texts('evidence');
  // Tried first: or a refusal would leave documents behind that were filed for nothing.
  if (files.length > 0) await client.act('performance.record', input, { dryRun: true });
  const evidence: string[] = [];
  for (const path of files) evidence.push((await file(context, path, { controls: [control] })).evidence);
  const { answer } = await client.act(
    'performance.record',
    { ...input, ...(evidence.length === 0 ? {} : { evidence }) },
    { idempotencyKey: context.world.uuid() },
    Done,
  );

  const met =
    answer.met === undefined
      ? `It meets no occurrence: ${ended(answer.outside ?? 'not said why')}`
      : `It meets ${answer.met}.`;
  const outside = answer.met !== undefined && answer.outside !== undefined ? ` ${answer.outside}.` : '';
  const overdue =
    answer.overdue === undefined
      ? []
      : [`${answer.overdue} is overdue; --for ${answer.overdue} would meet that one instead.`];
  return {
    json: { ...answer, ...(evidence.length === 0 ? {} : { evidence }) },
    text: `${control} performed (${answer.performance}). ${met}${outside}`,
    notes: overdue,
  };
}

async function performMany(context: Context, path: string) {
  const client = await context.client();
  const text = await textOf(context.world, path, MOST);
  const lines = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [{ line: i + 1, text: line }]));
  if (lines.length === 0) throw refuseInput('usage', { says: `${path} holds no line.` });
  const performances = lines.map(({ line, text: one }) => {
    try {
      return z.looseObject({}).parse(JSON.parse(one));
    } catch {
      throw new PlacedRefusal(refuseInput('syntax', { why: 'The line is no JSON object.' }), {
        file: path,
        line,
        column: 1,
      });
    }
  });
  try {
    const { answer } = await client.act(
      'performance.recordMany',
      { performances },
      { idempotencyKey: context.world.uuid() },
      Performed,
    );
    const performed = answer.performed.map((one) => ({ ...one, line: lines[one.line - 1]?.line ?? one.line }));
    const outside = performed.filter(({ met }) => met === undefined);
    return {
      json: { performed },
      text: `${counted(performed.length, 'performance')} recorded; ${performed.length - outside.length} met an occurrence.`,
      notes: outside
        .slice(0, 20)
        .map(({ line, outside: why }) => `Line ${line} meets no occurrence: ${ended(why ?? 'not said why')}`),
    };
  } catch (error) {
    const index = error instanceof Refusal && error.path?.[0] === 'performances' ? error.path[1] : undefined;
    const line = typeof index === 'number' ? lines[index]?.line : undefined;
    if (!(error instanceof Refusal) || line === undefined) throw error;
    throw new PlacedRefusal(error, { file: path, line, column: 1 });
  }
}

export const addEvidence: CommandSpec = {
  name: 'evidence add',
  says: 'Files a document: for as many controls as it serves. It makes none operate by itself.',
  args: [{ name: '<file>', says: 'the document, or - for standard input' }],
  options: [
    { flags: '--control <id>', says: 'a control it serves', many: true, required: true },
    { flags: '--id <id>', says: 'what it is called here; made up without it' },
    { flags: '--from <time>', says: 'beginning of the period it covers' },
    { flags: '--to <time>', says: 'end of it' },
    { flags: '--observed-at <time>', says: 'when what it shows was seen' },
    { flags: '--valid-until <date>', says: 'its last day' },
    { flags: '--replaces <id>', says: 'the evidence it takes the place of' },
    { flags: '--source <text>', says: 'where it comes from' },
  ],
  examples: [
    {
      line: 'evidence add policy.txt --id access-policy --control AC-01 --from 2026-01-01 --to 2026-03-31 --source "Policy store"',
      says: 'a document for the first quarter',
      files: { 'policy.txt': 'Access policy, approved 2026-01-02.\n' },
    },
  ],
  async run(context, given) {
    const [path = '-'] = given.args;
    const filing: Record<string, unknown> = {
      id: given.text('id'),
      from: await context.instant('--from', given.text('from'), 'start'),
      to: await context.instant('--to', given.text('to')),
      observedAt: await context.instant('--observed-at', given.text('observedAt')),
      validUntil: given.text('validUntil'),
      replaces: given.text('replaces'),
      source: given.text('source'),
    };
    const controls = given.texts('control');
    const stated = Object.fromEntries(Object.entries(filing).filter(([, value]) => value !== undefined));
    const filed = await file(context, path, { controls, ...stated });
    return {
      json: filed,
      text: `Filed as ${filed.evidence} for ${controls.join(', ')}: ${filed.bytes} bytes, SHA-256 ${filed.digest}.`,
    };
  },
};
