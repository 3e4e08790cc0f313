import type { LogPublic } from '@countersign/core/witnessing/public.ts';
import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Copied } from '../../kit/Copied.tsx';
import { moment } from '../../kit/format.ts';
import { Card, Facts } from '../../kit/Page.tsx';
import { Answer, ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/witnessing.ts';

const say = words.publicLog;

/** Whether strangers may watch the log: what they would see, the address, and the switch. */
export function PublicLog({ zone }: { readonly zone: string }): ReactElement {
  const asked = useView<typeof LogPublic>('log.public', {});
  const isOpen = asked.data?.answer.open === true;
  return (
    <Card
      title={say.title}
      aside={asked.data === undefined ? undefined : <span className="s2 t2">{isOpen ? say.open : say.shut}</span>}
    >
      <Answer of={asked} rows={3}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '12px' } as object}>
            <p className="t2">{say.says}</p>
            {answer.open ? (
              <Facts
                rows={[
                  [
                    say.url,
                    <>
                      <span className="row top" style={{ gap: 4 }}>
                        <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                          {answer.url}
                        </span>
                        <Copied text={answer.url} label={say.url} />
                      </span>
                      {answer.since === undefined ? undefined : (
                        <span className="s2 t2">{say.since(moment(answer.since, zone))}</span>
                      )}
                    </>,
                  ],
                ]}
              />
            ) : undefined}
            <Switch isOpen={answer.open} />
          </div>
        )}
      </Answer>
    </Card>
  );
}

function Switch({ isOpen }: { readonly isOpen: boolean }): ReactElement {
  const name = isOpen ? 'log.shut' : 'log.open';
  const act = useAct(name);
  const verdict = useAllowed(name);
  return (
    <>
      <div className="row w">
        <Button verdict={verdict} busy={act.isPending} onClick={() => act.mutate({ input: {} })}>
          {isOpen ? say.unpublish : say.publish}
        </Button>
        {isOpen ? <span className="s2 t2">{say.stops}</span> : undefined}
      </div>
      {act.error === null ? undefined : <ErrorState error={act.error} />}
    </>
  );
}
