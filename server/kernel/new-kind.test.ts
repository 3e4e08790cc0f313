import {
  change,
  create,
  defineAct,
  defineRecord,
  defineRefusals,
  defineView,
  idSchema,
  ref,
} from '@countersign/core/kernel/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, standUp } from '../testing.ts';
import { potteryProduct } from './testing.ts';

// A kind, two acts and a view that nothing of the product knows: from here through the doors to PostgreSQL and back.

const Lantern = defineRecord('lantern', {
  title: 'Lanterns',
  body: z.strictObject({
    title: z.string().min(1),
    keeper: ref('person').optional(),
    litOn: z.iso.date().optional(),
    candles: z.int().min(0).default(1),
  }),
});
const refuseLantern = defineRefusals('lantern', {
  burning: { family: 'unmet', says: (p: { id: string }) => `Lantern “${p.id}” burns already.` },
});
const hang = defineAct('lantern.hang', {
  says: 'Hangs a lantern up.',
  input: z.strictObject({ id: idSchema, title: z.string().min(1), keeper: ref('person').optional() }),
  reads: [Lantern],
  allowed: ['lead', 'operator'],
  decide: (_book, { id, ...body }) => [create(Lantern, id, body)],
});
const light = defineAct('lantern.light', {
  says: 'Lights a lantern.',
  input: z.strictObject({ lantern: ref('lantern'), on: z.iso.date() }),
  reads: [Lantern],
  allowed: ['lead', 'employee'],
  answer: z.strictObject({ candles: z.int() }),
  decide(book, { lantern, on }) {
    const row = book.lantern.get(lantern);
    if (row.litOn !== undefined) throw refuseLantern('burning', { id: row.id });
    return { changes: [change(Lantern, row, { litOn: on })], answer: { candles: row.candles } };
  },
});
const burning = defineView('lantern.burning', {
  says: 'Which lanterns burn.',
  input: z.strictObject({ keeper: z.string().optional() }),
  reads: [Lantern],
  output: z.object({ burning: z.array(z.string()) }),
  compute: (book, { keeper }) => ({
    burning: book.lantern
      .all()
      .flatMap((row) => (row.litOn !== undefined && (keeper === undefined || row.keeper === keeper) ? [row.id] : [])),
  }),
});

let ground: Ground;
let ask: (
  method: 'GET' | 'POST',
  url: string,
  by: string,
  payload?: object,
  headers?: object,
) => Promise<{ status: number; body: Record<string, unknown> }>;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  ground = await standUp(potteryProduct({ Lantern, refuseLantern, hang, light, burning }));
  const app = await ground.app();
  for (const [by, org, person] of [
    ['lead', ground.alpha, 'lena'],
    ['employee', ground.alpha, 'emma'],
    ['reader', ground.alpha, 'carl'],
    ['theirs', ground.beta, 'lena'],
  ] as const) {
    tokens[by] = (await ground.engine.services.createToken(org, OPERATOR, { name: by, for: person })).token;
  }
  ask = async (method, url, by, payload, headers = {}) => {
    const answered = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${tokens[by]}`, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answered.statusCode, body: JSON.parse(answered.body) };
  };
});
afterAll(() => ground.close());

const act = (name: string, by: string, payload: object, headers?: object) =>
  ask('POST', `/api/acts/${name}`, by, payload, headers);

describe('a kind of the test’s own, over HTTP on PostgreSQL,', () => {
  test('has acts with roles, refusals, keys and versions, and a view over what they did', async () => {
    ground.clock.set('2026-03-01T10:00:00Z');
    const key = { 'idempotency-key': '7d444840-9dc0-4a1f-8b1c-0a6a9c4f5a11' };
    const hung = await act('lantern.hang', 'lead', { id: 'porch', title: 'Porch', keeper: 'emma' }, key);
    const again = await act('lantern.hang', 'lead', { id: 'porch', title: 'Porch', keeper: 'emma' }, key);
    const forbidden = await act('lantern.light', 'reader', { lantern: 'porch', on: '2026-03-02' });
    const stale = await act('lantern.light', 'employee', { lantern: 'porch', on: '2026-03-02' }, { 'if-match': '7' });
    ground.clock.set('2026-03-02T10:00:00Z');
    const lit = await act('lantern.light', 'employee', { lantern: 'porch', on: '2026-03-02' }, { 'if-match': '"1"' });
    const twice = await act('lantern.light', 'employee', { lantern: 'porch', on: '2026-03-02' });

    expect(hung).toMatchObject({ status: 200, body: { changes: [{ kind: 'lantern', id: 'porch', did: 'create' }] } });
    expect(again.body).toEqual(hung.body);
    expect([forbidden.status, forbidden.body['code']]).toEqual([403, 'record.forbidden']);
    expect([stale.status, stale.body['code']]).toEqual([409, 'record.conflict']);
    expect(lit.body).toMatchObject({ answer: { candles: 1 }, changes: [{ version: 2 }] });
    expect([twice.status, twice.body['code']]).toEqual([409, 'lantern.burning']);
    expect((await ask('GET', '/api/views/lantern.burning?keeper=emma', 'reader')).body).toEqual({
      burning: ['porch'],
    });
    expect((await ask('POST', '/api/views/lantern.burning?asOf=2026-03-01', 'reader', {})).body).toEqual({
      burning: [],
    });
    expect((await ask('POST', '/api/views/lantern.burning', 'theirs', {})).body).toEqual({ burning: [] });
  });

  test('is listed, read as of a day, and has its history', async () => {
    expect((await ask('GET', '/api/records/lantern', 'reader')).body).toMatchObject({
      total: 1,
      items: [{ id: 'porch', keeper: 'emma', litOn: '2026-03-02' }],
    });
    expect((await ask('GET', '/api/records/lantern/porch?asOf=2026-03-01', 'reader')).body).not.toHaveProperty('litOn');
    expect((await ask('GET', '/api/records/lantern/porch/history', 'reader')).body).toMatchObject({
      versions: [
        { act: 'lantern.hang', actor: 'lena' },
        { act: 'lantern.light', actor: 'emma' },
      ],
    });
    expect((await ask('GET', '/api/records/lantern/porch', 'theirs')).status).toBe(404);
  });

  test('keeps its references, its form and its place in files', async () => {
    const apply = (...records: readonly object[]) => act('records.apply', 'lead', { records });

    expect((await act('lantern.hang', 'lead', { id: 'yard', title: 'Yard', keeper: 'nobody' })).body['code']).toBe(
      'record.reference',
    );
    expect((await apply({ kind: 'lantern', id: 'yard', title: 'Yard', wicks: 2 })).body).toMatchObject({
      code: 'record.invalid',
    });
    expect(
      (await apply({ kind: 'lantern', id: 'porch', title: 'Porch', keeper: 'emma', litOn: '2026-03-02' })).body,
    ).toMatchObject({ answer: { unchanged: 1 } });
  });

  test('is in the description that clients are made from, and in the log', async () => {
    const { body } = await ask('GET', '/api/openapi.json', 'lead');
    const paths = Object.keys(body['paths'] ?? {});
    const [row] = await ground.asAdministrator<{ statement: string }>(
      `select convert_from(statement, 'UTF8') as statement from log_entry where org = $1 order by index desc limit 1`,
      [ground.alpha.id],
    );

    expect(paths).toEqual(
      expect.arrayContaining(['/api/records/lantern', '/api/acts/lantern.light', '/api/views/lantern.burning']),
    );
    expect(row?.statement).toContain('lantern/porch@2');
  });
});
