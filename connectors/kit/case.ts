import type { Data } from './connector.ts';

/** The data of a check's case as a source gives it that could not read some fields: they are absent. */
export function lacking(data: Data, ...fields: readonly string[]): Data {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !fields.includes(name)));
}
