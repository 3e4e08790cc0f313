import type {
  DateOrder,
  ImportMapping,
  ImportProblem,
  ImportedControl,
  Sheet,
  SheetCell,
} from '@countersign/core/control/index.ts';
import { columnName, Control, readControls, refuseImport, suggestMapping } from '@countersign/core/control/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { RESERVED } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import { readSheet } from '../import/read.ts';
import type { Read } from '../import/worker.ts';
import { bytesOf, whileReading } from '../import/uploaded.ts';
import type { Organisation, Runtime } from '../runtime.ts';
import type { Blobs } from './blobs.ts';

export interface ImportAsk {
  readonly blob: string;
  readonly sheet?: string | undefined;
  readonly mapping?: ImportMapping | undefined;
  readonly dates?: DateOrder | undefined;
  readonly unknownOwners: 'problem' | 'leave-out';
  readonly leaveOut: readonly number[];
}

interface ImportPlan {
  readonly create: number;
  readonly change: number;
  readonly unchanged: number;
}

export interface ImportPreview {
  readonly format: 'csv' | 'xlsx';
  readonly sheets: readonly string[];
  readonly sheet?: string;
  readonly columns: readonly {
    readonly heading: string;
    readonly letter: string;
    readonly samples: readonly string[];
  }[];
  readonly mapping: ImportMapping;
  readonly rows: number;
  readonly controls: readonly {
    readonly row: number;
    readonly id: string;
    readonly title: string;
    readonly frequency: string;
    readonly did: 'create' | 'change' | 'unchanged';
    readonly fields: readonly string[];
  }[];
  readonly problems: readonly ImportProblem[];
  readonly plan: ImportPlan;
}

export interface Imports {
  preview(org: Organisation, actor: Actor, ask: ImportAsk): Promise<ImportPreview>;
  apply(
    org: Organisation,
    actor: Actor,
    ask: ImportAsk,
  ): Promise<{ readonly index: number | null; readonly recordedAt: string; readonly plan: ImportPlan }>;
}

const Someone = z.object({ id: z.string(), email: z.string().optional() });
const Plan = z.object({
  create: z.array(z.object({ id: z.string() })),
  change: z.array(z.object({ id: z.string(), fields: z.array(z.string()) })),
  unchanged: z.int(),
});
const Shown = z.object({ title: z.string(), frequency: z.string() });

/** Control matrices out of uploaded spreadsheets: read, shown, and taken by the one act that takes files. */
export function imports({
  runner,
  files,
}: {
  readonly runner: Runtime;
  readonly files: Pick<Blobs, 'find' | 'read'>;
}): Imports {
  const sheetIn = (org: Organisation, ask: ImportAsk): Promise<Read> =>
    whileReading(async () => readSheet(await bytesOf(files, org, ask.blob), ask.sheet));

  async function all(org: Organisation, actor: Actor, kind: string): Promise<readonly object[]> {
    const rows: object[] = [];
    let cursor: string | undefined;
    do {
      const page = await runner.list(org, actor, kind, {
        heads: true,
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      });
      rows.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return rows;
  }

  /** The rows of a sheet, read against what the organisation has. */
  async function readIn(org: Organisation, actor: Actor, ask: ImportAsk) {
    const read = await sheetIn(org, ask);
    const leftOut = new Set(ask.leaveOut);
    const sheet: Sheet = { ...read.sheet, rows: read.sheet.rows.filter(({ row }) => !leftOut.has(row)) };
    const mapping = ask.mapping ?? suggestMapping(sheet.columns);
    const people = (await all(org, actor, 'person')).map((row) => Someone.parse(row));
    const existing = (await all(org, actor, Control.kind)).map((row) => [Someone.parse(row).id, bodyOf(row)] as const);
    const { dates, unknownOwners } = ask;
    const options = { mapping, unknownOwners, dates };
    return { read, sheet, mapping, ...readControls(sheet, options, { people, controls: new Map(existing) }) };
  }

  const take = async (org: Organisation, actor: Actor, controls: readonly ImportedControl[], dryRun: boolean) => {
    const records = controls.map(({ id, body }) => ({ ...body, kind: Control.kind, id }));
    const told = await runner.act(org, actor, 'records.apply', { records }, { dryRun });
    return { ...told, plan: Plan.parse(told.answer) };
  };
  const counted = ({ create, change, unchanged }: z.infer<typeof Plan>): ImportPlan => ({
    create: create.length,
    change: change.length,
    unchanged,
  });

  return {
    async preview(org, actor, ask) {
      const { read, sheet, mapping, controls, problems } = await readIn(org, actor, ask);
      const { plan } = await take(org, actor, controls, true);
      const created = new Set(plan.create.map(({ id }) => id));
      const changed = new Map(plan.change.map(({ id, fields }) => [id, fields]));
      return {
        format: read.format,
        sheets: read.sheets,
        ...(read.name === undefined ? {} : { sheet: read.name }),
        columns: sheet.columns.map((heading, i) => ({
          heading,
          letter: columnName(i),
          samples: samplesOf(read.sheet, i),
        })),
        mapping,
        rows: read.sheet.rows.length,
        controls: controls.map(({ row, id, body }) => ({
          row,
          id,
          ...Shown.parse(body),
          did: created.has(id) ? 'create' : changed.has(id) ? 'change' : 'unchanged',
          fields: changed.get(id) ?? [],
        })),
        problems,
        plan: counted(plan),
      };
    },
    async apply(org, actor, ask) {
      const { controls, problems } = await readIn(org, actor, ask);
      const [first] = problems;
      if (first !== undefined) {
        const n = new Set(problems.map(({ row }) => row)).size;
        throw refuseImport('problems', { n, first: `${first.cell}: ${first.says}` }, ['row', first.row]);
      }
      if (controls.length === 0) throw refuseImport('nothing', {});
      const { index, recordedAt, plan } = await take(org, actor, controls, false);
      return { index, recordedAt, plan: counted(plan) };
    },
  };
}

const SAMPLES = 3;
const MOST_SHOWN = 80;

const samplesOf = ({ rows }: Sheet, column: number): readonly string[] =>
  rows
    .flatMap(({ cells }) => shown(cells[column]))
    .slice(0, SAMPLES)
    .map((text) => (text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`));

function shown(cell: SheetCell | undefined): readonly string[] {
  if (cell === null || cell === undefined || cell === '') return [];
  if (typeof cell !== 'object') return [String(cell)];
  if ('date' in cell) return [cell.date];
  return ['formula' in cell ? 'a formula' : cell.error];
}

const bodyOf = (row: object): Readonly<Record<string, unknown>> => {
  const reserved: readonly string[] = RESERVED;
  return Object.fromEntries(Object.entries(row).filter(([field]) => !reserved.includes(field)));
};
