import { idSchema, ROLES } from '@countersign/core/kernel/index.ts';
import { Domain, PRESETS } from '@countersign/core/people/index.ts';
import { z } from 'zod';
import { declare, KIB } from '../operation.ts';

const group = 'Sign-in';
const base = { group, organisation: false } as const;
const json = <S extends z.ZodObject>(schema: S) => ({ type: 'json', limit: 16 * KIB, schema }) as const;
const answers = <S extends z.ZodType>(schema: S) => ({ type: 'json', schema }) as const;

const Token = z.string().min(1).max(200);
const Email = z.email().max(254);
const PersonName = z.string().trim().min(1).max(200);
const Password = z.string().min(1).max(1000);
const Done = z.object({ done: z.literal(true) });

/** An organisation in which somebody is a person. */
export const MembershipShape = z.object({
  slug: z.string(),
  name: z.string(),
  sample: z.boolean(),
  person: z.object({ id: z.string(), name: z.string() }),
  roles: z.array(z.enum(ROLES)),
});

export const REQUIRED = ['organisation', 'credential', 'second-factor'] as const;

/** What somebody who is signed in still has to do. */
export const RequiredShape = z.object({
  is: z.enum(REQUIRED),
  says: z.string(),
  by: z.string().nullable().describe('Until when there is time; null for now.'),
  held: z.boolean().describe('Nothing else is answered until it is done.'),
});

export const UserShape = z.object({ id: z.string(), name: z.string(), email: z.string() });

export const signInState = declare({
  ...base,
  id: 'signin.state',
  method: 'GET',
  path: '/api/sign-in',
  says: 'Which ways in there are, and who is signed in: organisations, and what is still to be done.',
  access: 'public',
  answer: answers(
    z.object({
      ways: z.object({
        password: z.boolean(),
        passkey: z.boolean().describe('Passkeys are bound to a name: false where this address is another.'),
        passkeyAt: z.string().describe('The address at which passkeys work.'),
        sso: z.boolean().describe('Some domain has an identity provider.'),
      }),
      user: UserShape.nullable(),
      memberships: z.array(MembershipShape),
      required: z.array(RequiredShape),
      begins: z.boolean().describe('May begin an organisation, once.'),
    }),
  ),
  calls: { is: 'service', service: 'signInState' },
});

export const readLink = declare({
  ...base,
  id: 'signin.link.read',
  method: 'POST',
  path: '/api/sign-in/link',
  says: 'What a link leads to: the first owner’s, an invitation, or one of the operator’s. It is not used up.',
  access: 'public',
  body: json(z.strictObject({ token: Token })),
  answer: answers(
    z.object({
      is: z.enum(['first-owner', 'invitation', 'link']),
      organisation: z.object({ slug: z.string(), name: z.string() }).nullable(),
      email: z.string().nullable(),
      name: z.string().nullable(),
      known: z.boolean().describe('Somebody signs in with this address already.'),
      signedIn: z.boolean().describe('By the session of this browser.'),
      sso: z.string().nullable().describe('The identity provider that this address signs in by.'),
    }),
  ),
  calls: { is: 'service', service: 'readLink' },
});

export const redeemLink = declare({
  ...base,
  id: 'signin.link.redeem',
  method: 'POST',
  path: '/api/sign-in/redeem',
  says: 'Uses a link up and signs in. Whoever is new gives a name, and a password unless a passkey follows.',
  access: 'public',
  body: json(
    z.strictObject({
      token: Token,
      name: PersonName.optional(),
      email: Email.optional().describe('Of the first owner; an invitation’s is fixed.'),
      password: Password.optional(),
    }),
  ),
  answer: answers(z.object({ user: UserShape, organisation: z.string().nullable() })),
  calls: { is: 'service', service: 'redeemLink' },
});

export const signInBySso = declare({
  ...base,
  id: 'signin.sso',
  method: 'POST',
  path: '/api/sign-in/sso',
  says: 'Where the identity provider of an address’s domain is to be asked.',
  access: 'public',
  body: json(
    z.strictObject({ email: Email, to: z.string().max(2000).optional().describe('A path of ours to come back to.') }),
  ),
  answer: answers(z.object({ url: z.string() })),
  calls: { is: 'service', service: 'signInBySso' },
});

export const beginOrganisation = declare({
  ...base,
  id: 'organisation.begin',
  method: 'POST',
  path: '/api/sign-in/organisation',
  says: 'Begins an organisation, by who came by the first owner’s link, once: they become its owner.',
  access: 'session',
  body: json(
    z.strictObject({
      name: z.string().trim().min(1).max(200),
      slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
      timeZone: z.string().max(100).optional(),
      frameworks: z.array(z.string().max(100)).max(20).optional(),
      categories: z.array(z.string().max(100)).max(20).optional(),
    }),
  ),
  answer: answers(
    z.object({ organisation: z.string(), controls: z.int(), requirements: z.record(z.string(), z.int()) }),
  ),
  calls: { is: 'service', service: 'beginOrganisation' },
});

export const security = declare({
  ...base,
  id: 'signin.security',
  method: 'GET',
  path: '/api/sign-in/security',
  says: 'How one signs in: password, authenticator, passkeys, sessions.',
  access: 'session',
  answer: answers(
    z.object({
      password: z.boolean(),
      totp: z.boolean(),
      passkeys: z.array(
        z.object({
          id: z.string(),
          name: z.string().nullable(),
          createdAt: z.string().nullable(),
          synced: z.boolean(),
        }),
      ),
      sessions: z.array(
        z.object({
          id: z.string(),
          via: z.string(),
          createdAt: z.string(),
          usedAt: z.string().describe('To a few minutes.'),
          address: z.string().nullable(),
          agent: z.string().nullable(),
          current: z.boolean(),
        }),
      ),
      fresh: z.boolean().describe('Signed in recently enough to change how one signs in.'),
    }),
  ),
  calls: { is: 'service', service: 'security' },
});

export const setPassword = declare({
  ...base,
  id: 'signin.password',
  method: 'POST',
  path: '/api/sign-in/password',
  says: 'Sets or changes one’s own password and ends one’s other sessions. Who has one gives it, unless they came by a link of the operator’s.',
  access: 'session',
  body: json(z.strictObject({ current: Password.optional(), password: Password })),
  answer: answers(Done),
  calls: { is: 'service', service: 'setPassword' },
});

export const resetFactor = declare({
  ...base,
  id: 'signin.factor.reset',
  method: 'POST',
  path: '/api/sign-in/second-factor/reset',
  says: 'Forgets authenticator and passkeys that were lost, by who came by a link of the operator’s.',
  access: 'session',
  body: json(z.strictObject({})),
  answer: answers(Done),
  calls: { is: 'service', service: 'resetFactor' },
});

export const endSession = declare({
  ...base,
  id: 'signin.session.end',
  method: 'POST',
  path: '/api/sign-in/sessions/end',
  says: 'Ends one of one’s sessions, or all but this.',
  access: 'session',
  body: json(z.strictObject({ session: z.string().max(100).optional() })),
  answer: answers(z.object({ ended: z.int() })),
  calls: { is: 'service', service: 'endSession' },
});

const inOrg = { group: 'Access', organisation: true } as const;
const MANAGERS = ['owner', 'lead'] as const;
const OWNERS = ['owner'] as const;

export const listMembers = declare({
  ...inOrg,
  id: 'access.members',
  method: 'GET',
  path: '/api/access/members',
  says: 'Who signs in here, with how many sessions, and which invitations are open.',
  access: 'read',
  roles: MANAGERS,
  answer: answers(
    z.object({
      members: z.array(
        z.object({
          person: z.string(),
          name: z.string(),
          email: z.string().nullable(),
          roles: z.array(z.enum(ROLES)),
          signsIn: z.boolean(),
          factor: z.boolean().describe('Has a passkey or an authenticator.'),
          sessions: z.int(),
          usedAt: z.string().nullable(),
        }),
      ),
      invitations: z.array(
        z.object({ id: z.string(), person: z.string(), name: z.string(), email: z.string(), expires: z.string() }),
      ),
    }),
  ),
  calls: { is: 'service', service: 'listMembers' },
});

export const invite = declare({
  ...inOrg,
  id: 'access.invite',
  method: 'POST',
  path: '/api/access/invitations',
  says: 'Invites a new person, or one who is here, to sign in. The link is answered once, so that it can be handed over where no mail is set up.',
  access: 'write',
  body: json(
    z.strictObject({
      email: Email,
      person: idSchema.optional().describe('Somebody who is a person here already.'),
      name: PersonName.optional(),
      roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length).optional(),
    }),
  ),
  answer: answers(
    z.object({
      invitation: z.string(),
      person: z.string(),
      link: z.string(),
      expires: z.string(),
      mailed: z.boolean(),
    }),
  ),
  calls: { is: 'service', service: 'invite' },
});

export const endPersonsSessions = declare({
  ...inOrg,
  id: 'access.sessions.end',
  method: 'POST',
  path: '/api/access/members/{id}/sign-out',
  says: 'Ends all sessions of a person.',
  access: 'write',
  roles: OWNERS,
  params: z.strictObject({ id: idSchema }),
  body: json(z.strictObject({})),
  answer: answers(z.object({ ended: z.int() })),
  calls: { is: 'service', service: 'endPersonsSessions' },
});

export const listTokens = declare({
  ...inOrg,
  id: 'access.tokens',
  method: 'GET',
  path: '/api/access/tokens',
  says: 'The API tokens, with what they may do and when they were last used.',
  access: 'read',
  roles: [...MANAGERS, 'operator'],
  answer: answers(
    z.object({
      tokens: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          for: z.string().nullable(),
          scope: z.enum(['read', 'write']),
          acts: z.array(z.string()).nullable(),
          source: z.string().nullable(),
          expires: z.string().nullable(),
          expired: z.boolean(),
          createdAt: z.string(),
          createdBy: z.string(),
          usedAt: z.string().nullable().describe('To the hour.'),
        }),
      ),
    }),
  ),
  calls: { is: 'service', service: 'listTokens' },
});

const ProviderShape = z.object({
  id: z.string(),
  title: z.string(),
  preset: z.enum(PRESETS),
  issuer: z.string(),
  client: z.string(),
  callback: z.string().describe('The redirect address to enter at the identity provider.'),
  record: z.string().describe('What the DNS of each domain must say: a TXT record of _countersign.'),
  domains: z.array(z.object({ domain: z.string(), verifiedOn: z.string().nullable() })),
});

export const listProviders = declare({
  ...inOrg,
  id: 'access.sso.list',
  method: 'GET',
  path: '/api/access/identity-providers',
  says: 'Where people of the organisation sign in by single sign-on.',
  access: 'read',
  roles: OWNERS,
  answer: answers(z.object({ providers: z.array(ProviderShape), callback: z.string() })),
  calls: { is: 'service', service: 'listProviders' },
});

export const addProvider = declare({
  ...inOrg,
  id: 'access.sso.add',
  method: 'POST',
  path: '/api/access/identity-providers',
  says: 'Adds an identity provider after asking it: Google, Okta, Entra, or any that speaks OpenID Connect.',
  access: 'write',
  roles: OWNERS,
  body: json(
    z.strictObject({
      title: z.string().trim().min(1).max(100),
      preset: z.enum(PRESETS),
      issuer: z.url().max(500).optional().describe('Google’s is known.'),
      client: z.string().min(1).max(500),
      secret: z.string().min(1).max(2000),
      domains: z.array(Domain).min(1).max(20),
    }),
  ),
  answer: answers(ProviderShape),
  calls: { is: 'service', service: 'addProvider' },
});

export const verifyDomain = declare({
  ...inOrg,
  id: 'access.sso.verify',
  method: 'POST',
  path: '/api/access/identity-providers/{id}/verify',
  says: 'Finds a domain to be the organisation’s by its DNS; from the operator of the machine it is taken as said.',
  access: 'write',
  roles: OWNERS,
  params: z.strictObject({ id: idSchema }),
  body: json(z.strictObject({ domain: Domain })),
  answer: answers(ProviderShape),
  calls: { is: 'service', service: 'verifyDomain' },
});

export const removeProvider = declare({
  ...inOrg,
  id: 'access.sso.remove',
  method: 'POST',
  path: '/api/access/identity-providers/{id}/remove',
  says: 'Removes an identity provider and ends the sessions that it began.',
  access: 'write',
  roles: OWNERS,
  params: z.strictObject({ id: idSchema }),
  body: json(z.strictObject({})),
  answer: answers(Done),
  calls: { is: 'service', service: 'removeProvider' },
});

export const makeSignInLink = declare({
  ...inOrg,
  id: 'signin.link.make',
  method: 'POST',
  path: '/api/access/sign-in-links',
  says: 'Makes a link by which a person signs in once, within 15 minutes. It is written to the log.',
  access: 'operator',
  body: json(z.strictObject({ email: Email })),
  answer: answers(z.object({ link: z.string(), person: z.string(), expires: z.string() })),
  calls: { is: 'service', service: 'makeSignInLink' },
});

export const SIGN_IN_OPERATIONS = [
  signInState,
  readLink,
  redeemLink,
  signInBySso,
  beginOrganisation,
  security,
  setPassword,
  resetFactor,
  endSession,
  listMembers,
  invite,
  endPersonsSessions,
  listTokens,
  listProviders,
  addProvider,
  verifyDomain,
  removeProvider,
  makeSignInLink,
] as const;
