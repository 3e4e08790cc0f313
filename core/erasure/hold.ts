import { z } from 'zod';
import type { DateText, Stored } from '../kernel/index.ts';
import { dateText, defineRecord, defineRefusals, ref } from '../kernel/index.ts';

export const refuseHold = defineRefusals('hold', {
  nothing: {
    family: 'invalid',
    says: (_: object) => 'The hold would cover nothing: name controls, evidence, datasets or people, or all.',
  },
  order: {
    family: 'invalid',
    says: (p: { from: string; until: string }) => `The hold would end on ${p.until}, before it begins on ${p.from}.`,
  },
  own: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} asked for the release; another person decides it.`,
  },
});

export const Covers = z.strictObject({
  all: z.literal(true).optional(),
  controls: z.array(ref('control')).max(500).optional(),
  evidence: z.array(ref('evidence')).max(500).optional(),
  datasets: z.array(z.string().min(1).max(200)).max(100).optional().describe('In full, as hr/people.'),
  people: z.array(ref('person')).max(500).optional(),
});
export type Covers = z.infer<typeof Covers>;

/** Nothing that it covers is erased while it is in force. Placed by one person, released by two. */
export const LegalHold = defineRecord('legal-hold', {
  title: 'Legal hold',
  ownActsOnly: true,
  // That there is a dispute is nobody's business but those who answer for it.
  readableBy: ['owner', 'lead', 'operator'],
  body: z.strictObject({
    name: z.string().min(1).max(200),
    why: z.string().min(3).max(2000),
    covers: Covers,
    from: dateText(),
    until: dateText().optional().describe('The last day; without it until it is released.'),
    placedBy: z.string(),
    state: z.enum(['placed', 'release-asked', 'released']).default('placed'),
    releaseAskedBy: z.string().optional(),
    releaseWhy: z.string().min(3).max(2000).optional(),
    releasedBy: z.string().optional(),
  }),
  holds({ covers, from, until }) {
    if (covers.all !== true && Object.values(covers).every((list) => !Array.isArray(list) || list.length === 0))
      return refuseHold('nothing', {}, ['covers']);
    return until !== undefined && until < from ? refuseHold('order', { from, until }, ['until']) : undefined;
  },
  lifecycle: {
    field: 'state',
    starts: 'placed',
    moves: {
      ask: { from: ['placed'], to: 'release-asked' },
      keep: { from: ['release-asked'], to: 'placed' },
      release: { from: ['release-asked'], to: 'released' },
    },
  },
});

/** What an erasure would take something from, as a hold may cover it. */
export interface Touched {
  readonly evidence?: string;
  readonly person?: string;
  readonly dataset?: string;
  readonly controls: readonly string[];
}

type Hold = Pick<Stored<typeof LegalHold>, 'id' | 'name' | 'covers' | 'from' | 'until' | 'state'>;

/** One that is asked to be released holds until another person has agreed. */
export const isInForce = ({ state, from, until }: Hold, day: DateText): boolean =>
  state !== 'released' && from <= day && (until === undefined || day <= until);

/** The holds in force on a day that cover any of it. */
export function holdsOver<H extends Hold>(holds: readonly H[], touched: Touched, day: DateText): readonly H[] {
  const has = (list: readonly string[] | undefined, one: string | undefined): boolean =>
    one !== undefined && list?.includes(one) === true;
  return holds.filter(
    (hold) =>
      isInForce(hold, day) &&
      (hold.covers.all === true ||
        has(hold.covers.evidence, touched.evidence) ||
        has(hold.covers.people, touched.person) ||
        has(hold.covers.datasets, touched.dataset) ||
        touched.controls.some((control) => has(hold.covers.controls, control))),
  );
}
