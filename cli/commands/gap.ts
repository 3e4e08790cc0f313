import { z } from 'zod';
import type { CommandSpec } from '../command.ts';
import { LinesBehind, linesSaid } from '../lines-behind.ts';
import { counted, table } from '../text.ts';

const Effort = z.object({ low: z.number(), likely: z.number(), high: z.number() });
const Gap = z.looseObject({
  asOf: z.string(),
  knownAt: z.string(),
  titles: z.object({ have: z.string(), want: z.string() }),
  programme: z.string().nullable().default(null),
  minStrength: z.int().nullable().default(null),
  measure: z.string().default(''),
  provenance: z.string().default(''),
  counts: z.object({ whole: z.int(), partial: z.int(), none: z.int(), of: z.int(), outOfScope: z.int() }),
  open: z.number(),
  lines: LinesBehind,
  items: z.array(
    z.looseObject({
      ref: z.string(),
      title: z.string(),
      extent: z.string(),
      because: z.string(),
      add: z.array(z.string()),
      evidence: z.looseObject({ documents: z.int(), performances: z.int(), checks: z.int() }),
    }),
  ),
  controls: z.array(z.looseObject({ id: z.string(), effort: Effort })),
  next: z.array(
    z.looseObject({ id: z.string(), title: z.string(), gain: z.number(), effort: Effort, after: z.number() }),
  ),
  documents: z.array(
    z.looseObject({ title: z.string(), refs: z.array(z.string()), need: z.string(), filed: z.array(z.string()) }),
  ),
  effort: z.looseObject({ controls: Effort, documents: Effort, total: Effort, source: z.string(), on: z.string() }),
});
type Gap = z.infer<typeof Gap>;

const days = (n: number): string => (n < 10 ? String(Math.round(n * 10) / 10) : String(Math.round(n)));
/** `4 to 30 days, likely 12` */
const span = ({ low, likely, high }: z.infer<typeof Effort>): string =>
  high === 0 ? 'nothing' : `${days(low)} to ${days(high)} person-days, likely ${days(likely)}`;

const EXTENT: Readonly<Record<string, string>> = { whole: 'whole', partial: 'partly', none: 'not reached' };

function itemsOf({ items }: Gap): string {
  const open = items.filter(({ extent }) => extent !== 'whole');
  if (open.length === 0) return 'Every item is reached whole.';
  const rows = open.map(({ ref, extent, add, evidence, because }) => [
    ref,
    EXTENT[extent] ?? extent,
    add.length === 0 ? '–' : add.join(', '),
    String(evidence.documents + evidence.performances + evidence.checks),
    because,
  ]);
  return table(['ITEM', 'REACHED', 'CONTROLS TO ADD', 'EVIDENCE', 'BECAUSE'], rows);
}

function textOf(found: Gap): string {
  const { counts, titles, next, documents, effort } = found;
  const scope = counts.outOfScope === 0 ? '' : ` ${counts.outOfScope} are out of scope.`;
  const strength = found.minStrength === null ? '' : ` from strength ${found.minStrength} on`;
  return [
    `${titles.want}, having ${titles.have === 'What operates today' ? 'what operates today' : titles.have}, as of ${found.asOf}, as known at ${found.knownAt}`,
    `${counts.whole} of ${counts.of} items are reached whole${strength}, ${counts.partial} of ${counts.of} partly, ${counts.none} of ${counts.of} not.${scope}`,
    itemsOf(found),
    ...(next.length === 0
      ? []
      : [
          `The next ${counted(next.length, 'control')} that buy the most for a day\n${table(
            ['CONTROL', 'ITEMS', 'OPEN AFTER', 'EFFORT', ''],
            next.map(({ id, title, gain, effort: its, after }) => [id, days(gain), days(after), span(its), title]),
          )}`,
        ]),
    found.measure,
    ...(documents.length === 0
      ? []
      : [
          `Documents of ${titles.want} alone\n${table(
            ['DOCUMENT', 'NEED', 'FOR', 'FILED FOR ITS CONTROLS'],
            documents.map(({ title, need, refs, filed }) => [
              title,
              need,
              refs.join(', '),
              counted(filed.length, 'document'),
            ]),
          )}`,
        ]),
    `Effort: ${span(effort.total)} (${counted(found.controls.length, 'control')}: ${span(effort.controls)}; documents beside them: ${span(effort.documents)}). As of ${effort.on}: ${effort.source}`,
    ...linesSaid(found.lines),
    `Provenance: ${found.provenance}`,
  ].join('\n\n');
}

export const gap: CommandSpec = {
  name: 'gap',
  says: 'What a framework still needs, having another one or what operates today: items, controls with effort, evidence that serves, documents, and which five controls buy the most.',
  options: [
    { flags: '--have <framework>', says: 'a framework, or operating: what operates today', required: true },
    { flags: '--want <framework>', says: 'the framework wanted', required: true },
    {
      flags: '--min-strength <strength>',
      says: 'from which strength on a link counts; default 5',
      choices: ['1', '5', '7'],
    },
    { flags: '--mapping <id>', says: 'the mapping that relates them; default shipped' },
    { flags: '--from <date>', says: 'first day whose evidence counts; default the last 365 days' },
    { flags: '--to <date>', says: 'last day whose evidence counts' },
  ],
  examples: [
    { line: 'gap --have soc2 --want iso27001', says: 'what ISO 27001 asks beyond SOC 2' },
    { line: 'gap --have operating --want soc2 --json', says: 'what SOC 2 asks beyond what operates today' },
  ],
  async run(context, given) {
    const client = await context.client();
    const strength = given.text('minStrength');
    const optional = {
      minStrength: strength === undefined ? undefined : Number(strength),
      mapping: given.text('mapping'),
      periodFrom: given.text('from'),
      periodTo: given.text('to'),
      programme: context.flags.programme,
    };
    const input = {
      have: given.must('have'),
      want: given.must('want'),
      ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    };
    const { answer } = await client.view('gap', input, context.clock);
    return { json: answer, text: textOf(Gap.parse(answer)) };
  },
};
