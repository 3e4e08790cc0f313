import { z } from 'zod';
import { defineRecord, defineRefusals, ref } from '../kernel/index.ts';
import { READERS } from './readers.ts';

export const refusePolicy = defineRefusals('policy', {
  own: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} wrote or submitted this edition; another person decides on it.`,
  },
  submitted: {
    family: 'unmet',
    says: (p: { policy: string }) =>
      `${p.policy} waits for approval. Return it first: what is approved is what was submitted.`,
  },
  retired: { family: 'unmet', says: (p: { policy: string }) => `${p.policy} is retired.` },
  label: {
    family: 'invalid',
    says: (p: { label: string }) => `An edition labelled “${p.label}” is in force. Give this one a label of its own.`,
  },
  none: { family: 'unmet', says: (p: { policy: string }) => `No edition of ${p.policy} is approved yet.` },
  edition: {
    family: 'conflict',
    says: (p: { policy: string; edition: number; label: string }) =>
      `Edition ${p.edition} of ${p.policy} is not the one in force; “${p.label}” is. Read that one.`,
  },
  acknowledged: {
    family: 'unmet',
    says: (p: { person: string; policy: string }) =>
      `${p.person} has acknowledged this edition of ${p.policy} already.`,
  },
  person: {
    family: 'forbidden',
    says: (_: object) => 'Only a person acknowledges a policy, and each for themselves.',
  },
});

/**
 * What the company asks of its people, in editions: a version that was approved is one, and stays in force while the next is drafted.
 * What is drafted is for those who write it.
 */
export const Policy = defineRecord('policy', {
  title: 'Policy',
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'adviser', 'auditor', 'operator'],
  area: 'documents',
  // A retired one was decided on; what is drafted or submitted was not.
  drafted: ({ state }) => state === 'draft' || state === 'submitted',
  internal: ['returnedFor'],
  body: z.strictObject({
    title: z.string().min(1).max(200),
    text: z.string().min(1).max(200_000).describe('Markdown.'),
    label: z.string().min(1).max(40).describe('What people call this edition, as 1.0.'),
    owner: ref('person'),
    appliesTo: z.array(z.enum(READERS)).min(1).max(READERS.length).describe('Whose holders it binds.'),
    acknowledgeWithin: z
      .int()
      .min(1)
      .max(365)
      .optional()
      .describe('Days in which those it binds acknowledge an edition; without it nobody is asked to.'),
    state: z.enum(['draft', 'submitted', 'approved', 'retired']).default('draft'),
    writtenBy: z.array(z.string()).max(100).default([]).describe('Who wrote on this edition.'),
    submittedBy: z.string().optional(),
    decidedBy: z.string().optional(),
    returnedFor: z.string().max(2000).optional(),
    retiredFor: z.string().max(2000).optional(),
    template: z.string().max(100).optional().describe('The template of ours it began from.'),
  }),
  lifecycle: {
    field: 'state',
    starts: 'draft',
    moves: {
      submit: { from: ['draft'], to: 'submitted' },
      return: { from: ['submitted'], to: 'draft' },
      approve: { from: ['submitted'], to: 'approved' },
      revise: { from: ['approved'], to: 'draft' },
      retire: { from: ['draft', 'submitted', 'approved'], to: 'retired' },
    },
  },
});

/** That a person has read an edition of a policy and keeps to it. Made by that person only. */
export const Acknowledgement = defineRecord('acknowledgement', {
  title: 'Acknowledgement',
  ownActsOnly: true,
  area: 'documents',
  body: z.strictObject({
    policy: ref('policy'),
    edition: z.int().min(1).describe('The version of the policy that was approved.'),
    person: ref('person'),
  }),
});
