import glossary from '@countersign/catalogs/glossary/terms.json' with { type: 'json' };
import { z } from 'zod';

const Term = z.strictObject({
  id: z.string(),
  term: z.string(),
  says: z.string(),
  /** Other forms of the word, and what else it is called. */
  also: z.array(z.string()).default([]),
  /** Where the standards use the thing. */
  clauses: z.array(z.string()).default([]),
  see: z.array(z.string()).default([]),
});
export type Term = Readonly<z.infer<typeof Term>>;

const Glossary = z.object({
  $meta: z.object({ says: z.string() }),
  sections: z.array(z.strictObject({ id: z.string(), title: z.string(), terms: z.array(Term) })),
});

const parsed = Glossary.parse(glossary);

export const GLOSSARY: readonly { readonly id: string; readonly title: string; readonly terms: readonly Term[] }[] =
  parsed.sections;
export const GLOSSARY_SAYS = parsed.$meta.says;

const byId: ReadonlyMap<string, Term> = new Map(
  GLOSSARY.flatMap(({ terms }) => terms.map((term) => [term.id, term] as const)),
);

/** The term of that id, or undefined. */
export const termOf = (id: string): Term | undefined => byId.get(id);
