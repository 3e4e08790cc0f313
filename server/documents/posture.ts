import type { Status } from '@countersign/core/effectiveness/index.ts';
import { FRAMEWORKS } from '@countersign/core/framework/index.ts';
import type { z } from 'zod';
import type { Head } from './head.ts';
import { FRAMEWORK_NAMES, NOT_SAID, REQUIREMENT_WORDS } from './head.ts';

type Answer = z.output<typeof Status>;
type Requirement = Answer['requirements'][number];

export interface PostureRow {
  readonly ref: string;
  readonly title: string;
  readonly state: Requirement['state'];
  /** The state in words. */
  readonly says: string;
  readonly because: string;
  /** Controls that say something of their own, each with its reason. */
  readonly controls: readonly {
    readonly id: string;
    readonly title: string;
    readonly state: string;
    readonly because: string;
  }[];
  /** The others, in a line: `Operating: A, B. Planned: C.` */
  readonly others: string;
}

/** The posture of a framework, as all its forms print it. */
export interface Posture {
  readonly head: Head;
  readonly sentence: string;
  readonly reason: string;
  readonly counts: readonly { readonly state: Requirement['state']; readonly says: string; readonly n: number }[];
  readonly groups: readonly { readonly id: string; readonly name: string; readonly rows: readonly PostureRow[] }[];
  readonly notSaid: readonly string[];
}

const SAYS = {
  met: 'met',
  partly: 'partly',
  unmet: 'unmet',
  'not-observed': 'not observed',
  'out-of-scope': 'out of scope',
} as const satisfies Readonly<Record<Requirement['state'], string>>;

/** States whose controls go without a reason of their own: the state says it. */
const PLAIN = { operating: 'Operating', implemented: 'Implemented', planned: 'Planned' } as const;
const isPlain = (state: string): state is keyof typeof PLAIN => Object.hasOwn(PLAIN, state);

const words = (state: string): string => state.replaceAll('-', ' ');

/** The posture of a framework as a document: the answer of `status`, in the order of the standard. */
export function postureOf(status: Answer, head: Omit<Head, 'title' | 'log'>): Posture {
  const [one, many] = REQUIREMENT_WORDS[status.framework];
  const { met, partly, unmet, notObserved, outOfScope } = status.counts;
  const inScope = met + partly + unmet + notObserved;
  const rows = new Map(status.requirements.map((requirement) => [requirement.ref, rowOf(requirement)]));
  const catalog = FRAMEWORKS[status.framework];
  return {
    head: { ...head, title: `${FRAMEWORK_NAMES[status.framework]} posture`, log: status.log },
    sentence: `${met} of ${inScope} ${inScope === 1 ? one : many} met.`,
    reason: `${partly} partly, ${unmet} unmet, ${notObserved} not observed; ${outOfScope} out of scope. Programme ${status.programme}, catalogue ${status.catalog}.`,
    counts: [
      { state: 'met', n: met },
      { state: 'partly', n: partly },
      { state: 'unmet', n: unmet },
      { state: 'not-observed', n: notObserved },
      { state: 'out-of-scope', n: outOfScope },
    ].map((count) => ({ ...count, says: SAYS[count.state as keyof typeof SAYS] })) as Posture['counts'],
    groups: catalog.groups.flatMap(({ id, name }) => {
      const of = catalog.requirements.flatMap(({ ref, group }) => (group === id ? (rows.get(ref) ?? []) : []));
      return of.length === 0 ? [] : [{ id, name, rows: of }];
    }),
    notSaid: [
      ...NOT_SAID,
      `Standards’ texts are not included: titles are short titles of ours. Read each ${one} in the standard itself.`,
    ],
  };
}

function rowOf({ ref, title, state, because, controls }: Requirement): PostureRow {
  const others = (Object.keys(PLAIN) as (keyof typeof PLAIN)[]).flatMap((plain) => {
    const ids = controls.filter((control) => control.state === plain).map(({ id }) => id);
    return ids.length === 0 ? [] : [`${PLAIN[plain]}: ${ids.join(', ')}.`];
  });
  return {
    ref,
    title,
    state,
    says: SAYS[state],
    because: because.join(' '),
    controls: controls
      .filter((control) => !isPlain(control.state))
      .map((control) => ({
        id: control.id,
        title: control.title,
        state: words(control.state),
        because: control.because.join(' '),
      })),
    others: others.join(' '),
  };
}
