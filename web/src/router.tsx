import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router';
import { NotFound } from './shell/NotFound.tsx';
import { PageFault } from './shell/PageFault.tsx';
import { Start } from './shell/Start.tsx';
import { PAGES } from './pages.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageFault });

const start = createRoute({ getParentRoute: () => root, path: '/', component: Start });
const within = createRoute({
  getParentRoute: () => root,
  path: '/$org',
  component: lazyRouteComponent(() => import('./shell/Shell.tsx'), 'Shell'),
  notFoundComponent: NotFound,
});
const home = createRoute({
  getParentRoute: () => within,
  path: '/',
  beforeLoad: ({ params }) => {
    // The router throws redirects.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw redirect({ to: `/${params.org}/overview` });
  },
});

const outside = PAGES.filter(({ path }) => path.startsWith('/')).map((page) =>
  createRoute({ getParentRoute: () => root, path: page.path, component: lazyRouteComponent(page.load) }),
);
const inside = PAGES.filter(({ path }) => !path.startsWith('/')).map((page) =>
  createRoute({
    getParentRoute: () => within,
    path: page.path,
    component: lazyRouteComponent(page.load),
    errorComponent: PageFault,
  }),
);

export const router = createRouter({
  routeTree: root.addChildren([start, ...outside, within.addChildren([home, ...inside])]),
  // Search parameters are text: `1` stays `1`, a date stays a date.
  parseSearch: parseSearchWith((value) => value),
  stringifySearch: stringifySearchWith(String),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});
