import type { IntegrityPage } from '@countersign/core/integrity/view.ts';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import { Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useAllowed, useAllowedOn } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { count, duration, moment } from '../../kit/format.ts';
import { Form, useForm } from '../../kit/Form.tsx';
import { Listing } from '../../kit/Listing.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { Card, Facts } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { Answer } from '../../kit/states.tsx';
import { Term } from '../../kit/Term.tsx';
import { words } from '../../words/ledger.ts';
import { Asking } from './Asking.tsx';

type Told = z.output<typeof IntegrityPage>;
type Finding = Told['findings'][number];
type Run = Told['runs'][number];

const say = words.check;
const FEW_RUNS = 8;

/** What the product looked at again by itself, what it found to be another than was logged, and what somebody said of it. */
export function SelfCheck({ zone }: { readonly zone: string }): ReactElement {
  const asked = useView<typeof IntegrityPage>('integrity.page', {}, { window: true });
  const verdict = useAllowed('integrity.explain');
  const [explaining, setExplaining] = useState<Finding>();
  if (asked.error instanceof Refusal && asked.error.family === 'forbidden')
    return (
      <Card title={say.title}>
        <p className="t2">{say.says}</p>
        <p className="un below">{say.forbidden}</p>
      </Card>
    );
  return (
    <section id="self-check" aria-label={say.title}>
      <Answer of={asked} rows={4}>
        {({ answer }) => (
          <Card
            title={<Term id="self-check">{say.title}</Term>}
            aside={<Asking kind="self-check" label={words.ask.check} verdict={verdict} />}
          >
            <Standing told={answer} zone={zone} />
            {answer.findings.length === 0 ? (
              answer.last === null ? undefined : (
                <p className="s2 t3 below">{say.noFindings}</p>
              )
            ) : (
              <Findings told={answer} zone={zone} onExplain={setExplaining} />
            )}
            <Runs runs={answer.runs} zone={zone} />
          </Card>
        )}
      </Answer>
      <Dialog title={say.explaining} open={explaining !== undefined} onClose={() => setExplaining(undefined)}>
        {explaining === undefined ? undefined : (
          <Explaining key={explaining.id} finding={explaining} onDone={() => setExplaining(undefined)} />
        )}
      </Dialog>
    </section>
  );
}

function Standing({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const { last, lastWhole, banner } = told;
  if (last === null)
    return (
      <>
        <p className="t2">{say.says}</p>
        <p className="un below">{say.never}</p>
      </>
    );
  const when = moment(last.startedAt, zone);
  return (
    <>
      <p className={last.found > 0 ? 'bad m' : 'm'} role="status">
        {last.found > 0 ? say.found(last.found, when) : say.clean(when)}
      </p>
      {banner === null || last.found > 0 ? undefined : (
        <p className={banner.level === 'alert' ? 'note r below' : 'note w below'}>{banner.says}</p>
      )}
      <p className="t2 s2" style={{ margin: '4px 0 12px' }}>
        {say.says}
      </p>
      <Facts
        rows={[
          [say.entries, count(last.entries)],
          [say.records, count(last.records)],
          [say.facts, count(last.facts)],
          [say.evidence, count(last.evidence)],
          [say.answers, count(last.answers)],
          [say.whole, lastWhole === null ? say.neverWhole : moment(lastWhole.startedAt, zone)],
          ...(told.next === null ? [] : ([[say.next, moment(told.next, zone)]] as const)),
        ]}
      />
    </>
  );
}

function Findings({
  told,
  zone,
  onExplain,
}: {
  readonly told: Told;
  readonly zone: string;
  readonly onExplain: (finding: Finding) => void;
}): ReactElement {
  return (
    <section className="below" aria-label={say.findings}>
      <h3>
        {say.findings} <span className="t3 light">{count(told.findingsTotal)}</span>
      </h3>
      <ul className="findings">
        {told.findings.map((finding) => (
          <li key={finding.id}>
            <FindingLine finding={finding} zone={zone} onExplain={() => onExplain(finding)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function FindingLine({
  finding,
  zone,
  onExplain,
}: {
  readonly finding: Finding;
  readonly zone: string;
  readonly onExplain: () => void;
}): ReactElement {
  const verdict = useAllowedOn('integrity.explain', 'integrity-finding', finding.id);
  const { goneAt, explanation, expected, found } = finding;
  const where = Object.entries(finding.where).map(([place, value]) => `${say.places[place] ?? place} ${value}`);
  return (
    <>
      <div className="row w sp">
        <span className={goneAt === undefined ? 'bad m' : 'm'}>{finding.says}</span>
        {explanation === undefined ? (
          <Button small verdict={verdict} label={`${say.explain}: ${finding.says}`} onClick={onExplain}>
            {say.explain}
          </Button>
        ) : undefined}
      </div>
      <p className="t2 s2">{finding.means}</p>
      <p className="s2 t2">
        {say.since(moment(finding.foundAt, zone))}, {goneAt === undefined ? say.still : say.gone(moment(goneAt, zone))}{' '}
        · <span className="mono">{finding.code}</span>
      </p>
      <dl className="kv s2 differs">
        <dt>{say.where}</dt>
        <dd className="mono">{where.join(' · ')}</dd>
        {expected === undefined ? undefined : (
          <>
            <dt>{say.expected}</dt>
            <dd className="mono">
              <ins>{expected}</ins>
            </dd>
          </>
        )}
        {found === undefined ? undefined : (
          <>
            <dt>{say.foundIs}</dt>
            <dd className="mono">
              <del>{found}</del>
            </dd>
          </>
        )}
        <dt>{say.explained}</dt>
        <dd>{explanation ?? <span className="un">{say.open}</span>}</dd>
      </dl>
    </>
  );
}

function Explaining({ finding, onDone }: { readonly finding: Finding; readonly onDone: () => void }): ReactElement {
  const act = useAct('integrity.explain');
  const form = useForm(
    { explanation: '' },
    { explanation: (text) => (text.trim().length < 3 ? say.short : undefined) },
    `finding.${finding.id}`,
  );
  return (
    <Form
      state={form}
      submit={say.send}
      cancel={onDone}
      send={async ({ explanation }) => {
        await act.mutateAsync({ input: { finding: finding.id, explanation: explanation.trim() } });
        setTimeout(onDone);
      }}
    >
      <p className="t2">{finding.says}</p>
      <Textarea
        label={say.explanation}
        description={say.explainHelp}
        autosize
        minRows={3}
        {...form.field('explanation')}
      />
    </Form>
  );
}

const took = ({ startedAt, endedAt }: Run): string =>
  endedAt === null ? '' : duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);

function Runs({ runs, zone }: { readonly runs: readonly Run[]; readonly zone: string }): ReactElement | undefined {
  const [all, setAll] = useState(false);
  if (runs.length < 2) return undefined;
  const shown = all ? runs : runs.slice(0, FEW_RUNS);
  const { at, kind, entries, evidence, found, took: length } = say.run;
  return (
    <details className="below">
      <summary>{say.runs}</summary>
      <Listing label={say.runs} head={[at, kind, entries, evidence, found, length]}>
        {shown.map((run) => (
          <tr key={run.id}>
            <td className="nw">{moment(run.startedAt, zone)}</td>
            <td>{say.kinds[run.kind]}</td>
            <td className="num">{count(run.entries)}</td>
            <td className="num">{count(run.evidence)}</td>
            <td>
              {run.state !== 'done' ? (
                <StateMark state={run.state === 'running' ? 'running' : 'cancelled'} />
              ) : (
                <span className={run.found > 0 ? 'bad m' : 't2'}>{count(run.found)}</span>
              )}
            </td>
            <td className="t2">{took(run)}</td>
          </tr>
        ))}
      </Listing>
      {shown.length < runs.length ? (
        <button type="button" className="lnk s2" onClick={() => setAll(true)}>
          {say.allRuns(runs.length)}
        </button>
      ) : undefined}
    </details>
  );
}
