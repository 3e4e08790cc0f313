import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { standUp } from '../testing.ts';
import { Browser, codeOf, tokenIn } from './testing.ts';

let ground: Ground;
let app: FastifyInstance;
beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
});
afterAll(() => ground.close());

const OWNER = { name: 'Ada Lovelace', email: 'Ada@example.com', password: 'four unrelated quiet words' };

test('the first owner’s link makes its holder owner of what the operator began, once, from this machine', async () => {
  const link = (await ground.engine.signIn.firstLink()) ?? '';
  const browser = new Browser(app);
  const token = tokenIn(link);

  const read = await browser.post('/api/sign-in/link', { token });
  const afar = await browser.post('/api/sign-in/redeem', { token, ...OWNER }, { remoteAddress: '192.0.2.7' });
  const weak = await browser.post('/api/sign-in/redeem', { token, ...OWNER, password: 'password1234' });
  const done = await browser.post('/api/sign-in/redeem', { token, ...OWNER });
  const again = await new Browser(app).post('/api/sign-in/redeem', { token, ...OWNER, email: 'eve@example.com' });

  expect(link).toMatch(/^http:\/\/localhost:4300\/welcome\?token=cf_/);
  expect(read.json()).toMatchObject({ is: 'first-owner', organisation: { slug: 'alpha' } });
  expect([codeOf(afar), codeOf(weak)]).toEqual(['signin.loopback', 'signin.password']);
  expect(done.json()).toMatchObject({ user: { email: 'ada@example.com' }, organisation: 'alpha' });
  expect(codeOf(again)).toBe('signin.first');
  expect(await ground.engine.signIn.firstLink()).toBeUndefined();
  expect(await browser.me('beta')).toMatchObject({
    actor: { roles: ['owner'] },
    person: { name: 'Ada Lovelace' },
    organisations: [{ slug: 'alpha' }, { slug: 'beta' }],
  });
  expect((await browser.get('/api/records/control?limit=1', { org: 'alpha' })).statusCode).toBe(200);
});

test('who has signed in once signs in by password', async () => {
  const browser = new Browser(app);

  const wrong = await browser.signIn(OWNER.email, 'not that');
  const unknown = await browser.signIn('nobody@example.com', 'not that');
  const right = await browser.signIn(OWNER.email, OWNER.password);

  expect([wrong.statusCode, wrong.body]).toEqual([unknown.statusCode, unknown.body]);
  expect(codeOf(wrong)).toBe('signin.credentials');
  expect(right.json()).toEqual({ secondFactor: false });
  expect(await browser.me('alpha')).toMatchObject({ organisation: 'alpha', required: ['second-factor'] });
});
