import type { Answer } from './binder/verify.ts';
import { meaningOf } from './meanings.ts';

/** What an answer says to people: the same words in the terminal and on the page. */
export interface Report {
  /** Whole or not, in one sentence. */
  readonly verdict: string;
  /** Whose it is, where that was not shown; and other things to know before relying on it. */
  readonly cautions: readonly string[];
  readonly facts: readonly string[];
  readonly times: readonly string[];
  readonly failures: readonly { readonly what: string; readonly means: string }[];
}

const SAMPLE_ORIGIN = 'countersign.dev/sample/';

const KINDS = {
  export: 'An export of a log',
  binder: 'A binder',
  evidence: 'A bag of evidence',
  unknown: 'Nothing that can be verified',
} as const satisfies Record<Answer['kind'], string>;

export function reportOf(found: Answer): Report {
  const { ok, trust, log, failures } = found;
  return {
    verdict: ok ? 'Whole: everything agrees.' : `Not whole: ${counted(failures.length, 'failure')}.`,
    cautions: [
      ...(trust.key === 'from-binder'
        ? [
            ok
              ? 'The key came with the files: this shows that they are whole, not whose they are. Give a key to show that.'
              : 'The key came with the files: whose they are would not be shown even if they were whole. Give a key to show that.',
          ]
        : []),
      ...(log?.origin.startsWith(SAMPLE_ORIGIN) === true
        ? ['The log of a sample organisation: what it holds is invented, and so are the times in it.']
        : []),
    ],
    facts: factsOf(found),
    times: timesOf(found),
    failures: failures.map(({ path, code, message }) => ({
      what: `${path}: ${message} (${code})`,
      means: meaningOf(code),
    })),
  };
}

function factsOf({ kind, about, checked, payloads }: Answer): string[] {
  const of = about?.organisation === undefined ? '' : ` of ${about.organisation}`;
  const period = about?.period === undefined ? '' : `, ${about.period.from} to ${about.period.to}`;
  const hidden = [
    ...(payloads.withheld > 0 ? [`${counted(payloads.withheld, 'body', 'bodies')} withheld`] : []),
    ...(payloads.erased > 0 ? [`${payloads.erased} erased`] : []),
  ];
  const sums = [
    counted(checked.files, 'file'),
    counted(checked.entries, 'entry', 'entries'),
    counted(checked.proofs, 'proof'),
  ].join(', ');
  return [
    `${KINDS[kind]}${of}${period}.`,
    `${sums} and ${counted(checked.signatures, 'signature')} checked.`,
    ...(hidden.length > 0 ? [`Not shown here, and so not checked: ${hidden.join(', ')}.`] : []),
  ];
}

function timesOf({ trust: { seen, provenNoLaterThan }, log }: Answer): string[] {
  const told = seen.map(({ size, at, by, kind, trusted }) => {
    const how = kind === 'witness' ? 'cosigned by' : 'stamped by';
    return `${at}: the first ${counted(size, 'entry', 'entries')}, ${how} ${by}${trusted ? '' : ', whom you did not say you believe'}.`;
  });
  if (provenNoLaterThan !== null) return [...told, `All of it existed no later than ${provenNoLaterThan}.`];
  if (log === null) return told;
  return told.some((_, i) => seen[i]?.trusted === true)
    ? told
    : [...told, 'When it was written is shown by nobody that you said you believe: its times are the company’s own.'];
}

const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
