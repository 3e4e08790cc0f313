import { z } from 'zod';
import {
  change,
  create,
  dateText,
  dayOf,
  defineAct,
  defineRecord,
  defineRefusals,
  idSchema,
  instantText,
  ref,
  retire,
  ROLES,
} from '../kernel/index.ts';
import { Person } from './record.ts';

export const refuseSignInLink = defineRefusals('sign-in-link', {
  left: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} has left; no link is made for who has left.`,
  },
  other: { family: 'forbidden', says: (_: object) => 'A sign-in link is used by whom it was made for.' },
});

/** A way in that the operator of the machine made for a person, once. Its secret is shown once and not kept. */
export const SignInLink = defineRecord('sign-in-link', {
  title: 'Sign-in link',
  ownActsOnly: true,
  readableBy: ['owner', 'operator'],
  body: z.strictObject({ person: ref('person'), email: z.email().max(254), expires: instantText() }),
});

export const makeSignInLink = defineAct('sign-in-link.make', {
  says: 'Makes a link by which a person signs in once. Only the operator of the machine may: whoever holds it is that person.',
  input: z.strictObject({ id: idSchema, person: ref('person'), email: z.email().max(254), expires: instantText() }),
  reads: [Person, SignInLink],
  internal: true,
  allowed: ['operator'],
  decide(book, { id, ...body }, { now, zone }) {
    const { leavesOn } = book.person.get(body.person);
    if (leavesOn !== undefined && leavesOn < dayOf(zone, now))
      throw refuseSignInLink('left', { person: body.person }, ['person']);
    const open = book['sign-in-link'].all().filter(({ person }) => person === body.person);
    return [...open.map((link) => retire(SignInLink, link)), create(SignInLink, id, body)];
  },
});

export const useSignInLink = defineAct('sign-in-link.use', {
  says: 'Signs in by a link of the operator’s.',
  input: z.strictObject({ link: ref('sign-in-link') }),
  reads: [SignInLink],
  internal: true,
  allowed: ROLES.filter((role) => role !== 'operator'),
  decide(book, { link }, { actor }) {
    const open = book['sign-in-link'].get(link);
    if (open.person !== actor.id) throw refuseSignInLink('other', {});
    return [retire(SignInLink, open)];
  },
});

export const refuseIdentityProvider = defineRefusals('identity-provider', {
  domain: { family: 'invalid', says: (p: { domain: string }) => `${p.domain} is no domain of this identity provider.` },
});

export const PRESETS = ['google', 'okta', 'entra', 'oidc'] as const;

const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
export const Domain = z.string().regex(DOMAIN, 'must be a domain in small letters, such as example.com');

/** Where people of a domain prove who they are. The client’s secret is kept apart, wrapped. Only a domain that was verified lets anybody in. */
export const IdentityProvider = defineRecord('identity-provider', {
  title: 'Identity provider',
  ownActsOnly: true,
  readableBy: ['owner', 'operator'],
  body: z.strictObject({
    title: z.string().min(1).max(100),
    preset: z.enum(PRESETS),
    issuer: z.url().max(500),
    client: z.string().min(1).max(500),
    /** What the DNS of each domain must say, under `_countersign`. */
    challenge: z.string().regex(/^countersign=[a-z0-9]{32}$/),
    domains: z
      .array(z.strictObject({ domain: Domain, verifiedOn: dateText().optional() }))
      .min(1)
      .max(20),
  }),
});

export const addIdentityProvider = defineAct('identity-provider.add', {
  says: 'Records where people of a domain sign in. The server asks it first, and keeps the secret.',
  input: z.strictObject({
    id: idSchema,
    ...IdentityProvider.body.omit({ domains: true }).shape,
    domains: z.array(Domain).min(1).max(20),
  }),
  reads: [IdentityProvider],
  internal: true,
  allowed: ['owner', 'operator'],
  decide: (_, { id, domains, ...body }) => [
    create(IdentityProvider, id, { ...body, domains: [...new Set(domains)].map((domain) => ({ domain })) }),
  ],
});

export const verifyDomain = defineAct('identity-provider.verify', {
  says: 'Records that a domain was found to be the organisation’s own.',
  input: z.strictObject({ provider: ref('identity-provider'), domain: Domain }),
  reads: [IdentityProvider],
  internal: true,
  allowed: ['owner', 'operator'],
  decide(book, { provider, domain }, { now, zone }) {
    const there = book['identity-provider'].get(provider);
    if (!there.domains.some((one) => one.domain === domain))
      throw refuseIdentityProvider('domain', { domain }, ['domain']);
    const verifiedOn = dayOf(zone, now);
    return [
      change(IdentityProvider, there, {
        domains: there.domains.map((one) => (one.domain === domain ? { domain, verifiedOn } : one)),
      }),
    ];
  },
});

export const removeIdentityProvider = defineAct('identity-provider.remove', {
  says: 'Ends signing in by an identity provider, with the sessions that it began.',
  input: z.strictObject({ provider: ref('identity-provider') }),
  reads: [IdentityProvider],
  internal: true,
  allowed: ['owner', 'operator'],
  decide: (book, { provider }) => [retire(IdentityProvider, book['identity-provider'].get(provider))],
});
