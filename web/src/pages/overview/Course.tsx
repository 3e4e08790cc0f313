import type { History } from '@countersign/core/posture/history.ts';
import type { ReactElement } from 'react';
import { useId } from 'react';
import type { z } from 'zod';
import { AsTable, Plain } from '../../kit/AsTable.tsx';
import { day, duration, shortDay } from '../../kit/format.ts';
import { placeIn } from '../../kit/marks.tsx';
import { monthsIn } from '../../kit/window.ts';
import { words } from '../../words/overview.ts';

type Course = z.infer<typeof History>;
type Counts = Course['points'][number]['counts'];

const [WIDTH, HEIGHT] = [600, 128];
/** From the ground up: what is fine carries the rest. */
const LAYERS = ['met', 'partly', 'notObserved', 'unmet'] as const;
const A_DAY = 86_400;
/** Gaps shorter than this are not named on the axis: they stand in the list of what was not seen. */
const NAMED_FROM = 2 * A_DAY;

const inScope = (counts: Counts): number => counts.met + counts.partly + counts.notObserved + counts.unmet;
const tell = ({ met, partly, unmet, notObserved }: Counts): string => words.counts(met, partly, unmet, notObserved);

type Span = { readonly from: string; readonly to: string };
const middle = (window: Span, from: string, to: string): number => (placeIn(window, from) + placeIn(window, to)) / 2;

/** The name of a gap near an edge leans inwards. */
const markAt = (window: Span, from: string, to: string): string => {
  const at = middle(window, from, to);
  return at > 80 ? 'mk end' : at < 20 ? 'mk begin' : 'mk';
};

/** Where a programme stood over time: a step for each change, to the full total, because states do not glide. */
export function CourseChart({
  course,
  title,
  zone,
}: {
  readonly course: Course;
  readonly title: string;
  readonly zone: string;
}): ReactElement | undefined {
  const hatch = useId();
  const { points } = course;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const window = { from: first.at, to: last.at };
  const most = Math.max(1, ...points.map(({ counts }) => inScope(counts)));
  const x = (at: string): number => (placeIn(window, at) / 100) * WIDTH;
  const y = (n: number): number => HEIGHT - (n / most) * HEIGHT;
  const sumTo = (counts: Counts, layer: number): number =>
    LAYERS.slice(0, layer + 1).reduce((sum, name) => sum + counts[name], 0);
  const edge = (layer: number): readonly (readonly [number, number])[] =>
    points.flatMap(({ at, counts }, i) => {
      const before = points[i - 1];
      const step = y(sumTo(counts, layer));
      return before === undefined
        ? [[x(at), step]]
        : [
            [x(at), y(sumTo(before.counts, layer))],
            [x(at), step],
          ];
    });
  const line = (path: readonly (readonly [number, number])[]): string =>
    path.map(([a, b], i) => `${i === 0 ? 'M' : 'L'}${a.toFixed(1)} ${b.toFixed(1)}`).join('');
  const ground: readonly (readonly [number, number])[] = [
    [0, HEIGHT],
    [WIDTH, HEIGHT],
  ];
  const area = (layer: number): string => {
    const below = layer === 0 ? ground : edge(layer - 1);
    return `${line(edge(layer))}${line([...below].reverse()).replace('M', 'L')}Z`;
  };
  const fills = ['var(--cs-ok-soft)', 'var(--cs-warn-soft)', `url(#${hatch})`, 'var(--cs-bad)'];
  const longest = course.unseen
    .map((one) => ({ ...one, seconds: (Date.parse(one.to) - Date.parse(one.from)) / 1000 }))
    .filter(({ seconds }) => seconds >= NAMED_FROM)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, 1);
  const months = monthsIn({ from: first.date, to: last.date });
  const days = months.reduce((sum, month) => sum + month.days, 0);
  let passed = 0;
  const ticks = months.map((month) => {
    const left = (passed / days) * 100;
    passed += month.days;
    return { ...month, left };
  });
  return (
    <AsTable
      label={title}
      table={() => (
        <Plain
          head={[words.table.day, words.table.met, words.table.partly, words.table.unmet, words.table.notObserved]}
          rows={points.map(({ at, counts }) => [
            day(at, zone),
            counts.met,
            counts.partly,
            counts.unmet,
            counts.notObserved,
          ])}
        />
      )}
    >
      <div className="chart">
        <div className="plot" role="img" aria-label={words.chart(title, tell(last.counts), tell(first.counts))}>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" width="100%" height={HEIGHT}>
            <defs>
              <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="5" height="5" fill="var(--cs-unseen-tint)" />
                <path d="M0 0V5" stroke="var(--cs-unseen)" strokeWidth="1.6" />
              </pattern>
            </defs>
            {LAYERS.map((name, layer) => (
              <path key={name} d={area(layer)} fill={fills[layer]} />
            ))}
            <path
              d={line(edge(0))}
              fill="none"
              stroke="var(--cs-ok)"
              strokeWidth="2"
              vectorEffect="non-scaling-stroke"
            />
            <path
              d={line(edge(1))}
              fill="none"
              stroke="var(--cs-warn)"
              strokeWidth="1"
              vectorEffect="non-scaling-stroke"
            />
          </svg>
          <span className="gl">{most}</span>
          {longest.map(({ source, from, to, seconds }) => (
            <span key={from} className={markAt(window, from, to)} style={{ left: `${middle(window, from, to)}%` }}>
              <b />
              <em>{words.unseenFor(source, duration(seconds).split(' ').slice(0, 2).join(' '))}</em>
            </span>
          ))}
        </div>
        <div className="ax s1" aria-hidden="true">
          {ticks
            .filter(({ left }) => left < 86)
            .filter((_, i) => months.length < 8 || i % 2 === 0)
            .map(({ name, left }) => (
              <span key={left} style={{ left: `${left}%` }}>
                {name}
              </span>
            ))}
          <span className="now">{shortDay(last.at, zone)}</span>
        </div>
      </div>
    </AsTable>
  );
}
