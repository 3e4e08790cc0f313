import type { AnyRow } from '@countersign/api/client.ts';
import { diffOf, membersOf } from '@countersign/core/kernel/diff.ts';
import type { FieldChange } from '@countersign/core/kernel/diff.ts';
import type { ReactElement, ReactNode } from 'react';
import { useList } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { moment, momentInZone } from '../../kit/format.ts';
import { Lag, Proof } from '../../kit/marks.tsx';
import { words } from '../../words/history.ts';
import './page.css';

const textOf = (row: AnyRow, field: string): string | undefined => {
  const value = row[field];
  return typeof value === 'string' ? value : undefined;
};

/** Names of people by id, where who asks may read them. */
function useNames(): (id: string) => string {
  const people = useList('person', { limit: 200, retired: true });
  const names = new Map(
    (people.data?.items ?? []).map((row) => [row.id, typeof row['name'] === 'string' ? row['name'] : row.id]),
  );
  return (id) => names.get(id) ?? id;
}

/** The versions of a record, the newest first, each with what it changed. For a page, a tab or a panel. */
export function Versions({ versions }: { readonly versions: readonly AnyRow[] }): ReactElement {
  const nameOf = useNames();
  const zone = useZone();
  return (
    <ol className="versions">
      {versions
        .map((row, i) => (
          <li key={row.version} className="card">
            <Version row={row} before={versions[i - 1]} nameOf={nameOf} zone={zone} />
          </li>
        ))
        .reverse()}
    </ol>
  );
}

function Version({
  row,
  before,
  nameOf,
  zone,
}: {
  readonly row: AnyRow;
  readonly before: AnyRow | undefined;
  readonly nameOf: (id: string) => string;
  readonly zone: string;
}): ReactElement {
  const isRetired = row['retired'] === true;
  const changes = isRetired ? [] : diffOf(withoutKind(before), withoutKind(row) ?? {});
  const recorded = textOf(row, 'recordedAt');
  const holds = textOf(row, 'effectiveAt');
  const index = row['logIndex'];
  return (
    <>
      <header className="row w sp">
        <div className="row w" style={{ gap: '2px 10px' }}>
          <h2>{words.version(row.version)}</h2>
          {before === undefined ? <span className="s2 t3">{words.first}</span> : undefined}
          {isRetired ? <span className="s2 bad">{words.retired}</span> : undefined}
          <span className="mono s2 t2">{textOf(row, 'act')}</span>
          <span className="s2 t2">{words.by(nameOf(textOf(row, 'actor') ?? ''))}</span>
        </div>
        <Proof
          index={typeof index === 'number' ? index : null}
          about={{ kind: row.kind, id: row.id, version: row.version }}
        />
      </header>
      <div className="in">
        <dl className="kv clocks">
          <dt>{words.holds}</dt>
          <dd>
            {holds === undefined ? (
              words.always
            ) : (
              <time dateTime={holds} title={momentInZone(holds, zone)}>
                {moment(holds, zone)}
              </time>
            )}
          </dd>
          <dt>{words.recorded}</dt>
          <dd>
            {recorded === undefined ? undefined : (
              <time dateTime={recorded} title={momentInZone(recorded, zone)}>
                {moment(recorded, zone)}
              </time>
            )}{' '}
            {holds !== undefined && recorded !== undefined && holds < recorded ? (
              <Lag seconds={(Date.parse(recorded) - Date.parse(holds)) / 1000} />
            ) : undefined}
          </dd>
        </dl>
        {changes.length === 0 ? (
          isRetired ? undefined : (
            <p className="t2">{words.nothing}</p>
          )
        ) : (
          <Changes changes={changes} isFirst={before === undefined} label={words.table(row.version)} nameOf={nameOf} />
        )}
      </div>
    </>
  );
}

/** Every version says the same kind: it is no field. */
const withoutKind = (row: AnyRow | undefined): object | undefined => {
  if (row === undefined) return undefined;
  const { kind: _kind, ...fields } = row;
  return fields;
};

function Changes({
  changes,
  isFirst,
  label,
  nameOf,
}: {
  readonly changes: readonly FieldChange[];
  readonly isFirst: boolean;
  readonly label: string;
  readonly nameOf: (id: string) => string;
}): ReactElement {
  return (
    <div className="tw" tabIndex={0} role="region" aria-label={label}>
      <table className="diff">
        <thead>
          <tr>
            <th scope="col">{words.field}</th>
            {isFirst ? undefined : <th scope="col">{words.before}</th>}
            <th scope="col">{words.after}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ path, before, after }) => (
            <tr key={path.join('.')}>
              <td className="mono s2 fieldname">{path.join('.')}</td>
              {Array.isArray(before) && Array.isArray(after) ? (
                <td colSpan={2}>
                  <Members before={before} after={after} nameOf={nameOf} />
                </td>
              ) : (
                <>
                  {isFirst ? undefined : (
                    <td>{before === undefined ? shown(before, nameOf) : <del>{shown(before, nameOf)}</del>}</td>
                  )}
                  <td>{isFirst ? shown(after, nameOf) : <ins>{shown(after, nameOf)}</ins>}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Members({
  before,
  after,
  nameOf,
}: {
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
  readonly nameOf: (id: string) => string;
}): ReactElement {
  const { added, removed } = membersOf(before, after);
  if (added.length + removed.length === 0) return <span className="t2">{words.moved}</span>;
  return (
    <ul className="members">
      {removed.map((member, i) => (
        <li key={`-${i}`}>
          <del>{shown(member, nameOf)}</del> <span className="s2 t3">{words.removed}</span>
        </li>
      ))}
      {added.map((member, i) => (
        <li key={`+${i}`}>
          <ins>{shown(member, nameOf)}</ins> <span className="s2 t3">{words.added}</span>
        </li>
      ))}
    </ul>
  );
}

/** A value as text; React writes it, so what looks like markup stays what it is. */
function shown(value: unknown, nameOf: (id: string) => string): ReactNode {
  if (value === undefined || value === null) return <span className="t3">{words.absent}</span>;
  if (value === '') return <span className="t3">{words.empty}</span>;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'string') return nameOf(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="t3">{words.empty}</span>;
    if (value.every((member) => typeof member === 'string')) return value.map(nameOf).join(', ');
  }
  return <code className="mono s2">{JSON.stringify(value, undefined, 1)}</code>;
}
