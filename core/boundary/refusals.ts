import { defineRefusals } from '../kernel/index.ts';

export const refuseBoundary = defineRefusals('boundary', {
  dates: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `It would end on ${p.to}, before it begins on ${p.from}.`,
  },
  circle: {
    family: 'invalid',
    says: (p: { link: string; ids: string }) => `${p.link} would go in a circle: ${p.ids}.`,
  },
  twice: { family: 'invalid', says: (p: { field: string; id: string }) => `${p.field} names “${p.id}” twice.` },
});
