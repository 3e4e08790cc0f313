import { z } from 'zod';
import type { CommandSpec } from '../command.ts';
import type { Ink } from '../text.ts';
import { counted, listed, painter, table } from '../text.ts';
import { refuseInput } from '../refusal.ts';

const Counts = z.object({ met: z.int(), partly: z.int(), unmet: z.int(), notObserved: z.int(), outOfScope: z.int() });
const Status = z.looseObject({
  asOf: z.string(),
  knownAt: z.string(),
  framework: z.string(),
  catalog: z.unknown().optional(),
  sample: z.boolean().default(false),
  counts: Counts,
  requirements: z.array(
    z.looseObject({
      ref: z.string(),
      state: z.string(),
      because: z.array(z.string()).default([]),
      controls: z
        .array(z.looseObject({ id: z.string(), state: z.string(), because: z.array(z.string()).default([]) }))
        .default([]),
    }),
  ),
});
type Status = z.infer<typeof Status>;

const SAMPLE = 'A sample organisation: the company is invented, and so are its history and the times in it.';

const FAIL_ON = ['unmet', 'failing', 'partly', 'not-observed'] as const;

const INK: Readonly<Record<string, Ink>> = { met: 'good', partly: 'warn', unmet: 'bad' };

/** Whether the state asked about occurs: `failing` speaks of controls, the others of requirements. */
function occurs(status: Status, state: string): boolean {
  return status.requirements.some((requirement) =>
    state === 'failing'
      ? requirement.controls.some((control) => control.state === 'failing')
      : requirement.state === state,
  );
}

const wordFor = (framework: string): readonly [string, string] =>
  framework.startsWith('soc2') ? ['criterion', 'criteria'] : ['requirement', 'requirements'];

/** `31 of 33 criteria met; 1 partly, 1 not observed. 28 out of scope.` */
export function summary(framework: string, counts: Status['counts']): string {
  const scope = counts.met + counts.partly + counts.unmet + counts.notObserved;
  const [one, many] = wordFor(framework);
  const rest = [
    [counts.unmet, 'unmet'],
    [counts.partly, 'partly'],
    [counts.notObserved, 'not observed'],
  ] as const;
  const others = rest.filter(([n]) => n > 0).map(([n, says]) => `${n} ${says}`);
  const outside = counts.outOfScope === 0 ? '' : ` ${counts.outOfScope} out of scope.`;
  return `${counts.met} of ${scope} ${scope === 1 ? one : many} met${others.length === 0 ? '' : `; ${listed(others)}`}.${outside}`;
}

const standing = (controls: Status['requirements'][number]['controls'], view: string | undefined): string => {
  if (controls.length === 0) return 'no control answers it';
  const n = (wanted: string): number => controls.filter(({ state }) => state === wanted).length;
  return view === 'design'
    ? `${n('implemented')} of ${counted(controls.length, 'control')} implemented`
    : `${n('operating')} of ${counted(controls.length, 'control')} operating`;
};

/** How many controls at fault a line names. */
const MOST_NAMED = 2;

/** The requirement's own reason and, since that only counts, what the controls at fault say. */
function reasonsOf({ because, controls }: Status['requirements'][number]): string {
  const failing = controls.filter(({ state }) => state === 'failing');
  const named = failing.slice(0, MOST_NAMED).map((control) => `${control.id}: ${control.because.join(' ')}`);
  const others = failing.length > MOST_NAMED ? [`and ${failing.length - MOST_NAMED} more.`] : [];
  return [...because, ...named, ...others].join(' ');
}

export const status: CommandSpec = {
  name: 'status',
  says: 'How each requirement of a framework stands, by the company’s own mapping: facts about records, not an auditor’s conclusion.',
  options: [
    { flags: '--framework <framework>', says: 'soc2 or iso27001', required: true },
    {
      flags: '--view <view>',
      says: 'operation: do controls operate; design: are they designed',
      choices: ['operation', 'design'],
    },
    {
      flags: '--fail-on <state>',
      says: `exit 1 if this occurs: ${FAIL_ON.join(', ')}; may be repeated`,
      many: true,
      choices: FAIL_ON,
    },
  ],
  examples: [
    { line: 'status --framework soc2', says: 'now' },
    {
      line: 'status --framework iso27001 --as-of 2026-03-31',
      says: 'as it was at the end of March, as known now',
    },
    {
      line: 'status --framework soc2 --fail-on unmet --fail-on not-observed',
      says: 'for a script: exit 1 if anything is not shown to operate',
      exit: 1,
    },
  ],
  async run(context, given) {
    const client = await context.client();
    const view = given.text('view');
    const { programme } = context.flags;
    const input = {
      framework: given.must('framework'),
      ...(view === undefined || view === 'operation' ? {} : { view }),
      ...(programme === undefined ? {} : { programme }),
    };
    const { answer } = await client.view('status', input, context.clock);
    const found = Status.parse(answer);
    const states = given.texts('failOn');
    const no = states.filter((state) => occurs(found, state));

    const paint = painter(context.world.stdout.isTTY === true, context.world.env);
    const open = found.requirements.filter(({ state }) => state !== 'met' && state !== 'out-of-scope');
    const rows = open.map((r) => [r.ref, r.state, standing(r.controls, given.text('view')), reasonsOf(r)]);
    const body =
      rows.length === 0 ? [] : ['', paintStates(table(['REF', 'STATE', 'CONTROLS', 'BECAUSE'], rows), paint)];
    return {
      json: answer,
      text: [
        ...(found.sample ? [SAMPLE] : []),
        `${found.framework} as of ${found.asOf}, as known at ${found.knownAt}`,
        summary(found.framework, found.counts),
        ...body,
      ].join('\n'),
      notes: no.map((state) => `--fail-on ${state}: it occurs.`),
      exit: no.length === 0 ? 0 : 1,
    };
  },
};

/** Colours the state in each row; the word stays. */
const paintStates = (text: string, paint: ReturnType<typeof painter>): string =>
  text.replace(
    /^(\S+ +)(met|partly|unmet)(?= )/gm,
    (_, before: string, state: string) => before + paint(INK[state], state),
  );

const Effectiveness = z.looseObject({
  from: z.string(),
  to: z.string(),
  knownAt: z.string(),
  controls: z.array(
    z.looseObject({
      control: z.string(),
      frequency: z.string(),
      operated: z.string(),
      counts: z.object({
        expected: z.int(),
        onTime: z.int(),
        late: z.int(),
        missed: z.int(),
        pending: z.int(),
        excused: z.int(),
      }),
      populations: z.array(z.looseObject({ items: z.int(), deviations: z.int() })).default([]),
    }),
  ),
});

export const effectiveness: CommandSpec = {
  name: 'effectiveness',
  says: 'How each control operated over a period: occurrences due and met, checks, populations.',
  options: [
    { flags: '--from <date>', says: 'first day', required: true },
    { flags: '--to <date>', says: 'last day', required: true },
    { flags: '--control <id>', says: 'only this control', many: true },
  ],
  examples: [
    { line: 'effectiveness --from 2026-01-01 --to 2026-06-30', says: 'the first half of the year' },
    {
      line: 'effectiveness --from 2026-01-01 --to 2026-03-31 --control AC-01 --json',
      says: 'one control, for a script',
    },
  ],
  async run(context, given) {
    if (context.flags.asOf !== undefined) throw refuseInput('window', {});
    const client = await context.client();
    const controls = given.texts('control');
    const { programme } = context.flags;
    const input = {
      from: given.must('from'),
      to: given.must('to'),
      ...(controls.length === 0 ? {} : { controls }),
      ...(programme === undefined ? {} : { programme }),
    };
    const { answer } = await client.view('effectiveness', input, { knownAt: context.flags.knownAt });
    const found = Effectiveness.parse(answer);
    const rows = found.controls.map(({ control, frequency, operated, counts, populations }) => [
      control,
      frequency,
      operated,
      counts.expected === 0 ? 'none due' : `${counts.onTime + counts.late} of ${counts.expected} met`,
      String(counts.late),
      String(counts.missed),
      String(counts.pending),
      String(counts.excused),
      populations.map(({ items, deviations }) => `${deviations} of ${items} deviate`).join('; '),
    ]);
    const heads = ['CONTROL', 'FREQUENCY', 'OPERATED', 'OCCURRENCES', 'LATE', 'MISSED', 'PENDING', 'EXCUSED', 'ITEMS'];
    const text = found.controls.length === 0 ? 'No control was adopted by then.' : table(heads, rows);
    return { json: answer, text: `${found.from} to ${found.to}, as known at ${found.knownAt}\n\n${text}` };
  },
};
