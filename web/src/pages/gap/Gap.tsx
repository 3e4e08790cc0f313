import type { Gap as GapSchema } from '@countersign/core/overlap/gap.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { TableExport } from '../../kit/Export.tsx';
import { range } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Card, Page, Segments, Tabs } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { words as crosswalkWords } from '../../words/crosswalk.ts';
import { words } from '../../words/gap.ts';
import { words as reviews } from '../../words/reviews.ts';
import { Pick, useFrameworks, useMappings } from '../crosswalk/Pick.tsx';
import '../crosswalk/page.css';
import { Controls, Documents, Items } from './Tables.tsx';
import './page.css';

export type Told = z.output<typeof GapSchema>;
const TABS = ['items', 'controls', 'documents'] as const;
const MIN = ['1', '5', '7'] as const;

/** What a framework still needs: items, controls with effort, documents, and what to do next. */
export default function Gap(): ReactElement {
  const state = useQueryState({
    have: text(40),
    want: text(40),
    mapping: text(100),
    min: oneOf(...MIN),
    tab: oneOf(...TABS),
    extent: oneOf('whole', 'partial', 'none'),
    q: text(),
    sort: text(20),
  });
  const {
    have = 'soc2',
    want = have === 'iso27001' ? 'soc2' : 'iso27001',
    mapping = 'shipped',
    min = '5',
  } = state.value;
  const frameworks = useFrameworks();
  const mappings = useMappings();
  const input = { have, want, mapping, minStrength: Number(min) };
  const asked = useView<typeof GapSchema>('gap', input);
  const answer = asked.isError ? undefined : asked.data?.answer;
  const told = answer?.have === have && answer.want === want ? answer : undefined;
  const fresh = { extent: undefined, q: undefined, sort: undefined };
  const isOperating = have === 'operating';
  const tab = state.value.tab ?? 'items';
  return (
    <Page
      wide
      title={words.title}
      sentence={
        told === undefined
          ? words.title
          : words.sentence(
              told.counts.whole,
              told.counts.of,
              told.titles.want,
              isOperating ? undefined : told.titles.have,
            )
      }
      sub={told === undefined ? undefined : words.sub(told.counts.partial, told.counts.none, told.counts.outOfScope)}
      crumbs={[{ label: crosswalkWords.title, to: '/crosswalk' }]}
      dropped={state.dropped}
      actions={
        <>
          {isOperating ? undefined : (
            <Go to="/crosswalk" search={{ from: have, to: want }} className="btn">
              {words.crosswalk}
            </Go>
          )}
          <TableExport of={{ view: 'gap', input, rows: tab }} />
        </>
      }
    >
      <div className="cw-pick gap-pick">
        <Pick
          label={words.have}
          options={[
            { value: 'operating', label: words.operating },
            ...frameworks.filter(({ value }) => value !== want),
          ]}
          value={have}
          onChange={(value) => state.set({ have: value, want, ...fresh })}
        />
        <Pick
          label={words.want}
          options={frameworks.filter(({ value }) => value !== have)}
          value={want}
          onChange={(value) => state.set({ have, want: value, ...fresh })}
        />
        {isOperating ? undefined : (
          <>
            <Pick
              label={words.mapping}
              options={mappings}
              value={mapping}
              onChange={(value) => state.set({ mapping: value === 'shipped' ? undefined : value })}
            />
            <div>
              <div className="s2 t3">{words.minStrength}</div>
              <Segments
                label={words.minStrength}
                options={MIN.map((value) => ({ value, label: value }))}
                value={min}
                onChange={(value) => state.set({ min: value === '5' ? undefined : value })}
              />
            </div>
          </>
        )}
      </div>
      <Answer of={asked} rows={12}>
        {({ answer: shown }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <div className="grid g32">
              <Next told={shown} />
              <Days told={shown} />
            </div>
            <div>
              <Tabs
                label={words.title}
                to="/gap"
                search={{ have, want, ...(mapping === 'shipped' ? {} : { mapping }), ...(min === '5' ? {} : { min }) }}
                open={tab}
                tabs={[
                  { name: 'items', label: words.tabs.items, n: shown.items.length },
                  { name: 'controls', label: words.tabs.controls, n: shown.controls.length },
                  { name: 'documents', label: words.tabs.documents, n: shown.documents.length },
                ]}
              />
              <section className="card">
                {tab === 'items' ? (
                  <Items told={shown} state={state} />
                ) : tab === 'controls' ? (
                  <Controls told={shown} state={state} />
                ) : (
                  <Documents told={shown} />
                )}
              </section>
            </div>
            {shown.outOfScope.length === 0 ? undefined : (
              <Card title={words.out.title}>
                <details>
                  <summary className="m">
                    {crosswalkWords.items.carried(shown.outOfScope.length, shown.counts.of + shown.counts.outOfScope)}
                  </summary>
                  <ul className="gap-out">
                    {shown.outOfScope.map(({ ref, title, justification }) => (
                      <li key={ref}>
                        <span className="ref">{ref}</span> {title} <span className="t3 s2">{justification}</span>
                      </li>
                    ))}
                  </ul>
                </details>
              </Card>
            )}
            <Card title={words.measure}>
              <p className="t2">{shown.measure}</p>
              <p className="t2">
                {words.period(range(shown.period.from, shown.period.to))}{' '}
                {shown.programme === null ? words.noProgramme : words.programme(shown.programme)}
              </p>
              <p className="t2">{shown.provenance}</p>
              {shown.lines === null ? undefined : <p className="t2">{reviews.said(shown.lines)}</p>}
            </Card>
          </div>
        )}
      </Answer>
    </Page>
  );
}

/** The five that buy the most, in order. */
function Next({ told: { next, controls } }: { readonly told: Told }): ReactElement {
  const does = new Map(controls.map((control) => [control.id, control.does]));
  return (
    <Card title={words.next.title(next.length)}>
      {next.length === 0 ? <p className="t2">{words.next.none}</p> : undefined}
      <ol className="gap-next">
        {next.map(({ id, title, gain, effort, after }) => {
          const how = does.get(id) ?? 'start';
          return (
            <li key={id}>
              <div>
                <span className="s2 t3">{words.does[how]}</span>{' '}
                {how === 'adopt' ? (
                  <span className="ref">{id}</span>
                ) : (
                  <Go to={`/controls/${id}`} className="ref">
                    {id}
                  </Go>
                )}{' '}
                <span className="m">{title}</span>
              </div>
              <div className="s2 t2 num">
                {words.next.gain(gain)} · {words.effort.span(effort.low, effort.likely, effort.high)} ·{' '}
                {words.next.after(after)}
              </div>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

type Effort = Told['effort']['total'];

function Days({ told: { effort, controls } }: { readonly told: Told }): ReactElement {
  const most = Math.max(effort.total.high, effort.perYear.high, 1);
  const rows: readonly (readonly [string, Effort])[] = [
    [words.effort.controls(controls.length), effort.controls],
    [words.effort.documents, effort.documents],
    [words.effort.total, effort.total],
    [words.effort.perYear, effort.perYear],
  ];
  return (
    <Card title={words.effort.title}>
      <ul className="gap-days">
        {rows.map(([label, span]) => (
          <li key={label}>
            <span>{label}</span>
            <Interval span={span} most={most} />
            <span className="s2 t2 num">
              {span === effort.documents && span.high === 0
                ? words.effort.noDocuments
                : words.effort.span(span.low, span.likely, span.high)}
            </span>
          </li>
        ))}
      </ul>
      <p className="s2 t3">
        {words.effort.source(effort.on, effort.source)} {effort.note}
      </p>
    </Card>
  );
}

/** Low to high with the likely value marked: never a single bar. */
export function Interval({ span, most }: { readonly span: Effort; readonly most: number }): ReactElement {
  const at = (n: number): string => `${(100 * n) / most}%`;
  return (
    <span className="gap-int" role="img" aria-label={words.effort.mark(span.low, span.likely, span.high)}>
      <i style={{ left: at(span.low), width: at(span.high - span.low) }} />
      <b style={{ left: at(span.likely) }} />
    </span>
  );
}
