import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { moment } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { Empty } from '../../kit/states.tsx';
import { words } from '../../words/transition.ts';
import type { Told } from './told.ts';

type Row = Told['done'][number];

/** Transitions done, each with the way back. */
export function Done({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  const [taking, setTaking] = useState<Row>();
  if (told.done.length === 0) {
    return (
      <Card>
        <Empty title={words.done.none}>{words.done.noneHelp}</Empty>
      </Card>
    );
  }
  return (
    <Card flush label={words.tables.done}>
      <div className="tw" tabIndex={0} role="region" aria-label={words.tables.done}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.done.when}</th>
              <th scope="col">{words.done.what}</th>
              <th scope="col">{words.done.state}</th>
              <th scope="col">
                <span className="vh">{words.undo.button}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {told.done.map((row) => (
              <tr key={row.id}>
                <td>{moment(row.recordedAt, zone)}</td>
                <td>
                  {words.done.counts(row.controls, row.mappings)}
                  {row.programme === null ? '' : `, ${words.done.programme(row.programme)}`}
                </td>
                <td>{words.done.states[row.state]}</td>
                <td className="r">{row.state === 'applied' ? <Back row={row} onBack={() => setTaking(row)} /> : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Dialog title={words.undo.title} open={taking !== undefined} onClose={() => setTaking(undefined)}>
        {taking === undefined ? undefined : <UndoForm id={taking.id} onClose={() => setTaking(undefined)} />}
      </Dialog>
    </Card>
  );
}

function Back({ row, onBack }: { readonly row: Row; readonly onBack: () => void }): ReactElement {
  const verdict = useAllowedOn('transition.undo', 'transition', row.id);
  return (
    <Button small verdict={verdict} onClick={onBack}>
      {words.undo.button}
    </Button>
  );
}

function UndoForm({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactElement {
  const act = useAct('transition.undo');
  const form = useForm({}, {});
  return (
    <Form
      state={form}
      submit={words.undo.send}
      cancel={onClose}
      send={async () => {
        await act.mutateAsync({ input: { transition: id } });
        onClose();
      }}
    >
      <p className="t2">{words.undo.body}</p>
    </Form>
  );
}
