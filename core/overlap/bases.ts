import type { Control } from '../control/record.ts';
import { linksBetween, WHOLE } from '../crosswalk/index.ts';
import type { Control as ControlRecord } from '../control/record.ts';
import type { Framework } from '../framework/catalog.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dayOf } from '../kernel/index.ts';
import type { Comparison } from './comparison.ts';
import type { Collected } from './evidence.ts';
import { isCollected } from './evidence.ts';
import type { Reached } from './measure.ts';
import { reachedBy } from './measure.ts';
import { refuseOverlap } from './refusals.ts';

export const BASES = ['crosswalk', 'controls', 'evidence'] as const;
export type Basis = (typeof BASES)[number];

type Row = Stored<typeof Control>;

/** Controls that answer something on the day: planned ones too, those that ended no more. */
export function controlsInForce(
  book: Book<readonly [typeof ControlRecord]>,
  at: Pick<At, 'zone' | 'asOf'>,
): readonly Row[] {
  const day = dayOf(at.zone, at.asOf);
  return book.control.all().filter(({ endsOn }) => endsOn === undefined || day <= endsOn);
}

const isAnswerable = (framework: string): framework is FrameworkId => FRAMEWORK_IDS.some((id) => id === framework);

/** @throws Refusal overlap.unanswered where controls do not name items of the framework */
export function answersOf(control: Row, framework: string): readonly string[] {
  if (!isAnswerable(framework)) throw refuseUnanswered(framework);
  return control.answers[framework];
}

const refuseUnanswered = (framework: string) =>
  refuseOverlap('unanswered', { framework, known: FRAMEWORK_IDS.join(' and ') }, ['basis']);

/** One control that answers an item of the second framework, and what it answers of the first. */
export interface Answering {
  readonly control: Row;
  /** Items of the first framework that it answers as well. */
  readonly serves: readonly string[];
  /** Whether it carries over: it answers something of the first and, where evidence is asked for, some was collected. */
  readonly counts: boolean;
  readonly collected: Collected | undefined;
}

/** For each item of the second framework the controls that answer it. */
export function answeringOf(
  to: Framework,
  from: Framework,
  controls: readonly Row[],
  collected: ReadonlyMap<string, Collected> | undefined,
): ReadonlyMap<string, readonly Answering[]> {
  for (const framework of [from.id, to.id]) if (!isAnswerable(framework)) throw refuseUnanswered(framework);
  const found = new Map<string, Answering[]>();
  for (const control of controls) {
    const serves = answersOf(control, from.id);
    const mine = collected?.get(control.id);
    const counts = serves.length > 0 && (collected === undefined || (mine !== undefined && isCollected(mine)));
    const answering = { control, serves, counts, collected: mine };
    for (const ref of answersOf(control, to.id)) {
      const others = found.get(ref);
      if (others === undefined) found.set(ref, [answering]);
      else others.push(answering);
    }
  }
  return found;
}

/**
 * Items by the controls that answer them: as many tenths as of its controls carry over, whole if all do. The mapping of controls says which
 * items each answers and not how much of them, so controls count alike.
 */
export const reachedByControls = (
  to: Framework,
  answering: ReadonlyMap<string, readonly Answering[]>,
): readonly Reached[] =>
  to.requirements.map((requirement) => {
    const controls = answering.get(requirement.ref) ?? [];
    const counted = controls.filter(({ counts }) => counts).length;
    const mark = {
      tenths: (WHOLE * counted) / Math.max(1, controls.length),
      whole: counted === controls.length,
      lines: [],
    };
    return { requirement, marks: counted === 0 ? [] : [mark] };
  });

/** Items of the second framework as the basis counts them. */
export function reachedOn(
  basis: Basis,
  { from, to, network }: Comparison,
  controls: readonly Row[],
  collected: ReadonlyMap<string, Collected> | undefined,
): readonly Reached[] {
  if (basis === 'crosswalk') return reachedBy(to, linksBetween(network, from.id, to.id));
  return reachedByControls(
    to,
    answeringOf(to, from, controls, basis === 'evidence' ? (collected ?? new Map()) : undefined),
  );
}
