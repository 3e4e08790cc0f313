import type { PageRoute } from '../../page.ts';
import { words } from '../../words/import.ts';

export const pages: readonly PageRoute[] = [
  { path: 'controls/import', title: words.title, load: () => import('./Import.tsx'), timeless: true },
];
