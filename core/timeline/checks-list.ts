import { z } from 'zod';
import { failingEpisodes, failingSince } from '../check/failing.ts';
import { CheckSteps, Tracks } from '../check/feed.ts';
import { OUTCOMES } from '../check/timeline.ts';
import { checkAt } from '../check/timeline.ts';
import { checkLegAt } from '../effectiveness/leg.ts';
import { checkHistories, datasetOf, modeOf, operatingReads, stateTerms } from '../effectiveness/reading.ts';
import { controlStates } from '../effectiveness/states.ts';
import { ask, defineView, inForce, printInstant } from '../kernel/index.ts';

export const ChecksList = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  checks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      dataset: z.string(),
      mode: z.enum(['state', 'events']),
      supports: z.array(z.string()),
      says: z
        .enum(OUTCOMES)
        .describe('At as-of; of a check of events, over the look-back of a control that it supports.'),
      because: z.string(),
    }),
  ),
});

const OF_LEG = { speaks: 'pass', fails: 'fail', silent: 'unknown', aside: 'not-applicable' } as const;

export const checksList = defineView('checks.list', {
  says: 'Every check in force, with what it says now and why.',
  input: z.strictObject({}),
  area: 'checks',
  reads: operatingReads,
  output: ChecksList,
  *compute(book, _input, at) {
    const checks = checkHistories(book);
    const tracks = yield* ask(Tracks, { datasets: [...new Set(checks.map(datasetOf))] });
    const steps = yield* ask(CheckSteps, {
      checks: checks.filter((check) => modeOf(check) === 'state').map(({ check }) => check),
    });
    const legs = [...(yield* controlStates(book, at)).values()].flatMap((standing) => standing.legs);
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      checks: checks.flatMap((check) => {
        const row = inForce(check.governed, at.asOf);
        if (row === undefined) return [];
        const leg = legs.find(({ kind, name }) => kind !== 'schedule' && name === check.check);
        const asked = [
          tracks.get(row.dataset) ?? [],
          stateTerms(check, steps),
          at.asOf,
          at.position,
          at.knownAt,
        ] as const;
        const said = row.mode === 'state' ? checkAt(...asked) : undefined;
        const since = said?.says === 'fail' ? failingSince(failingEpisodes(...asked), at.asOf) : undefined;
        const { id, title, dataset, mode, supports } = row;
        return [
          {
            id,
            title,
            dataset,
            mode,
            supports: [...supports],
            says: said?.says ?? (leg === undefined ? ('unknown' as const) : OF_LEG[leg.says]),
            because:
              said !== undefined
                ? checkLegAt(check.check, said, undefined, since).because
                : (leg?.because ?? `${check.check}: no control that it supports has started.`),
          },
        ];
      }),
    };
  },
});
