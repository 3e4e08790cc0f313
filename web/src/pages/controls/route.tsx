import type { PageRoute } from '../../page.ts';
import { words as control } from '../../words/control.ts';
import { words } from '../../words/controls.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'controls',
    title: words.title,
    load: () => import('./Controls.tsx'),
    rail: { group: 'operate', order: 1, label: words.title, icon: 'controls' },
  },
  { path: 'controls/$id', title: control.title, load: () => import('./Control.tsx') },
];
