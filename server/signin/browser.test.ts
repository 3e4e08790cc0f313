import type { FastifyInstance } from 'fastify';
import { routesOf } from '@countersign/api/routes.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { BEGIN, OPERATOR, standUp } from '../testing.ts';
import { AUTH_DOORS } from './doors.ts';
import { pathOfOurs } from './place.ts';
import { Browser, codeOf, ORIGIN, tokenIn, totp } from './testing.ts';

let ground: Ground;
let app: FastifyInstance;
/** The first owner’s, where it does not matter how they signed in: a password costs a second of a slow machine. */
let host: Browser;
const OWNER = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'four unrelated quiet words' };
const PASSWORD = 'another three dull nouns';

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const token = tokenIn((await ground.engine.signIn.firstLink()) ?? '');
  host = new Browser(app);
  await host.post('/api/sign-in/redeem', { token, ...OWNER });
});
afterAll(() => ground.close());
beforeEach(async () => {
  ground.clock.set(BEGIN);
  await ground.asAdministrator('delete from signin_attempt');
});

const signedIn = async (email = OWNER.email, password = OWNER.password): Promise<Browser> => {
  const browser = new Browser(app);
  expect((await browser.signIn(email, password)).statusCode).toBe(200);
  return browser;
};

/** Somebody new by an invitation, with a password. */
let invited = 0;
async function join(roles: readonly string[], org = 'alpha', password: string | undefined = PASSWORD) {
  invited += 1;
  const email = `person-${invited}@example.com`;
  const made = await host.post('/api/access/invitations', { email, name: `Person ${invited}`, roles }, { org });
  expect(made.statusCode, made.body).toBe(200);
  const { link, person, invitation } = made.json<{ link: string; person: string; invitation: string }>();
  const browser = new Browser(app);
  const token = tokenIn(link);
  return {
    browser,
    email,
    person,
    invitation,
    token,
    accept: () => browser.post('/api/sign-in/redeem', { token, ...(password === undefined ? {} : { password }) }),
  };
}

describe('a page elsewhere', () => {
  const act = { records: [{ kind: 'holidays', id: 'forged', dates: [] }] };

  test.each([
    ['another origin', { origin: 'https://evil.example.com' }, 'signin.origin'],
    ['an origin that ends like ours', { origin: 'http://localhost:4300.evil.example.com' }, 'signin.origin'],
    ['ours on another port', { origin: 'http://localhost:4301' }, 'signin.origin'],
    ['a sandboxed frame', { origin: 'null' }, 'signin.origin'],
    ['no origin', { origin: undefined }, 'signin.origin'],
    ['our origin and no organisation', { 'x-countersign-org': undefined }, 'signin.header'],
  ])('with %s does nothing in a signed-in browser', async (_, headers, code) => {
    const browser = await signedIn();

    const acted = await browser.post('/api/acts/records.apply', act, { org: 'alpha', headers });
    const ended = await browser.post('/api/sign-in/sessions/end', {}, { headers });

    expect([codeOf(acted), codeOf(ended)]).toEqual([code, code]);
    expect((await browser.get('/api/records/holidays/forged', { org: 'alpha' })).statusCode).toBe(404);
  });

  test('signs nobody in or out, and does not enrol', async () => {
    const browser = await signedIn();
    const headers = { origin: 'https://evil.example.com' };
    for (const { method, path } of AUTH_DOORS) {
      if (method === 'GET') continue;
      const response = await browser.post(`/api/auth${path}`, {}, { headers });
      expect([path, codeOf(response)]).toEqual([path, 'signin.origin']);
    }
    expect(await browser.me('alpha')).toMatchObject({ organisation: 'alpha' });
  });

  test('redeems no link in somebody’s browser, who would then work as another', async () => {
    const person = await join(['employee']);

    const response = await person.browser.post(
      '/api/sign-in/redeem',
      { token: person.token, password: PASSWORD },
      { headers: { origin: 'https://evil.example.com' } },
    );

    expect(codeOf(response)).toBe('signin.origin');
    expect((await person.accept()).statusCode).toBe(200);
  });

  test('sends a form, and it is no JSON', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      headers: { host: 'localhost:4300', origin: ORIGIN, 'x-countersign-org': '-', 'content-type': 'text/plain' },
      payload: JSON.stringify({ email: OWNER.email, password: OWNER.password }),
    });

    expect([response.statusCode, codeOf(response)]).toEqual([415, 'request.media']);
  });

  test('finds no way around by a bearer’s scheme: the same request with our page’s headers is done', async () => {
    const browser = await signedIn();

    expect((await browser.post('/api/acts/records.apply', act, { org: 'alpha' })).statusCode).toBe(200);
  });
});

describe('a session', () => {
  test('is a cookie that scripts do not read and other sites do not send', async () => {
    const browser = new Browser(app);

    const response = await browser.signIn(OWNER.email, OWNER.password);
    const [cookie] = [response.headers['set-cookie']].flat();

    expect(cookie).toMatch(/^countersign\.session_token=/);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(response.body).not.toContain(
      decodeURIComponent(browser.cookies.get('countersign.session_token') ?? '').slice(0, 20),
    );
  });

  test('begins anew with signing in: one that was planted is worth nothing', async () => {
    const attacker = await join(['employee']);
    await attacker.accept();
    const victim = new Browser(app);
    for (const [name, value] of attacker.browser.cookies) victim.cookies.set(name, value);

    await victim.signIn(OWNER.email, OWNER.password);

    expect(victim.cookie).not.toBe(attacker.browser.cookie);
    expect(await attacker.browser.me('alpha')).toBe('identity.missing');
    expect(await victim.me('alpha')).toMatchObject({ actor: { roles: ['owner'] } });
  });

  test.each([
    ['cut off', (value: string) => value.slice(0, -6)],
    ['without its signature', (value: string) => value.split('.')[0] ?? ''],
    ['with another’s signature', (value: string) => `x${value.slice(1)}`],
    ['empty', () => ''],
    ['that is no percent-encoding', () => '%zz'],
  ])('whose cookie is %s is none', async (_, change) => {
    const browser = await signedIn();
    const name = 'countersign.session_token';
    browser.cookies.set(name, change(browser.cookies.get(name) ?? ''));

    expect(await browser.me('alpha')).toBe('identity.missing');
  });

  test('ends after twelve hours unused, and after fourteen days whatever happens', async () => {
    const [idle, old] = [await signedIn(), await signedIn()];
    const newest = (but: number) => `(select id from signin_session order by created_at desc offset ${but} limit 1)`;
    await ground.asAdministrator(
      `update signin_session set updated_at = now() - interval '12 hours 1 second' where id = ${newest(1)}`,
    );
    await ground.asAdministrator(`update signin_session set expires_at = now() where id = ${newest(0)}`);

    expect([await idle.me('alpha'), await old.me('alpha')]).toEqual(['identity.missing', 'identity.missing']);
    expect((await idle.get('/api/auth/passkey/generate-register-options')).statusCode).toBe(401);
  });

  test('ends with signing out, in its browser and in the database', async () => {
    const browser = await signedIn();
    const copy = new Browser(app);
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);

    await browser.post('/api/auth/sign-out');

    expect([await browser.me('alpha'), await copy.me('alpha')]).toEqual(['identity.missing', 'identity.missing']);
  });

  test('is listed and ended by its owner only', async () => {
    const [own, other] = [await join(['lead']), await join(['employee'])];
    await own.accept();
    await other.accept();
    const [one, two] = [own.browser, await signedIn(own.email, PASSWORD)];
    const mine = (await one.get('/api/sign-in/security')).json<{ sessions: { id: string; current: boolean }[] }>()
      .sessions;
    const theirs = mine.find(({ current }) => !current)?.id;

    const stranger = await other.browser.post('/api/sign-in/sessions/end', { session: theirs });
    await one.post('/api/sign-in/sessions/end', {});

    expect(codeOf(stranger)).toBe('signin.session');
    expect(await two.me('alpha')).toBe('identity.missing');
    expect(await one.me('alpha')).toMatchObject({ organisation: 'alpha' });
  });

  test('of another person is ended by an owner, and by nobody else', async () => {
    const [lead, employee] = [await join(['lead']), await join(['employee'])];
    await lead.accept();
    await employee.accept();
    const owner = await signedIn();
    const url = `/api/access/members/${employee.person}/sign-out`;

    const refused = await lead.browser.post(url, {}, { org: 'alpha' });
    const still = await employee.browser.me('alpha');
    const ended = await owner.post(url, {}, { org: 'alpha' });

    expect(codeOf(refused)).toBe('request.role');
    expect(still).toMatchObject({ organisation: 'alpha' });
    expect(ended.json()).toEqual({ ended: 1 });
    expect(await employee.browser.me('alpha')).toBe('identity.missing');
  });

  test('of who leaves works to the end of their last day, and not after it', async () => {
    const leaver = await join(['employee']);
    await leaver.accept();
    await ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', {
      records: [{ kind: 'person', id: leaver.person, name: 'L', email: leaver.email, leavesOn: '2026-01-02' }],
    });

    ground.clock.set('2026-01-02T23:59:59Z');
    const lastDay = await leaver.browser.me('alpha');
    ground.clock.set('2026-01-03T00:00:00Z');

    expect(lastDay).toMatchObject({ person: { id: leaver.person } });
    expect(await leaver.browser.me('alpha')).toBe('request.organisation');
    expect(await leaver.browser.me()).toMatchObject({ organisations: [] });
  });

  test('names its organisation: another’s is as one that is not there, and none is none', async () => {
    const employee = await join(['employee'], 'beta');
    await employee.accept();

    const [theirs, nowhere] = [
      await employee.browser.get('/api/me', { org: 'alpha' }),
      await employee.browser.get('/api/me', { org: 'nowhere' }),
    ];
    const none = await employee.browser.get('/api/records/control');

    expect(theirs.body.replaceAll('alpha', 'X')).toBe(nowhere.body.replaceAll('nowhere', 'X'));
    expect([codeOf(none), none.statusCode]).toEqual(['signin.organisation', 422]);
    expect((await employee.browser.get('/api/organisations')).json()).toEqual({
      organisations: [{ slug: 'beta', sample: false }],
    });
  });

  test('of a browser opens no door of the operator’s', async () => {
    const owner = await signedIn();
    for (const operation of routesOf(ground.engine.runtime.product)) {
      if (operation.access !== 'operator') continue;
      const response = await owner.ask(operation.method, operation.path, operation.method === 'GET' ? undefined : {}, {
        org: 'alpha',
      });
      expect([operation.id, codeOf(response)]).toEqual([operation.id, 'request.operator']);
    }
  });
});

describe('who guesses', () => {
  test('an account’s password waits longer and longer, from whatever address, and learns not whether it exists', async () => {
    const guess = async (email: string) => {
      const codes: string[] = [];
      for (let i = 0; i < 8; i += 1) {
        const response = await new Browser(app).signIn(email, `guess ${i}`, { remoteAddress: `192.0.2.${i + 1}` });
        codes.push(codeOf(response));
      }
      return codes;
    };

    const known = await guess(OWNER.email);
    await ground.asAdministrator('delete from signin_attempt');
    const unknown = await guess('nobody@example.com');

    expect(known).toEqual(unknown);
    expect(known).toEqual([...Array<string>(5).fill('signin.credentials'), ...Array<string>(3).fill('signin.often')]);
  });

  test('is told how long to wait, and the right password waits too', async () => {
    for (let i = 0; i < 7; i += 1)
      await new Browser(app).signIn('ADA@example.com ', 'x', { remoteAddress: `192.0.2.${i}` });

    const right = await new Browser(app).signIn(OWNER.email, OWNER.password, { remoteAddress: '198.51.100.1' });

    expect([right.statusCode, codeOf(right)]).toEqual([429, 'signin.often']);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('many accounts from one address waits there, and others do not', async () => {
    for (let i = 0; i < 21; i += 1)
      await new Browser(app).signIn(`nobody-${i}@example.com`, 'x', { remoteAddress: '192.0.2.9' });

    const there = await new Browser(app).signIn(OWNER.email, OWNER.password, { remoteAddress: '192.0.2.9' });
    const elsewhere = await new Browser(app).signIn(OWNER.email, OWNER.password, { remoteAddress: '192.0.2.10' });

    expect([there.statusCode, elsewhere.statusCode]).toEqual([429, 200]);
  });

  test('links waits as well', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 22; i += 1) {
      const token = `ca_${ground.alpha.id}_${String(i).padStart(43, 'x')}`;
      codes.push(codeOf(await new Browser(app).post('/api/sign-in/link', { token })));
    }

    expect([codes[0], codes.at(-1)]).toEqual(['signin.link', 'signin.often']);
  });

  test('a password that is right costs as much time as one that is wrong, known or not', async () => {
    const time = async (email: string): Promise<number> => {
      const begun = performance.now();
      await new Browser(app).signIn(email, 'a wrong one of some length');
      return performance.now() - begun;
    };
    await time(OWNER.email);
    const known = Math.min(await time(OWNER.email), await time(OWNER.email));
    const unknown = Math.min(await time('x@example.com'), await time('y@example.com'));

    // scrypt is most of both: without it an unknown one would take a few milliseconds.
    expect(unknown).toBeGreaterThan(known / 4);
    expect(known).toBeGreaterThan(unknown / 4);
  });
});

describe('a second factor', () => {
  async function enrol(browser: Browser, password = OWNER.password) {
    const enabled = await browser.post('/api/auth/two-factor/enable', { password });
    const { totpURI, backupCodes } = enabled.json<{ totpURI: string; backupCodes: string[] }>();
    const confirmed = await browser.post('/api/auth/two-factor/verify-totp', {
      code: totp(totpURI, Date.now() - 30_000),
    });
    return { totpURI, backupCodes, confirmed };
  }

  test('is asked of an owner after a week, and nothing else is answered until then', async () => {
    const owner = await join(['owner']);
    await owner.accept();

    const before = await owner.browser.get('/api/records/control?limit=1', { org: 'alpha' });
    const me = await owner.browser.me('alpha');
    ground.clock.advance(7 * 24 * 3600_000);
    const held = await owner.browser.get('/api/records/control?limit=1', { org: 'alpha' });
    const acts = await owner.browser.post('/api/acts/records.apply', { records: [] }, { org: 'alpha' });
    const security = await owner.browser.get('/api/sign-in/security');

    expect(before.statusCode).toBe(200);
    expect(me).toMatchObject({ required: ['second-factor'], owed: [{ by: '2026-01-08T09:00:00.000Z', held: false }] });
    expect([codeOf(held), codeOf(acts)]).toEqual(['signin.factor', 'signin.factor']);
    expect(await owner.browser.me('alpha')).toMatchObject({ owed: [{ held: true }] });
    expect(security.statusCode).toBe(200);
  });

  test('is not asked of others', async () => {
    const lead = await join(['lead']);
    await lead.accept();
    ground.clock.advance(365 * 24 * 3600_000);

    expect(await lead.browser.me('alpha')).toMatchObject({ required: [] });
  });

  test('opens after the password, by a code once, by a backup code once, and rotates the session', async () => {
    const owner = await join(['owner']);
    await owner.accept();
    const before = owner.browser.cookie;
    const { totpURI, backupCodes, confirmed } = await enrol(owner.browser, PASSWORD);
    const code = totp(totpURI, Date.now());

    const fresh = new Browser(app);
    const half = await fresh.signIn(owner.email, PASSWORD);
    const halfIn = await fresh.me('alpha');
    const wrong = await fresh.post('/api/auth/two-factor/verify-totp', {
      code: code === '000000' ? '000001' : '000000',
    });
    const right = await fresh.post('/api/auth/two-factor/verify-totp', { code });

    const replayed = new Browser(app);
    await replayed.signIn(owner.email, PASSWORD);
    const again = await replayed.post('/api/auth/two-factor/verify-totp', { code });

    const backup = async () => {
      const browser = new Browser(app);
      await browser.signIn(owner.email, PASSWORD);
      const response = await browser.post('/api/auth/two-factor/verify-backup-code', { code: backupCodes[0] });
      return [
        response.statusCode,
        response.statusCode === 200 ? ((await browser.me('alpha')) as object) : codeOf(response),
      ];
    };

    expect(confirmed.json()).toEqual({ done: true });
    expect(owner.browser.cookie).not.toBe(before);
    expect([half.json(), halfIn]).toEqual([{ secondFactor: true }, 'identity.missing']);
    expect([codeOf(wrong), right.statusCode]).toEqual(['signin.code', 200]);
    expect(await fresh.me('alpha')).toMatchObject({ required: [] });
    expect([codeOf(again), await replayed.me('alpha')]).toEqual(['signin.code', 'identity.missing']);
    expect(await backup()).toMatchObject([200, { required: [] }]);
    expect(await backup()).toEqual([401, 'signin.code']);
    expect(backupCodes).toHaveLength(10);
  });

  test('is guessed five times at most before the password is asked again', async () => {
    const person = await join(['employee']);
    await person.accept();
    const { totpURI } = await enrol(person.browser, PASSWORD);
    const browser = new Browser(app);
    await browser.signIn(person.email, PASSWORD);
    const wrong = [0, 1, 2, 3, 4, 5, 6].map((i) =>
      String((Number(totp(totpURI, Date.now())) + 7 + i) % 1_000_000).padStart(6, '0'),
    );

    const codes: string[] = [];
    for (const [i, code] of wrong.entries()) {
      await ground.asAdministrator('delete from signin_attempt');
      const response = await browser.post(
        '/api/auth/two-factor/verify-totp',
        { code },
        { remoteAddress: `192.0.2.${i}` },
      );
      codes.push(codeOf(response));
    }

    expect(codes.slice(0, 5)).toEqual(Array(5).fill('signin.code'));
    expect(new Set(codes.slice(5))).toEqual(new Set(['signin.challenge']));
  });

  test('is not skipped by a device that says it is trusted', async () => {
    const browser = await signedIn();

    const response = await browser.post('/api/auth/two-factor/verify-totp', { code: '123456', trustDevice: true });

    expect([response.statusCode, codeOf(response)]).toEqual([422, 'request.invalid']);
  });
});

describe('an invitation', () => {
  test('is accepted once, and makes its person sign in', async () => {
    const person = await join(['control-owner']);

    const read = await person.browser.post('/api/sign-in/link', { token: person.token });
    const done = await person.accept();
    const again = await new Browser(app).post('/api/sign-in/redeem', { token: person.token, password: PASSWORD });

    expect(read.json()).toMatchObject({
      is: 'invitation',
      email: person.email,
      known: false,
      organisation: { slug: 'alpha' },
    });
    expect(done.json()).toMatchObject({ organisation: 'alpha', user: { email: person.email } });
    expect(await person.browser.me('alpha')).toMatchObject({ actor: { id: person.person, roles: ['control-owner'] } });
    expect(codeOf(again)).toBe('signin.link');
  });

  test('accepted by two at once lets one in', async () => {
    const person = await join(['employee']);
    const accept = () => new Browser(app).post('/api/sign-in/redeem', { token: person.token, password: PASSWORD });

    const ends = (await Promise.all([accept(), accept(), accept()])).map(({ statusCode }) => statusCode);

    expect(ends.filter((status) => status === 200)).toHaveLength(1);
  });

  test('runs out after seven days, and is revoked at once', async () => {
    const [late, revoked] = [await join(['employee']), await join(['employee'])];
    const owner = host;
    await owner.post('/api/acts/invitation.revoke', { invitation: revoked.invitation }, { org: 'alpha' });

    const ended = await revoked.accept();
    ground.clock.advance(7 * 24 * 3600_000);

    expect([codeOf(ended), codeOf(await late.accept())]).toEqual(['signin.link', 'signin.link']);
  });

  test.each([
    ['altered', (token: string) => token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')],
    ['of another organisation', (token: string) => token.replace(/^ca_\d+_/, `ca_2_`)],
    ['cut off', (token: string) => token.slice(0, -1)],
    ['with SQL in it', () => "ca_1_' or true --"],
  ])('that is %s leads nowhere', async (_, change) => {
    const person = await join(['employee']);

    const response = await new Browser(app).post('/api/sign-in/redeem', {
      token: change(person.token),
      password: PASSWORD,
    });

    expect([response.statusCode, codeOf(response)]).toEqual([404, 'signin.link']);
  });

  test('is kept as a digest only', async () => {
    const { token } = await join(['employee']);
    const secret = token.slice(-43);
    const [found] = await ground.asAdministrator<{ found: number }>(
      `select (select count(*) from record where body::text like '%' || $1 || '%')::int
            + (select count(*) from admission where encode(digest, 'escape') like '%' || $1 || '%')::int
            + (select count(*) from log_entry where convert_from(statement, 'UTF8') like '%' || $1 || '%')::int as found`,
      [secret],
    );

    expect(found).toEqual({ found: 0 });
  });

  test('to an address that signs in already is for who is signed in by it', async () => {
    const person = await join(['employee']);
    await person.accept();
    const owner = host;
    const made = await owner.post(
      '/api/access/invitations',
      { email: person.email, name: 'P', roles: ['lead'] },
      { org: 'beta' },
    );
    const token = tokenIn(made.json<{ link: string }>().link);

    const stranger = await new Browser(app).post('/api/sign-in/redeem', { token, password: 'a stranger’s own choice' });
    const self = await person.browser.post('/api/sign-in/redeem', { token });

    expect(codeOf(stranger)).toBe('signin.known');
    expect(self.statusCode).toBe(200);
    expect(await person.browser.me()).toMatchObject({ organisations: [{ slug: 'alpha' }, { slug: 'beta' }] });
    expect((await new Browser(app).signIn(person.email, 'a stranger’s own choice')).statusCode).toBe(401);
  });

  test.each([
    ['lead', ['control-owner'], 200],
    ['lead', ['employee'], 200],
    ['lead', ['owner'], 403],
    ['lead', ['auditor'], 403],
    ['lead', ['lead'], 403],
    ['control-owner', ['employee'], 403],
    ['employee', ['employee'], 403],
    ['auditor', ['employee'], 403],
  ])('by a %s to %j is %d', async (role, roles, status) => {
    const inviter = await join([role]);
    await inviter.accept();
    invited += 1;

    const made = await inviter.browser.post(
      '/api/access/invitations',
      { email: `person-${invited}@example.com`, name: 'N', roles },
      { org: 'alpha' },
    );

    expect(made.statusCode, made.body).toBe(status);
  });

  test('by a lead does not reach an owner by id', async () => {
    const lead = await join(['lead']);
    await lead.accept();

    const made = await lead.browser.post(
      '/api/access/invitations',
      { email: 'mine@example.com', person: 'olga' },
      { org: 'alpha' },
    );

    expect(codeOf(made)).toBe('invitation.roles');
  });

  test('is sent by mail where there is one who sends', async () => {
    const sent: unknown[] = [];
    ground.engine.signIn.sendInvitation((invitation) => {
      sent.push(invitation);
      return Promise.resolve(true);
    });
    const owner = host;
    const made = await owner.post(
      '/api/access/invitations',
      { email: 'mailed@example.com', name: '<script>alert(1)</script>', roles: ['employee'] },
      { org: 'alpha' },
    );
    ground.engine.signIn.sendInvitation(() => Promise.resolve(false));

    expect(made.json()).toMatchObject({ mailed: true });
    expect(sent).toMatchObject([
      {
        email: 'mailed@example.com',
        name: '<script>alert(1)</script>',
        organisationName: 'alpha',
        invitedBy: 'Ada Lovelace',
      },
    ]);
  });
});

describe('the operator’s link', () => {
  const link = (email: string) => ground.engine.signIn.admissions.link(ground.alpha, OPERATOR, email);

  test('signs a person in once within 15 minutes, and stands in the log', async () => {
    const person = await join(['owner']);
    await person.accept();
    const token = tokenIn((await link(person.email)).link);
    const browser = new Browser(app);

    const done = await browser.post('/api/sign-in/redeem', { token });
    const again = await new Browser(app).post('/api/sign-in/redeem', { token });
    const late = tokenIn((await link(person.email)).link);
    ground.clock.advance(15 * 60_000);
    const tooLate = await new Browser(app).post('/api/sign-in/redeem', { token: late });
    const entries = await ground.asAdministrator<{ act: string; actor: string }>(
      `select act, actor from record where kind = 'sign-in-link' and org = $1 order by log_index limit 2`,
      [ground.alpha.id],
    );

    expect(done.statusCode, done.body).toBe(200);
    expect([codeOf(again), codeOf(tooLate)]).toEqual(['signin.link', 'signin.link']);
    expect(entries).toEqual([
      { act: 'sign-in-link.make', actor: OPERATOR.id },
      { act: 'sign-in-link.use', actor: person.person },
    ]);
  });

  test('replaces a lost password and factor; a session by password does not', async () => {
    const person = await join(['owner']);
    await person.accept();
    const usual = new Browser(app);
    await usual.signIn(person.email, PASSWORD);
    const refused = await usual.post('/api/sign-in/second-factor/reset');
    const wrong = await usual.post('/api/sign-in/password', {
      current: 'not it',
      password: 'entirely other long words',
    });
    const browser = new Browser(app);
    // The database tells when a session began, the ground’s clock what is recent: here they are one.
    ground.clock.set(new Date().toISOString());
    await browser.post('/api/sign-in/redeem', { token: tokenIn((await link(person.email)).link) });

    const reset = await browser.post('/api/sign-in/second-factor/reset');
    const changed = await browser.post('/api/sign-in/password', { password: 'entirely other long words' });

    expect([codeOf(refused), codeOf(wrong)]).toEqual(['signin.stale', 'signin.credentials']);
    expect([reset.statusCode, changed.statusCode]).toEqual([200, 200]);
    expect(await usual.me('alpha')).toBe('identity.missing');
    expect((await new Browser(app).signIn(person.email, 'entirely other long words')).statusCode).toBe(200);
  });

  test('is made for nobody who is not here', async () => {
    await expect(link('nobody@example.com')).rejects.toMatchObject({ code: 'signin.person' });
  });
});

describe('hostile input', () => {
  test.each([
    ['a name of 10,000 letters', { name: 'x'.repeat(10_000) }],
    ['an address that is none', { email: 'nobody' }],
    ['an address with a header in it', { email: 'a@example.com\r\nBcc: b@example.com' }],
    ['a role that is none', { roles: ['root'] }],
    ['the operator’s role', { roles: ['operator'] }],
    ['an unknown field', { admin: true }],
    ['U+0000', { name: 'a\u0000' }],
    ['an object for a name', { name: { $ne: '' } }],
  ])('%s in an invitation is refused', async (_, wrong) => {
    const owner = host;

    const response = await owner.post(
      '/api/access/invitations',
      { email: 'hostile@example.com', name: 'N', roles: ['employee'], ...wrong },
      { org: 'alpha' },
    );

    expect([400, 422]).toContain(response.statusCode);
    expect((await owner.get('/api/access/members', { org: 'alpha' })).body).not.toContain('hostile@example.com');
  });

  test('script in a name comes back as the text it is, as JSON', async () => {
    const owner = host;
    const name = '<img src=x onerror=alert(1)>';
    await owner.post(
      '/api/access/invitations',
      { email: 'script@example.com', name, roles: ['employee'] },
      { org: 'alpha' },
    );

    const response = await owner.get('/api/access/members', { org: 'alpha' });

    expect(response.headers['content-type']).toContain('application/json');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.json<{ members: { name: string }[] }>().members.map((member) => member.name)).toContain(name);
  });

  test.each([
    ['a megabyte', { email: 'a@example.com', password: 'x'.repeat(1024 * 1024) }, 413],
    ['an array', [], 422],
    ['no password', { email: 'a@example.com' }, 422],
    ['a place to be sent to', { email: 'a@example.com', password: 'x', callbackURL: 'https://evil.example.com' }, 422],
    ['an operator of a query language', { email: { $gt: '' }, password: { $gt: '' } }, 422],
  ])('%s signs nobody in', async (_, body, status) => {
    expect((await new Browser(app).post('/api/auth/sign-in/email', body)).statusCode).toBe(status);
  });

  test.each([
    ['/alpha/overview?a=1#b', '/alpha/overview?a=1#b'],
    [undefined, '/'],
    ['', '/'],
    ['https://evil.example.com', '/'],
    ['//evil.example.com', '/'],
    ['/\\evil.example.com', '/'],
    ['/\t/evil.example.com', '/'],
    ['/\n/evil.example.com', '/'],
    ['javascript:alert(1)', '/'],
    ['/..//evil.example.com', '/'],
    ['/a/..//evil.example.com/', '/'],
    ['@evil.example.com', '/'],
    ['/x'.repeat(2000), '/'],
  ])('the way back %j is %j', (to, path) => {
    expect(pathOfOurs(to)).toBe(path);
  });

  test('nothing of better-auth answers but what is listed', async () => {
    const browser = await signedIn();
    for (const path of [
      '/sign-up/email',
      '/get-session',
      '/list-sessions',
      '/update-user',
      '/change-email',
      '/delete-user',
      '/sso/register',
      '/sso/providers',
      '/sign-in/sso',
      '/request-password-reset',
      '/two-factor/get-totp-uri',
      '/two-factor/send-otp',
      '/ok',
      '/error',
    ]) {
      for (const method of ['GET', 'POST'] as const) {
        const response = await browser.ask(method, `/api/auth${path}`, method === 'POST' ? {} : undefined);
        expect([path, response.statusCode]).toEqual([path, 404]);
      }
    }
  });

  test('better-auth’s doors that need a session answer nobody', async () => {
    for (const { method, path, needs } of AUTH_DOORS) {
      const response = await new Browser(app).ask(
        method,
        `/api/auth${path.replace(':provider', 'x')}`,
        method === 'POST' ? {} : undefined,
      );
      if (needs === 'session') expect([path, codeOf(response)]).toEqual([path, 'signin.challenge']);
      else expect([path, response.statusCode < 500]).toEqual([path, true]);
    }
  });
});

describe('a token', () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}`, cookie: undefined });
  const make = async (wish: object) => {
    const owner = host;
    const made = await owner.post('/api/tokens', { name: 'n', ...wish }, { org: 'alpha' });
    return made.statusCode === 200 ? made.json<{ token: string; id: string }>() : codeOf(made);
  };
  const by = (token: string, method: 'GET' | 'POST', url: string, body?: object) =>
    new Browser(app).ask(method, url, body, { org: 'alpha', headers: bearer(token) });

  test('for acts does these, reads, and does no other', async () => {
    const made = await make({ acts: ['holidays.none', 'records.apply'] });
    const right = (await make({ acts: ['records.apply'] })) as { token: string };

    const done = await by(right.token, 'POST', '/api/acts/records.apply', {
      records: [{ kind: 'holidays', id: 'by-token', dates: [] }],
    });
    const other = await by(right.token, 'POST', '/api/acts/token.revoke', { token: 'x' });
    const service = await by(right.token, 'POST', '/api/tokens', { name: 'more' });
    const read = await by(right.token, 'GET', '/api/records/control?limit=1');

    expect(made).toBe('record.unknown');
    expect([done.statusCode, read.statusCode]).toEqual([200, 200]);
    expect([codeOf(other), codeOf(service)]).toEqual(['request.limits', 'request.limits']);
  });

  test('for a source pushes to it and collects from it, and reads nothing', async () => {
    await ground.engine.services.connect(ground.alpha, OPERATOR, {
      connector: 'push',
      id: 'hr',
      settings: {},
      secrets: {},
    });
    const { token } = (await make({ source: 'hr' })) as { token: string };

    const own = await by(token, 'POST', '/api/sources/hr/facts', {});
    const other = await by(token, 'POST', '/api/sources/elsewhere/facts', {});
    const all = await by(token, 'POST', '/api/collect', {});
    const read = await by(token, 'GET', '/api/records/person');
    const act = await by(token, 'POST', '/api/acts/records.apply', { records: [] });

    expect(codeOf(own)).toMatch(/^facts\.|^push\./);
    expect([other, all, read, act].map(codeOf)).toEqual(Array(4).fill('request.limits'));
    expect(await make({ source: 'elsewhere' })).toBe('record.missing');
    expect(await make({ source: 'hr', acts: ['records.apply'] })).toBe('token.both');
    expect(await make({ source: 'hr', scope: 'read' })).toBe('token.scope');
  });

  test('is listed with when it was last used, to the hour, and never itself', async () => {
    const { token, id } = (await make({})) as { token: string; id: string };
    const owner = host;
    const listed = async () => {
      const response = await owner.get('/api/access/tokens', { org: 'alpha' });
      expect(response.body).not.toContain(token.slice(-43));
      return response.json<{ tokens: { id: string; usedAt: string | null }[] }>().tokens.find((one) => one.id === id)
        ?.usedAt;
    };

    const before = await listed();
    await by(token, 'GET', '/api/me');
    const after = await listed();
    ground.clock.advance(30 * 60_000);
    await by(token, 'GET', '/api/me');
    const soon = await listed();
    ground.clock.advance(31 * 60_000);
    await by(token, 'GET', '/api/me');

    expect([before, after, soon]).toEqual([null, '2026-01-01T09:00:00.000Z', '2026-01-01T09:00:00.000Z']);
    expect(await listed()).toBe('2026-01-01T10:01:00.000Z');
  });

  test('of a person is no browser: what is for one is refused', async () => {
    const { token } = (await make({})) as { token: string };

    expect(codeOf(await by(token, 'GET', '/api/sign-in/security'))).toBe('signin.browser');
    expect(codeOf(await by(token, 'POST', '/api/sign-in/password', { password: PASSWORD }))).toBe('signin.browser');
  });
});
