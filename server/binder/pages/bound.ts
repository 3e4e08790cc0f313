import type { Answers } from '../answers.ts';
import type { Placed } from '../evidence.ts';
import type { Collected, ControlLine } from '../scope.ts';
import type { Claims } from '@countersign/core/proof/claims.ts';
import type { SeenOnce } from '../seen.ts';
import type { Period } from '../shown.ts';

/** What the pages of a binder tell of it. */
export interface Bound {
  readonly name: string;
  readonly sample: boolean;
  readonly zone: string;
  readonly period: Period;
  readonly framework?: string;
  readonly knownAt: string;
  readonly log: { readonly origin: string; readonly size: number; readonly root: string };
  readonly key: { readonly text: string; readonly fingerprint: string };
  readonly answers: Answers;
  readonly controls: readonly ControlLine[];
  readonly placed: readonly Placed[];
  readonly collected: readonly Collected[];
  /** How much is withheld or erased, by the reason that the list of redactions gives. */
  readonly withheld: ReadonlyMap<string, number>;
  /** Lines of each list under records, facts and answers. */
  readonly repeated: ReadonlyMap<string, number>;
  readonly seen: readonly SeenOnce[];
  /** Tokens over checkpoints of it, all paths below `data/log/`. */
  readonly tokens: readonly { readonly token: string; readonly checkpoint: string; readonly roots: string }[];
  readonly claims: Claims;
  /** Whether the page that verifies is in it. */
  readonly verifies: boolean;
}
