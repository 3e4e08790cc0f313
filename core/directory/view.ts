import { z } from 'zod';
import { Control } from '../control/record.ts';
import type { At, Book, DateText, Role, Stored } from '../kernel/index.ts';
import { ask, dayOf, defineView, Entries, idSchema, printInstant, refuse, ROLES } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { gapSaid, responsibleAt } from '../people/responsible.ts';

const reads = [Person, Control] as const;
type Read = Book<typeof reads>;
type Row = Stored<typeof Person>;

/** `leaving`: a last day is known and not past. */
export const PERSON_STATES = ['here', 'leaving', 'coming', 'left'] as const;
export type PersonState = (typeof PERSON_STATES)[number];

const Who = z.object({ id: z.string(), name: z.string() });
const ControlNamed = z.object({ id: z.string(), title: z.string(), planned: z.boolean() });
const Roles = z.array(z.enum(ROLES));

const Entry = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().optional(),
  jobTitle: z.string().optional(),
  roles: Roles,
  state: z.enum(PERSON_STATES),
  startsOn: z.string().optional(),
  leavesOn: z.string().optional(),
  substitute: Who.optional(),
  /** Controls that are theirs to do on the day, in another's place too. */
  responsible: z.int(),
  inPlaceOf: z.int(),
  /** Controls they own that nobody is responsible for. */
  gaps: z.int(),
});

const Gap = z.object({ control: ControlNamed, owner: Who.optional(), because: z.string() });

/** Which roles somebody had, by the versions of their record: each until the next. */
const RolesOverTime = z.array(
  z.object({
    roles: Roles,
    from: z.string().describe('When it was recorded.'),
    to: z.string().nullable(),
    by: Who,
    index: z.int().optional().describe('Of its entry in the log.'),
  }),
);

const nameIn =
  (book: Read) =>
  (id: string): string =>
    book.person.find(id)?.name ?? book.person.history(id).at(-1)?.name ?? id;

const stateOf = ({ startsOn, leavesOn }: Row, day: DateText): PersonState => {
  if (startsOn !== undefined && day < startsOn) return 'coming';
  if (leavesOn === undefined) return 'here';
  return day <= leavesOn ? 'leaving' : 'left';
};

/** Controls that run or are planned on the day, with who is responsible for each. */
function assignments(book: Read, day: DateText) {
  return book.control
    .all()
    .filter(({ endsOn }) => endsOn === undefined || day <= endsOn)
    .map((control) => ({
      control: { id: control.id, title: control.title, planned: control.startsOn === undefined },
      owner: control.owner as string | undefined,
      ...responsibleAt(control.owner, (id) => book.person.find(id), day),
    }));
}
type Assignment = ReturnType<typeof assignments>[number];

const gapsIn = (all: readonly Assignment[], nameOf: (id: string) => string): z.infer<typeof Gap>[] =>
  all.flatMap((one) =>
    // One that is planned waits for an owner: its start asks for one.
    one.person !== undefined || (one.control.planned && one.gap.why === 'unowned')
      ? []
      : [
          {
            control: one.control,
            ...(one.owner === undefined ? {} : { owner: { id: one.owner, name: nameOf(one.owner) } }),
            because: gapSaid(one.gap, nameOf),
          },
        ],
  );

function entryOf(book: Read, row: Row, all: readonly Assignment[], day: DateText): z.infer<typeof Entry> {
  const { name, email, jobTitle, roles, startsOn, leavesOn, substitute } = row;
  const mine = all.filter(({ person }) => person === row.id);
  return {
    id: row.id,
    name,
    ...(email === undefined ? {} : { email }),
    ...(jobTitle === undefined ? {} : { jobTitle }),
    roles: [...roles],
    state: stateOf(row, day),
    ...(startsOn === undefined ? {} : { startsOn }),
    ...(leavesOn === undefined ? {} : { leavesOn }),
    ...(substitute === undefined ? {} : { substitute: { id: substitute, name: nameIn(book)(substitute) } }),
    responsible: mine.length,
    inPlaceOf: mine.filter(({ insteadOf }) => insteadOf.length > 0).length,
    gaps: all.filter((one) => one.owner === row.id && one.person === undefined).length,
  };
}

const SORTS = ['name', 'role', 'state', 'responsible', 'leavesOn'] as const;
const SORT_KEYS = [...SORTS, ...SORTS.map((key) => `-${key}` as const)] as const;

const keyOf = (entry: z.infer<typeof Entry>, sort: (typeof SORTS)[number]): string | number => {
  switch (sort) {
    case 'name':
      return entry.name.toLowerCase();
    case 'role':
      return Math.min(...entry.roles.map((role) => ROLES.indexOf(role)), ROLES.length);
    case 'state':
      return PERSON_STATES.indexOf(entry.state);
    case 'responsible':
      return entry.responsible;
    case 'leavesOn':
      return entry.leavesOn ?? '9999';
  }
};

function sorted(entries: z.infer<typeof Entry>[], by: (typeof SORT_KEYS)[number]): z.infer<typeof Entry>[] {
  const sign = by.startsWith('-') ? -1 : 1;
  const sort = SORTS.find((key) => by.endsWith(key)) ?? 'name';
  return entries.sort((a, b) => {
    const [x, y] = [keyOf(a, sort), keyOf(b, sort)];
    return (x < y ? -sign : x > y ? sign : 0) || (a.id < b.id ? -1 : 1);
  });
}

const contains = (entry: z.infer<typeof Entry>, text: string): boolean =>
  [entry.name, entry.email, entry.jobTitle, entry.id].some((field) => field?.toLowerCase().includes(text) === true);

export const PeopleDirectory = z.object({
  people: z.array(Entry),
  total: z.int(),
  /** By state, under all other filters. */
  counts: z.object({ here: z.int(), leaving: z.int(), coming: z.int(), left: z.int() }),
  gaps: z.array(Gap),
  next: z.string().nullable(),
});

export const peopleDirectory = defineView('people.directory', {
  says: 'People: what they may do, when they are there, who takes their place, what they answer for, and what nobody does.',
  input: z.strictObject({
    search: z.string().max(200).optional(),
    state: z.enum(PERSON_STATES).optional(),
    role: z.enum(ROLES).optional(),
    sort: z.enum(SORT_KEYS).default('name'),
    limit: z.int().min(1).max(200).default(50),
    cursor: z
      .string()
      .regex(/^[0-9]{1,9}$/)
      .optional(),
  }),
  reads,
  area: 'people',
  output: PeopleDirectory,
  compute(book, { search = '', state, role, sort, limit, cursor }, at) {
    const day = dayOf(at.zone, at.asOf);
    const all = assignments(book, day);
    const text = search.trim().toLowerCase();
    const found = book.person
      .all()
      .map((row) => entryOf(book, row, all, day))
      .filter((entry) => (text === '' || contains(entry, text)) && (role === undefined || entry.roles.includes(role)));
    const count = (of: PersonState): number => found.filter((entry) => entry.state === of).length;
    const shown = sorted(
      found.filter((entry) => state === undefined || entry.state === state),
      sort,
    );
    const first = Number(cursor ?? 0);
    return {
      people: shown.slice(first, first + limit),
      total: shown.length,
      counts: { here: count('here'), leaving: count('leaving'), coming: count('coming'), left: count('left') },
      gaps: gapsIn(all, nameIn(book)),
      next: first + limit < shown.length ? String(first + limit) : null,
    };
  },
});

const sameRoles = (a: readonly Role[], b: readonly Role[]): boolean => [...a].sort().join() === [...b].sort().join();

export const PersonDetail = Entry.extend({
  head: z.int(),
  rolesOverTime: RolesOverTime,
  controls: z.array(ControlNamed.extend({ inPlaceOf: z.array(Who) })),
  /** What they own and another does. */
  movedTo: z.array(z.object({ control: ControlNamed, to: Who })),
  gaps: z.int(),
  gapsIn: z.array(Gap),
  /** Whose place they take, or will. */
  substituteFor: z.array(Who.extend({ leavesOn: z.string().optional() })),
});

export const peopleOne = defineView('people.one', {
  says: 'One person: roles over time, who takes whose place, what they answer for and what of theirs nobody does.',
  input: z.strictObject({ person: idSchema }),
  reads,
  area: 'people',
  output: PersonDetail,
  *compute(book, { person: id }, at) {
    const row = book.person.find(id);
    if (row === undefined) throw refuse('missing', { kind: Person.kind, id });
    const day = dayOf(at.zone, at.asOf);
    const all = assignments(book, day);
    const nameOf = nameIn(book);
    const who = (one: string) => ({ id: one, name: nameOf(one) });
    const owned = all.filter(({ owner }) => owner === id);
    const entries = (yield* ask(Entries, { records: [{ kind: Person.kind, id }] })).get(`${Person.kind}/${id}`) ?? [];
    return {
      ...entryOf(book, row, all, day),
      head: row.head,
      rolesOverTime: rolesOverTime(book, id, at, entries, who),
      controls: all
        .filter(({ person }) => person === id)
        .map(({ control, insteadOf }) => ({ ...control, inPlaceOf: insteadOf.map(who) })),
      movedTo: owned.flatMap(({ control, person }) =>
        person === undefined || person === id ? [] : [{ control, to: who(person) }],
      ),
      gapsIn: gapsIn(owned, nameOf),
      substituteFor: book.person.pointingAt('substitute', id).map((other) => ({
        ...who(other.id),
        ...(other.leavesOn === undefined ? {} : { leavesOn: other.leavesOn }),
      })),
    };
  },
});

function rolesOverTime(
  book: Read,
  id: string,
  at: At,
  entries: readonly { readonly version: number; readonly index: number }[],
  who: (id: string) => z.infer<typeof Who>,
): z.infer<typeof RolesOverTime> {
  const known = book.person.history(id).filter(({ recordedAt }) => recordedAt <= at.asOf);
  const changes = known.filter((version, i) => {
    const before = known[i - 1];
    return before === undefined || !sameRoles(before.roles, version.roles);
  });
  return changes.map(({ roles, recordedAt, actor, version }, i) => {
    const next = changes[i + 1];
    const index = entries.find((entry) => entry.version === version)?.index;
    return {
      roles: [...roles],
      from: printInstant(recordedAt),
      to: next === undefined ? null : printInstant(next.recordedAt),
      by: who(actor),
      ...(index === undefined ? {} : { index }),
    };
  });
}
