import type { PageRoute } from '../../page.ts';
import { words } from '../../words/policies.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'policies',
    title: words.title,
    load: () => import('./Policies.tsx'),
    rail: { group: 'govern', order: 1, label: words.title, icon: 'policies' },
  },
  { path: 'policies/new', title: words.form.new, load: () => import('./PolicyNew.tsx'), timeless: true },
  { path: 'policies/$id', title: words.title, load: () => import('./PolicyPage.tsx') },
  { path: 'policies/$id/edit', title: words.title, load: () => import('./PolicyEdit.tsx'), timeless: true },
];
