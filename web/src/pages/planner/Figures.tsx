import { Select, TextInput } from '@mantine/core';
import type { Answers } from '@countersign/core/planner/answers.ts';
import type { PlanPage } from '@countersign/core/planner/view.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import type { Verdict } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty, ErrorState } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/planner.ts';
import type { Figure } from './money.ts';
import { bandSaid, valued } from './money.ts';
import './page.css';

const say = words.figures;

/** Every figure of a plan: what it is, where it is from, and what somebody put in its place. */
export default function Figures(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'] ?? '';
  const asked = useView<typeof PlanPage>('plan', { plan: id });
  const may = useAllowed('plan.save');
  const isDraft = asked.data?.answer.plan?.state === 'draft';
  const verdict: Verdict = may.allowed && !isDraft ? { allowed: false, because: say.stands } : may;
  return (
    <Page
      title={words.figuresTitle}
      sentence={say.sentence}
      sub={say.sub}
      crumbs={[
        { label: words.title, to: '/planner' },
        { label: asked.data?.answer.plan?.title ?? id, to: `/planner/${id}` },
      ]}
      actions={
        <Go to={`/planner/${id}`} className="btn">
          {say.back}
        </Go>
      }
    >
      <Answer of={asked}>
        {({ answer: { roadmap, answers } }) =>
          roadmap === null || answers === null ? undefined : (
            <div className="stack" style={{ '--g': '16px' } as object}>
              <Listed figures={roadmap.figures} answers={answers} plan={id} verdict={verdict} />
              <Quotes figures={roadmap.figures} answers={answers} plan={id} verdict={verdict} />
            </div>
          )
        }
      </Answer>
    </Page>
  );
}

interface Of {
  readonly figures: readonly Figure[];
  readonly answers: Answers;
  readonly plan: string;
  readonly verdict: Verdict;
}

const usedSaid = ({ isUsed, use }: Figure): string =>
  use === 'rule' ? say.used.rule : use === 'claim' ? say.used.claim : isUsed ? say.used.yes : say.used.no;

function Listed({ figures, answers, plan, verdict }: Of): ReactElement {
  const state = useQueryState({ sort: text(20), q: text(60) });
  const [open, setOpen] = useState<string>();
  const save = useAct('plan.save');
  const edits = answers.edits;
  const keep = (changed: Answers['edits']): Promise<unknown> =>
    save.mutateAsync({ input: { id: plan, answers: { ...answers, edits: changed } } });
  const wanted = (state.value.q ?? '').toLowerCase();
  const rows = figures.filter(({ title, id }) => `${title} ${id}`.toLowerCase().includes(wanted));
  const opened = figures.find(({ id }) => id === open);
  const columns: readonly Column<Figure>[] = [
    {
      name: 'title',
      label: say.columns.title,
      sort: ({ title }) => title.toLowerCase(),
      cell: ({ title, notes }) => (
        <>
          <span className="m">{title}</span>
          {notes.map((note) => (
            <div key={note} className="s2 t3">
              {note}
            </div>
          ))}
        </>
      ),
    },
    {
      name: 'band',
      label: say.columns.band,
      right: true,
      cell: (figure) => (
        <span className="band">
          {bandSaid(figure, figure.unit)} <span className="t3">{words.units[figure.unit]}</span>
          {figure.origin === 'edited' || figure.origin === 'quoted' ? (
            <div className="s2 t3">{say.was(bandSaid(figure.before, figure.unit))}</div>
          ) : undefined}
        </span>
      ),
    },
    {
      name: 'source',
      label: say.columns.source,
      sort: ({ source }) => source.name,
      cell: ({ source }) => (
        <>
          {source.name}
          <div className="s2 t3">
            {[
              ...(source.date === null || source.name.includes(source.date) ? [] : [day(source.date)]),
              ...(source.isClaim ? [words.claimsNotVerified] : []),
            ].join(', ')}
          </div>
        </>
      ),
    },
    {
      name: 'used',
      label: say.columns.used,
      sort: usedSaid,
      cell: (figure) => <span className="t2">{usedSaid(figure)}</span>,
      wideOnly: true,
    },
    {
      name: 'edit',
      label: say.edit,
      right: true,
      cell: ({ id, title, origin }) => (
        <span className="row">
          <Button small verdict={verdict} label={`${say.edit}: ${title}`} onClick={() => setOpen(id)}>
            {say.edit}
          </Button>
          {origin === 'edited' ? (
            <Button
              small
              verdict={verdict}
              busy={save.isPending}
              label={`${say.reset}: ${title}`}
              onClick={() => void keep(edits.filter((edit) => edit.figure !== id)).catch(() => undefined)}
            >
              {say.reset}
            </Button>
          ) : undefined}
        </span>
      ),
    },
  ];
  return (
    <Card flush title={words.figuresTitle}>
      <div className="in">
        <TextInput
          label={say.search}
          value={state.value.q ?? ''}
          onChange={({ currentTarget }) => state.set({ q: currentTarget.value }, { replace: true })}
        />
      </div>
      {save.error === null ? undefined : <ErrorState error={save.error} />}
      <div className="pl-fig">
        <Table
          label={say.label}
          rows={rows}
          columns={columns}
          keyOf={({ id }) => id}
          sort={state.value.sort}
          onSort={(sort) => state.set({ sort })}
          empty={<Empty title={say.none}>{say.sub}</Empty>}
        />
      </div>
      <Dialog title={opened?.title ?? ''} open={opened !== undefined} onClose={() => setOpen(undefined)}>
        {opened === undefined ? undefined : (
          <Editing
            figure={opened}
            verdict={verdict}
            cancel={() => setOpen(undefined)}
            save={async (edit) => {
              await keep([...edits.filter(({ figure }) => figure !== edit.figure), edit]);
              setOpen(undefined);
            }}
          />
        )}
      </Dialog>
    </Card>
  );
}

function Editing({
  figure,
  verdict,
  save,
  cancel,
}: {
  readonly figure: Figure;
  readonly verdict: Verdict;
  readonly save: (edit: Answers['edits'][number]) => Promise<unknown>;
  readonly cancel: () => void;
}): ReactElement {
  const read = (value: string): number => Number(value.replaceAll(',', ''));
  const wrong = (value: string): string | undefined => {
    if (value.trim() === '' || !Number.isFinite(read(value)) || read(value) < 0) return say.number;
    return figure.unit === 'share' && read(value) > 1 ? say.share : undefined;
  };
  const form = useForm(
    { low: String(figure.low), likely: String(figure.likely), high: String(figure.high), why: '' },
    {
      low: wrong,
      likely: (value, all) => wrong(value) ?? (read(value) < read(all.low) ? say.order : undefined),
      high: (value, all) => wrong(value) ?? (read(value) < read(all.likely) ? say.order : undefined),
    },
  );
  return (
    <Form
      state={form}
      submit={say.save}
      verdict={verdict}
      cancel={cancel}
      send={({ low, likely, high, why }) =>
        save({
          ...{ figure: figure.id, low: read(low), likely: read(likely), high: read(high) },
          ...(why.trim() === '' ? {} : { why: why.trim() }),
        })
      }
    >
      <p className="t2">
        {say.sourceHas(`${bandSaid(figure.before, figure.unit)} ${words.units[figure.unit]}`.trim())}
      </p>
      <div className="pl-three">
        {(['low', 'likely', 'high'] as const).map((name) => (
          <TextInput key={name} label={say[name]} inputMode="decimal" {...form.field(name)} />
        ))}
      </div>
      <TextInput label={say.why} description={say.whyHelp} maxLength={300} {...form.field('why')} />
    </Form>
  );
}

function Quotes({ figures, answers, plan, verdict }: Of): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const save = useAct('plan.save');
  const keep = (quotes: Answers['quotes']): Promise<unknown> =>
    save.mutateAsync({ input: { id: plan, answers: { ...answers, quotes } } });
  const titles = new Map(figures.map(({ id, title }) => [id, title]));
  return (
    <Card
      title={say.quotes}
      aside={
        <Button small verdict={verdict} onClick={() => setOpen(true)}>
          {say.addQuote}
        </Button>
      }
    >
      <p className="t2">{say.quotesHelp}</p>
      {save.error === null ? undefined : <ErrorState error={save.error} />}
      <ul className="rows" style={{ marginTop: 8 }}>
        {answers.quotes.map((quote, i) => (
          // Two quotes may be alike in everything.
          <li key={i}>
            <span className="grow">
              <span className="m">{quote.firm}</span>{' '}
              <span className="t2">
                {titles.get(quote.figure) ?? quote.figure}
                {quote.on === undefined ? '' : `, ${day(quote.on)}`}
              </span>
            </span>
            <span className="num">{valued(quote.amount, 'usd')}</span>
            <Button
              small
              verdict={verdict}
              label={`${say.remove}: ${quote.firm}`}
              onClick={() => void keep(answers.quotes.filter((_, at) => at !== i)).catch(() => undefined)}
            >
              {say.remove}
            </Button>
          </li>
        ))}
      </ul>
      <Dialog title={say.addQuote} open={isOpen} onClose={() => setOpen(false)}>
        <Quoting
          figures={figures}
          verdict={verdict}
          cancel={() => setOpen(false)}
          save={async (quote) => {
            await keep([...answers.quotes, quote]);
            setOpen(false);
          }}
        />
      </Dialog>
    </Card>
  );
}

function Quoting({
  figures,
  verdict,
  save,
  cancel,
}: {
  readonly figures: readonly Figure[];
  readonly verdict: Verdict;
  readonly save: (quote: Answers['quotes'][number]) => Promise<unknown>;
  readonly cancel: () => void;
}): ReactElement {
  const read = (value: string): number => Number(value.replaceAll(',', ''));
  const form = useForm(
    { figure: '', firm: '', amount: '', on: '' },
    {
      figure: required,
      firm: required,
      amount: (value) =>
        value.trim() === '' || !Number.isFinite(read(value)) || read(value) < 0 ? say.number : undefined,
    },
  );
  const { value, error } = form.field('figure');
  return (
    <Form
      state={form}
      submit={say.save}
      verdict={verdict}
      cancel={cancel}
      send={({ figure, firm, amount, on }) =>
        save({ figure, firm: firm.trim(), amount: read(amount), ...(on === '' ? {} : { on }) })
      }
    >
      <Select
        label={say.item}
        data={figures.filter(({ isQuotable }) => isQuotable).map(({ id, title }) => ({ value: id, label: title }))}
        value={value === '' ? null : value}
        onChange={(figure) => form.set({ figure: figure ?? '' })}
        error={error}
        searchable
      />
      <TextInput label={say.firm} maxLength={120} {...form.field('firm')} />
      <TextInput label={say.amount} inputMode="decimal" {...form.field('amount')} />
      <TextInput type="date" label={say.on} {...form.field('on')} />
    </Form>
  );
}
