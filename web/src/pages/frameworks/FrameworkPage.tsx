import type { FrameworkItems } from '@countersign/core/exchange/view.ts';
import { NativeSelect } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { count } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Ref } from '../../kit/marks.tsx';
import { Card, Facts, Page } from '../../kit/Page.tsx';
import { Pager } from '../../kit/Pager.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty, ErrorState } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Table } from '../../kit/Table.tsx';
import { words } from '../../words/frameworks.ts';
import { Exports } from './Exports.tsx';
import './page.css';

type Told = z.output<typeof FrameworkItems>;
type Item = Told['items'][number];
const SIZE = 50;
const say = words.one;

const COLUMNS: readonly Column<Item>[] = [
  { name: 'ref', label: say.columns.ref, width: 130, cell: ({ ref }) => <Ref>{ref}</Ref> },
  {
    name: 'title',
    label: say.columns.title,
    cell: ({ title, assessable, withdrawn }) => (
      <>
        <span className={assessable ? '' : 'm'}>{title}</span>
        {assessable ? undefined : <span className="s2 t3"> {say.heading}</span>}
        {withdrawn ? <span className="chip fw-mark">{say.gone}</span> : undefined}
      </>
    ),
  },
  {
    name: 'group',
    label: say.columns.group,
    cell: ({ group, groupName }) => <span className="t2">{groupName === '' ? group : groupName}</span>,
    wideOnly: true,
    width: 220,
  },
  {
    name: 'mappings',
    label: say.columns.mappings,
    cell: ({ mappings }) => <span className={mappings === 0 ? 't3' : ''}>{say.mapped(mappings)}</span>,
    wideOnly: true,
    width: 110,
  },
  {
    name: 'text',
    label: say.columns.text,
    cell: ({ hasText }) => (hasText ? <span className="t2">{say.hasText}</span> : <span className="t3">–</span>),
    wideOnly: true,
    width: 100,
  },
];

export default function FrameworkPage(): ReactElement {
  const { id = '' }: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const go = useGo();
  const { value, set, dropped } = useQueryState({ find: text(200), group: text(100), from: text(6), open: text(60) });
  const from = /^\d{1,6}$/.test(value.from ?? '') ? Number(value.from) : 0;
  const asked = useView<typeof FrameworkItems>('framework.items', {
    framework: id,
    ...(value.find === undefined ? {} : { search: value.find }),
    ...(value.group === undefined ? {} : { group: value.group }),
    ...(from === 0 ? {} : { cursor: String(from) }),
  });
  const told = asked.data?.answer;
  const may = useAllowed('framework.load');
  const withdraw = useAct('framework.withdraw');
  const restore = useAct('framework.restore');
  const failed = withdraw.error ?? restore.error;
  return (
    <Page
      title={told?.title ?? id}
      crumbs={[{ label: say.crumb, to: '/frameworks' }]}
      sentence={told === undefined ? id : say.sentence(told.total, told.all)}
      sub={told === undefined ? undefined : say.sub(told.title, told.edition)}
      dropped={dropped}
      actions={
        told === undefined ? undefined : (
          <>
            <Exports of="frameworks" id={id} isLicensed={told.licence === 'licensed'} hasProfile={told.hasProfile} />
            {told.isShipped ? undefined : (
              <>
                <Button
                  verdict={may}
                  onClick={() => (told.isWithdrawn ? restore : withdraw).mutate({ input: { framework: id } })}
                >
                  {told.isWithdrawn ? say.restore : say.withdraw}
                </Button>
                <Button filled verdict={may} onClick={() => go('/frameworks/import', { id })}>
                  {say.update}
                </Button>
              </>
            )}
          </>
        )
      }
    >
      {failed === null ? undefined : <ErrorState error={failed} />}
      <Answer of={asked} rows={12}>
        {({ answer }) => (
          <div className="stack" style={{ ['--g' as string]: '16px' }}>
            {answer.isWithdrawn ? <p className="note">{say.isWithdrawn}</p> : undefined}
            <Card title={say.about}>
              <Facts
                rows={[
                  [say.id, <span className="mono">{answer.id}</span>],
                  ...(answer.publisher === undefined ? [] : ([[say.publisher, answer.publisher]] as const)),
                  ...(answer.source === undefined ? [] : ([[say.source, answer.source]] as const)),
                  ...(answer.from.length === 0 ? [] : ([[say.from, <From sources={answer.from} />]] as const)),
                  [say.licence, words.licence[answer.isShipped ? 'none' : answer.licence]],
                  ...(answer.licenceNote === undefined ? [] : ([[say.licenceNote, answer.licenceNote]] as const)),
                ]}
              />
            </Card>
            <Card title={say.table} flush>
              <div className="in row w fw-finding">
                <Filter
                  value={value.find ?? ''}
                  label={say.search}
                  onChange={(find) => set({ find: find || undefined, from: undefined })}
                />
                {answer.groups.length === 0 ? undefined : (
                  <NativeSelect
                    size="xs"
                    aria-label={say.groups}
                    value={value.group ?? ''}
                    onChange={(event) => set({ group: event.currentTarget.value || undefined, from: undefined })}
                    data={[
                      { value: '', label: say.allGroups },
                      ...answer.groups.map((group) => ({
                        value: group.id,
                        label: `${'\u2003'.repeat(group.depth)}${group.id === group.name ? '' : `${group.id} `}${group.name} (${count(group.items)})`,
                      })),
                    ]}
                  />
                )}
              </div>
              <Table
                label={say.table}
                rows={answer.items}
                columns={COLUMNS}
                keyOf={({ ref }) => ref}
                onOpen={({ ref }) => set({ open: ref })}
                isOpen={({ ref }) => ref === value.open}
                empty={<Empty title={say.none}>{say.noneHelp}</Empty>}
              />
              <Pager
                first={from}
                shown={answer.items.length}
                total={answer.total}
                next={answer.next}
                size={SIZE}
                onMove={(first) => set({ from: first === undefined ? undefined : String(first) })}
              />
            </Card>
            <Detail
              told={answer}
              item={answer.items.find(({ ref }) => ref === value.open)}
              onClose={() => set({ open: undefined })}
            />
          </div>
        )}
      </Answer>
    </Page>
  );
}

/** The frameworks that a profile was resolved against. */
function From({ sources }: { readonly sources: Told['from'] }): ReactElement {
  return (
    <>
      {sources.map(({ id, title }, i) => (
        <span key={id}>
          {i === 0 ? '' : ', '}
          <Go className="lnk" to={`/frameworks/${id}`}>
            {title}
          </Go>
        </span>
      ))}
    </>
  );
}

function Detail({
  told,
  item,
  onClose,
}: {
  readonly told: Told;
  readonly item: Item | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const isLicensed = told.licence === 'licensed';
  return (
    <Panel title={item?.ref ?? ''} open={item !== undefined} onClose={onClose}>
      {item === undefined ? undefined : (
        <div className="stack" style={{ ['--g' as string]: '14px' }}>
          <p className="m">{item.title}</p>
          <Facts
            rows={[
              [say.part, item.part],
              ...(item.parent === undefined ? [] : ([[say.within, item.parent]] as const)),
              [say.columns.group, item.groupName === '' ? item.group : item.groupName],
              [say.columns.mappings, say.mapped(item.mappings)],
            ]}
          />
          {item.summary === '' ? undefined : (
            <div>
              <p className="s2 t3">{say.summary}</p>
              <p>{item.summary}</p>
            </div>
          )}
          {item.text === undefined ? undefined : (
            <div className={isLicensed ? 'fw-licensed' : ''}>
              {isLicensed ? (
                <p className="s2 m row" style={{ gap: 6 }}>
                  <Icon name="lock" size={13} /> {say.licensedText}
                </p>
              ) : undefined}
              <p className="fw-text">{item.text}</p>
              {isLicensed ? <p className="s2 t3">{say.licensedHelp}</p> : undefined}
            </div>
          )}
          {item.hasText && item.text === undefined ? <p className="note">{say.hidden}</p> : undefined}
        </div>
      )}
    </Panel>
  );
}
