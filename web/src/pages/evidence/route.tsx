import type { PageRoute } from '../../page.ts';
import { words } from '../../words/evidence.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'evidence',
    title: words.title,
    load: () => import('./EvidenceList.tsx'),
    rail: { group: 'operate', order: 3, label: words.rail, icon: 'evidence' },
  },
  { path: 'evidence/$id', title: words.title, load: () => import('./EvidencePage.tsx') },
];
