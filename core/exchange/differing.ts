/** Which fields of a row a patch would change: equal as JSON, whatever the order of keys. */
export const differing = (row: object, patch: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(patch).filter(
    (field) => sorted((row as Readonly<Record<string, unknown>>)[field]) !== sorted(patch[field]),
  );

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? '';

/** Without the fields that say nothing. */
export const present = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
