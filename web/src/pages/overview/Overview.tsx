import type { Overview as Output } from '@countersign/core/posture/overview.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { count, digest, range } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { CellMark, placeIn } from '../../kit/marks.tsx';
import type { OccurrenceState } from '../../kit/marks.tsx';
import { Card, Facts, Page } from '../../kit/Page.tsx';
import { useProof } from '../../kit/proofs.tsx';
import { useQueryState, whole } from '../../kit/query-state.ts';
import { said } from '../../kit/said.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import { addDays, useLookedAt } from '../../kit/window.ts';
import { words as kitWords } from '../../words/kit.ts';
import { words } from '../../words/overview.ts';
import { Attention } from './Attention.tsx';
import { Programme } from './Programme.tsx';
import './page.css';

type Told = z.infer<typeof Output>;

const FEW = 6;
const MANY = 200;
const COUNTED = [
  ['on-time', 'onTime'],
  ['late', 'late'],
  ['missed', 'missed'],
  ['excused', 'excused'],
  ['pending', 'pending'],
] as const satisfies readonly (readonly [OccurrenceState, keyof Told['period']['counts']])[];

export default function Overview(): ReactElement {
  const state = useQueryState({ limit: whole(MANY) });
  const limit = state.value.limit ?? FEW;
  const zone = useZone();
  const today = useLookedAt();
  const asked = useView<typeof Output>('overview', { limit });
  // Whoever saw anything of the log saw its first entry.
  const isSeen = useProof(0)?.provenBy !== undefined;
  const told = asked.data?.answer;
  const started = told === undefined || told.controls.operating + told.controls.failing + told.controls.notObserved > 0;
  return (
    <Page
      title={words.title}
      sentence={
        told === undefined
          ? words.title
          : started
            ? words.sentence(told.controls.failing, told.attention.total - told.controls.failing)
            : words.planned(told.controls.planned)
      }
      sub={
        told === undefined || !started
          ? undefined
          : words.sub(told.controls.operating, told.controls.notObserved, told.controls.planned)
      }
      dropped={state.dropped}
    >
      <Answer of={asked} rows={10}>
        {({ answer }) => (
          <>
            <div className="grid g2">
              {answer.programmes.map((programme) => (
                <Programme key={programme.programme} programme={programme} today={today} zone={zone} />
              ))}
            </div>
            <div className="grid g32 second">
              <Card
                flush
                title={words.attention}
                aside={
                  answer.attention.total > FEW ? (
                    <button
                      type="button"
                      className="lnk s2 m"
                      onClick={() => state.set({ limit: limit > FEW ? undefined : MANY })}
                    >
                      {limit > FEW ? words.fewer : words.all(answer.attention.total)}
                    </button>
                  ) : undefined
                }
              >
                {answer.attention.items.length === 0 ? (
                  <Empty
                    title={words.nothing}
                    actions={
                      started ? undefined : (
                        <Go to="/controls" search={{ state: 'planned' }} className="btn">
                          {words.toControls}
                        </Go>
                      )
                    }
                  >
                    {started ? words.nothingHelp : words.nothingStarted}
                  </Empty>
                ) : (
                  <Attention items={answer.attention.items} zone={zone} />
                )}
              </Card>
              <div className="stack side">
                <Period told={answer} />
                <Unseen told={answer} zone={zone} />
                <Card
                  title={words.ledger}
                  aside={
                    <Go to="/ledger" className="s2 m">
                      {words.toLedger}
                    </Go>
                  }
                >
                  <Facts
                    rows={[
                      [words.entries, <span className="num">{count(answer.log.size)}</span>],
                      [words.root, <span className="mono">{digest(answer.log.root)}</span>],
                    ]}
                  />
                  <p className="s2 t3 below">{isSeen ? words.seen : words.order}</p>
                </Card>
              </div>
            </div>
          </>
        )}
      </Answer>
    </Page>
  );
}

/** How far the period is, with the gaps in what was seen, and what became of everything due in it. */
function Period({ told: { period, unseen } }: { readonly told: Told }): ReactElement {
  const window = { from: period.from, to: addDays(period.to, 1) };
  const done = (period.elapsed / period.days) * 100;
  const due = COUNTED.reduce((sum, [, field]) => sum + period.counts[field], 0);
  return (
    <Card
      title={period.set ? words.period : words.lastHalf}
      aside={<span className="s2 t2">{range(period.from, period.to)}</span>}
    >
      <div className="row base sp w">
        <p className="fig">
          {count(period.elapsed)}
          <small>{words.dayOf(count(period.days))}</small>
        </p>
        <p className="s2 t2">{period.elapsed < period.days ? words.left(period.days - period.elapsed) : words.over}</p>
      </div>
      <div className="opd" role="img" aria-label={words.elapsed(period.elapsed, period.days)}>
        <i className="done" style={{ width: `${done}%` }} />
        {unseen.episodes.map(({ source, from, to }) => (
          <i
            key={`${source} ${from}`}
            className="gap"
            style={{
              left: `${placeIn(window, from)}%`,
              width: `${Math.max(0.8, placeIn(window, to) - placeIn(window, from))}%`,
            }}
          />
        ))}
        <b style={{ left: `${done}%` }} />
      </div>
      <dl className="cnt">
        {COUNTED.map(([cell, field]) => (
          <div key={cell}>
            <dt>
              <CellMark cell={cell} />
              {kitWords.cells[cell]}
            </dt>
            <dd>{count(period.counts[field])}</dd>
          </div>
        ))}
      </dl>
      <p className="s2 t3 below">
        {words.dueSoFar(count(due))} <Go to="/effectiveness">{words.seeAll}</Go>
        {period.set ? undefined : ` ${words.noPeriod}`}
      </p>
    </Card>
  );
}

const SHOWN = 4;

function Unseen({ told: { unseen }, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const latest = [...unseen.episodes].reverse().slice(0, SHOWN);
  return (
    <Card
      title={words.unseen}
      aside={
        <Go to="/sources" className="s2 m">
          {words.sources}
        </Go>
      }
    >
      {latest.length === 0 ? (
        <p className="t2">{words.unseenNone}</p>
      ) : (
        <ul className="unseen">
          {latest.map(({ source, from, because }) => (
            <li key={`${source} ${from}`} className="t2">
              {said(because, zone)}
            </li>
          ))}
        </ul>
      )}
      {unseen.total > latest.length ? (
        <p className="s2 t3 below">{words.unseenMore(unseen.total - latest.length)}</p>
      ) : undefined}
    </Card>
  );
}
