import { z } from 'zod';
import { defineRecord, defineRefusals } from '../kernel/index.ts';

export const refuseWitnessing = defineRefusals('witnessing', {
  key: {
    family: 'invalid',
    says: (p: { why: string }) => `${p.why} It is what the log’s owner gives out: name+id+base64, in one line.`,
  },
  twice: {
    family: 'conflict',
    says: (p: { origin: string; id: string }) => `This key of ${p.origin} is named already, as “${p.id}”.`,
  },
  own: { family: 'invalid', says: (_: object) => 'This is our own log: a witness stands outside.' },
  beyond: {
    family: 'invalid',
    says: (p: { from: number; size: number }) =>
      `The log holds ${p.size} entries: nothing leads from ${p.from} to them.`,
  },
  unmatched: {
    family: 'invalid',
    says: (_: object) => 'This answers no request that was made here, or is not by a witness that is named.',
  },
  elsewhere: {
    family: 'conflict',
    says: (p: { name: string; size: number }) =>
      `${p.name} has cosigned ${p.size} entries of this log and wants the proof from there: make a new request from ${p.size}.`,
  },
  none: {
    family: 'unmet',
    says: (_: object) => 'There is no key of ours yet. It is made when the first log is named.',
  },
});

const READERS = ['owner', 'lead', 'operator'] as const;

/** The log that a key is of: C2SP’s name before the first plus. */
export const originIn = (vkey: string): string => vkey.slice(0, Math.max(vkey.indexOf('+'), 0));

export const NameOfLog = z
  .string()
  .min(1)
  .max(200)
  .describe('Whose log it is, in our own words. The log itself names nobody.');
export const KeyOfLog = z
  .string()
  .min(10)
  .max(500)
  .describe('The log’s verifier key, as its owner gave it: name+id+base64. It decides what is cosigned.');
export const AddressOfLog = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .describe('Where the log is published, if it is.');

/**
 * Somebody else’s log that this organisation watches: its checkpoints are cosigned under our witness key as long as each continues the
 * one before. What was cosigned last stands in the table `witness_state`, by origin, and outlives this record: a log that is named again goes
 * on where it was. Clients of an auditor stand here: no guest sees them.
 */
export const WitnessedLog = defineRecord('witnessed-log', {
  title: 'Witnessed log',
  ownActsOnly: true,
  readableBy: READERS,
  // Another key is another promise: it is named beside this one, or after this one is retired.
  fixed: ['vkey'],
  body: z.strictObject({ name: NameOfLog, vkey: KeyOfLog, url: AddressOfLog.optional() }),
});

/** The one record `own-witness`: the key under which this organisation cosigns, as others are given it. The private half is in the vault. */
export const OwnWitness = defineRecord('own-witness', {
  title: 'Witness key',
  ownActsOnly: true,
  readableBy: READERS,
  body: z.strictObject({
    vkey: z.string().min(10).max(500).describe('C2SP verifier key of type 0x04.'),
    why: z.string().min(3).max(2000).optional().describe('Why it took the place of another key.'),
  }),
});
export const OWN_WITNESS = 'own-witness';

/** The one record `public-log`: whether strangers may read the checkpoint and the hashes of this organisation’s log. Without it they may not. */
export const PublicLog = defineRecord('public-log', {
  title: 'Public log',
  area: 'log',
  ownActsOnly: true,
  body: z.strictObject({ open: z.boolean() }),
});
export const PUBLIC_LOG = 'public-log';
