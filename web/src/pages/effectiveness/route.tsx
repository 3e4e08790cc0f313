import type { PageRoute } from '../../page.ts';
import { words } from '../../words/effectiveness.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'effectiveness',
    title: words.title,
    load: () => import('./Effectiveness.tsx'),
    rail: { group: 'operate', order: 2, label: words.title, icon: 'effectiveness' },
  },
];
