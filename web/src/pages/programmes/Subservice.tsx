import type { Boundary } from '@countersign/core/boundary/view.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Card, Segments } from '../../kit/Page.tsx';
import { Answer, ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/programmes.ts';
import type { Told } from './ProgrammePage.tsx';

type Row = Told['subservice'][number];
type Method = Row['method'];
const say = words.subservice;
const METHODS = ['carve-out', 'inclusive'] as const satisfies readonly Method[];

/** Subservice organisations of a SOC 2 report, and whether their controls are left out or described. */
export function Subservice({ told, verdict }: { readonly told: Told; readonly verdict: Verdict }): ReactElement {
  const { programme, subservice } = told;
  const asked = useView<typeof Boundary>('boundary', { programmes: [programme.id] });
  return (
    <Card title={say.title}>
      <p className="t2">{say.help}</p>
      <dl className="methods s2">
        {METHODS.map((method) => (
          <div key={method}>
            <dt className="m">{say.methods[method]}</dt>
            <dd className="t2">{say.means[method]}</dd>
          </div>
        ))}
      </dl>
      <Answer of={asked} rows={2}>
        {({ answer }) => (
          <Choosing
            key={subservice.map(({ party, method }) => `${party} ${method}`).join()}
            told={told}
            parties={answer.things.filter(({ kind, life }) => kind === 'third-party' && life !== 'ended')}
            verdict={verdict}
          />
        )}
      </Answer>
    </Card>
  );
}

function Choosing({
  told,
  parties,
  verdict,
}: {
  readonly told: Told;
  readonly parties: readonly { readonly id: string; readonly name: string }[];
  readonly verdict: Verdict;
}): ReactElement {
  const change = useAct('programme.change');
  const [rows, setRows] = useState<readonly Row[]>(told.subservice);
  const isChanged = JSON.stringify(rows) !== JSON.stringify(told.subservice);
  const free = parties.filter(({ id }) => !rows.some(({ party }) => party === id));
  const set = (party: string, method: Method): void =>
    setRows(rows.map((row) => (row.party === party ? { ...row, method } : row)));
  return (
    <>
      {rows.length === 0 ? <p className="below">{say.none}</p> : undefined}
      <ul className="subs">
        {rows.map(({ party, name, method }) => (
          <li key={party}>
            <span className="m">{name}</span>
            {verdict.allowed ? (
              <span className="row">
                <Segments
                  label={say.methodOf(name)}
                  options={METHODS.map((value) => ({ value, label: say.methods[value] }))}
                  value={method}
                  onChange={(next) => set(party, next)}
                />
                <button
                  type="button"
                  className="icb"
                  aria-label={say.remove(name)}
                  onClick={() => setRows(rows.filter((row) => row.party !== party))}
                >
                  <Icon name="close" />
                </button>
              </span>
            ) : (
              <span className="t2">{say.methods[method]}</span>
            )}
          </li>
        ))}
      </ul>
      {!verdict.allowed || free.length === 0 ? undefined : (
        <label className="field subadd">
          <span className="m">{say.add}</span>
          <select
            className="inp"
            value=""
            onChange={(event) => {
              const chosen = free.find(({ id }) => id === event.currentTarget.value);
              if (chosen !== undefined)
                setRows([...rows, { party: chosen.id, name: chosen.name, method: 'carve-out' }]);
            }}
          >
            <option value="">{say.choose}</option>
            {free.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {parties.length > 0 ? undefined : (
        <p className="below">
          <Go to="/boundary" search={{ kind: 'third-party' }}>
            {say.noParties}
          </Go>
        </p>
      )}
      {change.error === null ? undefined : <ErrorState error={change.error} />}
      {isChanged ? (
        <div className="row w below">
          <Button
            verdict={verdict}
            busy={change.isPending}
            onClick={() =>
              change.mutate({
                input: {
                  programme: told.programme.id,
                  subservice: rows.map(({ party, method }) => ({ party, method })),
                },
              })
            }
          >
            {say.save}
          </Button>
          <Button onClick={() => setRows(told.subservice)}>{say.takeBack}</Button>
          <span className="s2 warn">{say.unsaved}</span>
        </div>
      ) : verdict.allowed ? undefined : (
        <div className="below">
          <Button verdict={verdict}>{say.save}</Button>
        </div>
      )}
    </>
  );
}
