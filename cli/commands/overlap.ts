import type { Client } from '@countersign/api/client.ts';
import { Refusal } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import type { CommandSpec, Given } from '../command.ts';
import type { Context } from '../context.ts';
import { LinesBehind, linesSaid } from '../lines-behind.ts';
import { table } from '../text.ts';

const Overlap = z.looseObject({
  lines: LinesBehind,
  asOf: z.string(),
  knownAt: z.string(),
  from: z.string(),
  to: z.string(),
  provenance: z.string(),
  notes: z.array(z.string()).default([]),
  hops: z.int().default(1),
  period: z.object({ from: z.string(), to: z.string(), by: z.string() }).nullable().default(null),
  titles: z.object({ from: z.string(), to: z.string() }),
  definitions: z.array(
    z.object({
      minStrength: z.int(),
      direction: z.string(),
      touched: z.int(),
      whole: z.int(),
      partial: z.int(),
      of: z.int(),
    }),
  ),
  weighted: z.array(z.object({ direction: z.string(), mean: z.number() })),
  byGroup: z.array(
    z.looseObject({
      group: z.string(),
      name: z.string().default(''),
      direction: z.string(),
      minStrength: z.int(),
      touched: z.int(),
      whole: z.int(),
      of: z.int(),
    }),
  ),
});
type Overlap = z.infer<typeof Overlap>;

const BASES = ['evidence', 'crosswalk', 'controls'] as const;
type Basis = (typeof BASES)[number];

/** The strength at which groups are told to people: about half. JSON has all three. */
const GROUPS_AT = 5;

const DEFINES: Readonly<Record<number, string>> = {
  1: 'any link (strength 1 or more)',
  5: 'about half or more (strength 5 or more)',
  7: 'most of the evidence (strength 7 or more)',
};
const MEANS: Readonly<Record<Basis, string>> = {
  evidence: 'Own evidence: items answered by a control for which evidence collected for the other framework exists',
  crosswalk: 'Crosswalk: items that the mapping links to an item of the other framework',
  controls: 'Own controls: items answered by a control that answers the other framework too',
};

/** Evidence comes first once there is any. */
const inOrder = (answers: ReadonlyMap<Basis, Overlap>): readonly (readonly [Basis, Overlap])[] => {
  const hasEvidence = (answers.get('evidence')?.definitions ?? []).some(({ touched }) => touched > 0);
  const order = hasEvidence ? BASES : (['crosswalk', 'controls', 'evidence'] as const);
  return order.flatMap((basis) => {
    const answer = answers.get(basis);
    return answer === undefined ? [] : [[basis, answer] as const];
  });
};

function figures({ definitions, weighted }: Overlap, direction: string): string {
  const rows = definitions
    .filter((one) => one.direction === direction)
    .map(({ minStrength, touched, whole, partial, of }) => [
      DEFINES[minStrength] ?? `strength ${minStrength} or more`,
      `${touched} of ${of}`,
      `${whole} of ${of}`,
      `${partial} of ${of}`,
    ]);
  const of = definitions.find((one) => one.direction === direction)?.of ?? 0;
  const mean = weighted.find((one) => one.direction === direction)?.mean ?? 0;
  const average = `Best strength of an item, on average over ${of}: ${(mean * 10).toFixed(1)} of 10.`;
  return `${table(['DEFINITION', 'REACHED', 'WHOLE', 'PARTLY'], rows)}\n${average}`;
}

function groups({ byGroup }: Overlap, direction: string): string {
  const rows = byGroup
    .filter((one) => one.direction === direction && one.minStrength === GROUPS_AT && one.of > 0)
    .map(({ group, name, touched, whole, of }) => [group, `${touched} of ${of}`, `${whole} of ${of}`, name]);
  return table([`AT ${GROUPS_AT} OR MORE`, 'REACHED', 'WHOLE', ''], rows);
}

function textOf(answers: ReadonlyMap<Basis, Overlap>): string {
  const ordered = inOrder(answers);
  const first = ordered[0]?.[1];
  if (first === undefined) return '';
  const ways = [
    [`${first.from}→${first.to}`, `Items of ${first.titles.to} reached from ${first.titles.from}`],
    [`${first.to}→${first.from}`, `Items of ${first.titles.from} reached from ${first.titles.to}`],
  ] as const;
  const sections = ordered.flatMap(([basis, answer]) => {
    const days = answer.period === null ? '' : `, ${answer.period.from} to ${answer.period.to}`;
    const empty = answer.definitions.every(({ touched }) => touched === 0);
    if (basis === 'evidence' && empty) return [`${MEANS[basis]}${days}: none yet.`];
    return [
      `${MEANS[basis]}${days}`,
      ...ways.flatMap(([direction, says]) => [
        `${says} (${direction})\n${figures(answer, direction)}`,
        ...(basis === ordered[0]?.[0] ? [groups(answer, direction)] : []),
      ]),
      ...linesSaid(answer.lines),
      ...answer.notes,
    ];
  });
  return [
    `${first.titles.from} and ${first.titles.to} as of ${first.asOf}, as known at ${first.knownAt}`,
    ...sections,
    `Whole: something equal to the item, or containing it, reaches it. Item by item: countersign view overlap.items --from ${first.from} --to ${first.to}`,
    `Provenance: ${answers.get('crosswalk')?.provenance ?? first.provenance}`,
  ].join('\n\n');
}

function inputOf(context: Context, given: Given, basis: Basis): Readonly<Record<string, unknown>> {
  const { programme } = context.flags;
  const optional = {
    mapping: given.text('mapping'),
    periodFrom: given.text('from'),
    periodTo: given.text('to'),
    programme,
  };
  const asked = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { from: given.args[0], to: given.args[1], basis, ...Object.fromEntries(asked) };
}

/** What a basis answers; undefined where controls name no items of a framework, of which the crosswalk still speaks. */
async function answerOn(client: Client, context: Context, given: Given, basis: Basis): Promise<unknown> {
  try {
    return (await client.view('overlap', inputOf(context, given, basis), context.clock)).answer;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'overlap.unanswered') return undefined;
    throw error;
  }
}

export const overlap: CommandSpec = {
  name: 'overlap',
  says: 'How much of one framework another covers, both ways: by own evidence, by the crosswalk, by own controls. Counts with their definitions; never one figure.',
  args: [
    { name: '<from>', says: 'a framework: soc2, iso27001, iso27001-2013, or one of your own' },
    { name: '<to>', says: 'the framework it is compared with' },
  ],
  options: [
    {
      flags: '--basis <basis>',
      says: 'only this one; with --json the default is crosswalk',
      choices: ['crosswalk', 'controls', 'evidence'],
    },
    { flags: '--mapping <id>', says: 'the mapping that relates them; default shipped' },
    { flags: '--from <date>', says: 'first day whose evidence counts; default the last 365 days' },
    { flags: '--to <date>', says: 'last day whose evidence counts' },
  ],
  examples: [
    { line: 'overlap soc2 iso27001', says: 'both ways, on every basis' },
    { line: 'overlap iso27001 soc2 --json', says: 'one document, by the crosswalk' },
    {
      line: 'overlap soc2 iso27001 --basis evidence --from 2026-01-01 --to 2026-03-31 --json',
      says: 'by what was collected in a quarter',
    },
  ],
  async run(context, given) {
    const client = await context.client();
    const named = BASES.find((basis) => basis === given.text('basis'));
    if (named !== undefined || context.flags.json) {
      const basis = named ?? 'crosswalk';
      const { answer } = await client.view('overlap', inputOf(context, given, basis), context.clock);
      return { json: answer, text: textOf(new Map([[basis, Overlap.parse(answer)]])) };
    }
    const answers = new Map<Basis, Overlap>();
    for (const basis of BASES) {
      const answer = await answerOn(client, context, given, basis);
      if (answer !== undefined) answers.set(basis, Overlap.parse(answer));
    }
    const silent = BASES.filter((basis) => !answers.has(basis));
    const notes =
      silent.length === 0
        ? []
        : [
            'Controls name items of SOC 2 and ISO 27001 only: for these two there is nothing to count by controls or evidence.',
          ];
    return { json: null, text: textOf(answers), notes };
  },
};
