import type { PageRoute } from '../../page.ts';
import { words } from '../../words/erasure.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'erasure',
    title: words.title,
    load: () => import('./Erasures.tsx'),
    rail: { group: 'proof', order: 4, label: words.title, icon: 'erasure' },
  },
];
