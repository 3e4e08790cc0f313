import { z } from 'zod';
import { MappingSet } from '../crosswalk/index.ts';
import { OwnFramework, Programme } from '../framework/index.ts';
import { change, defineAct, defineRefusals, ref } from '../kernel/index.ts';

/** Frameworks and mapping sets are not removed: what was said by them stays to be read. They are set aside, and may be taken up again. */

export const refuseWithdrawal = defineRefusals('withdrawal', {
  used: {
    family: 'unmet',
    says: (p: { framework: string; programmes: string }) =>
      `${p.framework} is what these programmes are run for: ${p.programmes}. End them first.`,
  },
  already: { family: 'unmet', says: (p: { id: string }) => `${p.id} is withdrawn already.` },
  not: { family: 'unmet', says: (p: { id: string }) => `${p.id} is not withdrawn.` },
});

const WHO = ['owner', 'lead', 'operator'] as const;

export const withdrawFramework = defineAct('framework.withdraw', {
  says: 'Sets an own framework aside: it is offered no more, and mappings to it say nothing. All of it stays.',
  input: z.strictObject({ framework: ref('framework') }),
  reads: [OwnFramework, Programme],
  on: { kind: OwnFramework, field: 'framework' },
  allowed: WHO,
  unless: ({ id, withdrawn }) => (withdrawn ? refuseWithdrawal('already', { id }) : undefined),
  decide(book, { framework }) {
    const used = book.programme.all().filter((one) => String(one.framework) === framework);
    if (used.length > 0) {
      const programmes = used.map(({ title }) => title).join(', ');
      throw refuseWithdrawal('used', { framework, programmes }, ['framework']);
    }
    return [change(OwnFramework, book.framework.get(framework), { withdrawn: true })];
  },
});

export const restoreFramework = defineAct('framework.restore', {
  says: 'Takes up an own framework again that was set aside.',
  input: z.strictObject({ framework: ref('framework') }),
  reads: [OwnFramework],
  on: { kind: OwnFramework, field: 'framework' },
  allowed: WHO,
  unless: ({ id, withdrawn }) => (withdrawn ? undefined : refuseWithdrawal('not', { id })),
  decide: (book, { framework }) => [change(OwnFramework, book.framework.get(framework), { withdrawn: false })],
});

export const withdrawMappings = defineAct('mapping-set.withdraw', {
  says: 'Sets a mapping set aside: its lines say nothing any more. All of it stays.',
  input: z.strictObject({ set: ref('mapping-set') }),
  reads: [MappingSet],
  on: { kind: MappingSet, field: 'set' },
  allowed: WHO,
  unless: ({ id, withdrawn }) => (withdrawn ? refuseWithdrawal('already', { id }) : undefined),
  decide: (book, { set }) => [change(MappingSet, book['mapping-set'].get(set), { withdrawn: true })],
});

export const restoreMappings = defineAct('mapping-set.restore', {
  says: 'Takes up a mapping set again that was set aside.',
  input: z.strictObject({ set: ref('mapping-set') }),
  reads: [MappingSet],
  on: { kind: MappingSet, field: 'set' },
  allowed: WHO,
  unless: ({ id, withdrawn }) => (withdrawn ? undefined : refuseWithdrawal('not', { id })),
  decide: (book, { set }) => [change(MappingSet, book['mapping-set'].get(set), { withdrawn: false })],
});
