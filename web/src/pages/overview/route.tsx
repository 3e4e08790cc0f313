import type { PageRoute } from '../../page.ts';
import { words } from '../../words/overview.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'overview',
    title: words.title,
    load: () => import('./Overview.tsx'),
    rail: { group: 'top', order: 1, label: words.title, icon: 'overview' },
  },
];
