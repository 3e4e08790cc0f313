import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useOrganisation } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { count, plural } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Proof } from '../../kit/marks.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer, ErrorState } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/import.ts';
import type { Applied, Ask, Field, Mapping, Preview } from './asking.ts';
import { apply, preview } from './asking.ts';
import { Choose } from './Choose.tsx';
import { Columns } from './Columns.tsx';
import './page.css';

const isField = (name: string): name is Field => Object.hasOwn(words.fields, name);

/** Mapping and rows as they stand in the address: `id.0,title.3` and `4,17`. */
const mappingIn = (given: string | undefined): Mapping | undefined =>
  given === undefined
    ? undefined
    : Object.fromEntries(
        given.split(',').flatMap((pair) => {
          const [field = '', column] = pair.split('.');
          return isField(field) && /^\d{1,3}$/.test(column ?? '') ? [[field, Number(column)] as const] : [];
        }),
      );
const mappingText = (mapping: Mapping): string =>
  Object.entries(mapping)
    .flatMap(([field, column]) => (column === undefined ? [] : [`${field}.${column}`]))
    .join(',');
const rowsIn = (given: string | undefined): readonly number[] =>
  (given ?? '')
    .split(',')
    .filter((row) => /^\d{1,7}$/.test(row))
    .map(Number);

export default function Import(): ReactElement {
  const org = useOrganisation();
  const queries = useQueryClient();
  const verdict = useAllowed('records.apply');
  const [done, setDone] = useState<Applied>();
  const { value, set, dropped } = useQueryState({
    file: text(64),
    name: text(255),
    sheet: text(),
    map: text(2000),
    dates: oneOf('dmy', 'mdy'),
    owners: oneOf('leave-out'),
    out: text(20_000),
  });
  const leaveOut = rowsIn(value.out);
  const mapping = mappingIn(value.map);
  const ask: Ask | undefined =
    value.file === undefined
      ? undefined
      : {
          blob: value.file,
          unknownOwners: value.owners ?? 'problem',
          leaveOut,
          ...(value.sheet === undefined ? {} : { sheet: value.sheet }),
          ...(value.dates === undefined ? {} : { dates: value.dates }),
          ...(mapping === undefined ? {} : { mapping }),
        };
  const shown = useQuery({
    queryKey: [org, 'import', ask],
    queryFn: () => (ask === undefined ? Promise.reject(new TypeError('No file')) : preview(org, ask)),
    enabled: ask !== undefined,
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  const taking = useMutation({
    mutationFn: (mapped: Mapping) =>
      ask === undefined ? Promise.reject(new TypeError('No file')) : apply(org, { ...ask, mapping: mapped }),
    onSuccess: async (applied) => {
      setDone(applied);
      set({
        file: undefined,
        name: undefined,
        sheet: undefined,
        map: undefined,
        dates: undefined,
        owners: undefined,
        out: undefined,
      });
      await queries.invalidateQueries({ queryKey: [org] });
    },
  });

  const data = ask === undefined ? undefined : shown.data;
  const rows = new Set(data?.problems.map(({ row }) => row)).size;
  return (
    <Page
      title={words.title}
      crumbs={[{ label: words.crumb, to: '/controls' }]}
      sentence={data === undefined ? words.sentence : words.answer(plural(data.controls.length, words.control), rows)}
      sub={
        data === undefined
          ? words.sub
          : words.plan(count(data.plan.create), count(data.plan.change), count(data.plan.unchanged))
      }
      dropped={dropped}
      actions={
        data === undefined ? undefined : (
          <Button
            filled
            busy={taking.isPending}
            verdict={verdictFor(data, rows, verdict)}
            onClick={() => taking.mutate(data.mapping)}
          >
            {taking.isPending
              ? words.applying
              : words.apply(plural(data.plan.create + data.plan.change, words.control))}
          </Button>
        )
      }
    >
      <div className="stack" style={{ ['--g' as string]: '16px' }}>
        {done !== undefined && ask === undefined ? <Done applied={done} /> : undefined}
        {taking.error === null ? undefined : <ErrorState error={taking.error} />}
        <Choose
          name={value.name}
          digest={value.file}
          verdict={verdict}
          onChosen={(file, name) => {
            setDone(undefined);
            taking.reset();
            set({ file, name, sheet: undefined, map: undefined, out: undefined });
          }}
        />
        {ask === undefined ? undefined : (
          <Answer of={shown} rows={8}>
            {(found) => (
              <div className="stack" style={{ ['--g' as string]: '16px' }}>
                <Problems found={found} leaveOut={(more) => set({ out: [...leaveOut, ...more].join(',') })} />
                {leaveOut.length === 0 ? undefined : (
                  <p className="note">
                    {words.left.title(leaveOut.map((row) => count(row)).join(', '))}{' '}
                    <button type="button" className="lnk" onClick={() => set({ out: undefined })}>
                      {words.left.again}
                    </button>
                  </p>
                )}
                <Columns
                  found={found}
                  dates={value.dates}
                  owners={value.owners}
                  onMapping={(next) => set({ map: mappingText(next) })}
                  onSheet={(sheet) => set({ sheet, map: undefined, out: undefined })}
                  onDates={(dates) => set({ dates })}
                  onOwners={(owners) => set({ owners })}
                />
                <Card title={words.controls.title} flush>
                  <Table
                    label={words.controls.title}
                    rows={found.controls}
                    keyOf={({ row }) => String(row)}
                    columns={CONTROLS}
                    empty={<p className="in t2">{words.controls.none}</p>}
                  />
                </Card>
              </div>
            )}
          </Answer>
        )}
      </div>
    </Page>
  );
}

/** Core says whether the person may; the file, whether there is something to do. */
function verdictFor(data: Preview, rows: number, verdict: ReturnType<typeof useAllowed>) {
  if (!verdict.allowed) return verdict;
  if (rows > 0) return { allowed: false, because: words.problemsLeft };
  if (data.plan.create + data.plan.change === 0) return { allowed: false, because: words.nothingNew };
  return verdict;
}

const did = ({ did: what, fields }: Preview['controls'][number]): string =>
  what === 'create'
    ? words.controls.create
    : what === 'unchanged'
      ? words.controls.unchanged
      : words.controls.change(fields.map((field) => (isField(field) ? words.fields[field] : field)).join(', '));

const CONTROLS: readonly Column<Preview['controls'][number]>[] = [
  { name: 'id', label: words.controls.id, cell: ({ id }) => <span className="mono">{id}</span>, width: 160 },
  { name: 'title', label: words.controls.name, cell: ({ title }) => title },
  {
    name: 'frequency',
    label: words.controls.frequency,
    cell: ({ frequency }) => frequency,
    width: 120,
    wideOnly: true,
  },
  { name: 'did', label: words.controls.what, cell: (control) => did(control), width: 260 },
  { name: 'row', label: words.controls.row, cell: ({ row }) => count(row), right: true, width: 70, wideOnly: true },
];

function Problems({
  found,
  leaveOut,
}: {
  readonly found: Preview;
  readonly leaveOut: (rows: readonly number[]) => void;
}): ReactElement | undefined {
  const rows = [...new Set(found.problems.map(({ row }) => row))];
  if (rows.length === 0) return undefined;
  const columns: readonly Column<Preview['problems'][number]>[] = [
    { name: 'cell', label: words.problems.cell, cell: ({ cell }) => <b className="mono">{cell}</b>, width: 90 },
    { name: 'why', label: words.problems.why, cell: ({ says }) => says },
    {
      name: 'act',
      label: words.problems.act,
      width: 130,
      cell: ({ row }) => (
        <button
          type="button"
          className="btn x"
          aria-label={words.problems.row(count(row))}
          onClick={() => leaveOut([row])}
        >
          {words.problems.act}
        </button>
      ),
    },
  ];
  return (
    <Card
      title={words.problems.title}
      flush
      aside={
        <button type="button" className="btn x" onClick={() => leaveOut(rows)}>
          {words.problems.all(count(rows.length))}
        </button>
      }
    >
      <p className="in t2">{words.problems.help}</p>
      <Table
        label={words.problems.title}
        rows={found.problems}
        keyOf={({ cell, code }) => `${cell} ${code}`}
        columns={columns}
        height="360px"
      />
    </Card>
  );
}

function Done({ applied }: { readonly applied: Applied }): ReactElement {
  return (
    <Card title={words.done.title}>
      <p className="t2" role="status">
        {words.done.said(count(applied.plan.create), count(applied.plan.change))} {words.done.planned}
        {applied.index === null ? undefined : (
          <>
            {' '}
            {words.done.entry} <Proof index={applied.index} />
          </>
        )}
      </p>
      <div className="row w" style={{ marginTop: 12 }}>
        <Go className="btn" to="/controls">
          {words.done.to}
        </Go>
        <Go className="btn" to="/transition">
          {words.done.transition}
        </Go>
      </div>
    </Card>
  );
}
