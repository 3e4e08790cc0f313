import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { routesOf } from '@countersign/api/routes.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
const SECRET = 'S'.repeat(43);
/** Tokens of alpha: one of each role, and those of jobs. */
const tokens = new Map<string, string>();

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app(SECRET);
  const make = async (who: string, input: { for?: string; scope?: 'read' | 'write' }) =>
    tokens.set(who, (await ground.engine.services.createToken(ground.alpha, OPERATOR, { name: 'n', ...input })).token);
  for (const { id, roles } of Object.values(PEOPLE)) await make(roles[0], { for: id });
  await make('job', {});
  await make('reading job', { scope: 'read' });
});
afterAll(() => ground.close());

const ask = (who: string, url: string) =>
  app.inject({
    url,
    headers:
      who === 'operator'
        ? { 'x-countersign-operator': SECRET, 'x-countersign-org': 'alpha' }
        : { authorization: `Bearer ${tokens.get(who)}` },
  });

test('nobody but the operator of the machine hears of another organisation, at any door that answers without parameters', async () => {
  const doors = routesOf(ground.engine.runtime.product).filter(
    ({ method, path, access }) => method === 'GET' && access !== 'public' && !path.includes('{'),
  );
  const told: string[] = [];
  for (const who of tokens.keys()) {
    for (const { path } of doors) if (/beta/i.test((await ask(who, path)).body)) told.push(`${who} at ${path}`);
  }

  expect(doors.length).toBeGreaterThan(15);
  expect(told).toEqual([]);
  expect((await ask('operator', '/api/organisations')).body).toContain('beta');
});

test('an organisation that is another’s is as one that is not there', async () => {
  const named = (slug: string) =>
    app.inject({
      url: '/api/me',
      headers: { authorization: `Bearer ${tokens.get('owner')}`, 'x-countersign-org': slug },
    });
  const [theirs, none] = [(await named('beta')).json(), (await named('nowhere')).json()];

  expect(theirs).toMatchObject({ code: none.code, status: none.status });
});

test('the doctor speaks of all tenants, to the operator of the machine only', async () => {
  for (const who of tokens.keys()) expect([who, (await ask(who, '/api/doctor')).statusCode]).toEqual([who, 403]);

  expect((await ask('operator', '/api/doctor')).body).toContain('beta');
});

test('the whole log is for owner, lead and the operator of the machine; drafts are in it, so not for an auditor, and not for a job', async () => {
  const may = ['owner', 'lead', 'operator'];
  for (const who of [...tokens.keys(), 'operator']) {
    const { statusCode } = await ask(who, '/api/log/export');
    expect([who, statusCode]).toEqual([who, may.includes(who) ? 200 : 403]);
  }
});
