import { Checkbox, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Form, useForm } from '../../kit/Form.tsx';
import { moment } from '../../kit/format.ts';
import { Segments } from '../../kit/Page.tsx';
import { reasons as reasonNames, words } from '../../words/programmes.ts';
import type { Told } from './ProgrammePage.tsx';
import type { Row } from './RequirementsTab.tsx';

const say = words.requirements;
const REASONS = Object.keys(reasonNames) as (keyof typeof reasonNames)[];

/** Puts one requirement in or out, and shows every decision on it so far. */
export function Deciding({
  told,
  row,
  onDone,
}: {
  readonly told: Told;
  readonly row: Row;
  readonly onDone: () => void;
}): ReactElement {
  const { programme } = told;
  const zone = useZone();
  const verdict = useAllowedOn('programme.scope', 'programme', programme.id);
  const scope = useAct('programme.scope');
  const form = useForm(
    { in: row.in ? 'in' : 'out', justification: row.justification ?? '', reasons: row.reasons.join(',') },
    {
      justification: (value, all) => {
        const length = value.trim().length;
        return all.in === 'out'
          ? length < 3
            ? say.short
            : undefined
          : length > 0 && length < 3
            ? say.short
            : undefined;
      },
    },
  );
  const isIn = form.values.in === 'in';
  const isForeign =
    programme.framework === 'soc2' && !row.in && !told.categories.some((category) => category === row.part);
  const held = form.values.reasons.split(',').filter(Boolean);
  return (
    <div className="stack" style={{ '--g': '14px' } as object}>
      <p className="m">{row.title}</p>
      {isForeign ? (
        <p className="t2">{say.notItsCategory}</p>
      ) : (
        <Form
          state={form}
          submit={say.save}
          verdict={verdict}
          cancel={onDone}
          send={async ({ justification }) => {
            const said = justification.trim();
            await scope.mutateAsync({
              input: {
                programme: programme.id,
                requirements: [
                  {
                    ref: row.ref,
                    in: isIn,
                    ...(said === '' ? {} : { justification: said }),
                    ...(isIn ? { reasons: held } : {}),
                  },
                ],
              },
            });
            setTimeout(onDone);
          }}
        >
          {row.fixed ? (
            <p className="t2">{say.fixed}</p>
          ) : (
            <Segments
              label={say.columns.in}
              options={[
                { value: 'in', label: say.putIn },
                { value: 'out', label: say.leaveOut },
              ]}
              value={isIn ? 'in' : 'out'}
              // Why it was out is no reason for it to be in.
              onChange={(value) =>
                form.set({ in: value, justification: (value === 'in') === row.in ? (row.justification ?? '') : '' })
              }
            />
          )}
          {isIn ? (
            <Checkbox.Group
              label={say.reasons}
              value={held}
              onChange={(next) => form.set({ reasons: REASONS.filter((one) => next.includes(one)).join(',') })}
            >
              <div className="row w" style={{ gap: 12, marginTop: 6 }}>
                {REASONS.map((reason) => (
                  <Checkbox key={reason} value={reason} label={reasonNames[reason]} />
                ))}
              </div>
            </Checkbox.Group>
          ) : undefined}
          <Textarea
            label={say.justification}
            description={say.justificationHelp[isIn ? 'in' : 'out']}
            rows={4}
            {...form.field('justification')}
          />
        </Form>
      )}
      <div>
        <h3>{say.decisions}</h3>
        {row.decisions.length === 0 ? <p className="t2">{say.noDecisions}</p> : undefined}
        <ol className="decisions">
          {[...row.decisions].reverse().map(({ in: wasIn, justification, reasons, by, at }) => (
            <li key={at}>
              <span className="m">{wasIn ? say.putIn : say.leaveOut}</span>
              <span className="t2">{` · ${by.name ?? by.id} · ${moment(at, zone)}`}</span>
              <p>
                {[reasons.map((reason) => reasonNames[reason]).join(', '), justification].filter(Boolean).join('. ')}
              </p>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
