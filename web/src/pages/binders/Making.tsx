import { Checkbox, MultiSelect, Select, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { useAsked } from '../../api/hooks.ts';
import { useJobActs } from '../../api/jobs.ts';
import { askJson, useZone } from '../../api/session.ts';
import { Form, useForm } from '../../kit/Form.tsx';
import { Card, Facts } from '../../kit/Page.tsx';
import { ErrorState, Loading } from '../../kit/states.tsx';
import { dateIn, usePeriod } from '../../kit/window.ts';
import { words } from '../../words/binders.ts';
import { lastQuarter, thisYear } from './periods.ts';
import type { Days } from './periods.ts';

const say = words.make;
const PLAIN = ['person', 'facts', 'evidence'] as const;
const FRAMEWORKS = ['soc2', 'iso27001'] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What of the preview is told here; the server parses it whole. */
const Preview = z.object({
  controls: z.number(),
  evidence: z.number(),
  bytes: z.number(),
  gone: z.number(),
  collections: z.number(),
  datasets: z.array(z.string()),
  statuses: z.array(z.string()),
  size: z.number(),
  seen: z.number().nullable(),
  after: z.number(),
});

interface Wanted extends Days {
  readonly framework: string;
  readonly hides: readonly string[];
}

const listIn = (text: string): readonly string[] => text.split(',').filter((one) => one !== '');
const frameworkOf = (text: string): (typeof FRAMEWORKS)[number] | undefined => FRAMEWORKS.find((one) => one === text);

/** Which period, of what, without what; and beside it what that will be. */
export function Making(): ReactElement {
  const today = dateIn(new Date(), useZone());
  const period = usePeriod();
  const acts = useJobActs();
  const [datasets, setDatasets] = useState<readonly string[]>([]);
  const form = useForm(
    { ...lastQuarter(today), framework: '', plain: '', datasets: '' },
    { to: (to, { from }) => (to < from ? say.order : undefined) },
  );
  const { values } = form;
  const hides = [...listIn(values.plain), ...listIn(values.datasets)];
  const wanted: Wanted = { from: values.from, to: values.to, framework: values.framework, hides };
  const usual: readonly (readonly [string, Days])[] = [
    [say.quarter, lastQuarter(today)],
    [say.year, thisYear(today)],
    ...(period.programme === undefined
      ? []
      : [[say.programme(period.programme), { from: period.from, to: period.to }] as const]),
  ];
  return (
    <Card title={say.title}>
      <div className="grid g2 top binder">
        <Form
          state={form}
          submit={say.button}
          send={async () => {
            const framework = frameworkOf(values.framework);
            await acts.ask('binder', {
              ...{ from: values.from, to: values.to, hides },
              ...(framework === undefined ? {} : { framework }),
            });
          }}
        >
          <div className="row w" role="group" aria-label={say.usual}>
            {usual.map(([label, days]) => (
              <button
                key={label}
                type="button"
                className="btn x"
                aria-pressed={days.from === values.from && days.to === values.to}
                onClick={() => form.set({ from: days.from, to: days.to })}
              >
                {label}
              </button>
            ))}
          </div>
          <TextInput type="date" label={say.from} {...form.field('from')} />
          <TextInput type="date" label={say.to} description={say.toHelp} {...form.field('to')} />
          <Select
            label={say.framework}
            data={[
              { value: '', label: say.all },
              ...FRAMEWORKS.map((value) => ({ value, label: say.frameworks[value] })),
            ]}
            value={values.framework}
            onChange={(next) => form.set({ framework: next ?? '' })}
            allowDeselect={false}
          />
          <Checkbox.Group
            label={say.hides}
            description={say.hidesHelp}
            value={[...listIn(values.plain)]}
            onChange={(next) => form.set({ plain: next.join(',') })}
          >
            <div className="stack" style={{ '--g': '6px', marginTop: 6 } as object}>
              {PLAIN.map((name) => (
                <Checkbox key={name} value={name} label={say.hide[name]} description={say.hide[`${name}Help`]} />
              ))}
            </div>
          </Checkbox.Group>
          {datasets.length === 0 ? undefined : (
            <MultiSelect
              label={say.datasets}
              description={say.datasetsHelp}
              data={[...datasets]}
              value={[...listIn(values.datasets)]}
              onChange={(next) => form.set({ datasets: next.join(',') })}
              searchable
            />
          )}
        </Form>
        <Inside
          wanted={wanted}
          onFound={(found) =>
            setDatasets((known) =>
              found.every((one) => known.includes(one)) ? known : [...new Set([...known, ...found])].sort(),
            )
          }
        />
      </div>
    </Card>
  );
}

/** What the binder will hold, counted a moment after the last change. */
function Inside({
  wanted,
  onFound,
}: {
  readonly wanted: Wanted;
  readonly onFound: (datasets: readonly string[]) => void;
}): ReactElement {
  const text = JSON.stringify(wanted);
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  const { from, to, framework, hides } = JSON.parse(asked) as Wanted;
  const fits = DATE.test(from) && DATE.test(to) && from <= to;
  const found = useAsked(
    ['binder-preview', asked],
    (org) => {
      const query = new URLSearchParams({ from, to });
      if (framework !== '') query.set('framework', framework);
      if (hides.length > 0) query.set('hides', hides.join(','));
      return askJson(org, `/api/binders/preview?${query.toString()}`, Preview);
    },
    fits,
  );
  const told = found.data;
  useEffect(() => {
    if (told !== undefined) onFound(told.datasets);
    // What was found is what is handed on.
  }, [told]);
  return (
    <section aria-label={say.inside} aria-live="polite">
      <h3 style={{ marginBottom: 8 }}>{say.inside}</h3>
      {!fits ? (
        <p className="t2">{say.order}</p>
      ) : found.error !== null ? (
        <ErrorState error={found.error} />
      ) : told === undefined ? (
        <Loading rows={5} label={say.counting} />
      ) : (
        <>
          <Facts
            rows={[
              [
                say.counts.controls,
                <span key="c" className="num">
                  {told.controls}
                </span>,
              ],
              [say.counts.evidence, say.evidenceOf(told.evidence, told.bytes)],
              ...(told.gone === 0
                ? []
                : [
                    [
                      say.counts.gone,
                      <span key="g" className="num">
                        {told.gone}
                      </span>,
                    ] as const,
                  ]),
              [say.counts.collections, say.collectionsOf(told.collections, told.datasets.length)],
              [
                say.counts.statuses,
                told.statuses.length === 0
                  ? say.counts.none
                  : told.statuses.map((id) => say.frameworks[frameworkOf(id) ?? 'soc2']).join(', '),
              ],
              [say.counts.log, say.logOf(told.size)],
            ]}
          />
          <p className={told.seen === null ? 'note w' : 'hint'} style={{ marginTop: 12 }}>
            {told.seen === null ? say.unseen : say.seen} {told.after === 0 ? undefined : say.after(told.after)}
          </p>
        </>
      )}
    </section>
  );
}
