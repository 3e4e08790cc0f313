import { kettles } from '@countersign/api/testing/product.ts';
import { compose, defineAct, defineRecord, defineView } from '@countersign/core/kernel/index.ts';
import { buildApp } from '@countersign/server/http/app.ts';
import { memoryRuntime, memoryServices } from '@countersign/server/http/testing.ts';
import { readdir, readFile, symlink, mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Stage } from './testing/world.ts';
import { stage } from './testing/world.ts';
import { local } from './transport.ts';
import type { World } from './world.ts';

// From core's declarations through the server's doors to the command line: nothing in between knows these kinds.

const Teapot = defineRecord('teapot', {
  title: 'Teapots',
  body: z.strictObject({ glaze: z.string(), cups: z.int().default(2) }),
});
const throwPot = defineAct('teapot.throw', {
  says: 'Throws a pot.',
  input: z.strictObject({
    id: z.string(),
    glaze: z.string(),
    cups: z.int().optional(),
    gently: z.boolean().optional(),
    marks: z.array(z.string()).optional(),
  }),
  reads: [],
  allowed: ['lead', 'operator'],
  answer: z.object({ marks: z.array(z.string()) }),
  decide: (_, { id, glaze, cups, marks = [] }) => ({
    changes: [{ does: 'create', kind: 'teapot', id, body: { glaze, cups } }],
    answer: { marks },
  }),
});
const glazes = defineView('teapot.glazes', {
  says: 'Which glazes there are.',
  input: z.strictObject({ atLeast: z.int().optional() }),
  reads: [Teapot],
  output: z.object({ glazes: z.array(z.string()) }),
  compute: (book, { atLeast = 0 }) => ({
    glazes: book.teapot.all().flatMap(({ glaze, cups }) => (cups >= atLeast ? [glaze] : [])),
  }),
});

const stages: Stage[] = [];
afterEach(async () => {
  for (const one of stages.splice(0)) await one.close();
});

async function standUp(services: Parameters<typeof memoryServices>[0] = {}, more: Partial<World> = {}): Promise<Stage> {
  const product = kettles({ Teapot, throwPot, glazes });
  const operator = { secret: randomUUID(), actor: { id: 'operator:me', roles: ['operator'] as const } };
  const app = buildApp({
    runtime: memoryRuntime(product),
    services: memoryServices({ organisations: async () => [{ id: 1, slug: 'alpha' }], ...services }),
    operator,
    ready: async () => true,
    log: {
      error: ({ err }) => {
        throw err;
      },
    },
  });
  const opened = { headers: { 'x-countersign-operator': operator.secret }, close: async () => undefined };
  const one = await stage(async (where) => local({ ...opened, inject: (options) => app.inject(options) }, where), {
    of: product,
    ...more,
  });
  stages.push(one);
  return one;
}

describe('a kind of the test’s own', () => {
  it('has its act, with a flag for each plain field', async () => {
    const { run } = await standUp();

    const thrown = await run(
      'act',
      'teapot.throw',
      '--id',
      't-1',
      '--glaze',
      'celadon',
      '--cups',
      '4',
      '--marks',
      'a',
      '--marks',
      'b',
      '--json',
    );

    expect(thrown.json()).toMatchObject({
      changes: [{ kind: 'teapot', id: 't-1', did: 'create' }],
      answer: { marks: ['a', 'b'] },
    });
    expect((await run('get', 'teapot', 't-1', '--json')).json()).toMatchObject({ glaze: 'celadon', cups: 4 });
    expect((await run('get', 'teapot')).out).toMatch(/^ID +GLAZE +CUPS\nt-1 +celadon +4$/m);
    expect((await run('get', 'teapot', 't-1', '--history')).out).toContain('VERSION');
  });

  it('takes an input as JSON, from a file, and flags over it', async () => {
    const { run, write } = await standUp();
    await write('pot.json', '{"id":"t-2","glaze":"ash"}');

    const done = await run('act', 'teapot.throw', '--input', '@pot.json', '--glaze', 'tenmoku', '--json');

    expect(done.code).toBe(0);
    expect((await run('view', 'teapot.glazes', '--json')).json()).toEqual({ glazes: ['tenmoku'] });
    expect((await run('view', 'teapot.glazes', '--at-least', '9', '--json')).json()).toEqual({ glazes: [] });
  });

  it('is applied from files and exported to files that apply unchanged', async () => {
    const { run, write, folder } = await standUp();
    await write(
      'in/a.yaml',
      'kind: teapot\nid: "1"\nglaze: "2026-01-01"\n---\nkind: keeper\nid: ada\nname: "yes: no"\n',
    );
    await write(
      'in/sub/b.json',
      '[{"kind":"kettle","id":"k.1","title":"1e3","litres":0.5,"labels":["null","~"],"keeper":"ada"}]',
    );

    const first = await run('apply', 'in', '--json');
    const exported = await run('export', 'out', '--json');
    const again = await run('apply', 'out', '--json');

    expect(first.json()).toMatchObject({ create: [{ id: '1' }, { id: 'ada' }, { id: 'k.1' }], unchanged: 0 });
    expect(exported.json()).toMatchObject({ files: expect.arrayContaining(['teapot/1.yaml', 'kettle/k.1.yaml']) });
    expect(again.json()).toMatchObject({ create: [], change: [], unchanged: 3 });
    expect(await readFile(join(folder, 'out/teapot/1.yaml'), 'utf8')).toBe(
      'kind: teapot\nid: "1"\nglaze: 2026-01-01\ncups: 2\n',
    );
    expect(await readdir(join(folder, 'out/teapot'))).toEqual(['1.yaml']);
  });

  it('shows a plan with what changes from what to what, and a dry run saves nothing', async () => {
    const { run, write } = await standUp();
    await write('t.yaml', 'kind: teapot\nid: t\nglaze: ash\n');
    await run('apply', 't.yaml');
    await write('t.yaml', 'kind: teapot\nid: t\nglaze: celadon\n---\nkind: teapot\nid: u\nglaze: ash\n');

    const dry = await run('apply', 't.yaml', '--dry-run');
    const real = await run('apply', 't.yaml');

    expect(dry.out).toContain('+ create teapot u');
    expect(dry.out).toContain('glaze: ash → celadon');
    expect(dry.out).toContain('nothing was saved');
    expect(real.out).toContain('1 created, 1 changed; 0 unchanged.');
  });

  it.each([
    [
      'a field that is not known',
      'kind: teapot\nid: t\nglaze: ash\n\ncolour: red\n',
      'record.invalid',
      { line: 5, column: 1 },
    ],
    ['a wrong value', '# remark\nkind: teapot\nid: t\nglaze:   7\n', 'record.invalid', { line: 4, column: 1 }],
    [
      'the second document',
      'kind: teapot\nid: t\nglaze: ash\n---\nkind: teapot\nid: u\nglaze: [1]\n',
      'record.invalid',
      { line: 7, column: 1 },
    ],
    [
      'a field far inside',
      'kind: kettle\nid: k\ntitle: K\nparts:\n  lid:\n    made: 2026-02-30\n',
      'record.invalid',
      { line: 6, column: 5 },
    ],
    ['JSON', '{"kind":"teapot","id":"t",\n "glaze":"x",  "colour":1}\n', 'record.invalid', { line: 2, column: 16 }],
    ['an unknown kind', 'kind: saucer\nid: s\n', 'apply.kind', { line: 1, column: 1 }],
    [
      'one record given twice',
      'kind: teapot\nid: t\nglaze: a\n---\nkind: teapot\nid: t\nglaze: a\n',
      'apply.twice',
      { line: 6, column: 1 },
    ],
  ])('refuses %s with file, line and column', async (_, text, code, at) => {
    const { run, write } = await standUp();
    await write('t.yaml', text);

    const refused = await run('apply', 't.yaml', '--json');
    const forPeople = await run('apply', 't.yaml');

    expect(refused.code).toBe(2);
    expect(refused.json()).toEqual({ refusal: { code, message: expect.any(String), at: { file: 't.yaml', ...at } } });
    expect(forPeople.err).toContain(`t.yaml:${at.line}:${at.column}: `);
    expect(forPeople.out).toBe('');
  });

  it('is listed a page at a time', async () => {
    const { run, write } = await standUp();
    await write(
      't.json',
      JSON.stringify(Array.from({ length: 60 }, (_, i) => ({ kind: 'teapot', id: `t-${100 + i}`, glaze: 'g' }))),
    );
    await run('apply', 't.json');

    const page = await run('get', 'teapot');
    const rest = await run('get', 'teapot', '--cursor', '50', '--json');
    const all = await run('get', 'teapot', '--all', '--json');
    const some = await run('get', 'teapot', '--limit', '2', '--where', 'glaze=g', '--json');

    expect(page.err).toContain('60 in all');
    expect(rest.json()).toMatchObject({ items: { length: 10 }, next: null });
    expect(all.json()).toMatchObject({ items: { length: 60 } });
    expect(some.json()).toMatchObject({ items: { length: 2 }, total: 60 });
  });

  it('does not follow a link that stands where it would write', async () => {
    const { run, write, folder } = await standUp();
    await write('t.yaml', 'kind: teapot\nid: t\nglaze: ash\n');
    await run('apply', 't.yaml');
    await mkdir(join(folder, 'elsewhere'));
    await mkdir(join(folder, 'out'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'out/teapot'));

    const refused = await run('export', 'out', '--kind', 'teapot', '--json');

    expect(refused.json()).toMatchObject({ refusal: { code: 'input.folder' } });
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
  });

  it('is completed by the shell', async () => {
    const { run } = await standUp();

    for (const shell of ['bash', 'zsh', 'fish']) expect((await run('completion', shell)).out).toContain('teapot.throw');
  });
});

describe('collect', () => {
  const services = {
    async collect(
      _org: unknown,
      _actor: unknown,
      sources: readonly string[],
      progress: (p: { source: string; dataset: string; done: number }) => void,
      signal: AbortSignal,
    ) {
      progress({ source: 's', dataset: 's/d', done: 5 });
      if (sources.includes('slow')) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        stopped.push('slow');
      }
      return [
        {
          source: 's',
          dataset: 's/d',
          status: 'partial' as const,
          why: ['no permission'],
          items: 5,
          changed: 1,
          index: 3,
          observedAt: 'x',
        },
      ];
    },
  };
  const stopped: string[] = [];

  it('tells progress on standard error and one document on standard output', async () => {
    const { run } = await standUp(services);

    const done = await run('collect', 's', '--json');

    expect(done.err).toContain('s s/d: 5');
    expect(done.json()).toMatchObject({ collections: [{ status: 'partial', why: ['no permission'] }] });
  });

  it('stops at Ctrl-C, and so does the server', async () => {
    const stop = new AbortController();
    const { run } = await standUp(services, {
      signal: stop.signal,
      stderr: { write: (text) => text.includes('s/d: 5') && stop.abort() },
    });

    const done = await run('collect', 'slow', '--json');

    expect(done.code).toBe(3);
    expect(done.json()).toMatchObject({ fault: { message: expect.stringContaining('Stopped') } });
    await expect.poll(() => stopped, { timeout: 5000 }).toEqual(['slow']);
  });
});

it('a product without acts or views has a command line too', async () => {
  const one = await stage(async () => Promise.reject(new Error('not asked')), { of: compose([]) });
  stages.push(one);

  expect((await one.run('completion', 'bash')).code).toBe(0);
});
