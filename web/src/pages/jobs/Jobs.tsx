import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Job } from '../../api/jobs.ts';
import { isOver, useJobActs, useJobs, useWatched } from '../../api/jobs.ts';
import { useMe, useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { ago, duration, moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { Card, Facts, Page } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer, Empty, ErrorState } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/jobs.ts';
import { Progress } from './Progress.tsx';

const STATES = ['waiting', 'running', 'failed', 'done', 'cancelled', 'discarded'] as const;
const MARKS = {
  waiting: 'waiting',
  running: 'running',
  failed: 'dead',
  done: 'done',
  cancelled: 'cancelled',
  discarded: 'withdrawn',
} as const;
const KEEPERS = ['owner', 'lead', 'operator'];
const REFRESH_MS = 4000;

const StateOf = ({ job }: { readonly job: Job }): ReactElement => (
  <StateMark state={MARKS[job.state]}>{words.state[job.state]}</StateMark>
);

const took = ({ startedAt, endedAt }: Job): string =>
  startedAt === null ? '' : duration((Date.parse(endedAt ?? new Date().toISOString()) - Date.parse(startedAt)) / 1000);

export default function Jobs(): ReactElement {
  const state = useQueryState({ state: oneOf(...STATES), find: text(), open: text(40), show: whole(200) });
  const { state: only, find, open, show } = state.value;
  const asked = useJobs({ state: only, search: find, limit: show ?? 50 }, REFRESH_MS);
  const zone = useZone();
  const counts = asked.data?.counts;
  const columns: readonly Column<Job>[] = [
    { name: 'state', label: words.columns.state, cell: (job) => <StateOf job={job} />, width: 130 },
    { name: 'what', label: words.columns.what, cell: (job) => <span className="m">{job.title}</span> },
    { name: 'about', label: words.columns.about, cell: (job) => <span className="mono s2">{job.subject ?? ''}</span> },
    {
      name: 'says',
      label: words.columns.says,
      cell: (job) => (job.error === null ? <Progress job={job} /> : <span className="s2">{job.error.says}</span>),
    },
    { name: 'by', label: words.columns.by, cell: (job) => <span className="s2">{job.actor}</span>, wideOnly: true },
    {
      name: 'asked',
      label: words.columns.asked,
      cell: (job) => <span className="s2 nw">{ago(job.askedAt)}</span>,
      width: 120,
    },
    {
      name: 'took',
      label: words.columns.took,
      cell: (job) => <span className="s2 nw">{took(job)}</span>,
      right: true,
      wideOnly: true,
    },
  ];
  return (
    <Page
      title={words.title}
      sentence={counts === undefined ? words.title : words.sentence(counts.waiting + counts.running, counts.failed)}
      sub={words.sub}
      dropped={state.dropped}
      wide
    >
      <div className="row w sp" style={{ marginBottom: 12 }}>
        <Filters
          label={words.states}
          options={STATES.map((value) => ({
            value,
            label: words.state[value],
            ...(counts === undefined ? {} : { n: counts[value] }),
          }))}
          value={only}
          onChange={(value) => state.set({ state: value, show: undefined })}
        />
        <Filter
          label={words.filter}
          value={find ?? ''}
          onChange={(value) => state.set({ find: value, show: undefined }, { replace: true })}
        />
      </div>
      <Answer of={asked}>
        {({ items, total }) => (
          <Card flush title={words.list}>
            <Table
              label={words.list}
              rows={items}
              total={total}
              columns={columns}
              keyOf={(job) => job.id}
              onOpen={(job) => state.set({ open: job.id })}
              isOpen={(job) => job.id === open}
              {...(items.length < 200
                ? { more: () => state.set({ show: Math.min(200, (show ?? 50) + 50) }, { replace: true }) }
                : {})}
              empty={
                only === undefined && find === undefined ? (
                  <Empty
                    title={words.empty}
                    actions={
                      <Go to="/sources" className="btn">
                        {words.sources}
                      </Go>
                    }
                  >
                    {words.emptyHelp}
                  </Empty>
                ) : (
                  <p className="in t2">{words.noneFound}</p>
                )
              }
            />
          </Card>
        )}
      </Answer>
      <Panel title={words.detail} open={open !== undefined} onClose={() => state.set({ open: undefined })}>
        {open === undefined ? undefined : (
          <Detail id={open} first={asked.data?.items.find(({ id }) => id === open)} zone={zone} />
        )}
      </Panel>
    </Page>
  );
}

interface Collected {
  readonly dataset: string;
  readonly items: number;
  readonly changed: number;
  readonly why: readonly string[];
}

const collectedIn = (result: unknown): readonly Collected[] =>
  typeof result === 'object' && result !== null && 'collections' in result
    ? (result.collections as readonly Collected[])
    : [];

function Detail({
  id,
  first,
  zone,
}: {
  readonly id: string;
  readonly first: Job | undefined;
  readonly zone: string;
}): ReactElement {
  // A new watch for each turn: one that was retried goes on.
  const job = useWatched(id, first);
  if (job === undefined) return <p className="t2">{words.title}</p>;
  const collected = collectedIn(job.result);
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <div>
        <StateOf job={job} />
        <h3 style={{ marginTop: 6 }}>
          {job.title} <span className="mono">{job.subject ?? ''}</span>
        </h3>
        {isOver(job) ? undefined : <Progress job={job} />}
      </div>
      {job.error === null ? undefined : (
        <div className="note r">
          <div>
            {job.error.says}
            <div className="s2 mono t2">{job.error.code}</div>
            {job.notBefore === null ? undefined : <div className="s2">{words.again(ago(job.notBefore))}</div>}
          </div>
        </div>
      )}
      {job.advice === null ? undefined : (
        <div>
          <h4>{words.toDo}</h4>
          <p className="t2">{job.advice}</p>
        </div>
      )}
      <JobActs job={job} />
      {collected.length === 0 ? undefined : (
        <div>
          <h4>{words.collected}</h4>
          <ul>
            {collected.map(({ dataset, items, changed, why }) => (
              <li key={dataset}>
                {words.dataset(dataset, items, changed)}
                {why.length === 0 ? undefined : <div className="s2 warn">{why[0]}</div>}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Facts
        rows={[
          [words.facts.attempts, words.attempt(job.attempt, job.tries)],
          [words.columns.by, job.actor],
          [words.columns.asked, moment(job.askedAt, zone)],
          [words.facts.started, job.startedAt === null ? '' : moment(job.startedAt, zone)],
          [words.facts.ended, job.endedAt === null ? '' : moment(job.endedAt, zone)],
          [
            words.facts.id,
            <span key="id" className="mono s2">
              {job.id}
            </span>,
          ],
        ]}
      />
    </div>
  );
}

function JobActs({ job }: { readonly job: Job }): ReactElement {
  const me = useMe();
  const acts = useJobActs();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const may =
    me.data !== undefined &&
    (job.actor === me.data.actor.id || me.data.actor.roles.some((role) => KEEPERS.includes(role)));
  if (!may) return <></>;
  const change = (what: 'cancel' | 'retry' | 'discard'): void => {
    setBusy(true);
    setFailure(undefined);
    acts
      .change(job, what)
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <div className="row w">
      {isOver(job) ? undefined : (
        <Button busy={busy || job.cancelAsked} onClick={() => change('cancel')}>
          {job.cancelAsked ? words.cancelling : words.cancel}
        </Button>
      )}
      {job.state === 'failed' ? (
        <>
          <Button busy={busy} onClick={() => change('retry')}>
            {words.retry}
          </Button>
          <Button busy={busy} onClick={() => change('discard')}>
            {words.discard}
          </Button>
        </>
      ) : undefined}
      {failure === undefined ? undefined : <ErrorState error={failure} />}
    </div>
  );
}
