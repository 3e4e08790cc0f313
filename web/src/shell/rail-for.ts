import type { InRail } from '../page.ts';

/**
 * What of the rail a person with these roles is led to. It hides no door: core decides what is answered. Somebody who only takes part
 * (employee) is led to their work and the policies; an auditor to what a grant can show.
 */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  employee: ['overview', 'work', 'policies', 'people', 'glossary', 'settings'],
  auditor: [
    'granted',
    'overview',
    'soc2/requirements',
    'iso27001/requirements',
    'controls',
    'effectiveness',
    'evidence',
    'sources',
    'policies',
    'people',
    'glossary',
    'settings',
  ],
};
const WHOLE = ['owner', 'lead', 'control-owner', 'adviser', 'operator'];
const FOR_AUDITORS_ONLY = ['granted'];

export function railFor<I extends InRail & { readonly path: string }>(
  items: readonly I[],
  roles: readonly string[],
): readonly I[] {
  if (roles.some((role) => WHOLE.includes(role))) return items.filter(({ path }) => !FOR_AUDITORS_ONLY.includes(path));
  const parts = roles.flatMap((role) => PARTS[role] ?? []);
  return items.filter(({ path }) => parts.includes(path));
}
