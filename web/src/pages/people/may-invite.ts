import type { Verdict } from '../../api/allowed.ts';
import { useAllowed } from '../../api/allowed.ts';

/**
 * Inviting is a service around an act without a door, `person.invite`; taking an invitation back is the act beside it, for the same
 * people, and that one can be asked about.
 */
export const useMayInvite = (): Verdict => useAllowed('invitation.revoke');
