import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from './testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from './testing.ts';

// Boundary, programmes and requests through the runner and the doors, on a real database.

let ground: Ground;
let app: FastifyInstance;
const headersOf = new Map<string, { readonly authorization: string }>();

const act = (name: string, input: object, actor: typeof PEOPLE.lead = PEOPLE.lead) =>
  ground.engine.runtime.act(ground.alpha, actor, name, input);
const refused = (name: string, input: object, actor: typeof PEOPLE.lead = PEOPLE.lead) =>
  refusalOf(act(name, input, actor));
const view = async (name: string, input: object, options: object = {}) =>
  (await ground.engine.runtime.view(ground.alpha, PEOPLE.lead, name, input, options)).answer;
const apply = (...records: readonly object[]) => act('records.apply', { records });
const programme = (id: string, body: object) => ({ kind: 'programme', id, framework: 'soc2', title: id, ...body });
const type2 = (periodFrom: string, periodTo: string) => ({ report: 'type-2', periodFrom, periodTo });

beforeAll(async () => {
  ground = await standUp();
  ground.clock.set('2026-03-01T09:00:00Z');
  app = await ground.app();
  await apply(
    { kind: 'data-store', id: 'db', name: 'Database' },
    { kind: 'system', id: 'api', name: 'API', type: 'service', storesIn: ['db'] },
    { kind: 'site', id: 'porto', name: 'Porto' },
  );
  for (const person of ['lena', 'aude', 'carl']) {
    const { token } = await ground.engine.services.createToken(ground.alpha, OPERATOR, { name: person, for: person });
    headersOf.set(person, { authorization: `Bearer ${token}` });
  }
});
afterAll(() => ground.close());

const post = async (person: string, url: string, payload: object) => {
  const response = await app.inject({ method: 'POST', url, payload, headers: { ...headersOf.get(person) } });
  return { status: response.statusCode, body: response.json<{ readonly code?: string }>() };
};

describe('what is refused, whoever writes it', () => {
  test.each<[string, object, string]>([
    [
      'a thing that is not there',
      programme('x', { boundary: { system: [{ id: 'nothing', in: true }] } }),
      'record.reference',
    ],
    ['a thing of another kind', programme('x', { boundary: { site: [{ id: 'api', in: true }] } }), 'record.reference'],
    ['a predecessor that is not there', programme('x', { previous: 'nothing' }), 'record.reference'],
    ['itself as predecessor', programme('x', { previous: 'x' }), 'programme.circle'],
    [
      'Security out of scope',
      programme('x', { outOfScope: [{ ref: 'CC6.1', justification: 'Not ours.' }] }),
      'programme.mandatory',
    ],
    ['a date that no calendar has', programme('x', { report: 'type-1', asOfDate: '2026-02-30' }), 'record.invalid'],
    [
      'a milestone of no kind',
      programme('x', { milestones: [{ milestone: 'victory', on: '2026-01-01' }] }),
      'record.invalid',
    ],
    ['a field nobody knows', programme('x', { certified: true }), 'record.invalid'],
    [
      'a system that runs on itself',
      { kind: 'system', id: 'x', name: 'X', type: 'service', runsOn: ['x'] },
      'boundary.circle',
    ],
    ['a request by a file', { kind: 'customer-request', id: 'x', customer: 'X' }, 'apply.ownActs'],
    ['text that no database takes', { kind: 'site', id: 'x', name: 'a\u0000b' }, 'record.text'],
  ])('%s', async (_, record, code) => {
    expect(await refusalOf(apply(record))).toBe(code);
  });

  test('a circle and an overlap that only two records together make, and nothing of either is kept', async () => {
    const [a, b] = [type2('2026-01-01', '2026-06-30'), type2('2026-07-01', '2026-12-31')];

    expect(
      await refusalOf(apply(programme('a', { ...a, previous: 'b' }), programme('b', { ...b, previous: 'a' }))),
    ).toBe('programme.circle');
    expect(await refusalOf(apply(programme('a', a), programme('b', { ...a, previous: 'a' })))).toBe(
      'programme.overlaps',
    );
    expect((await view('programmes', {})) as object).toMatchObject({
      programmes: expect.not.arrayContaining([expect.objectContaining({ id: 'a' })]) as unknown,
    });
  });

  test('retiring what a programme still names', async () => {
    await act('programme.scope', { programme: 'soc2', things: [{ kind: 'site', id: 'porto', in: true }] });

    expect(await refused('records.apply', { records: [], prune: ['site'] })).toBe('record.used');
  });
});

describe('a year of programmes', () => {
  test('follows the one before, and a question without a name means the one in force', async () => {
    await act('programme.change', { programme: 'soc2', ...type2('2026-01-01', '2026-06-30') });
    const { answer } = await act('programme.begin', {
      id: 'soc2-next',
      framework: 'soc2',
      ...type2('2026-07-01', '2026-12-31'),
      previous: 'soc2',
    });
    const meant = async (asOf: string) =>
      ((await view('status', { framework: 'soc2' }, { asOf })) as { readonly programme: string }).programme;

    expect(answer).toEqual({ programme: 'soc2-next', sideBySide: [] });
    expect(await meant('2026-03-01')).toBe('soc2');
    ground.clock.set('2026-07-02T09:00:00Z');
    expect(await meant('2026-06-30')).toBe('soc2');
    expect(await meant('2026-07-01')).toBe('soc2-next');
    ground.clock.set('2026-07-02T09:00:00Z');
  });

  test('tells who decided when, also as known before', async () => {
    const before = '2026-07-03T08:00:00Z';
    ground.clock.set(before);
    await act('programme.change', { programme: 'soc2-next', categories: ['availability'] });
    ground.clock.set('2026-07-04T08:00:00Z');
    await act('programme.scope', {
      programme: 'soc2-next',
      requirements: [{ ref: 'A1.3', in: false, justification: 'Recovery is not promised.' }],
    });
    const row = async (knownAt?: string) =>
      (
        (await view('programme.page', { programme: 'soc2-next' }, knownAt === undefined ? {} : { knownAt })) as {
          readonly requirements: readonly { readonly ref: string; readonly in: boolean; readonly by: object | null }[];
        }
      ).requirements.find(({ ref }) => ref === 'A1.3');

    expect(await row()).toMatchObject({ in: false, justification: 'Recovery is not promised.', by: { id: 'lena' } });
    expect(await row('2026-07-03T09:00:00Z')).toMatchObject({ in: true });
  });
});

describe('who may', () => {
  test('set programmes up: not who owns a control, and no auditor', async () => {
    const input = { programme: 'soc2', requirements: [{ ref: 'A1.1', in: false, justification: 'No promise.' }] };

    for (const person of ['carl', 'aude'])
      expect(await post(person, '/api/acts/programme.scope', input)).toMatchObject({
        status: 403,
        body: { code: 'record.forbidden' },
      });
  });

  test('see requests: neither an auditor with a grant nor who owns a control, in a list or in a view', async () => {
    await act('request.record', { id: 'acme', customer: 'Acme', wants: ['soc2-type-2'], region: 'us-ca' });
    await act('grant.give', {
      person: 'aude',
      programme: 'soc2-next',
      from: '2026-07-04',
      to: '2026-12-31',
      visible: ['posture', 'controls', 'documents', 'people', 'log'],
    });

    for (const person of ['carl', 'aude']) {
      expect((await post(person, '/api/views/requests.list', {})).status).toBe(403);
      expect((await post(person, '/api/views/request.page', { request: 'acme' })).status).toBe(403);
      const list = await app.inject({ url: '/api/records/customer-request', headers: { ...headersOf.get(person) } });
      expect(list.statusCode).toBe(403);
    }
    expect((await post('lena', '/api/views/requests.list', {})).status).toBe(200);
  });

  test('see the boundary: an auditor sees that of the programme granted, and of no other', async () => {
    const { status, body } = await post('aude', '/api/views/boundary', {});

    expect(status).toBe(200);
    expect(body).toMatchObject({ programmes: [{ id: 'soc2-next' }] });
    expect((await post('aude', '/api/views/programme.page', { programme: 'iso27001' })).status).toBe(404);
    expect((await post('aude', '/api/views/boundary', { programmes: ['soc2'] })).status).toBe(404);
  });
});

test('two who change one programme at once: the second is told, and nothing is lost', async () => {
  const change = (title: string) =>
    app.inject({
      method: 'POST',
      url: '/api/acts/programme.change',
      headers: { ...headersOf.get('lena'), 'if-match': '1' },
      payload: { programme: 'iso27001', title },
    });

  const [first, second] = [await change('First'), await change('Second')];

  expect([first.statusCode, second.statusCode]).toEqual([200, 409]);
});

test('hostile bodies are refused at the door', async () => {
  const bodies: readonly (readonly [string, object])[] = [
    [
      'programme.scope',
      { programme: 'soc2', requirements: Array.from({ length: 501 }, () => ({ ref: 'CC1.1', in: true })) },
    ],
    ['programme.plan', { programme: 'soc2', milestones: [{ milestone: 'report', on: '9999-12-31' }] }],
    ['programme.begin', { framework: 'soc2', id: '../up' }],
    ['request.record', { customer: 'x'.repeat(201), wants: ['iso27001'], region: 'europe' }],
    ['request.record', { customer: 'x', wants: ['iso27001'], region: 'europe', amount: 1e13, currency: 'USD' }],
  ];

  for (const [name, input] of bodies) {
    const { status } = await post('lena', `/api/acts/${name}`, input);
    expect([name, status]).toEqual([name, 422]);
  }
});
