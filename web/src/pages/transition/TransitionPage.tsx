import type { TransitionPreview } from '@countersign/core/transition/view.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { TableExport } from '../../kit/Export.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { Page, Tabs } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { Filter } from '../../kit/Table.tsx';
import { words } from '../../words/transition.ts';
import { Controls } from './Controls.tsx';
import { Done } from './Done.tsx';
import { Newer, Older } from './Items.tsx';
import { Scope } from './Scope.tsx';
import { choiceKey } from './told.ts';
import type { Choices, Exclusion, Told } from './told.ts';
import './page.css';

const TABS = ['controls', 'newer', 'older', 'scope', 'done'] as const;

/** What moving to another edition would do here, the act that does it, and the way back. */
export default function TransitionPage(): ReactElement {
  const state = useQueryState({
    tab: oneOf(...TABS),
    from: text(40),
    to: text(40),
    q: text(),
    sort: text(20),
    fate: oneOf('look', 'added', 'open', 'carried', 'answered', 'left-out'),
  });
  const { tab = 'controls', from = 'iso27001-2013', to = 'iso27001', q = '', sort, fate } = state.value;
  const [out, setOut] = useState<{ readonly text: string; readonly exclusions: readonly Exclusion[] }>({
    text: '',
    exclusions: [],
  });
  const [programme, setProgramme] = useState<string>();
  const [choices, setChoices] = useState<Choices>(new Map());
  const [confirming, setConfirming] = useState(false);
  const asked = useView<typeof TransitionPreview>('transition.preview', { from, to });
  // Apart, so that what is refused of a line typed leaves the page as it is.
  const scoped = useView<typeof TransitionPreview>(
    'transition.preview',
    { from, to, exclusions: out.exclusions },
    { enabled: out.exclusions.length > 0 },
  );
  const verdict = useAllowed('transition.apply');
  const withScope = out.exclusions.length > 0 && scoped.error === null ? scoped.data?.answer : undefined;
  const told = withScope ?? asked.data?.answer;
  const wanted = q.toLowerCase();
  const taking = programme ?? (told?.programmes.length === 1 ? told.programmes[0]?.id : undefined);
  const onSort = (next: string | undefined): void => state.set({ sort: next });
  const moves = (told?.counts.moved ?? 0) + (told?.mappings.move ?? 0) + (told?.exclusions.carried.length ?? 0) > 0;
  return (
    <Page
      wide
      title={words.title}
      sentence={told === undefined ? words.title : words.sentence(told.from.title, told.counts.moved, told.counts.look)}
      sub={told === undefined ? undefined : words.sub(told.to.title, told.counts.fates.added, told.counts.fates.open)}
      dropped={state.dropped}
      actions={
        <>
          <Filter
            value={q}
            label={words.filter}
            onChange={(value) => state.set({ q: value === '' ? undefined : value }, { replace: true })}
          />
          <TableExport of={{ view: 'transition.preview', input: { from, to }, rows: 'newer' }} />
          {moves ? (
            <Button filled verdict={verdict} onClick={() => setConfirming(true)}>
              {words.move(told?.counts.moved ?? 0)}
            </Button>
          ) : undefined}
        </>
      }
    >
      <Answer of={asked} rows={10}>
        {({ answer: plain }) => {
          const answer = withScope ?? plain;
          return (
            <div className="stack" style={{ '--g': '16px' } as object}>
              <Tabs
                label={words.sections}
                open={tab}
                to="/transition"
                search={{ from: state.value.from, to: state.value.to }}
                tabs={TABS.map((name) => ({ name, label: words.tabs[name], n: countOf(answer, name) }))}
              />
              {tab === 'controls' ? (
                <Controls
                  {...{ told: answer, wanted, choices, sort, onSort }}
                  choose={(control, ref, chosen) => {
                    const next = new Map(choices);
                    if (chosen === undefined) next.delete(choiceKey(control, ref));
                    else next.set(choiceKey(control, ref), { control, ref, to: chosen });
                    setChoices(next);
                  }}
                />
              ) : tab === 'newer' ? (
                <Newer
                  {...{ told: answer, wanted, fate, sort, onSort }}
                  onFate={(value) => state.set({ fate: value })}
                />
              ) : tab === 'older' ? (
                <Older {...{ told: answer, wanted, sort, onSort }} />
              ) : tab === 'scope' ? (
                <Scope
                  told={answer}
                  refused={out.exclusions.length === 0 ? null : scoped.error}
                  text={out.text}
                  onShow={(typed, exclusions) => setOut({ text: typed, exclusions })}
                  programme={taking}
                  onProgramme={setProgramme}
                />
              ) : (
                <Done told={answer} />
              )}
              <p className="s2 t3 tr-wide">
                {answer.mappings.move + answer.mappings.look.length === 0
                  ? ''
                  : `${words.mappings(answer.mappings.move, answer.mappings.look.length)} `}
                {answer.provenance}
              </p>
              <Dialog title={words.confirm.title} open={confirming} onClose={() => setConfirming(false)}>
                {confirming ? (
                  <ApplyForm
                    told={answer}
                    choices={choices}
                    exclusions={withScope === undefined ? [] : out.exclusions}
                    programme={taking}
                    onClose={() => setConfirming(false)}
                    onDone={() => {
                      setConfirming(false);
                      setChoices(new Map());
                      setOut({ text: '', exclusions: [] });
                      state.set({ tab: 'done' });
                    }}
                  />
                ) : undefined}
              </Dialog>
            </div>
          );
        }}
      </Answer>
    </Page>
  );
}

const countOf = (told: Told, tab: (typeof TABS)[number]): number =>
  ({
    controls: told.counts.controls,
    newer: told.counts.newer,
    older: told.counts.older,
    scope: told.exclusions.carried.length + told.exclusions.look.length,
    done: told.done.length,
  })[tab];

function ApplyForm({
  told,
  choices,
  exclusions,
  programme,
  onClose,
  onDone,
}: {
  readonly told: Told;
  readonly choices: Choices;
  readonly exclusions: readonly Exclusion[];
  readonly programme: string | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const act = useAct('transition.apply');
  const form = useForm({}, {});
  const say = words.confirm;
  const { counts, exclusions: scope, mappings } = told;
  const takes = programme !== undefined && exclusions.length > 0;
  const unseen = counts.look - choices.size;
  const title = told.programmes.find(({ id }) => id === programme)?.title ?? '';
  return (
    <Form
      state={form}
      submit={say.send}
      cancel={onClose}
      send={async () => {
        await act.mutateAsync({
          input: {
            from: told.from.id,
            to: told.to.id,
            choices: [...choices.values()],
            ...(takes ? { exclusions, programme } : {}),
          },
        });
        onDone();
      }}
    >
      <p>{say.body(counts.controls, counts.moved)}</p>
      {unseen === 0 ? undefined : <p className="t2">{say.look(unseen)}</p>}
      {takes ? <p className="t2">{say.scope(scope.carried.length, title)}</p> : undefined}
      {mappings.move === 0 ? undefined : <p className="t2">{say.mappings(mappings.move)}</p>}
    </Form>
  );
}
