import { Checkbox, TextInput } from '@mantine/core';
import type { Answers } from '@countersign/core/planner/answers.ts';
import type { planQuestions, PlanPage } from '@countersign/core/planner/index.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import type { FormState } from '../../kit/Form.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { useGo } from '../../kit/Go.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/planner.ts';
import type { Typed } from './form.ts';
import { answersOf, CATEGORIES, MORE, NUMBERS, REGIONS, typed } from './form.ts';
import './page.css';

const say = words.questions;

interface Known {
  readonly field: string;
  readonly says: string;
}
/** What `plan.questions` answers. */
interface Begun {
  readonly answers: Answers;
  readonly from: readonly Known[];
}

/** At most ten questions on one page: of a new plan with what is on record, of a draft with what was answered. */
export default function Questions(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'];
  const begun = useView<z.ZodType<Begun>>(
    'plan.questions' satisfies (typeof planQuestions)['name'],
    {},
    { enabled: id === undefined },
  );
  const plan = useView<typeof PlanPage>('plan', { plan: id }, { enabled: id !== undefined });
  return (
    <Page
      title={words.newTitle}
      sentence={say.sentence}
      sub={`${say.sub} ${words.noAdvice}`}
      crumbs={[{ label: words.title, to: '/planner' }]}
    >
      {id === undefined ? (
        <Answer of={begun}>{({ answer }) => <Asked answers={answer.answers} from={answer.from} />}</Answer>
      ) : (
        <Answer of={plan}>
          {({ answer }) =>
            answer.answers === null ? undefined : (
              <Asked
                answers={answer.answers}
                from={[]}
                // What is decided on is not answered anew: its answers begin another plan.
                {...(answer.plan?.state === 'draft' ? { draft: id } : {})}
              />
            )
          }
        </Answer>
      )}
    </Page>
  );
}

function Asked({
  answers,
  from,
  draft,
}: {
  readonly answers: Answers;
  readonly from: readonly Known[];
  readonly draft?: string;
}): ReactElement {
  const go = useGo();
  const verdict = useAllowed('plan.save');
  const save = useAct('plan.save');
  const numbers = Object.entries(NUMBERS).map(([name, most]) => [
    name,
    (value: string) => {
      if (value.trim() === '') return name === 'persons' ? required(value) : undefined;
      const n = Number(value.replaceAll(',', ''));
      return Number.isFinite(n) && n >= 0 && n <= most ? undefined : say.wrong;
    },
  ]);
  const form = useForm<Typed>(
    typed(answers, draft === undefined),
    Object.fromEntries(numbers),
    `plan.${draft ?? 'new'}`,
  );
  const known = (...fields: readonly string[]): readonly string[] =>
    from.filter(({ field }) => fields.includes(field)).map(({ says }) => says);
  const q = { form, known };
  return (
    <Card>
      {known('answers').map((says) => (
        <p key={says} className="t2">
          {says}
        </p>
      ))}
      <div className="pl-form">
        <Form
          state={form}
          submit={say.submit}
          verdict={verdict}
          cancel={() => go(draft === undefined ? '/planner' : `/planner/${draft}`)}
          send={async (values) => {
            const input = { ...(draft === undefined ? {} : { id: draft }), answers: answersOf(values, answers) };
            const done = await save.mutateAsync({ input });
            const { plan } = done.answer as { readonly plan: string };
            setTimeout(() => go(`/planner/${plan}`));
          }}
        >
          <Company {...q} />
          <Plans {...q} />
        </Form>
      </div>
    </Card>
  );
}

interface Part {
  readonly form: FormState<Typed>;
  readonly known: (...fields: readonly string[]) => readonly string[];
}

function Ask({
  n,
  title,
  why,
  known,
  children,
}: {
  readonly n: number;
  readonly title: string;
  readonly why: string;
  readonly known: readonly string[];
  readonly children: ReactNode;
}): ReactElement {
  return (
    <fieldset className="pl-ask">
      <legend>
        <span className="t3">{say.number(n)}</span> {title}
      </legend>
      <div className="why">
        <p className="t2">{why}</p>
        {known.map((says) => (
          <p key={says} className="s2 ok">
            {say.known(says)}
          </p>
        ))}
      </div>
      <div className="fields">{children}</div>
    </fieldset>
  );
}

function Tick({
  form,
  name,
  label,
}: {
  readonly form: FormState<Typed>;
  readonly name: string;
  readonly label: string;
}): ReactElement {
  return (
    <Checkbox
      label={label}
      checked={form.values[name] === 'yes'}
      onChange={({ currentTarget }) => form.set({ [name]: currentTarget.checked ? 'yes' : '' })}
    />
  );
}

const numeric = { inputMode: 'decimal', autoComplete: 'off' } as const;

function Five({
  form,
  what,
  help,
  unit,
}: {
  readonly form: FormState<Typed>;
  readonly what: string;
  readonly help: string;
  readonly unit: string;
}): ReactElement {
  return (
    <>
      <div className="five">
        {REGIONS.map((region) => (
          <TextInput
            key={region}
            label={say.regions[region]}
            {...numeric}
            {...form.field(`${what}.${region}`)}
            rightSection={unit === '' ? undefined : <span className="t3">{unit}</span>}
          />
        ))}
      </div>
      <p className="hint">{help}</p>
    </>
  );
}

/** Questions 1 to 6: the market and the company. */
function Company({ form, known }: Part): ReactElement {
  return (
    <>
      <Ask n={1} {...say.markets} known={known('markets')}>
        <Five form={form} what="markets" help={say.markets.help} unit={say.percent} />
      </Ask>
      <Ask n={2} {...say.asked} known={known('asked')}>
        <div className="two">
          <TextInput label={say.asked.soc2} {...numeric} {...form.field('asked.soc2')} />
          <TextInput label={say.asked.iso27001} {...numeric} {...form.field('asked.iso27001')} />
          <Choice
            form={form}
            name="asked.first"
            label={say.asked.first}
            options={optionsOf(words.lanes)}
            none={say.asked.unknown}
          />
          <TextInput type="date" label={say.asked.by} {...form.field('asked.by')} />
        </div>
      </Ask>
      <Ask n={3} {...say.waiting} known={known('waiting')}>
        <Five form={form} what="waiting" help={say.waiting.help} unit="" />
      </Ask>
      <Ask n={4} {...say.stage} known={[]}>
        <Choice form={form} name="stage" label={say.stage.label} options={optionsOf(say.stage.options)} />
        <Tick form={form} name="enterprise" label={say.stage.enterprise} />
        <Tick form={form} name="global" label={say.stage.global} />
      </Ask>
      <Ask n={5} {...say.people} known={known('persons')}>
        <div className="two">
          <TextInput label={say.people.persons} {...numeric} {...form.field('persons')} />
          <TextInput label={say.people.engineers} {...numeric} {...form.field('engineers')} />
        </div>
      </Ask>
      <Ask n={6} {...say.budget} known={[]}>
        <TextInput label={say.budget.label} {...numeric} {...form.field('budget')} />
        <Tick form={form} name="budgetIsHard" label={say.budget.hard} />
      </Ask>
    </>
  );
}

/** Questions 7 to 10: time, duties, scope, and the way. */
function Plans({ form, known }: Part): ReactElement {
  const months = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [String(i + 3), String(i + 3)]));
  return (
    <>
      <Ask n={7} {...say.time} known={[]}>
        <div className="two">
          <TextInput label={say.time.months} {...numeric} {...form.field('monthsAvailable')} />
          <TextInput type="date" label={say.time.starts} {...form.field('startsOn')} />
        </div>
        <p className="hint">{say.time.startsHelp}</p>
      </Ask>
      <Ask n={8} {...say.duty} known={[]}>
        <Choice form={form} name="industry" label={say.duty.industry} options={optionsOf(say.duty.industries)} />
        <Tick form={form} name="regulatedOutsideUs" label={say.duty.regulated} />
      </Ask>
      <Ask n={9} {...say.scope} known={known('categories')}>
        <p className="m">{say.scope.categories}</p>
        {CATEGORIES.map((category) => (
          <Tick key={category} form={form} name={`categories.${category}`} label={say.scope.categoryNames[category]} />
        ))}
        <p className="m">{say.scope.more}</p>
        {MORE.map((iso) => (
          <Tick key={iso} form={form} name={`plansMoreIso.${iso}`} label={say.scope.moreNames[iso]} />
        ))}
        <Tick form={form} name="wantsManagementSystem" label={say.scope.system} />
        <Tick form={form} name="wantsTightScope" label={say.scope.tight} />
      </Ask>
      <Ask n={10} {...say.way} known={[]}>
        <div className="two">
          <Choice form={form} name="windowMonths" label={say.way.window} options={optionsOf(months)} />
          <Choice form={form} name="type1" label={say.way.type1} options={optionsOf(say.way.type1s)} />
        </div>
        <Choice form={form} name="secondStarts" label={say.way.second} options={optionsOf(say.way.seconds)} />
        <Tick form={form} name="hasDoneBefore" label={say.way.done} />
        <Tick form={form} name="skipsRenewal" label={say.way.skip} />
      </Ask>
    </>
  );
}
