import type { PageRoute } from '../../page.ts';

export const pages: readonly PageRoute[] = [
  { path: '/sign-in', title: 'Sign in', load: () => import('./SignIn.tsx') },
  { path: '/welcome', title: 'Welcome', load: () => import('./Welcome.tsx') },
  { path: '/invitation', title: 'Invitation', load: () => import('./Welcome.tsx') },
];
