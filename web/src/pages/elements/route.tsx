import type { PageRoute } from '../../page.ts';
import { words } from '../../words/elements.ts';

export const pages: readonly PageRoute[] = [
  { path: 'elements', title: words.title, load: () => import('./ElementsPage.tsx'), timeless: true },
];
