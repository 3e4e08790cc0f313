import type { ReactElement } from 'react';
import { count } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/planner.ts';
import type { Roadmap } from './money.ts';

const k = (dollars: number): string => count(Math.round(dollars / 1000));

/** Three years of each way, and what shared work saves against nothing shared. */
export function Years({ roadmap }: { readonly roadmap: Roadmap }): ReactElement {
  const { rows, saved, says } = roadmap.threeYears;
  return (
    <Card flush title={words.years} aside={<span className="s2 t2">{words.yearsAside}</span>}>
      <div className="tw" tabIndex={0} role="region" aria-label={words.years}>
        <table className="pl-years">
          <thead>
            <tr>
              {words.yearsHead.map((head, i) => (
                <th key={head} scope="col" className={i === 0 ? '' : 'r'}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ option, title, years, total, isRecommended }) => (
              <tr key={option}>
                <th scope="row" className={isRecommended ? 'b' : ''}>
                  {title}
                </th>
                {years.map(({ p50 }, i) => (
                  // Years are told apart by their place.
                  <td key={i} className="r">
                    {k(p50)}
                  </td>
                ))}
                <td className="r b">{k(total.p50)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row" className="t2">
                {words.saves}
              </th>
              {saved.map((dollars, i) => (
                // As above.
                <td key={i} className="r t2">
                  {k(dollars)}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      <p className="in s2 t3">{says}</p>
    </Card>
  );
}
