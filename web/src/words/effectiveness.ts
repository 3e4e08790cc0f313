import { count, plural } from '../kit/format.ts';

export const words = {
  title: 'Effectiveness',
  sentence: (controls: number, from: string, to: string) =>
    `How ${plural(controls, 'control')} operated, ${from} to ${to}`,
  sub: (missed: number, late: number, unseen: number, fine: number, planned: number): string =>
    [
      missed === 0
        ? 'No control missed an occurrence or failed'
        : `${plural(missed, 'control')} missed an occurrence or failed`,
      late === 0 ? '' : `${count(late)} were only ever late`,
      unseen === 0 ? '' : `${count(unseen)} were clean but not seen for part of the time`,
      fine === 0 ? '' : `${count(fine)} have nothing to explain`,
      planned === 0 ? '' : `${count(planned)} have not started`,
    ]
      .filter((part) => part !== '')
      .join(', ') + '.',
  whatIf: 'What if the period moved?',
  whatIfHelp: 'Move either end. The figures are computed anew from what is recorded; nothing is saved.',
  chosen: (range: string) => `Chosen: ${range}`,
  cleanest: (days: number, from: string) => `Cleanest ${days} days begin ${from}`,
  none: 'No period of that length is over yet.',
  trouble: (missed: number, late: number, episodes: number): string =>
    `${count(missed)} missed, ${count(late)} late, ${plural(episodes, 'failing episode')}`,
  tryIt: 'Try it',
  brush: 'Trouble by week over the last year, with the chosen period',
  brushSays: (weeks: number, most: number) => `${plural(weeks, 'week')}, at most ${most} to explain in one`,
  start: (on: string) => `First day, ${on}. Arrow keys move it by a week.`,
  end: (on: string) => `Last day, ${on}. Arrow keys move it by a week.`,
  groups: {
    failing: 'Failing now',
    missed: 'Missed or failed meanwhile',
    late: 'Only ever late',
    'not-observed': 'Clean, but not seen for part of the time',
    excepted: 'Excused',
    fine: 'Nothing to explain',
    planned: 'Not started',
  },
  short: {
    failing: 'Failing',
    missed: 'Missed or failed',
    late: 'Late',
    'not-observed': 'Not seen',
    excepted: 'Excused',
    fine: 'Fine',
    planned: 'Not started',
  },
  filter: 'What needs explaining',
  by: 'Group by',
  byOutcome: 'By outcome',
  byDomain: 'By domain',
  noDomain: 'No domain',
  bucket: 'A cell is',
  buckets: { day: 'a day', week: 'a week' },
  columns: { control: 'Control', title: 'Title', every: 'Every', strip: 'Over the period', explain: 'To explain' },
  every: {
    continuous: 'cont.',
    daily: 'day',
    weekly: 'week',
    monthly: 'month',
    quarterly: 'quarter',
    semiannual: 'half',
    annual: 'year',
    'per-event': 'event',
  },
  controlsBy: 'Controls over the period',
  empty: 'No control fits',
  emptyHelp: 'Take the filter away to see all of them.',
  from: 'From',
  to: 'To',
  table: { week: 'Week of', missed: 'Missed', late: 'Late', episodes: 'Failing episodes' },
  cell: (date: string, state: string) => `${date}: ${state.toLowerCase()}`,
} as const;
