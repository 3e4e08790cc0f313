import type { PageRoute } from '../../page.ts';
import { words } from '../../words/grants.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'granted',
    title: words.granted.title,
    load: () => import('./Granted.tsx'),
    rail: { group: 'top', order: 0, label: words.granted.rail, icon: 'lock' },
    timeless: true,
  },
];
