import type { InRail } from '../page.ts';

/**
 * What of the rail a person with these roles is led to. It hides no door: core decides what is answered. Somebody who only takes part
 * (employee) is led to their work and the policies; a guest to what a grant can show.
 */
const GRANTED = [
  'granted',
  'overview',
  'soc2/requirements',
  'iso27001/requirements',
  'controls',
  'effectiveness',
  'evidence',
  'sources',
  'policies',
  'duties',
  'people',
  'ledger',
  'binders',
  'glossary',
  'settings',
];
const PARTS: Readonly<Record<string, readonly string[]>> = {
  employee: ['overview', 'work', 'policies', 'people', 'glossary', 'settings'],
  auditor: GRANTED,
  adviser: ['work', ...GRANTED],
};
const WHOLE = ['owner', 'lead', 'control-owner', 'operator'];
const FOR_GUESTS_ONLY = ['granted'];

export function railFor<I extends InRail & { readonly path: string }>(
  items: readonly I[],
  roles: readonly string[],
): readonly I[] {
  if (roles.some((role) => WHOLE.includes(role))) return items.filter(({ path }) => !FOR_GUESTS_ONLY.includes(path));
  const parts = roles.flatMap((role) => PARTS[role] ?? []);
  return items.filter(({ path }) => parts.includes(path));
}
