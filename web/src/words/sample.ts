import { count } from '../kit/format.ts';

/** Filling a sample organisation. */
export const words = {
  title: 'Or look around first',
  says: 'A sample organisation: an invented company with fourteen months of history, its misses and late work included. It is marked as a sample everywhere, and stays beside yours.',
  fill: 'Fill a sample organisation',
  day: (day: string, done: number, of: number) => `Telling ${day}: ${count(done)} of ${count(of)} steps`,
  stays: 'It takes about a minute, and goes on if you leave this page.',
  broken: 'It stopped on the way. Ask again: it goes on where it was.',
} as const;
