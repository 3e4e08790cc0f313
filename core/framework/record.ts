import { z } from 'zod';
import { dateText, defineRecord, defineRefusals } from '../kernel/index.ts';
import { CATEGORIES, FRAMEWORKS, FRAMEWORK_IDS, isMandatory, isRequirement } from './catalog.ts';

export const refuseProgramme = defineRefusals('programme', {
  mandatory: {
    family: 'invalid',
    says: (p: { ref: string }) =>
      `${p.ref} cannot be out of scope: ISO clauses 4 to 10 and the Security category always apply.`,
  },
  unknownRef: {
    family: 'invalid',
    says: (p: { framework: string; ref: string }) => `${p.framework} has no requirement ${p.ref}.`,
  },
  several: {
    family: 'invalid',
    says: (p: { framework: string; ids: string }) =>
      `Several ${p.framework} programmes are in force: ${p.ids}. Name one with --programme.`,
  },
  none: { family: 'missing', says: (p: { framework: string }) => `No ${p.framework} programme is in force.` },
  categories: {
    family: 'invalid',
    says: (_: object) => 'Categories are for SOC 2, and Security is always one of them.',
  },
  dates: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `The programme would end on ${p.to}, before it starts on ${p.from}.`,
  },
});

/** One framework taken on: what of it is in scope, and why the rest is not. */
export const Programme = defineRecord('programme', {
  title: 'Programme',
  timeless: true,
  area: 'any',
  concerns: ({ id }) => ({ programmes: [id] }),
  body: z.strictObject({
    framework: z.enum(FRAMEWORK_IDS),
    title: z.string().min(1).max(200),
    categories: z.array(z.enum(CATEGORIES)).default(['security']).describe('SOC 2 only; Security is always one.'),
    outOfScope: z
      .array(z.strictObject({ ref: z.string(), justification: z.string().min(3).max(2000) }))
      .default([])
      .describe('Requirements that do not apply, each with its justification.'),
    from: dateText().optional(),
    to: dateText().optional(),
  }),
  holds(body) {
    const { framework, outOfScope, categories, from, to } = body;
    if (framework === 'soc2' ? !categories.includes('security') : categories.some((c) => c !== 'security')) {
      return refuseProgramme('categories', {}, ['categories']);
    }
    if (from !== undefined && to !== undefined && to < from) return refuseProgramme('dates', { from, to }, ['to']);
    for (const [i, { ref }] of outOfScope.entries()) {
      if (!isRequirement(framework, ref))
        return refuseProgramme('unknownRef', { framework, ref }, ['outOfScope', i, 'ref']);
      const requirement = FRAMEWORKS[framework].requirements.find((r) => r.ref === ref);
      if (requirement !== undefined && isMandatory(requirement))
        return refuseProgramme('mandatory', { ref }, ['outOfScope', i, 'ref']);
    }
    return undefined;
  },
});
