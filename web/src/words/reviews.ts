import { count, plural } from '../kit/format.ts';

export interface Counted {
  readonly of: number;
  readonly agreed: number;
  readonly disagreed: number;
  readonly unreviewed: number;
  readonly earlier: number;
}

export const words = {
  title: 'Lines behind these figures',
  help: 'Who reviews a line says whether they agree with it as it stands. No figure changes by that.',
  counts: ({ of, unreviewed }: Counted): string =>
    unreviewed === of
      ? `None of ${plural(of, 'line')} is reviewed.`
      : unreviewed === 0
        ? `${plural(of, 'line')}, all reviewed.`
        : `${count(of - unreviewed)} of ${plural(of, 'line')} reviewed.`,
  agreed: (n: number) => `${count(n)} agreed`,
  disagreed: (n: number) => `${count(n)} disagreed with`,
  earlier: (n: number) =>
    n === 1
      ? 'One was reviewed in an earlier version, which counts no more.'
      : `${count(n)} were reviewed in an earlier version, which counts no more.`,
  said: (counts: Counted): string =>
    `${plural(counts.of, 'line')} of mappings behind these figures: ${count(counts.agreed)} agreed, ${count(counts.disagreed)} disagreed with, ${count(counts.unreviewed)} not reviewed.`,
  behind: ({ of, unreviewed, disagreed }: Counted): string =>
    `${count(of - unreviewed)} of ${plural(of, 'line')} reviewed${disagreed === 0 ? '' : `, ${count(disagreed)} disagreed with`}`,
  filter: 'Reviewed',
  filters: { unreviewed: 'Not reviewed', disagreed: 'Disagreed with' },
  filterHelp: {
    unreviewed: (n: number) => `${plural(n, 'line')} not reviewed: show the items they lead to`,
    disagreed: (n: number) => `${plural(n, 'line')} disagreed with: show the items they lead to`,
  },
  line: {
    says: { agree: 'agrees', disagree: 'disagrees' },
    on: (day: string) => `, ${day}`,
    note: (text: string) => `“${text}”`,
    none: 'Not reviewed',
    noneNow: 'Not reviewed as it stands',
    earlier: (name: string, says: 'agree' | 'disagree', day: string) =>
      `${name} ${says === 'agree' ? 'agreed' : 'disagreed'} with an earlier version, ${day}`,
    agree: 'Agree',
    disagree: 'Disagree',
    about: (does: string, from: string, to: string) => `${does}: ${from} and ${to}`,
    takeBack: 'Take back',
    form: {
      agree: 'Say that I agree',
      disagree: 'Say that I disagree',
      note: 'Note',
      noteAgree: 'Optional.',
      noteDisagree: 'With what, so that the line can be mended.',
    },
  },
} as const;
