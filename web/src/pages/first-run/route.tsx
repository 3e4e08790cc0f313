import type { PageRoute } from '../../page.ts';
import { words } from '../../words/first-run.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'first-run',
    title: words.title,
    load: () => import('./FirstRun.tsx'),
    rail: { group: 'foot', order: 1, label: words.title, icon: 'first' },
  },
  { path: '/new', title: words.new.title, load: () => import('./NewOrganisation.tsx'), bare: true },
];
