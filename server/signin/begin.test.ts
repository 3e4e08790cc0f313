import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../database/testing.ts';
import { freshDatabase } from '../database/testing.ts';
import type { Engine } from '../engine.ts';
import { createEngine } from '../engine.ts';
import { buildApp } from '../http/app.ts';
import { OPERATOR } from '../testing.ts';
import { Browser, codeOf, tokenIn } from './testing.ts';

let database: TestDatabase;
let folder: string;
let engine: Engine;
let app: FastifyInstance;
const OWNER = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'four unrelated quiet words' };

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'countersign-begin-'));
  engine = await createEngine({
    database: { ...database, close: () => Promise.resolve() },
    dataFolder: folder,
    keyFile: join(folder, 'key'),
    localSources: true,
  });
  app = buildApp({
    runtime: engine.runtime,
    services: engine.services,
    signIn: engine.signIn,
    ready: () => engine.ready(),
    log: {
      error: ({ err }) => {
        throw err;
      },
    },
  });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await engine.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

test('who comes first where there is nothing yet begins one organisation, and owns it', async () => {
  const browser = new Browser(app);
  const older = tokenIn((await engine.signIn.firstLink()) ?? '');
  const token = tokenIn((await engine.signIn.firstLink()) ?? '');
  const wish = { name: 'Halyard <script>', slug: 'halyard', timeZone: 'Europe/Madrid', frameworks: ['soc2'] };

  const replaced = await browser.post('/api/sign-in/redeem', { token: older, ...OWNER });
  await browser.post('/api/sign-in/redeem', { token, ...OWNER });
  const before = (await browser.get('/api/sign-in')).json();
  const wrong = await browser.post('/api/sign-in/organisation', { ...wish, timeZone: 'Europe/Nowhere' });
  const begun = await browser.post('/api/sign-in/organisation', wish);
  const again = await browser.post('/api/sign-in/organisation', { ...wish, slug: 'another' });

  expect(codeOf(replaced)).toBe('signin.link');
  expect(before).toMatchObject({ begins: true, memberships: [] });
  expect(codeOf(wrong)).toBe('init.zone');
  expect(begun.json()).toMatchObject({ organisation: 'halyard', requirements: { soc2: 61 } });
  expect(codeOf(again)).toBe('signin.begin');
  expect(await browser.me('halyard')).toMatchObject({
    actor: { id: expect.stringMatching(/^p-[0-9a-f]{16}$/), roles: ['owner'] },
    name: 'Halyard <script>',
    required: ['second-factor'],
  });
  expect((await engine.services.organisations()).map(({ slug }) => slug)).toEqual(['halyard']);
});

test('whoever else signs in begins none', async () => {
  const [org] = await engine.services.organisations();
  if (org === undefined) throw new Error('One was begun');
  const { link } = await engine.signIn.admissions.invite(org, OPERATOR, {
    email: 'eve@example.com',
    name: 'Eve',
    roles: ['lead'],
  });
  const eve = new Browser(app);
  await eve.post('/api/sign-in/redeem', { token: tokenIn(link), password: 'another three dull nouns' });

  const refused = await eve.post('/api/sign-in/organisation', { name: 'Eve’s', slug: 'eves' });
  const nobody = await new Browser(app).post('/api/sign-in/organisation', { name: 'N', slug: 'n' });

  expect(codeOf(refused)).toBe('signin.begin');
  expect(codeOf(nobody)).toBe('identity.missing');
});
