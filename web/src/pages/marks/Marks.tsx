import type { ReactElement } from 'react';
import type { Cell, State } from '../../kit/marks.tsx';
import { CellKey, Coverage, Lag, Lane, ProofMark, Ribbon, StateMark, STATES, Strip } from '../../kit/marks.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { words } from '../../words/marks.ts';

const CELLS: readonly Cell[] = ['on-time', 'late', 'missed', 'pending', 'excused', 'unknown'];
const WINDOW = { from: '2026-01-01T00:00:00Z', to: '2026-01-11T00:00:00Z' };
const on = (date: number): string => `2026-01-${String(date).padStart(2, '0')}T00:00:00Z`;
/** In the order in which their words differ; two states with one word are shown once. */
const SHOWN: readonly State[] = [
  'met',
  'partly',
  'unmet',
  'not-observed',
  'out-of-scope',
  'operating',
  'failing',
  'planned',
];

export default function Marks(): ReactElement {
  return (
    <Page title={words.title} sentence={words.sentence} sub={words.sub}>
      <div className="grid g2">
        <Card title={words.occurrences}>
          <p className="t2">{words.occurrencesHelp}</p>
          <div style={{ margin: '14px 0', maxWidth: 420 }}>
            <Strip
              cells={[
                'on-time',
                'on-time',
                'late',
                'on-time',
                'missed',
                'on-time',
                'excused',
                'on-time',
                'pending',
                'future',
              ]}
            />
          </div>
          <CellKey cells={CELLS} />
        </Card>
        <Card title={words.states}>
          <p className="t2">{words.statesHelp}</p>
          <ul className="row w" style={{ gap: '8px 20px', marginTop: 14 }}>
            {SHOWN.filter((state) => state in STATES).map((state) => (
              <li key={state}>
                <StateMark state={state} />
              </li>
            ))}
          </ul>
        </Card>
        <Card title={words.lane}>
          <p className="t2">{words.laneHelp}</p>
          <div style={{ marginTop: 14 }}>
            <Lane
              window={WINDOW}
              stretches={[
                { from: on(1), to: on(2), state: 'not-applicable' },
                { from: on(2), to: on(5), state: 'pass' },
                { from: on(5), to: on(6), state: 'fail' },
                { from: on(6), to: on(8), state: 'pass' },
                { from: on(8), to: on(9), state: 'unknown' },
                { from: on(9), to: on(11), state: 'pass' },
              ]}
            />
            <Coverage window={WINDOW} gaps={[{ from: on(8), to: on(9), why: 'no source answered' }]} />
          </div>
        </Card>
        <Card title={words.ribbon}>
          <p className="t2">{words.ribbonHelp}</p>
          <div style={{ marginTop: 14 }}>
            <Ribbon
              window={WINDOW}
              stretches={[
                { from: on(1), to: on(3), state: 'not-observed' },
                { from: on(3), to: on(5), state: 'partly' },
                { from: on(5), to: on(6), state: 'unmet' },
                { from: on(6), to: on(11), state: 'met' },
              ]}
            />
          </div>
        </Card>
        <Card title={words.clocks}>
          <p className="t2">{words.clocksHelp}</p>
          <div className="stack" style={{ marginTop: 14 }}>
            <Lag seconds={240} />
            <br />
            <Lag seconds={44 * 86_400} />
          </div>
        </Card>
        <Card title={words.proof}>
          <p className="t2">{words.proofHelp}</p>
          <div className="row w" style={{ marginTop: 14 }}>
            <ProofMark index={16_904} outside={{ witness: true, time: true }} />
            <ProofMark index={16_905} outside={{ witness: false, time: false }} />
            <ProofMark index={null} outside={{ witness: false, time: false }} />
          </div>
        </Card>
      </div>
    </Page>
  );
}
