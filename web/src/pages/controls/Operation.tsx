import type { ControlPage } from '@countersign/core/timeline/control-answer.ts';
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react';
import { useRef, useState } from 'react';
import type { z } from 'zod';
import { AsTable, Plain } from '../../kit/AsTable.tsx';
import { day, moment, shortDay } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import type { Cell } from '../../kit/marks.tsx';
import { CellKey, Coverage, Lane, placeIn, Proof, stripSays } from '../../kit/marks.tsx';
import { Card, Segments } from '../../kit/Page.tsx';
import type { Proven } from '../../kit/proofs.tsx';
import { useProof } from '../../kit/proofs.tsx';
import { said } from '../../kit/said.ts';
import type { Windowed } from '../../kit/window.ts';
import { addDays, daysBetween, monthsIn, SPANS } from '../../kit/window.ts';
import { words } from '../../words/control.ts';
import { words as kitWords } from '../../words/kit.ts';

export type Told = z.infer<typeof ControlPage>;
type Occurrence = Told['occurrences'][number];

const CELLS = {
  'on-time': 'on-time',
  late: 'late',
  missed: 'missed',
  pending: 'pending',
  excused: 'excused',
  ahead: 'future',
} as const satisfies Record<Occurrence['state'], Cell>;

const CLASSES = {
  'on-time': 'on',
  late: 'late',
  missed: 'missed',
  pending: 'pend',
  excused: 'exc',
  ahead: 'fut',
} as const satisfies Record<Occurrence['state'], string>;

const wordOf = (state: Occurrence['state']): string => (state === 'ahead' ? words.ahead : kitWords.cells[state]);

/** Occurrences, lanes of checks and coverage on one axis, with the as-of line over all of them. */
export function Operation({
  told,
  window,
  programme,
  zone,
  asOf,
  today,
  onAsOf,
}: {
  readonly told: Told;
  readonly window: Windowed;
  readonly programme: string | undefined;
  readonly zone: string;
  readonly asOf: string | undefined;
  /** The day that is looked at. */
  readonly today: string;
  readonly onAsOf: (date: string | undefined) => void;
}): ReactElement {
  // The answer may still be that of the window before.
  const axis = { from: told.from, to: addDays(told.to, 1) };
  const { pending } = told.counts;
  const due = told.occurrences.filter(({ state }) => state !== 'ahead').length;
  const hasSchedule = !['continuous', 'per-event'].includes(told.control.frequency);
  return (
    <Card
      label={words.operation}
      title={
        <>
          {said(`${told.from} – ${told.to}`, zone)}{' '}
          {window.span === 'period' && programme !== undefined ? (
            <span className="t3 light">{words.observation(programme)}</span>
          ) : undefined}
        </>
      }
      aside={
        <span className="row w">
          <Days window={window} />
          <Segments
            label={words.window}
            options={SPANS.map((value) => ({ value, label: words.spans[value] }))}
            value={window.span ?? ('' as (typeof SPANS)[number])}
            onChange={window.set}
          />
        </span>
      }
    >
      <p className="t2">{said(told.summary, zone)}</p>
      <AsTable label={words.operation} table={() => <AsRows told={told} zone={zone} />}>
        <div className="tl">
          <AsOfLine axis={axis} today={today} isSet={asOf !== undefined} onAsOf={onAsOf} />
          <div className="lab hd" />
          <div className="months s1" aria-hidden="true">
            {monthsIn({ from: told.from, to: told.to }).map(({ name, days }, i) => (
              <span key={i} style={{ flex: days }}>
                {name}
              </span>
            ))}
          </div>
          {told.occurrences.length > 0 || hasSchedule ? (
            <>
              <div className="lab">
                <span className="m">{words.occurrences}</span>
                <span className="s2 t3">{hasSchedule ? words.due(due, pending) : words.filed(due)}</span>
              </div>
              <Occurrences told={told} axis={axis} zone={zone} />
            </>
          ) : undefined}
          {told.lanes.map((lane) => (
            <div key={lane.check} style={{ display: 'contents' }}>
              <div className="lab">
                <Go to={`/checks/${lane.check}`} className="ck">
                  {lane.title}
                </Go>
                <span className="s2 t3">{said(lane.because, zone)}</span>
              </div>
              <Lane
                window={axis}
                stretches={lane.segments.map(({ from, to, outcome }) => ({ from, to, state: outcome }))}
                label={`${lane.title}: ${said(lane.because, zone)}`}
              />
            </div>
          ))}
          {told.lanes.length > 0 ? (
            <>
              <div className="lab">
                <span className="m">{words.coverage}</span>
                <span className="s2 t3">{words.coverageHelp}</span>
              </div>
              <Coverage window={axis} gaps={told.gaps} />
            </>
          ) : undefined}
        </div>
      </AsTable>
      {told.lanes.length === 0 && !hasSchedule && told.occurrences.length === 0 ? (
        <p className="t2">{words.noLane}</p>
      ) : undefined}
      <hr className="hr" />
      <div className="row sp w">
        <CellKey cells={['on-time', 'late', 'missed', 'excused', 'pending']} />
        <LaneKey />
      </div>
    </Card>
  );
}

function LaneKey(): ReactElement {
  return (
    <div className="key">
      {(['pass', 'fail', 'unknown'] as const).map((state) => (
        <span key={state}>
          <span className="lane" aria-hidden="true" style={{ width: state === 'fail' ? 8 : 20, height: 18 }}>
            <i className={state === 'unknown' ? 'unk' : state} style={{ width: '100%', left: 0 }} />
          </span>
          {kitWords.states[state]}
        </span>
      ))}
    </div>
  );
}

/** First and last day, for a window that is none of the usual ones. */
export function Days({ window }: { readonly window: Windowed }): ReactElement {
  return (
    <span className="dates noprint">
      {(['from', 'to'] as const).map((end) => (
        <input
          key={end}
          type="date"
          className="inp"
          aria-label={end === 'from' ? words.from : words.to}
          value={window[end]}
          onChange={({ currentTarget: { value } }) => {
            if (/^(?:19[7-9]|2\d\d)\d-\d{2}-\d{2}$/.test(value)) window.set({ [end]: value });
          }}
        />
      ))}
    </span>
  );
}

/** Cells where their periods lie. One image with a sentence; arrow keys step through it and what is chosen is told below. */
function Occurrences({
  told,
  axis,
  zone,
}: {
  readonly told: Told;
  readonly axis: { readonly from: string; readonly to: string };
  readonly zone: string;
}): ReactElement {
  const { occurrences } = told;
  const [at, setAt] = useState<number>();
  const chosen = at === undefined ? undefined : occurrences[at];
  const done = chosen === undefined ? undefined : performanceOf(chosen, told);
  const proven = useProof(done?.logIndex ?? null);
  const step = (event: KeyboardEvent): void => {
    const last = occurrences.length - 1;
    const next = {
      ArrowRight: Math.min(last, (at ?? -1) + 1),
      ArrowLeft: Math.max(0, (at ?? last + 1) - 1),
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    setAt(next);
  };
  return (
    <div>
      <div
        className="occ"
        role="img"
        tabIndex={0}
        aria-label={words.strip(stripSays(occurrences.map(({ state }) => CELLS[state])))}
        onKeyDown={step}
        onBlur={() => setAt(undefined)}
      >
        {occurrences.map((one, i) => {
          const left = placeIn(axis, one.from);
          // An event on file has no length.
          const width = Math.max(0.7, placeIn(axis, one.due) - left);
          return (
            <i
              key={one.key}
              className={`o ${CLASSES[one.state]}${width < 1.6 ? ' tight' : ''}${i === at ? ' at' : ''}`}
              style={{
                left: `${Math.min(left, 99.3)}%`,
                width: `max(2px, calc(${width}% - ${width < 1.6 ? 1 : 3}px))`,
              }}
              title={telling(one, told, zone)}
              onClick={() => setAt(i)}
            />
          );
        })}
      </div>
      <p className="s2 t2 chosen" role="status">
        {chosen === undefined ? '' : telling(chosen, told, zone)}
        {done === undefined ? '' : ` · ${provenSays(proven, zone)}`}
      </p>
    </div>
  );
}

const performanceOf = (one: Occurrence, { performances }: Told): Told['performances'][number] | undefined =>
  performances.find(({ id }) => id === one.performance);

/** By when somebody outside had seen that it was on record. */
const provenSays = (proven: Proven | undefined, zone: string): string =>
  proven?.provenBy === undefined
    ? words.notSeen
    : words.provenBy(moment(proven.provenBy, zone), proven.provenWith?.name ?? '');

/** "2026-W21: missed, due 24 May 2026" and by whom it was done. */
function telling(one: Occurrence, told: Told, zone: string): string {
  const done = performanceOf(one, told);
  const base = words.chosen(one.key, wordOf(one.state), day(one.due, zone));
  if (done === undefined) return base;
  const who = done.by?.name ?? done.by?.id;
  const when = moment(done.at, zone);
  return `${base}, ${who === undefined ? words.performedOn(when) : words.performedBy(who, when)}`;
}

/** The violet line: where one stands in time. It is dragged, or moved by arrow keys a day at a time. */
function AsOfLine({
  axis,
  today,
  isSet,
  onAsOf,
}: {
  readonly axis: { readonly from: string; readonly to: string };
  readonly today: string;
  readonly isSet: boolean;
  readonly onAsOf: (date: string | undefined) => void;
}): ReactElement | undefined {
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<string>();
  const shown = drag ?? today;
  const days = daysBetween({ from: axis.from, to: axis.to }) - 1;
  if (today < axis.from || addDays(axis.from, days) < today) return undefined;
  const latest = new Date().toISOString().slice(0, 10);
  const bounded = (date: string): string => (date < axis.from ? axis.from : date > latest ? latest : date);
  const dateAt = ({ clientX }: PointerEvent): string => {
    const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {};
    const share = Math.min(1, Math.max(0, (clientX - left) / width));
    return bounded(addDays(axis.from, Math.min(days - 1, Math.floor(share * days))));
  };
  const move = (date: string): void => onAsOf(date >= latest ? undefined : date);
  const x = placeIn(axis, addDays(shown, 1));
  return (
    <div className={isSet || drag !== undefined ? 'asl' : 'asl off'} ref={box} style={{ ['--x' as string]: `${x}%` }}>
      <button
        type="button"
        className={x > 92 ? 'flag end' : 'flag'}
        aria-label={words.asOfLine(day(shown))}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag(today);
        }}
        onPointerMove={(event) => {
          if (drag !== undefined) setDrag(dateAt(event));
        }}
        onPointerUp={(event) => {
          if (drag !== undefined) move(dateAt(event));
          setDrag(undefined);
        }}
        onPointerCancel={() => setDrag(undefined)}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 }[event.key];
          if (event.key === 'Home') onAsOf(undefined);
          else if (by !== undefined) move(bounded(addDays(today, by)));
          else return;
          event.preventDefault();
        }}
      >
        <i className={isSet ? 'clk t' : 'clk t off'} style={{ background: 'currentColor' }} />
        {shortDay(shown)}
      </button>
    </div>
  );
}

/** The same without a drawing. */
function AsRows({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  return (
    <div className="stack">
      {told.occurrences.length === 0 ? undefined : (
        <Plain
          head={[
            words.columns.key,
            words.columns.state,
            words.columns.due,
            words.columns.performed,
            words.columns.proof,
          ]}
          rows={told.occurrences.map((one) => {
            const done = performanceOf(one, told);
            return [
              one.key,
              wordOf(one.state),
              day(one.due, zone),
              done === undefined ? '' : moment(done.at, zone),
              done === undefined ? '' : <Proof index={done.logIndex} about={{ kind: 'performance', id: done.id }} />,
            ];
          })}
        />
      )}
      {told.lanes.length === 0 ? undefined : (
        <Plain
          head={[words.columns.check, words.columns.from, words.columns.to, words.columns.state, words.columns.why]}
          rows={told.lanes.flatMap((lane) =>
            lane.segments.map((one) => [
              lane.title,
              moment(one.from, zone),
              moment(one.to, zone),
              kitWords.states[one.outcome],
              said(one.why ?? '', zone),
            ]),
          )}
        />
      )}
      {told.gaps.length === 0 ? undefined : (
        <Plain
          head={[words.coverage, words.columns.from, words.columns.to, words.columns.why]}
          rows={told.gaps.map((gap) => [
            `${gap.source}, ${gap.dataset}`,
            moment(gap.from, zone),
            moment(gap.to, zone),
            said(gap.why, zone),
          ])}
        />
      )}
    </div>
  );
}
