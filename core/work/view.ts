import { z } from 'zod';
import { can } from '../access/index.ts';
import { approveDesign, DesignEvaluation } from '../control/design.ts';
import { approveException } from '../control/exception.ts';
import { PRESSING_STATES, pressingFor, pressingReads } from '../duty/work.ts';
import { calendarIn, controlHistories, operatingReads } from '../effectiveness/reading.ts';
import { acceptEvidence } from '../evidence/acts.ts';
import { filersOf, replacedBy, wasThere } from '../evidence/filing.ts';
import { Evidence } from '../evidence/record.ts';
import type { ActDef, Actor, At, Book, RecordDef, Role, Stored } from '../kernel/index.ts';
import { dayOf, defineRefusals, defineView, idSchema, parseInstant, printInstant, refuse } from '../kernel/index.ts';
import { Invitation } from '../people/invitation.ts';
import { Person } from '../people/record.ts';
import { approvePolicy } from '../policy/acts.ts';
import { editionInForce } from '../policy/edition.ts';
import { Acknowledgement, Policy } from '../policy/record.ts';
import { askedOf } from '../policy/view.ts';
import type { Duty } from './duties.ts';
import { dutiesOf, DUTY_STATES } from './duties.ts';
import { controlsOf } from './responsible.ts';

export const refuseWork = defineRefusals('work', {
  other: {
    family: 'forbidden',
    says: (p: { person: string }) => `The work of ${p.person} is shown to them, to owners and to leads.`,
  },
  person: {
    family: 'invalid',
    says: (_: object) => 'Who asks is no person of this organisation: name one whose work is asked for.',
  },
});

const reads = [
  ...operatingReads,
  ...pressingReads,
  Evidence,
  DesignEvaluation,
  Policy,
  Acknowledgement,
  Person,
  Invitation,
] as const;
type Read = Book<typeof reads>;

const Who = z.object({ id: z.string(), name: z.string() });
const Step = z.object({ name: z.string(), input: z.record(z.string(), z.unknown()) });
const REVIEWED = ['evidence', 'exception', 'design-evaluation', 'policy'] as const;

export const Work = z.object({
  person: Who,
  controls: z.object({ running: z.int(), planned: z.int() }),
  duties: z.array(
    z.object({
      control: z.object({ id: z.string(), title: z.string() }),
      key: z.string(),
      state: z.enum(DUTY_STATES),
      dueOn: z.string(),
      graceEndsOn: z.string(),
      says: z.string(),
      evidence: z.enum(['required', 'optional']),
      act: Step,
      path: z.string(),
    }),
  ),
  reviews: z.array(
    z.object({
      kind: z.enum(REVIEWED),
      id: z.string(),
      title: z.string(),
      says: z.string(),
      by: Who,
      since: z.string(),
      act: Step,
      path: z.string(),
    }),
  ),
  /** What was sent back to who made it. */
  returned: z.array(
    z.object({
      kind: z.enum(['evidence', 'policy']),
      id: z.string(),
      title: z.string(),
      reason: z.string(),
      by: Who,
      since: z.string(),
      act: Step,
      path: z.string(),
    }),
  ),
  acknowledge: z.array(
    z.object({
      policy: z.string(),
      title: z.string(),
      label: z.string(),
      edition: z.int(),
      since: z.string(),
      dueOn: z.string(),
      state: z.enum(['asked', 'overdue']),
      act: Step,
      path: z.string(),
    }),
  ),
  /** Clocks of privacy requests and incidents that they handle and that are not done. */
  clocks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      obligation: z.string(),
      says: z.string(),
      state: z.enum(PRESSING_STATES),
      dueAt: z.string().nullable(),
      dueOn: z.string().nullable(),
      path: z.string(),
    }),
  ),
  /** Invitations nobody has taken up yet, for those who invite. */
  invitations: z.array(
    z.object({ id: z.string(), person: Who, expires: z.string(), isExpired: z.boolean(), path: z.string() }),
  ),
  counts: z.object({
    overdue: z.int(),
    inGrace: z.int(),
    due: z.int(),
    upcoming: z.int(),
    reviews: z.int(),
    returned: z.int(),
    acknowledge: z.int(),
    clocks: z.int(),
  }),
});
export type Work = z.infer<typeof Work>;

const SEE_OTHERS: readonly Role[] = ['owner', 'lead', 'operator'];

/** Whose work is asked for: one's own, or that of another for who leads them. */
function subjectOf(book: Read, asked: string | undefined, { actor }: At): Stored<typeof Person> {
  const id = asked ?? actor.id;
  if (id !== actor.id && !actor.roles.some((role) => SEE_OTHERS.includes(role))) {
    throw refuseWork('other', { person: id });
  }
  // Who was not recorded yet at an earlier moment had no work; they are shown that, and not that they are nobody.
  const person = book.person.find(id) ?? book.person.history(id)[0];
  if (person !== undefined) return person;
  throw asked === undefined ? refuseWork('person', {}, ['person']) : refuse('missing', { kind: Person.kind, id });
}

const DUTY_ORDER = (duty: Pick<Duty, 'state' | 'dueOn'>): string => `${DUTY_STATES.indexOf(duty.state)} ${duty.dueOn}`;

export const work = defineView('work', {
  says: 'What somebody has to do: controls that are due, reviews that wait for them, what came back, policies to acknowledge.',
  input: z.strictObject({
    person: idSchema.optional().describe('Another person, for owners and leads; without it who asks.'),
  }),
  reads,
  output: Work,
  compute(book, { person: asked }, at) {
    const person = subjectOf(book, asked, at);
    const subject: Actor = { id: person.id, roles: person.roles };
    const who = (id: string): z.infer<typeof Who> => ({ id, name: book.person.find(id)?.name ?? id });
    const duties = dutiesFor(book, person.id, at);
    const reviews = reviewsFor(book, subject, who, at);
    const returned = returnedTo(book, subject, who, at);
    const acknowledge = acknowledgedBy(book, person.id, at);
    const clocks = [...pressingFor(book, person.id, at)];
    const owned = controlsOf(book, person.id, at);
    const today = dayOf(at.zone, at.asOf);
    const count = (state: Duty['state']): number => duties.filter((duty) => duty.state === state).length;
    return {
      person: who(person.id),
      controls: {
        running: owned.filter(({ startsOn, endsOn }) => startsOn !== undefined && (endsOn ?? today) >= today).length,
        planned: owned.filter(({ startsOn }) => startsOn === undefined).length,
      },
      duties,
      reviews,
      returned,
      acknowledge,
      clocks,
      invitations: invitationsFor(book, subject, who, at),
      counts: {
        overdue: count('overdue'),
        inGrace: count('in-grace'),
        due: count('due'),
        upcoming: count('upcoming'),
        reviews: reviews.length,
        returned: returned.length,
        acknowledge: acknowledge.length,
        clocks: clocks.length,
      },
    };
  },
});

function dutiesFor(book: Read, person: string, at: At): Work['duties'] {
  const owned = new Map(controlsOf(book, person, at).map((control) => [control.id as string, control]));
  const calendar = calendarIn(book, at);
  return controlHistories(book, [...owned.keys()])
    .flatMap((history) => {
      const control = owned.get(history.control);
      if (control === undefined) return [];
      return dutiesOf(history, calendar, at.asOf, at.knownAt).map((duty) => ({
        control: { id: control.id, title: control.title },
        ...duty,
        evidence: control.evidence,
        act: {
          name: 'performance.record',
          // Nothing meets a missed one any more: what is done now is for the period that runs.
          input: { control: control.id, ...(duty.state === 'in-grace' ? { for: duty.key } : {}) },
        },
        path: `/controls/${control.id}`,
      }));
    })
    .sort((a, b) => (DUTY_ORDER(a) < DUTY_ORDER(b) ? -1 : 1));
}

type ToWho = (id: string) => z.infer<typeof Who>;

/** What waits for a decision that this person may take: each asked of the act that takes it. */
function reviewsFor(book: Read, subject: Actor, who: ToWho, at: At): Work['reviews'] {
  const may = (act: ActDef, row: Stored<RecordDef>): boolean =>
    can(subject, act, { row, now: at.asOf, zone: at.zone }).allowed;
  const titleOf = (control: string): string => book.control.find(control)?.title ?? control;
  const documents = book.evidence
    .all()
    .filter((row) => row.state === 'submitted' && wasThere(row, at.asOf) && replacedBy(book, row.id) === undefined)
    .filter((row) => may(acceptEvidence, { ...row }))
    .map((row) => ({
      kind: 'evidence' as const,
      id: row.id,
      title: row.name,
      says: `Filed for ${row.controls.join(', ')}.`,
      by: who(filersOf(row).at(-1) ?? row.actor),
      since: printInstant(row.recordedAt),
      act: { name: 'evidence.accept', input: { evidence: row.id } },
      path: `/evidence/${row.id}`,
    }));
  const exceptions = book.exception
    .all()
    .filter((row) => row.state === 'requested' && may(approveException, { ...row }))
    .map((row) => ({
      kind: 'exception' as const,
      id: row.id,
      title: `Exception to ${titleOf(row.control)}`,
      says: `${row.from} to ${row.to}: ${row.reason}`,
      by: who(row.requestedBy),
      since: printInstant(row.recordedAt),
      act: { name: 'exception.approve', input: { exception: row.id } },
      path: `/controls/${row.control}?exception=${row.id}`,
    }));
  const designs = book['design-evaluation']
    .all()
    .filter((row) => row.state === 'proposed' && row.recordedAt <= at.asOf && may(approveDesign, { ...row }))
    .map((row) => ({
      kind: 'design-evaluation' as const,
      id: row.id,
      title: `Design of ${titleOf(row.control)}`,
      says: row.finding,
      by: who(row.evaluatedBy),
      since: printInstant(row.recordedAt),
      act: { name: 'design.approve', input: { evaluation: row.id } },
      path: `/controls/${row.control}?design=${row.id}`,
    }));
  const policies = book.policy
    .all()
    .filter((row) => row.state === 'submitted' && may(approvePolicy, { ...row }))
    .map((row) => ({
      kind: 'policy' as const,
      id: row.id,
      title: `${row.title}, ${row.label}`,
      says: 'An edition to approve.',
      by: who(row.submittedBy ?? row.actor),
      since: printInstant(row.recordedAt),
      act: { name: 'policy.approve', input: { policy: row.id } },
      path: `/policies/${row.id}`,
    }));
  return [...documents, ...exceptions, ...designs, ...policies].sort((a, b) => (a.since < b.since ? -1 : 1));
}

function returnedTo(book: Read, subject: Actor, who: ToWho, at: At): Work['returned'] {
  const documents = book.evidence
    .all()
    .filter(
      (row) =>
        row.state === 'returned' &&
        row.erased === undefined &&
        wasThere(row, at.asOf) &&
        filersOf(row).includes(subject.id),
    )
    .filter((row) => replacedBy(book, row.id) === undefined)
    .map((row) => ({
      kind: 'evidence' as const,
      id: row.id,
      title: row.name,
      reason: row.returnedFor ?? '',
      by: who(row.decidedBy ?? row.actor),
      since: printInstant(row.recordedAt),
      act: { name: 'evidence.resubmit', input: { evidence: row.id } },
      path: `/evidence/${row.id}`,
    }));
  const policies = book.policy
    .all()
    .filter((row) => row.state === 'draft' && row.returnedFor !== undefined && row.writtenBy.includes(subject.id))
    .map((row) => ({
      kind: 'policy' as const,
      id: row.id,
      title: `${row.title}, ${row.label}`,
      reason: row.returnedFor ?? '',
      by: who(row.decidedBy ?? row.actor),
      since: printInstant(row.recordedAt),
      act: { name: 'policy.submit', input: { policy: row.id } },
      path: `/policies/${row.id}`,
    }));
  return [...documents, ...policies].sort((a, b) => (a.since < b.since ? -1 : 1));
}

function acknowledgedBy(book: Read, person: string, at: At): Work['acknowledge'] {
  return book.policy
    .ids()
    .flatMap((policy) => {
      const edition = editionInForce(book.policy.history(policy), at.asOf);
      const asked = edition && askedOf(book, edition, at).find((one) => one.person.id === person);
      if (edition === undefined || asked === undefined || asked.state === 'acknowledged') return [];
      return [
        {
          policy,
          title: edition.title,
          label: edition.label,
          edition: edition.version,
          since: asked.since,
          dueOn: asked.dueOn,
          state: asked.state,
          act: { name: 'policy.acknowledge', input: { policy, edition: edition.version } },
          path: `/policies/${policy}`,
        },
      ];
    })
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1));
}

const INVITE: readonly Role[] = ['owner', 'lead'];

function invitationsFor(book: Read, subject: Actor, who: ToWho, at: At): Work['invitations'] {
  if (!subject.roles.some((role) => INVITE.includes(role))) return [];
  return book.invitation.all().map((row) => ({
    id: row.id,
    person: who(row.person),
    expires: row.expires,
    isExpired: (parseInstant(row.expires) ?? -Infinity) <= at.asOf,
    path: '/people',
  }));
}
