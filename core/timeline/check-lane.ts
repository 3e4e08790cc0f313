import { z } from 'zod';
import { CheckSteps, Completeness, Tracks } from '../check/feed.ts';
import { checkOver, OUTCOMES } from '../check/timeline.ts';
import { plural } from '../effectiveness/leg.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import { countQuestion, datasetOf, modeOf, stateTerms } from '../effectiveness/reading.ts';
import type { At, Instant } from '../kernel/index.ts';
import { ask, dayNumber, inForce, printInstant, SECOND } from '../kernel/index.ts';
import { Counts } from '../population/feed.ts';
import { isComplete } from '../population/reach.ts';
import { bucketsOf } from './buckets.ts';
import { countedBuckets, eventBuckets, questionsOf } from './events.ts';
import { gapsOf } from './gaps.ts';
import { laneOf } from './lanes.ts';
import { spoken } from './spoken.ts';

const Segment = z.object({
  from: z.string(),
  to: z.string(),
  outcome: z.enum(OUTCOMES),
  why: z.string().nullable(),
});

export const Lane = z.object({
  check: z.string(),
  title: z.string(),
  dataset: z.string(),
  mode: z.enum(['state', 'events']),
  segments: z.array(Segment),
  because: z.string().describe('The lane in one sentence.'),
  seconds: z
    .object({
      passSeconds: z.number(),
      failSeconds: z.number(),
      unknownSeconds: z.number(),
      notApplicableSeconds: z.number(),
      recordedLateSeconds: z.number(),
      observations: z.int(),
      longestGapSeconds: z.number(),
      episodes: z.int(),
      worstFixSeconds: z.number(),
    })
    .nullable()
    .describe('Of checks of state, up to as-of; what `effectiveness` tells of the same time.'),
  population: z
    .object({
      items: z.int(),
      deviations: z.int(),
      unknown: z.int(),
      excepted: z.int(),
      complete: z.boolean(),
      completeBy: z.enum(['collector', 'claimed', 'reconciled']),
    })
    .nullable()
    .describe('Of checks of events.'),
});

/** Lanes of events are told by day over a quarter, by week beyond. */
const DAILY_UP_TO_DAYS = 93;

/** Lanes, gaps of coverage and tracks of these checks over [from, end); items under an excuse are counted apart. */
export function* lanesOf(
  checks: readonly CheckHistory[],
  excuses: Parameters<typeof countQuestion>[2],
  window: { readonly from: string; readonly to: string },
  from: Instant,
  end: Instant,
  at: At,
) {
  const datasets = [...new Set(checks.map(datasetOf))];
  const tracks = yield* ask(Tracks, { datasets });
  const completeBy = yield* ask(Completeness, { datasets });
  const states = checks.filter((check) => modeOf(check) === 'state');
  const steps = yield* ask(CheckSteps, { checks: states.map(({ check }) => check) });
  const tracksOf = (check: CheckHistory) => tracks.get(datasetOf(check)) ?? [];
  const events = checks.filter((check) => modeOf(check) === 'events');
  const days = dayNumber(window.to) - dayNumber(window.from) + 1;
  const buckets = bucketsOf(window, days <= DAILY_UP_TO_DAYS ? 'day' : 'week', at.zone);
  const asked = events.map((check) => ({ check, mine: eventBuckets(check.check, tracksOf(check), buckets, at) }));
  const whole = (check: CheckHistory): string => `${check.check}\nwindow`;
  const counts = yield* ask(Counts, [
    ...asked.flatMap(({ check, mine }) => questionsOf(mine, check, excuses, at)),
    ...events.map((check) => countQuestion(whole(check), check, excuses, from, end, at)),
  ]);

  const ofState = (check: CheckHistory): z.input<typeof Lane> => {
    const terms = stateTerms(check, steps);
    const seconds = checkOver(tracksOf(check), terms, from, end, at.position, at.knownAt);
    const segments = laneOf(check, tracksOf(check), steps, from, end, at);
    return {
      ...named(check),
      segments: segments.map(printed),
      because: laneSentence(seconds, (end - from) / SECOND),
      seconds,
      population: null,
    };
  };
  const ofEvents = ({ check, mine }: (typeof asked)[number]): z.input<typeof Lane> => {
    const counted = counts.get(whole(check)) ?? { items: 0, deviations: 0, unknown: 0, excepted: 0 };
    const complete = isComplete(tracksOf(check), from, end, at.position);
    return {
      ...named(check),
      segments: countedBuckets(mine, check, tracksOf(check), counts, at.position).map(printed),
      because: populationSentence(counted, complete),
      seconds: null,
      population: {
        ...counted,
        complete,
        completeBy: completeBy.over(datasetOf(check), from, end, at.position),
      },
    };
  };
  const named = (check: CheckHistory) => ({
    check: check.check,
    title: (inForce(check.governed, end - 1) ?? check.governed.at(-1)?.terms)?.title ?? check.check,
    dataset: datasetOf(check),
    mode: modeOf(check),
  });
  const lanes = [...states.map(ofState), ...asked.map(ofEvents)];
  const gaps = yield* gapsOf(checks, datasets, tracks, from, end, at);
  return { lanes, gaps, tracks };
}

const printed = ({
  from,
  to,
  outcome,
  why,
}: {
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome: (typeof OUTCOMES)[number];
  readonly why?: string;
}): z.input<typeof Segment> => ({ from: printInstant(from), to: printInstant(to), outcome, why: why ?? null });

const hundredths = (part: number, of: number): string => `${Math.round((part / of) * 1000) / 10} %`;

/** "Passing 93.1 % of the time seen; failed twice, at worst for 4 d 6 h; unknown for 8 d." */
function laneSentence(
  seconds: Pick<
    ReturnType<typeof checkOver>,
    'passSeconds' | 'failSeconds' | 'unknownSeconds' | 'episodes' | 'worstFixSeconds'
  >,
  of: number,
): string {
  const { passSeconds, failSeconds, unknownSeconds, episodes, worstFixSeconds } = seconds;
  const seen = passSeconds + failSeconds;
  const parts = [
    seen > 0 ? `Passing ${hundredths(passSeconds, seen)} of the time it spoke` : 'It spoke at no time',
    failSeconds > 0 ? `${plural(episodes, 'failing episode')}, at worst ${spoken(worstFixSeconds * SECOND)}` : '',
    unknownSeconds >= 1 ? `unknown for ${spoken(unknownSeconds * SECOND)} of ${spoken(of * SECOND)}` : '',
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}

function populationSentence(
  { items, deviations, unknown, excepted }: { items: number; deviations: number; unknown: number; excepted: number },
  complete: boolean,
): string {
  const parts = [
    items === 0
      ? 'No items'
      : `${plural(items, 'item')}, ${deviations === 0 ? 'none deviates' : `${deviations} ${deviations === 1 ? 'deviates' : 'deviate'}`}`,
    unknown > 0 ? `${unknown} not judged` : '',
    excepted > 0 ? `${excepted} under an exception` : '',
    complete ? '' : 'not every moment is covered by complete collections',
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}
