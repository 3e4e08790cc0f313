import type { PageRoute } from '../../page.ts';
import { words } from '../../words/glossary.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'glossary',
    title: words.title,
    load: () => import('./Glossary.tsx'),
    rail: { group: 'foot', order: 3, label: words.title, icon: 'glossary' },
    timeless: true,
  },
];
