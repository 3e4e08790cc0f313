import type { LedgerPage } from '@countersign/core/proof/page.ts';
import type { ReactElement, ReactNode } from 'react';
import { useState } from 'react';
import { useDownload } from '../api/download.ts';
import { useOrganisation, useView } from '../api/hooks.ts';
import { useLogHead, useZone } from '../api/session.ts';
import { fetchBytes, save } from '../api/upload.ts';
import { Button } from '../kit/Button.tsx';
import { Command, Copied, quoted } from '../kit/Copied.tsx';
import { bytes, count, digest, momentInZone } from '../kit/format.ts';
import { Go } from '../kit/Go.tsx';
import { Icon } from '../kit/Icon.tsx';
import { outsideOf } from '../kit/marks.tsx';
import { Facts } from '../kit/Page.tsx';
import type { About, Proven, SeenBy } from '../kit/proofs.tsx';
import { useProof, useProofDesk, useProofsState } from '../kit/proofs.tsx';
import { ErrorState, Loading } from '../kit/states.tsx';
import { words } from '../words/proof.ts';

type FileOf = Extract<About, { readonly name: string }>;
const isFile = (about: About | undefined): about is FileOf => about !== undefined && 'name' in about;

/** Which of the five steps are there. */
type Has = readonly [boolean, boolean, boolean, boolean, boolean];

/** One entry: the chain from its bytes to a time outside, what is there of it, and how to check it without this server. */
export default function ProofPanel({ index }: { readonly index: number }): ReactElement {
  const zone = useZone();
  const proven = useProof(index);
  const { isAsking, error } = useProofsState();
  const about = useProofDesk()?.about(index);
  const head = useLogHead();
  const { data } = useView<typeof LedgerPage>('ledger.page', {});
  const named = data === undefined ? undefined : namedIn(data.answer);
  const outside = outsideOf(proven);
  // Whoever saw the entry saw a checkpoint that holds it.
  const isSigned = (proven?.seen.length ?? 0) > 0 || (head !== undefined && index < head.size);
  const has: Has = [true, proven !== undefined, isSigned, outside.witness, outside.time];
  if (proven === undefined && isAsking) return <Loading rows={8} />;
  return (
    <div className="stack proofpanel" style={{ '--g': '18px' } as object}>
      {proven === undefined ? (
        error === undefined ? (
          <p className="t2">{words.unknown}</p>
        ) : (
          <>
            <p className="t2">{words.noAnswer}</p>
            <ErrorState error={error} />
          </>
        )
      ) : (
        <Headline proven={proven} named={named} zone={zone} />
      )}
      <ol className="ladder" aria-label={words.steps}>
        <Bytes about={about} has={has} />
        <Rung n={2} has={has} title={words.entry.title} says={words.entry.says}>
          <Facts
            rows={[
              [words.entry.index, <span className="mono">{count(index)}</span>],
              ...(proven === undefined
                ? []
                : ([
                    [words.entry.at, momentInZone(proven.recordedAt, zone)],
                    [words.entry.act, <span className="mono">{proven.act}</span>],
                    ...(proven.by === undefined ? [] : ([[words.entry.by, proven.by.name]] as const)),
                  ] as const)),
            ]}
          />
        </Rung>
        <Rung
          n={3}
          has={has}
          title={words.checkpoint.title}
          says={
            isSigned ? words.checkpoint.says : head === undefined ? words.checkpoint.unshown : words.checkpoint.waits
          }
        >
          {head === undefined ? undefined : (
            <Facts
              rows={[
                [words.checkpoint.size, <span className="num">{count(head.size)}</span>],
                [
                  words.checkpoint.root,
                  <span className="row" style={{ gap: 4 }}>
                    <span className="mono">{digest(head.root)}</span>
                    <Copied text={head.root} label={words.checkpoint.root} />
                  </span>,
                ],
                [words.checkpoint.origin, <span className="mono">{head.origin}</span>],
              ]}
            />
          )}
        </Rung>
        <Outer
          n={4}
          has={has}
          kind="witness"
          proven={proven}
          isNamed={named === undefined || named.witnesses > 0}
          zone={zone}
        />
        <Outer
          n={5}
          has={has}
          kind="time"
          proven={proven}
          isNamed={named === undefined || named.authorities > 0}
          zone={zone}
        />
      </ol>
      <Check index={index} about={about} vkey={head?.key} />
    </div>
  );
}

interface Named {
  readonly witnesses: number;
  readonly authorities: number;
}

const namedIn = ({
  witnesses,
  authorities,
}: {
  witnesses: readonly unknown[];
  authorities: readonly unknown[];
}): Named => ({
  witnesses: witnesses.length,
  authorities: authorities.length,
});

function Headline({
  proven,
  named,
  zone,
}: {
  readonly proven: Proven;
  readonly named: Named | undefined;
  readonly zone: string;
}): ReactElement {
  if (proven.provenBy !== undefined && proven.provenWith !== undefined)
    return (
      <div className="note ok" role="status">
        <div>
          <b>{words.proven(momentInZone(proven.provenBy, zone), proven.provenWith.name)}</b>
          <p className="t2">{words.provenHelp}</p>
        </div>
      </div>
    );
  const isNobody = named !== undefined && named.witnesses + named.authorities === 0;
  return (
    <div className="note w" role="status">
      <div>
        <b>{isNobody ? words.nobody : words.unseen}</b>
        <p className="t2">{isNobody ? words.nobodyHelp : words.unseenHelp}</p>
        <p style={{ marginTop: 6 }}>
          <Go to="/ledger">{isNobody ? words.name : words.ledger}</Go>
        </p>
      </div>
    </div>
  );
}

/** One step of five: those below it are drawn as well, so that it is plain what it rests on. */
function Rung({
  n,
  has,
  title,
  says,
  children,
}: {
  readonly n: number;
  readonly has: Has;
  readonly title: string;
  readonly says: string;
  readonly children?: ReactNode;
}): ReactElement {
  const there = has[n - 1] === true;
  return (
    <li className={there ? 'there' : ''}>
      <span className="rn" aria-hidden="true">
        {has.map((isThere, i) => (
          // A rung has no identity but its place.
          <i key={i} className={isThere && i < n ? (i === n - 1 ? 'c' : 'd') : ''} style={{ height: 8 + i * 4 }} />
        ))}
      </span>
      <div className="rt">
        <h3>
          {title} <span className="vh">{there ? words.state.there : words.state.missing}</span>
        </h3>
        <p className="t2 s2">{says}</p>
        {children}
      </div>
    </li>
  );
}

function Bytes({ about, has }: { readonly about: About | undefined; readonly has: Has }): ReactElement {
  const say = words.bytes;
  if (about === undefined) return <Rung n={1} has={has} title={say.title} says={say.record} />;
  if (!isFile(about))
    return (
      <Rung n={1} has={has} title={say.title} says={say.record}>
        <Facts rows={[[say.what, say.version(about.kind, about.id, about.version)]]} />
      </Rung>
    );
  return (
    <Rung n={1} has={has} title={say.title} says={say.file}>
      <Facts
        rows={[
          [say.name, about.name],
          ...(about.bytes === undefined ? [] : ([[say.size, bytes(about.bytes)]] as const)),
          ...(about.digest === undefined
            ? []
            : ([
                [
                  say.digest,
                  <span className="row" style={{ gap: 4 }}>
                    <span className="mono">{digest(about.digest)}</span>
                    <Copied text={about.digest} label={say.digest} />
                  </span>,
                ],
              ] as const)),
        ]}
      />
    </Rung>
  );
}

/** The two steps outside the company. */
function Outer({
  n,
  has,
  kind,
  proven,
  isNamed,
  zone,
}: {
  readonly n: number;
  readonly has: Has;
  readonly kind: SeenBy['kind'];
  readonly proven: Proven | undefined;
  readonly isNamed: boolean;
  readonly zone: string;
}): ReactElement {
  const say = words[kind];
  const there = has[n - 1] === true;
  return (
    <Rung n={n} has={has} title={say.title} says={there ? say.says : isNamed ? say.none : say.nobody}>
      {there ? (
        <Facts
          rows={(proven?.seen ?? [])
            .filter((one) => one.kind === kind)
            .map((one) => [one.name, words.at(momentInZone(one.at, zone), one.size)] as const)}
        />
      ) : undefined}
    </Rung>
  );
}

function Check({
  index,
  about,
  vkey,
}: {
  readonly index: number;
  readonly about: About | undefined;
  readonly vkey: string | undefined;
}): ReactElement {
  const say = words.check;
  const org = useOrganisation();
  const bag = useDownload({ window: true });
  const [failure, setFailure] = useState<unknown>();
  const proof = async (): Promise<void> =>
    save(await (await fetchBytes(org, `/api/log/proofs/${index}`)).blob(), `entry-${index}.tlog-proof`);
  const error = bag.error ?? failure;
  return (
    <section aria-label={say.title} className="stack">
      <h3>{say.title}</h3>
      {isFile(about) ? (
        <>
          <p className="t2 s2">{say.bag}</p>
          <div className="row w">
            <Button
              busy={bag.isMaking}
              onClick={() => bag.start(`/api/evidence/${encodeURIComponent(about.id)}/proof.zip`)}
            >
              <Icon name="export" />
              {say.saveBag}
            </Button>
            <SaveProof mayRead={vkey !== undefined} onClick={() => void proof().catch(setFailure)} />
          </div>
          <p className="s2 t2">{say.keys}</p>
          <Command text={`countersign verify ${quoted(bag.saved ?? `${about.id}.zip`)} --key ${vkey ?? 'KEY'}`} />
          <Command text={`sha256sum ${quoted(about.name)}`} />
        </>
      ) : (
        <>
          <p className="t2 s2">{say.proof}</p>
          <div className="row w">
            <SaveProof mayRead={vkey !== undefined} onClick={() => void proof().catch(setFailure)} />
          </div>
          <p className="s2 t2">{say.whole}</p>
          <Command text="countersign ledger export log && countersign verify log" />
        </>
      )}
      {error === undefined ? undefined : <ErrorState error={error} />}
    </section>
  );
}

function SaveProof({ mayRead, onClick }: { readonly mayRead: boolean; readonly onClick: () => void }): ReactElement {
  return (
    <Button onClick={onClick} verdict={{ allowed: mayRead, because: mayRead ? undefined : words.check.notShown }}>
      <Icon name="export" />
      {words.check.saveProof}
    </Button>
  );
}
