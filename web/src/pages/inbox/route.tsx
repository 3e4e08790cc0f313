import type { PageRoute } from '../../page.ts';
import { words } from '../../words/inbox.ts';

export const pages: readonly PageRoute[] = [
  { path: 'inbox', title: words.title, load: () => import('./Inbox.tsx'), timeless: true },
];
