import { MILESTONE_KINDS, MILESTONES } from '@countersign/core/framework/milestone-kinds.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Card } from '../../kit/Page.tsx';
import { Empty, ErrorState } from '../../kit/states.tsx';
import { milestones as names, words } from '../../words/programmes.ts';
import type { Told } from './ProgrammePage.tsx';

const say = words.milestones;

interface Row {
  readonly key: number;
  readonly milestone: keyof typeof names;
  readonly on: string;
  readonly doneOn: string;
  readonly note: string;
}

/** Dates of a programme in a table that is filled in: planned for when, and when it was. */
export function Milestones({ told }: { readonly told: Told }): ReactElement {
  const { id, framework } = told.programme;
  const verdict = useAllowedOn('programme.plan', 'programme', id);
  const plan = useAct('programme.plan');
  const [rows, setRows] = useState<readonly Row[]>(() =>
    told.milestones.map(({ milestone, on, doneOn, note }, key) => ({
      key,
      milestone,
      on,
      doneOn: doneOn ?? '',
      note: note ?? '',
    })),
  );
  const [isChanged, setChanged] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const kinds = MILESTONE_KINDS.filter((kind) => MILESTONES[kind].includes(framework));
  const change = (next: readonly Row[]): void => {
    setRows(next);
    setChanged(true);
    setWrong(undefined);
  };
  const set = (key: number, patch: Partial<Row>): void =>
    change(rows.map((row) => (row.key === key ? { ...row, ...patch } : row)));
  const add = (): void => {
    const unused = kinds.find((kind) => !rows.some(({ milestone }) => milestone === kind)) ?? 'other';
    const key = rows.reduce((most, row) => Math.max(most, row.key), 0) + 1;
    change([...rows, { key, milestone: unused, on: '', doneOn: '', note: '' }]);
  };
  const save = (): void => {
    if (rows.some(({ on }) => on === '')) setWrong(say.dateNeeded);
    else if (rows.some(({ milestone, note }) => milestone === 'other' && note.trim() === '')) setWrong(say.noteNeeded);
    else
      plan.mutate({
        input: {
          programme: id,
          milestones: rows.map(({ milestone, on, doneOn, note }) => ({
            milestone,
            on,
            ...(doneOn === '' ? {} : { doneOn }),
            ...(note.trim() === '' ? {} : { note: note.trim() }),
          })),
        },
      });
  };
  return (
    <Card flush>
      {rows.length === 0 ? (
        <Empty
          title={say.emptyTitle}
          actions={
            <Button verdict={verdict} onClick={add}>
              {say.add}
            </Button>
          }
        >
          {say.empty}
        </Empty>
      ) : (
        <div className="tw" role="region" aria-label={say.table} tabIndex={0}>
          <table className="stackt milrow">
            <thead>
              <tr>
                <th scope="col">{say.columns.what}</th>
                <th scope="col">{say.columns.on}</th>
                <th scope="col">{say.columns.done}</th>
                <th scope="col">{say.columns.note}</th>
                <th scope="col">
                  <span className="vh">{say.columns.remove}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, milestone, on, doneOn, note }) => (
                <tr key={key}>
                  <td>
                    <select
                      className="datein"
                      aria-label={say.columns.what}
                      value={milestone}
                      disabled={!verdict.allowed}
                      onChange={(event) => {
                        const next = kinds.find((kind) => kind === event.currentTarget.value);
                        if (next !== undefined) set(key, { milestone: next });
                      }}
                    >
                      {kinds.map((kind) => (
                        <option key={kind} value={kind}>
                          {names[kind]}
                        </option>
                      ))}
                    </select>
                  </td>
                  {(['on', 'doneOn'] as const).map((field) => (
                    <td key={field}>
                      <label className="milfield">
                        <span className="hm s2 t3">{field === 'on' ? say.columns.on : say.columns.done}</span>
                        <input
                          type="date"
                          className="datein"
                          aria-label={say.label(names[milestone], field === 'on' ? say.columns.on : say.columns.done)}
                          value={field === 'on' ? on : doneOn}
                          disabled={!verdict.allowed}
                          onChange={(event) => set(key, { [field]: event.currentTarget.value })}
                        />
                      </label>
                    </td>
                  ))}
                  <td>
                    <label className="milfield">
                      <span className="hm s2 t3">{say.columns.note}</span>
                      <input
                        type="text"
                        className="datein"
                        maxLength={500}
                        aria-label={say.label(names[milestone], say.columns.note)}
                        value={note}
                        disabled={!verdict.allowed}
                        onChange={(event) => set(key, { note: event.currentTarget.value })}
                      />
                    </label>
                  </td>
                  <td className="r">
                    {verdict.allowed ? (
                      <button
                        type="button"
                        className="icb"
                        aria-label={say.remove(names[milestone])}
                        onClick={() => change(rows.filter((row) => row.key !== key))}
                      >
                        <Icon name="close" />
                      </button>
                    ) : undefined}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {plan.error === null ? undefined : <ErrorState error={plan.error} />}
      {wrong === undefined ? undefined : (
        <p className="in bad" role="alert">
          {wrong}
        </p>
      )}
      {rows.length === 0 && !isChanged ? undefined : (
        <div className="in row w">
          <Button filled verdict={verdict} busy={plan.isPending} onClick={save}>
            {say.save}
          </Button>
          <Button verdict={verdict} onClick={add}>
            {say.add}
          </Button>
          {isChanged ? <span className="s2 warn">{say.unsaved}</span> : undefined}
        </div>
      )}
    </Card>
  );
}
