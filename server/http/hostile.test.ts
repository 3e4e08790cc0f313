import { routesOf } from '@countersign/api/routes.ts';
import type { Operation } from '@countersign/api/operation.ts';
import { pathOf } from '@countersign/api/operation.ts';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';

/** Every operation of the product there is, through its real doors: none of them is named here, so none that comes is forgotten. */
let ground: Ground;
let app: FastifyInstance;
const tokens = new Map<string, string>();
let theirs = '';
const SCRIPT = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
const FORMULA = '=HYPERLINK("http://x.example.com","y")';

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const { services, runtime } = ground.engine;
  for (const { id } of Object.values(PEOPLE))
    tokens.set(id, (await services.createToken(ground.alpha, OPERATOR, { name: id, for: id })).token);
  theirs = (await services.createToken(ground.beta, OPERATOR, { name: 'b', for: 'olga' })).token;
  await runtime.act(ground.alpha, OPERATOR, 'records.apply', {
    records: [
      {
        kind: 'control',
        id: 'mine',
        title: SCRIPT,
        description: FORMULA,
        frequency: 'monthly',
        startsOn: '2026-01-01',
        owner: 'carl',
        answers: { soc2: ['CC6.1'] },
      },
      { kind: 'person', id: 'mallory', name: SCRIPT, email: 'mallory@example.com', jobTitle: FORMULA },
    ],
  });
  await runtime.act(ground.alpha, PEOPLE['control-owner'], 'exception.request', {
    id: 'asked',
    control: 'mine',
    from: '2026-01-01',
    to: '2026-01-31',
    reason: SCRIPT,
  });
});
afterAll(() => ground.close());

const operations = (): readonly Operation[] => routesOf(ground.engine.runtime.product);
const urlOf = (operation: Operation, id = 'none'): string =>
  pathOf(
    operation,
    Object.fromEntries(
      Object.keys(operation.params?.shape ?? {}).map((name) => [name, name === 'index' && id === 'none' ? 0 : id]),
    ),
  );

async function ask(
  operation: Operation,
  given: { id?: string; token?: string | undefined; payload?: unknown; query?: string } = {},
) {
  const { id, token = tokens.get('olga'), payload, query = '' } = given;
  const answered = await app.inject({
    method: operation.method,
    url: urlOf(operation, id) + query,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
  });
  const problem = z.object({ code: z.string(), detail: z.string() }).safeParse(jsonOr(answered.body));
  return { status: answered.statusCode, code: problem.data?.code, body: answered.body, headers: answered.headers };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const takesJson = ({ body }: Operation): boolean => body?.type === 'json';
const needsToken = ({ access }: Operation): boolean => access !== 'public' && access !== 'session';

describe('every operation', () => {
  test('answers nobody but at the doors that say so', async () => {
    const open: string[] = [];
    for (const operation of operations().filter(({ access }) => access !== 'public'))
      if ((await app.inject({ method: operation.method, url: urlOf(operation) })).statusCode !== 401)
        open.push(operation.id);

    expect(open).toEqual([]);
  });

  test.each([
    ['text with U+0000', '{"name":"a\\u0000b"}'],
    ['a lone surrogate', '{"name":"\\ud800"}'],
    ['a key that names the prototype', '{"__proto__":{"roles":["owner"]}}'],
    ['the same deeper', '{"records":[{"kind":"person","id":"x","__proto__":{"a":1}}]}'],
    ['no JSON', '{"name":'],
    ['nothing', ''],
    ['a list', '[1]'],
    ['a number', '7'],
    ['nesting without end', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`],
  ])('refuses %s in its body, with a code, and is not at fault', async (_, payload) => {
    for (const operation of operations().filter((one) => takesJson(one) && needsToken(one))) {
      const { status, code } = await ask(operation, { payload });

      // Where nothing is needed, nothing is fine.
      if (payload === '' && status < 300) continue;
      expect([operation.id, status >= 400 && status < 500, typeof code]).toEqual([operation.id, true, 'string']);
    }
  });

  test('refuses a body larger than it takes', async () => {
    const payload = JSON.stringify({ name: 'x'.repeat(65 * 1024 * 1024) });
    const small = operations()
      .filter(({ body }) => body?.type === 'json' && body.limit <= 4 * 1024 * 1024)
      .slice(0, 12);

    for (const operation of small.filter(({ access }) => access === 'write'))
      expect([operation.id, (await ask(operation, { payload })).status]).toEqual([operation.id, 413]);
  });

  test('takes hostile ids for what is not there', async () => {
    const ids = [
      '__proto__',
      'constructor',
      '..',
      `<script>`,
      'a'.repeat(300),
      `'; drop table record; --`,
      'mine\u202e',
    ];
    for (const operation of operations().filter(({ method, params }) => method === 'GET' && params !== undefined)) {
      for (const id of ids) {
        const { status } = await ask(operation, { id });
        expect([operation.id, id, status >= 400 && status < 500]).toEqual([operation.id, id, true]);
      }
    }
  });

  test('knows no query that it does not declare', async () => {
    for (const operation of operations().filter(
      (one) => one.method === 'GET' && needsToken(one) && one.params === undefined,
    )) {
      const { status, code } = await ask(operation, { query: '?constructor=1&__proto__[x]=2' });
      expect([operation.id, status >= 400 && status < 500, typeof code]).toEqual([operation.id, true, 'string']);
    }
  });
});

describe('another tenant', () => {
  test('finds nothing by the ids of this one, at whatever address', async () => {
    const found: string[] = [];
    for (const operation of operations().filter(
      ({ method, calls }) => method === 'GET' && ['get', 'history', 'acts'].includes(calls.is),
    ))
      for (const id of ['mine', 'mallory', 'asked'])
        if ((await ask(operation, { id, token: theirs })).status < 400) found.push(`${operation.id} ${id}`);

    expect(found).toEqual([]);
  });

  test('reads nothing of this one in lists and views', async () => {
    for (const operation of operations().filter(
      ({ method, calls }) => method === 'GET' && (calls.is === 'list' || calls.is === 'view'),
    )) {
      const { body } = await ask(operation, { token: theirs });
      expect([operation.id, body.includes('mallory') || body.includes('alert(1)')]).toEqual([operation.id, false]);
    }
  });

  test('acts on nothing of this one', async () => {
    for (const operation of operations()) {
      if (operation.calls.is !== 'act' || operation.calls.act.on === undefined) continue;
      const { field } = operation.calls.act.on;
      for (const id of ['mine', 'mallory', 'asked']) {
        const { status } = await ask(operation, {
          token: theirs,
          payload: { [field]: id, reason: 'Not ours', note: 'Not ours' },
        });
        expect([operation.id, status >= 400]).toEqual([operation.id, true]);
      }
    }
    expect(await ground.engine.runtime.get(ground.alpha, OPERATOR, 'exception', 'asked')).toMatchObject({
      state: 'requested',
      version: 1,
    });
  });

  test('is not told by the header what its token does not say', async () => {
    const { statusCode } = await app.inject({
      url: '/api/records/control',
      headers: { authorization: `Bearer ${theirs}`, 'x-countersign-org': 'alpha' },
    });

    expect(statusCode).toBe(404);
  });
});

describe('what looks like a page', () => {
  test('comes back as the text it was, from a door that no browser takes for a page', async () => {
    for (const url of ['/api/records/control/mine', '/api/records/person', '/api/records/control/mine/history']) {
      const { headers, body, statusCode } = await app.inject({
        url,
        headers: { authorization: `Bearer ${tokens.get('olga')}` },
      });

      expect([url, statusCode, body.includes(JSON.stringify(SCRIPT).slice(1, -1))]).toEqual([url, 200, true]);
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  test('is no page in a refusal that repeats it either', async () => {
    for (const operation of operations().filter(({ calls, access }) => calls.is === 'act' && access === 'write')) {
      const { headers, status } = await ask(operation, { payload: { [SCRIPT]: SCRIPT } });

      expect([operation.id, status >= 400]).toEqual([operation.id, true]);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('every answer says that it is not to be sniffed, framed or kept', async () => {
    for (const operation of operations().filter(({ method, access }) => method === 'GET' && access !== 'session')) {
      const { headers } = await ask(operation);
      expect([
        operation.id,
        headers['x-content-type-options'],
        typeof headers['content-security-policy'],
        headers['x-frame-options'],
      ]).toEqual([operation.id, 'nosniff', 'string', 'DENY']);
    }
  });
});

describe('a formula in a text', () => {
  test('stays what it is in JSON and is no formula in a table', async () => {
    const get = await app.inject({
      url: '/api/records/control/mine',
      headers: { authorization: `Bearer ${tokens.get('olga')}` },
    });
    const csv = await app.inject({
      url: '/api/documents/records/control?format=csv&columns=id,description',
      headers: { authorization: `Bearer ${tokens.get('olga')}` },
    });

    expect(get.json()).toMatchObject({ description: FORMULA });
    expect(csv.statusCode).toBe(200);
    expect(csv.body).not.toMatch(/(?:^|[,\n])"?[=+@\t\r-]/m);
  });
});
