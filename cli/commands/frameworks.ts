import {
  applyExchange,
  frameworkDocument,
  mappingsDocument,
  previewExchange,
} from '@countersign/api/operations/exchange.ts';
import { putBlob } from '@countersign/api/operations.ts';
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { z } from 'zod';
import type { CommandSpec, Given } from '../command.ts';
import type { Context } from '../context.ts';
import { streamOf, whyNot } from '../files.ts';
import { refuseInput } from '../refusal.ts';
import { counted, table } from '../text.ts';

const FRAMEWORK = `Ref,Title,Group,Group name,Parent,Assessable
G,Governance,G,Governance,,no
G.1,Somebody answers for security,G,,G,yes
G.2,Risks are looked at each year,G,,G,yes
`;
const MAPPINGS = `From framework,From,To framework,To,Relation,Forward,Backward,Rationale
customer-scheme,G.1,soc2,CC1.3,intersects,4,7,Both ask who answers for it
customer-scheme,G.2,iso27001,8.2,subset,8,10,A yearly assessment is one at planned intervals
`;

const metadata = (title: string) => ({
  ...{ title, version: '1', 'last-modified': '2026-01-01T00:00:00Z', 'oscal-version': '1.2.1' },
});
const CATALOGUE = JSON.stringify({
  catalog: {
    uuid: '5b0d2f5e-1c4f-4d7a-9a53-0f6f5d1c2a01',
    metadata: metadata('Group catalogue'),
    controls: [
      { id: 'g-1', title: 'Backups are restored once a quarter' },
      { id: 'g-2', title: 'Access is read over' },
    ],
  },
});
const BASELINE = JSON.stringify({
  profile: {
    uuid: '5b0d2f5e-1c4f-4d7a-9a53-0f6f5d1c2a02',
    metadata: metadata('Small sites'),
    imports: [{ href: 'group.json', 'include-controls': [{ 'with-ids': ['g-1'] }] }],
  },
});

/** Only what was given: an absent field and one that is undefined are not the same. */
const present = (fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));

async function uploaded(context: Context, paths: readonly string[]) {
  const client = await context.client();
  const files: { blob: string; name: string }[] = [];
  for (const path of paths) {
    const { digest } = await client.call(putBlob, { body: await streamOf(context.world, path) });
    files.push({ blob: digest, name: path === '-' ? 'standard-input' : basename(path) });
  }
  return files;
}

/** Frameworks that were chosen for a profile's imports: each for one `href`, or for all that no file answers. */
const choicesIn = (given: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    given.map((text) => {
      // An address may hold an equals sign, an id may not.
      const at = text.lastIndexOf('=');
      return at < 0 ? ['*', text] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );

const FOUND = {
  choice: 'as chosen',
  uuid: 'by its uuid',
  name: 'by its file name',
  title: 'by its title',
} as const;

/** What a profile was resolved against that is loaded here, a line for each import. */
const importsSaid = (imports: z.infer<typeof previewExchange.answer.schema>['imports']): string =>
  imports
    .flatMap(({ href, by, framework, note }) =>
      by === 'file' ? [] : [`\n${href}: ${framework ?? ''}, ${FOUND[by]}.${note === undefined ? '' : ` ${note}`}`],
    )
    .join('');

async function take(context: Context, given: Given, what: 'framework' | 'mappings') {
  const client = await context.client();
  const head = present({
    id: given.text('id'),
    title: given.text('title'),
    edition: given.text('edition'),
    publisher: given.text('publisher'),
    source: given.text('source'),
    licence: given.text('licence'),
    provenance: given.text('provenance'),
  });
  const choices = what === 'framework' ? given.texts('against') : [];
  const body = previewExchange.body.schema.parse({
    what,
    files: await uploaded(context, given.args),
    ...(what === 'framework' ? { framework: head } : { set: head }),
    isWhole: given.is('whole'),
    leavesOnly: given.is('leavesOnly'),
    ...(choices.length === 0 ? {} : { imports: choicesIn(choices) }),
  });
  const isDry = given.is('dryRun');
  const shown = await client.call(previewExchange, { body });
  if (isDry || shown.plan === undefined) {
    const rows = shown.problems.map(({ cell, pointer, says }) => [cell ?? pointer ?? '', says]);
    const saidOf = (plan: Plan): string => `${planSaid(plan)}${importsSaid(shown.imports)}`;
    const said = shown.plan === undefined ? table(['WHERE', 'WHAT CANNOT BE TAKEN'], rows) : saidOf(shown.plan);
    // Nothing was asked to be kept: what is wrong is the answer. Otherwise it is why nothing was.
    if (isDry) return { json: shown, text: said, exit: shown.plan === undefined ? (1 as const) : (0 as const) };
  }
  const done = await client.call(applyExchange, { body });
  return { json: done, text: `${done.id}: ${planSaid(done.plan)}${importsSaid(shown.imports)}` };
}

type Plan = { readonly create: number; readonly change: number; readonly withdraw: number; readonly unchanged: number };
const planSaid = ({ create, change, withdraw, unchanged }: Plan): string =>
  `${create} new, ${change} changed, ${withdraw} withdrawn, ${unchanged} as they are.`;

const COMMON = [
  { flags: '--id <id>', says: 'what it is called here; without it, by its document or file name' },
  { flags: '--title <title>', says: 'its title' },
  { flags: '--source <text>', says: 'where it was taken from' },
  { flags: '--licence <licence>', says: 'whose words its texts are', choices: ['own', 'licensed', 'public'] },
  { flags: '--whole', says: 'the file has all of it: what it does not have is withdrawn' },
  { flags: '--dry-run', says: 'say what would be taken, and each problem with its cell or JSON pointer; save nothing' },
] as const;

export const importFramework: CommandSpec = {
  name: 'framework import',
  says: 'Takes in a framework of your own: CSV, XLSX, JSON, an OSCAL catalogue, or an OSCAL profile whose catalogue comes along or is loaded already. All or nothing.',
  args: [{ name: '<file...>', says: 'the first is read; the others are what a profile imports' }],
  options: [
    ...COMMON,
    { flags: '--edition <text>', says: 'as its publisher calls it' },
    { flags: '--publisher <name>', says: 'who publishes it' },
    { flags: '--leaves-only', says: 'of OSCAL: what contains other controls is a heading' },
    {
      flags: '--against <framework>',
      says: 'the framework here that a profile imports; for one import of several HREF=FRAMEWORK; without it, by uuid, file name or title',
      many: true,
    },
  ],
  examples: [
    {
      line: 'framework import scheme.csv --id customer-scheme --licence own --dry-run',
      says: 'what would be taken',
      files: { 'scheme.csv': FRAMEWORK },
    },
    { line: 'framework import scheme.csv --id customer-scheme --licence own', says: 'take it' },
    {
      line: 'framework import group.json --id group --licence own',
      says: 'an OSCAL catalogue',
      files: { 'group.json': CATALOGUE },
    },
    {
      line: 'framework import small-sites.json --id small-sites --against group',
      says: 'and later a profile of it',
      files: { 'small-sites.json': BASELINE },
    },
  ],
  run: (context, given) => take(context, given, 'framework'),
};

export const importMappings: CommandSpec = {
  name: 'framework map',
  says: 'Takes in a mapping set, CSV, XLSX or JSON: how items of one framework relate to items of another. All or nothing.',
  args: [{ name: '<file>', says: 'the set' }],
  options: [...COMMON, { flags: '--provenance <text>', says: 'who judged, by what method' }],
  examples: [
    {
      line: 'framework map map.csv --id customer-map --provenance "Two of us, each alone, then together"',
      says: 'relate its items to SOC 2 and ISO 27001',
      files: { 'map.csv': MAPPINGS },
    },
  ],
  run: (context, given) => take(context, given, 'mappings'),
};

export const exportFramework: CommandSpec = {
  name: 'framework export',
  says: 'Writes a framework, or with --set a mapping set, to a file. Licensed texts are left out, and the file says so, unless --licensed asks for them.',
  args: [
    { name: '<id>', says: 'a framework, or a mapping set' },
    { name: '<file>', says: 'is written anew' },
  ],
  options: [
    {
      flags: '--format <format>',
      says: 'default json',
      choices: ['csv', 'xlsx', 'json', 'oscal-catalog', 'oscal-profile'],
    },
    { flags: '--licensed', says: 'with licensed texts, for those who may read them' },
    { flags: '--set', says: 'the id is a mapping set’s' },
  ],
  examples: [
    { line: 'framework export customer-scheme scheme.json --format oscal-catalog', says: 'as an OSCAL catalogue' },
    { line: 'framework export customer-map map-out.csv --format csv --set', says: 'a mapping set as a table' },
  ],
  async run(context, given) {
    const client = await context.client();
    const [id = '', file = ''] = given.args;
    const format = given.text('format') ?? 'json';
    const response = given.is('set')
      ? await client.call(mappingsDocument, {
          params: { id },
          query: mappingsDocument.query.parse({ format }),
        })
      : await client.call(frameworkDocument, {
          params: { id },
          query: frameworkDocument.query.parse({ format, ...(given.is('licensed') ? { licensed: true } : {}) }),
        });
    const bytes = new Uint8Array(await response.arrayBuffer());
    try {
      await writeFile(resolve(context.world.cwd, file), bytes);
    } catch (error) {
      throw refuseInput('file', { file, why: whyNot(error) });
    }
    return { json: { file, bytes: bytes.length }, text: `${file}: ${counted(bytes.length, 'byte')}.` };
  },
};
