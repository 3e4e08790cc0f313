import * as declared from '@countersign/api/operations/sign-in.ts';
import { idSchema, parseInstant, printInstant } from '@countersign/core/kernel/index.ts';
import { Person, Token } from '@countersign/core/people/index.ts';
import type { Asked, Standing, Told } from '../http/calls.ts';
import type { Caller } from '../http/identity.ts';
import { organisationOf } from '../http/identity.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation } from '../runtime.ts';
import { AUTH_PATH, ADDRESS_HEADER } from './auth.ts';
import type { From, SignIn } from './index.ts';
import type { Member } from './members.ts';
import { owedFactor } from './members.ts';
import { originFor, pathOfOurs } from './place.ts';
import type { Providers } from './providers.ts';
import { refuseSignIn } from './refusals.ts';
import type { Session } from './sessions.ts';

type Serve = (asked: Asked, standing: Standing) => Promise<Told>;

/** Absent where the doors stand without a database, as in their own tests. */
function signInOf({ signIn }: Standing): SignIn {
  if (signIn === undefined) throw new TypeError('Nobody signs in here');
  return signIn;
}

const withSession =
  (work: (asked: Asked, signIn: SignIn, session: Session) => Promise<Told>): Serve =>
  (asked, standing) => {
    const session = asked.caller?.session;
    if (session === undefined) throw refuseSignIn('browser', {});
    return work(asked, signInOf(standing), session);
  };

const withinOrg =
  (work: (asked: Asked, signIn: SignIn, org: Organisation, caller: Caller) => Promise<Told>): Serve =>
  async (asked, standing) => {
    const { caller } = asked;
    if (caller === undefined) throw new TypeError(`${asked.operation.id} was called by nobody`);
    return work(asked, signInOf(standing), await organisationOf(caller, standing.services), caller);
  };

const fromOf = ({ from }: Asked): From => from;

export const membershipOf = ({ organisation, name, sample, person, actor }: Member) => ({
  slug: organisation.slug,
  name,
  sample,
  person,
  roles: actor.roles,
});

/** What is still to be done, most pressing first. */
export function requiredOf(session: Session, members: readonly Member[], now: number) {
  const { user } = session;
  const owed = members.map((member) => owedFactor(session, member, now)).filter((one) => one !== undefined);
  const first = owed.toSorted((a, b) => a.by - b.by)[0];
  const enrolled = user.twoFactor || user.passkeys > 0;
  return [
    ...(!user.password && user.passkeys === 0 && !session.via.startsWith('sso:')
      ? [
          {
            is: 'credential',
            says: 'Make a passkey or set a password: by the link you came once only.',
            by: null,
            held: false,
          },
        ]
      : []),
    ...(first === undefined
      ? []
      : [
          {
            is: 'second-factor',
            says: enrolled
              ? 'An owner signs in with a passkey or a code from the authenticator. Sign in again with it.'
              : 'An owner needs a passkey or an authenticator beside the password. Set one up.',
            by: enrolled ? null : printInstant(first.by),
            held: first.held,
          },
        ]),
    ...(user.begins ? [{ is: 'organisation', says: 'Begin your organisation.', by: null, held: false }] : []),
  ];
}

/** Who asks, for `me`. */
export async function meOf(caller: Caller, signIn: SignIn | undefined) {
  const { actor, organisation, scope, only, session, member } = caller;
  const members = session === undefined || signIn === undefined ? [] : await signIn.members.all(session);
  const named = organisation === undefined ? undefined : await signIn?.members.named(organisation, actor.id);
  const owed = session === undefined || signIn === undefined ? [] : requiredOf(session, members, signIn.now());
  return {
    actor,
    organisation: organisation?.slug ?? null,
    scope,
    only: only ?? null,
    person: member?.person ?? named?.person ?? null,
    name: named?.about.name ?? null,
    sample: named?.about.sample ?? null,
    user: session === undefined ? null : userOf(session),
    organisations: members.map(membershipOf),
    required: owed.map(({ is }) => is),
    owed,
  };
}

const userOf = ({ user }: Session) => ({ id: user.id, name: user.name, email: user.email });
const printed = (at: number | null): string | null => (at === null ? null : printInstant(at));
const DONE: Told = { json: { done: true } };
const FRESH_MS = 12 * 3600_000;

function providerOf(org: Organisation, signIn: SignIn, provider: NonNullable<Awaited<ReturnType<Providers['read']>>>) {
  return {
    id: provider.id,
    title: provider.title,
    preset: provider.preset,
    issuer: provider.issuer,
    client: provider.client,
    callback: `${signIn.place.base}${AUTH_PATH}/sso/callback/${org.id}.${provider.id}`,
    record: provider.challenge,
    domains: provider.domains.map(({ domain, verifiedOn }) => ({ domain, verifiedOn: verifiedOn ?? null })),
  };
}

const providerId = (asked: Asked): string => {
  const id = idSchema.safeParse(asked.params['id']);
  if (!id.success) throw refuseSignIn('provider', {});
  return id.data;
};

export const SIGN_IN_SERVICES = {
  signInState: async (asked, standing) => {
    const signIn = signInOf(standing);
    const session = await signIn.sessions.find(asked.from.cookie);
    const members = session === undefined ? [] : await signIn.members.all(session);
    const here = originFor(asked.from.host, signIn.place);
    return {
      json: {
        ways: {
          password: true,
          passkey: new URL(here).hostname === signIn.place.relyingParty,
          passkeyAt: signIn.place.base,
          sso: await signIn.hasProviders(),
        },
        user: session === undefined ? null : userOf(session),
        memberships: members.map(membershipOf),
        required: session === undefined ? [] : requiredOf(session, members, signIn.now()),
        begins: session?.user.begins ?? false,
      },
    };
  },
  readLink: async (asked, standing) => {
    const signIn = signInOf(standing);
    const { token } = declared.readLink.body.schema.parse(asked.body);
    const found = await guessing(signIn, asked, () => signIn.readLink(token));
    if (found.is === 'first-owner') {
      const [org] = found.organisations;
      const about = org === undefined ? undefined : (await signIn.members.named(org, '')).about;
      const organisation = org === undefined || about === undefined ? null : { slug: org.slug, name: about.name };
      return {
        json: { is: found.is, organisation, email: null, name: null, known: false, signedIn: false, sso: null },
      };
    }
    const session = await signIn.sessions.find(asked.from.cookie);
    const domain = found.email.split('@')[1] ?? '';
    const sso = await signIn.providers.forDomain(domain);
    return {
      json: {
        is: found.is,
        organisation: { slug: found.organisation.slug, name: found.organisationName },
        email: found.email,
        name: found.person.name,
        known: found.known,
        signedIn: session?.user.email === found.email,
        sso: sso !== undefined && sso.org.id === found.organisation.id ? sso.provider.title : null,
      },
    };
  },
  redeemLink: async (asked, standing) => {
    const signIn = signInOf(standing);
    const input = declared.redeemLink.body.schema.parse(asked.body);
    const done = await guessing(signIn, asked, () => signIn.redeem(input, fromOf(asked)));
    return {
      json: { user: { id: done.user, name: done.name, email: done.email }, organisation: done.organisation },
      headers: { 'set-cookie': done.cookie },
    };
  },
  signInBySso: async (asked, standing) => {
    const signIn = signInOf(standing);
    const { email, to } = declared.signInBySso.body.schema.parse(asked.body);
    const domain = email.split('@')[1]?.toLowerCase() ?? '';
    const found = await signIn.providers.forDomain(domain);
    if (found === undefined) throw refuseSignIn('provider-domain', { domain }, ['email']);
    const auth = await signIn.providers.authOf(found.org, found.provider);
    const origin = originFor(asked.from.host, signIn.place);
    const answer = await auth.handler(
      new Request(new URL(`${AUTH_PATH}/sign-in/sso`, origin), {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, [ADDRESS_HEADER]: asked.from.address },
        body: JSON.stringify({
          providerId: `${found.org.id}.${found.provider.id}`,
          loginHint: email,
          callbackURL: pathOfOurs(to),
          errorCallbackURL: '/sign-in',
        }),
      }),
    );
    const told: unknown = await answer.json();
    if (!answer.ok) throw refuseSignIn('provider-issuer', { why: 'it could not be asked' });
    const { url } = declared.signInBySso.answer.schema.parse(told);
    return { json: { url }, headers: { 'set-cookie': answer.headers.getSetCookie() } };
  },
  beginOrganisation: withSession(async (asked, signIn, session) => {
    const { timeZone, frameworks, categories, ...input } = declared.beginOrganisation.body.schema.parse(asked.body);
    const begun = await signIn.begin(session, {
      ...input,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(frameworks === undefined ? {} : { frameworks }),
      ...(categories === undefined ? {} : { categories }),
    });
    return { json: begun };
  }),
  security: withSession(async (_asked, signIn, session) => {
    const { user } = session;
    const [passkeys, sessions] = await Promise.all([
      signIn.passkeys(user.id),
      signIn.sessions.list(user.id, session.id),
    ]);
    return {
      json: {
        password: user.password,
        totp: user.twoFactor,
        passkeys: passkeys.map((one) => ({ ...one, createdAt: printed(one.createdAt) })),
        sessions: sessions.map((one) => ({
          ...one,
          createdAt: printInstant(one.createdAt),
          usedAt: printInstant(one.usedAt),
        })),
        fresh: signIn.now() - session.createdAt < FRESH_MS,
      },
    };
  }),
  setPassword: withSession(async (asked, signIn, session) => {
    const { current, password } = declared.setPassword.body.schema.parse(asked.body);
    const cookie = await signIn.setPassword(session, current, password, fromOf(asked));
    return { ...DONE, headers: { 'set-cookie': cookie } };
  }),
  resetFactor: withSession(async (_asked, signIn, session) => {
    await signIn.resetFactor(session);
    return DONE;
  }),
  endSession: withSession(async (asked, signIn, { id, user }) => {
    const { session } = declared.endSession.body.schema.parse(asked.body);
    const ended = await signIn.sessions.end(user.id, session === undefined ? { but: id } : { id: session });
    if (session !== undefined && ended === 0) throw refuseSignIn('session', {}, ['session']);
    return { json: { ended } };
  }),
  listMembers: withinOrg(async (_asked, signIn, org) => {
    const persons = await reading(signIn, org);
    const users = await signIn.members.users(org.id);
    const standing = await signIn.standing([...users.values()]);
    const invitations = await signIn.admissions.open(org);
    return {
      json: {
        members: persons.map(({ id, name, email, roles }) => {
          const user = users.get(id);
          const of = user === undefined ? undefined : standing.get(user);
          return {
            person: id,
            name,
            email: email ?? null,
            roles,
            signsIn: user !== undefined,
            factor: of?.factor ?? false,
            sessions: of?.sessions ?? 0,
            usedAt: printed(of?.usedAt ?? null),
          };
        }),
        invitations: invitations.map(({ id, person, email, expires }) => ({
          id,
          person,
          name: persons.find((one) => one.id === person)?.name ?? '',
          email,
          expires,
        })),
      },
    };
  }),
  invite: withinOrg(async (asked, signIn, org, { actor }) => {
    const { email, person, name, roles } = declared.invite.body.schema.parse(asked.body);
    const invited = await signIn.admissions.invite(org, actor, {
      email,
      ...(person === undefined ? {} : { person }),
      ...(name === undefined ? {} : { name }),
      ...(roles === undefined ? {} : { roles }),
    });
    return { json: invited };
  }),
  endPersonsSessions: withinOrg(async (asked, signIn, org) => {
    const person = idSchema.safeParse(asked.params['id']);
    const user = person.success ? await signIn.members.userOf(org.id, person.data) : undefined;
    if (user === undefined) throw refuseSignIn('session', {}, ['id']);
    return { json: { ended: await signIn.sessions.end(user, { but: '' }) } };
  }),
  listTokens: withinOrg(async (_asked, signIn, org) => {
    const used = await signIn.tokenUse(org);
    const tokens = await signIn.runner.reading(org, {}, [Token], async (at) => shelfOf(at.snapshot, Token, at).all());
    return {
      json: {
        tokens: tokens.map((token) => ({
          id: token.id,
          name: token.name,
          for: token.for ?? null,
          scope: token.scope,
          acts: token.acts ?? null,
          source: token.source ?? null,
          expires: token.expires ?? null,
          expired: token.expires !== undefined && (parseInstant(token.expires) ?? -Infinity) <= signIn.now(),
          createdAt: printInstant(token.recordedAt),
          createdBy: token.actor,
          usedAt: printed(used.get(token.id) ?? null),
        })),
      },
    };
  }),
  listProviders: withinOrg(async (_asked, signIn, org) => ({
    json: {
      providers: (await signIn.providers.list(org)).map((provider) => providerOf(org, signIn, provider)),
      callback: `${signIn.place.base}${AUTH_PATH}/sso/callback/`,
    },
  })),
  addProvider: withinOrg(async (asked, signIn, org, { actor }) => {
    const input = declared.addProvider.body.schema.parse(asked.body);
    return { json: providerOf(org, signIn, await signIn.providers.add(org, actor, input)) };
  }),
  verifyDomain: withinOrg(async (asked, signIn, org, { actor, operator }) => {
    const { domain } = declared.verifyDomain.body.schema.parse(asked.body);
    const provider = await signIn.providers.verify(org, actor, providerId(asked), domain, operator !== undefined);
    return { json: providerOf(org, signIn, provider) };
  }),
  removeProvider: withinOrg(async (asked, signIn, org, { actor }) => {
    await signIn.providers.remove(org, actor, providerId(asked));
    return DONE;
  }),
  makeSignInLink: withinOrg(async (asked, signIn, org, { operator, actor }) => {
    const { email } = declared.makeSignInLink.body.schema.parse(asked.body);
    return { json: await signIn.admissions.link(org, operator ?? actor, email) };
  }),
} satisfies { readonly [name in SignInServiceName]: Serve };

export type SignInServiceName = (typeof declared.SIGN_IN_OPERATIONS)[number]['calls']['service'];

/** Links are too long to guess; whoever tries is slowed down all the same. */
async function guessing<T>(signIn: SignIn, { from }: Asked, work: () => Promise<T>): Promise<T> {
  const attempt = { address: from.address };
  await signIn.attempts.refuseEarly(attempt);
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'signin.link')
      await signIn.attempts.failed(attempt);
    throw error;
  }
}

const reading = ({ runner }: SignIn, org: Organisation) =>
  runner.reading(org, {}, [Person], async (at) => shelfOf(at.snapshot, Person, at).all());
