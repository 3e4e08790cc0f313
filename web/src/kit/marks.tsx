import type { ReactElement, ReactNode } from 'react';
import { useZone } from '../api/session.ts';
import { words } from '../words/kit.ts';
import { count, duration, initials, moment } from './format.ts';
import type { About, Proven } from './proofs.tsx';
import { useProof, useProofDesk } from './proofs.tsx';

/** States that something is in; each has one mark and one word, everywhere. */
export const STATES = {
  met: { mark: 'check', tone: 'met' },
  partly: { mark: 'half', tone: 'partly' },
  unmet: { mark: 'cross', tone: 'unmet' },
  'not-observed': { mark: 'hatch', tone: 'unseen' },
  'out-of-scope': { mark: 'bar', tone: 'out' },
  operating: { mark: 'check', tone: 'op' },
  failing: { mark: 'cross', tone: 'fail' },
  planned: { mark: 'dashed', tone: 'out' },
  'no-occasion': { mark: 'bar', tone: 'out' },
  implemented: { mark: 'check', tone: 'op' },
  designed: { mark: 'half', tone: 'partly' },
  'not-designed': { mark: 'dashed', tone: 'out' },
  pass: { mark: 'check', tone: 'op' },
  fail: { mark: 'cross', tone: 'fail' },
  unknown: { mark: 'hatch', tone: 'unseen' },
  'not-applicable': { mark: 'bar', tone: 'out' },
  complete: { mark: 'check', tone: 'op' },
  partial: { mark: 'half', tone: 'partly' },
  failed: { mark: 'cross', tone: 'fail' },
  silent: { mark: 'hatch', tone: 'unseen' },
  submitted: { mark: 'dashed', tone: 'out' },
  accepted: { mark: 'check', tone: 'op' },
  returned: { mark: 'cross', tone: 'partly' },
  replaced: { mark: 'bar', tone: 'out' },
  requested: { mark: 'dashed', tone: 'out' },
  approved: { mark: 'check', tone: 'op' },
  refused: { mark: 'cross', tone: 'out' },
  withdrawn: { mark: 'bar', tone: 'out' },
  draft: { mark: 'dashed', tone: 'out' },
  proposed: { mark: 'dashed', tone: 'out' },
  retired: { mark: 'bar', tone: 'out' },
  running: { mark: 'half', tone: 'op' },
  waiting: { mark: 'dashed', tone: 'out' },
  done: { mark: 'check', tone: 'op' },
  cancelled: { mark: 'bar', tone: 'out' },
  dead: { mark: 'cross', tone: 'fail' },
} as const;
export type State = keyof typeof STATES;

const SHAPES: Readonly<Record<(typeof STATES)[State]['mark'], ReactElement>> = {
  check: (
    <>
      <circle cx="7" cy="7" r="6" fill="currentColor" />
      <path
        d="m4.3 7.2 1.9 1.9 3.5-4"
        stroke="var(--cs-surface)"
        strokeWidth="1.6"
        fill="none"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  half: (
    <>
      <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M7 1.8a5.2 5.2 0 0 1 0 10.4z" fill="currentColor" />
    </>
  ),
  cross: (
    <>
      <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="m5 5 4 4M9 5 5 9" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  hatch: (
    <g stroke="currentColor" strokeWidth="1.2" strokeLinecap="round">
      <path d="M1.6 5.6 5.6 1.6M1.3 9 9 1.3M2.6 11.4 11.4 2.6M5 12.7 12.7 5M8.4 12.4l4-4" />
    </g>
  ),
  bar: <path d="M2.5 7h9" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />,
  dashed: (
    <>
      <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2.4 2" />
      <circle cx="7" cy="7" r="1.5" fill="currentColor" />
    </>
  ),
};

/** One mark and one word for a state. `wordless` where the word stands beside it already. */
export function StateMark({
  state,
  wordless,
  children,
}: {
  readonly state: State;
  readonly wordless?: boolean;
  readonly children?: ReactNode;
}): ReactElement {
  const { mark, tone } = STATES[state];
  const word = words.states[state];
  return (
    <span className={`st ${tone}`}>
      <svg
        viewBox="0 0 14 14"
        width="14"
        height="14"
        {...(wordless === true ? { role: 'img', 'aria-label': word } : { 'aria-hidden': true })}
      >
        {SHAPES[mark]}
      </svg>
      {wordless === true ? undefined : (children ?? word)}
    </span>
  );
}

export type OccurrenceState = 'on-time' | 'late' | 'missed' | 'pending' | 'excused';
/** What a cell of a strip or heat strip can be: filled, it happened; hollow, it did not; hatched, we did not see. */
export type Cell = OccurrenceState | 'pass' | 'fail' | 'unknown' | 'not-applicable' | 'future' | 'none';

const CELL_CLASS: Readonly<Record<Cell, string>> = {
  'on-time': 'on',
  late: 'late',
  missed: 'missed',
  pending: 'pend',
  excused: 'exc',
  pass: 'pass',
  fail: 'fail',
  unknown: 'un',
  'not-applicable': 'not',
  future: 'fut',
  none: 'blank',
};

export function CellMark({ cell, title }: { readonly cell: Cell; readonly title?: string }): ReactElement {
  return <i className={`o ${CELL_CLASS[cell]}`} {...(title === undefined ? {} : { title })} />;
}

/** "21 on time, 2 late, 1 missed": what a strip says to whoever does not see it. */
export function stripSays(cells: readonly Cell[]): string {
  const counts = new Map<Cell, number>();
  for (const cell of cells) if (cell !== 'future' && cell !== 'none') counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return (
    [...counts].map(([cell, n]) => `${count(n)} ${words.cells[cell].toLowerCase()}`).join(', ') || words.nothingDue
  );
}

/** A row of cells without steps of its own: small, inside tables. For one to walk through by arrow keys use `OccurrenceStrip`. */
export function Strip({
  cells,
  mini,
  label,
}: {
  readonly cells: readonly Cell[];
  readonly mini?: boolean;
  readonly label?: string;
}): ReactElement {
  return (
    <span className={mini === true ? 'strip mini' : 'strip'} role="img" aria-label={label ?? stripSays(cells)}>
      {cells.map((cell, i) => (
        // A cell has no identity but its place.
        <i key={i} className={`o ${CELL_CLASS[cell]}`} />
      ))}
    </span>
  );
}

export function CellKey({ cells }: { readonly cells: readonly Cell[] }): ReactElement {
  return (
    <div className="key">
      {cells.map((cell) => (
        <span key={cell}>
          <CellMark cell={cell} />
          {words.cells[cell]}
        </span>
      ))}
    </div>
  );
}

/** A stretch of time as shares of a window, 0 to 100. */
export interface Stretch<S extends string> {
  readonly from: string;
  readonly to: string;
  readonly state: S;
}

/** Where an instant lies in a window, in per cent of its length. Instants and dates; a date is its first moment in UTC. */
export function placeIn(window: { readonly from: string; readonly to: string }, at: string): number {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  return to <= from ? 0 : Math.min(100, Math.max(0, ((Date.parse(at) - from) / (to - from)) * 100));
}

const LANE = { pass: 'pass', fail: 'fail', unknown: 'unk', 'not-applicable': 'na' } as const;

/** "passing 93 %, failing 2 %, unknown 5 %". */
function shares<S extends string>(
  window: { readonly from: string; readonly to: string },
  stretches: readonly Stretch<S>[],
  word: (state: S) => string,
): string {
  const length = Date.parse(window.to) - Date.parse(window.from);
  const sums = new Map<S, number>();
  for (const { from, to, state } of stretches)
    sums.set(state, (sums.get(state) ?? 0) + Date.parse(to) - Date.parse(from));
  return [...sums].map(([state, ms]) => `${word(state).toLowerCase()} ${Math.round((ms / length) * 100)} %`).join(', ');
}

/** One check over a window: thin when it passes, tall when it fails, hatched when nobody saw. */
export function Lane({
  window,
  stretches,
  label,
}: {
  readonly window: { readonly from: string; readonly to: string };
  readonly stretches: readonly Stretch<keyof typeof LANE>[];
  readonly label?: string;
}): ReactElement {
  const says = label ?? shares(window, stretches, (state) => words.states[state]);
  return (
    <div className="lane" role="img" aria-label={says}>
      {stretches.map(({ from, to, state }) => {
        const left = placeIn(window, from);
        return (
          <i
            key={`${from}${state}`}
            className={LANE[state]}
            style={{ left: `${left}%`, width: `${placeIn(window, to) - left}%` }}
          />
        );
      })}
    </div>
  );
}

const RIBBON = {
  met: 'met',
  partly: 'partly',
  'not-observed': 'unseen',
  unmet: 'unmet',
  'out-of-scope': 'out',
} as const;

/** A requirement over a window: the more it needs you, the thicker. */
export function Ribbon({
  window,
  stretches,
}: {
  readonly window: { readonly from: string; readonly to: string };
  readonly stretches: readonly Stretch<keyof typeof RIBBON>[];
}): ReactElement {
  return (
    <span className="rib" role="img" aria-label={shares(window, stretches, (state) => words.states[state])}>
      {stretches.map(({ from, to, state }) => {
        const left = placeIn(window, from);
        return (
          <i
            key={`${from}${state}`}
            className={RIBBON[state]}
            style={{ left: `${left}%`, width: `${placeIn(window, to) - left}%` }}
          />
        );
      })}
    </span>
  );
}

/** Brackets below lanes: what no source saw, measured in time. */
export function Coverage({
  window,
  gaps,
}: {
  readonly window: { readonly from: string; readonly to: string };
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly why: string }[];
}): ReactElement {
  const seconds = (gap: { readonly from: string; readonly to: string }): number =>
    (Date.parse(gap.to) - Date.parse(gap.from)) / 1000;
  const says = gaps.length === 0 ? words.noGaps : gaps.map((gap) => `${duration(seconds(gap))}: ${gap.why}`).join('; ');
  return (
    <div className="cov" role="img" aria-label={says}>
      {gaps.map((gap) => {
        const left = placeIn(window, gap.from);
        const width = placeIn(window, gap.to) - left;
        return (
          <span key={`${gap.from}${gap.why}`} style={{ left: `${left}%`, width: `${width}%` }} title={gap.why}>
            <i />
            {width > 2.5 ? <em>{duration(seconds(gap)).split(' ').slice(0, 2).join(' ')}</em> : undefined}
          </span>
        );
      })}
    </div>
  );
}

const LAG_MOST_PX = 110;
/** Ochre from here on, unless the control tolerates more: filed after the fact. */
const LONG_LAG_SECONDS = 7 * 86_400;

/** The two clocks of a fact: true at ●, known at ▢, joined by a line whose length is the lag on a log scale. */
export function Lag({
  seconds,
  tolerated = LONG_LAG_SECONDS,
}: {
  readonly seconds: number;
  readonly tolerated?: number;
}): ReactElement {
  const isLong = seconds > tolerated;
  const width = Math.min(LAG_MOST_PX, 4 + Math.log10(1 + Math.max(0, seconds)) * 12);
  return (
    <span className={isLong ? 'lag long' : 'lag'} title={words.lag}>
      <i className="d" />
      <i className="l" style={{ width: `${width}px` }} />
      <i className="k" />
      {`${duration(seconds)} ${words.later}${isLong ? `, ${words.afterTheFact}` : ''}`}
    </span>
  );
}

/** Which of the two outermost rungs are there. The three below are with every entry: bytes, entry, checkpoint. */
export interface Outside {
  readonly witness: boolean;
  readonly time: boolean;
}

export const outsideOf = (proven: Proven | undefined): Outside => ({
  witness: proven?.seen.some(({ kind }) => kind === 'witness') === true,
  time: proven?.seen.some(({ kind }) => kind === 'time') === true,
});

/** The five rungs of proof: bytes, entry, checkpoint, witness, time. A hollow bar is one not there yet; a broken proof is red. */
export function Rungs({ witness, time }: Outside): ReactElement {
  return (
    <span className="lad" aria-hidden="true">
      {[true, true, true, witness, time].map((isThere, rung) => (
        // A rung has no identity but its place.
        <i key={rung} className={isThere ? '' : 'x'} />
      ))}
    </span>
  );
}

/** The drawing of a proof, which opens nothing: for what explains the mark. */
export function ProofMark({
  index,
  outside,
  broken,
}: {
  readonly index: number | null;
  readonly outside: Outside;
  /** Which rung does not hold. */
  readonly broken?: string;
}): ReactElement {
  if (index === null) return <span className="proof none">{words.notInLog}</span>;
  const says = broken ?? words.rungs(outside);
  return (
    <span className={broken === undefined ? 'proof' : 'proof broken'} title={says}>
      <Rungs {...outside} />
      <span className="vh">{says}: </span>#{count(index)}
    </span>
  );
}

/** An entry of the log and how far its proof reaches. It opens the panel that shows the proof step by step. */
export function Proof({
  index,
  about,
}: {
  /** Place in the log. */
  readonly index: number | null;
  /** What the entry is of, where the page knows it: shown in the panel, and what its file is saved by. */
  readonly about?: About;
}): ReactElement {
  const zone = useZone();
  const desk = useProofDesk();
  const proven = useProof(index, about);
  if (index === null) return <span className="proof none">{words.notInLog}</span>;
  const outside = outsideOf(proven);
  const says =
    proven?.provenBy === undefined || proven.provenWith === undefined
      ? words.rungs(outside)
      : words.provenBy(moment(proven.provenBy, zone), proven.provenWith.name);
  return (
    <button
      type="button"
      className="proof"
      aria-haspopup="dialog"
      aria-label={words.proofOf(`#${count(index)}`, says)}
      title={says}
      onClick={(event) => desk?.open(index, event.currentTarget)}
    >
      <Rungs {...outside} />#{count(index)}
    </button>
  );
}

export function Avatar({ name }: { readonly name: string }): ReactElement {
  return (
    <span className="av" aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** An identifier that one copies: a control’s, a criterion’s. */
export function Ref({ children }: { readonly children: string }): ReactElement {
  return <span className="ref">{children}</span>;
}
