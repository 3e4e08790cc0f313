import { z } from 'zod';
import type { FrameworkId } from '../framework/catalog.ts';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import type { BoundaryKind } from '../framework/record.ts';
import { BOUNDARY_KINDS, Programme, SUBSERVICE_METHODS } from '../framework/record.ts';
import type { Shelf, Stored } from '../kernel/index.ts';
import { addDays, dateText, dayOf, defineView, idSchema, printInstant, refuse } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { responsible, somebody, Somebody } from '../timeline/responsible.ts';
import { CHANGES, changesOver } from './changes.ts';
import { crossingsOf } from './crossings.ts';
import { boundaryDecisions, keyOf, standOf } from './decided.ts';
import { THINGS } from './record.ts';
import type { Thing } from './things.ts';
import { lifeOn, LIVES, thingsOf } from './things.ts';

/** How far back what changed is looked for where no programme names a period. */
const LOOK_BACK_DAYS = 182;
const MOST_CHANGES = 500;

const Named = z.object({ kind: z.enum(BOUNDARY_KINDS), id: z.string(), name: z.string() });
export const WHERE = ['both', 'soc2', 'iso27001', 'neither', 'undecided'] as const;

/** What `boundary` answers. */
export const Boundary = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  day: z.string(),
  period: z.object({ from: z.string(), to: z.string() }).describe('Over which what changed is told.'),
  programmes: z
    .array(z.object({ id: z.string(), title: z.string(), framework: z.enum(FRAMEWORK_IDS) }))
    .describe('In force on the day, or the ones named: the SOC 2 system and the ISMS scope are drawn from theirs.'),
  things: z.array(
    Named.extend({
      type: z.string().nullable(),
      description: z.string().nullable(),
      owner: Somebody.nullable(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      life: z.enum(LIVES),
      people: z.int().nullable(),
      country: z.string().nullable(),
      holds: z.array(z.string()),
      where: z
        .enum(WHERE)
        .describe('In the SOC 2 system, the ISMS scope, both, neither (left out by somebody), or not decided.'),
      stands: z.array(
        z.object({
          programme: z.string(),
          framework: z.enum(FRAMEWORK_IDS),
          in: z.boolean().nullable(),
          justification: z.string().nullable(),
          method: z.enum(SUBSERVICE_METHODS).nullable(),
          by: Somebody.nullable(),
          at: z.string().nullable(),
        }),
      ),
      links: z.array(Named.extend({ link: z.string(), life: z.enum([...LIVES, 'unknown']) })),
    }),
  ),
  counts: z.object({
    things: z.int(),
    both: z.int(),
    soc2: z.int().describe('In the SOC 2 system and not in the ISMS scope.'),
    iso27001: z.int().describe('In the ISMS scope and not in the SOC 2 system.'),
    neither: z.int(),
    undecided: z.int(),
    ownerless: z.int(),
    people: z.int().describe('Persons in the teams within the ISMS scope, as far as teams say how many they are.'),
  }),
  crossings: z.array(
    z.object({
      programme: z.string(),
      framework: z.enum(FRAMEWORK_IDS),
      link: z.string(),
      from: Named,
      to: Named,
      inside: z.enum(['from', 'to']),
      other: z.enum(['out', 'undecided']),
    }),
  ),
  changes: z.object({
    total: z.int(),
    items: z.array(
      Named.extend({
        on: z.string(),
        what: z.enum(CHANGES),
        fields: z.array(z.string()),
        programme: z.string().nullable(),
        justification: z.string().nullable(),
        by: Somebody.nullable(),
      }),
    ),
  }),
});

const reads = [Programme, Person, ...THINGS] as const;
type ProgrammeRow = Stored<typeof Programme>;

export const boundary = defineView('boundary', {
  says: 'Entities, systems, data stores, teams, sites and third parties on a day: what is in the SOC 2 system, what in the ISMS scope, what nobody decided, what crosses the boundary, what changed.',
  input: z.strictObject({
    programmes: z
      .array(idSchema)
      .max(20)
      .optional()
      .describe('Programmes to draw it from, also ones not in force; without it those in force.'),
    since: dateText()
      .optional()
      .describe('From when what changed is told; without it from the start of the SOC 2 period, or half a year back.'),
  }),
  reads,
  area: 'posture',
  output: Boundary,
  compute(book, { programmes: wanted, since }, at) {
    const day = dayOf(at.zone, at.asOf);
    const programmes = wanted === undefined ? inForceOn(book.programme.all(), day) : named(book.programme, wanted);
    const all = thingsOf(book);
    const names = new Map(all.map((thing) => [keyOf(thing.kind, thing.id), thing]));
    const nameOf = (kind: BoundaryKind, id: string) => ({ kind, id, name: names.get(keyOf(kind, id))?.name ?? id });
    const decided = new Map<string, ReturnType<typeof boundaryDecisions>>(
      programmes.map(({ id }) => [
        id,
        boundaryDecisions(book.programme.history(id).filter((version, i) => i === 0 || version.recordedAt <= at.asOf)),
      ]),
    );
    const things = all.map((thing) => ({
      ...nameOf(thing.kind, thing.id),
      type: thing.type ?? null,
      description: thing.description ?? null,
      owner: thing.owner === undefined ? null : responsible(book, thing.owner, at),
      from: thing.from ?? null,
      to: thing.to ?? null,
      life: lifeOn(thing, day),
      people: thing.people ?? null,
      country: thing.country ?? null,
      holds: [...thing.holds],
      where: whereOf(thing, programmes),
      stands: programmes.map((programme) => {
        const stand = standOf(programme, thing.kind, thing.id);
        const last = decided.get(programme.id)?.get(keyOf(thing.kind, thing.id))?.at(-1);
        return {
          programme: programme.id,
          framework: programme.framework,
          in: stand.in,
          justification: stand.justification ?? null,
          method:
            programme.subservice?.find(({ party }) => thing.kind === 'third-party' && party === thing.id)?.method ??
            null,
          by: last === undefined ? null : somebody(book, last.by, at),
          at: last === undefined ? null : printInstant(last.at),
        };
      }),
      links: thing.links.map(({ link, kind, id }) => {
        const to = names.get(keyOf(kind, id));
        return { link, ...nameOf(kind, id), life: to === undefined ? ('unknown' as const) : lifeOn(to, day) };
      }),
    }));
    const current = all.filter((thing) => lifeOn(thing, day) === 'current');
    const crossings = programmes.flatMap((programme) =>
      crossingsOf(current, (thing) => {
        const found = names.get(keyOf(thing.kind, thing.id));
        return found === undefined || lifeOn(found, day) !== 'current'
          ? undefined
          : standOf(programme, thing.kind, thing.id).in;
      }).map((crossing) => ({
        ...crossing,
        programme: programme.id,
        framework: programme.framework,
        from: nameOf(crossing.from.kind, crossing.from.id),
        to: nameOf(crossing.to.kind, crossing.to.id),
      })),
    );
    const period = { from: since ?? startOf(programmes, day), to: day };
    if (period.from > period.to)
      throw refuse('invalid', { says: `Nothing can have changed from ${period.from} to ${day}, which is before it.` }, [
        'since',
      ]);
    const changes = changesOver(book, all, period, at.asOf, at.zone).filter(
      ({ programme }) => programme === undefined || decided.has(programme),
    );
    const now = things.filter(({ life }) => life === 'current');
    const standing = (where: (typeof WHERE)[number]): number => now.filter((thing) => thing.where === where).length;
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      day,
      period,
      programmes: programmes.map(({ id, title, framework }) => ({ id, title, framework })),
      things,
      counts: {
        things: now.length,
        both: standing('both'),
        soc2: standing('soc2'),
        iso27001: standing('iso27001'),
        neither: standing('neither'),
        undecided: standing('undecided'),
        ownerless: now.filter(({ owner }) => owner === null).length,
        people: now
          .filter(({ kind, where }) => kind === 'team' && (where === 'both' || where === 'iso27001'))
          .reduce((sum, { people }) => sum + (people ?? 0), 0),
      },
      crossings,
      changes: {
        total: changes.length,
        items: changes.slice(-MOST_CHANGES).map((one) => ({
          ...nameOf(one.kind, one.id),
          on: one.on,
          what: one.what,
          fields: [...one.fields],
          programme: one.programme ?? null,
          justification: one.justification ?? null,
          by: one.by === undefined ? null : somebody(book, one.by, at),
        })),
      },
    };
  },
});

export const inForceOn = (all: readonly ProgrammeRow[], day: string): readonly ProgrammeRow[] =>
  all
    .filter(({ from, to }) => (from === undefined || from <= day) && (to === undefined || day <= to))
    .sort((a, b) => FRAMEWORK_IDS.indexOf(a.framework) - FRAMEWORK_IDS.indexOf(b.framework));

const named = (shelf: Shelf<typeof Programme>, ids: readonly string[]): readonly ProgrammeRow[] =>
  [...new Set(ids)].map((id) => shelf.get(id));

/** In a framework where any of its programmes has it in; out where one has left it out and none has it in; else undecided. */
function whereOf(thing: Thing, programmes: readonly ProgrammeRow[]): (typeof WHERE)[number] {
  const stands = (framework: FrameworkId): boolean | null => {
    const all = programmes
      .filter((one) => one.framework === framework)
      .map((one) => standOf(one, thing.kind, thing.id).in);
    return all.includes(true) ? true : all.includes(false) ? false : null;
  };
  const [soc2, iso] = [stands('soc2'), stands('iso27001')];
  if (soc2 === true) return iso === true ? 'both' : 'soc2';
  if (iso === true) return 'iso27001';
  return soc2 === false || iso === false ? 'neither' : 'undecided';
}

const startOf = (programmes: readonly ProgrammeRow[], day: string): string =>
  programmes.map(({ periodFrom }) => periodFrom).find((from) => from !== undefined && from <= day) ??
  addDays(day, -LOOK_BACK_DAYS);
