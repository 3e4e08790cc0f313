import { Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Copied } from '../../kit/Copied.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { moment } from '../../kit/format.ts';
import { Card, Facts } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/witnessing.ts';
import type { Told } from './Witnessing.tsx';

const say = words.key;

const Copyable = ({ text, label }: { readonly text: string; readonly label: string }): ReactElement => (
  <span className="row top" style={{ gap: 4 }}>
    <span className="mono" style={{ overflowWrap: 'anywhere' }}>
      {text}
    </span>
    <Copied text={text} label={label} />
  </span>
);

/** What the owner of a log is given: our key as a witness and where we are asked. */
export function OwnKey({ own, zone }: { readonly own: Told['key']; readonly zone: string }): ReactElement {
  const begin = useAct('witnessing.begin');
  const mayBegin = useAllowed('witnessing.begin');
  const mayRenew = useAllowed('witnessing.renew');
  const [renewing, setRenewing] = useState(false);
  return (
    <Card title={say.title}>
      <div className="stack" style={{ '--g': '12px' } as object}>
        <p className="t2">{own === undefined ? say.none : say.says}</p>
        {own === undefined ? (
          <div>
            <Button verdict={mayBegin} busy={begin.isPending} onClick={() => begin.mutate({ input: {} })}>
              {say.make}
            </Button>
          </div>
        ) : (
          <>
            <Facts
              rows={[
                [say.vkey, <Copyable text={own.vkey} label={say.vkey} />],
                [say.url, <Copyable text={own.url} label={say.url} />],
                [
                  say.since,
                  <>
                    {moment(own.since, zone)}
                    {own.why === undefined ? undefined : <div className="s2 t2">{own.why}</div>}
                  </>,
                ],
              ]}
            />
            <div>
              <Button verdict={mayRenew} onClick={() => setRenewing(true)}>
                {say.renew}
              </Button>
            </div>
          </>
        )}
        {begin.error === null ? undefined : <ErrorState error={begin.error} />}
      </div>
      <Dialog title={say.renewing.title} open={renewing} onClose={() => setRenewing(false)}>
        {renewing ? <Renewing onDone={() => setRenewing(false)} /> : undefined}
      </Dialog>
    </Card>
  );
}

function Renewing({ onDone }: { readonly onDone: () => void }): ReactElement {
  const act = useAct('witnessing.renew');
  const verdict = useAllowed('witnessing.renew');
  const form = useForm({ why: '' }, { why: required }, 'witnessing.renew');
  return (
    <Form
      state={form}
      verdict={verdict}
      submit={say.renewing.send}
      cancel={onDone}
      send={async ({ why }) => {
        await act.mutateAsync({ input: { why: why.trim() } });
        setTimeout(onDone);
      }}
    >
      <p className="t2">{say.renewing.says}</p>
      <Textarea label={say.renewing.why} minRows={2} autosize {...form.field('why')} />
    </Form>
  );
}
