import type { Preview } from '@countersign/core/erasing/preview.ts';
import type { ReactElement, ReactNode } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/erasure.ts';

export type Told = z.output<typeof Preview>;
export type Thing = Told['what'];
const say = words.preview;

/** What would go, what would stay, and what rests on it: nobody asks or agrees without having it before them. */
export function WhatGoes({
  what,
  children,
}: {
  readonly what: Thing;
  readonly children?: (told: Told) => ReactNode;
}): ReactElement {
  const asked = useView<typeof Preview>('erasure.preview', { what });
  return (
    <Answer of={asked}>
      {({ answer }) => (
        <div className="stack" style={{ '--g': '14px' } as object}>
          <Shown told={answer} />
          {children?.(answer)}
        </div>
      )}
    </Answer>
  );
}

function Shown({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  const rests = told.occurrences.length + told.verdicts.length + told.controls.length > 0;
  return (
    <div className="stack" style={{ '--g': '14px' } as object}>
      {told.holds.length === 0 ? undefined : (
        <p className="note r" role="alert">
          {say.held(told.holds.map(({ name }) => `“${name}”`).join(', '))}
        </p>
      )}
      {told.isErased ? <p className="note">{say.erased}</p> : undefined}
      {told.observed === undefined ? undefined : (
        <p className="s2 t2">{say.seen(day(told.observed.from, zone), day(told.observed.to, zone))}</p>
      )}
      {told.goes.length === 0 ? undefined : <Sentences title={say.goes} lines={told.goes} />}
      <Sentences title={say.stays} lines={told.stays} />
      <section>
        <h4>{say.rests}</h4>
        {rests ? undefined : <p className="t2">{say.nothingRests}</p>}
        {told.occurrences.length === 0 ? undefined : (
          <ul className="rows" aria-label={say.performances}>
            {told.occurrences.map((one) => (
              <li key={one.performance} className="dstack">
                <span>
                  <Go to={`/controls/${one.control.id}`} className="ref">
                    {one.control.id}
                  </Go>{' '}
                  {say.performance(one.key, day(one.performedAt, zone))}
                </span>
                <span className={one.leftWithout ? 's2 bad' : 's2 t2'}>{one.leftWithout ? say.without : say.kept}</span>
              </li>
            ))}
          </ul>
        )}
        {told.verdicts.length === 0 ? undefined : (
          <ul className="rows" aria-label={say.verdicts}>
            {told.verdicts.map((one) => (
              <li key={one.check} className="dstack">
                <Go to={`/checks/${one.check}`}>{one.title}</Go>
                <span className="s2 t2">
                  {say.says[one.says]} → {say.would}
                </span>
              </li>
            ))}
          </ul>
        )}
        {told.controls.length === 0 ? undefined : (
          <p className="row w erasure-refs" style={{ gap: 6 }}>
            <span className="t2">{say.controls}</span>
            {told.controls.map(({ id }) => (
              <Go key={id} to={`/controls/${id}`} className="ref">
                {id}
              </Go>
            ))}
          </p>
        )}
        {told.programmes.length === 0 ? undefined : (
          <ul className="rows" aria-label={say.programmes}>
            {told.programmes.map(({ id, title, from, to }) => (
              <li key={id}>
                <Go to={`/programmes/${id}`}>{title}</Go>
                {from === undefined || to === undefined ? undefined : (
                  <span className="s2 t2 push">{say.period(day(from), day(to))}</span>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
      {told.mentions.length === 0 ? undefined : (
        <section>
          <h4>{say.mentions}</h4>
          <p className="s2 mono erasure-refs">{told.mentions.map(({ kind, id }) => `${kind} ${id}`).join(', ')}</p>
        </section>
      )}
    </div>
  );
}

function Sentences({ title, lines }: { readonly title: string; readonly lines: readonly string[] }): ReactElement {
  return (
    <section>
      <h4>{title}</h4>
      <ul className="erasure-lines">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
