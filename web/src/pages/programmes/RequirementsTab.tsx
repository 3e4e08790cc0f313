import type { ReactElement } from 'react';
import { useZone } from '../../api/session.ts';
import { day } from '../../kit/format.ts';
import { Panel } from '../../kit/Panel.tsx';
import { Empty } from '../../kit/states.tsx';
import { Filter, Filters } from '../../kit/Table.tsx';
import { reasons as reasonNames, words } from '../../words/programmes.ts';
import { Deciding } from './Deciding.tsx';
import type { Told } from './ProgrammePage.tsx';

const say = words.requirements;
export type Row = Told['requirements'][number];
type Show = 'in' | 'out' | 'unstated' | 'contradicts';
const SHOWS = ['in', 'out', 'unstated', 'contradicts'] as const;

/** Every requirement in or out, why, and who decided when. */
export function RequirementsTab({
  told,
  show,
  q,
  open,
  set,
}: {
  readonly told: Told;
  readonly show: Show | undefined;
  readonly q: string;
  readonly open: string | undefined;
  readonly set: (patch: Readonly<Record<string, string | undefined>>, options?: { readonly replace?: boolean }) => void;
}): ReactElement {
  const { framework } = told.programme;
  const contradicted = new Map(told.contradictions.map((one) => [one.ref, one]));
  const isShown: Readonly<Record<Show, (row: Row) => boolean>> = {
    in: (row) => row.in,
    out: (row) => !row.in,
    unstated: ({ basis }) => basis === 'unstated',
    contradicts: ({ ref }) => contradicted.has(ref),
  };
  const wanted = q.toLowerCase();
  const rows = told.requirements.filter(
    (row) =>
      (show === undefined || isShown[show](row)) &&
      (wanted === '' || row.ref.toLowerCase().includes(wanted) || row.title.toLowerCase().includes(wanted)),
  );
  const groups = told.groups
    .map((group) => ({ ...group, rows: rows.filter((row) => row.group === group.id) }))
    .filter((group) => group.rows.length > 0);
  const opened = told.requirements.find(({ ref }) => ref === open);
  return (
    <>
      {told.contradictions.length === 0 ? undefined : (
        <p className="note w" style={{ marginBottom: 12 }}>
          {say.contradictions(told.contradictions.length)}
        </p>
      )}
      <div className="row w filters sp">
        <Filters
          label={say.filtersLabel}
          value={show}
          onChange={(value) => set({ show: value })}
          options={SHOWS.map((value) => ({
            value,
            label: say.filters[value],
            n: told.requirements.filter(isShown[value]).length,
          }))}
        />
        <Filter
          value={q}
          label={say.filter}
          onChange={(next) => set({ q: next === '' ? undefined : next }, { replace: true })}
        />
      </div>
      <p className="s2 t3" style={{ margin: '8px 0' }}>
        {[
          told.counts.notChosen === 0 ? '' : say.notChosen(told.counts.notChosen),
          told.counts.unstated === 0 ? '' : say.unstated(told.counts.unstated),
        ]
          .filter(Boolean)
          .join(' ')}
      </p>
      <section className="card tw" aria-label={say.table} tabIndex={0}>
        {groups.length === 0 ? (
          <Empty title={say.none}>{say.noneHelp}</Empty>
        ) : (
          <table className="stackt scopet">
            <thead>
              <tr>
                <th scope="col">{say.columns.ref}</th>
                <th scope="col">{say.columns.title[framework]}</th>
                <th scope="col">{say.columns.in}</th>
                <th scope="col">{say.columns.why}</th>
                <th scope="col">{say.columns.by}</th>
              </tr>
            </thead>
            {groups.map((group) => (
              <tbody key={group.id}>
                <tr className="grp">
                  <th scope="rowgroup" colSpan={5}>
                    <span className="ref">{group.id}</span> {group.name}
                  </th>
                </tr>
                {group.rows.map((row) => (
                  <Line
                    key={row.ref}
                    row={row}
                    framework={framework}
                    isOpen={row.ref === open}
                    contradicted={contradicted.get(row.ref)?.says}
                    onOpen={() => set({ open: row.ref })}
                  />
                ))}
              </tbody>
            ))}
          </table>
        )}
      </section>
      <Panel
        title={opened === undefined ? '' : say.panel(opened.ref)}
        open={opened !== undefined}
        onClose={() => set({ open: undefined })}
      >
        {opened === undefined ? undefined : (
          <Deciding
            key={`${opened.ref}.${told.versions[0]?.version ?? 0}`}
            told={told}
            row={opened}
            onDone={() => set({ open: undefined })}
          />
        )}
      </Panel>
    </>
  );
}

function Line({
  row,
  framework,
  isOpen,
  contradicted,
  onOpen,
}: {
  readonly row: Row;
  readonly framework: 'soc2' | 'iso27001';
  readonly isOpen: boolean;
  readonly contradicted: string | undefined;
  readonly onOpen: () => void;
}): ReactElement {
  const zone = useZone();
  return (
    <tr
      aria-selected={isOpen ? true : undefined}
      style={{ cursor: 'pointer' }}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('button, a') === null) onOpen();
      }}
    >
      <td>
        <button type="button" className="ref reqref" aria-expanded={isOpen} onClick={onOpen}>
          {row.ref}
        </button>
      </td>
      <td>{row.title}</td>
      <td className={row.in ? 'm' : 'm t3'}>{row.in ? say.in : say.out}</td>
      <td className="scopewhy">
        {row.reasons.length === 0 ? undefined : (
          <span className="row w" style={{ gap: 4 }}>
            {row.reasons.map((reason) => (
              <span key={reason} className="chip">
                {reasonNames[reason]}
              </span>
            ))}
          </span>
        )}
        {row.justification ?? (row.basis === null ? '' : <span className="t3">{basisOf(row, framework)}</span>)}
        {contradicted === undefined ? undefined : <div className="s2 warn">{contradicted}</div>}
      </td>
      <td className="s2 t2 nw">
        {row.by === null || row.at === null ? (
          say.withProgramme
        ) : (
          <>
            {row.by.name ?? row.by.id}
            <div>{day(row.at, zone)}</div>
          </>
        )}
      </td>
    </tr>
  );
}

function basisOf({ basis, reasons }: Row, framework: 'soc2' | 'iso27001'): string {
  if (basis === null || (basis === 'stated' && reasons.length > 0)) return '';
  return basis === 'mandatory' ? say.basis.mandatory[framework] : say.basis[basis];
}
