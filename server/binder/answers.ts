import { Effectiveness, Status } from '@countersign/core/effectiveness/index.ts';
import type { FrameworkId } from '@countersign/core/framework/index.ts';
import { Programme } from '@countersign/core/framework/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { dayOf, printInstant } from '@countersign/core/kernel/index.ts';
import type { z } from 'zod';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation } from '../runtime.ts';
import type { Cut } from './period.ts';
import type { ControlLine } from './scope.ts';
import type { Period } from './shown.ts';

export type StatusAnswer = z.output<typeof Status>;
export type EffectivenessAnswer = z.output<typeof Effectiveness>;

export interface Answers {
  /** RFC 3339: the end of the period, or what was known if that was before it. */
  readonly asOf: string;
  readonly statuses: readonly { readonly name: string; readonly answer: StatusAnswer }[];
  readonly effectiveness: EffectivenessAnswer;
}

export interface Asking {
  readonly runner: Runner;
  readonly org: Organisation;
  readonly actor: Actor;
  readonly period: Period;
  readonly cut: Cut;
  readonly framework: FrameworkId | undefined;
  readonly controls: readonly ControlLine[];
}

/** The answers that a binder is about, as anybody gets them who asks for the same at the same two dates. */
export async function askFor({ runner, org, actor, period, cut, framework, controls }: Asking): Promise<Answers> {
  const knownAt = printInstant(cut.knownAt);
  const end = Math.min(period.end - 1, cut.knownAt);
  const at = { asOf: printInstant(end), knownAt };
  const view = async (name: string, input: object, clocks: object): Promise<unknown> => {
    const seen = await runner.view(org, actor, name, input, clocks);
    if (seen.position !== cut.size)
      throw new Error(`${name} was answered of ${seen.position} entries, where ${cut.size} are bound`);
    return seen.answer;
  };

  const programmes = await runner.reading(org, at, [Programme], async ({ snapshot, asOf, position, zone }) => {
    const day = dayOf(zone, asOf);
    return shelfOf(snapshot, Programme, { asOf, position })
      .all()
      .filter((one) => (one.from === undefined || one.from <= day) && (one.to === undefined || day <= one.to))
      .filter((one) => framework === undefined || one.framework === framework)
      .map((one) => ({ id: one.id, framework: one.framework }));
  });
  const statuses: { name: string; answer: StatusAnswer }[] = [];
  for (const { id, framework: of } of programmes) {
    const others = statuses.filter(({ answer }) => answer.framework === of).length;
    const name = `status-${of}${others === 0 ? '' : `-${others + 1}`}`;
    const answer = Status.parse(await view('status', { framework: of, programme: id }, at));
    statuses.push({ name, answer });
  }
  const { from, to } = period;
  const ids = framework === undefined ? [] : controls.map(({ id }) => id);
  const effectiveness =
    framework !== undefined && ids.length === 0
      ? { from, to, knownAt, controls: [] }
      : Effectiveness.parse(await view('effectiveness', { from, to, controls: ids }, { knownAt }));
  return { asOf: at.asOf, statuses, effectiveness };
}
