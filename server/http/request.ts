import type { Path } from '@countersign/core/kernel/index.ts';
import { defineRefusals } from '@countersign/core/kernel/index.ts';

/** What the door itself refuses, before any rule of the product is asked. */
export const refuseRequest = defineRefusals('request', {
  malformed: { family: 'invalid', says: (p: { why: string }) => `The body is not JSON: ${p.why}.` },
  hostile: { family: 'invalid', says: (p: { key: string }) => `A key is named “${p.key}”, which no field is.` },
  deep: { family: 'invalid', says: (p: { most: number }) => `The body is nested deeper than ${p.most}.` },
  text: {
    family: 'invalid',
    says: (p: { why: string }) => `Text must be well-formed Unicode without U+0000 (${p.why}).`,
  },
  large: { family: 'invalid', says: (p: { most: number }) => `The body is larger than ${p.most} bytes.` },
  media: { family: 'invalid', says: (p: { wants: string }) => `The body must be ${p.wants}.` },
  invalid: { family: 'invalid', says: (p: { why: string }) => p.why },
  idempotency: { family: 'invalid', says: (_: object) => 'Idempotency-Key must be a UUID.' },
  version: { family: 'invalid', says: (_: object) => 'If-Match must be the version that was read, a whole number.' },
  method: {
    family: 'invalid',
    says: (p: { method: string; allow: string }) => `${p.method} is not for this address: ${p.allow}.`,
  },
  unknown: {
    family: 'missing',
    says: (p: { path: string; near: string }) => `There is nothing at ${p.path}.${p.near}`,
  },
  name: {
    family: 'missing',
    says: (p: { what: string; name: string; near: string }) => `There is no ${p.what} named “${p.name}”.${p.near}`,
  },
  range: {
    family: 'invalid',
    says: (p: { bytes: number }) => `The range lies outside of the ${p.bytes} bytes there are.`,
  },
  inline: {
    family: 'invalid',
    says: (_: object) =>
      'Only PDF, PNG, JPEG and plain text are shown; everything else is for saving. Leave inline out.',
  },
  host: {
    family: 'forbidden',
    says: (_: object) =>
      'This server does not answer to that Host name. Set COUNTERSIGN_URL to the address it is reached by.',
  },
  often: { family: 'forbidden', says: (_: object) => 'Too many tokens that are not known. Wait a minute.' },
  scope: { family: 'forbidden', says: (_: object) => 'This token may read, not write.' },
  limits: { family: 'forbidden', says: (p: { to: string }) => `This token is for ${p.to}, and for nothing else.` },
  operator: {
    family: 'forbidden',
    says: (_: object) => 'Only the operator of the machine may do this: run “countersign” there, without --url.',
  },
  role: { family: 'forbidden', says: (p: { roles: string }) => `This is for ${p.roles}.` },
  organisation: { family: 'missing', says: (p: { slug: string }) => `There is no organisation “${p.slug}”.` },
  'organisation-choose': {
    family: 'invalid',
    says: (p: { slugs: string }) => `There are several organisations: ${p.slugs}. Say which with --org.`,
  },
  'organisation-none': {
    family: 'missing',
    says: (_: object) => 'There is no organisation yet. Make one with “countersign init --name NAME --slug SLUG”.',
  },
});

/** Statuses of HTTP that say more than the family of a refusal does. */
export const STATUS: Readonly<Record<string, number>> = {
  'request.malformed': 400,
  'request.hostile': 400,
  'request.deep': 400,
  'request.text': 400,
  'request.large': 413,
  'request.media': 415,
  'request.method': 405,
  'request.host': 421,
  'request.often': 429,
  'signin.often': 429,
  'signin.credentials': 401,
  'signin.code': 401,
  'signin.challenge': 401,
  'signin.passkey': 401,
  'request.range': 416,
  'blob.full': 507,
  'blob.busy': 429,
  'identity.missing': 401,
  'identity.invalid': 401,
};

/** The first thing that is wrong, as a sentence that names the field, and its place. */
export function firstIssue(error: {
  readonly issues: readonly { readonly message: string; readonly path: readonly PropertyKey[] }[];
}): { readonly says: string; readonly path: Path } {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map((step) => (typeof step === 'number' ? step : String(step)));
  const message = issue?.message ?? 'It is not valid';
  return { says: path.length === 0 ? `${message}.` : `${path.join('.')}: ${message}.`, path };
}
