import type { PageRoute } from '../../page.ts';
import { words } from '../../words/jobs.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'jobs',
    title: words.title,
    load: () => import('./Jobs.tsx'),
    rail: { group: 'foot', order: 2, label: words.title, icon: 'jobs' },
    timeless: true,
  },
];
