import type { PageRoute } from '../../page.ts';
import { words } from '../../words/crosswalk.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'crosswalk',
    title: words.title,
    load: () => import('./Crosswalk.tsx'),
    rail: { group: 'programmes', order: 3, label: words.title, icon: 'crosswalk' },
  },
];
