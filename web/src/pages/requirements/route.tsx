import type { PageRoute } from '../../page.ts';
import { words } from '../../words/requirements.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'soc2/requirements',
    title: words.soc2,
    load: () => import('./Soc2.tsx'),
    rail: { group: 'programmes', order: 1, label: words.soc2, icon: 'programme' },
  },
  {
    path: 'iso27001/requirements',
    title: words.iso27001,
    load: () => import('./Iso27001.tsx'),
    rail: { group: 'programmes', order: 2, label: words.iso27001, icon: 'programme' },
  },
];
