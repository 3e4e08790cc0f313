import type { CheckPage } from '@countersign/core/timeline/check-page.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { AsTable, Plain } from '../../kit/AsTable.tsx';
import { useClocks } from '../../kit/clocks.ts';
import { day, moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Listing } from '../../kit/Listing.tsx';
import { Coverage, Lane, Proof, StateMark } from '../../kit/marks.tsx';
import { Card, Facts, Page, Segments, Tabs } from '../../kit/Page.tsx';
import { date, oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { said } from '../../kit/said.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import { Filter } from '../../kit/Table.tsx';
import { addDays, monthsIn, SPANS, useLookedAt, useWindow } from '../../kit/window.ts';
import { words } from '../../words/checks.ts';
import { words as kitWords } from '../../words/kit.ts';
import './page.css';

type Told = z.infer<typeof CheckPage>;
const TABS = ['items', 'question', 'exceptions', 'versions'] as const;
const STEP = 50;

export default function Check(): ReactElement {
  const { id = '' }: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const state = useQueryState({
    from: date(),
    to: date(),
    tab: oneOf(...TABS),
    q: text(),
    limit: whole(1000),
  });
  const zone = useZone();
  const today = useLookedAt();
  const { asOf } = useClocks();
  const window = useWindow(state);
  const limit = state.value.limit ?? STEP;
  const asked = useView<typeof CheckPage>('check.page', {
    check: id,
    from: window.from,
    to: window.to,
    limit,
    ...(state.value.q === undefined ? {} : { search: state.value.q }),
  });
  const told = asked.data?.answer;
  const tab = state.value.tab ?? 'items';
  return (
    <Page
      title={id}
      crumbs={[{ label: words.title, to: '/checks' }]}
      sentence={told?.check.title ?? id}
      sub={told?.because}
      dropped={state.dropped}
      above={
        told === undefined ? undefined : (
          <>
            <span className="ref">{id}</span>
            {told.says === null ? undefined : <StateMark state={told.says} />}
            <span className="t3">·</span>
            <span className="mono t2">{told.check.dataset}</span>
          </>
        )
      }
    >
      <Answer of={asked} rows={10}>
        {({ answer }) => {
          const axis = { from: answer.from, to: addDays(answer.to, 1) };
          return (
            <>
              <Card
                title={words.window}
                aside={
                  <Segments
                    label={words.window}
                    options={SPANS.map((value) => ({ value, label: words.spans[value] }))}
                    value={window.span ?? ('' as (typeof SPANS)[number])}
                    onChange={window.set}
                  />
                }
              >
                <p className="t2">{said(answer.lane.because, zone)}</p>
                <AsTable
                  label={words.window}
                  table={() => (
                    <Plain
                      head={[words.table.from, words.table.to, words.table.says, words.table.why]}
                      rows={answer.lane.segments.map((one) => [
                        moment(one.from, zone),
                        moment(one.to, zone),
                        kitWords.states[one.outcome],
                        said(one.why ?? '', zone),
                      ])}
                    />
                  )}
                >
                  <div className="mx s1 t3 onaxis" aria-hidden="true">
                    {monthsIn({ from: answer.from, to: answer.to }).map(({ name, days }, i) => (
                      <span key={i} style={{ flex: days }}>
                        {name}
                      </span>
                    ))}
                  </div>
                  <Lane
                    window={axis}
                    stretches={answer.lane.segments.map(({ from, to, outcome }) => ({ from, to, state: outcome }))}
                    label={said(answer.lane.because, zone)}
                  />
                  <Coverage window={axis} gaps={answer.gaps} />
                </AsTable>
              </Card>
              <div className="undertabs">
                <Tabs
                  label={words.tabsLabel}
                  to={`/checks/${id}`}
                  open={tab}
                  tabs={TABS.map((name) => ({
                    name,
                    label: words.tabs[name],
                    ...(name === 'items'
                      ? { n: answer.items.total }
                      : name === 'versions'
                        ? { n: answer.versions.length }
                        : name === 'exceptions'
                          ? { n: answer.exceptions.length }
                          : {}),
                  }))}
                />
              </div>
              {tab === 'items' ? (
                <Items
                  told={answer}
                  zone={zone}
                  title={words.failing(asOf === undefined ? undefined : day(today))}
                  search={state.value.q ?? ''}
                  onSearch={(q) => state.set({ q: q === '' ? undefined : q, limit: undefined }, { replace: true })}
                  onMore={() => state.set({ limit: Math.min(1000, limit + STEP) }, { replace: true })}
                />
              ) : undefined}
              {tab === 'question' ? <Question told={answer} /> : undefined}
              {tab === 'exceptions' ? <Exceptions told={answer} zone={zone} /> : undefined}
              {tab === 'versions' ? <Versions told={answer} zone={zone} /> : undefined}
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

/** Items that fail or could not be judged; one under an exception stays, with who, why and until when. */
function Items({
  told,
  zone,
  title,
  search,
  onSearch,
  onMore,
}: {
  readonly told: Told;
  readonly zone: string;
  readonly title: string;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly onMore: () => void;
}): ReactElement {
  const c = words.columns;
  const { listed, total } = told.items;
  return (
    <Card flush title={title} aside={<Filter value={search} label={words.search} onChange={onSearch} />}>
      {listed.length === 0 ? (
        <Empty title={words.allPass}>{words.allPassHelp}</Empty>
      ) : (
        <>
          <Listing label={title} head={[c.item, c.says, c.why, c.source, c.at, c.exception]}>
            {listed.map((one) => (
              <tr key={`${one.source} ${one.item} ${one.at ?? ''}`}>
                <td className="mono">{one.item}</td>
                <td>
                  <StateMark state={one.outcome} />
                </td>
                <td className="wrap">{said(one.why, zone)}</td>
                <td className="t2">{one.source}</td>
                <td className="nw t2">{one.at === null ? '–' : moment(one.at, zone)}</td>
                <td className="t2">
                  {one.exception === null ? (
                    <span className="t3">{words.none2}</span>
                  ) : (
                    <>
                      {words.covered(
                        day(one.exception.to),
                        one.exception.decidedBy?.name ?? one.exception.decidedBy?.id ?? '',
                      )}
                      <div className="s2 t3">{one.exception.reason}</div>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </Listing>
          <div className="row sp w tfoot noprint">
            <span className="s2 t3">{words.total(listed.length, total)}</span>
            {listed.length < total ? (
              <button type="button" className="btn x" onClick={onMore}>
                {words.more}
              </button>
            ) : undefined}
          </div>
        </>
      )}
    </Card>
  );
}

function Question({ told: { check } }: { readonly told: Told }): ReactElement {
  const code = (expression: string): ReactElement => <code className="cel">{expression}</code>;
  return (
    <Card label={words.tabs.question}>
      <Facts
        rows={[
          [words.passes, code(check.passes)],
          [words.applies, check.applies === 'true' ? words.everything : code(check.applies)],
          [words.scope, check.scope === null ? words.everything : code(check.scope)],
          [words.message, check.message],
          ...(check.freshness === null ? [] : [[words.freshness, check.freshness] as const]),
          ...(check.settles === null ? [] : [[words.settles, check.settles] as const]),
          [words.dataset, <span className="mono">{check.dataset}</span>],
          [
            words.supports,
            <ul>
              {check.supports.map(({ id, title }) => (
                <li key={id}>
                  <Go to={`/controls/${id}`} className="ref">
                    {id}
                  </Go>{' '}
                  {title}
                </li>
              ))}
            </ul>,
          ],
        ]}
      />
    </Card>
  );
}

function Exceptions({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const c = words.columns;
  return (
    <div className="stack gaps">
      <Card flush title={words.columns.exception}>
        {told.exceptions.length === 0 ? (
          <Empty title={words.noExceptions}>{words.noExceptionsHelp}</Empty>
        ) : (
          <Listing label={words.columns.exception} head={[c.item, c.control, c.days, c.reason, c.asked, c.state]}>
            {told.exceptions.map((one) => (
              <tr key={one.id}>
                <td className="mono">{one.item ?? words.whole}</td>
                <td>
                  <Go to={`/controls/${one.control}`} search={{ tab: 'exceptions' }} className="ref">
                    {one.control}
                  </Go>
                </td>
                <td className="nw">{`${day(one.from)} – ${day(one.to)}`}</td>
                <td className="wrap">{one.reason}</td>
                <td>{one.requestedBy.name ?? one.requestedBy.id}</td>
                <td>
                  <StateMark state={one.state} />
                  {one.decidedBy === null ? undefined : (
                    <div className="s2 t3">{one.decidedBy.name ?? one.decidedBy.id}</div>
                  )}
                </td>
              </tr>
            ))}
          </Listing>
        )}
      </Card>
      <Card flush title={words.scopes}>
        <Listing label={words.scopes} head={[c.holds, c.scope, c.by]}>
          {told.scopes.map((one) => (
            <tr key={one.version}>
              <td className="nw">
                {`${one.from === null ? words.always : day(one.from, zone)} – ${one.to === null ? words.openEnd : day(one.to, zone)}`}
              </td>
              <td className="wrap">
                {one.scope === null ? words.everything : <code className="cel">{one.scope}</code>}
                {one.applies === 'true' ? undefined : (
                  <div>
                    <code className="cel">{one.applies}</code>
                  </div>
                )}
              </td>
              <td>
                {one.by.name ?? one.by.id}
                <div className="s2 t3">{moment(one.recordedAt, zone)}</div>
              </td>
            </tr>
          ))}
        </Listing>
      </Card>
    </div>
  );
}

function Versions({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const c = words.columns;
  return (
    <Card flush title={words.tabs.versions}>
      <Listing label={words.tabs.versions} head={[c.version, c.holds, c.changed, c.recorded, c.proof]}>
        {told.versions.map((one) => (
          <tr key={one.version}>
            <td>
              {one.version} {one.holds ? <StateMark state="operating">{words.holds}</StateMark> : undefined}
            </td>
            <td className="nw">
              {`${one.from === null ? words.always : day(one.from, zone)} – ${one.to === null ? words.openEnd : day(one.to, zone)}`}
            </td>
            <td className="wrap">
              {one.version === 1 ? words.first : one.changed.join(', ')}
              <div>
                <code className="cel">{one.passes}</code>
              </div>
            </td>
            <td className="nw">
              {moment(one.recordedAt, zone)}
              <div className="s2 t3">{one.recordedBy.name ?? one.recordedBy.id}</div>
            </td>
            <td>
              <Proof index={one.logIndex} />
            </td>
          </tr>
        ))}
      </Listing>
    </Card>
  );
}
