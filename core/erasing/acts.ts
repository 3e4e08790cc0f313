import { z } from 'zod';
import type { Erasable } from '../erasure/record.ts';
import { Erasable as ErasableSchema, Erasure, isSameThing, saidOf } from '../erasure/record.ts';
import { ERASED_DIGEST, ERASED_NAME, Evidence } from '../evidence/record.ts';
import type { Change, Facts, Refusal, Stored } from '../kernel/index.ts';
import {
  ask,
  change,
  correct,
  create,
  dayOf,
  defineAct,
  defineRefusals,
  idSchema,
  move,
  ref,
  retire,
} from '../kernel/index.ts';
import { Invitation } from '../people/invitation.ts';
import { ERASED_PERSON, Person, Token } from '../people/record.ts';
import { SignInLink } from '../people/sign-in.ts';
import { Reach } from './feed.ts';
import type { ErasableBook } from './touched.ts';
import { erasableReads, holding } from './touched.ts';

export const refuseErasure = defineRefusals('erasure', {
  held: {
    family: 'unmet',
    says: (p: { what: string; holds: string }) =>
      `${p.what} is under ${p.holds}. Nothing under a legal hold is erased until two people have released it.`,
  },
  own: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} asked for this; another person decides it.`,
  },
  self: {
    family: 'unmet',
    says: (p: { person: string }) => `This would erase who ${p.person} is; another person decides it.`,
  },
  asked: {
    family: 'conflict',
    says: (p: { what: string; erasure: string }) => `${p.what} is to be erased already: “${p.erasure}”.`,
  },
  done: {
    family: 'unmet',
    says: (p: { what: string; erasure: string }) => `${p.what} was erased before, by “${p.erasure}”.`,
  },
  nothing: {
    family: 'missing',
    says: (p: { what: string }) => `There is no ${p.what} that still holds something.`,
  },
});

/** Refuses what is not there, what is gone already, and what a hold keeps: the same at asking and at approving. */
function* refuseUnlessErasable(book: ErasableBook, what: Erasable, now: number, zone: string) {
  const [first] = holding(book, what, now, zone);
  if (what.kind === 'item') {
    const { intact } = yield* ask(Reach, { what, words: [] });
    if (intact === 0) throw refuseErasure('nothing', { what: saidOf(what) }, ['what']);
  } else {
    const { erased } = what.kind === 'evidence' ? book.evidence.get(what.id) : book.person.get(what.id);
    if (erased !== undefined) throw refuseErasure('done', { what: saidOf(what), erasure: erased }, ['what']);
  }
  if (first === undefined) return;
  const holds = holding(book, what, now, zone)
    .map(({ id, name }) => `the legal hold “${name}” (${id})`)
    .join(' and ');
  throw refuseErasure('held', { what: saidOf(what), holds }, ['what']);
}

export const askErasure = defineAct('erasure.ask', {
  says: 'Asks for something to be erased for good. Another person decides it. Look at erasure.preview first: it says what rests on it.',
  input: z.strictObject({
    id: idSchema.optional(),
    what: ErasableSchema,
    why: Erasure.body.shape.why,
    basis: Erasure.body.shape.basis,
  }),
  reads: erasableReads,
  allowed: ['owner', 'lead', 'operator'],
  answer: z.strictObject({ erasure: z.string() }),
  *decide(book, { id, what, why, basis }, { actor, now, seed, zone }) {
    yield* refuseUnlessErasable(book, what, now, zone);
    const open = book.erasure.all().find((other) => other.state === 'asked' && isSameThing(other.what, what));
    if (open !== undefined) throw refuseErasure('asked', { what: saidOf(what), erasure: open.id }, ['what']);
    const erasure = id ?? `er-${seed.slice(0, 12)}`;
    return { changes: [create(Erasure, erasure, { what, why, basis, askedBy: actor.id })], answer: { erasure } };
  },
});

/** Whoever asked does not decide, and nobody decides on their own name. */
function unfitToApprove({ askedBy, what }: Stored<typeof Erasure>, { actor }: Facts): Refusal | undefined {
  if (askedBy === actor.id) return refuseErasure('own', { person: actor.id });
  return what.kind === 'person' && what.id === actor.id ? refuseErasure('self', { person: actor.id }) : undefined;
}

export const approveErasure = defineAct('erasure.approve', {
  says: 'Agrees that something that another person asked about is erased, and erases it, for good and in the same entry of the log.',
  input: z.strictObject({ erasure: ref('erasure') }),
  reads: [...erasableReads, Invitation, SignInLink, Token],
  on: { kind: Erasure, field: 'erasure', move: 'approve' },
  // Never the operator: whoever runs the machine could do it without anybody, and must not seem to be the second person.
  allowed: ['owner', 'lead'],
  unless: unfitToApprove,
  *decide(book, { erasure }, { actor, now, zone }) {
    const row = book.erasure.get(erasure);
    yield* refuseUnlessErasable(book, row.what, now, zone);
    const approved = move(Erasure, row, 'approve', { decidedBy: actor.id });
    const { what } = row;
    if (what.kind === 'item') return [approved];
    if (what.kind === 'evidence') return [approved, emptied(book.evidence.get(what.id), erasure)];
    const open = [
      ...book.invitation.pointingAt('person', what.id).map((one) => retire(Invitation, one)),
      ...book['sign-in-link'].pointingAt('person', what.id).map((one) => retire(SignInLink, one)),
      ...book.token.pointingAt('for', what.id).map((one) => retire(Token, one)),
    ];
    return [approved, forgotten(book.person.get(what.id), erasure, dayOf(zone, now)), ...open];
  },
});

/** What stays of a document: what it was filed for and when, never what it said. */
const emptied = (row: Stored<typeof Evidence>, erasure: string): Change =>
  correct(Evidence, row, {
    name: ERASED_NAME,
    digest: ERASED_DIGEST,
    source: undefined,
    note: undefined,
    returnedFor: undefined,
    erased: erasure,
  });

/** What stays of a person: an id, roles and dates, by which what they did is still told apart from what others did. */
const forgotten = (row: Stored<typeof Person>, erasure: string, today: string): Change =>
  change(Person, row, {
    name: ERASED_PERSON,
    email: undefined,
    jobTitle: undefined,
    leavesOn: row.leavesOn ?? (row.startsOn !== undefined && row.startsOn > today ? row.startsOn : today),
    erased: erasure,
  });

export const refuseErasureAct = defineAct('erasure.refuse', {
  says: 'Decides that something is not erased, with the reason. Who asked may take it back this way.',
  input: z.strictObject({ erasure: ref('erasure'), reason: z.string().min(3).max(2000) }),
  reads: [Erasure],
  on: { kind: Erasure, field: 'erasure', move: 'refuse' },
  allowed: ['owner', 'lead'],
  decide: (book, { erasure, reason }, { actor }) => [
    move(Erasure, book.erasure.get(erasure), 'refuse', { decidedBy: actor.id, refusedFor: reason }),
  ],
});
