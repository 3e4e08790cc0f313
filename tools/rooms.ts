/** The rooms and what each may import: architecture.md's table as data. Lint and `architecture.test.ts` both read it. */
export interface Room {
  /** 0 is data; imports go to lower floors only. */
  readonly floor: number;
  /** Rooms it may import. */
  readonly rooms: readonly RoomName[];
  /** Packages, and built-in modules of Node as `node:`, that its code may import; tests may import more. */
  readonly packages: readonly RegExp[];
}

export const ROOM_NAMES = [
  'catalogs',
  'core',
  'ledger',
  'connectors',
  'api',
  'server',
  'cli',
  'web',
  'e2e',
  'tools',
  'bench',
] as const;
export type RoomName = (typeof ROOM_NAMES)[number];

const NODE = /^node:/;
const ANY = /^/;

export const ROOMS: Readonly<Record<RoomName, Room>> = {
  catalogs: { floor: 0, rooms: [], packages: [] },
  core: { floor: 1, rooms: ['catalogs'], packages: [/^zod$/, /^temporal-polyfill$/] },
  ledger: {
    floor: 1,
    rooms: [],
    packages: [
      /^canonicalize$/,
      /^#crypto$/,
      /^@noble\//,
      /^node:(?:child_process|crypto|path|zlib|worker_threads|stream|fs)(?:\/promises)?$/,
    ],
  },
  connectors: { floor: 2, rooms: ['core'], packages: [/^zod$/, NODE] },
  api: { floor: 2, rooms: ['core'], packages: [/^zod$/] },
  server: { floor: 3, rooms: ['catalogs', 'core', 'ledger', 'connectors', 'api'], packages: [ANY] },
  cli: { floor: 3, rooms: ['core', 'ledger', 'api'], packages: [/^commander$/, /^yaml$/, /^zod$/, NODE] },
  web: {
    floor: 3,
    rooms: ['core', 'api'],
    packages: [
      /^react(?:-dom)?(?:$|\/)/,
      /^@tanstack\/react-/,
      /^@mantine\//,
      /^@observablehq\/plot$/,
      /^@fontsource/,
      /^(?:zod|uqr|temporal-polyfill)$/,
    ],
  },
  e2e: { floor: 4, rooms: ROOM_NAMES, packages: [ANY] },
  tools: { floor: 4, rooms: ROOM_NAMES, packages: [ANY] },
  bench: { floor: 4, rooms: ROOM_NAMES, packages: [ANY] },
};

/** What is allowed against the table, each with its reason. */
export const EXCEPTIONS: readonly {
  readonly from: RegExp;
  readonly imports: RegExp;
  readonly dynamicOnly: boolean;
  readonly because: string;
}[] = [
  {
    from: /^cli\/main\.ts$/,
    imports: /^@countersign\/server\/local\.ts$/,
    dynamicOnly: true,
    because: 'without --url the terminal runs the same application in its own process: docs/decisions/0016',
  },
  {
    from: /^(?:web|ledger\/page)\/vite\.config\.ts$/,
    imports: /^(?:vite|@vitejs\/plugin-react|node:.+)$/,
    dynamicOnly: false,
    because: 'it says how the client, or the page that verifies, is built, and is no part of it',
  },
  {
    from: /^cli\/[^/]+\.test\.ts$/,
    imports: /^@countersign\/server\/http\//,
    dynamicOnly: false,
    because: 'a test drives a kind of its own from the terminal through the doors of the server',
  },
];

/** The words of core in reading order: a later one may import an earlier one, never the reverse. */
export const CORE_ORDER = [
  'kernel',
  'people',
  'framework',
  'crosswalk',
  'organisation',
  'proof',
  'witnessing',
  'evidence',
  'erasure',
  'policy',
  'control',
  'transition',
  'exchange',
  'access',
  'directory',
  'connector',
  'check',
  'population',
  'effectiveness',
  'evidence-use',
  'timeline',
  'boundary',
  'programme',
  'customer',
  'erasing',
  'posture',
  'overlap',
  'duty',
  'setup',
  'work',
  'first-run',
  'search',
  'glossary',
  'notification',
  'certification',
  'planner',
  'integrity',
  'binder',
] as const;

/** A second reading of the rules that only tests import; it stands outside the order. */
export const ORACLE = 'core/oracle/';

/** Tests and what only tests import. */
export function isForTests(path: string): boolean {
  return (
    /\.test\.ts$|-for-tests\.ts$|\/testing\.ts$|\/replay\.ts$|\/testing\/|\/suite\.ts$|\/example-log\.ts$/.test(path) ||
    path.startsWith(ORACLE)
  );
}
