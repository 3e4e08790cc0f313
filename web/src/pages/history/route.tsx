import type { PageRoute } from '../../page.ts';
import { words } from '../../words/history.ts';

export const pages: readonly PageRoute[] = [
  { path: 'history/$kind/$id', title: words.title, load: () => import('./HistoryPage.tsx') },
];
