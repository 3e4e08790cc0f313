import type { PageRoute } from '../../page.ts';
import { words } from '../../words/people.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'people',
    title: words.title,
    load: () => import('./PeopleList.tsx'),
    rail: { group: 'govern', order: 2, label: words.title, icon: 'people' },
  },
  { path: 'people/$id', title: words.title, load: () => import('./PersonPage.tsx') },
];
