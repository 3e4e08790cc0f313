import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  for (const { id } of Object.values(PEOPLE))
    tokens[id] = (await ground.engine.services.createToken(ground.alpha, OPERATOR, { name: id, for: id })).token;
  await act('lena', 'duty.decide', { law: 'gdpr', applies: 'yes', why: 'There.', roles: ['controller'], reach: 'all' });
  await act('lena', 'processing.record', { id: 'support', title: '=1+1', purpose: 'To help.' });
  await act('lena', 'grant.give', {
    person: 'aude',
    programme: 'soc2',
    from: '2026-01-01',
    to: '2026-12-31',
    visible: ['documents', 'controls'],
  });
});
afterAll(() => ground.close());

const headers = (who: string) => ({ authorization: `Bearer ${tokens[who] ?? ''}` });
const post = async (who: string, url: string, payload: object) => {
  const { statusCode, body } = await app.inject({ method: 'POST', url, headers: headers(who), payload });
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
};
const act = (who: string, name: string, input: object) => post(who, `/api/acts/${name}`, input);
const view = (who: string, name: string, input: object = {}, query = '') =>
  post(who, `/api/views/${name}${query}`, input);

const REQUEST = { law: 'gdpr', type: 'access', subject: 'REQ-1', receivedAt: '2025-12-20T09:00:00Z' };
const INCIDENT = { title: 'A list', awareAt: '2025-12-31T09:00:00Z' };

describe('input that means harm or nothing', () => {
  test.each<[string, string, object, number, string]>([
    ['a law nobody knows', 'privacy-request.receive', { ...REQUEST, law: 'pipl' }, 422, 'record.invalid'],
    [
      'a name in place of a reference',
      'privacy-request.receive',
      { ...REQUEST, subject: 'Ann Lee' },
      422,
      'record.invalid',
    ],
    ['a mail address', 'privacy-request.receive', { ...REQUEST, subject: 'a@example.com' }, 422, 'record.invalid'],
    ['a right the law does not give', 'privacy-request.receive', { ...REQUEST, type: 'opt-out' }, 422, 'duty.type'],
    [
      'receipt tomorrow',
      'privacy-request.receive',
      { ...REQUEST, receivedAt: '2026-01-02T09:00:00Z' },
      422,
      'duty.future',
    ],
    [
      'no instant',
      'privacy-request.receive',
      { ...REQUEST, receivedAt: '2026-02-30T09:00:00Z' },
      422,
      'record.invalid',
    ],
    [
      'an incident tomorrow',
      'personal-data-incident.open',
      { ...INCIDENT, awareAt: '2026-01-02T09:00:00Z' },
      422,
      'duty.future',
    ],
    [
      'answers that cannot both be true',
      'personal-data-incident.open',
      { ...INCIDENT, personalData: 'no', risk: 'high' },
      422,
      'duty.contradiction',
    ],
    [
      'people below nothing',
      'personal-data-incident.open',
      { ...INCIDENT, people: [{ region: 'ES', count: -1 }] },
      422,
      'record.invalid',
    ],
    [
      'a zone that is none',
      'duty.decide',
      { law: 'lgpd', applies: 'yes', why: 'There.', timeZone: 'Mars/Base' },
      422,
      'organisation.zone',
    ],
    [
      'a role of another law',
      'duty.decide',
      { law: 'hipaa', applies: 'yes', why: 'There.', roles: ['controller'] },
      422,
      'duty.role',
    ],
    ['an obligation nobody knows', 'duty.arrange', { obligation: 'gdpr.0' }, 422, 'duty.obligation'],
    ['__proto__ as an obligation', 'duty.arrange', { obligation: '__proto__' }, 422, 'duty.obligation'],
    ['a field nobody asked for', 'processing.record', { title: 'T', purpose: 'why', secret: 1 }, 422, 'record.invalid'],
    [
      'a transfer of no activity',
      'transfer.record',
      { activity: 'none', laws: ['gdpr'], to: 'US', recipient: 'R', mechanism: 'consent' },
      422,
      'record.reference',
    ],
  ])('%s is refused, and nothing is kept', async (_says, name, input, status, code) => {
    const before = await view('lena', 'duties');
    const answer = await act('lena', name, input);

    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect((await view('lena', 'duties')).body['laws']).toEqual(before.body['laws']);
  });

  test('a register is not written by apply', async () => {
    const records = [{ kind: 'privacy-request', id: 'x', ...REQUEST, state: 'closed', outcome: 'answered' }];

    expect((await act('lena', 'records.apply', { records })).body['code']).toBe('apply.ownActs');
  });
});

test('a request goes from receipt to answer, and the clock is asked about as of any day of it', async () => {
  const id = { request: 'r' };
  await act('lena', 'privacy-request.receive', { id: 'r', ...REQUEST });
  expect((await act('lena', 'privacy-request.answer', { ...id, at: '2025-12-19T09:00:00Z' })).body['code']).toBe(
    'duty.identity',
  );
  await act('carl', 'privacy-request.identify', { ...id, identity: 'confirmed', at: '2025-12-21T09:00:00Z' });
  expect((await act('lena', 'privacy-request.answer', { ...id, at: '2025-12-19T09:00:00Z' })).body['code']).toBe(
    'duty.order',
  );
  await act('lena', 'privacy-request.extend', { ...id, at: '2025-12-22T09:00:00Z', reason: 'Much of it.' });
  expect(
    (await act('lena', 'privacy-request.extend', { ...id, at: '2025-12-23T09:00:00Z', reason: 'More.' })).body['code'],
  ).toBe('duty.extended');
  expect((await act('carl', 'privacy-request.answer', { ...id, at: '2025-12-31T09:00:00Z' })).status).toBe(200);

  const as = async (query: string) => (await view('lena', 'privacy-requests', {}, query)).body;
  expect(await as('')).toMatchObject({
    items: [{ clock: 'met', outcome: 'answered', dueAt: '2026-03-20T23:59:59.999Z' }],
  });
  expect(await as('?asOf=2025-12-21')).toMatchObject({
    items: [{ clock: 'running', dueAt: '2026-01-20T23:59:59.999Z' }],
  });
  expect(await as('?asOf=2025-12-19')).toMatchObject({ items: [], total: 0 });
  expect(await as('?knownAt=2025-12-31')).toMatchObject({ total: 0 });
});

test('an auditor sees by grant the registers, and of requests and incidents nothing, not even how many', async () => {
  await act('lena', 'personal-data-incident.open', { id: 'i', ...INCIDENT });

  expect((await view('aude', 'processing.register')).body).toMatchObject({ total: 1 });
  expect((await view('aude', 'duties', { law: 'gdpr' })).body).toMatchObject({ laws: [{ clocks: null }] });
  expect((await view('lena', 'duties', { law: 'gdpr' })).body).toMatchObject({
    laws: [{ clocks: { unknown: 3 } }],
  });
  for (const name of ['privacy-requests', 'personal-data-incidents'])
    expect((await view('aude', name)).status).toBe(403);
  expect((await view('aude', 'incident.clocks', { incident: 'i' })).status).toBe(403);
  for (const who of ['aude', 'emma']) {
    const { statusCode } = await app.inject({ url: '/api/records/privacy-request', headers: headers(who) });
    expect(statusCode).toBe(403);
  }
});

test('nobody but an owner or a lead decides that a law applies or closes an incident', async () => {
  for (const who of ['carl', 'emma', 'adam', 'aude']) {
    expect((await act(who, 'duty.decide', { law: 'lgpd', applies: 'no', why: 'Nobody there.' })).status).toBe(403);
    const close = { incident: 'i', reason: 'Done with.', at: '2025-12-31T12:00:00Z' };
    expect((await act(who, 'personal-data-incident.close', close)).status).toBe(403);
  }
});

test('the record of processing is exported as a table whose cells are no formulas', async () => {
  const { body, statusCode } = await app.inject({
    url: '/api/documents/views/processing.register?format=csv&rows=items&columns=id,title,purpose,missing',
    headers: headers('lena'),
  });

  expect(statusCode).toBe(200);
  expect(body).toContain("support,'=1+1,To help.");
});
