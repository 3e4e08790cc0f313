import type { FirstSteps } from '@countersign/core/first-run/view.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useOrganisation, useView } from '../../api/hooks.ts';
import { useMe, useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Proof, StateMark } from '../../kit/marks.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Answer } from '../../kit/states.tsx';
import { Term } from '../../kit/Term.tsx';
import { words } from '../../words/first-run.ts';
import './page.css';

/** Whether this person has put the list away, on this computer. What is done is in the records and is not touched by it. */
function useHidden(): readonly [boolean, (isHidden: boolean) => void] {
  const org = useOrganisation();
  const me = useMe();
  const key = `countersign.first-run.${org ?? ''}.${me.data?.actor.id ?? ''}`;
  const [set, setSet] = useState<{ readonly key: string; readonly isHidden: boolean }>();
  const isHidden = set?.key === key ? set.isHidden : localStorage.getItem(key) === 'hidden';
  return [
    isHidden,
    (next) => {
      if (next) localStorage.setItem(key, 'hidden');
      else localStorage.removeItem(key);
      setSet({ key, isHidden: next });
    },
  ];
}

export default function FirstRun(): ReactElement {
  const zone = useZone();
  const asked = useView<typeof FirstSteps>('first.steps', {});
  const told = asked.data?.answer;
  const [isHidden, setHidden] = useHidden();
  return (
    <Page
      title={words.title}
      sentence={told === undefined ? words.title : words.sentence(told.done, told.of)}
      sub={words.sub}
      actions={<Button onClick={() => setHidden(!isHidden)}>{isHidden ? words.show : words.dismiss}</Button>}
    >
      {isHidden ? (
        <p className="note" role="status">
          {words.hidden}
        </p>
      ) : (
        <Answer of={asked} rows={8}>
          {({ answer }) => (
            <div className="grid g32 top">
              <Card flush label={words.steps}>
                <ol className="steps">
                  {answer.steps.map(({ id, state, path, done }, i) => {
                    const { title, says, act } = words.step[id];
                    const [to = '/', query] = path.split('?');
                    return (
                      <li key={id}>
                        <span className="n num" aria-hidden="true">
                          {state === 'done' ? <StateMark state="done" wordless /> : i + 1}
                        </span>
                        <div>
                          <h2>{title}</h2>
                          <p className="t2">
                            {done === undefined ? says : words.done(done.what, done.by.name, moment(done.at, zone))}
                          </p>
                          <p className="vh">{words.states[state]}</p>
                        </div>
                        {done === undefined ? (
                          <Go
                            to={to}
                            search={Object.fromEntries(new URLSearchParams(query))}
                            className="btn"
                            label={`${act}: ${title}`}
                          >
                            {act}
                          </Go>
                        ) : (
                          <Proof index={done.index ?? null} />
                        )}
                      </li>
                    );
                  })}
                </ol>
              </Card>
              <Card title={words.why}>
                <p className="t2">{words.whySays}</p>
                <p style={{ marginTop: 12 }}>
                  <Term id="not-observed" /> · <Term id="planned" /> · <Term id="operating" />
                </p>
              </Card>
            </div>
          )}
        </Answer>
      )}
    </Page>
  );
}
