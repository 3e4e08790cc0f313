import { z } from 'zod';
import { Source } from '../connector/record.ts';
import { Performance } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import type { At, Book, Instant, RecordDef, Shelf } from '../kernel/index.ts';
import { ask, defineView, Entries, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Policy } from '../policy/record.ts';
import { TimeAuthority, Witness } from '../proof/record.ts';
import { FirstCollection } from './feed.ts';

const reads = [Source, Person, Control, Performance, Policy, TimeAuthority, Witness] as const;
type Read = Book<typeof reads>;

/** In the order in which they help; the last one is to look at, and no record says who has looked. */
export const STEPS = [
  'code-host',
  'identity',
  'people',
  'controls',
  'collection',
  'performance',
  'policy',
  'time',
  'witness',
  'gaps',
] as const;
type StepId = (typeof STEPS)[number];

const PATHS = {
  'code-host': '/sources?add=code-host',
  identity: '/sources?add=identity',
  people: '/people?invite=1',
  controls: '/controls?state=planned',
  collection: '/sources',
  performance: '/work',
  policy: '/policies',
  time: '/ledger?do=time',
  witness: '/ledger?do=witness',
  gaps: '/soc2/requirements?state=unmet',
} as const satisfies Record<StepId, string>;

/** What sources call themselves, by connector or by the name that they are fed as. */
const CODE_HOSTS = ['git', 'github', 'gitlab', 'bitbucket', 'gitea', 'azure-devops'];
const IDENTITY = ['okta', 'entra', 'google', 'google-workspace', 'jumpcloud', 'keycloak', 'identity', 'people', 'hr'];

/** A version that did a step. */
interface Doing {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly at: Instant;
  readonly by: string;
  readonly what: string;
}

const earliest = (found: readonly Doing[]): Doing | undefined =>
  found.reduce<Doing | undefined>((first, one) => (first === undefined || one.at < first.at ? one : first), undefined);

/** The first version of each record, known and there by then, that did it. */
function firstOf<D extends RecordDef>(
  def: D,
  shelf: Shelf<D>,
  asOf: Instant,
  does: (row: ReturnType<Shelf<D>['history']>[number]) => string | undefined,
): Doing | undefined {
  const kind: string = def.kind;
  return earliest(
    shelf.ids().flatMap((id) => {
      for (const row of shelf.history(id)) {
        const { version, recordedAt, actor } = row as { version: number; recordedAt: Instant; actor: string };
        const what = recordedAt <= asOf ? does(row) : undefined;
        if (what !== undefined) return [{ kind, id, version, at: recordedAt, by: actor, what }];
      }
      return [];
    }),
  );
}

/** The people after the first one: whoever begins is alone. */
function secondPerson(book: Read, asOf: Instant): Doing | undefined {
  const first = firstOf(Person, book.person, asOf, (row) => row.name);
  return first && firstOf(Person, book.person, asOf, (row) => (row.id === first.id ? undefined : row.name));
}

function doings(book: Read, at: At): Readonly<Record<Exclude<StepId, 'collection' | 'gaps'>, Doing | undefined>> {
  const isNamed = (names: readonly string[], row: { readonly connector: string; readonly as: string }): boolean =>
    names.includes(row.connector) || names.includes(row.as);
  return {
    'code-host': firstOf(Source, book.source, at.asOf, (row) => (isNamed(CODE_HOSTS, row) ? row.id : undefined)),
    identity: firstOf(Source, book.source, at.asOf, (row) => (isNamed(IDENTITY, row) ? row.id : undefined)),
    people: secondPerson(book, at.asOf),
    controls: firstOf(Control, book.control, at.asOf, (row) => (row.startsOn === undefined ? undefined : row.title)),
    performance: firstOf(Performance, book.performance, at.asOf, (row) => row.control),
    policy: firstOf(Policy, book.policy, at.asOf, (row) => (row.state === 'approved' ? row.title : undefined)),
    time: firstOf(TimeAuthority, book['time-authority'], at.asOf, (row) => row.name),
    witness: firstOf(Witness, book.witness, at.asOf, (row) => row.name),
  };
}

/** What `first.steps` answers. */
export const FirstSteps = z.object({
  steps: z.array(
    z.object({
      id: z.enum(STEPS),
      state: z.enum(['done', 'open', 'look']),
      path: z.string(),
      done: z
        .object({
          at: z.string(),
          by: z.object({ id: z.string(), name: z.string() }),
          what: z.string(),
          index: z.int().optional(),
        })
        .optional(),
    }),
  ),
  done: z.int(),
  /** Of those that can be done: looking is not counted. */
  of: z.int(),
});

export const firstSteps = defineView('first.steps', {
  says: 'The first steps of an organisation: each with when, by whom and by which entry it was done, as the records tell.',
  input: z.strictObject({}),
  reads,
  output: FirstSteps,
  *compute(book, _input, at) {
    const did = doings(book, at);
    const collected = yield* ask(FirstCollection, { asOf: at.asOf });
    const entries = yield* ask(Entries, { records: Object.values(did).flatMap((one) => one ?? []) });
    const who = (id: string) => ({ id, name: book.person.find(id)?.name ?? id });
    const doneBy = (id: StepId) => {
      if (id === 'gaps') return undefined;
      if (id === 'collection') {
        return (
          collected && {
            at: printInstant(collected.recordedAt),
            by: who(collected.actor),
            what: `${collected.source}: ${collected.dataset}`,
            index: collected.index,
          }
        );
      }
      const one = did[id];
      if (one === undefined) return undefined;
      const index = entries.get(`${one.kind}/${one.id}`)?.find(({ version }) => version === one.version)?.index;
      return {
        at: printInstant(one.at),
        by: who(one.by),
        what: one.what,
        ...(index === undefined ? {} : { index }),
      };
    };
    const steps = STEPS.map((id) => {
      const done = doneBy(id);
      const state = id === 'gaps' ? ('look' as const) : done === undefined ? ('open' as const) : ('done' as const);
      return { id, state, path: PATHS[id], ...(done === undefined ? {} : { done }) };
    });
    return {
      steps,
      done: steps.filter(({ state }) => state === 'done').length,
      of: steps.filter(({ state }) => state !== 'look').length,
    };
  },
});
