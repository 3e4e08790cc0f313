import type { CollectionReport } from '@countersign/api/operations.ts';
import { collect as collectOperation, connect as connectOperation, pushFacts } from '@countersign/api/operations.ts';
import { Fault } from '@countersign/api/problem.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import type { z } from 'zod';
import type { CommandSpec } from '../command.ts';
import type { Context } from '../context.ts';
import { streamOf, textOf } from '../files.ts';
import { PlacedRefusal, refuseInput } from '../refusal.ts';
import { counted, table } from '../text.ts';
import { pairs } from './records.ts';

const MOST_SECRET = 64 * 1024;

async function secretsOf(context: Context, texts: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const secrets: Record<string, string> = {};
  for (const [name, value] of Object.entries(pairs(texts))) {
    if (!value.startsWith('@') || value.length === 1) throw refuseInput('secret', { name });
    // The line end that editors put there is no part of it.
    secrets[name] = (await textOf(context.world, value.slice(1), MOST_SECRET)).replace(/\r?\n$/, '');
  }
  return secrets;
}

export const connect: CommandSpec = {
  name: 'connect',
  says: 'Adds a source after probing it; “connect push” makes one whose facts are pushed.',
  args: [{ name: '<connector>', says: 'git, host … or push' }],
  options: [
    { flags: '--id <id>', says: 'what the source is called here', required: true },
    { flags: '--as <name>', says: 'NAME of its datasets NAME/dataset; default the id' },
    { flags: '--setting <name=value>', says: 'a setting of the connector', many: true },
    { flags: '--secret <name=@file>', says: 'a secret, read from a file', many: true },
  ],
  examples: [
    { line: 'connect push --id people', says: 'a source to push facts to' },
    { line: 'connect host --id this-machine', says: 'this machine itself' },
  ],
  async run(context, given) {
    const client = await context.client();
    const [connector = ''] = given.args;
    const as = given.text('as');
    const done = await client.call(connectOperation, {
      body: {
        connector,
        id: given.must('id'),
        ...(as === undefined ? {} : { as }),
        settings: { ...pairs(given.texts('setting')) },
        secrets: { ...(await secretsOf(context, given.texts('secret'))) },
      },
    });
    const checks = done.checks.length === 0 ? '' : ` Its checks: ${done.checks.join(', ')}.`;
    return { json: done, text: `${done.source}: ${done.says}${checks}` };
  },
};

type Report = z.infer<typeof CollectionReport>;

const reportRows = (reports: readonly Report[]): string =>
  table(
    ['SOURCE', 'DATASET', 'COLLECTED', 'ITEMS', 'CHANGED', 'ENTRY', 'WHY'],
    reports.map((r) => [
      r.source,
      r.dataset,
      r.status,
      String(r.items),
      String(r.changed),
      String(r.index),
      r.why.join('; '),
    ]),
  );

export const collect: CommandSpec = {
  name: 'collect',
  says: 'Collects from sources, judges what they say and appends it to the log. What could not be read is told, and is never a pass.',
  args: [{ name: '[id...]', says: 'sources; default all' }],
  examples: [{ line: 'collect this-machine', says: 'one source' }],
  async run(context, given) {
    const client = await context.client();
    let seen = 0;
    for await (const line of client.lines(collectOperation, {
      body: { sources: [...given.args] },
      signal: context.world.signal,
    })) {
      if ('progress' in line) {
        const { source, dataset, done, of } = line.progress;
        context.progress(`${source} ${dataset}: ${done}${of === undefined ? '' : ` of ${of}`}`);
        seen += 1;
      } else if ('refusal' in line) {
        throw new Refusal(line.refusal.code, 'unmet', line.refusal.message, {}, line.refusal.at);
      } else if ('fault' in line) throw new Fault(line.fault.message, { id: line.fault.id });
      else {
        const { collections } = line.done;
        const ends =
          collections.length === 0
            ? 'There is no source to collect from. Add one with “countersign connect”.'
            : reportRows(collections);
        return { json: { collections }, text: ends };
      }
    }
    throw new Fault(`The server stopped answering after ${counted(seen, 'line')} of progress.`);
  },
};

export const push: CommandSpec = {
  name: 'facts push',
  says: 'Pushes one collection from a file: a header line, then an item a line. All of it is kept, or nothing.',
  args: [{ name: '<file>', says: 'NDJSON, or - for standard input' }],
  options: [{ flags: '--source <id>', says: 'made before with “connect push”', required: true }],
  examples: [
    {
      line: 'facts push --source people people.ndjson',
      says: 'who works here today',
      files: {
        'people.ndjson':
          '{"collection":{"dataset":"people","mode":"state","observedAt":"2026-03-01T08:00:00Z","complete":true}}\n{"id":"p-17","data":{"name":"Ada","mfa":true}}\n',
      },
    },
  ],
  async run(context, given) {
    const client = await context.client();
    const [file = '-'] = given.args;
    try {
      const report = await client.call(pushFacts, {
        params: { id: given.must('source') },
        body: await streamOf(context.world, file),
        signal: context.world.signal,
      });
      return { json: report, text: reportRows([report]) };
    } catch (error) {
      // The server names the line, counted from 1, in the path.
      const line = error instanceof Refusal ? error.path?.find((step) => typeof step === 'number') : undefined;
      if (!(error instanceof Refusal) || typeof line !== 'number') throw error;
      throw new PlacedRefusal(error, { file, line, column: 1 });
    }
  },
};
