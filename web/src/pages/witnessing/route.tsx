import type { PageRoute } from '../../page.ts';
import { words } from '../../words/witnessing.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'witnessing',
    title: words.title,
    load: () => import('./Witnessing.tsx'),
    rail: { group: 'proof', order: 3, label: words.title, icon: 'witness' },
    timeless: true,
  },
];
