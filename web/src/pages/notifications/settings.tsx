import { lazy } from 'react';
import { words } from '../../words/notifications.ts';
import type { Section } from '../settings/section.ts';

export const sections: readonly Section[] = [
  {
    name: 'organisation',
    label: words.organisation.label,
    order: 0,
    Part: lazy(() => import('../organisation/Organisation.tsx')),
  },
  { name: 'notifications', label: words.label, order: 1, Part: lazy(() => import('./Notifications.tsx')) },
  {
    name: 'schedules',
    label: words.schedules,
    order: 5,
    roles: ['owner', 'lead', 'auditor', 'operator'],
    Part: lazy(() => import('./Schedules.tsx')),
  },
];
