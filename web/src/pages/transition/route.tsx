import type { PageRoute } from '../../page.ts';
import { words } from '../../words/transition.ts';

export const pages: readonly PageRoute[] = [
  { path: 'transition', title: words.title, load: () => import('./TransitionPage.tsx') },
];
