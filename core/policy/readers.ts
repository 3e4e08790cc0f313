import type { Role } from '../kernel/index.ts';

/** Roles whose holders may be asked to read a policy: everybody inside, and advisers where that is wanted. */
export const READERS = ['owner', 'lead', 'control-owner', 'employee', 'adviser'] as const satisfies readonly Role[];
