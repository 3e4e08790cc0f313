import type { PageRoute } from '../../page.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'marks',
    title: 'How to read the marks',
    load: () => import('./Marks.tsx'),
    timeless: true,
  },
];
