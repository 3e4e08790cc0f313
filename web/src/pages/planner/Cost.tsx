import type { ReactElement } from 'react';
import { AsTable, Plain } from '../../kit/AsTable.tsx';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/planner.ts';
import type { Option, Roadmap } from './money.ts';
import { axisEnd, bandSaid, decimal, thousands } from './money.ts';

/** How many of what drives the spread is named; the rest is told together. */
const MOST = 5;

/** What each way costs, as the interval from P10 to P90 with its middle marked, and what its width comes from. */
export function Cost({
  roadmap,
  budget,
}: {
  readonly roadmap: Roadmap;
  readonly budget: number | undefined;
}): ReactElement {
  const { options, spread, trials } = roadmap;
  const ordered = [...options].sort((a, b) => Number(b.isRecommended) - Number(a.isRecommended));
  const most = Math.max(...options.map(({ cost }) => cost.p90));
  // A budget far beyond every way would press all of them into a corner.
  const axis = axisEnd(budget !== undefined && budget < most * 1.6 ? Math.max(most, budget) : most);
  const at = (dollars: number): number => (dollars / axis.end) * 100;
  return (
    <Card title={words.cost} aside={<span className="s2 t2">{words.costAside(trials)}</span>}>
      <AsTable label={words.costTable} table={() => <CostTable options={ordered} />}>
        <div>
          {ordered.map(({ id, title, says, cost, isRecommended }) => (
            <div key={id} className={isRecommended ? 'pl-co rec' : 'pl-co'}>
              <div>
                <span className={isRecommended ? 'b' : 'm'}>{title}</span>
                <span className="s2 t3">{says}</span>
              </div>
              <div
                className="pl-line"
                role="img"
                aria-label={`${title}: ${words.costLabel({ p10: thousands(cost.p10), p50: thousands(cost.p50), p90: thousands(cost.p90) })}`}
              >
                <i className="rg" style={{ left: `${at(cost.p10)}%`, width: `${at(cost.p90) - at(cost.p10)}%` }} />
                <i className="md" style={{ left: `${at(cost.p50)}%` }} />
                <em className="lo" style={{ left: `${at(cost.p10)}%` }}>
                  {Math.round(cost.p10 / 1000)}
                </em>
                <em className="hi" style={{ left: `${at(cost.p90)}%` }}>
                  {Math.round(cost.p90 / 1000)}
                </em>
                {budget === undefined || budget > axis.end ? undefined : (
                  <i className="bu" style={{ left: `${at(budget)}%` }} />
                )}
              </div>
              <span className={isRecommended ? 'num r b' : 'num r'}>{thousands(cost.p50)}</span>
            </div>
          ))}
          <div className="pl-co ax" aria-hidden="true">
            <div />
            <div className="pl-line s1 t3">
              {Array.from({ length: Math.floor(axis.end / axis.step) + 1 }, (_, i) => (
                <span key={i} style={{ left: `${at(i * axis.step)}%` }}>
                  {thousands(i * axis.step)}
                </span>
              ))}
            </div>
            <span />
          </div>
          {budget === undefined || budget > axis.end ? undefined : (
            <p className="s2 t2 pl-bukey">
              <i aria-hidden="true" /> {words.budget(thousands(budget))}
            </p>
          )}
        </div>
      </AsTable>
      <p className="s2 t3">{words.costHelp}</p>
      {spread === null ? undefined : (
        <>
          <hr className="hr" />
          <Drivers title={words.spread} drivers={spread.cost} method={spread.method} />
        </>
      )}
    </Card>
  );
}

function Drivers({
  title,
  drivers,
  method,
}: {
  readonly title: string;
  readonly drivers: readonly { readonly figure: string; readonly title: string; readonly share: number }[];
  readonly method: string;
}): ReactElement {
  const shown = drivers.slice(0, MOST);
  const rest = drivers.slice(MOST).reduce((sum, { share }) => sum + share, 0);
  const most = Math.max(0.01, ...shown.map(({ share }) => share));
  const rows = [...shown, ...(rest > 0.005 ? [{ figure: 'rest', title: words.rest, share: rest }] : [])];
  return (
    <>
      <h3>{title}</h3>
      <ul className="pl-drv">
        {rows.map(({ figure, title: says, share }) => (
          <li key={figure}>
            <span>{says}</span>
            <span className="db">
              <i style={{ width: `${(Math.min(share, most) / most) * 100}%` }} />
            </span>
            <span className="num r t2">{Math.round(share * 100)} %</span>
          </li>
        ))}
      </ul>
      <p className="s2 t3">{method}</p>
    </>
  );
}

function CostTable({ options }: { readonly options: readonly Option[] }): ReactElement {
  return (
    <Plain
      head={words.costHead}
      rows={options.map(({ title, cost, months, withinBudget, claims }) => [
        title,
        ...[thousands(cost.p10), thousands(cost.p50), thousands(cost.p90), decimal(months.p50), decimal(months.p90)],
        withinBudget === null ? '' : `${Math.round(withinBudget * 100)} of 100 trials`,
        claims.map(({ title: what, unit, ...band }) => `${what} ${bandSaid(band, unit)}`).join('; '),
      ])}
    />
  );
}
