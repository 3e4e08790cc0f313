import { z } from 'zod';
import { dateText, defineRecord, instantText } from '../kernel/index.ts';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * That a binder was made: of which period, from how much of the log, and the digest of its list of files, by which the company can say later whether
 * what somebody holds is what it handed out (decision 38). Its id is that of the job that made it. It says nothing of a control, and nothing rests on it.
 */
export const Binder = defineRecord('binder', {
  title: 'Binder',
  timeless: true,
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'operator'],
  body: z.strictObject({
    name: z.string().min(1).max(255).describe('Of the file as it is offered.'),
    from: dateText(),
    to: dateText().describe('The last day, included.'),
    framework: z.enum(FRAMEWORK_IDS).optional(),
    hides: z.array(z.string().min(1).max(130)).max(100).describe('What of the period the company withheld.'),
    knownAt: instantText().describe('What was recorded by then; the same again gives the same bytes.'),
    size: z.int().min(1).describe('Entries of the log it holds.'),
    root: z.string().min(1).max(64).describe('Root of the log at that size, in base64.'),
    manifest: z.string().regex(DIGEST).describe('SHA-256 of manifest-sha256.txt, in hex: names this binder.'),
    digest: z.string().regex(DIGEST).describe('SHA-256 of the archive, in hex.'),
    bytes: z.int().min(1).describe('Length of the archive.'),
    files: z.int().min(1),
    evidence: z.int().min(0).describe('Pieces of evidence in it.'),
  }),
});
