import data from '@countersign/catalogs/gap/documents.json' with { type: 'json' };
import { z } from 'zod';

const Catalogue = z.object({
  $meta: z.object({ source: z.string(), on: z.iso.date() }),
  documents: z.array(
    z.object({
      framework: z.string(),
      id: z.string(),
      title: z.string(),
      says: z.string(),
      refs: z.array(z.string()).min(1),
      need: z.enum(['required', 'usual']),
      controls: z.array(z.string()).min(1),
      effort: z.tuple([z.number(), z.number(), z.number()]),
      source: z.string(),
    }),
  ),
});
const catalogue = Catalogue.parse(data);

/** Something a framework asks for in writing, which no other framework's evidence replaces. */
export type OwnDocument = z.infer<typeof Catalogue>['documents'][number];

export const DOCUMENTS_SOURCE = { source: catalogue.$meta.source, on: catalogue.$meta.on };
export const DOCUMENTS: readonly OwnDocument[] = catalogue.documents;

export const documentsOf = (framework: string): readonly OwnDocument[] =>
  catalogue.documents.filter((document) => document.framework === framework);
