import type { Overlap } from '@countersign/core/overlap/view.ts';
import type { ReactElement } from 'react';
import { useView } from '../../api/hooks.ts';
import { Go } from '../../kit/Go.tsx';
import { range } from '../../kit/format.ts';
import { Card, Page, Segments } from '../../kit/Page.tsx';
import { date, oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/crosswalk.ts';
import { words as parts } from '../../words/elements.ts';
import type { Basis, Told } from './Figures.tsx';
import { Figures, Groups } from './Figures.tsx';
import { Items } from './Items.tsx';
import { Pick, useFrameworks, useMappings } from './Pick.tsx';
import { Reviewed, REVIEWED } from './Reviewed.tsx';
import './page.css';

export interface Shown {
  readonly basis: Basis;
  readonly side: 'there' | 'back';
  readonly minStrength: 1 | 5 | 7;
}

const BASES = ['evidence', 'crosswalk', 'controls'] as const;
const MIN = ['1', '5', '7'] as const;
const strengthOf = (value: (typeof MIN)[number]): 1 | 5 | 7 => (value === '1' ? 1 : value === '5' ? 5 : 7);

const hasAny = (told: Told | undefined): boolean => told?.definitions.some(({ touched }) => touched > 0) === true;

function sentenceOf(evidence: Told | undefined, crosswalk: Told): string {
  const at = (told: Told) =>
    told.definitions.find((one) => one.direction === `${told.from}→${told.to}` && one.minStrength === 1);
  const { from, to } = crosswalk.titles;
  const served = evidence === undefined ? undefined : at(evidence);
  if (served !== undefined && served.touched > 0) return words.sentence.evidence(served.touched, served.of, from, to);
  const linked = at(crosswalk);
  return words.sentence.crosswalk(linked?.whole ?? 0, linked?.partial ?? 0, linked?.of ?? 0, from, to);
}

export default function Crosswalk(): ReactElement {
  const state = useQueryState({
    from: text(40),
    to: text(40),
    mapping: text(100),
    periodFrom: date(),
    periodTo: date(),
    basis: oneOf(...BASES),
    side: oneOf('there', 'back'),
    min: oneOf(...MIN),
    group: text(100),
    extent: oneOf('whole', 'partial', 'none'),
    relation: oneOf('equal', 'superset', 'subset', 'intersects', 'unclaimed'),
    reviewed: oneOf(...REVIEWED),
    q: text(),
    sort: text(20),
    open: text(60),
  });
  const {
    from = 'soc2',
    to = from === 'iso27001' ? 'soc2' : 'iso27001',
    mapping = 'shipped',
    periodFrom,
    periodTo,
  } = state.value;
  const frameworks = useFrameworks();
  const mappings = useMappings();
  const pair = {
    ...{ from, to, mapping },
    ...(periodFrom === undefined || periodTo === undefined ? {} : { periodFrom, periodTo }),
  };
  // Controls name items of these two only.
  const asking = { enabled: [from, to].every((id) => id === 'soc2' || id === 'iso27001') };
  const crosswalk = useView<typeof Overlap>('overlap', pair);
  const controls = useView<typeof Overlap>('overlap', { ...pair, basis: 'controls' }, asking);
  const evidence = useView<typeof Overlap>('overlap', { ...pair, basis: 'evidence' }, asking);
  // An answer of the frameworks before is no answer of these.
  const told = (query: typeof crosswalk): Told | undefined => {
    const answer = query.isError ? undefined : query.data?.answer;
    return answer?.from === from && answer.to === to ? answer : undefined;
  };
  const [byCrosswalk, byEvidence] = [told(crosswalk), told(evidence)];
  const order = hasAny(byEvidence) ? BASES : (['crosswalk', 'controls', 'evidence'] as const);
  const answers = { evidence: byEvidence, crosswalk: byCrosswalk, controls: told(controls) };
  const basis = state.value.basis ?? 'crosswalk';
  const min = state.value.min ?? '5';
  const fresh = {
    group: undefined,
    open: undefined,
    extent: undefined,
    relation: undefined,
    reviewed: undefined,
    q: undefined,
  };
  const choose = (patch: { readonly from?: string; readonly to?: string }): void =>
    state.set({ from, to, ...patch, ...fresh, basis: undefined, side: undefined });
  const shownOf = answers[basis];
  return (
    <Page
      wide
      title={words.title}
      sentence={byCrosswalk === undefined ? words.title : sentenceOf(byEvidence, byCrosswalk)}
      sub={words.sub}
      dropped={state.dropped}
      actions={
        <>
          {[from, to].every((one) => one === 'soc2' || one === 'iso27001') ? (
            <Go to="/elements" search={{ by: from === 'soc2' ? undefined : from }} className="btn">
              {parts.title}
            </Go>
          ) : undefined}
          <Go to="/gap" search={{ have: from, want: to }} className="btn">
            {words.pick.gap}
          </Go>
        </>
      }
    >
      <div className="cw-pick">
        <Pick
          label={words.pick.from}
          options={frameworks.filter(({ value }) => value !== to)}
          value={from}
          onChange={(value) => choose({ from: value })}
        />
        <Pick
          label={words.pick.to}
          options={frameworks.filter(({ value }) => value !== from)}
          value={to}
          onChange={(value) => choose({ to: value })}
        />
        <button type="button" className="btn" onClick={() => choose({ from: to, to: from })}>
          {words.pick.swap}
        </button>
        <Pick
          label={words.pick.mapping}
          options={mappings}
          value={mapping}
          onChange={(value) => state.set({ ...fresh, mapping: value === 'shipped' ? undefined : value })}
        />
      </div>
      <Answer of={crosswalk} rows={12}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <Figures
              answers={order.map((one) => [one, answers[one]] as const)}
              onOpen={({ basis: by, side, minStrength }) => {
                state.set({ ...fresh, basis: by, side, min: String(minStrength) });
                document.getElementById('cw-items')?.scrollIntoView();
              }}
            />
            {answer.lines === null || answer.lines.of === 0 ? undefined : (
              <Reviewed
                lines={answer.lines}
                onOpen={(reviewed) => {
                  state.set({ ...fresh, basis: 'crosswalk', min: '1', reviewed });
                  document.getElementById('cw-items')?.scrollIntoView();
                }}
              />
            )}
            <div className="row w">
              <span className="s2 t3">{words.groups.at}</span>
              <Segments
                label={words.items.minStrength}
                options={MIN.map((value) => ({ value, label: words.groups.orMore(value) }))}
                value={min}
                onChange={(value) => state.set({ min: value })}
              />
              <Segments
                label={words.measured.basis}
                options={order.map((value) => ({ value, label: words.bases[value] }))}
                value={basis}
                onChange={(value) =>
                  state.set({ basis: value, relation: undefined, reviewed: undefined, open: undefined })
                }
              />
            </div>
            <Groups
              told={shownOf ?? answer}
              minStrength={strengthOf(min)}
              onGroup={(side, group) => {
                state.set({ ...fresh, side, group });
                document.getElementById('cw-items')?.scrollIntoView();
              }}
            />
            <Items
              pair={pair}
              titles={answer.titles}
              basis={basis}
              minStrength={strengthOf(min)}
              side={state.value.side ?? 'there'}
              state={state}
            />
            <Card title={words.sources.title}>
              {(shownOf ?? answer).notes.map((note) => (
                <p key={note} className="t2">
                  {note}
                </p>
              ))}
              {byEvidence?.period === undefined || byEvidence.period === null ? undefined : (
                <p className="t2">{words.sources.period(range(byEvidence.period.from, byEvidence.period.to))}</p>
              )}
              <p className="t2">{answer.provenance}</p>
            </Card>
          </div>
        )}
      </Answer>
    </Page>
  );
}
