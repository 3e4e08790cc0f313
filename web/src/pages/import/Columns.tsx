import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { Card, Segments } from '../../kit/Page.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/import.ts';
import type { Field, Mapping, Preview } from './asking.ts';

const FIELDS = Object.keys(words.fields) as readonly Field[];

/** Which column becomes what, and how dates and owners are read. */
export function Columns({
  found,
  dates,
  owners,
  onMapping,
  onSheet,
  onDates,
  onOwners,
}: {
  readonly found: Preview;
  readonly dates: 'dmy' | 'mdy' | undefined;
  readonly owners: 'leave-out' | undefined;
  readonly onMapping: (mapping: Mapping) => void;
  readonly onSheet: (sheet: string) => void;
  readonly onDates: (dates: 'dmy' | 'mdy' | undefined) => void;
  readonly onOwners: (owners: 'leave-out' | undefined) => void;
}): ReactElement {
  const mapping: Mapping = found.mapping;
  const fieldOf = (column: number): Field | undefined => FIELDS.find((field) => mapping[field] === column);
  const choose = (column: number, field: string): void => {
    const rest = Object.fromEntries(
      FIELDS.flatMap((one) =>
        one === field || mapping[one] === column || mapping[one] === undefined ? [] : [[one, mapping[one]] as const],
      ),
    );
    onMapping(field === '' ? rest : { ...rest, [field]: column });
  };
  const rows = found.columns.map((column, i) => ({ ...column, i }));
  const columns: readonly Column<(typeof rows)[number]>[] = [
    {
      name: 'column',
      label: words.columns.column,
      width: 260,
      cell: ({ letter, heading }) => (
        <>
          <span className="mono t3">{letter}</span> <b>{heading}</b>
        </>
      ),
    },
    {
      name: 'becomes',
      label: words.columns.becomes,
      width: 260,
      cell: ({ i, heading, letter }) => (
        <NativeSelect
          size="xs"
          aria-label={words.columns.labelFor(heading === '' ? letter : heading)}
          value={fieldOf(i) ?? ''}
          onChange={(event) => choose(i, event.currentTarget.value)}
          data={[
            { value: '', label: words.columns.none },
            ...FIELDS.map((field) => ({ value: field, label: words.fields[field] })),
          ]}
        />
      ),
    },
    {
      name: 'samples',
      label: words.columns.samples,
      wideOnly: true,
      cell: ({ samples }) => <span className="t2 samples">{samples.join(' · ')}</span>,
    },
  ];
  return (
    <Card title={words.columns.title} flush>
      <div className="in row w" style={{ gap: '12px 24px' }}>
        {found.sheets.length < 2 ? undefined : (
          <NativeSelect
            size="xs"
            label={words.columns.sheet}
            value={found.sheet ?? ''}
            onChange={(event) => onSheet(event.currentTarget.value)}
            data={[...found.sheets]}
          />
        )}
        <div>
          <p className="s2 t2 asked">{words.columns.dates}</p>
          <Segments
            label={words.columns.dates}
            value={dates ?? 'unset'}
            options={[
              { value: 'unset', label: words.columns.unset },
              { value: 'dmy', label: words.columns.dmy },
              { value: 'mdy', label: words.columns.mdy },
            ]}
            onChange={(next) => onDates(next === 'unset' ? undefined : next)}
          />
        </div>
        <div>
          <p className="s2 t2 asked">{words.columns.owners}</p>
          <Segments
            label={words.columns.owners}
            value={owners ?? 'problem'}
            options={[
              { value: 'problem', label: words.columns.problem },
              { value: 'leave-out', label: words.columns.leaveOut },
            ]}
            onChange={(next) => onOwners(next === 'problem' ? undefined : next)}
          />
        </div>
      </div>
      <p className="in t2 under">{words.columns.help}</p>
      <Table label={words.columns.title} rows={rows} keyOf={({ i }) => String(i)} columns={columns} />
    </Card>
  );
}
