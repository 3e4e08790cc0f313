import type { ReactElement } from 'react';
import { day, moment } from '../../kit/format.ts';
import { Proof, StateMark } from '../../kit/marks.tsx';
import { words } from '../../words/control.ts';
import type { Told } from './Operation.tsx';
import { Section } from './Section.tsx';

export function Versions({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const c = words.columns;
  return (
    <Section
      title={words.tabs.versions}
      head={[c.version, c.holds, c.changed, c.recorded, c.proof]}
      none={false}
      empty=""
      emptyHelp=""
    >
      {told.versions.map((one) => (
        <tr key={one.version}>
          <td>
            {one.version} {one.holds ? <StateMark state="operating">{words.versionHolds}</StateMark> : undefined}
          </td>
          <td className="nw">
            {`${one.from === null ? words.always : day(one.from, zone)} – ${one.to === null ? words.openEnd : day(one.to, zone)}`}
          </td>
          <td className="t2 wrap">{one.version === 1 ? words.nothingChanged : one.changed.join(', ')}</td>
          <td className="nw">
            {moment(one.recordedAt, zone)}
            <div className="s2 t3">{one.recordedBy.name ?? one.recordedBy.id}</div>
          </td>
          <td>
            <Proof index={one.logIndex} about={{ kind: 'control', id: told.control.id, version: one.version }} />
          </td>
        </tr>
      ))}
    </Section>
  );
}
