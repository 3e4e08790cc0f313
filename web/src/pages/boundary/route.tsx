import type { PageRoute } from '../../page.ts';
import { words } from '../../words/boundary.ts';

export const pages: readonly PageRoute[] = [
  { path: 'boundary', title: words.title, load: () => import('./Boundary.tsx') },
];
