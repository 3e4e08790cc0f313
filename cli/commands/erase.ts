import { z } from 'zod';
import type { CommandSpec, Given } from '../command.ts';
import { refuseInput } from '../refusal.ts';
import { counted, plain } from '../text.ts';

const Preview = z.looseObject({
  title: z.string(),
  isErased: z.boolean(),
  asked: z.string().optional(),
  holds: z.array(z.object({ id: z.string(), name: z.string() })),
  verdicts: z.array(z.looseObject({ title: z.string(), says: z.string() })),
  occurrences: z.array(
    z.looseObject({
      control: z.object({ id: z.string() }),
      performance: z.string(),
      key: z.string().optional(),
      leftWithout: z.boolean(),
    }),
  ),
  controls: z.array(z.object({ id: z.string(), title: z.string() })),
  programmes: z.array(z.looseObject({ title: z.string(), from: z.string().optional(), to: z.string().optional() })),
  mentions: z.array(z.object({ kind: z.string(), id: z.string() })),
  goes: z.array(z.string()),
  stays: z.array(z.string()),
});
type Preview = z.infer<typeof Preview>;

/** The one thing that is named, or a refusal. */
function thingOf(given: Given): Record<string, string> {
  const named = (['evidence', 'person', 'item'] as const).filter((kind) => given.text(kind) !== undefined);
  const [kind, ...others] = named;
  if (kind === undefined || others.length > 0)
    throw refuseInput('usage', {
      says: 'Name one thing: --evidence, --person, or --item with --dataset and --source.',
    });
  if (kind !== 'item') return { kind, id: given.must(kind) };
  const [dataset, source] = [given.text('dataset'), given.text('source')];
  if (dataset === undefined || source === undefined)
    throw refuseInput('usage', { says: 'An item is named by --item, --dataset (in full) and --source.' });
  return { kind, item: given.must('item'), dataset, source };
}

function textOf(found: Preview): string {
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${plain(line)}`)];
  return [
    found.isErased ? `${plain(found.title)}: nothing of it is left to erase.` : `To be erased: ${plain(found.title)}`,
    ...part('WHAT GOES', found.goes),
    ...part('WHAT STAYS', found.stays),
    ...part('WHAT RESTS ON IT', [
      ...found.occurrences.map(
        ({ control, key, performance, leftWithout }) =>
          `${control.id} ${key ?? performance}: ${leftWithout ? 'would have none of the evidence it requires' : 'has other evidence, or needs none'}`,
      ),
      ...found.verdicts.map(
        ({ title, says }) => `“${title}”: ${says === 'other' ? 'passes or does not apply' : says}, would be unknown`,
      ),
      ...found.controls.map(({ id, title }) => `${id}  ${title}`),
      ...found.programmes.map(
        ({ title, from, to }) => `${title}${from === undefined ? '' : `, ${from} to ${to ?? ''}`}`,
      ),
    ]),
    ...part(
      'NOT REACHED, with the same words',
      found.mentions.map(({ kind, id }) => `${kind} ${id}`),
    ),
    ...part(
      'KEPT BY A LEGAL HOLD',
      found.holds.map(({ id, name }) => `${name} (${id})`),
    ),
  ].join('\n');
}

export const erase: CommandSpec = {
  name: 'erase',
  says: 'Shows what would go and what rests on it; with --why and --basis asks for it to be erased. Another person decides.',
  options: [
    { flags: '--evidence <id>', says: 'a document: its bytes and words' },
    { flags: '--person <id>', says: 'a person: name and addresses' },
    { flags: '--item <id>', says: 'an item of a source: its data in every collection so far' },
    { flags: '--dataset <name>', says: 'of the item, in full, as hr/people' },
    { flags: '--source <id>', says: 'of the item' },
    { flags: '--why <text>', says: 'the reason; it stays, so it names nobody' },
    { flags: '--basis <text>', says: 'the legal ground, as "GDPR Art. 17(1)(b)"' },
  ],
  examples: [
    { line: 'erase --item p-17 --dataset people/people --source people', says: 'what would go, and what rests on it' },
    {
      line: 'erase --item p-17 --dataset people/people --source people --why "Asked for it and has left" --basis "GDPR Art. 17(1)(b)"',
      says: 'asks; another person approves',
    },
  ],
  async run(context, given) {
    const what = thingOf(given);
    const [why, basis] = [given.text('why'), given.text('basis')];
    if ((why === undefined) !== (basis === undefined))
      throw refuseInput('usage', { says: 'To ask takes both --why and --basis. Without them what would go is shown.' });
    const client = await context.client();
    const { answer } = await client.view('erasure.preview', { what }, {});
    const preview = Preview.parse(answer);
    const shown = textOf(preview);
    if (why === undefined || basis === undefined) return { json: { preview: answer }, text: shown };
    const { answer: asked } = await client.act(
      'erasure.ask',
      { what, why, basis },
      { idempotencyKey: context.world.uuid() },
      z.object({ erasure: z.string() }),
    );
    const rests = preview.occurrences.length + preview.verdicts.length;
    return {
      json: { preview: answer, erasure: asked.erasure },
      text: `${shown}\n\nAsked for as ${asked.erasure}. Nothing is erased yet: another person, an owner or a lead, approves it with\n  countersign act erasure.approve --erasure ${asked.erasure}`,
      notes:
        rests === 0
          ? []
          : [`${counted(rests, 'piece of work or verdict rests', 'pieces of work and verdicts rest')} on it.`],
    };
  },
};
