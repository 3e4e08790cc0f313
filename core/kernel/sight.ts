import type { Actor } from './act.ts';
import type { DateText } from './time.ts';

/** Parts of the product that a grant may open to a guest, in the order in which a form asks. */
export const AREAS = [
  'posture',
  'controls',
  'evidence',
  'performances',
  'exceptions',
  'checks',
  'sources',
  'documents',
  'people',
  'log',
] as const;
export type Area = (typeof AREAS)[number];

/** One grant in force: what of which programme it opens. */
export interface Opening {
  readonly grant: string;
  readonly programme: string;
  /** The programme’s framework. */
  readonly framework: string;
  readonly areas: readonly Area[];
  readonly from: DateText;
  /** The last day. */
  readonly to: DateText;
}

/** What a guest sees: what their grants in force open, or nothing, and why. */
export interface Sight {
  readonly openings: readonly Opening[];
  /** Whether drafts and what is said among the company’s own people are shown too: to an adviser, never to an auditor. */
  readonly drafts: boolean;
  /** Why nothing is open. */
  readonly none: { readonly code: 'none' | 'begins' | 'ended'; readonly on?: DateText } | undefined;
}

const GUESTS: readonly string[] = ['auditor', 'adviser'];

/** Somebody from outside, who sees by grant only: an auditor or an adviser who is nothing else here. Whoever has no role at all is one too. */
export const isGuest = (actor: Actor): boolean => actor.roles.every((role) => GUESTS.includes(role));

/** What a row speaks of. A guest sees it if their grant opens any of these; what speaks of nothing is shown with its area. */
export interface Concerns {
  readonly frameworks?: readonly string[];
  readonly programmes?: readonly string[];
  readonly controls?: readonly string[];
}
