import type { EvidenceDetail } from '@countersign/core/evidence-use/page.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useAllowed, useAllowedOn } from '../../api/allowed.ts';
import { useDownload } from '../../api/download.ts';
import { useAct, useOrganisation, useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { fetchBytes, save } from '../../api/upload.ts';
import { Button } from '../../kit/Button.tsx';
import { Command, Copied, quoted } from '../../kit/Copied.tsx';
import { bytes, day, digest as shortDigest, moment, momentInZone } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { EvidencePreview } from '../../kit/EvidencePreview.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Lag, Proof, StateMark } from '../../kit/marks.tsx';
import { Card, Facts, Page } from '../../kit/Page.tsx';
import type { About } from '../../kit/proofs.tsx';
import { useProof } from '../../kit/proofs.tsx';
import { sha256 } from '../../kit/sha256.ts';
import { Answer, ErrorState } from '../../kit/states.tsx';
import { Term } from '../../kit/Term.tsx';
import { words as erasure } from '../../words/erasure.ts';
import { words } from '../../words/evidence.ts';
import { words as files } from '../../words/files.ts';
import { Digest } from './Filing.tsx';
import { Resubmitting, Returning } from './Reviewing.tsx';
import './page.css';

type Detail = z.output<typeof EvidenceDetail>;
const say = words.page;

/** What there is to say in one sentence: who filed it, and what became of it. */
function sentence(detail: Detail, zone: string): string {
  const filed = say.filedBy(detail.filedBy.name, day(detail.filedAt, zone));
  const { decided, state } = detail;
  if (detail.erased !== undefined) return `${filed}${say.erased}`;
  if (state === 'replaced') return `${filed}${say.replaced}`;
  if (state === 'submitted' || decided === undefined) return `${filed}${say.waits}`;
  return `${filed}${state === 'accepted' ? say.accepted(decided.by.name, day(decided.at, zone)) : say.returned(decided.by.name, day(decided.at, zone))}`;
}

export default function EvidencePage(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'] ?? '';
  const zone = useZone();
  const asked = useView<typeof EvidenceDetail>('evidence.page', { evidence: id });
  const detail = asked.data?.answer;
  return (
    <Page
      title={detail?.name ?? id}
      crumbs={[{ label: words.title, to: '/evidence' }]}
      {...(detail === undefined
        ? {}
        : {
            sentence: sentence(detail, zone),
            above: (
              <>
                {detail.controls.slice(0, 6).map(({ id: control }) => (
                  <Go key={control} to={`/controls/${control}`} className="ref">
                    {control}
                  </Go>
                ))}
                {detail.erased === undefined ? <StateMark state={detail.state} /> : undefined}
                <Proof index={detail.index ?? null} about={fileOf(detail)} />
              </>
            ),
            sub: detail.index === undefined ? detail.name : `${detail.name}. ${say.inLog(detail.index)}`,
            actions: <Acts detail={detail} />,
          })}
    >
      <Answer of={asked}>{({ answer }) => <Body detail={answer} zone={zone} />}</Answer>
    </Page>
  );
}

function Acts({ detail }: { readonly detail: Detail }): ReactElement {
  const { id } = detail;
  const go = useGo();
  const accept = useAct('evidence.accept');
  const mayAccept = useAllowedOn('evidence.accept', 'evidence', id);
  const mayReturn = useAllowedOn('evidence.return', 'evidence', id);
  const mayResubmit = useAllowedOn('evidence.resubmit', 'evidence', id);
  const mayFile = useAllowed('evidence.add');
  const [open, setOpen] = useState<'return' | 'resubmit'>();
  const isPast = detail.state === 'replaced';
  const mayErase = useAllowed('erasure.ask');
  if (detail.erased !== undefined) return <></>;
  return (
    <>
      {detail.state === 'returned' ? (
        <>
          <Button verdict={mayResubmit} onClick={() => setOpen('resubmit')}>
            {say.resubmit}
          </Button>
          <Button verdict={mayFile} onClick={() => go('/evidence', { add: '1', replaces: id })}>
            {say.replace}
          </Button>
        </>
      ) : undefined}
      {isPast || detail.state === 'returned' ? undefined : (
        <Button verdict={mayReturn} onClick={() => setOpen('return')}>
          {say.return}
        </Button>
      )}
      {detail.state === 'submitted' ? (
        <Button
          filled
          verdict={mayAccept}
          busy={accept.isPending}
          onClick={() => accept.mutate({ input: { evidence: id } })}
        >
          {say.accept}
        </Button>
      ) : undefined}
      {detail.state === 'accepted' && mayFile.allowed ? (
        <Button onClick={() => go('/evidence', { add: '1', replaces: id })}>{say.replace}</Button>
      ) : undefined}
      {mayErase.allowed ? (
        <Button onClick={() => go('/erasure', { add: 'erasure', of: `evidence:${id}` })}>{erasure.fromEvidence}</Button>
      ) : undefined}
      <Returning id={id} open={open === 'return'} onClose={() => setOpen(undefined)} />
      <Resubmitting detail={detail} open={open === 'resubmit'} onClose={() => setOpen(undefined)} />
      {accept.error === null ? undefined : (
        <div className="card acterror">
          <ErrorState error={accept.error} />
        </div>
      )}
    </>
  );
}

function Body({ detail, zone }: { readonly detail: Detail; readonly zone: string }): ReactElement {
  const { provenBy, provenWith } = useProof(detail.index ?? null) ?? {};
  const isSeen = provenBy !== undefined;
  const proven =
    provenBy === undefined ? undefined : say.showsTime(momentInZone(provenBy, zone), provenWith?.name ?? '');
  return (
    <>
      {detail.erased === undefined ? undefined : (
        <p className="note w" role="status" style={{ marginBottom: 16 }}>
          <Icon name="erasure" />
          <span>
            {erasure.erasedOn(day(detail.erased.at, zone))}{' '}
            <Go to="/erasure" search={{ open: detail.erased.by }}>
              {erasure.toErasure}
            </Go>
          </span>
        </p>
      )}
      {detail.wasThere ? undefined : (
        <p className="note w" role="status" style={{ marginBottom: 16 }}>
          {say.notThere}
        </p>
      )}
      {detail.state === 'returned' && detail.decided?.reason !== undefined ? (
        <div className="note w" style={{ marginBottom: 16 }}>
          <Icon name="warning" />
          <p>
            <b>{say.reason}:</b> {detail.decided.reason}
          </p>
        </div>
      ) : undefined}
      {detail.state === 'submitted' && detail.note !== undefined ? (
        <p className="note" style={{ marginBottom: 16 }}>
          <span>
            <b>{say.note}:</b> {detail.note}
          </span>
        </p>
      ) : undefined}
      <div className="grid g32">
        <div className="stack" style={{ '--g': '16px' } as object}>
          {detail.erased === undefined ? (
            <>
              <Bytes detail={detail} />
              <Card title={files.preview.title}>
                <EvidencePreview id={detail.id} />
              </Card>
            </>
          ) : undefined}
          <Card title={say.review}>
            <ol className="timeline">
              {detail.reviews.map((review) => (
                <li key={review.version}>
                  <span>
                    <b>{say.did[review.did]}</b> <span className="t2">{words.by(review.by.name)}</span>
                    <span className="t3 s2"> {moment(review.at, zone)}</span>
                    {review.says === undefined ? undefined : <p className="t2">{review.says}</p>}
                  </span>
                  <Proof index={review.index ?? null} about={fileOf(detail)} />
                </li>
              ))}
            </ol>
          </Card>
          <Card title={say.uses}>
            {detail.uses.length === 0 ? (
              <p className="t2">{say.noUses}</p>
            ) : (
              <ul className="rows">
                {detail.uses.map((use) => (
                  <li key={use.performance}>
                    <Go to={`/controls/${use.control.id}`} className="ref">
                      {use.control.id}
                    </Go>
                    <span>{day(use.performedAt, zone)}</span>
                    <span className="t2">{use.met === undefined ? say.metNothing : say.met(use.met)}</span>
                    {use.by === undefined ? undefined : <span className="t3 s2">{words.by(use.by.name)}</span>}
                    <span className="push">
                      <Proof index={use.index ?? null} about={{ kind: 'performance', id: use.performance }} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </Card>
          <Card title={say.requirements}>
            {detail.requirements.length === 0 ? (
              <p className="t2">{say.noRequirements}</p>
            ) : (
              <ul className="rows">
                {detail.requirements.map(({ framework, ref, title, through }) => (
                  <li key={`${framework} ${ref}`}>
                    <Go to={`/${framework}/requirements`} search={{ open: ref }} className="ref">
                      {ref}
                    </Go>
                    <span>{title}</span>
                    <span className="t3 s2 push">{say.through(through.join(', '))}</span>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
        <div className="stack" style={{ '--g': '16px' } as object}>
          <Clocks detail={detail} zone={zone} />
          {detail.erased === undefined ? (
            <>
              <Card title={say.shows}>
                <ul className="shows">
                  {(proven === undefined ? say.showsYes : [...say.showsYes, proven]).map((text) => (
                    <li key={text}>
                      <StateMark state="accepted">{''}</StateMark>
                      <span>{text}</span>
                    </li>
                  ))}
                  {(isSeen ? say.showsNo : [...say.showsNo, say.showsNoTime]).map((text) => (
                    <li key={text}>
                      <span className="t3">–</span>
                      <span className="t2">{text}</span>
                    </li>
                  ))}
                </ul>
              </Card>
              <Card title={say.without}>
                <p className="hint" style={{ marginTop: 0 }}>
                  {say.withoutHelp}
                </p>
                <div className="stack" style={{ marginTop: 10 }}>
                  <Command text={`sha256sum ${quoted(detail.name)}`} />
                  <Command text={`countersign verify ${detail.id}.zip`} />
                </div>
              </Card>
            </>
          ) : undefined}
          <Links detail={detail} />
        </div>
      </div>
    </>
  );
}

/** What its marks are about: the file, by which the archive with its proof is saved. */
const fileOf = ({ id, name, digest, bytes: size }: Detail): About => ({
  kind: 'evidence',
  id,
  name,
  digest,
  bytes: size,
});

function Bytes({ detail }: { readonly detail: Detail }): ReactElement {
  const org = useOrganisation();
  const bag = useDownload({ window: true });
  const [check, setCheck] = useState<
    | { readonly is: 'reading'; readonly share: number }
    | { readonly is: 'read'; readonly digest: string }
    | { readonly is: 'failed'; readonly error: unknown }
  >();
  const [failure, setFailure] = useState<unknown>();
  const content = `/api/evidence/${encodeURIComponent(detail.id)}/content`;
  const verify = async (): Promise<void> => {
    setCheck({ is: 'reading', share: 0 });
    const response = await fetchBytes(org, content);
    const hash = sha256();
    let got = 0;
    const reader = response.body?.getReader();
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
      hash.update(piece.value);
      got += piece.value.length;
      setCheck({ is: 'reading', share: detail.bytes === 0 ? 1 : got / detail.bytes });
    }
    setCheck({ is: 'read', digest: hash.digest() });
  };
  const take = async (path: string, name: string): Promise<void> =>
    save(await (await fetchBytes(org, path)).blob(), name);
  const run = (work: () => Promise<void>): void => {
    setFailure(undefined);
    work().catch(setFailure);
  };
  return (
    <Card
      title={say.bytes}
      aside={
        <span className="row w">
          <Button small onClick={() => run(() => take(content, detail.name))}>
            {say.download}
          </Button>
          {detail.index === undefined ? undefined : (
            <Button
              small
              onClick={() => bag.start(`/api/evidence/${encodeURIComponent(detail.id)}/proof.zip`)}
              busy={bag.isMaking}
            >
              {say.proof}
            </Button>
          )}
          <Button
            small
            busy={check?.is === 'reading'}
            onClick={() => {
              verify().catch((error: unknown) => setCheck({ is: 'failed', error }));
            }}
          >
            {say.verify.button}
          </Button>
        </span>
      }
    >
      {check === undefined ? undefined : (
        <div role="status" style={{ marginBottom: 12 }}>
          {check.is === 'reading' ? (
            <p className="note">{`${say.verify.running} ${Math.floor(check.share * 100)} %`}</p>
          ) : check.is === 'failed' ? (
            <ErrorState error={check.error} />
          ) : check.digest === detail.digest ? (
            <p className="note">
              <StateMark state="accepted" wordless />
              {say.verify.same(bytes(detail.bytes))}
            </p>
          ) : (
            <p className="note r">
              <span className="bad">
                <Icon name="warning" />
              </span>
              {say.verify.differs(check.digest)}
            </p>
          )}
        </div>
      )}
      {(failure ?? bag.error) === undefined ? undefined : <ErrorState error={failure ?? bag.error} />}
      <Facts
        rows={[
          [
            say.digest,
            <span className="row top" key="digest">
              <Digest text={detail.digest} />
              <Copied text={detail.digest} label={shortDigest(detail.digest)} />
            </span>,
          ],
          [say.name, detail.name],
          [say.size, bytes(detail.bytes)],
          [say.type, say.typeByName(detail.type)],
          ...(detail.source === undefined ? [] : ([[say.source, detail.source]] as const)),
        ]}
      />
    </Card>
  );
}

function Clocks({ detail, zone }: { readonly detail: Detail; readonly zone: string }): ReactElement {
  return (
    <Card title={say.clocks}>
      <ul className="clocks">
        {detail.from === undefined || detail.to === undefined ? undefined : (
          <li>
            <i className="clk" />
            <span className="t2">{say.covers}</span>
            <span>
              {day(detail.from, zone)} – {day(detail.to, zone)}
            </span>
          </li>
        )}
        {detail.observedAt === undefined ? undefined : (
          <li>
            <i className="clk t" />
            <span className="t2">
              <Term id="as-of">{say.observed}</Term>
            </span>
            <span>{momentInZone(detail.observedAt, zone)}</span>
          </li>
        )}
        <li>
          <i className="clk k" />
          <span className="t2">
            <Term id="known-at">{say.recorded}</Term>
          </span>
          <span>{momentInZone(detail.filedAt, zone)}</span>
        </li>
      </ul>
      <div style={{ marginTop: 12 }}>
        {detail.lagSeconds === undefined ? (
          <p className="hint">{say.notObserved}</p>
        ) : (
          <Lag seconds={detail.lagSeconds} />
        )}
      </div>
      {detail.validUntil === undefined ? undefined : (
        <p className={detail.isExpired ? 'warn' : 't2'} style={{ marginTop: 10 }}>
          {say.validUntil} {day(detail.validUntil)}. {detail.isExpired ? say.expired : ''}
        </p>
      )}
    </Card>
  );
}

function Links({ detail }: { readonly detail: Detail }): ReactElement {
  return (
    <Card title={say.controls}>
      <ul className="rows">
        {detail.controls.map(({ id, title }) => (
          <li key={id}>
            <Go to={`/controls/${id}`} className="ref">
              {id}
            </Go>
            <span>{title}</span>
          </li>
        ))}
        {detail.replaces === undefined ? undefined : (
          <li>
            <span className="t2">{say.replaces}</span>
            <Go to={`/evidence/${detail.replaces.id}`}>{detail.replaces.name}</Go>
          </li>
        )}
        {detail.replacedBy === undefined ? undefined : (
          <li>
            <span className="t2">{say.replacedBy}</span>
            <Go to={`/evidence/${detail.replacedBy.id}`}>{detail.replacedBy.name}</Go>
          </li>
        )}
      </ul>
    </Card>
  );
}
