import type { Comparison } from '@countersign/core/customer/compare.ts';
import type { Requests } from '@countersign/core/customer/list.ts';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { TableExport } from '../../kit/Export.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { said } from '../../kit/said.ts';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, ErrorState, Loading } from '../../kit/states.tsx';
import { words } from '../../words/compare.ts';
import { sends } from '../../words/customer-requests.ts';
import { words as programmes } from '../../words/programmes.ts';
import { Send } from '../customer-requests/Send.tsx';
import './page.css';

type Told = z.output<typeof Comparison>;
const COLUMNS = ['soc2-type-1', 'soc2-type-2', 'iso27001'] as const;

/** What a report about one date, a report about a period and a certificate are, beside each other. */
export default function Compare(): ReactElement {
  const state = useQueryState({ request: text(100) });
  const asked = useView<typeof Comparison>('compare', {});
  return (
    <Page
      wide
      title={words.title}
      sentence={words.sentence}
      sub={words.sub}
      crumbs={[{ label: programmes.title, to: '/programmes' }]}
      dropped={state.dropped}
      actions={
        <>
          <Go to="/planner" className="btn">
            {words.plan}
          </Go>
          <TableExport of={{ view: 'compare', input: {}, rows: 'rows' }} />
          <Button onClick={() => window.print()}>{words.print}</Button>
        </>
      }
    >
      <Answer of={asked} rows={16}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <TableOf told={answer} />
            <ToCustomer request={state.value.request} onChoose={(request) => state.set({ request })} />
            <Sources told={answer} />
          </div>
        )}
      </Answer>
    </Page>
  );
}

function TableOf({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  return (
    <section className="card tw" aria-label={words.table} tabIndex={0}>
      <table className="cmp">
        <thead>
          <tr>
            <th scope="col">{words.aspect}</th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {words.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {told.rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.title}</th>
              {COLUMNS.map((column) => {
                const { says, sources, conflict } = row[column];
                return (
                  <td key={column}>
                    <span className="hm s2 t3 cmpof">{words.columns[column]}</span>
                    {says}
                    <p className="s2 t3 cites">
                      {sources.map((id) => (
                        <Cite key={id} told={told} id={id} />
                      ))}
                    </p>
                    {conflict === null ? undefined : (
                      <p className="s2 t2 differ">
                        <b className="m">{words.conflict}.</b> {conflict}
                      </p>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
          <tr className="yours">
            <th scope="row">{words.yours}</th>
            {COLUMNS.map((column) => {
              const mine = told.yours.find(({ wants }) => wants === column);
              return (
                <td key={column}>
                  <span className="hm s2 t3 cmpof">{words.columns[column]}</span>
                  {mine === undefined ? undefined : (
                    <>
                      <b className="m">
                        {mine.state === 'expected' && mine.on !== null
                          ? `${sends.expected} ${day(mine.on)}.`
                          : `${sends[mine.state]}.`}
                      </b>{' '}
                      {said(mine.says, zone)}
                      {mine.programme === null ? undefined : (
                        <p className="s2">
                          <Go to={`/programmes/${mine.programme}`}>{words.programme}</Go>
                        </p>
                      )}
                    </>
                  )}
                </td>
              );
            })}
          </tr>
        </tbody>
      </table>
    </section>
  );
}

/** A source by its short name with its date; the list below says which it is. */
function Cite({ told, id }: { readonly told: Told; readonly id: string }): ReactElement {
  const source = told.sources.find((one) => one.id === id);
  return (
    <a href={`#source-${id}`} title={source?.title}>
      {source === undefined ? id : `${source.short}, ${source.date ?? words.noDate}`}
    </a>
  );
}

function Sources({ told }: { readonly told: Told }): ReactElement {
  return (
    <Card title={words.sources}>
      <ol className="sourcelist">
        {told.sources.map(({ id, short, title, kind, date }) => (
          <li key={id} id={`source-${id}`}>
            <b className="m">{short}</b> {title}{' '}
            <span className="t2">
              {date ?? words.noDate}, {words.kinds[kind]}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** For one customer: what can go to them today. */
function ToCustomer({
  request,
  onChoose,
}: {
  readonly request: string | undefined;
  readonly onChoose: (request: string | undefined) => void;
}): ReactElement {
  const asked = useView<typeof Requests>('requests.list', { limit: 500, sort: 'customer' });
  const waiting = (asked.data?.answer.requests ?? []).filter(({ state }) => state === 'open' || state === 'answered');
  const chosen = waiting.find(({ id }) => id === request);
  const isForbidden = asked.error instanceof Refusal && asked.error.family === 'forbidden';
  return (
    <Card
      title={words.send}
      aside={
        isForbidden ? undefined : (
          <Go to="/customer-requests" className="btn x noprint">
            {words.requests}
          </Go>
        )
      }
    >
      {isForbidden ? (
        <p className="t2">{words.noPermission}</p>
      ) : asked.error !== null ? (
        <ErrorState error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Loading rows={2} />
      ) : waiting.length === 0 ? (
        <p className="t2">{words.noRequests}</p>
      ) : (
        <>
          <p className="t2">{words.sendHelp}</p>
          <label className="row w" style={{ margin: '10px 0' }}>
            <span className="m">{words.choose}</span>
            <select
              className="datein"
              value={chosen?.id ?? ''}
              onChange={(event) => onChoose(event.currentTarget.value || undefined)}
            >
              <option value="">{words.nobody}</option>
              {waiting.map(({ id, customer }) => (
                <option key={id} value={id}>
                  {customer}
                </option>
              ))}
            </select>
          </label>
          {chosen === undefined ? undefined : <Send send={chosen.send} />}
        </>
      )}
    </Card>
  );
}
