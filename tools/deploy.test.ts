import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { files, read, ROOT } from './sources.ts';

/** No container engine runs here: what can be read in these files is held against what there is. */

const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
const instructions = dockerfile
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => ({ word: line.split(/\s+/, 1)[0] ?? '', rest: line.replace(/^\S+\s+/, '') }));
const of = (word: string): readonly string[] => instructions.filter((one) => one.word === word).map(({ rest }) => rest);

const Service = z.looseObject({
  image: z.string(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  ports: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
});
const compose = z
  .looseObject({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(read('compose.yaml'), { merge: true }));

describe('the Dockerfile', () => {
  test('copies only what there is', () => {
    const copied = of('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .flatMap((rest) => rest.split(/\s+/).slice(0, -1));

    expect(copied.length).toBeGreaterThan(15);
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('installs by the manifest of every room', () => {
    const { workspaces } = z.object({ workspaces: z.array(z.string()) }).parse(JSON.parse(read('package.json')));

    expect(workspaces.filter((room) => !of('COPY').includes(`${room}/package.json ${room}/`))).toEqual([]);
  });

  test('has every room that the server and the command line import', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));

    for (const room of ['catalogs', 'core', 'ledger', 'connectors', 'api', 'server', 'cli']) {
      expect(last).toContain(`COPY ${room} ${room}`);
      expect(of('RUN').join(' ')).toContain(`-w ${room}`);
    }
  });

  test('runs as nobody in particular, tells whether it is well, and starts a program that there is', () => {
    expect(of('USER')).toEqual(['node']);
    expect(of('HEALTHCHECK').join(' ')).toContain('/healthz');
    const started = z.array(z.string()).parse(JSON.parse(of('CMD').at(-1) ?? ''));
    expect(existsSync(join(ROOT, started[1] ?? ''))).toBe(true);
  });

  test('takes from stages that there are', () => {
    const stages = of('FROM').flatMap((rest) => / AS (\w+)$/.exec(rest)?.[1] ?? []);
    const taken = [...dockerfile.matchAll(/--from=(\w+)/g)].map(([, stage]) => stage);

    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter((stage) => stage === undefined || !stages.includes(stage))).toEqual([]);
  });
});

describe('the compose file', () => {
  test('has server, workers, PostgreSQL 18, and a store of files where it is asked for', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['postgres', 'server', 'store', 'worker']);
    expect(compose.services['postgres']?.image).toMatch(/^postgres:18/);
    expect(compose.services['store']?.profiles).toEqual(['s3']);
  });

  test('names volumes and services that it declares', () => {
    for (const { volumes = [], depends_on = {} } of Object.values(compose.services)) {
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      for (const other of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(other);
    }
  });

  test('sets only variables that the server reads', () => {
    const known = new Set(read('server/config.ts').match(/[A-Z][A-Z_]{3,}/g));
    const sdk = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    const set = ['server', 'worker'].flatMap((name) => Object.keys(compose.services[name]?.environment ?? {}));

    expect(set.length).toBeGreaterThan(8);
    expect(set.filter((name) => !known.has(name) && !sdk.includes(name))).toEqual([]);
  });

  test('starts programs that there are, and shows a port to this machine only', () => {
    expect(existsSync(join(ROOT, compose.services['worker']?.command?.[1] ?? ''))).toBe(true);
    expect(Object.values(compose.services).flatMap(({ ports = [] }) => ports)).toEqual(['127.0.0.1:4300:4300']);
  });
});

test('every setting that the page of deployment names is read, and every one that is read is named', () => {
  const page = read('docs/deploy.md');
  const readInConfig = [...new Set(read('server/config.ts').match(/'(?:COUNTERSIGN_[A-Z_]+|DATABASE_URL)'/g))].map(
    (name) => name.slice(1, -1),
  );
  // For development: off wherever others can reach the server.
  const inner = ['COUNTERSIGN_LOCAL_SOURCES'];

  expect(readInConfig.filter((name) => !page.includes(name) && !inner.includes(name))).toEqual([]);
  expect(files()).toContain('docs/deploy.md');
});
