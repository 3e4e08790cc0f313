import type { IncidentClocks } from '@countersign/core/duty/incident-view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useZone } from '../../api/session.ts';
import type { Verdict } from '../../api/allowed.ts';
import { Button } from '../../kit/Button.tsx';
import { moment, shortDay } from '../../kit/format.ts';
import { placeIn } from '../../kit/marks.tsx';
import { Card } from '../../kit/Page.tsx';
import { incidentWords } from '../../words/duty-incidents.ts';
import type { ClockRow } from './parts.tsx';
import { ClockMark, DueSaid, Known, leftSaid } from './parts.tsx';

export type Incident = z.output<typeof IncidentClocks>;
const say = incidentWords.page;
const DAY_MS = 86_400_000;
/** Ends beyond are drawn as running off the edge: otherwise a year would leave three days no room. */
const LONGEST_MS = 35 * DAY_MS;

interface Window {
  readonly from: string;
  readonly to: string;
}

/** From becoming aware to what is due last within a month, or to now where that is later. */
function windowOf({ incident, clocks, asOf }: Incident): Window {
  const from = Date.parse(incident.awareAt);
  const now = Math.min(Date.parse(asOf), from + LONGEST_MS);
  const ends = clocks
    .filter(({ state }) => state !== 'not-applicable')
    .flatMap(({ dueAt, doneAt }) => [dueAt, doneAt].flatMap((at) => (at === null ? [] : [Date.parse(at)])))
    .filter((at) => at - from <= LONGEST_MS);
  const to = Math.max(now, ...ends, from + 3 * DAY_MS);
  return { from: new Date(from).toISOString(), to: new Date(to + (to - from) * 0.04).toISOString() };
}

function Track({
  clock,
  window,
  asOf,
}: {
  readonly clock: ClockRow;
  readonly window: Window;
  readonly asOf: string;
}): ReactElement {
  const at = (text: string): number => placeIn(window, text);
  const start = at(clock.startsAt ?? window.from);
  const end = clock.dueAt === null ? 100 : at(clock.dueAt);
  const until = at(clock.doneAt ?? asOf);
  const isOver = clock.dueAt !== null && (clock.state === 'missed' || clock.state === 'late');
  const kind = clock.state === 'unknown' ? ' unknown' : clock.dueAt === null ? ' nofigure' : '';
  const isBegun = clock.startsAt !== null || clock.dueAt !== null;
  return (
    <div className={`dtrack${kind}`} aria-hidden="true">
      {isBegun ? (
        <i className="dperiod" style={{ left: `${start}%`, width: `${Math.max(0, end - start)}%` }} />
      ) : undefined}
      {isBegun && clock.dueAt !== null ? (
        <i className="dgone" style={{ left: `${start}%`, width: `${Math.max(0, Math.min(until, end) - start)}%` }} />
      ) : undefined}
      {isOver ? (
        <i className="dover" style={{ left: `${end}%`, width: `${Math.max(0.6, until - end)}%` }} />
      ) : undefined}
      {clock.dueAt === null ? undefined : <i className="ddue" style={{ left: `${end}%` }} />}
      <i className="dnow" style={{ left: `${at(asOf)}%` }} />
      {clock.doneAt === null ? undefined : <i className="dtold" style={{ left: `${at(clock.doneAt)}%` }} />}
    </div>
  );
}

function Lane({
  clock,
  told,
  window,
  verdict,
  onTell,
}: {
  readonly clock: ClockRow;
  readonly told: Incident;
  readonly window: Window;
  readonly verdict: Verdict;
  readonly onTell: () => void;
}): ReactElement {
  const zone = useZone();
  const isBeyond = clock.dueAt !== null && clock.dueAt > window.to;
  const isOpen = clock.doneAt === null && told.incident.state === 'open' && (clock.startsAt ?? clock.dueAt) !== null;
  return (
    <li className="dclock">
      <div>
        <div className="row w gap4">
          <b className="m">{clock.short}</b>
          <span className="s2 t2">{clock.law === null ? say.contract : clock.article}</span>
        </div>
        <div className="s2">{clock.title}</div>
      </div>
      <Track clock={clock} window={window} asOf={told.asOf} />
      <div>
        <ClockMark state={clock.state} />
        <div className={clock.state === 'missed' ? 's2 bad' : 's2'}>{leftSaid(clock)}</div>
        {isOpen ? (
          <Button small verdict={verdict} label={`${say.tell}: ${clock.short} ${clock.article}`} onClick={onTell}>
            {say.tell}
          </Button>
        ) : undefined}
      </div>
      <div className="dmore">
        <span className="s2 t2">
          <DueSaid clock={clock} />
          {clock.dueAt === null ? clock.deadline : ` · ${clock.deadline}`}
          {clock.dueAt === null || clock.unit === 'hours' ? '' : ` · ${say.zone(clock.zone)}`}
          {isBeyond ? ` · ${say.later}` : ''}
          {clock.doneAt === null ? '' : ` · ${say.told(moment(clock.doneAt, zone))}`}
          {'. '}
          {clock.because} {clock.cautions.join(' ')}{' '}
          {clock.knownFrom === null ? undefined : <Known from={clock.knownFrom} />}
          <span className="vh"> {clock.rule}</span>
        </span>
      </div>
    </li>
  );
}

/** Every clock of an incident on one axis, what presses first above; those that do not apply below, each with its reason. */
export function Clocks({
  told,
  verdict,
  onTell,
}: {
  readonly told: Incident;
  readonly verdict: Verdict;
  readonly onTell: (clock: ClockRow) => void;
}): ReactElement {
  const zone = useZone();
  const window = windowOf(told);
  const shown = told.clocks.filter(({ state }) => state !== 'not-applicable');
  const others = told.clocks.filter(({ state }) => state === 'not-applicable');
  const now = placeIn(window, told.asOf);
  return (
    <Card title={say.clocks} flush>
      <p className="in s2 t2" style={{ paddingBottom: 0 }}>
        {say.clocksHelp}
      </p>
      <div className="daxis s2 t3" aria-hidden="true">
        <span style={{ position: 'static' }} />
        <div>
          <span style={{ left: 0 }}>{shortDay(window.from, zone)}</span>
          {now > 14 && now < 82 ? (
            <span style={{ left: `${now}%`, transform: 'translateX(-50%)' }}>{say.now}</span>
          ) : undefined}
          <span style={{ right: 0 }}>{shortDay(window.to, zone)}</span>
        </div>
        <span style={{ position: 'static' }} />
      </div>
      <ol className="dclocks" aria-label={say.clocks}>
        {shown.map((clock) => (
          <Lane
            key={clock.obligation}
            clock={clock}
            told={told}
            window={window}
            verdict={verdict}
            onTell={() => onTell(clock)}
          />
        ))}
      </ol>
      {others.length === 0 ? undefined : (
        <details className="in dother">
          <summary>{say.notApplicable(others.length)}</summary>
          <ul className="rows">
            {others.map((clock) => (
              <li key={clock.obligation} className="dstack">
                <span>
                  <b className="m">{clock.short}</b> <span className="s2 t2">{clock.article}</span> {clock.title}
                </span>
                <span className="s2 t2">{clock.because}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}
