import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useAct, useList } from '../../api/hooks.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { words } from '../../words/duties.ts';
import { assessmentWords } from '../../words/duty-registers.ts';
import type { AssessmentRow } from './Assessments.tsx';
import type { Told } from './Duties.tsx';
import { Choices, dateOrNothing, given, listOf, some } from './fields.tsx';
import { titled } from './ReceiveForm.tsx';

const say = assessmentWords.form;
const Done = z.object({ assessment: z.string() });
const LEVEL = /^(?:low|medium|high)$/;

/** One risk a line: what; likelihood; severity; measure; left. Undefined in place of a line that is none. */
function risksOf(text: string): readonly (object | undefined)[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [risk = '', likelihood = '', severity = '', measure = '', left = '', ...more] = line
        .split(';')
        .map((part) => part.trim());
      const levels = [likelihood, severity, left].map((level) => level.toLowerCase());
      if (risk.length < 3 || more.length > 0 || !levels.every((level) => LEVEL.test(level))) return undefined;
      return { risk, likelihood: levels[0], severity: levels[1], left: levels[2], ...given('measure', measure) };
    });
}

const linesOf = (risks: AssessmentRow['risks']): string =>
  risks
    .map(({ risk, likelihood, severity, measure, left }) =>
      [risk, likelihood, severity, measure ?? '', left].join('; '),
    )
    .join('\n');

export function AssessmentForm({
  told,
  row,
  onDone,
  onCancel,
}: {
  readonly told: Told;
  readonly row?: AssessmentRow;
  readonly onDone: (assessment: string) => void;
  readonly onCancel?: () => void;
}): ReactElement {
  const draft = useAct('assessment.draft');
  const edit = useAct('assessment.edit');
  const activities = useList('processing-activity', { limit: 200, sort: 'title' });
  const form = useForm(
    {
      title: row?.title ?? '',
      activity: row?.activity.id ?? '',
      laws: (row?.laws ?? told.laws.filter(({ id }) => id === 'gdpr')).map(({ id }) => id).join(','),
      necessity: row?.necessity ?? '',
      consulted: row?.consulted ?? '',
      risks: linesOf(row?.risks ?? []),
    },
    {
      title: required,
      activity: required,
      laws: (value) => (listOf(value).length === 0 ? words.form.lawNeeded : undefined),
      necessity: some,
      risks: (value) => {
        const wrong = risksOf(value).indexOf(undefined);
        return wrong === -1 ? undefined : say.risksWrong(wrong + 1);
      },
    },
    `assessment.${row?.id ?? 'new'}`,
  );
  return (
    <Form
      state={form}
      submit={say.save}
      {...(onCancel === undefined ? {} : { cancel: onCancel })}
      send={async (typed) => {
        const written = {
          title: typed.title.trim(),
          laws: listOf(typed.laws),
          necessity: typed.necessity.trim(),
          ...given('consulted', typed.consulted),
          risks: risksOf(typed.risks),
        };
        if (row !== undefined) {
          await edit.mutateAsync({ input: { assessment: row.id, ...written } });
          onDone(row.id);
          return;
        }
        const { answer } = await draft.mutateAsync({ input: { activity: typed.activity, ...written } });
        onDone(Done.parse(answer).assessment);
      }}
    >
      <TextInput label={say.title} {...form.field('title')} />
      {row === undefined ? (
        <Choice form={form} name="activity" label={say.activity} options={titled(activities.data?.items)} />
      ) : undefined}
      <Choices
        form={form}
        name="laws"
        label={words.form.laws}
        options={told.laws.filter(({ kind }) => kind === 'law').map(({ id, short }) => ({ value: id, label: short }))}
      />
      <Textarea label={say.necessity} rows={4} {...form.field('necessity')} />
      <Textarea label={say.consulted} rows={2} {...form.field('consulted')} />
      <Textarea label={say.risks} description={say.risksHelp} rows={5} {...form.field('risks')} />
    </Form>
  );
}

export function ReturnForm({
  assessment,
  onClose,
}: {
  readonly assessment: string;
  readonly onClose: () => void;
}): ReactElement {
  const act = useAct('assessment.return');
  const form = useForm({ reason: '' }, { reason: some });
  return (
    <Form
      state={form}
      submit={assessmentWords.acts.return}
      cancel={onClose}
      send={async ({ reason }) => {
        await act.mutateAsync({ input: { assessment, reason: reason.trim() } });
        onClose();
      }}
    >
      <Textarea label={words.form.reason} rows={3} data-autofocus {...form.field('reason')} />
    </Form>
  );
}

export function DecideAssessmentForm({
  assessment,
  onClose,
}: {
  readonly assessment: string;
  readonly onClose: () => void;
}): ReactElement {
  const act = useAct('assessment.decide');
  const form = useForm(
    { as: 'proceed-with-measures', reason: '', reviewOn: '' },
    { reason: some, reviewOn: dateOrNothing },
  );
  return (
    <Form
      state={form}
      submit={say.decide}
      cancel={onClose}
      send={async ({ as, reason, reviewOn }) => {
        await act.mutateAsync({ input: { assessment, as, reason: reason.trim(), ...given('reviewOn', reviewOn) } });
        onClose();
      }}
    >
      <Choice form={form} name="as" label={say.as} options={optionsOf(assessmentWords.outcomes)} />
      <Textarea label={words.form.reason} rows={3} {...form.field('reason')} />
      <TextInput label={say.reviewOn} type="date" {...form.field('reviewOn')} />
    </Form>
  );
}
