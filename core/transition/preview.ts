import type { Newer, Older, TransitionTable } from './table.ts';

/** What moving to the next edition would do to this organisation: pure, so that the page, the act and a test see the same. */

export interface AnsweringControl {
  readonly id: string;
  readonly title: string;
  /** Has begun and not ended: one that is only planned, as the library’s are at first, answers nothing yet. */
  readonly runs: boolean;
  /** Refs it answers, by framework. */
  readonly answers: Readonly<Record<string, readonly string[] | undefined>>;
}

/** An item of the older edition that was out of scope. */
export interface Exclusion {
  readonly ref: string;
  readonly justification: string;
}

/** For one control and one older item: which newer ones it goes to, of those that the table has. None: it stays where it is. */
export interface Choice {
  readonly control: string;
  readonly ref: string;
  readonly to: readonly string[];
}

export interface Move {
  readonly ref: string;
  readonly to: readonly string[];
  /** Why somebody should look: a newer item asks for more, or it is not known which part of a split item is answered. */
  readonly look: readonly ('asks-more' | 'split')[];
}

export interface ControlPlan {
  readonly id: string;
  readonly title: string;
  readonly moves: readonly Move[];
  /** Older refs with nowhere to go, or that are to stay. */
  readonly stays: readonly string[];
  readonly before: { readonly older: readonly string[]; readonly newer: readonly string[] };
  readonly after: { readonly older: readonly string[]; readonly newer: readonly string[] };
}

export const ITEM_FATES = ['carried', 'look', 'answered', 'left-out', 'open', 'added'] as const;
/**
 * What a newer item has once all is moved: `carried`, answers that serve it as they are, of all that it came from; `look`, answers of which it
 * is to be seen whether they still serve; `answered`, running controls that answer it today already; `left-out`, an exclusion carried over; `open`, nobody answered what it came
 * from; `added`, nothing was asked before, and no control answers it.
 */
export type ItemFate = (typeof ITEM_FATES)[number];

export interface ItemPlan extends Newer {
  readonly fate: ItemFate;
  readonly controls: readonly string[];
  /** Of what it came from, items that no control answers and that were not out of scope: a merged item is served in part by the others. */
  readonly unanswered: readonly string[];
  /** Controls that would answer it and have not been started. */
  readonly planned: readonly string[];
}

export interface ExclusionPlan {
  /** Newer items that may be left out: all they came from was, and no control answers them. */
  readonly carried: readonly {
    readonly ref: string;
    readonly from: readonly string[];
    readonly justification: string;
  }[];
  /** Newer items for which that has to be decided, and why. */
  readonly look: readonly {
    readonly ref: string;
    readonly excluded: readonly string[];
    readonly why: 'partly' | 'answered' | 'asks-more';
  }[];
}

export interface TransitionPlan {
  readonly controls: readonly ControlPlan[];
  readonly older: readonly (Older & { readonly controls: readonly string[]; readonly excluded: boolean })[];
  readonly newer: readonly ItemPlan[];
  readonly exclusions: ExclusionPlan;
}

export function planOf(
  table: TransitionTable,
  controls: readonly AnsweringControl[],
  exclusions: readonly Exclusion[] = [],
  choices: readonly Choice[] = [],
): TransitionPlan {
  const older = new Map(table.older.map((item) => [item.ref, item]));
  const newer = new Map(table.newer.map((item) => [item.ref, item]));
  const place = new Map(table.newer.map(({ ref }, i) => [ref, i]));
  const chosen = new Map(choices.map(({ control, ref, to }) => [`${control} ${ref}`, to]));
  const plans = controls.flatMap((control) => {
    const had = control.answers[table.from] ?? [];
    if (had.length === 0) return [];
    const moves = had.flatMap((ref): readonly Move[] => {
      const item = older.get(ref);
      const to = chosen.get(`${control.id} ${ref}`) ?? item?.to ?? [];
      return item === undefined || to.length === 0 ? [] : [{ ref, to, look: lookAt(item, to, chosen, control.id) }];
    });
    const moved = new Set(moves.map(({ ref }) => ref));
    const has = control.answers[table.to] ?? [];
    const added = [...new Set(moves.flatMap(({ to }) => to))].filter((ref) => !has.includes(ref));
    const byPlace = (a: string, b: string) => (place.get(a) ?? 0) - (place.get(b) ?? 0);
    const stays = had.filter((ref) => !moved.has(ref));
    return [
      {
        ...{ id: control.id, title: control.title, moves, stays },
        before: { older: had, newer: has },
        after: { older: stays, newer: moved.size === 0 ? has : [...has, ...added.sort(byPlace)] },
      },
    ];
  });

  function lookAt(item: Older, to: readonly string[], decided: ReadonlyMap<string, unknown>, control: string) {
    // Who chose has looked.
    if (decided.has(`${control} ${item.ref}`)) return [];
    const asksMore = to.some((ref) => newer.get(ref)?.asks === 'more');
    return [...(asksMore ? (['asks-more'] as const) : []), ...(item.to.length > 1 ? (['split'] as const) : [])];
  }

  const excluded = new Map(exclusions.map((one) => [one.ref, one.justification]));
  const coming = new Map<string, { readonly control: string; readonly look: boolean }[]>();
  for (const { id, moves } of plans)
    for (const { to, look } of moves)
      for (const ref of to)
        coming.set(ref, [
          ...(coming.get(ref) ?? []),
          {
            control: id,
            look: look.includes('split') || (look.includes('asks-more') && newer.get(ref)?.asks === 'more'),
          },
        ]);
  const answering = whoAnswers(
    table.to,
    controls.filter(({ runs }) => runs),
  );
  const waiting = whoAnswers(
    table.to,
    controls.filter(({ runs }) => !runs),
  );

  const answeredOlder = new Set(plans.flatMap(({ moves }) => moves.map(({ ref }) => ref)));
  const excluding = exclusionsOf(table, excluded, (ref) => coming.has(ref) || answering.has(ref));
  const leftOut = new Set(excluding.carried.map(({ ref }) => ref));
  return {
    controls: plans,
    older: table.older.map((item) => ({
      ...item,
      excluded: excluded.has(item.ref),
      controls: plans.filter(({ before }) => before.older.includes(item.ref)).map(({ id }) => id),
    })),
    newer: table.newer.map((item): ItemPlan => {
      const [come, has] = [coming.get(item.ref) ?? [], answering.get(item.ref) ?? []];
      const unanswered = item.from.filter((ref) => !answeredOlder.has(ref) && !excluded.has(ref));
      const fate = ((): ItemFate => {
        if (has.length > 0) return 'answered';
        if (come.some(({ look }) => !look) && unanswered.length === 0) return 'carried';
        if (come.length > 0) return 'look';
        if (leftOut.has(item.ref)) return 'left-out';
        return item.came === 'added' ? 'added' : 'open';
      })();
      const planned = (waiting.get(item.ref) ?? []).filter((id) => !come.some(({ control }) => control === id));
      return {
        ...item,
        fate,
        unanswered,
        planned,
        controls: [...new Set([...has, ...come.map(({ control }) => control)])],
      };
    }),
    exclusions: excluding,
  };
}

/** Which of these controls answer which item. */
function whoAnswers(framework: string, controls: readonly AnsweringControl[]): ReadonlyMap<string, readonly string[]> {
  const all = controls.flatMap(({ id, answers }) => (answers[framework] ?? []).map((ref) => ({ id, ref })));
  return new Map([...Map.groupBy(all, ({ ref }) => ref)].map(([ref, of]) => [ref, of.map(({ id }) => id)]));
}

/** An exclusion carries over where all that a newer item came from was out of scope, it asks nothing beyond, and nobody answers it. */
function exclusionsOf(
  { newer }: TransitionTable,
  excluded: ReadonlyMap<string, string>,
  isAnswered: (ref: string) => boolean,
): ExclusionPlan {
  const touched = newer.flatMap(({ ref, from, asks }) => {
    const out = from.filter((one) => excluded.has(one));
    if (out.length === 0) return [];
    const why =
      out.length < from.length ? 'partly' : isAnswered(ref) ? 'answered' : asks === 'more' ? 'asks-more' : undefined;
    return [{ ref, out, why } as const];
  });
  return {
    carried: touched.flatMap(({ ref, out, why }) =>
      why === undefined
        ? [{ ref, from: out, justification: [...new Set(out.map((one) => excluded.get(one) ?? ''))].join(' ') }]
        : [],
    ),
    look: touched.flatMap(({ ref, out, why }) => (why === undefined ? [] : [{ ref, excluded: out, why }])),
  };
}
