import type { ReactElement } from 'react';
import { Copied } from '../../kit/Copied.tsx';
import { count, digest, moment } from '../../kit/format.ts';
import { Card, Facts } from '../../kit/Page.tsx';
import { words } from '../../words/ledger.ts';
import type { Told } from './Outside.tsx';

/** A text that is shown in short, or whole where it is short, and copied whole. */
const Copyable = ({ text, shown, label }: { text: string; shown: string; label: string }): ReactElement => (
  <span className="row top" style={{ gap: 4 }}>
    <span className="mono">{shown}</span>
    <Copied text={text} label={label} />
  </span>
);

/** What the log is called, how large it is, and who signs it: what a witness and a verifier have to be given. */
export function LogFacts({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const say = words.log;
  return (
    <Card title={say.title}>
      <Facts
        rows={[
          [say.size, <span className="num">{say.sizeOf(told.size)}</span>],
          [say.root, <Copyable text={told.root} shown={digest(told.root)} label={say.root} />],
          [
            say.origin,
            <>
              <Copyable text={told.origin} shown={told.origin} label={say.origin} />
              <span className="s2 t3">{say.originHelp}</span>
            </>,
          ],
          [
            say.fingerprint,
            <Copyable text={told.fingerprint} shown={digest(told.fingerprint)} label={say.fingerprint} />,
          ],
          [say.vkey, <Copyable text={told.vkey} shown={told.vkey} label={say.vkey} />],
          ...(told.firstAt === undefined ? [] : ([[say.first, moment(told.firstAt, zone)]] as const)),
          ...(told.lastAt === undefined ? [] : ([[say.last, moment(told.lastAt, zone)]] as const)),
        ]}
      />
    </Card>
  );
}

/** How much lies after the last time from outside. */
export function After({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const say = words.after;
  const { entries, since } = told.after;
  return (
    <Card title={say.title}>
      <p className="fig">
        {count(entries)}
        <small>{say.unseen(entries)}</small>
      </p>
      <p className="t2" style={{ marginTop: 4 }}>
        {told.seenTotal === 0
          ? say.nobody
          : entries === 0 || since === undefined
            ? say.none
            : say.since(moment(since, zone))}
      </p>
    </Card>
  );
}
