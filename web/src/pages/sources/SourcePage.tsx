import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { z } from 'zod';
import { useAllowed, useAllowedOn } from '../../api/allowed.ts';
import { useAct, useRecord } from '../../api/hooks.ts';
import { useJobs } from '../../api/jobs.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { ago, count, moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Lane, Proof, StateMark } from '../../kit/marks.tsx';
import { Card, Facts, Page } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { oneOf, useQueryState } from '../../kit/query-state.ts';
import { Answer, ErrorState } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/sources.ts';
import { words as jobWords } from '../../words/jobs.ts';
import { Collecting } from './Collecting.tsx';
import type { Covered, Dataset, Schedule } from './coverage.ts';
import { seenOf, stretchesOf, useCoverage, useSchedules, useWindow } from './coverage.ts';
import { Scheduling } from './Scheduling.tsx';
import { stateOf, When } from './Sources.tsx';

const Kept = z.object({
  settings: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  actor: z.string().default(''),
});

export default function SourcePage(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'] ?? '';
  const asked = useCoverage(id);
  const schedules = useSchedules();
  const verdict = useAllowed('schedule.set');
  const source = asked.data?.answer.sources[0];
  const zone = useZone();
  return (
    <Page
      title={id}
      crumbs={[{ label: words.title, to: '/sources' }]}
      {...(source === undefined
        ? {}
        : {
            sentence: source.because === '' ? id : source.because,
            above: (
              <>
                <span className="mono m">{id}</span>
                <StateMark state={stateOf(source)}>{source.state === 'never' ? words.never : undefined}</StateMark>
              </>
            ),
            sub: source.removedAt === null ? undefined : words.removed(moment(source.removedAt, zone)),
            actions:
              source.connector === 'push' || source.removedAt !== null ? undefined : (
                <Collecting source={id} verdict={verdict} filled />
              ),
          })}
      wide
    >
      <Answer of={asked}>
        {({ answer }) => {
          const [found] = answer.sources;
          return found === undefined ? (
            <></>
          ) : (
            <Body source={found} schedule={schedules.data?.answer.schedules.find((one) => one.source === id)} />
          );
        }}
      </Answer>
    </Page>
  );
}

function Body({
  source,
  schedule,
}: {
  readonly source: Covered;
  readonly schedule: Schedule | undefined;
}): ReactElement {
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <Datasets source={source} />
      <div className="grid g2">
        <Timing source={source} schedule={schedule} />
        <About source={source} />
      </div>
      <Recent source={source.id} />
    </div>
  );
}

function Datasets({ source }: { readonly source: Covered }): ReactElement {
  const window = useWindow();
  const zone = useZone();
  const columns: readonly Column<Dataset>[] = [
    { name: 'name', label: words.dataset.name, cell: ({ dataset }) => <span className="mono m">{dataset}</span> },
    {
      name: 'coverage',
      label: words.dataset.coverage,
      width: '34%',
      cell: (dataset) => (
        <Lane
          window={window}
          stretches={stretchesOf(dataset)}
          label={`${dataset.dataset}: ${words.seen(seenOf(dataset))}`}
        />
      ),
    },
    {
      name: 'items',
      label: words.dataset.items,
      right: true,
      cell: ({ last }) => <span className="num">{last === null ? '' : count(last.items)}</span>,
    },
    {
      name: 'last',
      label: words.dataset.last,
      cell: ({ last }) =>
        last === null ? (
          words.never
        ) : (
          <div>
            <StateMark state={last.status} /> <span className="s2 t2">{moment(last.observedAt, zone)}</span>
            {last.why[0] === undefined ? undefined : <div className="s2 warn">{last.why[0]}</div>}
          </div>
        ),
    },
    {
      name: 'proof',
      label: words.dataset.proof,
      cell: ({ dataset, last }) =>
        last === null ? undefined : <Proof index={last.logIndex} about={{ kind: 'collection', id: dataset }} />,
    },
    {
      name: 'checks',
      label: words.dataset.checks,
      cell: ({ checks }) => (
        <span className="row w" style={{ gap: 4 }}>
          {checks.map((check) => (
            <Go key={check.id} to={`/checks/${check.id}`} className="ref">
              {check.id}
            </Go>
          ))}
        </span>
      ),
    },
  ];
  return (
    <Card flush title={words.datasets}>
      <Table
        label={words.datasets}
        rows={source.datasets}
        columns={columns}
        keyOf={({ dataset }) => dataset}
        empty={<p className="in t2">{words.noDatasets}</p>}
      />
    </Card>
  );
}

function Timing({
  source,
  schedule,
}: {
  readonly source: Covered;
  readonly schedule: Schedule | undefined;
}): ReactElement {
  const state = useQueryState({ edit: oneOf('schedule') });
  const zone = useZone();
  const verdict = useAllowed('schedule.set');
  const pause = useAct('schedule.pause');
  const end = useAct('schedule.remove');
  const failure = pause.error ?? end.error;
  return (
    <Card title={words.schedule}>
      <p>
        <When schedule={schedule} connector={source.connector} />
      </p>
      {schedule?.nextRun === null || schedule === undefined ? undefined : (
        <p className="s2 t2">{words.next(moment(schedule.nextRun, schedule.timeZone ?? zone))}</p>
      )}
      <p className="s2 t2" style={{ marginTop: 6 }}>
        {words.scheduleHelp}
      </p>
      {source.connector === 'push' || source.removedAt !== null ? undefined : (
        <div className="row w" style={{ marginTop: 12 }}>
          <Button verdict={verdict} onClick={() => state.set({ edit: 'schedule' })}>
            {schedule === undefined ? words.scheduleNew : words.scheduleSet}
          </Button>
          {schedule === undefined ? undefined : (
            <>
              <Button
                verdict={verdict}
                busy={pause.isPending}
                onClick={() => pause.mutate({ input: { schedule: source.id, paused: !schedule.paused } })}
              >
                {schedule.paused ? words.resume : words.pause}
              </Button>
              <Button
                verdict={verdict}
                busy={end.isPending}
                onClick={() => end.mutate({ input: { schedule: source.id } })}
              >
                {words.end}
              </Button>
            </>
          )}
        </div>
      )}
      {failure === null ? undefined : <ErrorState error={failure} />}
      <Dialog
        title={words.schedule}
        open={state.value.edit === 'schedule'}
        onClose={() => state.set({ edit: undefined })}
      >
        <Scheduling source={source.id} schedule={schedule} onDone={() => state.set({ edit: undefined })} />
      </Dialog>
    </Card>
  );
}

function About({ source }: { readonly source: Covered }): ReactElement {
  const record = useRecord('source', source.id, { enabled: source.removedAt === null });
  const kept = Kept.safeParse(record.data);
  const zone = useZone();
  const verdict = useAllowedOn('source.remove', 'source', source.id);
  const remove = useAct('source.remove');
  const [asking, setAsking] = useState(false);
  const settings = kept.success ? Object.entries(kept.data.settings) : [];
  return (
    <Card title={words.facts.connector}>
      <Facts
        rows={[
          [words.facts.connector, source.connector ?? ''],
          [words.facts.feeds, <span key="as" className="mono">{`${source.as ?? ''}/…`}</span>],
          [
            words.facts.settings,
            settings.length === 0
              ? words.noSettings
              : settings.map(([name, value]) => (
                  <div key={name} className="s2">
                    <span className="mono">{name}</span>: {value}
                  </div>
                )),
          ],
          [
            words.facts.secrets,
            kept.success && kept.data.secrets.length > 0
              ? kept.data.secrets.map((name) => <div key={name}>{words.secretKept(name)}</div>)
              : words.noSettings,
          ],
          [words.facts.by, source.connectedBy?.name ?? (kept.success ? kept.data.actor : '')],
          [words.facts.at, source.connectedAt === null ? '' : moment(source.connectedAt, zone)],
        ]}
      />
      {source.removedAt !== null ? undefined : (
        <div className="row w" style={{ marginTop: 12 }}>
          <Button verdict={verdict} onClick={() => setAsking(true)}>
            {words.remove}
          </Button>
        </div>
      )}
      <Dialog title={words.removeTitle(source.id)} open={asking} onClose={() => setAsking(false)}>
        <p>{words.removeHelp}</p>
        {remove.error === null ? undefined : <ErrorState error={remove.error} />}
        <div className="row w">
          <Button
            filled
            verdict={verdict}
            busy={remove.isPending}
            onClick={() => remove.mutate({ input: { source: source.id } }, { onSuccess: () => setAsking(false) })}
          >
            {words.remove}
          </Button>
        </div>
      </Dialog>
    </Card>
  );
}

function Recent({ source }: { readonly source: string }): ReactElement {
  const { data } = useJobs({ kind: 'collect', subject: source, limit: 5 }, 5000);
  return (
    <Card
      title={words.jobs}
      aside={
        <Go to="/jobs" search={{ find: source }} className="s2">
          {words.allJobs}
        </Go>
      }
    >
      {data === undefined || data.items.length === 0 ? (
        <p className="t2">{words.noJobs}</p>
      ) : (
        <ul className="todo">
          {data.items.map((job) => (
            <li key={job.id}>
              <span />
              <div>
                <Go to="/jobs" search={{ open: job.id }}>
                  {jobWords.state[job.state]}
                </Go>{' '}
                <span className="s2 t2">
                  {ago(job.askedAt)} {job.actor} {job.error?.says ?? job.progress.says}
                </span>
              </div>
              <span />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
