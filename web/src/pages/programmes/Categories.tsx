import { Checkbox, TextInput } from '@mantine/core';
import type { Proposals } from '@countersign/core/programme/proposals.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import type { Verdict } from '../../api/allowed.ts';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { Card } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { Answer, ErrorState } from '../../kit/states.tsx';
import { categories as names, words } from '../../words/programmes.ts';
import type { Told } from './ProgrammePage.tsx';

type Proposed = z.output<typeof Proposals>;
type Name = keyof typeof names;
const say = words.page;

/** Categories to choose from, each with the commitments that ask for it. Nothing is chosen by itself. */
export function Categories({ told, verdict }: { readonly told: Told; readonly verdict: Verdict }): ReactElement {
  const { id } = told.programme;
  const [isRecording, setRecording] = useState(false);
  const mayRecord = useAllowed('records.apply');
  const asked = useView<typeof Proposals>('programme.proposals', { programme: id });
  return (
    <Answer of={asked}>
      {({ answer }) => (
        <>
          <Card
            title={say.categories}
            aside={
              <Button small verdict={mayRecord} onClick={() => setRecording(true)}>
                {say.addCommitment}
              </Button>
            }
          >
            <p className="t2">{answer.commitments.length === 0 ? say.noCommitments : say.categoriesHelp}</p>
            <Choosing key={told.categories.join()} told={told} proposed={answer} verdict={verdict} />
            {answer.aside.length === 0 ? undefined : (
              <>
                <h3 style={{ marginTop: 14 }}>{say.aside}</h3>
                <ul className="s2 t2">
                  {answer.aside.map(({ commitment, title, says }) => (
                    <li key={commitment}>{`${title}: ${says}`}</li>
                  ))}
                </ul>
              </>
            )}
          </Card>
          <Dialog title={words.commitment.title} open={isRecording} onClose={() => setRecording(false)}>
            {isRecording ? <CommitmentForm onClose={() => setRecording(false)} /> : undefined}
          </Dialog>
        </>
      )}
    </Answer>
  );
}

function Choosing({
  told,
  proposed,
  verdict,
}: {
  readonly told: Told;
  readonly proposed: Proposed;
  readonly verdict: Verdict;
}): ReactElement {
  const change = useAct('programme.change');
  const [chosen, setChosen] = useState<readonly Name[]>(told.categories);
  const dropped = told.categories.filter((category) => !chosen.includes(category));
  const isChanged = dropped.length > 0 || chosen.some((category) => !told.categories.includes(category));
  return (
    <>
      <ul className="catlist">
        {proposed.categories.map(({ category, because, proposed: isAsked, says }) => (
          <li key={category}>
            <Checkbox
              label={names[category]}
              checked={chosen.includes(category)}
              disabled={category === 'security' || !verdict.allowed}
              onChange={(event) => {
                const on = event.currentTarget.checked;
                setChosen(on ? [...chosen, category] : chosen.filter((one) => one !== category));
              }}
            />
            <div className="because s2">
              <p className={isAsked && !chosen.includes(category) ? 'warn' : 't2'}>{says}</p>
              {because.map((one) => (
                <p key={one.commitment} className="t2">
                  {one.says}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {dropped.length === 0 ? undefined : (
        <p className="s2 t2">{say.categoriesChanged(dropped.map((category) => names[category]).join(', '))}</p>
      )}
      {change.error === null ? undefined : <ErrorState error={change.error} />}
      {isChanged ? (
        <Button
          verdict={verdict}
          busy={change.isPending}
          onClick={() => change.mutate({ input: { programme: told.programme.id, categories: chosen } })}
        >
          {say.saveCategories}
        </Button>
      ) : undefined}
    </>
  );
}

function CommitmentForm({ onClose }: { readonly onClose: () => void }): ReactElement {
  const apply = useAct('records.apply');
  const verdict = useAllowed('records.apply');
  const text = words.commitment;
  const form = useForm({ title: '', type: 'uptime', figure: '', where: '' }, { title: required });
  return (
    <Form
      state={form}
      submit={text.save}
      verdict={verdict}
      cancel={onClose}
      send={async ({ title, type, figure, where }) => {
        const record = {
          kind: 'commitment',
          id: `c-${crypto.randomUUID().slice(0, 8)}`,
          title: title.trim(),
          type,
          ...(figure.trim() === '' ? {} : { figure: figure.trim() }),
          ...(where.trim() === '' ? {} : { where: where.trim() }),
        };
        await apply.mutateAsync({ input: { records: [record] } });
        onClose();
      }}
    >
      <TextInput label={text.name} data-autofocus {...form.field('title')} />
      <Choice form={form} name="type" label={text.type} options={optionsOf(text.types)} />
      <TextInput label={text.figure} description={text.figureHelp} {...form.field('figure')} />
      <TextInput label={text.where} description={text.whereHelp} {...form.field('where')} />
    </Form>
  );
}
