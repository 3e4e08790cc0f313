import { z } from 'zod';
import { defineRecord, defineRefusals, instantText, ref } from '../kernel/index.ts';

/** Ids of witnesses and authorities: they name files of an export (`seen/<size>/<authority>.tsr`). */
export const OUTSIDE_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** A verifier key of type 0x04, `name+hash+base64` (C2SP tlog-cosignature). That the parts fit each other is asked by the server. */
const VKEY = /^[^\s+\p{Cc}]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/u;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const refuseProof = defineRefusals('proof', {
  url: {
    family: 'invalid',
    says: (p: { url: string }) =>
      `${p.url} is no address to ask: it begins with http:// or https:// and holds no user.`,
  },
  'url-missing': {
    family: 'invalid',
    says: (_: object) => 'A witness that is asked over HTTP has a url; one that is asked by mail has none.',
  },
  key: { family: 'invalid', says: (p: { why: string }) => `This is no key of a witness: ${p.why}` },
  roots: { family: 'invalid', says: (p: { why: string }) => `These are no roots of a time-stamp authority: ${p.why}` },
  twice: {
    family: 'conflict',
    says: (p: { other: string }) => `“${p.other}” has this key already: one key is one witness.`,
  },
  rotated: {
    family: 'conflict',
    says: (_: object) =>
      'The log has been handed over to another key just now. Look at it, and rotate again if that is wanted.',
  },
  unverified: {
    family: 'invalid',
    says: (p: { code: string; why: string }) =>
      `What was given does not prove that this log was seen (${p.code}): ${p.why}`,
  },
});

export const keyText = () =>
  z.string().max(300).regex(VKEY, 'must be a verifier key: name+id+base64').describe('C2SP verifier key of type 0x04.');
export const urlText = () => z.string().min(1).max(2000);
export const base64Text = (most: number) => z.string().min(1).max(most).regex(BASE64, 'must be base64');

/** How often somebody is asked, where there is something new to see. */
export const everyText = () =>
  z.enum(['hourly', 'daily']).default('hourly').describe('How often it is asked, at most.');

/** Whether it is an address that somebody can be asked at. Which of them the server may reach is its own rule. */
const ADDRESS = /^https?:\/\/[^\s/?#@]+(?:[/?#][^\s]*)?$/i;
export const isAddress = (url: string): boolean => ADDRESS.test(url);

/** Somebody outside who signs how large a log was and that it only grew: an auditor's instance, a second account, a public witness. */
export const Witness = defineRecord('witness', {
  title: 'Witness',
  timeless: true,
  ownActsOnly: true,
  area: 'log',
  // Another key is another witness: cosignatures made under this one would no longer verify.
  fixed: ['vkey'],
  body: z.strictObject({
    name: z.string().min(1).max(200),
    vkey: keyText(),
    how: z.enum(['http', 'mail']).describe('Whether it is asked over HTTP, or by a file that people carry.'),
    url: urlText().optional(),
    every: everyText(),
  }),
  holds({ how, url }) {
    if ((how === 'http') !== (url !== undefined)) return refuseProof('url-missing', {}, ['url']);
    return url === undefined || isAddress(url) ? undefined : refuseProof('url', { url }, ['url']);
  },
  together(_before, after) {
    const named = new Map<string, string>();
    for (const { id, vkey } of after) {
      const other = named.get(vkey);
      if (other !== undefined) return refuseProof('twice', { other }, ['vkey']);
      named.set(vkey, id);
    }
    return undefined;
  },
});

/** A time-stamp authority (RFC 3161), with the roots under which the company believes it. None is contacted that nobody named. */
export const TimeAuthority = defineRecord('time-authority', {
  title: 'Time-stamp authority',
  timeless: true,
  ownActsOnly: true,
  area: 'log',
  body: z.strictObject({
    name: z.string().min(1).max(200),
    url: urlText(),
    roots: z.string().min(1).max(200_000).describe('Its root certificates in PEM, and any between.'),
    every: everyText(),
  }),
  holds: ({ url }) => (isAddress(url) ? undefined : refuseProof('url', { url }, ['url'])),
});

const Seen = {
  size: z.int().min(1).describe('How many entries of the log it covers.'),
  root: base64Text(44).describe('Root of the log at that size.'),
  at: instantText().describe('When, as the one outside says; of a time-stamp the latest moment that it allows.'),
  checkpoint: z.string().min(1).max(20_000).describe('The note exactly as the log signed it.'),
};

/** That a witness saw the log at a size. Verified under its key before it was recorded. */
export const Cosignature = defineRecord('cosignature', {
  title: 'Cosignature',
  timeless: true,
  ownActsOnly: true,
  area: 'log',
  body: z.strictObject({
    witness: ref('witness'),
    ...Seen,
    line: z.string().min(1).max(2000).describe('The witness’s signature line, as it stands under the checkpoint.'),
  }),
});

/** That an authority stamped a checkpoint of the log. Verified under its roots before it was recorded. */
export const TimeStamp = defineRecord('time-stamp', {
  title: 'Time-stamp',
  timeless: true,
  ownActsOnly: true,
  area: 'log',
  body: z.strictObject({
    authority: ref('time-authority'),
    ...Seen,
    serial: z.string().max(100),
    signedBy: z.string().max(500).describe('Common name of the certificate that signed.'),
    token: base64Text(350_000).describe('The answer as it came (TimeStampResp, a .tsr file), in base64.'),
  }),
});

/**
 * What keeps a witness or an authority from answering, one record for each of them, a version whenever it becomes another trouble or is over:
 * an hour of silence is not an entry each hour.
 */
export const OutsideTrouble = defineRecord('outside-trouble', {
  title: 'Trouble with a witness or an authority',
  timeless: true,
  ownActsOnly: true,
  area: 'log',
  body: z.strictObject({
    witness: ref('witness').optional(),
    authority: ref('time-authority').optional(),
    code: z.string().max(100),
    says: z.string().max(1000),
    over: z.boolean().default(false).describe('Whether it answered since.'),
  }),
});

export const troubleId = (kind: 'witness' | 'time', id: string): string => `${kind}.${id}`;

/** Troubles that are no matter of the network: somebody outside saw another history than this log's, or more of it. */
export const ALARMS: readonly string[] = ['witness.forked', 'witness.ahead'];

/** A verifier key of type 0x01, `origin+hash+base64` (C2SP signed-note, Ed25519). */
const LOG_VKEY = /^[^\s+\p{Cc}]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/u;
export const logKeyText = () => z.string().max(300).regex(LOG_VKEY, 'must be a verifier key: origin+id+base64');

/** A key that took over from the one before. The first key of a log has no record: it is what the first one named here replaces. */
export const LogKey = defineRecord('log-key', {
  title: 'Key of the log',
  timeless: true,
  ownActsOnly: true,
  area: 'log',
  fixed: ['vkey', 'replaces'],
  body: z.strictObject({ vkey: logKeyText(), replaces: logKeyText() }),
});
