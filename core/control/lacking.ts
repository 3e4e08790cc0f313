import { inForce } from '../kernel/time.ts';
import type { Governed, Instant } from '../kernel/time.ts';
import type { Performed } from './assignment.ts';
import type { Terms } from './schedule.ts';

/**
 * Whether a performance shows nothing any more, for evidence was required at that moment and all it had was erased. One that never had any is
 * judged as the contract says; only erasing takes back what was shown (decision 39).
 */
export const lacksErased = (governed: Governed<Terms>, performance: Performed, due: Instant): boolean =>
  performance.erasedAt !== undefined && inForce(governed, due)?.evidence !== 'optional';
