import type { PageRoute } from '../../page.ts';
import { words } from '../../words/binders.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'binders',
    title: words.title,
    load: () => import('./Binders.tsx'),
    rail: { group: 'proof', order: 2, label: words.title, icon: 'binder' },
    timeless: true,
  },
];
