import { defineRefusals } from '../kernel/index.ts';

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
  bothWays: { family: 'invalid', says: (p: { ref: string }) => `${p.ref} is said to apply and to be left out.` },
  twice: { family: 'invalid', says: (p: { ref: string }) => `${p.ref} is given twice.` },
  noReason: { family: 'invalid', says: (p: { ref: string }) => `Say why ${p.ref} applies, or leave it from the list.` },
  why: { family: 'invalid', says: (p: { what: string }) => `${p.what} is left out only with a justification.` },
  category: {
    family: 'invalid',
    says: (p: { ref: string; category: string }) =>
      `${p.ref} belongs to ${p.category}, which is not among the categories of the programme. Choose the category first.`,
  },
  nothing: { family: 'invalid', says: (_: object) => 'Name at least one requirement or one thing of the boundary.' },
  doneLater: {
    family: 'invalid',
    says: (p: { milestone: string; on: string }) =>
      `${p.milestone} is said to have been on ${p.on}, which has not come.`,
  },
  notBefore: {
    family: 'invalid',
    says: (p: { id: string; from: string; previous: string; began: string }) =>
      `“${p.id}” would be in force from ${p.from}, and “${p.previous}”, which it follows, only from ${p.began}.`,
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
  soc2Only: {
    family: 'invalid',
    says: (p: { field: string }) => `${p.field} is for SOC 2: an ISO certificate has no report kind, date or period.`,
  },
  report: {
    family: 'invalid',
    says: (_: object) => 'Say which report the dates are for: type-1 has one date, type-2 a period.',
  },
  otherReport: {
    family: 'invalid',
    says: (p: { report: string; field: string }) =>
      `A ${p.report} report has no ${p.field}: a Type 1 speaks of one date, a Type 2 of a period.`,
  },
  halfPeriod: { family: 'invalid', says: (_: object) => 'An observation period has a first and a last day.' },
  period: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `The period would end on ${p.to}, before it starts on ${p.from}.`,
  },
  milestone: {
    family: 'invalid',
    says: (p: { framework: string; milestone: string }) => `${p.framework} has no milestone ${p.milestone}.`,
  },
  otherNote: { family: 'invalid', says: (_: object) => 'A milestone of no kind of ours says in its note what it is.' },
  milestoneTwice: {
    family: 'invalid',
    says: (p: { milestone: string; on: string }) => `${p.milestone} on ${p.on} is given twice.`,
  },
  milestoneOrder: {
    family: 'invalid',
    says: (p: { earlier: string; on: string; later: string; before: string }) =>
      `${p.later}, on ${p.before}, would come before what it follows: ${p.earlier}, on ${p.on}.`,
  },
  reportEarly: {
    family: 'invalid',
    says: (p: { on: string; ends: string }) =>
      `A report on ${p.on} would come before ${p.ends}, the last day that it speaks of.`,
  },
  boundaryTwice: {
    family: 'invalid',
    says: (p: { kind: string; id: string }) => `The ${p.kind} “${p.id}” is given twice.`,
  },
  boundaryOut: {
    family: 'invalid',
    says: (p: { kind: string; id: string }) => `The ${p.kind} “${p.id}” is left out without a justification.`,
  },
  circle: {
    family: 'invalid',
    says: (p: { ids: string }) => `Programmes would follow each other in a circle: ${p.ids}.`,
  },
  otherFramework: {
    family: 'invalid',
    says: (p: { id: string; previous: string }) =>
      `“${p.id}” would follow “${p.previous}”, which is a programme of another framework.`,
  },
  overlaps: {
    family: 'invalid',
    says: (p: { id: string; starts: string; previous: string; ended: string }) =>
      `“${p.id}” would start on ${p.starts}, and “${p.previous}”, which it follows, speaks of time up to ${p.ended}.`,
  },
});
