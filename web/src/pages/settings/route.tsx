import type { PageRoute } from '../../page.ts';

export const pages: readonly PageRoute[] = [
  {
    path: 'settings',
    title: 'Settings',
    load: () => import('./Settings.tsx'),
    rail: { group: 'foot', order: 9, label: 'Settings', icon: 'settings' },
    timeless: true,
  },
];
