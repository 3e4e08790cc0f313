import shipped from '@countersign/catalogs/planner/parameters.json' with { type: 'json' };
import { z } from 'zod';
import { LIBRARY } from '../control/library.ts';

const { readiness } = z.object({ readiness: z.object({ controls: z.array(z.string()) }) }).parse(shipped);
const titles = new Map(LIBRARY.map(({ id, body }) => [id, body.title]));

/** Controls of the library that cost little and serve either framework later: what a company does that needs neither yet. */
export const READINESS: readonly { readonly id: string; readonly title: string }[] = readiness.controls.map((id) => {
  const title = titles.get(id);
  if (title === undefined) throw new TypeError(`The library has no ${id}`);
  return { id, title };
});
