import type { Clock } from '@countersign/core/duty/clock.ts';
import type { ReactElement, ReactNode } from 'react';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { useZone } from '../../api/session.ts';
import { duration, moment } from '../../kit/format.ts';
import type { State } from '../../kit/marks.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { words } from '../../words/duties.ts';
import './page.css';

export type ClockRow = z.output<typeof Clock>;
export type ClockState = ClockRow['state'];

/** The mark that a state of a clock has. */
const MARKS: Readonly<Record<ClockState, State>> = {
  missed: 'failing',
  running: 'running',
  unknown: 'unknown',
  waiting: 'waiting',
  late: 'partly',
  met: 'met',
  'not-applicable': 'not-applicable',
};

export function ClockMark({ state }: { readonly state: ClockState }): ReactElement {
  return <StateMark state={MARKS[state]}>{words.clock[state]}</StateMark>;
}

/** How long is left, or by how much it is over, of a clock; what it was of one that is done. */
export function leftSaid({ state, secondsLeft, dueAt, startsAt, unit }: ClockRow): string {
  if (state === 'not-applicable' || (startsAt === null && dueAt === null)) return '';
  if (secondsLeft === null || unit === null) return words.noFigure;
  const time = duration(Math.abs(secondsLeft));
  if (state === 'met') return words.early(time);
  if (state === 'late') return words.tooLate(time);
  return secondsLeft < 0 ? words.over(time) : words.left(time);
}

/** When it is due, in the organisation’s zone. */
export function DueSaid({ clock }: { readonly clock: Pick<ClockRow, 'state' | 'dueAt'> }): ReactElement | undefined {
  const zone = useZone();
  if (clock.dueAt === null) return undefined;
  const when = moment(clock.dueAt, zone);
  return <span className="nw">{clock.state === 'unknown' ? words.dueIfSo(when) : words.due(when)}</span>;
}

/** The sentence that stands on every page of these registers. */
export function Separate({ says }: { readonly says: string }): ReactElement {
  return (
    <p className="note dsep">
      <span>
        <b>{words.separate}.</b> {says.replace(/^Separate work: n/, 'N')} {words.notAdvice}
      </span>
    </p>
  );
}

/** How well a line is known. */
export function Known({ from }: { readonly from: keyof typeof words.known }): ReactElement {
  return (
    <span className={from === 'checked' ? 'chip' : 'chip dconfirm'} title={words.known[from]}>
      {words.knownShort[from]}
      <span className="vh"> {words.known[from]}</span>
    </span>
  );
}

/** What is typed into a filter, told on once the typing rests. */
export function useTyped(
  value: string | undefined,
  tell: (text: string | undefined) => void,
): readonly [string, (text: string) => void] {
  const [typed, setTyped] = useState(value ?? '');
  useEffect(() => {
    if (typed === (value ?? '')) return;
    const timer = setTimeout(() => tell(typed === '' ? undefined : typed), 200);
    return () => clearTimeout(timer);
    // What was typed is what is waited for.
  }, [typed]);
  return [typed, setTyped];
}

/** Words in a cell, or a dash. */
export const orDash = (node: ReactNode): ReactNode =>
  node === null || node === undefined || node === '' ? <span className="t3">{words.unnamed}</span> : node;
