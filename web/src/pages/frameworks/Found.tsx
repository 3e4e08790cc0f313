import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { count } from '../../kit/format.ts';
import { Ref } from '../../kit/marks.tsx';
import { Card } from '../../kit/Page.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/frameworks.ts';
import type { Field, Preview } from './asking.ts';
import { ITEM_COLUMNS, MAPPING_COLUMNS } from './asking.ts';

const say = words.in;

/** Which column of a table becomes what. */
export function Columns({
  found,
  onColumns,
  onSheet,
}: {
  readonly found: Preview;
  readonly onColumns: (columns: Readonly<Record<string, number>>) => void;
  readonly onSheet: (sheet: string) => void;
}): ReactElement {
  const fields = found.what === 'framework' ? ITEM_COLUMNS : MAPPING_COLUMNS;
  const fieldOf = (column: number): Field | undefined => fields.find((field) => found.mapping[field] === column);
  const choose = (column: number, field: string): void => {
    const rest = Object.entries(found.mapping).filter(([one, at]) => one !== field && at !== column);
    onColumns(Object.fromEntries(field === '' ? rest : [...rest, [field, column]]));
  };
  const rows = found.columns.map((column, i) => ({ ...column, i }));
  const columns: readonly Column<(typeof rows)[number]>[] = [
    {
      name: 'column',
      label: say.column,
      width: 240,
      cell: ({ letter, heading }) => (
        <>
          <span className="mono t3">{letter}</span> <b>{heading}</b>
        </>
      ),
    },
    {
      name: 'becomes',
      label: say.becomes,
      width: 240,
      cell: ({ i, heading, letter }) => (
        <NativeSelect
          size="xs"
          aria-label={say.labelFor(heading === '' ? letter : heading)}
          value={fieldOf(i) ?? ''}
          onChange={(event) => choose(i, event.currentTarget.value)}
          data={[
            { value: '', label: say.notTaken },
            ...fields.map((field) => ({ value: field, label: say.fields[field] })),
          ]}
        />
      ),
    },
    {
      name: 'samples',
      label: say.samples,
      wideOnly: true,
      cell: ({ samples }) => <span className="t2 fw-samples">{samples.join(' · ')}</span>,
    },
  ];
  return (
    <Card
      title={say.columns}
      flush
      aside={
        found.sheets.length < 2 ? undefined : (
          <NativeSelect
            size="xs"
            aria-label={say.sheet}
            value={found.sheet ?? ''}
            onChange={(event) => onSheet(event.currentTarget.value)}
            data={[...found.sheets]}
          />
        )
      }
    >
      <Table label={say.columns} rows={rows} keyOf={({ i }) => String(i)} columns={columns} />
    </Card>
  );
}

/** What cannot be taken, each with its place; rows may be left out. */
export function Problems({
  found,
  leaveOut,
}: {
  readonly found: Preview;
  readonly leaveOut: (rows: readonly number[]) => void;
}): ReactElement | undefined {
  if (found.problems.length === 0) return undefined;
  const rows = [...new Set(found.problems.flatMap(({ row }) => row ?? []))];
  const problems = found.problems.map((problem, i) => ({ ...problem, i }));
  const columns: readonly Column<(typeof problems)[number]>[] = [
    {
      name: 'place',
      label: say.place,
      width: 220,
      cell: ({ cell, pointer }) => (
        <b className="mono" style={{ overflowWrap: 'anywhere' }}>
          {cell ?? pointer ?? ''}
        </b>
      ),
    },
    { name: 'why', label: say.why, cell: ({ says }) => says },
    {
      name: 'act',
      label: say.leaveOut,
      width: 120,
      cell: ({ row }) =>
        row === undefined ? undefined : (
          <button type="button" className="btn x" aria-label={say.row(count(row))} onClick={() => leaveOut([row])}>
            {say.leaveOut}
          </button>
        ),
    },
  ];
  return (
    <Card
      title={say.problems}
      flush
      aside={
        rows.length < 2 ? undefined : (
          <button type="button" className="btn x" onClick={() => leaveOut(rows)}>
            {say.leaveOutAll(count(rows.length))}
          </button>
        )
      }
    >
      <p className="in t2">
        {say.problemsHelp}{' '}
        {found.problemCount > problems.length
          ? say.moreProblems(count(problems.length), count(found.problemCount))
          : undefined}
      </p>
      <Table
        label={say.problems}
        rows={problems}
        keyOf={({ i }) => String(i)}
        columns={found.columns.length === 0 ? columns.slice(0, 2) : columns}
        height="360px"
      />
    </Card>
  );
}

type ItemRow = Preview['items'][number];
type LineRow = Preview['mappings'][number];
const didSaid = (did: ItemRow['did'], fields: readonly string[] = []): string =>
  did === undefined ? '' : did === 'change' && fields.length > 0 ? say.changes(fields.join(', ')) : say.did[did];

const ITEMS: readonly Column<ItemRow>[] = [
  { name: 'ref', label: words.one.columns.ref, width: 150, cell: ({ ref }) => <Ref>{ref}</Ref> },
  {
    name: 'title',
    label: words.one.columns.title,
    cell: ({ title, hasText }) => (
      <>
        {title}
        {hasText ? <span className="s2 t3"> · {say.text}</span> : undefined}
      </>
    ),
  },
  {
    name: 'did',
    label: say.what3,
    width: 220,
    cell: ({ did, fields }) => <span className="t2">{didSaid(did, fields)}</span>,
  },
];

const LINES: readonly Column<LineRow>[] = [
  {
    name: 'from',
    label: say.fields.from,
    cell: ({ from }) => (
      <>
        <Ref>{from.ref}</Ref> <span className="s2 t3">{from.framework}</span>
      </>
    ),
  },
  { name: 'relation', label: say.fields.relation, cell: ({ relation }) => words.sets.relation[relation] },
  {
    name: 'to',
    label: say.fields.to,
    cell: ({ to }) => (
      <>
        <Ref>{to.ref}</Ref> <span className="s2 t3">{to.framework}</span>
      </>
    ),
  },
  {
    name: 'forward',
    label: say.fields.forward,
    right: true,
    wideOnly: true,
    cell: ({ strength }) => count(strength.forward),
  },
  {
    name: 'backward',
    label: say.fields.backward,
    right: true,
    wideOnly: true,
    cell: ({ strength }) => count(strength.backward),
  },
  { name: 'did', label: say.what3, cell: ({ did }) => <span className="t2">{didSaid(did)}</span> },
];

/** What was read, as it would be taken. */
export function Taken({ found }: { readonly found: Preview }): ReactElement | undefined {
  const shown = found.what === 'framework' ? found.items.length : found.mappings.length;
  if (shown === 0) return undefined;
  const note = found.total > shown ? <p className="in t2">{say.shown(count(shown), count(found.total))}</p> : undefined;
  return found.what === 'framework' ? (
    <Card title={say.items} flush>
      {note}
      <Table
        label={say.items}
        rows={found.items}
        keyOf={({ ref, place }) => `${place ?? ''} ${ref}`}
        columns={ITEMS}
        height="520px"
      />
    </Card>
  ) : (
    <Card title={say.lines} flush>
      {note}
      <Table
        label={say.lines}
        rows={found.mappings}
        keyOf={({ from, to, place }) => `${place ?? ''} ${from.framework} ${from.ref} ${to.framework} ${to.ref}`}
        columns={LINES}
        height="520px"
      />
    </Card>
  );
}
