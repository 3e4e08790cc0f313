import { defineRefusals } from '@countersign/core/kernel/index.ts';

/** What the way in refuses. Nothing here says whether an address is known. */
export const refuseSignIn = defineRefusals('signin', {
  credentials: { family: 'forbidden', says: (_: object) => 'E-mail address or password are not right.' },
  code: { family: 'forbidden', says: (_: object) => 'The code is not right, or was used already. Take the next one.' },
  challenge: {
    family: 'forbidden',
    says: (_: object) => 'Signing in took too long, or was begun elsewhere. Begin again.',
  },
  passkey: { family: 'forbidden', says: (_: object) => 'This passkey is not known here, or did not prove itself.' },
  stale: { family: 'forbidden', says: (_: object) => 'This needs a fresh sign-in: sign in again, then repeat.' },
  often: {
    family: 'forbidden',
    says: (p: { seconds: number }) => `Too many attempts that failed. Wait ${p.seconds} s and try again.`,
  },
  link: {
    family: 'missing',
    says: (_: object) => 'This link is not known, was used already or has run out. Ask for another.',
  },
  loopback: {
    family: 'forbidden',
    says: (_: object) =>
      'The first owner signs in from this machine. From elsewhere it takes https: set COUNTERSIGN_URL to the https address.',
  },
  known: {
    family: 'conflict',
    says: (p: { email: string }) => `${p.email} signs in here already: sign in first, then open the link again.`,
  },
  first: { family: 'conflict', says: (_: object) => 'Somebody has signed in already: the first owner’s link is void.' },
  field: { family: 'invalid', says: (p: { field: string }) => `${p.field} is needed here.` },
  begin: {
    family: 'forbidden',
    says: (_: object) => 'An organisation is begun by who came by the first owner’s link, once, or by the operator.',
  },
  password: { family: 'invalid', says: (p: { why: string }) => p.why },
  origin: {
    family: 'forbidden',
    says: (_: object) => 'The request does not come from a page of this server.',
  },
  header: {
    family: 'invalid',
    says: (_: object) =>
      'A request of a browser’s session that changes anything names its organisation: X-Countersign-Org, or “-” for none.',
  },
  organisation: {
    family: 'invalid',
    says: (_: object) => 'Say which organisation, by X-Countersign-Org.',
  },
  browser: {
    family: 'forbidden',
    says: (_: object) => 'This is for a person signed in by a browser, not for a token.',
  },
  factor: {
    family: 'forbidden',
    says: (_: object) =>
      'An owner needs a passkey or a code from an authenticator. Set one up under Security, or sign in with the one there is.',
  },
  session: { family: 'missing', says: (_: object) => 'There is no such session.' },
  provider: { family: 'missing', says: (_: object) => 'There is no such identity provider.' },
  'provider-domain': {
    family: 'missing',
    says: (p: { domain: string }) =>
      `No identity provider is set up for ${p.domain}. Sign in with a passkey or password, or ask an owner.`,
  },
  'provider-issuer': {
    family: 'invalid',
    says: (p: { why: string }) => `The identity provider does not answer as one: ${p.why}.`,
  },
  'domain-taken': {
    family: 'conflict',
    says: (p: { domain: string }) => `${p.domain} belongs to another identity provider already.`,
  },
  'domain-unproven': {
    family: 'unmet',
    says: (p: { domain: string; name: string; value: string }) =>
      `${p.domain} is not proven yet: its DNS has no TXT record ${p.name} with “${p.value}”.`,
  },
  role: { family: 'forbidden', says: (p: { roles: string }) => `This is for ${p.roles}.` },
  person: {
    family: 'missing',
    says: (p: { email: string }) => `Nobody here has the e-mail address ${p.email}.`,
  },
  unreadable: { family: 'invalid', says: (p: { why: string }) => p.why },
});

/** Seconds to wait that a refusal names. */
export const waitOf = ({ details }: { readonly details: Readonly<Record<string, unknown>> }): number | undefined =>
  typeof details['seconds'] === 'number' ? details['seconds'] : undefined;
