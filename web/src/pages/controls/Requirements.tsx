import type { ReactElement } from 'react';
import { Go } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { said } from '../../kit/said.ts';
import { words } from '../../words/control.ts';
import type { Told } from './Operation.tsx';
import { Section } from './Section.tsx';

export function Requirements({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const c = words.columns;
  return (
    <Section
      title={words.tabs.requirements}
      head={[c.requirement, c.framework, c.state, c.why]}
      none={told.requirements.length === 0}
      empty={words.noAnswers}
      emptyHelp=""
    >
      {told.requirements.map(({ framework, ref, title, state, because }) => (
        <tr key={`${framework} ${ref}`}>
          <td>
            <Go to={`/${framework}/requirements`} search={{ open: ref }} className="ref">
              {ref}
            </Go>{' '}
            {title}
          </td>
          <td className="t2">{words.frameworks[framework]}</td>
          <td>{state === null ? <span className="t3">{words.noProgramme}</span> : <StateMark state={state} />}</td>
          <td className="t2">{said(because.join(' '), zone)}</td>
        </tr>
      ))}
    </Section>
  );
}
