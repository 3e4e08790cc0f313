import type { DocumentRead, DocumentsAsked } from './document-worker.ts';
import { inThread } from './thread.ts';

const BOUNDS = { seconds: 60, megabytes: 768, what: 'a document of a framework' };

/** Reads JSON and OSCAL in a thread of its own: it was made by whoever sent it. */
export const readDocuments = (asked: DocumentsAsked): Promise<DocumentRead> =>
  inThread<DocumentRead>(new URL('./document-worker.ts', import.meta.url), asked, BOUNDS);
