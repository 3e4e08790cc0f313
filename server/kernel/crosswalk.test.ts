import crosswalk from '@countersign/catalogs/crosswalk/soc2-2017--iso27001-2022.json' with { type: 'json' };
import { Gap } from '@countersign/core/overlap/gap.ts';
import { OverlapItems } from '@countersign/core/overlap/items.ts';
import { Overlap } from '@countersign/core/overlap/view.ts';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, standUp } from '../testing.ts';

// Through the doors: what is asked over HTTP of a real database, and what a file of mappings may hold.

let ground: Ground;
let app: FastifyInstance;
let headers: { readonly authorization: string };

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const { token } = await ground.engine.services.createToken(ground.beta, OPERATOR, { name: 'mine', for: 'olga' });
  headers = { authorization: `Bearer ${token}` };
});
afterAll(() => ground.close());

const ask = async (name: string, payload: object): Promise<unknown> => {
  const response = await app.inject({ method: 'POST', url: `/api/views/${name}`, headers, payload });
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
};
const apply = async (...records: readonly object[]): Promise<string> => {
  const response = await app.inject({ method: 'POST', url: '/api/acts/records.apply', headers, payload: { records } });
  return response.statusCode === 200 ? 'applied' : z.object({ code: z.string() }).parse(response.json()).code;
};

const set = { kind: 'mapping-set', id: 'ours', title: 'Ours', provenance: 'A consultant’s reading' };
const framework = { kind: 'framework', id: 'mine', title: 'Mine', licence: 'own' };
const item = (ref: string) => ({
  kind: 'requirement',
  id: `mine_${ref}`,
  framework: 'mine',
  ref,
  title: `About ${ref}`,
});
const line = (id: string, ref: string, more: object = {}) => ({
  ...{ kind: 'mapping', id, set: 'ours', relation: 'intersects', strength: { forward: 4, backward: 6 } },
  ...{ from: { framework: 'soc2', ref: 'CC6.1' }, to: { framework: 'mine', ref }, rationale: `Why ${id}` },
  ...more,
});

test('overlap over HTTP is what the file counts, both ways', async () => {
  const answer = Overlap.parse(await ask('overlap', { from: 'soc2', to: 'iso27001' }));
  const touched = (field: 'tsc' | 'iso', min: number): number =>
    new Set(crosswalk.mappings.filter(({ strength }) => strength >= min).map((pair) => pair[field])).size;

  expect(answer.definitions.map(({ minStrength, direction, touched: n }) => [direction, minStrength, n])).toEqual([
    ...[1, 5, 7].map((min) => ['soc2→iso27001', min, touched('iso', min)]),
    ...[1, 5, 7].map((min) => ['iso27001→soc2', min, touched('tsc', min)]),
  ]);
});

describe('a file of mappings', () => {
  test.each([
    ['of a set that is not there', [line('a', 'X-1')], 'record.reference'],
    [
      'to an item of ours that is not there',
      [set, line('a', 'X-1', { to: { framework: 'iso27001', ref: 'A.9.9' } })],
      'mapping.item',
    ],
    ['to an item of one’s own that is not there', [set, framework, item('X-1'), line('a', 'X-2')], 'record.reference'],
    [
      'to a framework that is not there',
      [set, line('a', 'X-1', { to: { framework: 'nobodys', ref: 'X' } })],
      'record.reference',
    ],
    ['that gives a pair twice', [set, framework, item('X-1'), line('a', 'X-1'), line('b', 'X-1')], 'mapping.twice'],
    ['within one framework', [set, line('a', 'X-1', { to: { framework: 'soc2', ref: 'CC6.2' } })], 'mapping.itself'],
    [
      'with containment in a circle',
      [
        ...[set, framework, item('X-1')],
        line('a', 'X-1', { relation: 'subset' }),
        line('b', 'X-1', {
          relation: 'subset',
          from: { framework: 'mine', ref: 'X-1' },
          to: { framework: 'iso27001', ref: 'A.5.15' },
        }),
        line('c', 'X-1', { relation: 'superset', to: { framework: 'iso27001', ref: 'A.5.15' } }),
      ],
      'mapping.cycle',
    ],
  ])('%s is refused, and nothing of it is kept', async (_, records, code) => {
    expect(await apply(...records)).toBe(code);

    const response = await app.inject({ method: 'GET', url: '/api/records/mapping?limit=10', headers });
    expect(z.object({ total: z.int() }).parse(response.json()).total).toBe(0);
  });

  test('is applied, followed to the items by way of it, and an item that is mapped stays', async () => {
    expect(await apply(set, framework, item('X-1'), item('X-2'), line('a', 'X-1', { relation: 'superset' }))).toBe(
      'applied',
    );

    const { items } = OverlapItems.parse(await ask('overlap.items', { from: 'soc2', to: 'mine' }));
    expect(items.map(({ ref, extent, strength }) => [ref, extent, strength])).toEqual([
      ['X-1', 'whole', 4],
      ['X-2', 'none', 0],
    ]);
    const { counts, documents } = Gap.parse(await ask('gap', { have: 'soc2', want: 'mine', minStrength: 1 }));
    expect([counts, documents]).toEqual([{ whole: 1, partial: 0, none: 1, of: 2, outOfScope: 0 }, []]);

    const pruned = await app.inject({
      ...{ method: 'POST', url: '/api/acts/records.apply', headers },
      payload: { records: [item('X-2')], prune: ['requirement'] },
    });
    expect(pruned.json()).toMatchObject({ code: 'record.used' });
  });
});
