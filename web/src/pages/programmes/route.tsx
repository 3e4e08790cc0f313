import type { PageRoute } from '../../page.ts';
import { words } from '../../words/programmes.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'programmes',
    title: words.title,
    load: () => import('./Programmes.tsx'),
    rail: { group: 'programmes', order: 5, label: words.title, icon: 'first' },
  },
  { path: 'programmes/new', title: words.form.new, load: () => import('./ProgrammeNew.tsx'), timeless: true },
  { path: 'programmes/$id', title: words.title, load: () => import('./ProgrammePage.tsx') },
];
