import policies from '@countersign/catalogs/policies/templates.json' with { type: 'json' };
import { z } from 'zod';
import { READERS } from './readers.ts';

const Templates = z.object({
  templates: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      says: z.string(),
      appliesTo: z.array(z.enum(READERS)).min(1),
      acknowledgeWithin: z.int(),
      text: z.array(z.string()),
    }),
  ),
});

export interface PolicyTemplate {
  readonly id: string;
  readonly title: string;
  /** What it is for, in a sentence. */
  readonly says: string;
  readonly appliesTo: readonly (typeof READERS)[number][];
  readonly acknowledgeWithin: number;
  /** Markdown. */
  readonly text: string;
}

/** Policies to begin from, in our own words: each is to be made true of the company before it is submitted. */
export const TEMPLATES: readonly PolicyTemplate[] = Templates.parse(policies).templates.map(
  ({ text, ...template }) => ({
    ...template,
    text: `${text.join('\n')}\n`,
  }),
);
