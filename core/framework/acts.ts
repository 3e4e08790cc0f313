import { z } from 'zod';
import type { Change } from '../kernel/index.ts';
import { change, create, defineAct } from '../kernel/index.ts';
import { SHIPPED } from './catalog.ts';
import { itemId, OwnFramework, OwnRequirement, refText, refuseFramework, RequirementText } from './own.ts';

export const writeRequirementText = defineAct('requirement-text.write', {
  says: 'Keeps what a framework says of an item in its own words, for those inside the organisation who may read it; empty takes it back.',
  input: z.strictObject({
    framework: z.string().max(40),
    ref: refText(),
    text: z.string().max(40_000),
  }),
  reads: [OwnFramework, OwnRequirement, RequirementText],
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { framework, ref, text }): readonly Change[] {
    const own = book.framework.find(framework);
    if (own === undefined && !SHIPPED.has(framework))
      throw refuseFramework('unknown', { id: framework }, ['framework']);
    const id = itemId(framework, ref);
    if (own !== undefined && book.requirement.find(id) === undefined) {
      throw refuseFramework('item', { framework, ref }, ['ref']);
    }
    // The standards that we ship identifiers of are somebody's property.
    const body = { framework, ref, text, licence: own?.licence ?? ('licensed' as const) };
    const row = book['requirement-text'].find(id);
    if (row === undefined) return [create(RequirementText, id, body)];
    return row.text === text && row.licence === body.licence ? [] : [change(RequirementText, row, body)];
  },
});
