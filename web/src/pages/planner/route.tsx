import type { PageRoute } from '../../page.ts';
import { words } from '../../words/planner.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'planner',
    title: words.title,
    load: () => import('./Planner.tsx'),
    rail: { group: 'programmes', order: 4, label: words.title, icon: 'planner' },
  },
  { path: 'planner/new', title: words.newTitle, load: () => import('./Questions.tsx'), timeless: true },
  { path: 'planner/$id', title: words.title, load: () => import('./Planner.tsx') },
  { path: 'planner/$id/answers', title: words.newTitle, load: () => import('./Questions.tsx'), timeless: true },
  { path: 'planner/$id/figures', title: words.figuresTitle, load: () => import('./Figures.tsx'), timeless: true },
];
