import type { FrameworkId } from '../framework/catalog.ts';
import { dayNumber } from '../kernel/index.ts';
import type { PathId } from './path.ts';
import type { Roadmap } from './roadmap.ts';
import { dated, recheckOn } from './roadmap.ts';
import { NAMES } from './rules.ts';
import { day, listed, times } from './words.ts';

/** The recommendation in a few words. */
export function titleOf({ decision: { branch, first, then } }: Roadmap): string {
  switch (branch) {
    case 'neither':
      return 'Neither yet.';
    case 'both':
      return 'SOC 2 and ISO 27001 at once.';
    case 'tie':
      return 'Either first: the answers do not say which.';
    case 'soc2':
    case 'iso27001':
      return then === null || first === null ? `${NAMES[branch]} first.` : `${NAMES[first]}, then ${NAMES[then]}.`;
  }
}

/** What a path is called where it stands among others. */
export function pathTitle(id: PathId, first: FrameworkId): string {
  switch (id) {
    case 'soc2':
      return 'SOC 2 only';
    case 'iso27001':
      return 'ISO 27001 only';
    case 'parallel':
      return 'Both at once';
    case 'sequence':
      return first === 'soc2' ? 'SOC 2, then ISO 27001' : 'ISO 27001, then SOC 2';
    case 'separate':
      return 'Both, nothing shared';
  }
}

/** The first sentence of a plan: what comes first, and how far behind the other is. */
export function headlineOf(roadmap: Roadmap): string {
  const { decision } = roadmap;
  const [path] = roadmap.recommended;
  if (decision.branch === 'neither') return `Neither yet. Ask again on ${day(recheckOn(roadmap))}.`;
  if (path === undefined || decision.branch === 'tie') return titleOf(roadmap);
  if (decision.then === null) return titleOf(roadmap);
  const { inHand } = dated(roadmap, path);
  const [one, two] = [decision.first, decision.then].map((id) => inHand.find(({ framework }) => framework === id)?.on);
  if (one === undefined || two === undefined || decision.first === null) return titleOf(roadmap);
  const apart = Math.round((dayNumber(two) - dayNumber(one)) / 30.4);
  const behind =
    apart <= 0 ? 'beside it' : apart === 1 ? 'a month behind' : `${times(apart).toLowerCase()} months behind`;
  return `${NAMES[decision.first]} first. ${NAMES[decision.then]} ${behind}, on the same controls.`;
}

/** The second sentence: what is in hand when. */
export function sublineOf(roadmap: Roadmap): string {
  const [path] = roadmap.recommended;
  if (path === undefined) return 'A list of what costs little now makes either one shorter later.';
  if (roadmap.recommended.length > 1) return 'Both ways are shown with what they cost and how long they take.';
  const { inHand, tasks } = dated(roadmap, path);
  const type1 = tasks.find(({ id }) => id === 'soc2.type1');
  const things = [
    ...(type1 === undefined ? [] : [{ on: type1.to, says: `a Type 1 report on ${day(type1.to)}` }]),
    ...inHand.map(({ framework, on }) => ({
      on,
      says: framework === 'soc2' ? `a Type 2 report on ${day(on)}` : `a certificate on ${day(on)}`,
    })),
  ].sort((a, b) => (a.on < b.on ? -1 : 1));
  const all = listed(things.map(({ says }) => says));
  return `${all.charAt(0).toUpperCase()}${all.slice(1)}.`;
}

export const NO_ADVICE = 'Nothing here is advice from an auditor.';
