import type { PageRoute } from './page.ts';

/** Every page there is: a folder `pages/NAME/` with a `route.tsx` that exports `pages`. */
const found = import.meta.glob<{ readonly pages: readonly PageRoute[] }>('./pages/*/route.tsx', { eager: true });

export const PAGES: readonly PageRoute[] = Object.values(found).flatMap(({ pages }) => pages);
