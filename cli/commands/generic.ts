import { exampleOf, sampleOf } from '@countersign/api/example.ts';
import type { Field } from '@countersign/api/field.ts';
import { fieldsOf, fromText } from '@countersign/api/field.ts';
import type { ActDef, Product, ViewDef } from '@countersign/core/kernel/index.ts';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { CommandSpec, Example, Given, Option } from '../command.ts';
import type { Context } from '../context.ts';
import { textOf } from '../files.ts';
import { refuseInput } from '../refusal.ts';
import { plain } from '../text.ts';

const MOST = 64 * 1024 * 1024;

/** Flags that are not a field's: those of every command, and those of acts. */
const TAKEN: ReadonlySet<string> = new Set([
  'org',
  'json',
  'asOf',
  'knownAt',
  'programme',
  'url',
  'help',
  'version',
  'input',
  'dryRun',
  'ifMatch',
  'idempotencyKey',
]);

const flagOf = (field: string): string =>
  field
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
const optionOf = (field: string): string =>
  flagOf(field).replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The fields of an input that have a flag of their own: scalars and lists of scalars. */
const flagged = (schema: z.ZodObject): readonly Field[] =>
  fieldsOf(schema).filter(
    ({ name, scalar }) => scalar !== undefined && /^[A-Za-z]/.test(name) && !TAKEN.has(optionOf(name)),
  );

const fieldOption = (field: Field): Option => ({
  flags: `--${flagOf(field.name)} <${field.ref ?? field.scalar ?? 'value'}>`,
  says: `${field.says ?? field.takes}${field.required ? ' (required)' : ''}`,
  many: field.many,
  ...(field.choices === undefined ? {} : { choices: field.choices }),
});

const INPUT: Option = {
  flags: '--input <json>',
  says: 'the whole input: JSON, @FILE or - for standard input; flags go over it',
};

export async function jsonOf(context: Context, text: string | undefined): Promise<Readonly<Record<string, unknown>>> {
  if (text === undefined) return {};
  const isFile = text === '-' || text.startsWith('@');
  const json = isFile ? await textOf(context.world, text === '-' ? '-' : text.slice(1), MOST) : text;
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch {
    throw refuseInput('usage', { says: '--input is no JSON object.' });
  }
}

/** The input: `--input`, and over it the flags that were given. */
async function inputOf(context: Context, given: Given, schema: z.ZodObject): Promise<object> {
  const input: Record<string, unknown> = { ...(await jsonOf(context, given.text('input'))) };
  for (const { name, scalar, many } of flagged(schema)) {
    const texts = given.texts(optionOf(name));
    const [first] = texts;
    if (scalar === undefined || first === undefined) continue;
    input[name] = many ? texts.map((text) => fromText(scalar, text)) : fromText(scalar, first);
  }
  const { programme } = context.flags;
  if (programme !== undefined && 'programme' in schema.shape) input['programme'] = programme;
  return input;
}

const shown = (value: unknown): string => plain(stringify(value ?? null, { lineWidth: 0 }).trimEnd());

/** A line to copy: made from the schema, with invented values. */
function lineFor(word: 'act' | 'view', name: string, schema: z.ZodObject): Example {
  const fields = flagged(schema).filter((field) => field.required);
  const covered = fieldsOf(schema).every(
    (field) => !field.required || fields.some(({ name: own }) => own === field.name),
  );
  const flags = fields.map((field) => `--${flagOf(field.name)} ${sampleOf(field)}`);
  const input = covered ? flags.join(' ') : `--input '${JSON.stringify(exampleOf(schema))}'`;
  return { line: `${word} ${name} ${input}`.trim(), says: 'with invented values' };
}

const actCommand = (act: ActDef): CommandSpec => ({
  name: `act ${act.name}`,
  says: act.says,
  options: [
    ...flagged(act.input).map(fieldOption),
    INPUT,
    { flags: '--dry-run', says: 'decide and check everything, save nothing' },
    { flags: '--if-match <version>', says: 'refuse if the record has a later version' },
    { flags: '--idempotency-key <uuid>', says: 'to be able to repeat: a repeat gets the first answer' },
  ],
  examples: [lineFor('act', act.name, act.input)],
  async run(context, given) {
    const client = await context.client();
    const ifMatch = given.text('ifMatch');
    if (ifMatch !== undefined && !/^\d{1,9}$/.test(ifMatch))
      throw refuseInput('usage', { says: '--if-match takes the version that was read, a whole number.' });
    const did = await client.act(act.name, await inputOf(context, given, act.input), {
      ...(given.is('dryRun')
        ? { dryRun: true }
        : { idempotencyKey: given.text('idempotencyKey') ?? context.world.uuid() }),
      ...(ifMatch === undefined ? {} : { ifMatch: Number(ifMatch) }),
    });
    const done = did.changes.map(({ kind, id, version, did: what }) => `${what} ${kind} ${id}, version ${version}`);
    const said = done.length === 0 ? ['Nothing changed.'] : done;
    const text = [...said.map(plain), ...(did.answer === undefined ? [] : [shown(did.answer)])].join('\n');
    return { json: did, text, notes: given.is('dryRun') ? ['Dry run: nothing was saved.'] : [] };
  },
});

const viewCommand = (view: ViewDef): CommandSpec => ({
  name: `view ${view.name}`,
  says: view.says,
  options: [...flagged(view.input).map(fieldOption), INPUT],
  examples: [lineFor('view', view.name, view.input)],
  async run(context, given) {
    const client = await context.client();
    const { answer } = await client.view(view.name, await inputOf(context, given, view.input), context.clock);
    return { json: answer, text: shown(answer) };
  },
});

/** A command for every act and every view of a product, with a flag for each field that is a scalar or a list of them. */
export function productCommands(product: Product): readonly CommandSpec[] {
  return [
    ...[...product.acts.values()].filter((act) => !act.internal).map(actCommand),
    ...[...product.views.values()].map(viewCommand),
  ];
}
