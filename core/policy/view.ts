import { z } from 'zod';
import type { At, Book, Made, Role, Stored } from '../kernel/index.ts';
import { ask, dayOf, defineView, Entries, idSchema, printInstant, refuse } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { acknowledgeBy, editionInForce, isBound, knownBy } from './edition.ts';
import { READERS } from './readers.ts';
import { Acknowledgement, Policy } from './record.ts';
import { TEMPLATES } from './templates.ts';

export const policyReads = [Policy, Person, Acknowledgement] as const;
export type PolicyBook = Book<typeof policyReads>;

/** What is drafted is seen by those who write policies, and by nobody who reads or audits them. */
const SEE_DRAFTS: readonly Role[] = ['owner', 'lead', 'adviser', 'operator'];
export const seesDrafts = (at: At): boolean => at.actor.roles.some((role) => SEE_DRAFTS.includes(role));

/** Who has not read what is for those who follow it up, and for who audits it; others see how many. */
const SEE_EVERYBODY: readonly Role[] = ['owner', 'lead', 'adviser', 'auditor', 'operator'];
const seesEverybody = (at: At): boolean => at.actor.roles.some((role) => SEE_EVERYBODY.includes(role));

const Who = z.object({ id: z.string(), name: z.string() });

/** What one person is asked to acknowledge of a policy. */
export const Asked = z.object({
  person: Who,
  /** From when they are asked: approval of the edition, or their coming. */
  since: z.string(),
  dueOn: z.string(),
  acknowledgedAt: z.string().optional(),
  index: z.int().optional(),
  state: z.enum(['acknowledged', 'asked', 'overdue']),
});
export type Asked = z.infer<typeof Asked>;

export const whoIs = (book: Book<readonly [typeof Person]>, id: string): z.infer<typeof Who> => ({
  id,
  name: book.person.find(id)?.name ?? id,
});

/** Everybody an edition asks, with what they answered: by name. */
export function askedOf(
  book: PolicyBook,
  edition: Stored<typeof Policy>,
  at: At,
  entries: ReadonlyMap<string, readonly Made[]> = new Map(),
): readonly Asked[] {
  const today = dayOf(at.zone, at.asOf);
  const given = new Map(
    book.acknowledgement
      .pointingAt('policy', edition.id)
      .filter((row) => row.edition === edition.version)
      .map((row) => [row.person, row]),
  );
  return book.person
    .all()
    .filter((person) => isBound(edition, person, today))
    .flatMap((person): readonly Asked[] => {
      const cameAt = book.person.history(person.id)[0]?.recordedAt ?? person.recordedAt;
      const dueOn = acknowledgeBy(edition, person, cameAt, at.zone);
      if (dueOn === undefined) return [];
      const row = given.get(person.id);
      const came = person.startsOn ?? dayOf(at.zone, cameAt);
      const approved = dayOf(at.zone, edition.recordedAt);
      const index = row === undefined ? undefined : entries.get(`acknowledgement/${row.id}`)?.[0]?.index;
      return [
        {
          person: { id: person.id, name: person.name },
          since: came > approved ? came : approved,
          dueOn,
          ...(row === undefined ? {} : { acknowledgedAt: printInstant(row.recordedAt) }),
          ...(index === undefined ? {} : { index }),
          state: row !== undefined ? 'acknowledged' : today > dueOn ? 'overdue' : 'asked',
        },
      ];
    })
    .sort((a, b) => (a.person.name < b.person.name ? -1 : 1));
}

/** A policy as of a moment: what was known of it, its edition in force, and what waits. Undefined where nothing may be seen of it. */
function seen(book: PolicyBook, id: string, at: At) {
  const versions = knownBy(book.policy.history(id), at.asOf);
  const head = versions.at(-1);
  if (head === undefined) return undefined;
  const inForce = editionInForce(versions, at.asOf);
  const editions = versions.filter(({ state }) => state === 'approved');
  const pending = (head.state === 'draft' || head.state === 'submitted') && seesDrafts(at) ? head : undefined;
  // What was never approved is a draft, a retired one too.
  if (editions.length === 0 && !seesDrafts(at)) return undefined;
  return { versions, head, inForce, editions, pending };
}

const STATES = ['draft', 'submitted', 'approved', 'retired'] as const;
const Counts = z.object({ asked: z.int(), acknowledged: z.int(), overdue: z.int() });

const countsOf = (asked: readonly Asked[]): z.infer<typeof Counts> => ({
  asked: asked.length,
  acknowledged: asked.filter(({ state }) => state === 'acknowledged').length,
  overdue: asked.filter(({ state }) => state === 'overdue').length,
});

/** What `policies.list` answers. */
export const PolicyListing = z.object({
  policies: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(STATES),
      label: z.string(),
      owner: Who,
      appliesTo: z.array(z.enum(READERS)),
      approvedAt: z.string().optional(),
      approvedBy: Who.optional(),
      /** The edition that waits, for those who see drafts. */
      pending: z.object({ state: z.enum(['draft', 'submitted']), label: z.string() }).optional(),
      counts: Counts,
      mine: z.enum(['acknowledged', 'asked', 'overdue']).optional(),
    }),
  ),
  templates: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      says: z.string(),
      text: z.string(),
      appliesTo: z.array(z.enum(READERS)),
      acknowledgeWithin: z.int(),
      taken: z.string().optional().describe('The policy that began from it.'),
    }),
  ),
});

export const policiesList = defineView('policies.list', {
  says: 'Policies with their edition in force, what waits, and who has acknowledged it.',
  input: z.strictObject({}),
  reads: policyReads,
  area: 'documents',
  output: PolicyListing,
  compute(book, _input, at) {
    const policies = book.policy.ids().flatMap((id) => {
      const found = seen(book, id, at);
      if (found === undefined) return [];
      const { head, inForce, pending } = found;
      const shown = inForce ?? pending ?? found.editions.at(-1) ?? head;
      const asked = inForce === undefined ? [] : askedOf(book, inForce, at);
      const mine = asked.find(({ person }) => person.id === at.actor.id)?.state;
      return [
        {
          id,
          title: shown.title,
          state: inForce !== undefined ? ('approved' as const) : head.state,
          label: shown.label,
          owner: whoIs(book, shown.owner),
          appliesTo: [...shown.appliesTo],
          ...(inForce === undefined
            ? {}
            : { approvedAt: printInstant(inForce.recordedAt), approvedBy: whoIs(book, inForce.decidedBy ?? '') }),
          ...(pending === undefined
            ? {}
            : {
                pending: {
                  state: pending.state === 'draft' ? ('draft' as const) : ('submitted' as const),
                  label: pending.label,
                },
              }),
          counts: countsOf(asked),
          ...(mine === undefined ? {} : { mine }),
        },
      ];
    });
    const began = new Map(
      book.policy.ids().flatMap((id) => {
        const [first] = knownBy(book.policy.history(id), at.asOf);
        return first?.template === undefined ? [] : [[first.template, id] as const];
      }),
    );
    return {
      policies: policies.sort((a, b) => (a.title < b.title ? -1 : 1)),
      templates: TEMPLATES.map((template) => {
        const taken = seesDrafts(at) ? began.get(template.id) : undefined;
        return { ...template, appliesTo: [...template.appliesTo], ...(taken === undefined ? {} : { taken }) };
      }),
    };
  },
});

const Text = z.object({
  edition: z.int(),
  label: z.string(),
  title: z.string(),
  text: z.string(),
  owner: Who,
  appliesTo: z.array(z.enum(READERS)),
  acknowledgeWithin: z.int().optional(),
  writtenBy: z.array(Who),
});

const textOf = (book: PolicyBook, version: Stored<typeof Policy>): z.infer<typeof Text> => ({
  edition: version.version,
  label: version.label,
  title: version.title,
  text: version.text,
  owner: whoIs(book, version.owner),
  appliesTo: [...version.appliesTo],
  ...(version.acknowledgeWithin === undefined ? {} : { acknowledgeWithin: version.acknowledgeWithin }),
  writtenBy: version.writtenBy.map((id) => whoIs(book, id)),
});

/** What `policy.page` answers. */
export const PolicyDetail = z.object({
  id: z.string(),
  state: z.enum(STATES),
  /** The edition asked for, or in force; none before the first approval. */
  shown: Text.extend({ isInForce: z.boolean(), approvedAt: z.string(), approvedBy: Who }).optional(),
  pending: Text.extend({
    state: z.enum(['draft', 'submitted']),
    since: z.string(),
    submittedBy: Who.optional(),
    returned: z.object({ by: Who, reason: z.string() }).optional(),
  }).optional(),
  retired: z.object({ at: z.string(), by: Who, reason: z.string() }).optional(),
  editions: z.array(
    z.object({
      edition: z.int(),
      label: z.string(),
      approvedAt: z.string(),
      approvedBy: Who,
      index: z.int().optional(),
    }),
  ),
  counts: Counts,
  asked: z.array(Asked),
  mine: Asked.optional(),
});

export const policyPage = defineView('policy.page', {
  says: 'One policy: its text, its editions, what waits for approval, and who has and has not acknowledged it.',
  input: z.strictObject({
    policy: idSchema,
    edition: z.int().min(1).optional().describe('An earlier edition to read; without it the one in force.'),
  }),
  reads: policyReads,
  area: 'documents',
  output: PolicyDetail,
  *compute(book, { policy: id, edition: wanted }, at) {
    const found = seen(book, id, at);
    if (found === undefined) throw refuse('missing', { kind: Policy.kind, id });
    const { head, inForce, editions, pending } = found;
    const shown =
      wanted === undefined ? (inForce ?? editions.at(-1)) : editions.find(({ version }) => version === wanted);
    if (wanted !== undefined && shown === undefined) {
      throw refuse('missing', { kind: `edition of ${id}`, id: String(wanted) });
    }
    const acknowledged = book.acknowledgement.pointingAt('policy', id);
    const entries = yield* ask(Entries, {
      records: [{ kind: 'policy', id }, ...acknowledged.map((row) => ({ kind: 'acknowledgement', id: row.id }))],
    });
    const indexOf = (version: number): { index?: number } => {
      const made = entries.get(`policy/${id}`)?.find((one) => one.version === version);
      return made === undefined ? {} : { index: made.index };
    };
    const asked = inForce === undefined ? [] : askedOf(book, inForce, at, entries);
    const mine = asked.find(({ person }) => person.id === at.actor.id);
    return {
      id,
      state: inForce !== undefined ? ('approved' as const) : head.state,
      ...(shown === undefined
        ? {}
        : {
            shown: {
              ...textOf(book, shown),
              isInForce: shown.version === inForce?.version,
              approvedAt: printInstant(shown.recordedAt),
              approvedBy: whoIs(book, shown.decidedBy ?? shown.actor),
            },
          }),
      ...(pending === undefined
        ? {}
        : {
            pending: {
              ...textOf(book, pending),
              state: pending.state === 'submitted' ? ('submitted' as const) : ('draft' as const),
              since: printInstant(pending.recordedAt),
              ...(pending.submittedBy === undefined ? {} : { submittedBy: whoIs(book, pending.submittedBy) }),
              ...(pending.returnedFor === undefined
                ? {}
                : { returned: { by: whoIs(book, pending.decidedBy ?? ''), reason: pending.returnedFor } }),
            },
          }),
      ...(head.state === 'retired'
        ? {
            retired: {
              at: printInstant(head.recordedAt),
              by: whoIs(book, head.actor),
              reason: head.retiredFor ?? '',
            },
          }
        : {}),
      editions: editions
        .map((edition) => ({
          edition: edition.version,
          label: edition.label,
          approvedAt: printInstant(edition.recordedAt),
          approvedBy: whoIs(book, edition.decidedBy ?? edition.actor),
          ...indexOf(edition.version),
        }))
        .reverse(),
      counts: countsOf(asked),
      asked: asked.filter(({ person }) => seesEverybody(at) || person.id === at.actor.id),
      ...(mine === undefined ? {} : { mine }),
    };
  },
});
