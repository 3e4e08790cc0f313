import type { PageRoute } from '../../page.ts';
import { words } from '../../words/checks.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'checks',
    title: words.title,
    load: () => import('./Checks.tsx'),
    rail: { group: 'operate', order: 5, label: words.title, icon: 'checks' },
  },
  { path: 'checks/$id', title: words.one, load: () => import('./Check.tsx') },
];
