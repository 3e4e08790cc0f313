import { z } from 'zod';
import type { ActDef } from './act.ts';
import { applyAct } from './apply.ts';
import { ID, references } from './id.ts';
import type { RecordDef } from './record.ts';
import { RESERVED } from './record.ts';
import type { Family, RefusalDef } from './refusal.ts';
import type { ViewDef } from './view.ts';

/** What a folder of core offers: any of its exports may be a declaration; the rest is passed over. */
export type Word = Readonly<Record<string, unknown>>;

/** A reference inside a body: the path with `*` for members, and the kind it names. */
export interface ReferenceAt {
  readonly field: string;
  readonly to: string;
}

export interface Product {
  readonly records: ReadonlyMap<string, RecordDef>;
  readonly acts: ReadonlyMap<string, ActDef>;
  readonly views: ReadonlyMap<string, ViewDef>;
  readonly references: ReadonlyMap<string, readonly ReferenceAt[]>;
  readonly refusals: ReadonlyMap<string, Family>;
}

const has = <T extends string>(value: unknown, tag: T): value is { readonly is: T } =>
  typeof value === 'object' && value !== null && 'is' in value && value.is === tag;

const isRefusals = (
  value: unknown,
): value is { readonly word: string; readonly codes: Record<string, RefusalDef<never>> } =>
  typeof value === 'function' && 'word' in value && 'codes' in value;

/**
 * Puts the declarations of all folders together, once, and refuses to start on: two things of one name, a reference to no
 * kind, a schema without a JSON form, a body that uses a reserved name, a lifecycle that names no state of its field.
 */
export function compose(words: readonly Word[]): Product {
  const records = new Map<string, RecordDef>();
  const acts = new Map<string, ActDef>();
  const views = new Map<string, ViewDef>();
  const refusals = new Map<string, Family>();
  const seen = new Set<unknown>();
  const put = <T>(map: Map<string, T>, what: string, name: string, value: T): void => {
    if (map.has(name)) throw new Error(`Two ${what}s are named ${name}`);
    map.set(name, value);
  };

  for (const value of words.flatMap((word) => Object.values(word))) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (has(value, 'record')) put(records, 'record', (value as RecordDef).kind, value as RecordDef);
    else if (has(value, 'act')) put(acts, 'act', (value as ActDef).name, value as ActDef);
    else if (has(value, 'view')) put(views, 'view', (value as ViewDef).name, value as ViewDef);
    else if (isRefusals(value)) {
      for (const [code, def] of Object.entries(value.codes))
        put(refusals, 'refusal', `${value.word}.${code}`, def.family);
    }
  }

  const referencesOf = new Map<string, readonly ReferenceAt[]>();
  for (const def of records.values()) {
    checkRecord(def);
    const found = referencesIn(def.body);
    for (const { field, to } of found) {
      if (!records.has(to)) throw new Error(`${def.kind}.${field} refers to ${to}, which is no kind`);
    }
    referencesOf.set(def.kind, found);
  }
  for (const act of acts.values()) {
    jsonForm(act.input, `input of ${act.name}`);
    checkTarget(act);
    if (act.answer !== undefined) jsonForm(act.answer, `answer of ${act.name}`);
    for (const { field, to } of referencesIn(act.input)) {
      if (!records.has(to)) throw new Error(`input of ${act.name}: ${field} refers to ${to}, which is no kind`);
    }
  }
  for (const view of views.values()) {
    jsonForm(view.input, `input of ${view.name}`);
    jsonForm(view.output, `output of ${view.name}`);
  }
  const apply = applyAct(records, (kind) => (referencesOf.get(kind) ?? []).map(({ to }) => to));
  put(acts, 'act', apply.name, apply);
  return {
    records: byName(records),
    acts: byName(acts),
    views: byName(views),
    references: referencesOf,
    refusals: byName(refusals),
  };
}

/** Loaders do not agree on the order of a module's exports; what is derived from it must not depend on that. */
const byName = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
  new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

function checkRecord(def: RecordDef): void {
  if (!ID.test(def.kind)) throw new Error(`${def.kind} is no name for a kind`);
  const fields = Object.keys(def.body.shape);
  for (const name of RESERVED)
    if (fields.includes(name)) throw new Error(`${def.kind} uses the reserved field ${name}`);
  jsonForm(def.body, def.kind);
  for (const name of def.internal) {
    if (!z.safeParse(def.body.shape[name] ?? z.never(), undefined).success)
      throw new Error(`${def.kind}.${name} is internal and not optional: a row without it would be none`);
  }
  const { lifecycle, effective } = def;
  if (effective !== undefined && !fields.includes(effective)) throw new Error(`${def.kind} has no field ${effective}`);
  if (lifecycle === undefined) return;
  const states = def.body.shape[lifecycle.field];
  const named = [lifecycle.starts, ...Object.values(lifecycle.moves).flatMap((m) => [...m.from, m.to])];
  for (const state of named) {
    if (!z.safeParse(states as z.ZodType, state).success)
      throw new Error(`${def.kind}: ${state} is no state of ${lifecycle.field}`);
  }
}

function checkTarget({ name, on, input, reads }: ActDef): void {
  if (on === undefined) return;
  if (!reads.includes(on.kind)) throw new Error(`${name} is on a ${on.kind.kind}, which it does not read`);
  if (!referencesIn(input).some(({ field, to }) => field === on.field && to === on.kind.kind))
    throw new Error(`${name} has no field ${on.field} that names a ${on.kind.kind}`);
}

function jsonForm(schema: z.ZodType, where: string): void {
  try {
    for (const io of ['input', 'output'] as const) z.toJSONSchema(schema, { io });
  } catch (error) {
    throw new Error(`${where} has no JSON form: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Every reference in a schema, at any depth: inside arrays, records, tuples, unions and behind wrappers. */
export function referencesIn(schema: z.ZodType): readonly ReferenceAt[] {
  const found = new Map<string, ReferenceAt>();
  const open = new Set<z.core.$ZodType>();
  const walk = (node: z.core.$ZodType, path: readonly string[]): void => {
    const to = references.get(node as z.ZodType)?.ref;
    if (to !== undefined) {
      const field = path.join('.');
      found.set(`${field}→${to}`, { field, to });
      return;
    }
    if (open.has(node)) return;
    open.add(node);
    const def = (node as z.core.$ZodTypes)._zod.def;
    switch (def.type) {
      case 'object':
        for (const [key, value] of Object.entries(def.shape)) walk(value, [...path, key]);
        break;
      case 'array':
        walk(def.element, [...path, '*']);
        break;
      case 'record':
        walk(def.valueType, [...path, '*']);
        break;
      case 'tuple':
        for (const item of def.items) walk(item, [...path, '*']);
        break;
      case 'union':
        for (const option of def.options) walk(option, path);
        break;
      case 'optional':
      case 'nullable':
      case 'default':
      case 'prefault':
      case 'nonoptional':
      case 'readonly':
      case 'catch':
        walk(def.innerType, path);
        break;
      default:
        break;
    }
    open.delete(node);
  };
  walk(schema, []);
  return [...found.values()];
}

/** The ids that a value names at a reference's path. */
export function namedAt(value: unknown, field: string): readonly string[] {
  let here: readonly unknown[] = [value];
  for (const step of field.split('.')) {
    here = here.flatMap((v) => {
      if (typeof v !== 'object' || v === null) return [];
      if (step === '*') return Object.entries(v).map(([, inner]): unknown => inner);
      return step in v ? [(v as Record<string, unknown>)[step]] : [];
    });
  }
  return here.filter((v): v is string => typeof v === 'string');
}
