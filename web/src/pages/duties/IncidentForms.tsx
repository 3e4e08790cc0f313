import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { z } from 'zod';
import { useAct, useList } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { wallIn } from '../../kit/zoned.ts';
import { words } from '../../words/duties.ts';
import { incidentWords } from '../../words/duty-incidents.ts';
import type { Incident } from './Clocks.tsx';
import {
  Choices,
  given,
  instantOf,
  listOf,
  Moment,
  nowIn,
  pastIn,
  pastOrNothing,
  PersonChoice,
  some,
} from './fields.tsx';
import type { ClockRow } from './parts.tsx';
import { titled } from './ReceiveForm.tsx';

const say = incidentWords;
const Opened = z.object({ incident: z.string() });

/** Something became known: what, and since when. All else may follow. */
export function OpenForm({ onDone }: { readonly onDone: (incident: string) => void }): ReactElement {
  const act = useAct('personal-data-incident.open');
  const zone = useZone();
  const form = useForm(
    { title: '', awareAt: nowIn(zone), personalData: 'unknown', owner: '', note: '' },
    { title: required, awareAt: pastIn(zone) },
    'personal-data-incident',
  );
  return (
    <Form
      state={form}
      submit={say.open.save}
      send={async (typed) => {
        const awareAt = instantOf(zone, typed.awareAt);
        const { answer } = await act.mutateAsync({
          input: {
            title: typed.title.trim(),
            awareAt,
            personalData: typed.personalData,
            ...given('owner', typed.owner),
            ...given('note', typed.note),
          },
        });
        setTimeout(() => onDone(Opened.parse(answer).incident));
      }}
    >
      <p className="hint">{say.empty.body}</p>
      <TextInput label={say.open.name} description={say.open.nameHelp} {...form.field('title')} />
      <Moment form={form} name="awareAt" label={say.open.awareAt} />
      <Choice form={form} name="personalData" label={say.assess.personalData} options={optionsOf(words.yesNo)} />
      <PersonChoice form={form} name="owner" label={say.assess.owner} />
      <Textarea label={say.page.labels.note} rows={3} {...form.field('note')} />
    </Form>
  );
}

const PLACE = /^([A-Za-z]{2}(?:-[A-Za-z0-9]{1,3})?)(?:[ :]+(\d{1,10}))?$/;

/** “ES 214, US-CA 3, BR”: where, and how many where it is counted. */
function peopleOf(text: string): readonly { readonly region: string; readonly count?: number }[] | undefined {
  const parts = listOf(text).map((part) => PLACE.exec(part));
  if (parts.includes(null)) return undefined;
  return parts.flatMap((match) =>
    match?.[1] === undefined
      ? []
      : [{ region: match[1].toUpperCase(), ...(match[2] === undefined ? {} : { count: Number(match[2]) }) }],
  );
}

/** What was found out since: everything that is known is shown, and what is changed is recorded with the reason. */
export function AssessForm({ told, onClose }: { readonly told: Incident; readonly onClose: () => void }): ReactElement {
  const act = useAct('personal-data-incident.assess');
  const zone = useZone();
  const { incident } = told;
  const activities = useList('processing-activity', { limit: 200, sort: 'title' });
  const contracts = useList('privacy-contract', { limit: 200, sort: 'party' });
  const text = say.assess;
  const form = useForm(
    {
      reason: '',
      personalData: incident.personalData,
      knownAt:
        incident.personalDataKnownAt === null
          ? ''
          : wallIn(zone, Date.parse(incident.personalDataKnownAt)).replace('T', ' '),
      risk: incident.risk,
      kinds: incident.kinds.join(','),
      health: incident.health,
      unreadable: incident.unreadable,
      people: incident.people
        .map(({ region, count }) => [region, count].filter((one) => one !== null).join(' '))
        .join(', '),
      activities: incident.activities.map(({ id }) => id).join(','),
      contracts: incident.contracts.map(({ id }) => id).join(','),
      isComplete: incident.isComplete ? 'yes' : 'no',
      owner: incident.owner?.id ?? '',
    },
    {
      reason: some,
      knownAt: pastOrNothing(zone),
      people: (value) => (peopleOf(value) === undefined ? text.peopleWrong : undefined),
    },
  );
  return (
    <Form
      state={form}
      submit={text.save}
      cancel={onClose}
      send={async (typed) => {
        const isYes = typed.personalData === 'yes';
        await act.mutateAsync({
          input: {
            incident: incident.id,
            reason: typed.reason.trim(),
            personalData: typed.personalData,
            personalDataKnownAt: isYes && typed.knownAt.trim() !== '' ? instantOf(zone, typed.knownAt) : null,
            risk: typed.risk,
            kinds: listOf(typed.kinds),
            health: typed.health,
            unreadable: typed.unreadable,
            people: peopleOf(typed.people) ?? [],
            activities: listOf(typed.activities),
            contracts: listOf(typed.contracts),
            isComplete: typed.isComplete === 'yes',
            ...given('owner', typed.owner),
          },
        });
        onClose();
      }}
    >
      <Textarea label={text.reason} rows={2} data-autofocus {...form.field('reason')} />
      <Choice form={form} name="personalData" label={text.personalData} options={optionsOf(words.yesNo)} />
      {form.values.personalData === 'yes' ? (
        <Moment form={form} name="knownAt" label={text.knownAt} help={text.knownAtHelp} />
      ) : undefined}
      <Choice form={form} name="risk" label={text.risk} options={optionsOf(say.risk)} />
      <Choices form={form} name="kinds" label={say.page.labels.kinds} options={optionsOf(say.page.kinds)} />
      <Choice form={form} name="health" label={text.health} options={optionsOf(words.yesNo)} />
      <Choice form={form} name="unreadable" label={text.unreadable} options={optionsOf(words.yesNo)} />
      <TextInput label={text.people} description={text.peopleHelp} {...form.field('people')} />
      <Choices form={form} name="activities" label={text.activities} options={titled(activities.data?.items)} />
      <Choices form={form} name="contracts" label={text.contracts} options={titled(contracts.data?.items, 'party')} />
      <Choice
        form={form}
        name="isComplete"
        label={text.isComplete}
        options={optionsOf({ yes: text.completeYes, no: text.completeNo })}
      />
      <PersonChoice form={form} name="owner" label={text.owner} />
    </Form>
  );
}

/** Somebody was told: when, and under which number. */
export function NotifyForm({
  incident,
  clock,
  onClose,
}: {
  readonly incident: string;
  readonly clock: ClockRow;
  readonly onClose: () => void;
}): ReactElement {
  const act = useAct('personal-data-incident.notify');
  const zone = useZone();
  const text = say.notify;
  const form = useForm({ at: nowIn(zone), reference: '', isComplete: 'yes' }, { at: pastIn(zone) });
  return (
    <Form
      state={form}
      submit={text.save}
      cancel={onClose}
      send={async (typed) => {
        await act.mutateAsync({
          input: {
            incident,
            obligation: clock.obligation,
            at: instantOf(zone, typed.at),
            isComplete: typed.isComplete === 'yes',
            ...given('reference', typed.reference),
          },
        });
        onClose();
      }}
    >
      <p>{clock.title}</p>
      <Moment form={form} name="at" />
      <TextInput label={text.reference} description={text.referenceHelp} {...form.field('reference')} />
      <Choice form={form} name="isComplete" label={text.complete} options={optionsOf({ yes: text.yes, no: text.no })} />
    </Form>
  );
}

export function EndForm({
  incident,
  act: name,
  onClose,
}: {
  readonly incident: string;
  readonly act: 'close' | 'reopen';
  readonly onClose: () => void;
}): ReactElement {
  const act = useAct(`personal-data-incident.${name}`);
  const zone = useZone();
  const isClose = name === 'close';
  const form = useForm({ at: nowIn(zone), reason: '' }, { at: pastIn(zone), reason: some });
  return (
    <Form
      state={form}
      submit={isClose ? say.page.close : say.page.reopen}
      cancel={onClose}
      send={async (typed) => {
        await act.mutateAsync({
          input: { incident, reason: typed.reason.trim(), ...(isClose ? { at: instantOf(zone, typed.at) } : {}) },
        });
        onClose();
      }}
    >
      {isClose ? <p className="hint">{say.closing.help}</p> : undefined}
      {isClose ? <Moment form={form} name="at" /> : undefined}
      <Textarea label={words.form.reason} rows={3} data-autofocus {...form.field('reason')} />
    </Form>
  );
}
