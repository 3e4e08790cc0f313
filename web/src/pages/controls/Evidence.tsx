import type { ReactElement } from 'react';
import { bytes, moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { CellMark, Lag, Proof } from '../../kit/marks.tsx';
import { words } from '../../words/control.ts';
import type { Told } from './Operation.tsx';
import { Section } from './Section.tsx';

const FEW = 5;

export function Evidence({
  told,
  zone,
  few,
}: {
  readonly told: Told;
  readonly zone: string;
  readonly few?: true;
}): ReactElement {
  const { control, evidence, evidenceTotal, occurrences } = told;
  const shown = few === true ? evidence.slice(0, FEW) : evidence;
  return (
    <Section
      title={
        <>
          {words.evidence}{' '}
          <span className="t3 light">
            {few === true
              ? words.evidenceFew(shown.length, evidence.length)
              : words.evidenceOf(shown.length, evidenceTotal)}
          </span>
        </>
      }
      aside={
        few === true ? (
          evidence.length > shown.length ? (
            <Go className="s2 m" to={`/controls/${control.id}`} search={{ tab: 'evidence' }}>
              {words.allEvidence(evidence.length)}
            </Go>
          ) : undefined
        ) : evidenceTotal > shown.length ? (
          <Go className="s2 m" to="/evidence" search={{ control: control.id }}>
            {words.allEvidence(evidenceTotal)}
          </Go>
        ) : undefined
      }
      head={[words.columns.item, words.columns.for, words.columns.trueAt, words.columns.entered, words.columns.proof]}
      none={shown.length === 0}
      empty={words.noEvidence}
      emptyHelp={words.noEvidenceHelp}
    >
      {shown.map((one) => {
        const [key] = one.for;
        const met = occurrences.find((occurrence) => occurrence.key === key);
        return (
          <tr key={one.id}>
            <td>
              <Go to={`/evidence/${one.id}`} className="m">
                {one.name}
              </Go>
              <div className="s2 t3">{bytes(one.bytes)}</div>
            </td>
            <td className="hd">
              {key === undefined ? (
                <span className="t3">–</span>
              ) : (
                <span className="row">
                  {met === undefined || met.state === 'ahead' ? undefined : (
                    <span className="strip" style={{ width: 12, ['--oh' as string]: '14px' }} aria-hidden="true">
                      <CellMark cell={met.state} />
                    </span>
                  )}
                  <span className="t2">{key}</span>
                </span>
              )}
            </td>
            <td className="nw">{moment(one.observedAt, zone)}</td>
            <td>
              <Lag seconds={one.lagSeconds} tolerated={one.afterTheFact ? -1 : Infinity} />
            </td>
            <td>
              <Proof
                index={one.logIndex}
                about={{ kind: 'evidence', id: one.id, name: one.name, bytes: one.bytes, digest: one.digest }}
              />
            </td>
          </tr>
        );
      })}
    </Section>
  );
}
