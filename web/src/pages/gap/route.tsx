import type { PageRoute } from '../../page.ts';
import { words } from '../../words/gap.ts';

export const pages: readonly PageRoute[] = [{ path: 'gap', title: words.title, load: () => import('./Gap.tsx') }];
