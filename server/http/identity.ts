import type { Operation } from '@countersign/api/operation.ts';
import type { Actor, Role } from '@countersign/core/kernel/index.ts';
import { refuseIdentity } from '@countersign/core/kernel/index.ts';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Organisation, Services, TokenLimits } from '../runtime.ts';
import { isOurOrigin } from '../signin/place.ts';
import type { SignIn } from '../signin/index.ts';
import type { Member } from '../signin/members.ts';
import { owedFactor } from '../signin/members.ts';
import { refuseSignIn } from '../signin/refusals.ts';
import type { Session } from '../signin/sessions.ts';
import { refuseRequest } from './request.ts';

/** Whoever runs the command line on this machine, in this process. */
export interface Operator {
  /** Made anew for each process and handed to nobody but the command line's own calls. */
  readonly secret: string;
  readonly actor: Actor;
}

/** Who asks. */
export interface Caller {
  readonly actor: Actor;
  /** Absent where an operator names none and none is needed. */
  readonly organisation: Organisation | undefined;
  readonly scope: 'read' | 'write';
  /** Set if the request carries the operator's secret, also beside a person's token. */
  readonly operator: Actor | undefined;
  /** What a token is held to beyond its scope. */
  readonly only?: TokenLimits | undefined;
  /** The browser’s session, and the person it is in the organisation named. */
  readonly session?: Session;
  readonly member?: Member;
}

export interface Presented {
  readonly cookie?: string | undefined;
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly authorization?: string | undefined;
  readonly 'x-countersign-operator'?: string | string[] | undefined;
  readonly 'x-countersign-org'?: string | string[] | undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that says nothing of where two secrets differ. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

/** No organisation is meant, said by a browser. */
const NONE = '-';

/**
 * Who stands behind a request's headers. A token decides for its own organisation; the operator's secret speaks for the
 * machine and names the organisation; a browser's session names it too, and its user is there who a membership says. Refuses identity.missing, identity.invalid and, for another organisation than the
 * token's, as if that did not exist.
 */
export async function identify(
  headers: Presented,
  services: Pick<Services, 'authenticate' | 'organisations'>,
  operator: Operator | undefined,
  browser?: { readonly signIn: SignIn; readonly method: string },
): Promise<Caller> {
  const secret = one(headers['x-countersign-operator']);
  if (secret !== undefined && (operator === undefined || !isSame(secret, operator.secret))) {
    throw refuseIdentity('invalid', {});
  }
  const present = secret === undefined ? undefined : operator?.actor;
  const slug = one(headers['x-countersign-org']);

  if (headers.authorization !== undefined) {
    const token = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(headers.authorization)?.[1];
    const known = token === undefined ? undefined : await services.authenticate(token);
    if (known === undefined) throw refuseIdentity('invalid', {});
    if (slug !== undefined && slug !== known.organisation.slug) throw refuseRequest('organisation', { slug });
    const { actor, organisation, scope, only } = known;
    return { actor, organisation, scope, operator: present, only };
  }
  if (present === undefined && browser !== undefined) {
    const session = await browser.signIn.sessions.find(headers.cookie);
    if (session !== undefined) {
      refuseForged(headers, browser.method, browser.signIn);
      return bySession(session, slug, services, browser.signIn);
    }
  }
  if (present === undefined) throw refuseIdentity('missing', {});
  const organisation = slug === undefined ? undefined : await named(slug, services);
  return { actor: present, organisation, scope: 'write', operator: present };
}

/**
 * The wall against requests that a page elsewhere has a browser send: whatever changes something comes from a page of ours, which its
 * Origin says, and carries a header that no form can set.
 *
 * @throws Refusal signin.origin, signin.header
 */
export function refuseForged(headers: Presented, method: string, { place }: Pick<SignIn, 'place'>): void {
  if (method === 'GET' || method === 'HEAD') return;
  if (!isOurOrigin(headers.origin, headers.host, place)) throw refuseSignIn('origin', {});
  if (one(headers['x-countersign-org']) === undefined) throw refuseSignIn('header', {});
}

async function bySession(
  session: Session,
  slug: string | undefined,
  services: Pick<Services, 'organisations'>,
  signIn: SignIn,
): Promise<Caller> {
  const nobody = { id: `user:${session.user.id}`, roles: [] };
  if (slug === undefined || slug === NONE)
    return { actor: nobody, organisation: undefined, scope: 'write', operator: undefined, session };
  const organisation = await named(slug, services);
  const member = await signIn.members.of(session, organisation);
  if (member === undefined) throw refuseRequest('organisation', { slug });
  return { actor: member.actor, organisation, scope: 'write', operator: undefined, session, member };
}

async function named(slug: string, services: Pick<Services, 'organisations'>): Promise<Organisation> {
  const found = (await services.organisations()).find((organisation) => organisation.slug === slug);
  if (found === undefined) throw refuseRequest('organisation', { slug });
  return found;
}

/** The organisation a request is for: the caller's, or the only one there is. */
export async function organisationOf(caller: Caller, services: Pick<Services, 'organisations'>): Promise<Organisation> {
  if (caller.organisation !== undefined) return caller.organisation;
  if (caller.session !== undefined) throw refuseSignIn('organisation', {});
  const [first, ...others] = await services.organisations();
  if (first === undefined) throw refuseRequest('organisation-none', {});
  if (others.length === 0) return first;
  throw refuseRequest('organisation-choose', { slugs: [first, ...others].map(({ slug }) => slug).join(', ') });
}

/** What an owner who owes a second factor may still ask, beside what belongs to signing in. */
const WHILE_HELD: readonly string[] = ['me', 'organisations'];
/** What a token for one source may ask. */
const OF_A_SOURCE: readonly string[] = ['me', 'source.push', 'source.collect'];

/** Refuses a caller whose token, scope or role is not enough; what an act or a view allows is core's to say. */
export function refuseUnlessAllowed(operation: Operation, caller: Caller, now: number): void {
  const { session, member, only } = caller;
  if (operation.access === 'session') {
    if (session === undefined) throw refuseSignIn('browser', {});
    return;
  }
  if (session !== undefined && member !== undefined && !WHILE_HELD.includes(operation.id)) {
    if (owedFactor(session, member, now)?.held === true) throw refuseSignIn('factor', {});
  }
  if (only !== undefined) refuseBeyond(operation, only);
  if (operation.access === 'operator' && caller.operator === undefined) throw refuseRequest('operator', {});
  if (operation.access === 'write' && caller.scope !== 'write') throw refuseRequest('scope', {});
  if (operation.roles === undefined || caller.operator !== undefined) return;
  // A job's token has the operator's role and is not the operator.
  const allowed: ReadonlySet<Role> = new Set(operation.roles);
  if (!caller.actor.roles.some((role) => allowed.has(role))) {
    throw refuseRequest('role', { roles: operation.roles.join(', ') });
  }
}

/** Refuses a token what it is not for: by acts it writes nothing else, for a source it does nothing else. */
function refuseBeyond({ id, access, calls }: Operation, { acts, source }: TokenLimits): void {
  if (source !== undefined && !OF_A_SOURCE.includes(id)) throw refuseRequest('limits', { to: `the source ${source}` });
  if (acts === undefined || access !== 'write') return;
  if (calls.is !== 'act' || !acts.includes(calls.act.name))
    throw refuseRequest('limits', { to: `the acts ${acts.join(', ')}` });
}

/** Refuses a token for one source any other. */
export function refuseOtherSources({ only }: Caller, sources: readonly string[]): void {
  const source = only?.source;
  if (source !== undefined && (sources.length !== 1 || sources[0] !== source))
    throw refuseRequest('limits', { to: `the source ${source}` });
}
