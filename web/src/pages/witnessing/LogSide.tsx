import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Copied } from '../../kit/Copied.tsx';
import { moment } from '../../kit/format.ts';
import { Facts } from '../../kit/Page.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/witnessing.ts';
import { LogForm } from './LogForm.tsx';
import { Refusals } from './Refusals.tsx';
import type { Log, Told } from './Witnessing.tsx';

const say = words.side;

/** One log: its key, what was cosigned of it last, what was refused; changing and retiring it. */
export function LogSide({
  log,
  refusals,
  zone,
  onGone,
}: {
  readonly log: Log;
  readonly refusals: Told['refusals'];
  readonly zone: string;
  readonly onGone: () => void;
}): ReactElement {
  const retire = useAct('witnessed-log.retire');
  const mayRetire = useAllowedOn('witnessed-log.retire', 'witnessed-log', log.id);
  const mayChange = useAllowedOn('witnessed-log.change', 'witnessed-log', log.id);
  const [doing, setDoing] = useState<'change' | 'retire'>();
  if (doing === 'change') return <LogForm held={log} onDone={() => setDoing(undefined)} />;
  return (
    <div className="stack" style={{ '--g': '18px' } as object}>
      <Facts
        rows={[
          ...(log.last === undefined
            ? [[say.last, words.never] as const]
            : [
                [say.last, `${words.entries(log.last.size)}, ${moment(log.last.at, zone)}`] as const,
                [
                  say.root,
                  <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                    {log.last.root}
                  </span>,
                ] as const,
              ]),
          [
            say.origin,
            <span className="mono" style={{ overflowWrap: 'anywhere' }}>
              {log.origin}
            </span>,
          ],
          [
            say.vkey,
            <span className="row top" style={{ gap: 4 }}>
              <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                {log.vkey}
              </span>
              <Copied text={log.vkey} label={say.vkey} />
            </span>,
          ],
          ...(log.url === undefined
            ? []
            : [
                [
                  say.url,
                  <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                    {log.url}
                  </span>,
                ] as const,
              ]),
        ]}
      />
      <div className="row w">
        <Button verdict={mayChange} onClick={() => setDoing('change')}>
          {say.change}
        </Button>
        <Button verdict={mayRetire} onClick={() => setDoing('retire')}>
          {say.retire}
        </Button>
      </div>
      {doing === 'retire' ? (
        <div className="stack">
          <p className="note w">{say.retiring}</p>
          <div>
            <Button
              filled
              verdict={mayRetire}
              busy={retire.isPending}
              onClick={() => retire.mutate({ input: { log: log.id } }, { onSuccess: onGone })}
            >
              {say.retire}
            </Button>
          </div>
        </div>
      ) : undefined}
      {retire.error === null ? undefined : <ErrorState error={retire.error} />}
      <section className="stack">
        <h3>{say.refusals}</h3>
        {refusals.length === 0 ? <p className="t2">{say.noRefusals}</p> : <Refusals of={refusals} zone={zone} />}
      </section>
    </div>
  );
}
