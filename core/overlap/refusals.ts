import { defineRefusals } from '../kernel/index.ts';

export const refuseOverlap = defineRefusals('overlap', {
  same: {
    family: 'invalid',
    says: (p: { framework: string }) => `${p.framework} is compared with itself. Name two frameworks.`,
  },
  mapping: {
    family: 'missing',
    says: (p: { mapping: string; known: string }) => `There is no mapping “${p.mapping}”. There are: ${p.known}.`,
  },
  unanswered: {
    family: 'invalid',
    says: (p: { framework: string; known: string }) =>
      `No control names the items of ${p.framework} that it answers, so nothing can be counted by controls or evidence. Controls answer ${p.known}; ask on the basis of the crosswalk.`,
  },
  halfPeriod: { family: 'invalid', says: (_: object) => 'A period needs both its first and its last day.' },
  item: {
    family: 'missing',
    says: (p: { framework: string; ref: string }) => `${p.framework} has no item ${p.ref}.`,
  },
});
