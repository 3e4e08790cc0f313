import type { LICENCES } from '@countersign/core/framework/index.ts';
import type { ImportRead } from './document-worker.ts';
import type { FrameworksKnown, HeadAsked } from './found.ts';

/** From the one that binds least to the one that binds most. */
const BINDING = ['public', 'own', 'licensed'] as const satisfies readonly (typeof LICENCES)[number][];

/**
 * The licence of what a profile stands for (decision 31). Words that are licensed stay so, whatever was recorded: that is `said`. Where all that it imports
 * is loaded and may be handed out, the licence that binds most goes along unless something else is recorded or asked: `otherwise`. Of a
 * file nobody has said whose words it holds.
 */
export function inheritedBy(
  imports: readonly ImportRead[],
  known: FrameworksKnown,
): { readonly said: HeadAsked; readonly otherwise: HeadAsked } {
  const heads = imports.flatMap(({ framework }) => {
    const head = framework === undefined ? undefined : known.get(framework)?.head;
    return head === undefined ? [] : [head];
  });
  const licences = heads.map(({ licence }) => licence ?? 'licensed');
  const most = BINDING.findLast((licence) => licences.includes(licence));
  const note = heads.find(({ licence, licenceNote }) => licence === most && licenceNote !== undefined)?.licenceNote;
  const otherwise = note === undefined ? {} : { licenceNote: note };
  if (most === 'licensed') return { said: { licence: most }, otherwise };
  const isAllLoaded = imports.length > 0 && imports.every(({ by }) => by !== 'file');
  return { said: {}, otherwise: most === undefined || !isAllLoaded ? {} : { ...otherwise, licence: most } };
}
