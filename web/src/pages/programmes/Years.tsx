import type { ReactElement } from 'react';
import { day, range } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { placeIn } from '../../kit/marks.tsx';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/programmes.ts';
import type { Told } from './Programmes.tsx';

/** Programmes over the years: the time each speaks of, and its report or decision, oldest above. */
export function Years({
  programmes,
  today,
}: {
  readonly programmes: readonly Told[];
  readonly today: string;
}): ReactElement {
  const drawn = programmes
    .flatMap((told) => (told.speaks === null ? [] : [{ ...told, speaks: told.speaks }]))
    .sort((a, b) => (a.speaks.from < b.speaks.from ? -1 : 1));
  const days = [
    today,
    ...drawn.flatMap(({ speaks, result }) => [speaks.from, speaks.to, ...(result === null ? [] : [result.on])]),
  ];
  const years = days.map((on) => Number(on.slice(0, 4)));
  const [first, last] = [Math.min(...years), Math.max(...years)];
  const window = { from: `${first}-01-01`, to: `${last + 1}-01-01` };
  const at = (on: string): string => `${placeIn(window, on)}%`;
  const every = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return (
    <Card title={words.years} aside={<span className="s2 t3">{words.yearsHelp}</span>}>
      <ol className="years">
        <li className="yhead" aria-hidden="true">
          <span />
          <span className="yline">
            {every.map((year) => (
              <i key={year} className="s2 t3" style={{ left: at(`${year}-01-01`) }}>
                {year}
              </i>
            ))}
          </span>
        </li>
        {drawn.map(({ id, title, speaks, result }) => (
          <li key={id}>
            <Go to={`/programmes/${id}`} className="cut">
              {title}
            </Go>
            <span
              className="yline"
              role="img"
              aria-label={words.yearsLine(
                title,
                [range(speaks.from, speaks.to), result === null ? '' : day(result.on)].filter(Boolean).join('; '),
              )}
            >
              {every.map((year) => (
                <i key={year} className="ytick" style={{ left: at(`${year}-01-01`) }} />
              ))}
              <i
                className="yspan"
                style={{
                  left: at(speaks.from),
                  width: `max(4px, ${placeIn(window, speaks.to) - placeIn(window, speaks.from)}%)`,
                }}
              />
              {result === null ? undefined : (
                <i className={result.done ? 'ydia done' : 'ydia'} style={{ left: at(result.on) }} />
              )}
              <i className="ynow" style={{ left: at(today) }} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
