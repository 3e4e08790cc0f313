import { Select, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { Button } from '../../kit/Button.tsx';
import { Card } from '../../kit/Page.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/transition.ts';
import type { Exclusion, Told } from './told.ts';
import { exclusionsIn } from './told.ts';

const say = words.scope;

/** What the older Statement of Applicability left out, and what that makes of the newer edition. */
export function Scope({
  told,
  refused,
  text,
  onShow,
  programme,
  onProgramme,
}: {
  readonly told: Told;
  /** Why what was typed could not be shown. */
  readonly refused: Error | null;
  readonly text: string;
  readonly onShow: (text: string, exclusions: readonly Exclusion[]) => void;
  readonly programme: string | undefined;
  readonly onProgramme: (programme: string | undefined) => void;
}): ReactElement {
  const [typed, setTyped] = useState(text);
  const [wrong, setWrong] = useState<string>();
  const { carried, look } = told.exclusions;
  return (
    <Card title={say.title}>
      <form
        className="tr-form"
        onSubmit={(event) => {
          event.preventDefault();
          const found = exclusionsIn(typed);
          setWrong(typeof found === 'number' ? say.wrong(found) : undefined);
          if (typeof found !== 'number') onShow(typed, found);
        }}
      >
        <Textarea
          label={say.lines}
          description={say.help}
          rows={6}
          value={typed}
          error={wrong}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {told.programmes.length === 0 ? (
          <p className="s2 t2">{say.noProgramme}</p>
        ) : (
          <Select
            label={say.programme}
            data={told.programmes.map(({ id, title }) => ({ value: id, label: title }))}
            value={programme ?? null}
            onChange={(value) => onProgramme(value ?? undefined)}
            clearable
          />
        )}
        <div>
          <Button type="submit">{say.show}</Button>
        </div>
      </form>
      {refused === null ? undefined : <ErrorState error={refused} />}
      {carried.length + look.length === 0 ? (
        <p className="t3" style={{ marginTop: 12 }}>
          {say.nothing}
        </p>
      ) : (
        <>
          <h3 style={{ marginTop: 16 }}>{say.carried(carried.length)}</h3>
          <ul className="tr-moves">
            {carried.map(({ ref, from, justification }) => (
              <li key={ref}>
                <span className="ref">{ref}</span> {justification}{' '}
                <span className="t3">{words.from(from.join(', '))}</span>
              </li>
            ))}
          </ul>
          <h3 style={{ marginTop: 16 }}>{say.look(look.length)}</h3>
          <ul className="tr-moves">
            {look.map(({ ref, excluded, why }) => (
              <li key={ref}>
                <span className="ref">{ref}</span> {say.whys[why]}.{' '}
                <span className="t3">{words.from(excluded.join(', '))}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
