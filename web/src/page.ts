import type { ComponentType } from 'react';
import type { IconName } from './kit/Icon.tsx';

/** Where a page stands in the rail; one without it is reached by links only. */
export interface InRail {
  readonly group: 'top' | 'programmes' | 'operate' | 'govern' | 'proof' | 'foot';
  readonly order: number;
  readonly label: string;
  readonly icon: IconName;
}

/**
 * A page. Every `pages/NAME/route.tsx` exports `pages: readonly PageRoute[]` and is small: it is part of what the first
 * page loads. The page itself comes with `load`.
 */
export interface PageRoute {
  /** Below `/ORG/` with `$name` for parts that vary, as `controls/$id`; with a leading slash outside any organisation. */
  readonly path: string;
  /** The page’s name in the browser’s title and the crumb. */
  readonly title: string;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
  readonly rail?: InRail;
  /** Absent: pages of an organisation have the shell, others stand alone. */
  readonly bare?: true;
  /** For a page that answers other questions than those of both clocks (settings, forms): the as-of control is off. */
  readonly timeless?: true;
}
