import { Textarea } from '@mantine/core';
import type { PolicyDetail } from '@countersign/core/policy/view.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useAllowed, useAllowedActs, useAllowedOn } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { Markdown } from '../../kit/Markdown.tsx';
import { Proof, StateMark } from '../../kit/marks.tsx';
import { Card, Facts, Page, Tabs } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { oneOf, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer, ErrorState } from '../../kit/states.tsx';
import { Table } from '../../kit/Table.tsx';
import { Term } from '../../kit/Term.tsx';
import { words as kit } from '../../words/kit.ts';
import { words } from '../../words/policies.ts';
import './page.css';

type Detail = z.output<typeof PolicyDetail>;
const say = words.page;

export default function PolicyPage(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'] ?? '';
  const state = useQueryState({
    tab: oneOf('text', 'draft', 'people', 'editions'),
    edition: whole(),
    sort: oneOf('name', '-name', 'due', '-due', 'state', '-state'),
  });
  const { edition } = state.value;
  const asked = useView<typeof PolicyDetail>('policy.page', {
    policy: id,
    ...(edition === undefined ? {} : { edition }),
  });
  const detail = asked.data?.answer;
  const text = detail?.shown ?? detail?.pending;
  const open = state.value.tab ?? (detail?.shown === undefined ? 'draft' : 'text');
  return (
    <Page
      title={text?.title ?? id}
      crumbs={[{ label: words.title, to: '/policies' }]}
      dropped={state.dropped}
      {...(detail === undefined || text === undefined
        ? {}
        : {
            sentence:
              detail.state === 'approved'
                ? say.sentence.approved(
                    detail.shown?.isInForce === true ? text.title : text.title,
                    labelInForce(detail),
                  )
                : say.sentence[detail.state](text.title),
            above: <StateMark state={detail.state} />,
            sub: <Sub detail={detail} />,
            actions: <Acts detail={detail} />,
          })}
    >
      <Answer of={asked}>
        {({ answer }) => (
          <>
            <Tabs
              label={say.tabs}
              to={`/policies/${id}`}
              open={open}
              search={edition === undefined ? {} : { edition: String(edition) }}
              tabs={[
                ...(answer.shown === undefined ? [] : [{ name: 'text', label: say.text }]),
                ...(answer.pending === undefined
                  ? []
                  : [{ name: 'draft', label: answer.shown === undefined ? say.draftFirst : say.draft }]),
                { name: 'people', label: say.people, n: answer.counts.asked },
                { name: 'editions', label: say.editions, n: answer.editions.length },
              ]}
            />
            {open === 'people' ? (
              <People detail={answer} sort={state.value.sort} onSort={(sort) => state.set({ sort })} />
            ) : open === 'editions' ? (
              <Editions detail={answer} />
            ) : open === 'draft' ? (
              <Draft detail={answer} />
            ) : (
              <Text detail={answer} />
            )}
          </>
        )}
      </Answer>
    </Page>
  );
}

/** What the edition in force is called, also while another one is read. */
const labelInForce = ({ editions, shown }: Detail): string => editions[0]?.label ?? shown?.label ?? '';

function Sub({ detail }: { readonly detail: Detail }): ReactElement {
  const zone = useZone();
  const { retired, shown, pending } = detail;
  if (retired !== undefined)
    return (
      <>
        {say.retiredFor(retired.by.name, day(retired.at, zone))} {retired.reason}
      </>
    );
  if (shown === undefined)
    return <>{pending?.state === 'submitted' ? say.waits(day(pending.since, zone)) : say.noText}</>;
  return (
    <>
      {say.approvedBy(shown.approvedBy.name, day(shown.approvedAt, zone))},{' '}
      {say.writtenBy(shown.writtenBy.map(({ name }) => name).join(', '))}.
    </>
  );
}

/** Who only reads policies is not shown what others do to them, and may not ask what may be done to one. */
function Acts({ detail }: { readonly detail: Detail }): ReactElement | undefined {
  const writes = useAllowedActs().get('policy.draft')?.allowed === true;
  return writes ? <WriterActs detail={detail} /> : undefined;
}

function WriterActs({ detail }: { readonly detail: Detail }): ReactElement {
  const { id, pending } = detail;
  const go = useGo();
  const [open, setOpen] = useState<'policy.return' | 'policy.retire'>();
  const mayEdit = useAllowedOn('policy.edit', 'policy', id);
  const maySubmit = useAllowedOn('policy.submit', 'policy', id);
  const mayApprove = useAllowedOn('policy.approve', 'policy', id);
  const mayReturn = useAllowedOn('policy.return', 'policy', id);
  const mayRetire = useAllowedOn('policy.retire', 'policy', id);
  const submit = useAct('policy.submit');
  const approve = useAct('policy.approve');
  const error = submit.error ?? approve.error;
  const input = { policy: id };
  return (
    <>
      {detail.state === 'retired' ? undefined : (
        <Button verdict={mayRetire} onClick={() => setOpen('policy.retire')}>
          {say.retire}
        </Button>
      )}
      {pending?.state === 'submitted' ? (
        <>
          <Button verdict={mayReturn} onClick={() => setOpen('policy.return')}>
            {say.return}
          </Button>
          <Button filled verdict={mayApprove} busy={approve.isPending} onClick={() => approve.mutate({ input })}>
            {say.approve}
          </Button>
        </>
      ) : detail.state === 'retired' ? undefined : (
        <Button verdict={mayEdit} onClick={() => go(`/policies/${id}/edit`)}>
          {pending === undefined ? say.revise : say.edit}
        </Button>
      )}
      {pending?.state === 'draft' ? (
        <Button filled verdict={maySubmit} busy={submit.isPending} onClick={() => submit.mutate({ input })}>
          {say.submit}
        </Button>
      ) : undefined}
      {error === null ? undefined : (
        <div className="card acterror">
          <ErrorState error={error} />
        </div>
      )}
      <Dialog
        title={open === 'policy.retire' ? words.reason.retire : words.reason.return}
        open={open !== undefined}
        onClose={() => setOpen(undefined)}
      >
        {open === undefined ? undefined : <Reason act={open} id={id} onClose={() => setOpen(undefined)} />}
      </Dialog>
    </>
  );
}

function Reason({
  act: name,
  id,
  onClose,
}: {
  readonly act: 'policy.return' | 'policy.retire';
  readonly id: string;
  readonly onClose: () => void;
}): ReactElement {
  const act = useAct(name);
  const form = useForm(
    { reason: '' },
    { reason: (value) => (value.trim().length < 3 ? words.reason.short : undefined) },
  );
  return (
    <Form
      state={form}
      submit={name === 'policy.retire' ? say.retire : say.return}
      cancel={onClose}
      send={async ({ reason }) => {
        await act.mutateAsync({ input: { policy: id, reason: reason.trim() } });
        onClose();
      }}
    >
      <Textarea
        label={words.reason.label}
        description={words.reason.help}
        rows={3}
        data-autofocus
        {...form.field('reason')}
      />
    </Form>
  );
}

function Text({ detail }: { readonly detail: Detail }): ReactElement {
  const { shown, id } = detail;
  if (shown === undefined) return <p className="t2">{say.noText}</p>;
  return (
    <div className="grid g32">
      <div className="stack" style={{ '--g': '16px' } as object}>
        {shown.isInForce ? undefined : (
          <p className="note w">
            <span>
              {say.old(shown.label)}{' '}
              {detail.state === 'approved' ? <Go to={`/policies/${id}`}>{say.toCurrent}</Go> : undefined}
            </span>
          </p>
        )}
        <Card label={say.text}>
          <Markdown text={shown.text} title={shown.title} />
        </Card>
      </div>
      <div className="stack" style={{ '--g': '16px' } as object}>
        <Mine detail={detail} />
        <About text={shown} />
      </div>
    </div>
  );
}

/** What the reader is asked, and the one button that answers it. */
function Mine({ detail }: { readonly detail: Detail }): ReactElement | undefined {
  const zone = useZone();
  const { mine, shown, id } = detail;
  const act = useAct('policy.acknowledge');
  // Of all policies alike: those it binds may not read the record, only what its page shows.
  const verdict = useAllowed('policy.acknowledge');
  if (mine === undefined || shown?.isInForce !== true) return undefined;
  return (
    <Card title={<Term id="acknowledgement">{say.acknowledge}</Term>}>
      {mine.state === 'acknowledged' ? (
        <p className="row" role="status">
          <StateMark state="accepted" wordless />
          {say.done(day(mine.acknowledgedAt ?? mine.since, zone))}
          {mine.index === undefined ? undefined : <Proof index={mine.index} />}
        </p>
      ) : (
        <div className="stack" style={{ '--g': '12px' } as object}>
          <p className={mine.state === 'overdue' ? 'warn' : 't2'}>
            {mine.state === 'overdue' ? say.askOverdue(day(mine.dueOn)) : say.ask(day(mine.dueOn))}
          </p>
          <p>{say.acknowledgeHelp(shown.label)}</p>
          <Button
            filled
            verdict={verdict}
            busy={act.isPending}
            onClick={() => act.mutate({ input: { policy: id, edition: shown.edition } })}
          >
            {say.acknowledge}
          </Button>
          {act.error === null ? undefined : <ErrorState error={act.error} />}
        </div>
      )}
    </Card>
  );
}

function About({
  text,
}: {
  readonly text: Pick<NonNullable<Detail['pending']>, 'owner' | 'appliesTo' | 'acknowledgeWithin'>;
}): ReactElement {
  return (
    <Card title={say.facts}>
      <Facts
        rows={[
          [say.owner, text.owner.name],
          [say.binds, text.appliesTo.map((role) => kit.roles[role]).join(', ')],
          [say.within, text.acknowledgeWithin === undefined ? say.nobody : say.days(text.acknowledgeWithin)],
        ]}
      />
    </Card>
  );
}

function Draft({ detail }: { readonly detail: Detail }): ReactElement {
  const { pending } = detail;
  if (pending === undefined) return <p className="t2">{say.noText}</p>;
  return (
    <div className="grid g32">
      <div className="stack" style={{ '--g': '16px' } as object}>
        {pending.returned === undefined ? undefined : (
          <p className="note w">
            <span>
              <b>{say.returned(pending.returned.by.name)}</b> {pending.returned.reason}
            </span>
          </p>
        )}
        <Card label={say.draft}>
          <Markdown text={pending.text} title={pending.title} />
        </Card>
      </div>
      <div className="stack" style={{ '--g': '16px' } as object}>
        <About text={pending} />
      </div>
    </div>
  );
}

function People({
  detail,
  sort,
  onSort,
}: {
  readonly detail: Detail;
  readonly sort: string | undefined;
  readonly onSort: (sort: string | undefined) => void;
}): ReactElement {
  const zone = useZone();
  if (detail.counts.asked === 0) return <p className="t2">{say.noneAsked}</p>;
  return (
    <Card title={say.counts(detail.counts)} flush>
      {detail.asked.length < detail.counts.asked ? <p className="in t2">{say.onlyOwn}</p> : undefined}
      <Table
        label={say.people}
        rows={detail.asked}
        keyOf={({ person }) => person.id}
        sort={sort}
        onSort={onSort}
        columns={[
          { name: 'name', label: say.person, sort: ({ person }) => person.name, cell: ({ person }) => person.name },
          { name: 'since', label: say.since, cell: ({ since }) => day(since) },
          { name: 'due', label: say.due, sort: ({ dueOn }) => dueOn, cell: ({ dueOn }) => day(dueOn) },
          {
            name: 'state',
            label: say.state,
            sort: ({ state }) => state,
            cell: ({ state, acknowledgedAt }) => (
              <span className={state === 'overdue' ? 'bad m' : state === 'asked' ? 't2' : ''}>
                {say.states[state]}
                {acknowledgedAt === undefined ? undefined : <span className="t3 s2"> {day(acknowledgedAt, zone)}</span>}
              </span>
            ),
          },
          {
            name: 'entry',
            label: say.entry,
            right: true,
            cell: ({ index }) => (index === undefined ? undefined : <Proof index={index} />),
          },
        ]}
      />
    </Card>
  );
}

function Editions({ detail }: { readonly detail: Detail }): ReactElement {
  const zone = useZone();
  if (detail.editions.length === 0) return <p className="t2">{say.noText}</p>;
  return (
    <Card title={say.editions}>
      <ul className="rows">
        {detail.editions.map((edition, i) => (
          <li key={edition.edition}>
            <Go to={`/policies/${detail.id}`} search={{ edition: String(edition.edition), tab: 'text' }}>
              {words.edition(edition.label)}
            </Go>
            {i === 0 && detail.state === 'approved' ? <span className="t2 s2">{say.inForce}</span> : undefined}
            <span className="t2 s2">{say.approvedBy(edition.approvedBy.name, day(edition.approvedAt, zone))}</span>
            <span className="push">
              <Proof index={edition.index ?? null} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
