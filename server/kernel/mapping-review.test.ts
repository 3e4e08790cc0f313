import { MappingLines } from '@countersign/core/crosswalk/lines-view.ts';
import { AREAS } from '@countersign/core/kernel/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { Overlap } from '@countersign/core/overlap/view.ts';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';

// On a real database and through the doors: who says what of a line of a mapping, and what is told of it when.

const SHIPPED = 'shipped-soc2-iso27001';
const { owner, lead, adviser, auditor } = PEOPLE;

let ground: Ground;
let app: FastifyInstance;
let headers: { readonly authorization: string };

beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  const { token } = await ground.engine.services.createToken(ground.alpha, OPERATOR, { name: 'mine', for: 'olga' });
  headers = { authorization: `Bearer ${token}` };
  await act(OPERATOR, 'records.apply', {
    records: [
      { kind: 'framework', id: 'mine', title: 'Mine', licence: 'own' },
      ...['X-1', 'X-2'].map((ref) => ({ kind: 'requirement', id: `mine_${ref}`, framework: 'mine', ref, title: ref })),
    ],
  });
  await load(lead);
});
afterAll(() => ground.close());

const act = (actor: Actor, name: string, input: object) => ground.engine.runtime.act(ground.alpha, actor, name, input);
const load = (actor: Actor, rationale = 'Access') =>
  act(actor, 'mapping-set.load', {
    set: { id: 'ours', title: 'Ours', provenance: 'Lena' },
    mappings: ['X-1', 'X-2'].map((ref) => ({
      ...{ from: { framework: 'soc2', ref: 'CC6.1' }, to: { framework: 'mine', ref }, relation: 'intersects' },
      ...{ strength: { forward: 4, backward: 6 }, rationale: ref === 'X-1' ? rationale : 'Else' },
    })),
  });
const linesOf = async (set: string, actor: Actor = owner, clock: object = {}) =>
  MappingLines.parse((await ground.engine.runtime.view(ground.alpha, actor, 'mapping.lines', { set }, clock)).answer);
const lineAbout = async (ref: string, actor: Actor = owner, clock: object = {}) => {
  const found = (await linesOf('ours', actor, clock)).lines.find(({ to }) => to.ref === ref);
  if (found === undefined) throw new Error(`Nothing is about ${ref}`);
  return found;
};
const review = async (actor: Actor, ref: string, more: object = {}) => {
  const { id, review: of } = await lineAbout(ref);
  return act(actor, 'mapping.review', { line: id, read: of.mark, says: 'agree', ...more });
};

test('a review over HTTP stands beside the line, and is told to whoever asks as of then', async () => {
  const { id, review: before } = await lineAbout('X-1');
  ground.clock.set('2026-02-01T09:00:00Z');

  const payload = { line: id, read: before.mark, says: 'disagree', note: 'X-1 speaks of doors' };
  const done = await app.inject({ method: 'POST', url: '/api/acts/mapping.review', headers, payload });

  expect(done.statusCode, done.body).toBe(200);
  const { review: after } = await lineAbout('X-1');
  expect(after).toMatchObject({
    standing: 'disagreed',
    reviews: [{ person: { id: 'olga', name: 'olga' }, says: 'disagree', on: '2026-02-01T09:00:00.000Z' }],
  });
  expect((await lineAbout('X-1', owner, { asOf: '2026-01-15T00:00:00Z' })).review.standing).toBe('unreviewed');
  expect((await lineAbout('X-1', owner, { knownAt: '2026-01-15T00:00:00Z' })).review.standing).toBe('unreviewed');
});

describe('who may', () => {
  test('not the operator, not a token of nobody, not whoever loaded the line, nor by apply', async () => {
    const nobodys: Actor = { id: 'token:t', roles: ['lead'] };

    expect(await Promise.all([OPERATOR, nobodys, lead, auditor].map((who) => refusalOf(review(who, 'X-2'))))).toEqual([
      'identity.required',
      'mapping-review.person',
      'mapping-review.own',
      'record.forbidden',
    ]);
    expect((await lineAbout('X-2', lead)).review.barred).toMatch(/^lena wrote or loaded/);
    const record = { kind: 'mapping-review', id: 'r', line: 'l', person: 'olga', says: 'agree', of: {} };
    expect(await refusalOf(act(owner, 'records.apply', { records: [record] }))).toBe('apply.ownActs');
  });

  test('nobody of another organisation, who finds no such line', async () => {
    const { id, review: of } = await lineAbout('X-2');
    const named = (line: string) =>
      ground.engine.runtime.act(ground.beta, owner, 'mapping.review', { line, read: of.mark, says: 'agree' });

    expect(await Promise.all([id, 'nobodys'].map((line) => refusalOf(named(line))))).toEqual([
      'mapping-review.line',
      'mapping-review.line',
    ]);
  });

  test('an adviser, of lines about what their grant is for', async () => {
    expect(await refusalOf(review(adviser, 'X-2'))).toBe('grant.none');
    for (const person of [adviser.id, auditor.id])
      await act(owner, 'grant.give', {
        ...{ person, programme: 'iso27001', from: '2026-01-01', to: '2026-12-31', visible: AREAS },
      });
    expect(await refusalOf(review(adviser, 'X-2'))).toBe('mapping-review.framework');

    const [line] = (await linesOf(SHIPPED)).lines;
    const said = { line: line?.id, read: line?.review.mark, says: 'disagree', note: 'It is less' };
    expect((await act(adviser, 'mapping.review', said)).changes).toMatchObject([{ kind: 'mapping-review' }]);

    const told = async (who: Actor) => (await linesOf(SHIPPED, who)).lines[0]?.review.reviews;
    expect([await told(owner), await told(auditor)]).toMatchObject([
      [{ says: 'disagree', note: 'It is less' }],
      [{ says: 'disagree', person: { id: 'adam' } }],
    ]);
    // What people here say to each other is not for an auditor; that somebody disagrees is.
    expect((await told(auditor))?.[0]).not.toHaveProperty('note');
  });
});

test('figures stay, and say how many lines behind them are reviewed', async () => {
  const asked = async () =>
    Overlap.parse(
      (await ground.engine.runtime.view(ground.alpha, owner, 'overlap', { from: 'soc2', to: 'iso27001' })).answer,
    );
  const before = await asked();
  const { lines } = await linesOf(SHIPPED);
  const line = lines[1];

  await act(owner, 'mapping.review', { line: line?.id, read: line?.review.mark, says: 'agree' });

  const after = await asked();
  expect(after.definitions).toEqual(before.definitions);
  expect(after.lines).toEqual({
    ...before.lines,
    agreed: (before.lines?.agreed ?? 0) + 1,
    unreviewed: (before.lines?.unreviewed ?? 0) - 1,
  });
});

test('two pages open at once: who read the line before it changed is told so', async () => {
  const { id, review: of } = await lineAbout('X-1');
  await load(lead, 'Access, in other words');

  const late = act(owner, 'mapping.review', { line: id, read: of.mark, says: 'agree' });
  expect(await refusalOf(late)).toBe('mapping-review.read');

  const { counts } = await linesOf('ours');
  expect(counts).toMatchObject({ of: 2, unreviewed: 2, earlier: 1 });
  await review(owner, 'X-1');
  expect((await lineAbout('X-1')).review).toMatchObject({ standing: 'agreed', earlier: [] });
});

test('a line that was reviewed may be retired, and what was said of it stays in history', async () => {
  const { id } = await lineAbout('X-1');
  const { items } = await ground.engine.runtime.list(ground.alpha, owner, 'mapping-review', { limit: 200 });
  const row = items
    .map((item) => z.looseObject({ id: z.string(), line: z.string() }).parse(item))
    .find(({ line }) => line === id);

  await act(lead, 'mapping-set.load', {
    set: { id: 'ours', title: 'Ours', provenance: 'Lena' },
    mappings: [
      {
        ...{ from: { framework: 'soc2', ref: 'CC6.1' }, to: { framework: 'mine', ref: 'X-2' }, relation: 'intersects' },
        ...{ strength: { forward: 4, backward: 6 }, rationale: 'Else' },
      },
    ],
    retireMissing: true,
  });

  expect((await linesOf('ours')).counts).toMatchObject({ of: 1, unreviewed: 1 });
  expect(await ground.engine.runtime.history(ground.alpha, owner, 'mapping-review', row?.id ?? '')).toMatchObject([
    { says: 'disagree', of: { version: 1, rationale: 'Access' } },
    { says: 'agree', of: { version: 2, rationale: 'Access, in other words' } },
  ]);
  await act(owner, 'mapping-review.withdraw', { review: row?.id });
  expect(await refusalOf(act(owner, 'mapping-review.withdraw', { review: row?.id }))).toBe('record.missing');
});
