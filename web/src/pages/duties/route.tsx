import type { PageRoute } from '../../page.ts';
import { words } from '../../words/duties.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'duties',
    title: words.title,
    load: () => import('./Duties.tsx'),
    rail: { group: 'govern', order: 4, label: words.title, icon: 'duties' },
  },
  { path: 'duties/incidents/$id', title: words.tab.incidents, load: () => import('./Incident.tsx') },
];
