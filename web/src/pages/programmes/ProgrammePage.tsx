import type { ProgrammePage as Detail } from '@countersign/core/programme/page.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { day, moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Proof } from '../../kit/marks.tsx';
import { Card, Page, Tabs } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/programmes.ts';
import { BoundaryTab } from './BoundaryTab.tsx';
import { Milestones } from './Milestones.tsx';
import { kindOf } from './Programmes.tsx';
import { RequirementsTab } from './RequirementsTab.tsx';
import { SetUp } from './SetUp.tsx';
import './page.css';

export type Told = z.output<typeof Detail>;

const TABS = ['setup', 'requirements', 'boundary', 'milestones', 'history'] as const;

function sentenceOf({ programme }: Told): string {
  const say = words.page.sentence;
  const { framework, phase, speaks, periodTo, next } = programme;
  if (phase === 'in-period') return say['in-period'](periodTo === null ? '' : day(periodTo));
  if (phase === 'planned' && speaks === null)
    return next === null ? say.undated : say.next(words.next(next.what), day(next.on));
  if (phase === 'planned' && speaks !== null) return say.planned[framework](day(speaks.from));
  return phase === 'planned' ? say.undated : say[phase];
}

/** One programme: what it leads to, what is in and out, around which things, by when. */
export default function ProgrammePage(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'] ?? '';
  const state = useQueryState({
    tab: oneOf(...TABS),
    edit: oneOf('1'),
    show: oneOf('in', 'out', 'unstated', 'contradicts'),
    q: text(),
    open: text(120),
    where: oneOf('in', 'out', 'undecided'),
    kind: text(20),
    sort: text(20),
  });
  const tab = state.value.tab ?? 'setup';
  const asked = useView<typeof Detail>('programme.page', { programme: id });
  const told = asked.data?.answer;
  const tabs = words.page.tabs;
  return (
    <Page
      wide
      title={told?.programme.title ?? id}
      crumbs={[{ label: words.title, to: '/programmes' }]}
      dropped={state.dropped}
      {...(told === undefined
        ? {}
        : {
            above: (
              <span className="s2 t2">
                {kindOf(told.programme)} · {told.programme.inForce ? words.inForce : words.notInForce}
              </span>
            ),
            sentence: told.programme.title,
            sub: `${sentenceOf(told)}. ${words.requirements.sentence(told.counts)}.`,
          })}
      actions={
        told === undefined ? undefined : (
          <>
            {told.programme.inForce ? (
              <Go to={`/${told.programme.framework}/requirements`} className="btn">
                {words.page.status}
              </Go>
            ) : undefined}
            <Go to="/programmes/new" search={{ follows: id }} className="btn">
              {words.page.next}
            </Go>
          </>
        )
      }
    >
      <Tabs
        label={words.page.tabsLabel}
        to={`/programmes/${id}`}
        open={tab}
        tabs={TABS.map((name) => ({
          name,
          label: tabs[name],
          ...(told === undefined
            ? {}
            : name === 'requirements'
              ? { n: told.counts.in }
              : name === 'milestones'
                ? { n: told.milestones.length }
                : {}),
        }))}
      />
      <Answer of={asked} rows={12}>
        {({ answer }) =>
          tab === 'setup' ? (
            <SetUp
              told={answer}
              isEditing={state.value.edit !== undefined}
              onEdit={(on) => state.set({ edit: on ? '1' : undefined })}
            />
          ) : tab === 'requirements' ? (
            <RequirementsTab
              told={answer}
              show={state.value.show}
              q={state.value.q ?? ''}
              open={state.value.open}
              set={state.set}
            />
          ) : tab === 'boundary' ? (
            <BoundaryTab
              told={answer}
              q={state.value.q ?? ''}
              where={state.value.where}
              open={state.value.open}
              sort={state.value.sort}
              set={state.set}
            />
          ) : tab === 'milestones' ? (
            <Milestones key={answer.versions[0]?.version} told={answer} />
          ) : (
            <History told={answer} />
          )
        }
      </Answer>
    </Page>
  );
}

type Version = Told['versions'][number];

function History({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  const say = words.history;
  const columns: readonly Column<Version>[] = [
    { name: 'version', label: say.columns.version, cell: ({ version }) => <span className="num">{version}</span> },
    { name: 'at', label: say.columns.at, cell: ({ at }) => moment(at, zone) },
    { name: 'by', label: say.columns.by, cell: ({ by }) => by.name ?? by.id },
    { name: 'act', label: say.columns.act, cell: ({ act }) => (act === null ? '' : (say.acts[act] ?? act)) },
    {
      name: 'proof',
      label: say.columns.proof,
      cell: ({ index }) => (index === null ? undefined : <Proof index={index} />),
    },
  ];
  return (
    <Card flush>
      <Table label={say.table} rows={told.versions} columns={columns} keyOf={({ version }) => String(version)} />
    </Card>
  );
}
