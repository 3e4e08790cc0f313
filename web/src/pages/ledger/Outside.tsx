import type { LedgerPage } from '@countersign/core/proof/page.ts';
import type { ReactElement, ReactNode } from 'react';
import type { z } from 'zod';
import type { Verdict } from '../../api/allowed.ts';
import { useAllowed } from '../../api/allowed.ts';
import { Button } from '../../kit/Button.tsx';
import { Copied } from '../../kit/Copied.tsx';
import { moment } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { Card, Facts } from '../../kit/Page.tsx';
import { Term } from '../../kit/Term.tsx';
import { words } from '../../words/ledger.ts';
import { Asking } from './Asking.tsx';

export type Told = z.output<typeof LedgerPage>;
export type Witness = Told['witnesses'][number];
export type Authority = Told['authorities'][number];

/** What is being done to whom, as it stands in the address. */
export type Doing = 'witness' | 'time' | 'retire' | 'mail';
export type Do = (doing: Doing, id?: string) => void;

const say = words.outside;

/** The witnesses and time authorities named, what each saw last, and what keeps it. */
export function Outside({
  told,
  zone,
  onDo,
}: {
  readonly told: Told;
  readonly zone: string;
  readonly onDo: Do;
}): ReactElement {
  const mayWitness = useAllowed('witness.name');
  const mayTime = useAllowed('authority.name');
  const isAsked = told.witnesses.some(({ how }) => how === 'http');
  return (
    <Card flush title={say.title}>
      <Group
        title={say.witnesses}
        term="witness"
        none={told.witnesses.length === 0 ? say.none : undefined}
        actions={
          <>
            {isAsked ? <Asking kind="witness-ask" label={words.ask.witness} verdict={mayWitness} /> : undefined}
            <Button small verdict={mayWitness} onClick={() => onDo('witness')}>
              {say.nameWitness}
            </Button>
          </>
        }
      >
        {told.witnesses.map((one) => (
          <Party
            key={one.id}
            one={one}
            zone={zone}
            verdict={mayWitness}
            never={one.how === 'mail' ? say.neverMail : say.never}
            aside={one.how === 'mail' ? say.byMail : undefined}
            onChange={() => onDo('witness', one.id)}
            onRetire={() => onDo('retire', one.id)}
            more={[
              [
                say.vkey,
                <span key="vkey" className="row top" style={{ gap: 4 }}>
                  <span className="mono">{one.vkey}</span>
                  <Copied text={one.vkey} label={`${say.vkey}, ${one.name}`} />
                </span>,
              ],
              ...(one.url === undefined ? [] : ([[say.url, <span className="mono">{one.url}</span>]] as const)),
            ]}
          >
            {one.how === 'mail' ? (
              <Button
                small
                label={`${say.byFile}: ${one.name}`}
                verdict={mayWitness}
                onClick={() => onDo('mail', one.id)}
              >
                {say.byFile}
              </Button>
            ) : undefined}
          </Party>
        ))}
      </Group>
      <Group
        title={say.authorities}
        term="time-stamp"
        none={told.authorities.length === 0 ? say.noneTime : undefined}
        actions={
          <>
            {told.authorities.length > 0 ? (
              <Asking kind="time-stamp" label={words.ask.time} verdict={mayTime} />
            ) : undefined}
            <Button small verdict={mayTime} onClick={() => onDo('time')}>
              {say.nameTime}
            </Button>
          </>
        }
      >
        {told.authorities.map((one) => (
          <Party
            key={one.id}
            one={one}
            zone={zone}
            verdict={mayTime}
            never={say.never}
            aside={undefined}
            onChange={() => onDo('time', one.id)}
            onRetire={() => onDo('retire', one.id)}
            more={[[say.url, <span className="mono">{one.url}</span>]]}
          />
        ))}
      </Group>
    </Card>
  );
}

function Group({
  title,
  term,
  none,
  actions,
  children,
}: {
  readonly title: string;
  /** Of the glossary. */
  readonly term: string;
  readonly none: string | undefined;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="parties" aria-label={title}>
      <div className="row w sp">
        <h3>
          <Term id={term}>{title}</Term>
        </h3>
        <div className="row w">{actions}</div>
      </div>
      {none === undefined ? <ul>{children}</ul> : <p className="t2">{none}</p>}
    </section>
  );
}

/** One of those outside. */
function Party({
  one,
  zone,
  verdict,
  never,
  aside,
  more,
  onChange,
  onRetire,
  children,
}: {
  readonly one: Pick<Authority, 'id' | 'name' | 'last' | 'trouble'>;
  readonly zone: string;
  readonly verdict: Verdict;
  readonly never: string;
  readonly aside: string | undefined;
  readonly more: readonly (readonly [string, ReactNode])[];
  readonly onChange: () => void;
  readonly onRetire: () => void;
  readonly children?: ReactNode;
}): ReactElement {
  const { name, last, trouble } = one;
  return (
    <li>
      <div className="row w sp">
        <div style={{ minWidth: 0 }}>
          <span className="m">{name}</span> {aside === undefined ? undefined : <span className="s2 t3">{aside}</span>}
          <p className={last === undefined ? 's2 un' : 's2 t2'}>
            {last === undefined ? never : say.last(last.size, moment(last.at, zone))}
          </p>
        </div>
        <div className="row w">
          {children}
          <Button small verdict={verdict} label={`${say.change}: ${name}`} onClick={onChange}>
            {say.change}
          </Button>
          <Button small verdict={verdict} label={`${say.retire}: ${name}`} onClick={onRetire}>
            {say.retire}
          </Button>
        </div>
      </div>
      {trouble === undefined ? undefined : (
        <div className="note r" role="status">
          <span className="bad">
            <Icon name="warning" />
          </span>
          <div>
            <b>{say.trouble(moment(trouble.at, zone))}</b> {words.trouble[trouble.code] ?? trouble.says}
            <div className="s2 mono t2" style={{ marginTop: 4 }}>
              {trouble.code}
            </div>
          </div>
        </div>
      )}
      <details className="s2">
        <summary>{say.more}</summary>
        <Facts rows={more} />
      </details>
    </li>
  );
}
