import type { Moved } from '@countersign/core/timeline/moved.ts';
import type { Strip } from '@countersign/core/timeline/strip.ts';
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react';
import { useRef, useState } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { AsTable, Plain } from '../../kit/AsTable.tsx';
import { day, range, shortDay } from '../../kit/format.ts';
import { placeIn } from '../../kit/marks.tsx';
import type { Days, Windowed } from '../../kit/window.ts';
import { addDays, daysBetween, monthsIn, useLookedAt } from '../../kit/window.ts';
import { words } from '../../words/effectiveness.ts';

type Told = z.infer<typeof Moved>;
type Totals = z.infer<typeof Strip>['totals'];

const A_YEAR = 364;
const HEIGHT = 40;

/** Where the period lies among the weeks of a year, and what would have to be explained if it lay elsewhere. Both ends move. */
export function WhatIf({
  window,
  totals,
}: {
  readonly window: Windowed;
  readonly totals: Totals;
  readonly zone: string;
}): ReactElement {
  const today = useLookedAt();
  const first = [addDays(today, -A_YEAR), window.from].sort()[0] ?? today;
  const last = [today, window.to].sort().at(-1) ?? today;
  const all: Days = { from: first, to: last };
  const length = daysBetween(window);
  const asked = useView<typeof Moved>('effectiveness.moved', { ...all, days: length });
  const told = asked.data?.answer;
  const cleanest = told?.cleanest ?? null;
  return (
    <section className="card whatif" aria-label={words.whatIf}>
      <div className="in">
        <div className="row sp w top">
          <div>
            <h2>{words.whatIf}</h2>
            <p className="t2">{words.whatIfHelp}</p>
          </div>
          <dl className="wf">
            <div>
              <dt>{words.chosen(range(window.from, window.to))}</dt>
              <dd>{words.trouble(totals.missed, totals.late, totals.failingEpisodes)}</dd>
            </div>
            {told === undefined ? undefined : cleanest === null ? (
              <div>
                <dd>{words.none}</dd>
              </div>
            ) : (
              <div>
                <dt>{words.cleanest(length, shortDay(cleanest.from))}</dt>
                <dd>
                  {words.trouble(cleanest.missed, cleanest.late, cleanest.failingEpisodes)}{' '}
                  <button
                    type="button"
                    className="lnk"
                    onClick={() => window.set({ from: cleanest.from, to: cleanest.to })}
                  >
                    {words.tryIt}
                  </button>
                </dd>
              </div>
            )}
          </dl>
        </div>
        {told === undefined ? (
          <div className="brush" />
        ) : (
          <AsTable label={words.brush} table={() => <AsRows told={told} />}>
            <Brush told={told} window={window} all={all} latest={last} />
          </AsTable>
        )}
      </div>
    </section>
  );
}

function AsRows({ told }: { readonly told: Told }): ReactElement {
  return (
    <Plain
      head={[words.table.week, words.table.missed, words.table.late, words.table.episodes]}
      rows={told.weeks.map((week) => [day(week.date), week.missed, week.late, week.failingEpisodes])}
    />
  );
}

const sumOf = (week: Told['weeks'][number]): number => week.missed + week.late + week.failingEpisodes;

function Brush({
  told,
  window,
  all,
  latest,
}: {
  readonly told: Told;
  readonly window: Windowed;
  readonly all: Days;
  readonly latest: string;
}): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ readonly end: 'from' | 'to'; readonly date: string }>();
  const axis = { from: all.from, to: addDays(all.to, 1) };
  const shown: Days = drag === undefined ? window : { ...window, [drag.end]: drag.date };
  const most = Math.max(1, ...told.weeks.map(sumOf));
  const days = daysBetween(all);
  const bounded = (end: 'from' | 'to', date: string): string => {
    const within = date < all.from ? all.from : date > latest ? latest : date;
    if (end === 'from') return within > window.to ? window.to : within;
    return within < window.from ? window.from : within;
  };
  const dateAt = (end: 'from' | 'to', { clientX }: PointerEvent): string => {
    const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {};
    const share = Math.min(1, Math.max(0, (clientX - left) / width));
    return bounded(end, addDays(all.from, Math.min(days - 1, Math.floor(share * days))));
  };
  const onKey = (end: 'from' | 'to', event: KeyboardEvent): void => {
    const by = { ArrowLeft: -7, ArrowRight: 7, PageUp: -28, PageDown: 28 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    window.set({ [end]: bounded(end, addDays(window[end], by)) });
  };
  const [left, right] = [placeIn(axis, shown.from), placeIn(axis, addDays(shown.to, 1))];
  const clean = told.cleanest;
  return (
    <>
      <div className="brush" ref={box} role="group" aria-label={words.brush}>
        <div className="bg" role="img" aria-label={words.brushSays(told.weeks.length, most)}>
          {told.weeks.map((week) => {
            const sum = sumOf(week);
            return (
              <i
                key={week.date}
                className={sum === 0 ? 'f' : ''}
                style={{ height: `${sum === 0 ? 1 : (sum / most) * HEIGHT}px` }}
                title={`${day(week.date)}: ${words.trouble(week.missed, week.late, week.failingEpisodes)}`}
              />
            );
          })}
        </div>
        <div className="win" style={{ left: `${left}%`, width: `${right - left}%` }}>
          {(['from', 'to'] as const).map((end) => (
            <button
              key={end}
              type="button"
              aria-label={end === 'from' ? words.start(day(shown.from)) : words.end(day(shown.to))}
              onKeyDown={(event) => onKey(end, event)}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setDrag({ end, date: window[end] });
              }}
              onPointerMove={(event) => {
                if (drag !== undefined) setDrag({ end, date: dateAt(end, event) });
              }}
              onPointerUp={(event) => {
                if (drag !== undefined) window.set({ [end]: dateAt(end, event) });
                setDrag(undefined);
              }}
              onPointerCancel={() => setDrag(undefined)}
            />
          ))}
        </div>
        {clean === null ? undefined : (
          <div
            className="alt2"
            style={{
              left: `${placeIn(axis, clean.from)}%`,
              width: `${placeIn(axis, addDays(clean.to, 1)) - placeIn(axis, clean.from)}%`,
            }}
          />
        )}
      </div>
      <div className="mx bx s1 t3" aria-hidden="true">
        {monthsIn(all).map(({ name, days: flex }, i) => (
          <span key={i} style={{ flex }}>
            {i % 2 === 0 ? name : ''}
          </span>
        ))}
      </div>
    </>
  );
}
