import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CORE_ORDER, EXCEPTIONS, isForTests, ORACLE, ROOM_NAMES, ROOMS } from './rooms.ts';
import type { RoomName } from './rooms.ts';
import type { Import } from './sources.ts';
import { files, importsOf, namesIn, read, ROOT } from './sources.ts';

interface Source {
  readonly path: string;
  readonly imports: readonly Import[];
}

const all = files();
const sources: readonly Source[] = all
  .filter((path) => /\.tsx?$/.test(path) && roomOf(path) !== undefined)
  .map((path) => ({ path, imports: importsOf(path, read(path)) }));

/** Clock, chance, and the world outside: nothing in core may name them. */
const OUTSIDE = new Set([
  ...['Date', 'Math.random', 'performance.now', 'Temporal.Now', 'crypto', 'fetch', 'console', 'process', 'globalThis'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'XMLHttpRequest', 'WebSocket', 'localStorage'],
]);

function roomOf(path: string): RoomName | undefined {
  return ROOM_NAMES.find((room) => path.startsWith(`${room}/`));
}

/** Where an import of the repository's own leads, as a path from the root, or undefined for a package. */
function targetOf(from: string, specifier: string): string | undefined {
  // Behind a question mark stands how a bundler shall take it.
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
  // The package of cli is called `countersign`, as its command.
  return specifier.replace(/^countersign\//, '@countersign/cli/').match(/^@countersign\/(.*)$/)?.[1];
}

/** Why an import goes through a wall, or undefined. */
function wall(from: string, { specifier, dynamic }: Import): string | undefined {
  const room = roomOf(from);
  const target = targetOf(from, specifier);
  if (room === undefined) return undefined;
  const excepted = EXCEPTIONS.some(
    (it) => it.from.test(from) && it.imports.test(specifier) && (dynamic || !it.dynamicOnly),
  );
  if (excepted) return undefined;
  if (target === undefined) {
    const allowed = isForTests(from) || ROOMS[room].packages.some((form) => form.test(specifier));
    return allowed ? undefined : `${from} may not import ${specifier}`;
  }
  const to = roomOf(target);
  if (to === undefined) return `${from} imports ${specifier}, which is in no room`;
  if (to === room) return specifier.startsWith('.') ? undefined : `${from} imports its own room by name: ${specifier}`;
  if (specifier.startsWith('.')) return `${from} leaves its room by a relative path: ${specifier}`;
  return ROOMS[room].rooms.includes(to) ? undefined : `${from} may not import ${to}: ${specifier}`;
}

/** The circles that a graph has, each once, as the path that closes. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, above: readonly string[]): void => {
    const at = above.indexOf(node);
    if (at >= 0) found.push([...above.slice(at), node].join(' → '));
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...above, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return found;
}

/** The folder of core that a path is in. */
const wordOf = (path: string): string | undefined => /^core\/([^/]+)\//.exec(path)?.[1];

/** Folders of core to the folders they import, types included; tests and the oracle aside. */
function wordsImported(): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, string[]>();
  for (const { path, imports } of sources) {
    const word = wordOf(path);
    if (word === undefined || isForTests(path)) continue;
    const words = imports.flatMap(({ specifier }) => wordOf(targetOf(path, specifier) ?? '') ?? []);
    graph.set(word, [...new Set([...(graph.get(word) ?? []), ...words.filter((it) => it !== word)])]);
  }
  return graph;
}

describe('what this test looks at', () => {
  const least: Readonly<Record<string, number>> = {
    core: 40,
    ledger: 40,
    connectors: 30,
    api: 15,
    server: 40,
    cli: 10,
  };

  test.each(Object.entries(least))('%s has at least %i files', (room, n) => {
    expect(sources.filter(({ path }) => path.startsWith(`${room}/`)).length).toBeGreaterThanOrEqual(n);
  });

  test('imports are read, of each form', () => {
    const text = `import a from './a.ts'; import type { B } from './b.ts'; export * from './c.ts';
      const d = await import('./d.ts'); type E = import('./e.ts').E; // import './f.ts'
      const text = "import './g.ts'";`;

    expect(importsOf('x.ts', text).map(({ specifier }) => specifier)).toEqual([
      './a.ts',
      './b.ts',
      './c.ts',
      './d.ts',
      './e.ts',
    ]);
    expect(sources.reduce((n, { imports }) => n + imports.length, 0)).toBeGreaterThan(500);
  });

  test('names are read, not texts, comments or fields', () => {
    const text = `const at = new Date(); f(Math.random()); // Date
      type T = { Date: string }; const t = { Date: 'Date' }; t.Date;`;

    expect(namesIn('x.ts', text, OUTSIDE).map(({ name }) => name)).toEqual(['Date', 'Math.random']);
  });
});

describe('rooms', () => {
  test('every workspace is a room, and has its README', () => {
    const { workspaces } = z.object({ workspaces: z.array(z.string()) }).parse(JSON.parse(read('package.json')));

    expect([...workspaces].sort()).toEqual([...ROOM_NAMES].sort());
    expect(workspaces.filter((room) => !existsSync(join(ROOT, room, 'README.md')))).toEqual([]);
  });

  test('a room may import lower floors only; tools and bench, which stand outside, any', () => {
    const upwards = ROOM_NAMES.filter((room) => ROOMS[room].floor < 4).flatMap((room) =>
      ROOMS[room].rooms.filter((to) => ROOMS[to].floor >= ROOMS[room].floor).map((to) => `${room} → ${to}`),
    );

    expect(upwards).toEqual([]);
  });

  test.each([
    ['core/risk/record.ts', '@countersign/ledger/index.ts'],
    ['core/risk/record.ts', 'node:fs'],
    ['core/risk/record.ts', '../../server/clock.ts'],
    ['ledger/tree.ts', '@countersign/core/kernel/index.ts'],
    ['ledger/tree.ts', 'pg'],
    ['connectors/git/index.ts', '@countersign/server/runtime.ts'],
    ['api/routes.ts', '@countersign/server/runtime.ts'],
    ['api/routes.ts', 'node:fs'],
    ['cli/run.ts', '@countersign/server/local.ts'],
    ['server/main.ts', 'countersign/main.ts'],
    ['server/main.ts', '@countersign/server/clock.ts'],
  ])('%s may not import %s', (from, specifier) => {
    expect(wall(from, { specifier, dynamic: false, typeOnly: false })).toBeDefined();
  });

  test('the one way from the terminal to the server is dynamic', () => {
    const local = { specifier: '@countersign/server/local.ts', typeOnly: false };

    expect(wall('cli/main.ts', { ...local, dynamic: true })).toBeUndefined();
    expect(wall('cli/main.ts', { ...local, dynamic: false })).toBeDefined();
  });

  test('no file imports through a wall', () => {
    expect(sources.flatMap(({ path, imports }) => imports.flatMap((it) => wall(path, it) ?? []))).toEqual([]);
  });

  test('every path imported exists', () => {
    const missing = sources.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier }) => {
        const target = targetOf(path, specifier);
        return target === undefined || existsSync(join(ROOT, target)) ? [] : [`${path} → ${specifier}`];
      }),
    );

    expect(missing).toEqual([]);
  });

  test('no files import each other in a circle when run', () => {
    const graph = new Map(
      sources.map(({ path, imports }) => [
        path,
        imports.filter((it) => !it.typeOnly && !it.dynamic).flatMap(({ specifier }) => targetOf(path, specifier) ?? []),
      ]),
    );

    expect(circles(graph)).toEqual([]);
  });
});

describe('core', () => {
  const ours = sources.filter(({ path }) => path.startsWith('core/') && !isForTests(path));

  test('every folder has its place in the reading order', () => {
    const words = new Set(ours.flatMap(({ path }) => wordOf(path) ?? []));

    expect([...words].sort()).toEqual([...CORE_ORDER].sort());
  });

  test('a word imports earlier words only', () => {
    const place = new Map<string, number>(CORE_ORDER.map((word, i) => [word, i]));
    const later = [...wordsImported()].flatMap(([word, imported]) =>
      imported.filter((it) => (place.get(it) ?? Infinity) > (place.get(word) ?? -1)).map((it) => `${word} → ${it}`),
    );

    expect(later).toEqual([]);
  });

  test('no folders import each other in a circle', () => {
    expect(circles(wordsImported())).toEqual([]);
    expect(
      circles(
        new Map([
          ['risk', ['soa']],
          ['soa', ['risk']],
        ]),
      ),
    ).toEqual(['risk → soa → risk']);
  });

  test('only tests import the oracle', () => {
    const importers = sources.filter(
      ({ path, imports }) =>
        !isForTests(path) && imports.some(({ specifier }) => targetOf(path, specifier)?.startsWith(ORACLE)),
    );

    expect(importers.map(({ path }) => path)).toEqual([]);
  });

  test('no clock, no chance, nothing outside', () => {
    const named = ours.flatMap(({ path }) =>
      namesIn(path, read(path), OUTSIDE).map(({ name, line }) => `${path}:${line} ${name}`),
    );

    expect(ours.length).toBeGreaterThan(30);
    expect(named).toEqual([]);
  });
});

describe('connectors', () => {
  const folders = [...new Set(all.flatMap((path) => /^connectors\/([^/]+)\//.exec(path)?.[1] ?? []))].filter(
    (it) => it !== 'kit',
  );

  test.each(['git', 'host'])('%s is there', (name) => {
    expect(folders).toContain(name);
  });

  test.each(folders)('%s is complete', (name) => {
    const missing = ['index.ts', 'connector.ts', 'checks.ts', 'README.md'].filter(
      (it) => !all.includes(`connectors/${name}/${it}`),
    );
    const datasets = all.filter((path) => path.startsWith(`connectors/${name}/datasets/`) && path.endsWith('.ts'));

    expect(missing).toEqual([]);
    expect(datasets.length).toBeGreaterThan(0);
  });

  test('no connector imports another', () => {
    const across = sources.flatMap(({ path, imports }) => {
      const own = /^connectors\/([^/]+)\//.exec(path)?.[1];
      return imports.flatMap(({ specifier }) => {
        const to = /^connectors\/([^/]+)\//.exec(targetOf(path, specifier) ?? '')?.[1];
        return own === undefined || to === undefined || to === own || to === 'kit' ? [] : [`${path} → ${specifier}`];
      });
    });

    expect(across).toEqual([]);
  });
});

describe('words that mean work left undone', () => {
  const texts = all.filter(
    (path) => /\.(?:ts|mjs|js|sql|md|yaml)$/.test(path) && path !== 'tools/architecture.test.ts',
  );

  test.each([
    ['a fact with two homes', /keep(?:s|ing)? (?:\w+ )?in sync/i],
    ['something promised', /\b(?:TODO|FIXME|XXX|HACK)\b/],
  ])('%s', (_name, words) => {
    // The decision that forbids the phrase may name it.
    const found = texts.filter((path) => !path.startsWith('docs/') && words.test(read(path)));

    expect(texts.length).toBeGreaterThan(200);
    expect(found).toEqual([]);
  });

  test('no folder or file is a drawer for anything', () => {
    const drawers = all.filter((path) => /(?:^|\/)(?:utils?|helpers?|common|shared|misc)(?:\.\w+)?(?:\/|$)/.test(path));

    expect(drawers).toEqual([]);
  });
});
