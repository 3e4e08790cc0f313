import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { routesOf } from '@countersign/api/routes.ts';
import { pathOf } from '@countersign/api/operation.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { BEGIN, OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
beforeAll(async () => {
  ground = await standUp();
  app = await ground.app('the-operators-own-secret');
});
afterAll(() => ground.close());
beforeEach(() => ground.clock.set(BEGIN));

type Wish = Parameters<Ground['engine']['services']['createToken']>[2];
const make = async (wish: Partial<Wish> = {}, org: Organisation = ground.alpha) =>
  ground.engine.services.createToken(org, OPERATOR, { name: 'n', ...wish });
const behind = (token: string) => ground.engine.services.authenticate(token);
const apply = (...records: readonly object[]) =>
  ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', { records });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a token', () => {
  test('speaks for its person in its organisation, with the roles the person has now', async () => {
    const { token } = await make({ for: 'carl', scope: 'read' });

    expect(await behind(token)).toEqual({
      organisation: ground.alpha,
      actor: { id: 'carl', roles: ['control-owner'] },
      scope: 'read',
    });

    await apply({ kind: 'person', id: 'carl', name: 'carl', roles: ['employee'] });
    const demoted = await behind(token);
    await apply({ kind: 'person', id: 'carl', name: 'carl', roles: ['control-owner'] });

    expect(demoted?.actor.roles).toEqual(['employee']);
  });

  test('for nobody is a job of the operator’s, under a name of its own', async () => {
    const { token, id } = await make();

    expect((await behind(token))?.actor).toEqual({ id: `token:${id}`, roles: ['operator'] });
  });

  test('is kept as a digest only', async () => {
    const { token, id } = await make();
    const [row] = await ground.asAdministrator<{ digest: Buffer }>('select digest from token where id = $1', [id]);
    const everything = await ground.asAdministrator<{ found: number }>(
      `select (select count(*) from record where body::text like '%' || $1 || '%')::int
            + (select count(*) from log_entry where answer like '%' || $1 || '%' or convert_from(statement, 'UTF8') like '%' || $1 || '%')::int as found`,
      [token.slice(-43)],
    );

    expect(row?.digest.toString('hex')).toBe(createHash('sha256').update(token).digest('hex'));
    expect(everything).toEqual([{ found: 0 }]);
  });

  test('ends when it expires, to the millisecond', async () => {
    const { token } = await make({ expires: '2026-01-01T10:00:00Z' });

    ground.clock.set('2026-01-01T09:59:59.999Z');
    expect(await behind(token)).toBeDefined();
    ground.clock.set('2026-01-01T10:00:00Z');
    expect(await behind(token)).toBeUndefined();
    expect(await refusalOf(make({ expires: '2026-01-01T10:00:00Z' }))).toBe('token.expired');
  });

  test('ends at once when it is revoked, in another process too', async () => {
    const { token, id } = await make({ for: 'lena' });
    const other = await ground.another();
    expect(await other.services.authenticate(token)).toBeDefined();

    await ground.engine.runtime.act(ground.alpha, PEOPLE.owner, 'token.revoke', { token: id });

    expect(await behind(token)).toBeUndefined();
    expect(await other.services.authenticate(token)).toBeUndefined();
  });

  test('speaks from the person’s first day to the last one, and for nobody who is gone', async () => {
    await apply({ kind: 'person', id: 'pia', name: 'Pia', startsOn: '2026-01-02', leavesOn: '2026-01-10' });
    const { token } = await make({ for: 'pia' });
    const on = async (moment: string) => {
      ground.clock.set(moment);
      return (await behind(token)) !== undefined;
    };

    expect(await on('2026-01-01T23:59:59Z')).toBe(false);
    expect(await on('2026-01-02T00:00:00Z')).toBe(true);
    expect(await on('2026-01-10T23:59:59Z')).toBe(true);
    expect(await on('2026-01-11T00:00:00Z')).toBe(false);
    expect(await refusalOf(make({ for: 'pia' }))).toBe('token.left');
  });

  test('of another organisation’s number, of none, or of garbage is not known', async () => {
    const { token } = await make();
    const [, number, secret] = /^cs_(\d+)_(.+)$/.exec(token) ?? [];
    const forged = [ground.beta.id, 0, -1, 999_999_999, 9_999_999_999, `0${number}`, `${number} `].map(
      (org) => `cs_${org}_${secret}`,
    );

    for (const text of [...forged, '', 'cs_', `${token}x`, token.slice(0, -1), `${token}\n`, "cs_1_' or true"]) {
      expect([text, await behind(text)]).toEqual([text, undefined]);
    }
    expect(await behind(token)).toBeDefined();
  });

  test('is looked up by its digest: one whose digest begins alike is another', async () => {
    const { token, id } = await make();
    await ground.asAdministrator(
      'update token set digest = set_byte(digest, 31, get_byte(digest, 31) # 1) where id = $1',
      [id],
    );

    expect(await behind(token)).toBeUndefined();
  });

  test('whose making was cut short can be presented by nobody', async () => {
    const { token, id } = await make();
    await ground.asAdministrator('delete from token where id = $1', [id]);

    expect(await behind(token)).toBeUndefined();
  });
});

describe('over HTTP', () => {
  /** What answers anybody, each with its reason. */
  const PUBLIC: Readonly<Record<string, string>> = {
    health: 'tells whether the server is ready, and nothing of anybody',
    openapi: 'the same for everybody: the contract',
    docs: 'the same for everybody: the contract to browse',
    'signin.state': 'tells of the browser’s own session, if it has one, and which ways in there are',
    'signin.link.read': 'tells what a link leads to, to who holds it',
    'signin.link.redeem': 'signs in who holds a link',
    'signin.sso': 'leads to the identity provider of a domain, which anybody may know',
  };
  const PARAMS = { id: 'x', index: 0, kind: 'x', name: 'x', plan: 'x' };

  test('nothing but the public doors answers without a token, though it comes from this machine', async () => {
    const operations = routesOf(ground.engine.runtime.product);
    const open: string[] = [];
    for (const operation of operations) {
      const { method } = operation;
      if (operation.id in PUBLIC) continue;
      const { statusCode } = await app.inject({ method, url: pathOf(operation, PARAMS), remoteAddress: '127.0.0.1' });
      if (statusCode !== 401) open.push(operation.id);
    }

    expect(operations.length).toBeGreaterThan(60);
    expect(open).toEqual([]);
    expect(
      operations
        .filter(({ access }) => access === 'public')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(Object.keys(PUBLIC).sort());
  });

  test('a wrong token, or a wrong secret of the operator’s, is 401', async () => {
    for (const headers of [
      bearer('cs_1_x'),
      { authorization: 'Basic b2xnYTo=' },
      { 'x-countersign-operator': 'the-operators-own-secre' },
      { 'x-countersign-operator': '' },
    ]) {
      expect((await app.inject({ url: '/api/me', headers })).statusCode).toBe(401);
    }
  });

  test('a token that may read answers questions and does nothing', async () => {
    const { token } = await make({ for: 'olga', scope: 'read' });
    const ask = (method: 'GET' | 'POST', url: string, payload: object = {}) =>
      app.inject({ method, url, headers: bearer(token), ...(method === 'GET' ? {} : { payload }) });

    const list = await ask('GET', '/api/records/person');
    const view = await ask('POST', '/api/views/status', { framework: 'soc2' });
    const writes = routesOf(ground.engine.runtime.product).filter(({ access }) => access === 'write');
    const refused = await Promise.all(
      writes.map(async (operation) => {
        const { method } = operation;
        const { body } = await app.inject({ method, url: pathOf(operation, PARAMS), headers: bearer(token) });
        return JSON.parse(body).code;
      }),
    );

    expect([list.statusCode, view.statusCode]).toEqual([200, 200]);
    expect(writes.length).toBeGreaterThan(10);
    expect(new Set(refused)).toEqual(new Set(['request.scope']));
  });

  test('a person’s token acts as that person, and an operator’s never approves', async () => {
    const approve = async (token: string) => {
      const { body } = await app.inject({
        method: 'POST',
        url: '/api/acts/exception.approve',
        headers: bearer(token),
        payload: { exception: 'none' },
      });
      return JSON.parse(body).code;
    };

    expect(await approve((await make({ for: 'olga' })).token)).toBe('record.missing');
    expect(await approve((await make({ for: 'aude' })).token)).toBe('record.forbidden');
    expect(await approve((await make()).token)).toBe('identity.required');
  });
});
