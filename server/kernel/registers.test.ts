import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';

// Views of the registers on a real database: what their feeds answer, and that both clocks choose what is known.

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
});
afterAll(() => ground.close());

const CARL = PEOPLE['control-owner'];
const act = (actor: (typeof PEOPLE)[keyof typeof PEOPLE] | typeof OPERATOR, name: string, input: object) =>
  ground.engine.runtime.act(ground.alpha, actor, name, input);
const view = async (
  name: string,
  input: object = {},
  options: object = {},
  actor: typeof OPERATOR | typeof PEOPLE.lead = PEOPLE.lead,
) => (await ground.engine.runtime.view(ground.alpha, actor, name, input, options)).answer as Record<string, unknown>;

test('a document is filed, returned, submitted again and accepted, and each view tells it as of then', async () => {
  ground.clock.set('2026-02-01T00:00:00Z');
  const { digest } = await ground.engine.services.putBlob(ground.alpha, CARL, Readable.from([Buffer.from('report')]));
  await act(OPERATOR, 'records.apply', {
    records: [{ kind: 'control', id: 'ctl', title: 'Review', frequency: 'monthly' }],
  });
  ground.clock.set('2026-02-02T00:00:00Z');
  const filed = await act(CARL, 'evidence.add', {
    id: 'e',
    name: 'r.pdf',
    blob: digest,
    controls: ['ctl'],
    observedAt: '2026-01-31T12:00:00Z',
  });
  ground.clock.set('2026-02-03T00:00:00Z');
  const returned = await act(PEOPLE.lead, 'evidence.return', { evidence: 'e', reason: 'Wrong month' });
  ground.clock.set('2026-02-04T00:00:00Z');
  await act(CARL, 'evidence.resubmit', { evidence: 'e', note: 'It is right' });
  expect(await refusalOf(act({ ...CARL, roles: ['lead'] } as never, 'evidence.accept', { evidence: 'e' }))).toBe(
    'evidence.own',
  );
  await act(PEOPLE.lead, 'evidence.accept', { evidence: 'e' });
  expect(await refusalOf(act(PEOPLE.lead, 'evidence.accept', { evidence: 'e' }))).toBe('record.move');

  const now = await view('evidence.page', { evidence: 'e' });
  expect(now).toMatchObject({ state: 'accepted', index: filed.index, lagSeconds: 129_600 });
  expect(now['reviews']).toMatchObject([
    { did: 'filed', index: filed.index },
    { did: 'returned', index: returned.index },
    {},
    {},
  ]);
  expect(await view('evidence.page', { evidence: 'e' }, { asOf: '2026-02-03' })).toMatchObject({ state: 'returned' });
  expect(await view('evidence.page', { evidence: 'e' }, { knownAt: '2026-02-02' })).toMatchObject({
    state: 'submitted',
    reviews: [{ did: 'filed' }],
  });
  expect(await view('evidence.list', {}, { asOf: '2026-01-31' })).toMatchObject({ total: 1 });
  expect(await view('evidence.list', {}, { asOf: '2026-01-31', knownAt: '2026-02-01' })).toMatchObject({ total: 0 });
  expect(await refusalOf(view('evidence.page', { evidence: 'e' }, { knownAt: '2026-02-01' }))).toBe('record.missing');
});

test('two who decide on one document: the second is told how it stands', async () => {
  const { digest } = await ground.engine.services.putBlob(ground.alpha, CARL, Readable.from([Buffer.from('other')]));
  await act(CARL, 'evidence.add', { id: 'both', name: 'b.pdf', blob: digest, controls: ['ctl'] });

  const told = await Promise.allSettled([
    act(PEOPLE.lead, 'evidence.accept', { evidence: 'both' }),
    act(PEOPLE.owner, 'evidence.accept', { evidence: 'both' }),
  ]);

  expect(told.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await view('evidence.page', { evidence: 'both' })).toMatchObject({
    reviews: [{ did: 'filed' }, { did: 'accepted' }],
  });
});

test('a policy is approved by another and acknowledged by each, with the entry that says so', async () => {
  ground.clock.set('2026-03-01T00:00:00Z');
  await act(PEOPLE.lead, 'policy.draft', {
    id: 'p',
    title: 'Access',
    text: '# A',
    owner: 'lena',
    acknowledgeWithin: 10,
  });
  await act(PEOPLE.lead, 'policy.submit', { policy: 'p' });
  expect(await refusalOf(act(PEOPLE.lead, 'policy.approve', { policy: 'p' }))).toBe('policy.own');
  await act(PEOPLE.owner, 'policy.approve', { policy: 'p' });
  expect(await refusalOf(act(OPERATOR, 'policy.acknowledge', { policy: 'p', edition: 3 }))).toBe('identity.required');
  const { index } = await act(PEOPLE.employee, 'policy.acknowledge', { policy: 'p', edition: 3 });

  const page = await view('policy.page', { policy: 'p' });
  expect(page).toMatchObject({ state: 'approved', counts: { asked: 4, acknowledged: 1, overdue: 0 } });
  expect((page['asked'] as readonly { readonly index?: number }[]).flatMap((one) => one.index ?? [])).toEqual([index]);
  expect(await view('policies.list', {}, { knownAt: '2026-02-28' })).toMatchObject({ policies: [] });
  expect(await view('work', {}, {}, CARL as never)).toMatchObject({
    acknowledge: [{ policy: 'p', dueOn: '2026-03-11' }],
  });
});

test('first steps are done by what was recorded, a collection among them', async () => {
  const before = await view('first.steps');
  await ground.engine.services.connect(ground.alpha, OPERATOR, {
    connector: 'push',
    id: 'hr',
    as: 'people',
    settings: {},
    secrets: {},
  });
  const report = await ground.engine.services.push(
    ground.alpha,
    OPERATOR,
    'hr',
    Readable.from([
      `${JSON.stringify({ collection: { dataset: 'people', mode: 'state', observedAt: '2026-02-28T08:00:00Z', complete: true } })}\n`,
      `${JSON.stringify({ id: 'p-1', data: { name: 'x' } })}\n`,
    ]),
  );

  const steps = (told: Record<string, unknown>) =>
    told['steps'] as readonly {
      readonly id: string;
      readonly state: string;
      readonly done?: { readonly index: number };
    }[];
  const of = (told: Record<string, unknown>, id: string) => steps(told).find((step) => step.id === id);
  expect(of(before, 'collection')).toMatchObject({ state: 'open' });
  const after = await view('first.steps');
  expect(of(after, 'identity')).toMatchObject({ state: 'done', done: { what: 'hr' } });
  expect(of(after, 'collection')).toMatchObject({
    state: 'done',
    done: { what: 'hr: people/people', index: report.index },
  });
  expect(of(after, 'policy')).toMatchObject({ state: 'done' });
  expect(of(await view('first.steps', {}, { asOf: '2026-02-27' }), 'collection')).toMatchObject({ state: 'open' });
});

test('search finds what is known', async () => {
  expect(await view('search', { text: 'r.pdf' })).toMatchObject({
    total: 1,
    results: [{ kind: 'evidence', path: '/evidence/e' }],
  });
  expect(await view('search', { text: 'r.pdf' }, { knownAt: '2026-01-15' })).toMatchObject({ total: 0 });
});
