import type { Frequency } from '@countersign/core/control/schedule.ts';
import type { Name } from './people.ts';

/** What became of one time a control was due. Without a mark it was done in time, or, now and then, late or not at all. */
export type Fate =
  | 'on-time'
  | 'late'
  /** After its grace had ended: it meets nothing. */
  | 'too-late'
  | 'missed'
  /** Done in time and told weeks later. */
  | 'told-late'
  | 'findings'
  /** Done, with no document to show for it. */
  | 'bare'
  /** Nobody could do it, and somebody said so. */
  | 'not-done';

export interface Started {
  readonly owner: Name;
  /** The day of the story on which it is started. */
  readonly starts: number;
  readonly frequency?: Frequency;
  readonly days?: 'weekdays';
  readonly grace?: string;
  readonly lookback?: string;
  readonly evidence?: 'optional';
  /** Of the times that are over, grace included, counted back from the last, 0. */
  readonly marks?: Readonly<Record<number, Fate>>;
  /** Later versions, each as a change of the one before. */
  readonly changes?: readonly { readonly day: number; readonly owner?: Name; readonly frequency?: Frequency }[];
}

export const WAVES = [15, 57, 121, 243] as const;
const [FIRST, SECOND, THIRD, FOURTH] = WAVES;

/** Greta left on day 268; João, who stood in for her, took her work on that day, and one control was forgotten for a while. */
export const HANDOVER_DAY = 268;
const handedOver = { changes: [{ day: HANDOVER_DAY, owner: 'joao' }] } as const;
export const FORGOTTEN_UNTIL = 281;

/** The controls of the library that are started, and by whom. The others stay planned. */
export const STARTED: Readonly<Record<string, Started>> = {
  'ISM-01': { owner: 'aisha', starts: FIRST },
  'ISM-02': { owner: 'aisha', starts: FIRST },
  'ISM-04': { owner: 'aisha', starts: FIRST },
  'GOV-02': { owner: 'lucia', starts: FIRST },
  'GOV-03': { owner: 'ines', starts: FIRST },
  'GOV-06': { owner: 'ines', starts: FIRST },
  'POL-01': { owner: 'bram', starts: FIRST },
  'POL-02': { owner: 'lucia', starts: FIRST },
  'RSK-01': { owner: 'aisha', starts: FIRST },
  'RSK-02': { owner: 'aisha', starts: FIRST },
  'IAM-01': { owner: 'aisha', starts: FIRST },
  'IAM-02': { owner: 'greta', starts: FIRST, ...handedOver },
  'IAM-03': { owner: 'greta', starts: FIRST, ...handedOver },
  'IAM-04': {
    owner: 'aisha',
    starts: FIRST,
    frequency: 'monthly',
    marks: { 1: 'findings' },
    changes: [{ day: 199, frequency: 'quarterly' }],
  },
  'IAM-05': { owner: 'greta', starts: FIRST, ...handedOver },
  'IAM-06': { owner: 'noor', starts: FIRST },
  'CHG-01': { owner: 'tomas', starts: FIRST },
  'CHG-02': { owner: 'oskar', starts: FIRST },
  'BCM-03': { owner: 'yusuf', starts: FIRST, frequency: 'continuous' },
  'BCM-04': { owner: 'yusuf', starts: FIRST, marks: { 2: 'missed', 1: 'late', 0: 'findings' } },
  'VUL-01': { owner: 'noor', starts: FIRST, marks: { 9: 'missed', 21: 'late', 34: 'findings' } },
  'VUL-02': { owner: 'pavel', starts: FIRST },
  'END-01': { owner: 'greta', starts: FIRST, ...handedOver },
  'CRY-02': { owner: 'pavel', starts: FIRST },
  'CRY-03': { owner: 'pavel', starts: FIRST },
  'HRS-01': { owner: 'lucia', starts: FIRST, lookback: 'P180D' },
  'HRS-02': { owner: 'lucia', starts: FIRST, lookback: 'P180D' },
  'HRS-03': { owner: 'lucia', starts: FIRST },
  'HRS-07': { owner: 'lucia', starts: FIRST, lookback: 'P180D' },
  'INC-01': { owner: 'aisha', starts: FIRST },

  'ISM-08': { owner: 'ines', starts: SECOND },
  'GOV-01': { owner: 'ines', starts: SECOND, marks: { 2: 'told-late' } },
  'GOV-04': { owner: 'aisha', starts: SECOND },
  'GOV-05': { owner: 'lucia', starts: SECOND },
  'RSK-04': { owner: 'aisha', starts: SECOND, frequency: 'monthly', marks: { 4: 'late', 7: 'missed' } },
  'RSK-06': {
    owner: 'noor',
    starts: SECOND,
    grace: 'P1D',
    marks: { 0: 'missed', 11: 'missed', 12: 'missed', 30: 'late' },
  },
  'AST-01': {
    owner: 'greta',
    starts: SECOND,
    marks: { 0: 'bare' },
    changes: [{ day: FORGOTTEN_UNTIL, owner: 'joao' }],
  },
  'IAM-07': { owner: 'noor', starts: SECOND },
  'IAM-08': { owner: 'oskar', starts: SECOND },
  'IAM-09': { owner: 'tomas', starts: SECOND },
  'CRY-01': { owner: 'noor', starts: SECOND },
  'NET-01': { owner: 'noor', starts: SECOND },
  'NET-02': { owner: 'pavel', starts: SECOND },
  'NET-03': { owner: 'pavel', starts: SECOND },
  'END-02': { owner: 'noor', starts: SECOND },
  'OPS-01': { owner: 'pavel', starts: SECOND },
  'OPS-02': { owner: 'yusuf', starts: SECOND },
  'OPS-04': { owner: 'yusuf', starts: SECOND, marks: { 0: 'missed', 3: 'missed', 6: 'missed' } },
  'OPS-05': { owner: 'yusuf', starts: SECOND },
  'CHG-05': { owner: 'oskar', starts: SECOND },
  'CHG-06': { owner: 'oskar', starts: SECOND },
  'CHG-07': { owner: 'pavel', starts: SECOND },
  'INC-03': { owner: 'noor', starts: SECOND },
  'INC-04': { owner: 'aisha', starts: SECOND, lookback: 'P180D' },
  'INC-05': { owner: 'aisha', starts: SECOND, lookback: 'P180D' },
  'BCM-01': { owner: 'henrik', starts: SECOND },
  'BCM-02': { owner: 'pavel', starts: SECOND },
  'BCM-06': { owner: 'pavel', starts: SECOND },
  'TPM-01': { owner: 'samuel', starts: SECOND },
  'TPM-04': { owner: 'samuel', starts: SECOND, marks: { 0: 'told-late' } },

  'ISM-03': { owner: 'aisha', starts: THIRD },
  'ISM-05': { owner: 'bram', starts: THIRD },
  'ISM-07': { owner: 'bram', starts: THIRD },
  'ISM-09': { owner: 'bram', starts: THIRD },
  'ISM-10': { owner: 'bram', starts: THIRD, lookback: 'P180D' },
  'GOV-07': { owner: 'aisha', starts: THIRD },
  'POL-03': { owner: 'tomas', starts: THIRD },
  'RSK-03': { owner: 'henrik', starts: THIRD },
  'HRS-04': { owner: 'lucia', starts: THIRD },
  'HRS-05': { owner: 'lucia', starts: THIRD },
  'AST-02': { owner: 'aisha', starts: THIRD },
  'AST-03': { owner: 'irene', starts: THIRD },
  'AST-06': { owner: 'irene', starts: THIRD },
  'PHY-02': { owner: 'samuel', starts: THIRD, marks: { 1: 'told-late', 0: 'told-late' } },
  'VUL-03': { owner: 'aisha', starts: THIRD },
  'INC-02': { owner: 'dalia', starts: THIRD },
  'INC-06': { owner: 'aisha', starts: THIRD },
  'BCM-05': { owner: 'henrik', starts: THIRD },
  'TPM-02': { owner: 'samuel', starts: THIRD, lookback: 'P180D' },
  'TPM-05': { owner: 'pavel', starts: THIRD },
  'AUD-02': { owner: 'ines', starts: THIRD },
  'AUD-03': { owner: 'bram', starts: THIRD },
  'AUD-04': { owner: 'bram', starts: THIRD, marks: { 1: 'late' } },
  'CMP-01': { owner: 'irene', starts: THIRD },
  'CMP-02': { owner: 'mei', starts: THIRD },

  'OPS-03': {
    owner: 'noor',
    starts: FOURTH,
    days: 'weekdays',
    evidence: 'optional',
    marks: { 17: 'missed', 18: 'missed', 44: 'late', 71: 'not-done' },
  },
  'CHG-03': { owner: 'oskar', starts: FOURTH },
  'CMP-03': { owner: 'irene', starts: FOURTH, marks: { 0: 'too-late' } },
  'DAT-01': { owner: 'aisha', starts: FOURTH },
  'AUD-05': { owner: 'bram', starts: FOURTH },
  'PHY-05': { owner: 'samuel', starts: FOURTH },
};
