import type { PageRoute } from '../../page.ts';
import { words } from '../../words/compare.ts';

export const pages: readonly PageRoute[] = [
  { path: 'compare', title: words.title, load: () => import('./Compare.tsx') },
];
