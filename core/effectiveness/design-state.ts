import { DesignEvaluation } from '../control/design.ts';
import { Control } from '../control/record.ts';
import { isErased, wasThere } from '../evidence/filing.ts';
import { Evidence } from '../evidence/record.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dayOf } from '../kernel/index.ts';
import type { RequirementState } from './requirement-state.ts';

export const DESIGN_STATES = ['implemented', 'designed', 'not-designed'] as const;
export type DesignState = (typeof DESIGN_STATES)[number];

export const designReads = [Control, DesignEvaluation, Evidence] as const;

export interface DesignAnswer {
  readonly state: DesignState;
  readonly because: readonly string[];
}

/** Whether a control is designed and implemented on the day: contract, "Design". */
export function designAt(book: Book<typeof designReads>, control: Stored<typeof Control>, at: At): DesignAnswer {
  const approved = book['design-evaluation'].pointingAt('control', control.id).some((row) => row.state === 'approved');
  const missing = [
    control.description === undefined ? 'It has no description.' : '',
    control.owner === undefined ? 'It has no owner.' : '',
    approved ? '' : 'No evaluation of its design is approved.',
  ].filter((part) => part !== '');
  if (missing.length > 0) return { state: 'not-designed', because: missing };

  const { implementedOn } = control;
  const shown = book.evidence.pointingAt('controls', control.id).some((row) => shows(book, row, at));
  const open = [
    implementedOn === undefined || implementedOn > dayOf(at.zone, at.asOf) ? 'It is not implemented yet.' : '',
    shown ? '' : 'No evidence is filed for it.',
  ].filter((part) => part !== '');
  return open.length > 0
    ? { state: 'designed', because: open }
    : { state: 'implemented', because: [`Implemented on ${implementedOn ?? ''}.`] };
}

/** Evidence shows something from when it is there until another one replaces it or its validity ends. */
const shows = (book: Book<typeof designReads>, row: Stored<typeof Evidence>, at: At): boolean =>
  wasThere(row, at.asOf) &&
  !isErased(book, row.id) &&
  (row.validUntil === undefined || row.validUntil >= dayOf(at.zone, at.asOf)) &&
  !book.evidence.pointingAt('replaces', row.id).some((other) => wasThere(other, at.asOf));

/** How a requirement stands by the design of the controls that answer it. */
export function requirementDesign(
  states: readonly DesignState[],
  justification: string | undefined,
): { readonly state: RequirementState; readonly because: readonly string[] } {
  if (justification !== undefined) return { state: 'out-of-scope', because: [justification] };
  if (states.length === 0) return { state: 'unmet', because: ['no-control'] };
  const count = (state: DesignState): number => states.filter((one) => one === state).length;
  const implemented = count('implemented');
  const because = [
    `${implemented} of ${states.length} ${states.length === 1 ? 'control' : 'controls'} designed and implemented, ${count('designed')} designed only.`,
  ];
  if (implemented === states.length) return { state: 'met', because };
  return { state: implemented > 0 ? 'partly' : 'not-observed', because };
}
