import type { PageRoute } from '../../page.ts';
import { words } from '../../words/customer-requests.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'customer-requests',
    title: words.title,
    load: () => import('./CustomerRequests.tsx'),
    rail: { group: 'govern', order: 5, label: words.title, icon: 'inbox' },
  },
];
