import type { Catalog } from './model.ts';
import type { Writing, Written } from './write.ts';
import { catalogOf, patched } from './write.ts';

/**
 * A framework that is loaded, as the catalogue that a profile is resolved against: the document that it was read from, with parameters, parts and
 * back matter. Where it has changed here since, as it stands here; where it was read from no document, of its items alone.
 */
export interface SourceCatalog {
  readonly catalog: Catalog;
  readonly is: 'document' | 'changed' | 'items';
}

export function sourceCatalog(written: Written, document: Catalog | undefined, writing: Writing): SourceCatalog {
  if (document === undefined) return { catalog: catalogOf(written, writing), is: 'items' };
  const catalog = patched(document, written, writing);
  // What was changed has a uuid of its own.
  return { catalog, is: catalog.uuid === document.uuid ? 'document' : 'changed' };
}

/** What is to be known of a resolution against it, in a sentence. */
export const SOURCE_NOTES: Readonly<Record<SourceCatalog['is'], string | undefined>> = {
  document: undefined,
  changed: 'It was changed here since it was loaded: the profile is resolved against it as it stands here.',
  items:
    'It was not read from an OSCAL document: what is taken has its titles and texts, and no parameters and no other parts. Ids are those of its OSCAL export.',
};
