import { z } from 'zod';
import { LIBRARY } from '../control/library.ts';
import type { Control } from '../control/record.ts';
import { FREQUENCIES } from '../control/schedule.ts';
import { crosswalkReads } from '../crosswalk/edges.ts';
import { EXTENTS, LineCounts, RELATIONS, reviewedIn, reviewReads } from '../crosswalk/index.ts';
import { CONTROL_STATES } from '../effectiveness/control-state.ts';
import { controlStates } from '../effectiveness/states.ts';
import { leftOut, programmeOf } from '../effectiveness/status.ts';
import type { Framework } from '../framework/catalog.ts';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import { cataloguesOf } from '../framework/catalogues.ts';
import { refuseFramework } from '../framework/own.ts';
import { Programme } from '../framework/record.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dateText, dayOf, defineView, idSchema, printInstant } from '../kernel/index.ts';
import { controlsInForce } from './bases.ts';
import { comparisonOf, setsBehind, SHIPPED_MAPPING } from './comparison.ts';
import { documentsOf } from './documents.ts';
import type { Effort } from './effort.ts';
import { added, EFFORT_SOURCE, effortOf, NO_EFFORT, putRightOf, scaled, setUpOf, yearOf } from './effort.ts';
import type { Collected } from './evidence.ts';
import { evidenceIn, evidenceReads, isCollected } from './evidence.ts';
import type { Need } from './needs.ts';
import { needsOfFramework, needsOfOperating, ownControls } from './needs.ts';
import { nextOf, offersOf } from './next.ts';
import { evidencePeriod, momentsOf } from './period.ts';
import { PeriodAnswer, provenanceOf } from './view.ts';

/** What one may have, beside a framework: the controls that operate at the moment asked about. */
export const OPERATING = 'operating';

const gapReads = [...crosswalkReads, ...reviewReads, ...evidenceReads, Programme] as const;
type GapBook = Book<typeof gapReads>;

const EffortAnswer = z.object({ low: z.number(), likely: z.number(), high: z.number() });

export const Gap = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  have: z.string(),
  want: z.string(),
  titles: z.object({ have: z.string(), want: z.string() }),
  programme: z.string().nullable().describe('Whose scope was taken; null: the whole catalogue.'),
  minStrength: z.int().nullable().describe('From which strength on a link counts; null where no crosswalk was asked.'),
  measure: z.string().describe('What the figures count, in sentences.'),
  provenance: z.string(),
  period: PeriodAnswer,
  counts: z.object({ whole: z.int(), partial: z.int(), none: z.int(), of: z.int(), outOfScope: z.int() }),
  open: z.number().describe('Items still open, parts of items added up.'),
  lines: LineCounts.nullable().describe(
    'Lines of mappings behind the figures, by what reviewers say, which changes none; null where no crosswalk was asked.',
  ),
  items: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      group: z.string(),
      part: z.string(),
      extent: z.enum(EXTENTS),
      reach: z.number().describe('Tenths.'),
      open: z.number().describe('As a share of 1.'),
      because: z.string(),
      best: z.object({ ref: z.string(), relation: z.enum(RELATIONS).nullable(), strength: z.number() }).nullable(),
      lines: LineCounts.nullable().describe('Lines of the best link.'),
      controls: z.object({ operating: z.int(), of: z.int() }),
      add: z.array(z.string()).describe('Controls that could close it.'),
      evidence: z
        .object({ documents: z.int(), performances: z.int(), checks: z.int(), controls: z.array(z.string()) })
        .describe('What was collected in the period that serves it already.'),
    }),
  ),
  outOfScope: z.array(z.object({ ref: z.string(), title: z.string(), justification: z.string() })),
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      does: z
        .enum(['adopt', 'start', 'put-right', 'show'])
        .describe('adopt: from the library. start: planned. put-right: it fails. show: it is not observed.'),
      state: z.enum(CONTROL_STATES).nullable().describe('null: not adopted.'),
      nature: z.enum(['manual', 'hybrid', 'automated']).nullable(),
      frequency: z.enum(FREQUENCIES),
      ownerRole: z.string().nullable(),
      closes: z.array(z.string()),
      share: z.number().describe('How much of it is still to do: the largest open part among its items.'),
      gain: z.number().describe('Items newly reached.'),
      effort: EffortAnswer.describe('Person-days until it operates.'),
      perYear: EffortAnswer.describe('Person-days a year to run it.'),
    }),
  ),
  next: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      gain: z.number(),
      effort: EffortAnswer,
      after: z.number().describe('Items still open after it and those before it.'),
    }),
  ),
  documents: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      says: z.string(),
      refs: z.array(z.string()),
      need: z.enum(['required', 'usual']),
      source: z.string(),
      controls: z.array(z.string()),
      filed: z.array(z.string()).describe('Documents filed in the period for those controls: one of them may be it.'),
      effort: EffortAnswer,
      within: z.array(z.string()).describe('Controls to add whose effort includes it.'),
    }),
  ),
  effort: z.object({
    controls: EffortAnswer,
    documents: EffortAnswer.describe('Of those not within a control’s effort, nor filed.'),
    total: EffortAnswer,
    perYear: EffortAnswer,
    source: z.string(),
    on: z.string(),
    note: z.string(),
  }),
});

const MEASURE =
  'An item counts as one. What one has leaves a part of it open; that part is shared equally among the controls that could close it, and what a control buys is the sum of its parts. The next controls are those that buy the most for a likely person-day.';

type Row = Stored<typeof Control>;

export const gap = defineView('gap', {
  says: 'What a framework still needs, having another one or what operates today: items, controls with effort, evidence that serves already, documents of its own, and which five controls buy the most.',
  input: z.strictObject({
    have: z.string().max(40).describe('A framework, or `operating`: what operates at the moment asked about.'),
    want: z.string().max(40).describe('The framework wanted.'),
    minStrength: z
      .union([z.literal(1), z.literal(5), z.literal(7)])
      .default(5)
      .describe('From which strength on a link of the crosswalk counts.'),
    mapping: z.string().max(100).default(SHIPPED_MAPPING),
    periodFrom: dateText().optional().describe('First day whose evidence counts.'),
    periodTo: dateText().optional().describe('Last day whose evidence counts.'),
    programme: idSchema.optional().describe('The programme of the framework wanted, whose scope counts.'),
  }),
  reads: gapReads,
  output: Gap,
  area: 'posture',
  *compute(book, input, at) {
    const { have, want, minStrength, mapping } = input;
    const wanted = catalogueOf(book, want, 'want');
    const comparison = have === OPERATING ? undefined : comparisonOf(book, { from: have, to: want, mapping });
    const programme = scopeOf(book, wanted, input.programme, at);
    const outOfScope = programme === undefined ? new Map<string, string>() : leftOut(programme);
    const inScope = wanted.requirements.filter(({ ref }) => !outOfScope.has(ref));

    const controls = controlsInForce(book, at);
    const standings = yield* controlStates(book, at);
    const states = new Map([...standings].map(([id, { state }]) => [id, state]));
    const period = evidencePeriod(input, programme, at);
    const collected = yield* evidenceIn(
      book,
      controls.map(({ id }) => id),
      momentsOf(period, at),
      at,
    );

    const answering = answeringTo(wanted, controls);
    const controlsOf = ownControls(answering, states);
    const library = libraryFor(book, wanted);
    const needs =
      comparison === undefined
        ? needsOfOperating(inScope, controlsOf, library)
        : needsOfFramework(comparison, inScope, minStrength, controlsOf, library);

    const byId = new Map(controls.map((control) => [control.id as string, control]));
    const offers = offersOf(
      needs.map(({ requirement, open, candidates }) => ({ ref: requirement.ref, open, candidates })),
    );
    const rows = [...offers.values()].map((offer) => ({
      ...offer,
      ...described(offer.control, byId.get(offer.control), states.get(offer.control), offer.share),
    }));
    const open = needs.reduce((sum, need) => sum + need.open, 0);
    let left = open;
    const next = nextOf(rows, ({ effort }) => effort).map(({ control, title, gain, effort }) => {
      left = Math.max(0, left - gain);
      return { id: control, title, gain, effort, after: left };
    });
    const toAdd = new Set(offers.keys());
    const documents = documentsOf(want)
      .filter(({ refs }) => refs.some((ref) => !outOfScope.has(ref)))
      .map((document) => ({
        ...document,
        filed: document.controls.flatMap((id) => collected.get(id)?.documents ?? []),
        effort: effortOf(document.effort),
        within: document.controls.filter((id) => toAdd.has(id)),
      }));
    const ofControls = rows.reduce<Effort>((sum, { effort }) => added(sum, effort), NO_EFFORT);
    const ofDocuments = documents
      .filter(({ within, filed }) => within.length === 0 && filed.length === 0)
      .reduce<Effort>((sum, { effort }) => added(sum, effort), NO_EFFORT);
    const count = (extent: Need['extent']): number => needs.filter((need) => need.extent === extent).length;
    const serves = (id: string): boolean => comparison === undefined || answersSomethingOf(byId.get(id), have);
    const reviewed = comparison === undefined ? undefined : reviewedIn(book, comparison.edges);
    const linesOf = ({ best }: Need): readonly string[] => best?.paths[0].edges.map(({ id }) => id) ?? [];
    const lines = needs.flatMap(linesOf);
    const titles = new Map(wanted.requirements.map(({ ref, title }) => [ref, title]));

    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      have,
      want,
      titles: { have: comparison?.from.title ?? 'What operates today', want: wanted.title },
      programme: programme?.id ?? null,
      minStrength: comparison === undefined ? null : minStrength,
      measure: MEASURE,
      provenance:
        comparison === undefined
          ? 'Which items a control answers is the company’s own mapping.'
          : provenanceOf('crosswalk', setsBehind(comparison, lines)),
      period,
      counts: {
        whole: count('whole'),
        partial: count('partial'),
        none: count('none'),
        of: needs.length,
        outOfScope: wanted.requirements.length - needs.length,
      },
      open,
      lines: reviewed?.count(lines) ?? null,
      items: needs.map((need) => ({
        ref: need.requirement.ref,
        title: need.requirement.title,
        group: need.requirement.group,
        part: need.requirement.part,
        extent: need.extent,
        reach: need.reach,
        open: need.open,
        because: need.because,
        best:
          need.best === undefined
            ? null
            : { ref: need.best.from.ref, relation: need.best.paths[0].claim.relation, strength: need.reach },
        lines: reviewed?.count(linesOf(need)) ?? null,
        controls: { operating: need.controls.operating.length, of: need.controls.of },
        add: need.open > 0 ? [...need.candidates] : [],
        evidence: servingTold((answering.get(need.requirement.ref) ?? []).filter(serves), collected),
      })),
      outOfScope: [...outOfScope].flatMap(([ref, justification]) => {
        const title = titles.get(ref);
        return title === undefined ? [] : [{ ref, title, justification }];
      }),
      controls: rows
        .sort((a, b) => b.gain - a.gain || (a.control < b.control ? -1 : 1))
        .map(({ control, closes, ...row }) => ({ ...row, id: control, closes: [...closes] })),
      next,
      documents: documents.map(({ framework: _, ...document }) => document),
      effort: {
        controls: ofControls,
        documents: ofDocuments,
        total: added(ofControls, ofDocuments),
        perYear: rows
          .filter(({ does }) => does === 'adopt' || does === 'start')
          .reduce<Effort>((sum, { perYear }) => added(sum, perYear), NO_EFFORT),
        ...EFFORT_SOURCE,
      },
    };
  },
});

function catalogueOf(book: GapBook, id: string, field: string): Framework {
  const found = cataloguesOf(book).get(id);
  if (found === undefined) throw refuseFramework('unknown', { id }, [field]);
  return found;
}

/** The programme whose scope counts: the one named, else the one in force; undefined where there is none, or can be none. */
function scopeOf(
  book: GapBook,
  { id: framework }: Framework,
  named: string | undefined,
  at: At,
): Stored<typeof Programme> | undefined {
  const known = FRAMEWORK_IDS.find((one) => one === framework);
  if (known === undefined) return named === undefined ? undefined : book.programme.get(named);
  const day = dayOf(at.zone, at.asOf);
  const isInForce = book.programme
    .all()
    .some(
      (p) => p.framework === known && (p.from === undefined || p.from <= day) && (p.to === undefined || day <= p.to),
    );
  return named === undefined && !isInForce ? undefined : programmeOf(book, known, named, at);
}

const answers = (answered: Row['answers'], framework: string): readonly string[] => {
  const known = FRAMEWORK_IDS.find((one) => one === framework);
  return known === undefined ? [] : answered[known];
};
const answersSomethingOf = (control: Row | undefined, framework: string): boolean =>
  control !== undefined && answers(control.answers, framework).length > 0;

/** By item the own controls that answer it. */
function answeringTo({ id }: Framework, controls: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const pairs = controls.flatMap((control) =>
    answers(control.answers, id).map((ref) => [ref, control.id as string] as const),
  );
  return new Map([...Map.groupBy(pairs, ([ref]) => ref)].map(([ref, all]) => [ref, all.map(([, control]) => control)]));
}

/** By item the controls of the library that answer it and that the organisation has never had. */
function libraryFor(book: GapBook, { id: framework }: Framework): (ref: string) => readonly string[] {
  const known = FRAMEWORK_IDS.find((one) => one === framework);
  const had = new Set(book.control.ids());
  return (ref) =>
    known === undefined
      ? []
      : LIBRARY.filter(({ id, body }) => !had.has(id) && body.answers?.[known]?.includes(ref) === true).map(
          ({ id }) => id,
        );
}

const library = new Map(LIBRARY.map((control) => [control.id, control]));

/** A control to add, as people read of it: own, or of the library. */
function described(
  id: string,
  own: Row | undefined,
  state: z.infer<typeof Gap>['controls'][number]['state'] | undefined,
  share: number,
) {
  const body = own ?? library.get(id)?.body;
  const about = { nature: body?.nature ?? undefined, frequency: body?.frequency ?? ('annual' as const) };
  const does: z.infer<typeof Gap>['controls'][number]['does'] =
    own === undefined ? 'adopt' : state === 'failing' ? 'put-right' : state === 'not-observed' ? 'show' : 'start';
  const base = does === 'adopt' || does === 'start' ? setUpOf(about) : putRightOf(about);
  return {
    title: body?.title ?? id,
    does,
    state: own === undefined ? null : (state ?? 'planned'),
    nature: about.nature ?? null,
    frequency: about.frequency,
    ownerRole: body?.ownerRole ?? null,
    effort: scaled(base, share),
    perYear: yearOf(about),
  };
}

/** What serves an item already: evidence of the controls that answer it. */
function servingTold(controls: readonly string[], collected: ReadonlyMap<string, Collected>) {
  const serving = controls.flatMap((id) => {
    const found = collected.get(id);
    return found !== undefined && isCollected(found) ? [{ id, ...found }] : [];
  });
  const distinct = (of: (one: Collected) => readonly string[]): number => new Set(serving.flatMap(of)).size;
  return {
    documents: distinct((one) => one.documents),
    performances: distinct((one) => one.performances),
    checks: distinct((one) => one.checks),
    controls: serving.map(({ id }) => id),
  };
}
