import type { ReactElement } from 'react';
import { count, day } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { regions, wanted, words } from '../../words/customer-requests.ts';
import { amountsOf } from './amounts.ts';
import type { Told } from './CustomerRequests.tsx';

/** What waits by report and by region. */
export function Totals({ totals }: { readonly totals: Told['totals'] }): ReactElement {
  const lines = [
    ...totals.byWanted.map((one) => ({ ...one, key: `w ${one.wants}`, name: wanted[one.wants] })),
    ...totals.byRegion.map((one) => ({ ...one, key: `r ${one.region}`, name: regions[one.region] })),
  ].filter(({ requests }) => requests > 0);
  const say = words.totalsColumns;
  return (
    <Card title={words.totals} aside={<span className="s2 t3">{words.totalsHelp}</span>}>
      <div className="tw" role="region" aria-label={words.totalsTable} tabIndex={0}>
        <table className="totals">
          <thead>
            <tr>
              <th scope="col">{say.of}</th>
              <th scope="col" className="r">
                {say.waiting}
              </th>
              <th scope="col" className="r">
                {say.amounts}
              </th>
              <th scope="col" className="hd">
                {say.by}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ key, name, waiting, amounts, by }) => (
              <tr key={key}>
                <th scope="row">{name}</th>
                <td className="r num">{count(waiting)}</td>
                <td className="r num">{amounts.length === 0 ? '–' : amountsOf(amounts)}</td>
                <td className="hd">{by === null ? '–' : day(by)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
