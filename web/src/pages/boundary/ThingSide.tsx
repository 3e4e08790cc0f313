import { Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed, useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Facts, Segments } from '../../kit/Page.tsx';
import { kind as kindNames, links as linkNames, words } from '../../words/boundary.ts';
import { ThingForm } from './ThingForm.tsx';
import type { Thing, Told } from './things.tsx';
import { datesOf, OwnerCell } from './things.tsx';
import './page.css';

const say = words.thing;

/** One thing: what it is, in which boundary it stands and why, what it depends on and what needs it. */
export function ThingSide({
  thing,
  things,
  programmes,
}: {
  readonly thing: Thing;
  readonly things: readonly Thing[];
  readonly programmes: Told['programmes'];
}): ReactElement {
  const [isEditing, setEditing] = useState(false);
  const verdict = useAllowed('records.apply');
  const usedBy = things.flatMap((other) =>
    other.links.filter((to) => to.kind === thing.kind && to.id === thing.id).map(({ link }) => ({ other, link })),
  );
  if (isEditing) return <ThingForm kind={thing.kind} thing={thing} things={things} onDone={() => setEditing(false)} />;
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      {thing.description === null ? undefined : <p>{thing.description}</p>}
      <Facts
        rows={[
          [
            say.kind,
            [kindNames[thing.kind], thing.type === null ? '' : (words.types[thing.type] ?? thing.type)]
              .filter(Boolean)
              .join(', '),
          ],
          [words.columns.owner, <OwnerCell key="owner" thing={thing} />],
          ...(datesOf(thing) === '' ? [] : [[words.columns.dates, datesOf(thing)] as const]),
          ...(thing.people === null ? [] : [[say.people, words.people(thing.people)] as const]),
          ...(thing.country === null ? [] : [[say.country, thing.country] as const]),
          ...(thing.holds.length === 0
            ? []
            : [[say.holds, thing.holds.map((one) => words.classes[one] ?? one).join(', ')] as const]),
        ]}
      />
      <div>
        <Button small verdict={verdict} onClick={() => setEditing(true)}>
          {say.change}
        </Button>
      </div>
      {programmes.map((programme) => (
        <Decision key={`${programme.id} ${thing.id}`} thing={thing} programme={programme} />
      ))}
      <section>
        <h3>{say.dependsOn}</h3>
        {thing.links.length === 0 ? <p className="t2">{say.nothing}</p> : undefined}
        <ul>
          {thing.links.map(({ link, kind, id, name, life }) => (
            <li key={`${link} ${kind} ${id}`}>
              <span className="t2">{linkNames[link as keyof typeof linkNames]}</span> {name}
              {life === 'ended' ? <span className="warn">{` (${say.gone})`}</span> : undefined}
              {life === 'unknown' ? <span className="warn">{` (${say.missing})`}</span> : undefined}
            </li>
          ))}
        </ul>
      </section>
      {usedBy.length === 0 ? undefined : (
        <section>
          <h3>{say.usedBy}</h3>
          <ul>
            {usedBy.map(({ other, link }) => (
              <li key={`${other.kind} ${other.id} ${link}`}>
                {other.name} <span className="t2">{linkNames[link as keyof typeof linkNames]}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** Whether it is in one programme, why, who said so; and the form that decides it. */
function Decision({
  thing,
  programme,
}: {
  readonly thing: Thing;
  readonly programme: Told['programmes'][number];
}): ReactElement {
  const zone = useZone();
  const stand = thing.stands.find((one) => one.programme === programme.id);
  const [isDeciding, setDeciding] = useState(false);
  const verdict = useAllowedOn('programme.scope', 'programme', programme.id);
  const now = stand?.in === true ? 'in' : stand?.in === false ? 'out' : 'undecided';
  return (
    <section className="decide">
      <div className="row sp">
        <h3>{say.of(programme.title)}</h3>
        {isDeciding ? undefined : (
          <Button small verdict={verdict} label={`${say.decide}: ${programme.title}`} onClick={() => setDeciding(true)}>
            {say.decide}
          </Button>
        )}
      </div>
      {isDeciding ? (
        <DecisionForm
          thing={thing}
          programme={programme.id}
          now={now}
          justification={stand?.justification ?? ''}
          onDone={() => setDeciding(false)}
        />
      ) : (
        <>
          <p className={now === 'undecided' ? 'warn' : 'm'}>{say[now]}</p>
          {stand?.justification === null || stand?.justification === undefined ? undefined : (
            <p>{stand.justification}</p>
          )}
          {stand?.by === null || stand?.by === undefined || stand.at === null ? undefined : (
            <p className="s2 t2">{say.by(stand.by.name ?? stand.by.id, day(stand.at, zone))}</p>
          )}
          {thing.kind !== 'third-party' || programme.framework !== 'soc2' ? undefined : (
            <p className="s2 t2">
              {stand?.method === null || stand?.method === undefined ? say.noMethod : say.method[stand.method]}
              {'. '}
              <Go to={`/programmes/${programme.id}`}>{say.setMethod}</Go>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function DecisionForm({
  thing,
  programme,
  now,
  justification,
  onDone,
}: {
  readonly thing: Thing;
  readonly programme: string;
  readonly now: 'in' | 'out' | 'undecided';
  readonly justification: string;
  readonly onDone: () => void;
}): ReactElement {
  const scope = useAct('programme.scope');
  const verdict = useAllowedOn('programme.scope', 'programme', programme);
  const form = useForm(
    { stand: now, justification },
    {
      justification: (value, { stand }) => {
        const length = value.trim().length;
        return (stand === 'out' && length < 3) || (length > 0 && length < 3) ? say.short : undefined;
      },
    },
  );
  const { stand } = form.values;
  return (
    <Form
      state={form}
      submit={say.saveDecision}
      verdict={verdict}
      cancel={onDone}
      send={async (values) => {
        const said = values.justification.trim();
        await scope.mutateAsync({
          input: {
            programme,
            things: [
              {
                kind: thing.kind,
                id: thing.id,
                in: values.stand === 'undecided' ? null : values.stand === 'in',
                ...(said === '' ? {} : { justification: said }),
              },
            ],
          },
        });
        setTimeout(onDone);
      }}
    >
      <Segments
        label={say.decide}
        options={(['in', 'out', 'undecided'] as const).map((value) => ({ value, label: say[value] }))}
        value={stand === 'in' || stand === 'out' ? stand : 'undecided'}
        onChange={(value) => form.set({ stand: value })}
      />
      <Textarea
        label={say.justification}
        description={say.justificationHelp}
        rows={3}
        {...form.field('justification')}
      />
    </Form>
  );
}
