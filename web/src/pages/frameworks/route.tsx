import type { PageRoute } from '../../page.ts';
import { words } from '../../words/frameworks.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'frameworks',
    title: words.title,
    load: () => import('./Frameworks.tsx'),
    rail: { group: 'programmes', order: 6, label: words.title, icon: 'glossary' },
  },
  { path: 'frameworks/import', title: words.in.title, load: () => import('./Import.tsx'), timeless: true },
  { path: 'frameworks/$id', title: words.title, load: () => import('./FrameworkPage.tsx') },
];
