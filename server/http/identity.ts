import type { Operation } from '@countersign/api/operation.ts';
import type { Actor, Role } from '@countersign/core/kernel/index.ts';
import { refuseIdentity } from '@countersign/core/kernel/index.ts';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Organisation, Services } from '../runtime.ts';
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
}

export interface Presented {
  readonly authorization?: string | undefined;
  readonly 'x-countersign-operator'?: string | string[] | undefined;
  readonly 'x-countersign-org'?: string | string[] | undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that says nothing of where two secrets differ. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

/**
 * Who stands behind a request's headers. A token decides for its own organisation; the operator's secret speaks for the
 * machine and names the organisation. Refuses identity.missing, identity.invalid and, for another organisation than the
 * token's, as if that did not exist.
 */
export async function identify(
  headers: Presented,
  services: Pick<Services, 'authenticate' | 'organisations'>,
  operator: Operator | undefined,
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
    return { actor: known.actor, organisation: known.organisation, scope: known.scope, operator: present };
  }
  if (present === undefined) throw refuseIdentity('missing', {});
  const organisation = slug === undefined ? undefined : await named(slug, services);
  return { actor: present, organisation, scope: 'write', operator: present };
}

async function named(slug: string, services: Pick<Services, 'organisations'>): Promise<Organisation> {
  const found = (await services.organisations()).find((organisation) => organisation.slug === slug);
  if (found === undefined) throw refuseRequest('organisation', { slug });
  return found;
}

/** The organisation a request is for: the caller's, or the only one there is. */
export async function organisationOf(caller: Caller, services: Pick<Services, 'organisations'>): Promise<Organisation> {
  if (caller.organisation !== undefined) return caller.organisation;
  const [first, ...others] = await services.organisations();
  if (first === undefined) throw refuseRequest('organisation-none', {});
  if (others.length === 0) return first;
  throw refuseRequest('organisation-choose', { slugs: [first, ...others].map(({ slug }) => slug).join(', ') });
}

/** Refuses a caller whose token, scope or role is not enough; what an act or a view allows is core's to say. */
export function refuseUnlessAllowed(operation: Operation, caller: Caller): void {
  if (operation.access === 'operator' && caller.operator === undefined) throw refuseRequest('operator', {});
  if (operation.access === 'write' && caller.scope !== 'write') throw refuseRequest('scope', {});
  if (operation.roles === undefined || caller.operator !== undefined) return;
  // A job's token has the operator's role and is not the operator.
  const allowed: ReadonlySet<Role> = new Set(operation.roles);
  if (!caller.actor.roles.some((role) => allowed.has(role))) {
    throw refuseRequest('role', { roles: operation.roles.join(', ') });
  }
}
