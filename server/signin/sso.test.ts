import type { FastifyInstance } from 'fastify';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, standUp } from '../testing.ts';
import { Browser, codeOf, tokenIn } from './testing.ts';

let ground: Ground;
let app: FastifyInstance;
let idp: Server;
let issuer = '';
let host: Browser;
let provider: { id: string; callback: string; record: string };
/** Who the identity provider says that its user is. */
let claims: Record<string, unknown> = {};
const dns = new Map<string, readonly (readonly string[])[]>();
const OWNER = { name: 'Ada Lovelace', email: 'ada@elsewhere.example', password: 'four unrelated quiet words' };
/** What our server calls itself at an identity provider. */
const callbacks: string[] = [];

beforeAll(async () => {
  ground = await standUp(undefined, { txt: (name) => Promise.resolve(dns.get(name) ?? []) });
  app = await ground.app();
  host = new Browser(app);
  const token = tokenIn((await ground.engine.signIn.firstLink()) ?? '');
  await host.post('/api/sign-in/redeem', { token, ...OWNER });
  const listening = await serveProvider();
  idp = listening.server;
  issuer = listening.issuer;
  const added = await host.post(
    '/api/access/identity-providers',
    {
      title: 'Example ID',
      preset: 'oidc',
      issuer,
      client: 'countersign',
      secret: 'very-secret-indeed',
      domains: ['example.com'],
    },
    { org: 'alpha' },
  );
  expect(added.statusCode, added.body).toBe(200);
  provider = z.object({ id: z.string(), callback: z.string(), record: z.string() }).parse(added.json());
  callbacks.push(provider.callback);
});
afterAll(async () => {
  await new Promise((done) => idp.close(done));
  await ground.close();
});
beforeEach(() => {
  claims = { sub: 'sub-grace', email: 'grace@example.com', email_verified: true, name: 'Grace Hopper' };
});

/** A real OpenID provider on loopback, whose user agrees to everything. */
async function serveProvider(): Promise<{ server: Server; issuer: string }> {
  let handle: (...args: Parameters<ReturnType<Provider['callback']>>) => unknown = () => undefined;
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const at = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const oidc = new Provider(at, {
    clients: [
      {
        client_id: 'countersign',
        client_secret: 'very-secret-indeed',
        redirect_uris: ['http://localhost:4300/api/auth/sso/callback/any'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => Promise.resolve({ ...claims, sub: id }) }),
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  });
  // Which redirect address ours is, is known once the provider was added.
  const client = oidc.Client.prototype as { redirectUriAllowed(uri: string): boolean };
  client.redirectUriAllowed = (uri) => callbacks.includes(uri);
  const through = oidc.callback();
  handle = async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return through(request, response);
    const { prompt, params, session } = await oidc.interactionDetails(request, response);
    if (prompt.name === 'login') {
      return oidc.interactionFinished(request, response, { login: { accountId: String(claims['sub']) } });
    }
    const grant = new oidc.Grant({ accountId: session?.accountId ?? '', clientId: String(params['client_id']) });
    grant.addOIDCScope('openid email profile');
    return oidc.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  };
  return { server, issuer: at };
}

/** Follows an identity provider from where we were sent to where it sends us back. */
async function throughProvider(url: string): Promise<string> {
  const cookies = new Map<string, string>();
  let at = url;
  for (let hops = 0; hops < 10; hops += 1) {
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`The provider stopped at ${at}: ${response.status} ${await response.text()}`);
    at = new URL(location, at).href;
    if (at.startsWith('http://localhost:4300/')) return at.slice('http://localhost:4300'.length);
  }
  throw new Error('The provider went round in circles');
}

async function sso(browser: Browser, email = 'grace@example.com', to = '/alpha/overview'): Promise<string> {
  const asked = await browser.post('/api/sign-in/sso', { email, to });
  if (asked.statusCode !== 200) return codeOf(asked);
  const back = await throughProvider(asked.json<{ url: string }>().url);
  return String((await browser.get(back)).headers['location']);
}

const verify = (domain = 'example.com') =>
  host.post(`/api/access/identity-providers/${provider.id}/verify`, { domain }, { org: 'alpha' });
const persons = new Map<string, string>();
/** Invites an address, as the person it was invited as before. */
const invite = async (email: string, roles: readonly string[] = ['lead'], org = 'alpha') => {
  const there = persons.get(`${org} ${email}`);
  const who = there === undefined ? { name: 'Invited', roles } : { person: there };
  const made = await host.post('/api/access/invitations', { email, ...who }, { org });
  expect(made.statusCode, made.body).toBe(200);
  const { person, link } = made.json<{ person: string; link: string }>();
  persons.set(`${org} ${email}`, person);
  return { person, link };
};

describe('an identity provider', () => {
  test('is asked before it is kept, and its secret is wrapped', async () => {
    const wrong = await host.post(
      '/api/access/identity-providers',
      { title: 'X', preset: 'oidc', issuer: `${issuer}/nowhere`, client: 'c', secret: 's', domains: ['example.org'] },
      { org: 'alpha' },
    );
    const listed = await host.get('/api/access/identity-providers', { org: 'alpha' });
    const kept = await ground.asAdministrator<{ name: string; wrapped: Buffer }>(
      `select name, wrapped from secret where name like 'identity-provider/%'`,
    );
    const anywhere = await ground.asAdministrator<{ found: number }>(
      `select count(*)::int as found from record where body::text like '%very-secret-indeed%'`,
    );

    expect(codeOf(wrong)).toBe('signin.provider-issuer');
    expect(listed.body).not.toContain('very-secret-indeed');
    expect(kept.map(({ name }) => name)).toEqual([`identity-provider/${provider.id}`]);
    expect(kept[0]?.wrapped.toString('latin1')).not.toContain('very-secret-indeed');
    expect(anywhere).toEqual([{ found: 0 }]);
  });

  test('of a domain that is not proven leads nowhere, and its DNS proves it', async () => {
    const before = await sso(new Browser(app));
    const unproven = await verify();
    dns.set('_countersign.example.com', [
      ['something else'],
      [provider.record.slice(0, 10), provider.record.slice(10)],
    ]);
    const proven = await verify();

    expect(before).toBe('signin.provider-domain');
    expect(codeOf(unproven)).toBe('signin.domain-unproven');
    expect(proven.json()).toMatchObject({ domains: [{ domain: 'example.com', verifiedOn: '2026-01-01' }] });
    expect(codeOf(await verify('elsewhere.example'))).toBe('identity-provider.domain');
  });

  test('of another organisation does not take the domain', async () => {
    const other = await host.post(
      '/api/access/identity-providers',
      { title: 'Y', preset: 'oidc', issuer, client: 'c', secret: 's', domains: ['example.com'] },
      { org: 'beta' },
    );
    const { id, record } = other.json<{ id: string; record: string }>();
    dns.set('_countersign.example.com', [[provider.record], [record]]);

    const taken = await host.post(
      `/api/access/identity-providers/${id}/verify`,
      { domain: 'example.com' },
      { org: 'beta' },
    );
    const theirs = await host.post(
      `/api/access/identity-providers/${provider.id}/verify`,
      { domain: 'example.com' },
      { org: 'beta' },
    );

    expect([codeOf(taken), codeOf(theirs)]).toEqual(['signin.domain-taken', 'signin.provider']);
  });

  test('is an owner’s to set up', async () => {
    const lead = new Browser(app);
    const { link } = await invite('lead@elsewhere.example');
    await lead.post('/api/sign-in/redeem', { token: tokenIn(link), password: 'another three dull nouns' });

    const listed = await lead.get('/api/access/identity-providers', { org: 'alpha' });

    expect(codeOf(listed)).toBe('request.role');
  });
});

describe('signing in by it', () => {
  test('lets nobody in who was not invited', async () => {
    const browser = new Browser(app);

    expect(await sso(browser)).toBe('/sign-in?error=not_invited');
    expect(await browser.me('alpha')).toBe('identity.missing');
    expect(await ground.asAdministrator(`select id from signin_user where email = 'grace@example.com'`)).toEqual([]);
  });

  test.each([
    ['does not say that it proved it', { email_verified: undefined }],
    ['says that it did not', { email_verified: false }],
  ])('lets nobody in whose address it %s', async (_, changed) => {
    await invite('grace@example.com');
    claims = { ...claims, ...changed };

    expect(await sso(new Browser(app))).toBe('/sign-in?error=unverified');
  });

  test('lets nobody in whose address is of another domain', async () => {
    await invite('grace@elsewhere.example');
    claims = { ...claims, sub: 'sub-other', email: 'grace@elsewhere.example' };

    expect(await sso(new Browser(app))).toBe('/sign-in?error=domain');
  });

  test('accepts an invitation, and signs in without one from then on', async () => {
    const { person } = await invite('grace@example.com');
    const [first, second] = [new Browser(app), new Browser(app)];

    const came = await sso(first);
    const again = await sso(second);

    expect([came, again]).toEqual(['/alpha/overview', '/alpha/overview']);
    expect(await first.me('alpha')).toMatchObject({ actor: { id: person, roles: ['lead'] }, required: [] });
    expect(await second.me('alpha')).toMatchObject({ actor: { id: person } });
    const accounts = await ground.asAdministrator(
      'select access_token, refresh_token, id_token from signin_account where password is null',
    );
    expect(accounts).toEqual([{ access_token: null, refresh_token: null, id_token: null }]);
  });

  test('reaches its own organisation and no other in which the same user is somebody', async () => {
    const { person } = await invite('grace@example.com', ['lead'], 'beta');
    const [user] = await ground.asAdministrator<{ id: string }>(
      `select id from signin_user where email = 'grace@example.com'`,
    );
    await ground.engine.signIn.members.join(ground.beta.id, user?.id ?? '', person);
    const browser = new Browser(app);
    await sso(browser);

    expect(await browser.me('beta')).toBe('request.organisation');
    expect(await browser.me()).toMatchObject({ organisations: [{ slug: 'alpha' }] });
  });

  test('takes over a user whose address was not proven, and forgets the password that led there', async () => {
    const { link } = await invite('squatted@example.com');
    const squatter = new Browser(app);
    await squatter.post('/api/sign-in/redeem', { token: tokenIn(link), password: 'chosen by somebody else' });
    claims = { ...claims, sub: 'sub-squatted', email: 'squatted@example.com' };
    const browser = new Browser(app);

    const came = await sso(browser, 'squatted@example.com');

    expect(came).toBe('/alpha/overview');
    expect(await squatter.me('alpha')).toBe('identity.missing');
    expect((await new Browser(app).signIn('squatted@example.com', 'chosen by somebody else')).statusCode).toBe(401);
  });

  test.each([
    'https://evil.example.com/',
    '//evil.example.com/',
    '/\\evil.example.com',
    'javascript:alert(1)',
    '/..//evil.example.com',
  ])('comes back to a page of ours, not to %s', async (to) => {
    expect(await sso(new Browser(app), 'grace@example.com', to)).toBe('/');
  });

  test('in another browser than began it, or twice, or with an altered state, is nothing', async () => {
    const browser = new Browser(app);
    const asked = await browser.post('/api/sign-in/sso', { email: 'grace@example.com' });
    const back = await throughProvider(asked.json<{ url: string }>().url);

    const stranger = new Browser(app);
    const stolen = String((await stranger.get(back)).headers['location']);
    const altered = String((await browser.get(back.replace('state=', 'state=x'))).headers['location']);

    expect([stolen, altered].every((where) => where.startsWith('/sign-in?error='))).toBe(true);
    expect([await stranger.me(), await browser.me()]).toEqual(['identity.missing', 'identity.missing']);
  });

  test('repeats nothing of what comes with an error', async () => {
    const response = await new Browser(app).get(
      `/api/auth/sso/callback/${ground.alpha.id}.${provider.id}?error=%3Cscript%3E&error_description=call+555+0100&state=x`,
    );

    expect(response.headers['location']).toBe('/sign-in?error=provider');
  });

  test.each(['nobody', '1.', `999.x`, '1.sso-000000000000', '..%2f..', '1.x%00'])('by %s is nothing', async (id) => {
    const response = await new Browser(app).get(`/api/auth/sso/callback/${id}?code=x&state=y`);

    expect(response.statusCode).toBeLessThan(500);
    expect(await new Browser(app).me()).toBe('identity.missing');
  });

  test('ends with the provider', async () => {
    const browser = new Browser(app);
    await sso(browser);

    await host.post(`/api/access/identity-providers/${provider.id}/remove`, {}, { org: 'alpha' });

    expect(await browser.me('alpha')).toBe('identity.missing');
    expect(await sso(new Browser(app))).toBe('signin.provider-domain');
    expect(
      await ground.asAdministrator(`select name from secret where name = 'identity-provider/${provider.id}'`),
    ).toEqual([]);
  });
});

test('an identity provider inside the network is not asked, unless that is allowed', async () => {
  const { createEngine } = await import('../engine.ts');
  const closed = await createEngine({
    database: { ...ground.database, close: () => Promise.resolve() },
    dataFolder: ground.folder,
    keyFile: `${ground.folder}/key`,
    localSources: false,
    clock: ground.clock,
  });
  const codes: string[] = [];
  for (const inside of [
    issuer,
    'https://127.0.0.1',
    'https://10.0.0.1',
    'https://[::1]',
    'https://169.254.169.254',
    'http://example.com',
  ]) {
    const input = {
      title: 'I',
      preset: 'oidc' as const,
      issuer: inside,
      client: 'c',
      secret: 's',
      domains: ['example.net'],
    };
    codes.push(
      await closed.signIn.providers.add(ground.alpha, OPERATOR, input).then(
        () => 'asked',
        (error: { readonly code: string }) => error.code,
      ),
    );
  }
  await closed.close();

  expect(new Set(codes)).toEqual(new Set(['signin.provider-issuer']));
});
