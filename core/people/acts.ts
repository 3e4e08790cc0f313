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
import { isOperator, Person, Token } from './record.ts';

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
  allowed: ['owner', 'lead', 'operator'],
  decide: (book, { token }) => [retire(Token, book.token.get(token))],
});
