import { lazy } from 'react';
import { words } from '../../words/access.ts';
import type { Section } from '../settings/section.ts';

export const sections: readonly Section[] = [
  { name: 'access', label: words.label, order: 3, roles: ['owner', 'lead'], Part: lazy(() => import('./Access.tsx')) },
];
