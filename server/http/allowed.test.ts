import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, standUp } from '../testing.ts';

let ground: Ground;
let app: FastifyInstance;
const tokens = new Map<string, string>();
let job = '';
let reading = '';
beforeAll(async () => {
  ground = await standUp();
  app = await ground.app('secret');
  const { services, runtime } = ground.engine;
  for (const { id } of Object.values(PEOPLE)) {
    const { token } = await services.createToken(ground.alpha, OPERATOR, { name: 'n', for: id });
    tokens.set(id, token);
  }
  job = (await services.createToken(ground.alpha, OPERATOR, { name: 'job' })).token;
  reading = (await services.createToken(ground.alpha, OPERATOR, { name: 'r', for: 'olga', scope: 'read' })).token;
  await runtime.act(ground.alpha, OPERATOR, 'records.apply', {
    records: [{ kind: 'control', id: 'c', title: 'C', frequency: 'monthly', startsOn: '2026-01-01' }],
  });
  for (const [id, actor] of [
    ['of-lena', PEOPLE.lead],
    ['of-carl', PEOPLE['control-owner']],
  ] as const) {
    const input = { id, control: 'c', from: '2026-01-01', to: '2026-01-31', reason: 'Moving house' };
    await runtime.act(ground.alpha, actor, 'exception.request', input);
  }
});
afterAll(() => ground.close());

const Answer = z.object({
  acts: z.array(
    z.object({ name: z.string(), allowed: z.boolean(), code: z.string().optional(), because: z.string().optional() }),
  ),
});
type Code = string | undefined;

async function told(url: string, headers: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Code>> {
  const response = await app.inject({ url, headers: { ...headers } });
  if (response.statusCode === 403) return new Map();
  const { acts } = Answer.parse(response.json());
  return new Map(acts.map(({ name, allowed, code }) => [name, allowed ? undefined : code]));
}
const bearer = (token = ''): Record<string, string> => ({ authorization: `Bearer ${token}` });
const as = (id: string) => bearer(tokens.get(id));

test('of a thing: what may be done to it now, and why the rest may not', async () => {
  const url = '/api/records/exception/of-lena/acts';

  expect(await told(url, as('olga'))).toEqual(
    new Map([
      ['exception.approve', undefined],
      ['exception.refuse', undefined],
      ['exception.withdraw', undefined],
    ]),
  );
  expect((await told(url, as('lena'))).get('exception.approve')).toBe('exception.own');
  expect((await told(url, as('emma'))).get('exception.approve')).toBe('record.forbidden');
  expect((await told(url, bearer(job))).get('exception.approve')).toBe('identity.required');
  expect(
    (await told(url, { 'x-countersign-operator': 'secret', 'x-countersign-org': 'alpha' })).get('exception.approve'),
  ).toBe('identity.required');
  expect((await told(url, bearer(reading))).get('exception.approve')).toBe('request.scope');
});

test('what the answer says is what the act does, whoever asks', async () => {
  for (const id of ['of-lena', 'of-carl']) {
    for (const [person, token] of tokens) {
      const said = await told(`/api/records/exception/${id}/acts`, bearer(token));
      for (const name of ['exception.approve', 'exception.refuse', 'exception.withdraw']) {
        const response = await app.inject({
          method: 'POST',
          url: `/api/acts/${name}?dryRun=true`,
          headers: bearer(token),
          payload: { exception: id, ...(name === 'exception.withdraw' ? { reason: 'Not needed' } : {}) },
        });
        const { code } = z.object({ code: z.string().optional() }).parse(response.json());

        // A guest without a grant is not even told what there is.
        const isOutside = person === 'aude' || person === 'adam';
        expect([person, id, name, code]).toEqual([person, id, name, isOutside ? 'record.forbidden' : said.get(name)]);
      }
    }
  }
});

test('a thing that is decided can be decided no more', async () => {
  await ground.engine.runtime.act(ground.alpha, PEOPLE.owner, 'exception.approve', { exception: 'of-carl' });

  const said = await told('/api/records/exception/of-carl/acts', as('olga'));

  expect([said.get('exception.approve'), said.get('exception.withdraw')]).toEqual(['record.move', undefined]);
});

test('at all: every act with a door, and none without', async () => {
  const { product } = ground.engine.runtime;
  const said = await told('/api/allowed', as('emma'));

  expect([...said.keys()]).toEqual([...product.acts.values()].filter((act) => !act.internal).map(({ name }) => name));
  expect(said.get('records.apply')).toBe('record.forbidden');
  expect((await told('/api/allowed', as('olga'))).get('exception.approve')).toBeUndefined();
});

test.each([
  ['/api/allowed', 401, undefined],
  ['/api/records/exception/of-lena/acts', 401, undefined],
  ['/api/records/exception/none/acts', 404, 'olga'],
  ['/api/records/nonsense/none/acts', 404, 'olga'],
  ['/api/records/exception/%00/acts', 400, 'olga'],
  ['/api/records/exception/of-lena/acts?asOf=2026-01-01', 422, 'olga'],
  ['/api/records/token/t-1/acts', 403, 'emma'],
])('%s answers %i', async (url, status, person) => {
  const response = await app.inject({ url, headers: person === undefined ? {} : as(person) });

  expect(response.statusCode).toBe(status);
});

test('another tenant’s things are not there', async () => {
  const { token } = await ground.engine.services.createToken(ground.beta, OPERATOR, { name: 'b', for: 'olga' });

  const response = await app.inject({ url: '/api/records/exception/of-lena/acts', headers: bearer(token) });

  expect(response.statusCode).toBe(404);
});
