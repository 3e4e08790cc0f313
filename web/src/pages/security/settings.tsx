import { lazy } from 'react';
import { words } from '../../words/security.ts';
import type { Section } from '../settings/section.ts';

export const sections: readonly Section[] = [
  { name: 'security', label: words.label, order: 2, Part: lazy(() => import('./Security.tsx')) },
];
