import { z } from 'zod';
import type { EarlierEdition, FrameworkId } from '../framework/catalog.ts';
import { ISO27001_2013, isRequirement, SUCCESSORS_2013 } from '../framework/catalog.ts';
import { defineRefusals, ID, parseDate } from '../kernel/index.ts';
import type { Sheet, SheetCell } from './cells.ts';
import { columnName, isEmptyRow, plain, textOf, Unreadable } from './cells.ts';
import { Control } from './record.ts';
import { FREQUENCIES } from './schedule.ts';
import type { Frequency } from './schedule.ts';

/** A control matrix as companies have it, in a spreadsheet, read into controls: every cell is taken, left out by name, or a problem that says which. */

export const refuseImport = defineRefusals('import', {
  file: { family: 'invalid', says: (p: { why: string }) => `The file cannot be read: ${p.why}.` },
  large: {
    family: 'invalid',
    says: (p: { what: string; most: string }) => `The file has more than ${p.most} ${p.what}.`,
  },
  empty: { family: 'invalid', says: (_: object) => 'The file has no line of headings with rows under it.' },
  sheet: {
    family: 'invalid',
    says: (p: { name: string; names: string }) => `There is no sheet “${p.name}”: ${p.names}.`,
  },
  column: {
    family: 'invalid',
    says: (p: { field: string }) => `${p.field} is mapped to a column that the file does not have.`,
  },
  problems: {
    family: 'invalid',
    says: (p: { n: number; first: string }) =>
      `${p.n === 1 ? 'One row cannot' : `${p.n} rows cannot`} be taken, and so nothing was: ${p.first} Mend the file, or name the rows that are to be left out.`,
  },
  nothing: { family: 'invalid', says: (_: object) => 'No row is left to take.' },
  busy: { family: 'unmet', says: (_: object) => 'Another file is being read. Repeat in a moment.' },
});

/** What a column may be mapped to. */
export const IMPORT_FIELDS = [
  'id',
  'title',
  'description',
  'frequency',
  'owner',
  'startsOn',
  'endsOn',
  'implementedOn',
  'soc2',
  // Before the edition of today, whose headings begin alike.
  'iso2013',
  'iso27001',
  'evidence',
  'days',
  'grace',
  'domain',
  'nature',
  'ownerRole',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Which column, counted from 0, holds which field. */
export const ImportMapping = z.strictObject(
  Object.fromEntries(IMPORT_FIELDS.map((field) => [field, z.int().min(0).max(199).optional()])) as {
    [F in ImportField]: z.ZodOptional<z.ZodInt>;
  },
);
export type ImportMapping = z.infer<typeof ImportMapping>;

export const DATE_ORDERS = ['dmy', 'mdy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

export interface ImportProblem {
  readonly row: number;
  /** The cell, as spreadsheets name it: `C7`; of a whole row, its first. */
  readonly cell: string;
  readonly field?: ImportField;
  readonly code: string;
  readonly says: string;
}

export interface ImportedControl {
  readonly row: number;
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ImportKnown {
  readonly people: readonly { readonly id: string; readonly email?: string | undefined }[];
  /** The last version of each control there is, by id. */
  readonly controls: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

export interface ImportOptions {
  readonly mapping: ImportMapping;
  /** How dates such as 03/04/2026 are to be read; without it they are a problem. */
  readonly dates?: DateOrder | undefined;
  /** Leave the owner out where nobody has the address. */
  readonly unknownOwners: 'problem' | 'leave-out';
}

/** Headings by what they say without blanks and signs; the longest that is found in one wins. */
const HEADINGS: Readonly<Record<ImportField, readonly string[]>> = {
  id: [
    'id',
    'controlid',
    'controlnumber',
    'controlno',
    'controlref',
    'controlreference',
    'reference',
    'number',
    'no',
    'key',
  ],
  title: ['title', 'controltitle', 'controlname', 'name', 'control'],
  description: ['description', 'controldescription', 'controlactivity', 'controlstatement', 'details', 'statement'],
  frequency: ['frequency', 'controlfrequency', 'howoften', 'cadence', 'periodicity', 'interval'],
  owner: [
    'owner',
    'controlowner',
    'owneremail',
    'controlowneremail',
    'responsible',
    'responsibleperson',
    'email',
    'assignee',
  ],
  startsOn: [
    'startson',
    'startdate',
    'start',
    'starts',
    'effectivedate',
    'effectivefrom',
    'operatingsince',
    'livesince',
  ],
  endsOn: ['endson', 'enddate', 'end', 'retiredon'],
  implementedOn: ['implementedon', 'implementationdate', 'implemented', 'dateimplemented'],
  soc2: [
    'soc2',
    'soc2refs',
    'soc2criteria',
    'soc2mapping',
    'tsc',
    'tscrefs',
    'tsccriteria',
    'trustservicescriteria',
    'criteria',
  ],
  iso2013: ['iso270012013', 'iso27001edition2013', 'iso2013', 'annexa2013', 'isoannexa2013', 'soa2013'],
  iso27001: [
    'iso27001',
    'iso',
    'isorefs',
    'isomapping',
    'iso27001refs',
    'iso270012022',
    'iso27001mapping',
    'annexa',
    'isoannexa',
    'isoclause',
    'isocontrol',
  ],
  evidence: ['evidence', 'evidencerequired'],
  days: ['days', 'weekdays'],
  grace: ['grace', 'graceperiod'],
  domain: ['domain', 'category', 'area', 'family', 'group'],
  nature: ['nature', 'controltype', 'type', 'automation', 'manualautomated'],
  ownerRole: ['ownerrole', 'ownertitle', 'ownerfunction', 'role', 'team', 'department'],
};

/** What each column most likely holds: only where the heading says so, and no field twice. */
export function suggestMapping(columns: readonly string[]): ImportMapping {
  const mapping: Partial<Record<ImportField, number>> = {};
  const taken = new Set<number>();
  const take = (isMatch: (heading: string, words: readonly string[]) => boolean): void => {
    for (const field of IMPORT_FIELDS) {
      if (mapping[field] !== undefined) continue;
      const column = columns.findIndex((heading, i) => !taken.has(i) && isMatch(plain(heading), HEADINGS[field]));
      if (column < 0) continue;
      mapping[field] = column;
      taken.add(column);
    }
  };
  take((heading, words) => words.includes(heading));
  // “SOC 2 criteria (2017)”, “ISO 27001:2022 Annex A”, “Owner e-mail”.
  take((heading, words) => words.some((word) => word.length >= 4 && heading.startsWith(word)));
  return mapping;
}

const FREQUENCY_WORDS: Readonly<Record<string, Frequency>> = {
  ...Object.fromEntries(FREQUENCIES.map((frequency) => [plain(frequency), frequency])),
  ongoing: 'continuous',
  automated: 'continuous',
  realtime: 'continuous',
  everyday: 'daily',
  everyweek: 'weekly',
  everymonth: 'monthly',
  everyquarter: 'quarterly',
  semiannually: 'semiannual',
  halfyearly: 'semiannual',
  twiceayear: 'semiannual',
  every6months: 'semiannual',
  annually: 'annual',
  yearly: 'annual',
  everyyear: 'annual',
  onceayear: 'annual',
  event: 'per-event',
  eventdriven: 'per-event',
  eachevent: 'per-event',
  adhoc: 'per-event',
  asneeded: 'per-event',
  ondemand: 'per-event',
  peroccurrence: 'per-event',
  multipletimesperday: 'daily',
};

const YES = new Set(['yes', 'y', 'true', '1', 'required', 'x']);
const NO = new Set(['no', 'n', 'false', '0', 'optional', 'notrequired']);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const two = (n: number): string => String(n).padStart(2, '0');

function dateOf(text: string, order: DateOrder | undefined): string {
  const made = (y: string, m: number, d: number): string => {
    const date = `${y}-${two(m)}-${two(d)}`;
    if (parseDate(date) === undefined) throw new Unreadable('date', `“${text}” is no date of the years 1970 to 2999.`);
    return date;
  };
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text);
  if (iso) return made(iso[1] ?? '', Number(iso[2]), Number(iso[3]));
  const worded = /^(\d{1,2})[ .-]?([A-Za-z]{3,9})[., -]*(\d{4})$/.exec(text);
  if (worded) {
    const month = MONTHS.indexOf((worded[2] ?? '').slice(0, 3).toLowerCase());
    if (month >= 0) return made(worded[3] ?? '', month + 1, Number(worded[1]));
  }
  const parts = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  if (parts === null) throw new Unreadable('date', `“${text}” is no date: write 2026-03-31.`);
  const [a, b, year] = [Number(parts[1]), Number(parts[2]), parts[3] ?? ''];
  if (a > 12 && b <= 12) return made(year, b, a);
  if (b > 12 && a <= 12) return made(year, a, b);
  if (a === b) return made(year, a, b);
  if (order === undefined) {
    throw new Unreadable('date-order', `“${text}” may be two dates: say whether the day or the month comes first.`);
  }
  return order === 'dmy' ? made(year, b, a) : made(year, a, b);
}

/** References as people write them: `cc6.1`, `A5.15`, `A.5.15 - Access control`; or why one is none. */
function refsOf(framework: FrameworkId | EarlierEdition, text: string): readonly string[] {
  const found = text
    .split(/[,;\n|]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => {
      const words = part.split(/\s+/);
      // Several in one breath, or one with its title.
      return words.every((word) => /\d/.test(word)) ? words : [words[0] ?? ''];
    });
  return [...new Set(found.map((given) => refOf(framework, given)))];
}

function refOf(framework: FrameworkId | EarlierEdition, given: string): string {
  const written = given
    .toUpperCase()
    .replace(/[():]+$/, '')
    .replace(/\.$/, '');
  if (framework === 'soc2') {
    if (isRequirement('soc2', written)) return written;
    throw new Unreadable('ref', `SOC 2 has no criterion ${given}.`);
  }
  const annex = /^A[.-]?(\d+(?:\.\d+)*)$/.exec(written)?.[1];
  const ref = annex === undefined ? written : `A.${annex}`;
  if (framework === 'iso27001-2013') return ref2013Of(ref, given);
  if (isRequirement('iso27001', ref)) return ref;
  const successors = SUCCESSORS_2013.get(ref);
  if (successors !== undefined && successors.length > 0) {
    throw new Unreadable(
      'ref-2013',
      `${ref} is of the 2013 edition; in that of 2022 it is ${successors.join(', ')}. A matrix of that edition has a column of its own.`,
    );
  }
  const near = isRequirement('iso27001', `A.${ref}`) ? ` Is A.${ref} meant?` : '';
  throw new Unreadable(
    'ref',
    `ISO/IEC 27001:2022 has no clause or Annex A control ${given} that can be answered.${near}`,
  );
}

const refs2013 = new Set(ISO27001_2013.requirements.map(({ ref }) => ref));

function ref2013Of(ref: string, given: string): string {
  if (refs2013.has(ref)) return ref;
  const near = refs2013.has(`A.${ref}`) ? ` Is A.${ref} meant?` : '';
  const newer = isRequirement('iso27001', ref) ? ' It is of the 2022 edition.' : '';
  throw new Unreadable(
    'ref',
    `ISO/IEC 27001:2013 has no clause or Annex A control ${given} that can be answered.${near}${newer}`,
  );
}

type Reader = (cell: SheetCell | undefined, options: ImportOptions, known: ImportKnown) => unknown;

const text: Reader = (cell) => textOf(cell);
const date: Reader = (cell, { dates }) => {
  const given = textOf(cell);
  return given === undefined ? undefined : dateOf(given, dates);
};
const refs =
  (framework: FrameworkId | EarlierEdition): Reader =>
  (cell) => {
    if (typeof cell === 'number' && !Number.isInteger(cell)) {
      throw new Unreadable('number', `${cell} is a number: 5.1 and 5.10 look the same in one. Make the column text.`);
    }
    const given = textOf(cell);
    return given === undefined ? undefined : refsOf(framework, given);
  };

/** A word out of a few, or why it is none. */
const chosen =
  <T>(words: (word: string) => T | undefined, says: (given: string) => string, code: string): Reader =>
  (cell) => {
    const given = textOf(cell);
    if (given === undefined) return undefined;
    const found = words(plain(given));
    if (found === undefined) throw new Unreadable(code, says(given));
    return found;
  };

const READERS: Readonly<Record<ImportField, Reader>> = {
  id: text,
  title: text,
  description: text,
  frequency: chosen(
    (word) => (Object.hasOwn(FREQUENCY_WORDS, word) ? FREQUENCY_WORDS[word] : undefined),
    (given) => `“${given}” is no frequency: ${FREQUENCIES.join(', ')}.`,
    'frequency',
  ),
  owner(cell, { unknownOwners }, { people }) {
    const given = textOf(cell);
    if (given === undefined) return undefined;
    const mail = (/<([^<>]+)>$/.exec(given)?.[1] ?? given).toLowerCase();
    const found = people.filter(({ id, email }) => id === given || email?.toLowerCase() === mail);
    const [one, ...others] = found;
    if (one !== undefined && others.length === 0) return one.id;
    if (one !== undefined) throw new Unreadable('owner', `Several people have the address ${mail}.`);
    if (unknownOwners === 'leave-out') return undefined;
    throw new Unreadable('owner', `Nobody here has the address “${given}”: add the person first, or leave owners out.`);
  },
  startsOn: date,
  endsOn: date,
  implementedOn: date,
  soc2: refs('soc2'),
  iso2013: refs('iso27001-2013'),
  iso27001: refs('iso27001'),
  evidence: chosen(
    (word) => (YES.has(word) ? 'required' : NO.has(word) ? 'optional' : undefined),
    (given) => `“${given}” is neither required nor optional.`,
    'evidence',
  ),
  days: chosen(
    (word) =>
      ['weekdays', 'workingdays', 'businessdays'].includes(word) ? 'weekdays' : word === 'all' ? 'all' : undefined,
    (given) => `“${given}” is neither all nor weekdays.`,
    'days',
  ),
  grace: text,
  domain: text,
  nature: chosen(
    (word) =>
      word.startsWith('manual') && !word.includes('auto')
        ? 'manual'
        : ['hybrid', 'semiautomated', 'manualautomated', 'itdependentmanual', 'partlyautomated'].includes(word)
          ? 'hybrid'
          : ['automated', 'automatic', 'auto'].includes(word)
            ? 'automated'
            : undefined,
    (given) => `“${given}” is neither manual, hybrid nor automated.`,
    'nature',
  ),
  ownerRole: text,
};

const slug = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 60)
    .replace(/-+$/, '');

const fieldOfAnswers = (framework: string): string => (framework === 'iso27001-2013' ? 'iso2013' : framework);

/** Of a body that no control may have: the field, where it is one of ours, and the sentence. */
function wrongWith(body: Readonly<Record<string, unknown>>): { field: string; says: string } | undefined {
  const parsed = Control.body.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const [field = '', ...rest] = (issue?.path ?? []).map(String);
    return {
      field: field === 'answers' ? fieldOfAnswers(rest[0] ?? field) : field,
      says: `${issue?.message ?? 'It is not valid'}.`,
    };
  }
  const refused = Control.holds(parsed.data as never);
  return refused && { field: String(refused.path?.[0] ?? ''), says: refused.message };
}

/**
 * Every row as a control or as problems, never as both. A cell that is empty leaves what an existing control has; columns that are not mapped
 * are not read. Rows without anything in them are passed over.
 */
export function readControls(
  sheet: Sheet,
  options: ImportOptions,
  known: ImportKnown,
): { readonly controls: readonly ImportedControl[]; readonly problems: readonly ImportProblem[] } {
  const { mapping } = options;
  for (const field of IMPORT_FIELDS) {
    const column = mapping[field];
    if (column !== undefined && column >= sheet.columns.length)
      throw refuseImport('column', { field }, ['mapping', field]);
  }
  const controls: ImportedControl[] = [];
  const problems: ImportProblem[] = [];
  const seen = new Map<string, number>();
  for (const { row, cells } of sheet.rows) {
    if (isEmptyRow(cells)) continue;
    const before = problems.length;
    const at = (field: ImportField | undefined): string =>
      `${columnName((field === undefined ? undefined : mapping[field]) ?? 0)}${row}`;
    const problem = (field: ImportField | undefined, code: string, says: string): void => {
      problems.push({ row, cell: at(field), ...(field === undefined ? {} : { field }), code, says });
    };

    const given: Partial<Record<ImportField, unknown>> = {};
    for (const field of IMPORT_FIELDS) {
      const column = mapping[field];
      if (column === undefined) continue;
      try {
        given[field] = READERS[field](cells[column], options, known);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        problem(field, error.code, error.message);
      }
    }
    const id = typeof given.id === 'string' ? given.id : slug(typeof given.title === 'string' ? given.title : '');
    if (problems.length === before && id === '') problem('id', 'id', 'The row has neither an id nor a title.');
    else if (problems.length === before && !ID.test(id)) {
      problem('id', 'id', `“${id}” is no id: letters, digits, dots, dashes and underscores, at most 100, no blank.`);
    }
    const first = seen.get(id);
    if (id !== '' && first !== undefined) problem('id', 'twice', `“${id}” stands in row ${first} already.`);
    else seen.set(id, row);
    if (problems.length > before) continue;

    const body = bodyOf(given, known.controls.get(id));
    const wrong = wrongWith(body);
    if (wrong === undefined) controls.push({ row, id, body });
    else {
      const field = IMPORT_FIELDS.find((one) => one === wrong.field);
      const missing = field !== undefined && body[field] === undefined;
      problem(field, missing ? 'missing' : 'invalid', missing ? `The control needs a ${field}.` : wrong.says);
    }
  }
  return { controls, problems };
}

/** What a control has, with what the row says laid over it. */
function bodyOf(
  { id: _, soc2, iso27001, iso2013, ...given }: Partial<Record<ImportField, unknown>>,
  existing: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const answers = typeof existing['answers'] === 'object' ? existing['answers'] : {};
  return Object.fromEntries(
    Object.entries({
      ...existing,
      ...present(given),
      answers: { ...answers, ...present({ soc2, iso27001, 'iso27001-2013': iso2013 }) },
    }).filter(([, value]) => value !== undefined),
  );
}

const present = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
