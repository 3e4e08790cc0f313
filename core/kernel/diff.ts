import { RESERVED } from './record.ts';

/** One field between two versions. `path` leads into it. */
export interface FieldChange {
  readonly path: readonly string[];
  /** Undefined where it was not there. */
  readonly before: unknown;
  readonly after: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field may be named like something every object has. */
const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** Equal as JSON, whatever the order of keys. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => isSame(one, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSame(own(a, key), own(b, key)));
}

/** What of a row is no field of its body: the stamp, and what an answer says of it. */
const STAMP: ReadonlySet<string> = new Set([...RESERVED, 'act', 'retired', 'logIndex']);

/**
 * What changed from one version of a record to the next, field by field in the order of names: into objects, and of a list as a whole, for which
 * member became which nobody can tell. Who recorded it when is not part of it. `before` is undefined for the first version: then every
 * field is new.
 */
export function diffOf(before: object | undefined, after: object): readonly FieldChange[] {
  const [old, now] = [before ?? {}, after].map((row) =>
    Object.fromEntries(Object.entries(row).filter(([field]) => !STAMP.has(field))),
  );
  return between(old ?? {}, now ?? {}, []);
}

function between(before: Fields, after: Fields, path: readonly string[]): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): readonly FieldChange[] => {
    const [a, b] = [own(before, name), own(after, name)];
    if (isSame(a, b)) return [];
    const here = [...path, name];
    return isFields(a) && isFields(b) ? between(a, b, here) : [{ path: here, before: a, after: b }];
  });
}

/** Members that came and went between two lists, each counted as often as it stands there. */
export function membersOf(
  before: readonly unknown[],
  after: readonly unknown[],
): { readonly added: readonly unknown[]; readonly removed: readonly unknown[] } {
  const left = [...before];
  const added = after.filter((member) => {
    const i = left.findIndex((other) => isSame(member, other));
    if (i === -1) return true;
    left.splice(i, 1);
    return false;
  });
  return { added, removed: left };
}
