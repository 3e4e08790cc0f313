import { z } from 'zod';
import { problemsOfItems } from './items.ts';
import type { KnownFramework } from './items.ts';
import { LoadedFramework, LoadedItem, MOST_ITEMS } from './load.ts';
import { LoadedMapping, LoadedSet, MOST_MAPPINGS } from './load-mappings.ts';
import { problemsOfMappings } from './mappings.ts';
import type { RefsByFramework } from './mappings.ts';
import type { LoadProblem, Place } from './rows.ts';

/** Our own form of a framework and of a mapping set, as JSON: docs/frameworks.md shows one of each. */

export const FrameworkDocument = z.strictObject({
  format: z.literal('countersign-framework'),
  version: z.literal(1),
  framework: LoadedFramework.omit({ document: true, groups: true }),
  groups: LoadedFramework.shape.groups.default([]),
  items: z.array(LoadedItem).min(1).max(MOST_ITEMS),
  leftOut: z.string().max(200).optional().describe('What the export kept back; not read.'),
});
export type FrameworkDocument = z.infer<typeof FrameworkDocument>;

export const MappingsDocument = z.strictObject({
  format: z.literal('countersign-mappings'),
  version: z.literal(1),
  set: LoadedSet,
  mappings: z.array(LoadedMapping).min(1).max(MOST_MAPPINGS),
});
export type MappingsDocument = z.infer<typeof MappingsDocument>;

/** RFC 6901. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const MOST_PROBLEMS = 200;

/** A document held against its schema: what it says, or each thing that is wrong with where. */
function read<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { readonly said: T } | { readonly problems: readonly LoadProblem[] } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { said: parsed.data };
  const problems = parsed.error.issues.slice(0, MOST_PROBLEMS).map((issue): LoadProblem => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const pointer = pointerTo([...issue.path, ...(unknown === undefined ? [] : [unknown])]);
    return { pointer, code: 'schema', says: unknown === undefined ? `${issue.message}.` : 'There is no such field.' };
  });
  return { problems };
}

export interface ReadDocument<T> {
  readonly said: T | undefined;
  readonly problems: readonly LoadProblem[];
}

export function readFrameworkDocument(
  value: unknown,
  knownOf: (framework: string) => KnownFramework | undefined,
): ReadDocument<FrameworkDocument> {
  const found = read(FrameworkDocument, value);
  if ('problems' in found) return { said: undefined, problems: found.problems };
  const { framework, groups, items } = found.said;
  const place = (i: number, field: string): Place => ({ pointer: pointerTo(['items', i, field]) });
  const ids = new Set<string>();
  const problems: LoadProblem[] = [];
  for (const [i, { id, parent }] of groups.entries()) {
    const isOff = ids.has(id) || (parent !== undefined && !ids.has(parent));
    const says = `The group “${id}” is given twice, or lies within one that does not stand before it.`;
    if (isOff) problems.push({ pointer: pointerTo(['groups', i]), code: 'group', says });
    ids.add(id);
  }
  for (const [i, { group }] of items.entries()) {
    if (group === undefined || ids.has(group)) continue;
    problems.push({ ...place(i, 'group'), code: 'group', says: `“${group}” is none of the document’s groups.` });
  }
  problems.push(...problemsOfItems(framework.id, items, place, knownOf(framework.id)));
  return { said: found.said, problems };
}

const STEPS = {
  fromFramework: ['from', 'framework'],
  from: ['from', 'ref'],
  toFramework: ['to', 'framework'],
  to: ['to', 'ref'],
  forward: ['strength'],
  backward: ['strength'],
} as const;

export function readMappingsDocument(value: unknown, refs: RefsByFramework): ReadDocument<MappingsDocument> {
  const found = read(MappingsDocument, value);
  if ('problems' in found) return { said: undefined, problems: found.problems };
  const problems = problemsOfMappings(found.said.mappings, refs, (i, field) => ({
    pointer: pointerTo(['mappings', i, ...(field in STEPS ? STEPS[field as keyof typeof STEPS] : [field])]),
  }));
  return { said: found.said, problems };
}
