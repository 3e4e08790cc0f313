import { z } from 'zod';
import {
  create,
  dayOf,
  defineAct,
  defineRefusals,
  idSchema,
  instantText,
  parseInstant,
  ref,
  retire,
} from '../kernel/index.ts';
import { isOperator, Person, Token, TokenActs, TokenSource } from './record.ts';

export const refuseToken = defineRefusals('token', {
  expired: {
    family: 'invalid',
    says: (p: { expires: string }) => `The token would expire at ${p.expires}, which is past.`,
  },
  other: {
    family: 'forbidden',
    says: (p: { person: string }) =>
      `A token for ${p.person} lets its bearer act in their name. ${p.person} makes it, or the operator of the machine.`,
  },
  scope: {
    family: 'invalid',
    says: (_: object) => 'A token that only reads does no acts and pushes to no source: leave out scope, or these.',
  },
  both: {
    family: 'invalid',
    says: (_: object) => 'A token is for one source or for some acts, not for both: make two.',
  },
  left: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} has left; no token is made for who has left.`,
  },
});

export const createToken = defineAct('token.create', {
  says: 'Records a new API token. The server makes the secret and shows it once.',
  input: z.strictObject({
    id: idSchema,
    name: z.string().min(1).max(100),
    for: ref('person').optional(),
    scope: z.enum(['read', 'write']).default('write'),
    acts: TokenActs.optional(),
    source: TokenSource.optional(),
    expires: instantText().optional(),
  }),
  reads: [Person, Token],
  internal: true,
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { id, ...body }, { actor, now, zone }) {
    // Two people approve nothing if one of them can sign in as both.
    if (body.for !== undefined && body.for !== actor.id && !isOperator(actor)) {
      throw refuseToken('other', { person: body.for }, ['for']);
    }
    if (body.scope === 'read' && (body.acts !== undefined || body.source !== undefined)) throw refuseToken('scope', {});
    if (body.acts !== undefined && body.source !== undefined) throw refuseToken('both', {}, ['acts']);
    const { expires } = body;
    if (expires !== undefined && (parseInstant(expires) ?? -Infinity) <= now)
      throw refuseToken('expired', { expires }, ['expires']);
    const leaves = body.for === undefined ? undefined : book.person.get(body.for).leavesOn;
    if (leaves !== undefined && leaves < dayOf(zone, now))
      throw refuseToken('left', { person: body.for ?? '' }, ['for']);
    return [create(Token, id, body)];
  },
});

export const revokeToken = defineAct('token.revoke', {
  says: 'Ends a token at once.',
  input: z.strictObject({ token: ref('token') }),
  reads: [Token],
  on: { kind: Token, field: 'token' },
  allowed: ['owner', 'lead', 'operator'],
  decide: (book, { token }) => [retire(Token, book.token.get(token))],
});
