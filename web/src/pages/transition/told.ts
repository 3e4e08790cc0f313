import type { TransitionPreview } from '@countersign/core/transition/view.ts';
import type { z } from 'zod';

export type Told = z.output<typeof TransitionPreview>;
export type ControlRow = Told['controls'][number];
export type NewerRow = Told['newer'][number];
export type OlderRow = Told['older'][number];

export interface Exclusion {
  readonly ref: string;
  readonly justification: string;
}

/** Where somebody decided otherwise than the table, by control and older item. */
export type Choices = ReadonlyMap<
  string,
  { readonly control: string; readonly ref: string; readonly to: readonly string[] }
>;
export const choiceKey = (control: string, ref: string): string => `${control} ${ref}`;

/** Lines of reference and justification; or the number of the first line that is none. */
export function exclusionsIn(text: string): readonly Exclusion[] | number {
  const found: Exclusion[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, ref, justification] = /^\s*(\S+?)[:;,]?\s+(?:[–-]\s+)?(.*\S)\s*$/.exec(line) ?? [];
    if (ref === undefined || justification === undefined || justification.length < 3) return i + 1;
    found.push({ ref, justification });
  }
  return found;
}
