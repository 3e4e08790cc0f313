import type { PageRoute } from '../../page.ts';
import { words } from '../../words/sources.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'sources',
    title: words.title,
    load: () => import('./Sources.tsx'),
    rail: { group: 'operate', order: 4, label: words.title, icon: 'sources' },
  },
  { path: 'sources/connect', title: words.page.title, load: () => import('./Connect.tsx'), timeless: true },
  { path: 'sources/$id', title: words.title, load: () => import('./SourcePage.tsx') },
];
