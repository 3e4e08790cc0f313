import type { ActDef, Actor, Facts, Product, RecordDef, Refusal, Role, Stamp, ViewDef } from '../kernel/index.ts';
import { isGuest, refuse, refuseIdentity, ROLES, unfit } from '../kernel/index.ts';
import { refusalToGuest } from './sight.ts';

/** An answer for a button: whether, and if not, the sentence beside it. `because` says what a person can do about it. */
export type Allowed =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly code: string;
      readonly because: string;
      /** Roles that may, if the role is what is missing or not. */
      readonly who: readonly Role[];
    };

/** What of an act says who may do it: services that are no acts have it too. */
export type Gate = Pick<ActDef, 'name' | 'allowed'> & Partial<Pick<ActDef, 'on' | 'unless' | 'internal'>>;

/** A thing as it stands when it is asked about. */
export interface Standing extends Omit<Facts, 'actor'> {
  readonly row: Stamp;
}

/**
 * Whether somebody may do something: first by role, then, where a thing is given that the act is `on`, by what that thing is now and who
 * had a hand in it. The server asks it before every act, and the web for every button.
 */
export function can(actor: Actor, act: Gate, thing?: Standing): Allowed {
  return allowedUnless(refusalOf(actor, act, thing), act.allowed);
}

/** The same as a refusal: `identity.required` for the operator, `record.forbidden` for a person without a role that may, else what the act says of the thing. */
export function refusalOf(actor: Actor, act: Gate, thing?: Standing): Refusal | undefined {
  return refusalByRole(actor, act) ?? (thing === undefined ? undefined : refusalByThing(actor, act, thing));
}

/** @throws Refusal what `refusalOf` answers */
export function refuseUnlessAllowed(actor: Actor, act: Gate, thing?: Standing): void {
  const refusal = refusalOf(actor, act, thing);
  if (refusal !== undefined) throw refusal;
}

function refusalByRole(actor: Actor, { name, allowed, on, internal }: Gate): Refusal | undefined {
  if (actor.roles.some((role) => allowed.includes(role))) {
    // Acts without a door are steps of a service, which asks for itself: an invitation is accepted before anything is granted.
    if (!isGuest(actor) || internal === true) return undefined;
    return refusalToGuest(actor.sight, name, on?.kind.area ?? 'any');
  }
  if (actor.roles.includes('operator')) return refuseIdentity('required', { act: name });
  return refuse('forbidden', { act: name, roles: rolesSaid(allowed.filter((role) => role !== 'operator')) });
}

function refusalByThing(actor: Actor, { on, unless }: Gate, { row, ...facts }: Standing): Refusal | undefined {
  if (on === undefined || unless === undefined) return undefined;
  return unfit({ on, unless }, row, { actor, ...facts });
}

/** Whether somebody may read records of a kind by list, get and history. Which of them a guest sees, their grants say. */
export const mayRead = (actor: Actor, def: RecordDef): Allowed =>
  allowedUnless(refusalToRead(actor, `Reading a ${def.kind}`, def), def.readableBy);

/** Whether somebody may ask a view. */
export const mayAsk = (actor: Actor, view: ViewDef): Allowed =>
  allowedUnless(refusalToRead(actor, `The view ${view.name}`, view), view.readableBy);

/** @throws Refusal `record.forbidden`, or `grant.…` to a guest */
export function refuseUnlessRead(actor: Actor, def: RecordDef): void {
  const refusal = refusalToRead(actor, `Reading a ${def.kind}`, def);
  if (refusal !== undefined) throw refusal;
}

/** @throws Refusal `record.forbidden`, or `grant.…` to a guest */
export function refuseUnlessAsked(actor: Actor, view: ViewDef): void {
  const refusal = refusalToRead(actor, `The view ${view.name}`, view);
  if (refusal !== undefined) throw refusal;
}

function refusalToRead(
  actor: Actor,
  what: string,
  { readableBy, area }: Pick<RecordDef, 'readableBy' | 'area'>,
): Refusal | undefined {
  if (readableBy !== undefined && !actor.roles.some((role) => readableBy.includes(role)))
    return refuse('forbidden', { act: what, roles: rolesSaid(readableBy) });
  return isGuest(actor) ? refusalToGuest(actor.sight, what, area) : undefined;
}

const allowedUnless = (refusal: Refusal | undefined, who: readonly Role[] = ROLES): Allowed =>
  refusal === undefined ? { allowed: true } : { allowed: false, code: refusal.code, because: refusal.message, who };

/** Roles as a sentence names them; the operator alone where nobody else may. */
export const rolesSaid = (roles: readonly Role[]): string =>
  roles.length === 0 ? 'the operator of the machine' : roles.join(', ');

/** Acts with a door of their own, in the order of their names. */
export const actsWithDoor = (product: Product): readonly ActDef[] =>
  [...product.acts.values()].filter(({ internal }) => !internal);

/** Those that are done to one record of this kind. */
export const actsOn = (product: Product, kind: string): readonly ActDef[] =>
  actsWithDoor(product).filter(({ on }) => on?.kind.kind === kind);
