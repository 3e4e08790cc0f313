import type { AnyRow } from '@countersign/api/client.ts';
import type { Product, RecordDef } from '@countersign/core/kernel/index.ts';
import { ID, Refusal, RESERVED } from '@countersign/core/kernel/index.ts';
import { lstat, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { CommandSpec } from '../command.ts';
import type { Context } from '../context.ts';
import { readDocuments } from '../documents.ts';
import { whyNot } from '../files.ts';
import { before, Plan, printPlan } from '../plan.ts';
import { PlacedRefusal, refuseInput } from '../refusal.ts';
import { cell, counted, plain, table } from '../text.ts';

const CONTROL = `kind: control
id: AC-01
title: Access is reviewed every quarter
frequency: quarterly
startsOn: 2026-01-01
answers:
  soc2: [CC6.1]
  iso27001: [A.5.18]
`;

/** Larger imports are not tried first for the sake of showing old values beside new ones. */
const MOST_SHOWN = 2000;

export const apply: CommandSpec = {
  name: 'apply',
  says: 'Creates and changes records from YAML or JSON files: all or nothing, and a second run changes nothing.',
  args: [{ name: '<path...>', says: 'files, folders, or - for standard input' }],
  options: [
    { flags: '--dry-run', says: 'print the plan, save nothing' },
    { flags: '--prune <kind>', says: 'retire records of this kind that are not in the files', many: true },
  ],
  examples: [
    { line: 'apply controls.yaml --dry-run', says: 'what would change', files: { 'controls.yaml': CONTROL } },
    { line: 'apply controls.yaml', says: 'apply it' },
  ],
  async run(context, given) {
    const client = await context.client();
    const documents = await readDocuments(context.world, given.args);
    const records = documents.map(({ value }) => value);
    const input = { records, ...(given.texts('prune').length === 0 ? {} : { prune: given.texts('prune') }) };
    const isDry = given.is('dryRun');
    const send = async (dryRun: boolean) =>
      Plan.parse(
        (await client.act('records.apply', input, dryRun ? { dryRun } : { idempotencyKey: context.world.uuid() }))
          .answer,
      );
    try {
      const isShown = !context.flags.json && records.length <= MOST_SHOWN;
      const planned = isShown || isDry ? await send(true) : undefined;
      const were = isShown && planned !== undefined ? await before(client, planned) : new Map<string, AnyRow>();
      const plan = isDry && planned !== undefined ? planned : await send(false);
      return { json: plan, text: printPlan(plan, records, were, isDry) };
    } catch (error) {
      throw placed(error, documents);
    }
  },
};

/** A refusal that names a record by its place in the request, told by its place in the files. */
function placed(error: unknown, documents: Awaited<ReturnType<typeof readDocuments>>): unknown {
  if (!(error instanceof Refusal) || error.path === undefined) return error;
  const [head, ...rest] = error.path[0] === 'records' ? error.path.slice(1) : error.path;
  const document = typeof head === 'number' ? documents[head] : undefined;
  return document === undefined ? error : new PlacedRefusal(error, document.place(rest));
}

export const get: CommandSpec = {
  name: 'get',
  says: 'Shows the records of a kind, one of them, or its history.',
  args: [
    { name: '<kind>', says: 'control, check, person …' },
    { name: '[id]', says: 'one record' },
  ],
  options: [
    { flags: '--history', says: 'every version of the record, oldest first' },
    { flags: '--where <field=value>', says: 'only those with this value', many: true },
    { flags: '--search <text>', says: 'only those in which this text occurs' },
    { flags: '--sort <field>', says: 'by this field; -FIELD for descending' },
    { flags: '--limit <n>', says: 'how many, 1 to 200; default 50' },
    { flags: '--cursor <cursor>', says: 'go on where the page before ended' },
    { flags: '--all', says: 'all pages' },
    { flags: '--retired', says: 'retired ones too' },
  ],
  examples: [
    { line: 'get control', says: 'a page of controls' },
    { line: 'get control AC-01', says: 'one control' },
    { line: 'get control AC-01 --history', says: 'every version of it' },
  ],
  async run(context, given) {
    const client = await context.client();
    const [kind = '', id] = given.args;
    if (id !== undefined && given.is('history')) {
      const { asOf, knownAt } = context.clock;
      if (asOf !== undefined)
        throw refuseInput('usage', {
          says: 'A history is every version, whenever it held: it takes no --as-of. --known-at says what was recorded by then.',
        });
      const versions = await client.history(kind, id, { knownAt });
      const rows = versions.map((row) => [
        String(row.version),
        cell(row['recordedAt']),
        cell(row['actor']),
        changedIn(versions, row),
      ]);
      return { json: { versions }, text: table(['VERSION', 'RECORDED', 'BY', 'CHANGED'], rows) };
    }
    if (id !== undefined) {
      const row = await client.get(kind, id, context.clock);
      return { json: row, text: plain(stringify(row).trimEnd()) };
    }
    const limit = given.text('limit');
    const query = {
      ...context.clock,
      where: pairs(given.texts('where')),
      search: given.text('search'),
      sort: given.text('sort'),
      retired: given.is('retired') ? true : undefined,
    };
    if (given.is('all')) {
      const items: AnyRow[] = [];
      for await (const row of client.all(kind, query)) items.push(row);
      return { json: { items, total: items.length, next: null }, text: rowsOf(kind, items) };
    }
    const page = await client.list(kind, {
      ...query,
      limit: limit === undefined ? undefined : Number(limit),
      cursor: given.text('cursor'),
    });
    const more =
      page.next === null ? [] : [`${page.total} in all. The next page: --cursor ${page.next}; all of them: --all.`];
    return { json: page, text: rowsOf(kind, page.items), notes: more };
  },
};

export function pairs(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw refuseInput('pair', { text });
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

const STAMPS: ReadonlySet<string> = new Set([...RESERVED, 'act', 'retired']);
const bodyOf = (row: AnyRow): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(row).filter(([field]) => !STAMPS.has(field)));

function changedIn(versions: readonly AnyRow[], row: AnyRow): string {
  const past = versions[versions.indexOf(row) - 1];
  if (past === undefined) return '';
  const was = bodyOf(past);
  const now = bodyOf(row);
  return [...new Set([...Object.keys(was), ...Object.keys(now)])]
    .filter((field) => JSON.stringify(was[field]) !== JSON.stringify(now[field]))
    .join(', ');
}

const WIDEST = 60;
const shortened = (text: string): string => (text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text);

function rowsOf(kind: string, items: readonly AnyRow[]): string {
  if (items.length === 0) return `There is no ${kind} here.`;
  const short = ['title', 'name', ...Object.keys(bodyOf(items[0] ?? { kind, id: '', version: 0, head: 0 }))];
  const fields = [...new Set(short)]
    .filter((field) => items.some((row) => ['string', 'number', 'boolean'].includes(typeof row[field])))
    .slice(0, 4);
  return table(
    ['ID', ...fields.map((field) => field.toUpperCase())],
    items.map((row) => [row.id, ...fields.map((field) => shortened(cell(row[field])))]),
  );
}

export const exportRecords: CommandSpec = {
  name: 'export',
  says: 'Writes records as YAML as they were last recorded, a file each, so that apply changes nothing; with --as-of as they held then. What acts of its own make is left out unless --kind names it.',
  args: [{ name: '<dir>', says: 'made if it is not there' }],
  options: [{ flags: '--kind <kind>', says: 'only this kind', many: true }],
  examples: [
    { line: 'export records --kind control', says: 'the controls, to keep in git' },
    { line: 'apply records', says: 'changes nothing' },
  ],
  async run(context, given) {
    const client = await context.client();
    const product = await context.product();
    const [dir = '.'] = given.args;
    const defs = kindsOf(product, given.texts('kind'));
    // Apply compares with what was recorded last: what holds today instead would take back what is dated ahead.
    const { asOf, knownAt } = context.clock;
    const which = asOf === undefined ? { knownAt, heads: true } : { asOf, knownAt };
    const written: string[] = [];
    const left: string[] = [];
    for (const def of defs) {
      const names = new Set<string>();
      for await (const row of client.all(def.kind, which)) {
        names.add(await write(context, dir, def, row));
      }
      for (const name of names) written.push(`${def.kind}/${name}`);
      const there = await readdir(resolve(context.world.cwd, dir, def.kind)).catch(() => []);
      left.push(
        ...there.filter((name) => name.endsWith('.yaml') && !names.has(name)).map((name) => `${def.kind}/${name}`),
      );
    }
    const notes = left.length === 0 ? [] : [`Left as they were, though there is no such record: ${left.join(', ')}.`];
    return { json: { dir, files: written }, text: `${counted(written.length, 'record')} written to ${dir}.`, notes };
  },
};

function kindsOf(product: Product, kinds: readonly string[]): readonly RecordDef[] {
  if (kinds.length === 0) return [...product.records.values()].filter((def) => !def.ownActsOnly);
  return kinds.map((kind) => {
    const def = product.records.get(kind);
    if (def === undefined)
      throw refuseInput('usage', { says: `There is no kind “${kind}”: ${[...product.records.keys()].join(', ')}.` });
    return def;
  });
}

/** What apply takes of a row: kind, id and the fields of the body, in the order of its schema. */
export function fileOf(def: RecordDef, row: AnyRow): string {
  const fields = Object.keys(def.body.shape).flatMap((field) =>
    row[field] === undefined ? [] : [[field, row[field]] as const],
  );
  return stringify(
    { kind: def.kind, id: row.id, ...Object.fromEntries(fields) },
    { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2', schema: 'core' },
  );
}

/** Writes one record; the server's word for its id is not trusted with a path. */
async function write(context: Context, dir: string, def: RecordDef, row: AnyRow): Promise<string> {
  if (!ID.test(row.id)) throw refuseInput('unsafe', { name: row.id });
  const folder = resolve(context.world.cwd, dir, def.kind);
  const name = `${row.id}.yaml`;
  try {
    await mkdir(folder, { recursive: true });
    if ((await lstat(folder)).isSymbolicLink()) throw Object.assign(new Error(), { code: 'ELOOP' });
    // Renamed into place: a link of that name is replaced, not followed, and nobody reads half a file.
    const aside = join(folder, `.${name}.${context.world.uuid()}`);
    await writeFile(aside, fileOf(def, row), { flag: 'wx' });
    await rename(aside, join(folder, name));
  } catch (error) {
    throw refuseInput('folder', { folder, why: whyNot(error) });
  }
  return name;
}
