import type { PageRoute } from '../../page.ts';
import { words } from '../../words/ledger.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'ledger',
    title: words.title,
    load: () => import('./Ledger.tsx'),
    rail: { group: 'proof', order: 1, label: words.title, icon: 'ledger' },
  },
];
