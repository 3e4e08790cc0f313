import { z } from 'zod';
import { CheckSteps, Completeness, Tracks } from '../check/feed.ts';
import { Counts } from '../population/feed.ts';
import { checkOver } from '../check/timeline.ts';
import { FREQUENCIES } from '../control/schedule.ts';
import type { DateText, Instant } from '../kernel/index.ts';
import { addDays, ask, dateText, dayStart, defineRefusals, defineView, printInstant, refuse } from '../kernel/index.ts';
import { isComplete } from '../population/reach.ts';
import { provenance } from '../proof/provenance.ts';
import { Provenance } from '../proof/proof-of.ts';
import { outsideReads } from '../proof/names.ts';
import { effectivenessOf, OPERATED } from './period.ts';
import type { CheckHistory } from './reading.ts';
import {
  calendarIn,
  checkHistories,
  controlHistories,
  countQuestion,
  datasetOf,
  modeOf,
  operatingReads,
  stateTerms,
  supporting,
} from './reading.ts';

export const refuseWindow = defineRefusals('window', {
  long: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `A window has at most ten years; ${p.from} to ${p.to} is longer.`,
  },
  order: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `The window would end on ${p.to}, before it starts on ${p.from}.`,
  },
});

/** Ten years, leap days included: as far as a certificate and its renewals are looked at in one go. */
const LONGEST_DAYS = 3653;

/** A window of whole days, half-open; refuses one that ends before it begins, or is too long. */
export function windowOf(
  { from, to }: { readonly from: DateText; readonly to: DateText },
  zone: string,
): { readonly from: Instant; readonly to: Instant } {
  if (to < from) throw refuseWindow('order', { from, to }, ['to']);
  if (to > addDays(from, LONGEST_DAYS)) throw refuseWindow('long', { from, to }, ['to']);
  return { from: dayStart(zone, from), to: dayStart(zone, addDays(to, 1)) };
}

const Int = z.int();

export const Effectiveness = z.object({
  from: z.string(),
  to: z.string(),
  knownAt: z.string(),
  controls: z.array(
    z.object({
      control: z.string(),
      frequency: z.enum(FREQUENCIES),
      operated: z.enum(OPERATED),
      counts: z.object({ expected: Int, onTime: Int, late: Int, missed: Int, pending: Int, excused: Int }),
      performedInWindow: Int,
      metOutside: Int,
      longestGapDays: z.number().nullable(),
      occurrences: z.array(
        z.object({
          key: z.string(),
          due: z.string(),
          state: z.enum(['on-time', 'late', 'missed', 'pending', 'excused']),
          performedAt: z.string().optional(),
          recordedAt: z.string().optional(),
          ...Provenance,
          lagSeconds: z.number().optional(),
          evidenceErasedAt: z
            .string()
            .optional()
            .describe('When the evidence it required was erased: it does not show operation any more.'),
          outside: z.enum(['before', 'after']).optional(),
        }),
      ),
      unmatched: z.array(z.object({ performance: z.string(), reason: z.string() })),
      checks: z.array(
        z.object({
          check: z.string(),
          passSeconds: z.number(),
          failSeconds: z.number(),
          unknownSeconds: z.number(),
          notApplicableSeconds: z.number(),
          recordedLateSeconds: z.number(),
          observations: Int,
          longestGapSeconds: z.number(),
          episodes: Int,
          worstFixSeconds: z.number(),
        }),
      ),
      populations: z.array(
        z.object({
          dataset: z.string(),
          check: z.string(),
          items: Int,
          deviations: Int,
          unknown: Int,
          excepted: Int,
          complete: z.boolean(),
          completeBy: z.enum(['collector', 'claimed', 'reconciled']),
        }),
      ),
    }),
  ),
});

/** How each control operated over a window: what the records show, not a conclusion. */
export const effectiveness = defineView('effectiveness', {
  says: 'How each control operated over a period, occurrence by occurrence and second by second.',
  input: z.strictObject({ from: dateText(), to: dateText(), controls: z.array(z.string()).default([]) }),
  reads: [...operatingReads, ...outsideReads],
  output: Effectiveness,
  area: 'posture',
  asOf: false,
  *compute(book, { from, to, controls: named }, at) {
    const window = windowOf({ from, to }, at.zone);
    for (const id of named) if (!book.control.ids().includes(id)) throw refuse('missing', { kind: 'control', id });
    const calendar = calendarIn(book, at);
    const checks = checkHistories(book);
    const supported = supporting(checks, window.from, window.to - 1);
    const controls = controlHistories(book, named.length === 0 ? undefined : named)
      .filter(({ governed }) => governed.length > 0)
      .map((control) => ({ ...control, supports: supported.get(control.control) ?? [] }));

    const datasets = [...new Set(checks.map(datasetOf))];
    const tracks = yield* ask(Tracks, { datasets });
    const completeBy = yield* ask(Completeness, { datasets });
    const steps = yield* ask(CheckSteps, {
      checks: checks.filter((check) => modeOf(check) === 'state').map(({ check }) => check),
    });
    const keyOf = (control: string, { check }: CheckHistory): string => `${control}\n${check}`;
    const counts = yield* ask(
      Counts,
      controls.flatMap(({ control, excuses, supports }) =>
        supports
          .filter((check) => modeOf(check) === 'events')
          .map((check) => countQuestion(keyOf(control, check), check, excuses, window.from, window.to, at)),
      ),
    );

    const provenBy = yield* provenance(
      book,
      'performance',
      controls.flatMap(({ performed }) => performed.map(({ id }) => id)),
    );

    const secondsOf = new Map<string, ReturnType<typeof checkOver>>();
    const seconds = (check: CheckHistory): ReturnType<typeof checkOver> => {
      const known = secondsOf.get(check.check);
      if (known !== undefined) return known;
      const found = checkOver(
        tracks.get(datasetOf(check)) ?? [],
        stateTerms(check, steps),
        window.from,
        window.to,
        at.position,
        at.knownAt,
      );
      secondsOf.set(check.check, found);
      return found;
    };

    return {
      from,
      to,
      knownAt: printInstant(at.knownAt),
      controls: controls.map(({ supports, ...control }) => {
        const figures = effectivenessOf({
          ...control,
          provenBy,
          calendar,
          ...window,
          knownAt: at.knownAt,
          checks: supports
            .filter((check) => modeOf(check) === 'state')
            .map((check) => ({ check: check.check, ...seconds(check) })),
          populations: supports
            .filter((check) => modeOf(check) === 'events')
            .map((check) => ({
              dataset: datasetOf(check),
              check: check.check,
              ...(counts.get(keyOf(control.control, check)) ?? { items: 0, deviations: 0, unknown: 0, excepted: 0 }),
              complete: isComplete(tracks.get(datasetOf(check)) ?? [], window.from, window.to, at.position),
              completeBy: completeBy.over(datasetOf(check), window.from, window.to, at.position),
            })),
        });
        return {
          ...figures,
          occurrences: [...figures.occurrences],
          unmatched: [...figures.unmatched],
          checks: [...figures.checks],
          populations: [...figures.populations],
        };
      }),
    };
  },
});
