import type { PageRoute } from '../../page.ts';
import { words } from '../../words/work.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'work',
    title: words.title,
    load: () => import('./WorkPage.tsx'),
    rail: { group: 'top', order: 2, label: words.title, icon: 'work' },
  },
];
