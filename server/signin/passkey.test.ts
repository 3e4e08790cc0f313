import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { standUp } from '../testing.ts';
import { Browser, codeOf, ORIGIN, tokenIn } from './testing.ts';

let ground: Ground;
let app: FastifyInstance;
const OWNER = { name: 'Ada Lovelace', email: 'ada@example.com' };
let host: Browser;
let device: Device;

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  host = new Browser(app);
  const token = tokenIn((await ground.engine.signIn.firstLink()) ?? '');
  // Without a password: the passkey is all there is.
  await host.post('/api/sign-in/redeem', { token, ...OWNER });
  device = new Device();
});
afterAll(() => ground.close());
beforeEach(() => ground.asAdministrator('delete from signin_attempt'));

const sha = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const url = (data: Buffer): string => data.toString('base64url');

/** CBOR of what an attestation is made of: small integers, byte strings, text, maps. */
function cbor(value: number | Buffer | string | ReadonlyMap<number | string, unknown>): Buffer {
  const head = (major: number, n: number): Buffer =>
    n < 24
      ? Buffer.from([(major << 5) | n])
      : n < 256
        ? Buffer.from([(major << 5) | 24, n])
        : Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([key, of]) => [cbor(key), cbor(of as Buffer)]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

/** An authenticator in software, that says of itself what a test wants. */
class Device {
  readonly id = randomBytes(32);
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  count = 0;

  #data(flags: number, rp: string, more: Buffer = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE((this.count += 1));
    return Buffer.concat([sha(rp), Buffer.from([flags]), counter, more]);
  }

  register(challenge: string, { origin = ORIGIN, rp = 'localhost', flags = 0x45 } = {}) {
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' });
    const key = cbor(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    );
    const data = this.#data(flags, rp, Buffer.concat([Buffer.alloc(16), Buffer.from([0, 32]), this.id, key]));
    const attestation = cbor(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', data],
      ]),
    );
    const client = Buffer.from(JSON.stringify({ type: 'webauthn.create', challenge, origin }));
    return {
      id: url(this.id),
      rawId: url(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      response: { attestationObject: url(attestation), clientDataJSON: url(client), transports: ['internal'] },
    };
  }

  sign(challenge: string, { origin = ORIGIN, rp = 'localhost', flags = 0x05, id = this.id } = {}) {
    const data = this.#data(flags, rp);
    const client = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin }));
    const signature = createSign('sha256')
      .update(Buffer.concat([data, sha(client)]))
      .sign(this.#key.privateKey);
    return {
      id: url(id),
      rawId: url(id),
      type: 'public-key',
      clientExtensionResults: {},
      response: { authenticatorData: url(data), clientDataJSON: url(client), signature: url(signature) },
    };
  }
}

const challengeFor = async (browser: Browser, what: 'register' | 'authenticate'): Promise<string> => {
  const response = await browser.get(`/api/auth/passkey/generate-${what}-options`);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<{ challenge: string }>().challenge;
};
const signInBy = async (browser: Browser, saying: Parameters<Device['sign']>[1] = {}, of: Device = device) =>
  browser.post('/api/auth/passkey/verify-authentication', {
    response: of.sign(await challengeFor(browser, 'authenticate'), saying),
  });

describe('a passkey', () => {
  test.each([
    ['for another origin', { origin: 'https://evil.example.com' }],
    ['for another name', { rp: 'evil.example.com' }],
    ['without asking its user', { flags: 0x41 }],
  ])('that is made %s is not kept', async (_, saying) => {
    const made = new Device();
    const response = await host.post('/api/auth/passkey/verify-registration', {
      response: made.register(await challengeFor(host, 'register'), saying),
    });

    expect([response.statusCode, codeOf(response)]).toEqual([401, 'signin.passkey']);
    expect((await host.get('/api/sign-in/security')).json()).toMatchObject({ passkeys: [] });
  });

  test('is made once, for its challenge, and is what an owner needs', async () => {
    const before = await host.me('alpha');
    const response = device.register(await challengeFor(host, 'register'));
    const kept = await host.post('/api/auth/passkey/verify-registration', { response, name: 'Laptop' });
    const again = await host.post('/api/auth/passkey/verify-registration', { response, name: 'Laptop' });

    expect(before).toMatchObject({ required: ['credential', 'second-factor'] });
    expect(kept.json()).toEqual({ done: true });
    expect(again.statusCode).toBe(401);
    expect((await host.get('/api/sign-in/security')).json()).toMatchObject({ passkeys: [{ name: 'Laptop' }] });
    expect(await host.me('alpha')).toMatchObject({ required: [] });
  });

  test('signs in where nothing else is known', async () => {
    const browser = new Browser(app);

    const response = await signInBy(browser);

    expect([response.statusCode, response.json()]).toEqual([200, { done: true }]);
    expect(await browser.me('alpha')).toMatchObject({ actor: { roles: ['owner'] }, required: [] });
  });

  test.each([
    ['to another origin', { origin: 'https://evil.example.com' }],
    ['to another name', { rp: 'evil.example.com' }],
    ['without asking its user', { flags: 0x01 }],
    ['under an id that is not known', { id: Buffer.alloc(32) }],
  ])('that answers %s signs nobody in', async (_, saying) => {
    const browser = new Browser(app);

    const response = await signInBy(browser, saying);

    expect([response.statusCode, codeOf(response)]).toEqual([401, 'signin.passkey']);
    expect(await browser.me()).toBe('identity.missing');
  });

  test('of somebody else, under this one’s id, signs nobody in', async () => {
    expect((await signInBy(new Browser(app), { id: device.id }, new Device())).statusCode).toBe(401);
  });

  test('answers a challenge once, and in the browser that was asked', async () => {
    const browser = new Browser(app);
    const response = device.sign(await challengeFor(browser, 'authenticate'));
    const stranger = await new Browser(app).post('/api/auth/passkey/verify-authentication', { response });
    const first = await browser.post('/api/auth/passkey/verify-authentication', { response });
    const again = await browser.post('/api/auth/passkey/verify-authentication', { response });

    expect([stranger.statusCode, first.statusCode, again.statusCode]).toEqual([401, 200, 401]);
  });

  test('whose count went back was copied, and signs nobody in', async () => {
    device.count -= 3;
    const response = await signInBy(new Browser(app));
    device.count += 10;

    expect(response.statusCode).toBe(401);
  });

  test('of another user is neither renamed nor removed', async () => {
    const invited = await host.post(
      '/api/access/invitations',
      { email: 'eve@example.com', name: 'Eve', roles: ['employee'] },
      { org: 'alpha' },
    );
    const eve = new Browser(app);
    const token = tokenIn(invited.json<{ link: string }>().link);
    await eve.post('/api/sign-in/redeem', { token, password: 'another three dull nouns' });
    const [mine] = (await host.get('/api/sign-in/security')).json<{ passkeys: { id: string }[] }>().passkeys;

    const removed = await eve.post('/api/auth/passkey/delete-passkey', { id: mine?.id });
    const renamed = await eve.post('/api/auth/passkey/update-passkey', { id: mine?.id, name: 'Mine' });

    expect([removed.statusCode, renamed.statusCode]).toEqual([401, 401]);
    expect((await host.get('/api/sign-in/security')).json()).toMatchObject({ passkeys: [{ name: 'Laptop' }] });
  });

  test('there is lets no owner in by password alone, not for a day', async () => {
    await host.post('/api/sign-in/password', { password: 'four unrelated quiet words' });
    const browser = new Browser(app);
    await browser.signIn(OWNER.email, 'four unrelated quiet words');

    expect(codeOf(await browser.get('/api/records/control?limit=1', { org: 'alpha' }))).toBe('signin.factor');
  });
});
