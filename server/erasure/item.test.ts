import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';
import { hands, whereIs } from './testing.ts';

const SECRET = 'Wilhelmina-Quartz-7731';

let ground: Ground;
let other: Engine;
let org: Organisation;
let our: ReturnType<typeof hands>;

const item = (id: string, dataset = 'hr/people') => ({ kind: 'item', dataset, source: 'hr', item: id });
const state = (observedAt: string) => ({ dataset: 'people', mode: 'state', observedAt, complete: true });
const status = async (asOf: string, knownAt?: string) => {
  const answer = (await our.view(
    'status',
    { framework: 'soc2' },
    { asOf, ...(knownAt === undefined ? {} : { knownAt }) },
  )) as {
    requirements: { ref: string; controls: { id: string; state: string; because: string[] }[] }[];
  };
  return answer.requirements.find(({ ref }) => ref === 'CC6.1')?.controls.find(({ id }) => id === 'c');
};
const rebuilt = async () => (await ground.engine.services.rebuild(org, () => undefined)).differences;

beforeAll(async () => {
  ground = await standUp();
  other = await ground.another();
  org = ground.alpha;
  our = hands(ground, org);
  await ground.engine.services.connect(org, OPERATOR, { connector: 'push', id: 'hr', settings: {}, secrets: {} });
  const control = { frequency: 'continuous', startsOn: '2026-01-01', answers: { soc2: ['CC6.1'] } };
  const check = { mode: 'state', supports: ['c'], passes: 'it.mfa == true', message: '{id} ({name}) has none' };
  await our.act(OPERATOR, 'records.apply', {
    records: [
      { kind: 'control', id: 'c', title: 'Second factor', ...control },
      { kind: 'control', id: 'd', title: 'Changes are reviewed', frequency: 'per-event', startsOn: '2026-01-01' },
      { kind: 'check', id: 'mfa', title: 'Second factor', dataset: 'hr/people', ...check },
      {
        kind: 'check',
        id: 'recent',
        title: 'Recent',
        dataset: 'hr/people',
        ...check,
        passes: 'timestamp(it.seen) < now',
      },
      {
        ...{ kind: 'check', id: 'reviewed', title: 'Reviewed', dataset: 'hr/changes', mode: 'events', supports: ['d'] },
        ...{ passes: 'it.ok', message: '{who} did not' },
      },
    ],
  });
  const person = (mfa: boolean) => ({ mfa, name: SECRET, seen: '2026-01-01T00:00:00Z' });
  const ada = { id: 'ada', data: { mfa: true, seen: '2026-01-01T00:00:00Z' } };
  ground.clock.set('2026-01-02T08:00:00Z');
  await our.push(state('2026-01-02T08:00:00Z'), ada, { id: 'wil', data: person(false) });
  ground.clock.set('2026-01-02T10:00:00Z');
  await our.push(state('2026-01-02T10:00:00Z'), ada, { id: 'wil', data: person(true) });
  const events = {
    dataset: 'changes',
    mode: 'events',
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-02T10:00:00Z',
    complete: true,
  };
  await our.push(
    events,
    { id: 'one', at: '2026-01-01T05:00:00Z', data: { ok: true } },
    { id: 'two', at: '2026-01-01T06:00:00Z', data: { ok: false, who: SECRET } },
  );
});
afterAll(() => ground.close());

describe('an item that two people agreed to erase', () => {
  const BEFORE = '2026-01-02T11:00:00Z';

  test('was failing, then passing, and its words were kept', async () => {
    ground.clock.set('2026-01-02T10:45:00Z');
    expect((await status('2026-01-02T09:00:00Z'))?.state).toBe('failing');
    expect((await status('2026-01-02T10:30:00Z'))?.state).toBe('operating');
    expect(await whereIs(ground, SECRET)).toEqual(['public.fact', 'public.verdict']);
  });

  test('is shown with what rests on it before', async () => {
    expect(await our.view('erasure.preview', { what: item('wil') }, {}, PEOPLE.lead)).toMatchObject({
      title: 'wil',
      contents: 2,
      isErased: false,
      isDelivered: true,
      holds: [],
      verdicts: [
        { check: 'mfa', says: 'other', controls: ['c'] },
        { check: 'recent', says: 'other' },
      ],
      controls: [{ id: 'c', title: 'Second factor' }],
      programmes: [{ framework: 'soc2' }],
    });
    expect(await refusalOf(our.view('erasure.preview', { what: item('nobody') }))).toBe('record.missing');
  });

  test('makes every verdict that used it unknown, of the past too, and none a pass', async () => {
    ground.clock.set('2026-01-02T12:00:00Z');
    await our.erase(item('wil'), 'er-wil');
    await our.erase(item('two', 'hr/changes'), 'er-two');
    ground.clock.set('2026-01-02T12:01:00Z');

    for (const at of ['2026-01-02T09:00:00Z', '2026-01-02T10:30:00Z', '2026-01-02T12:00:30Z'])
      expect((await status(at))?.state).toBe('not-observed');
    const { controls } = (await our.view('effectiveness', { from: '2026-01-01', to: '2026-01-02' })) as {
      controls: { control: string; populations: object[]; checks: { passSeconds: number; failSeconds: number }[] }[];
    };
    expect(controls.find(({ control }) => control === 'd')?.populations).toMatchObject([
      { items: 2, deviations: 0, unknown: 1 },
    ]);
    for (const { passSeconds, failSeconds } of controls.find(({ control }) => control === 'c')?.checks ?? [])
      expect([passSeconds, failSeconds]).toEqual([0, 0]);
  });

  test('is known as it was known before', async () => {
    for (const engine of [ground.engine, other, await ground.another()]) {
      const told = hands(ground, org, engine);
      const of = async (asOf: string) =>
        (
          (await told.view('status', { framework: 'soc2' }, { asOf, knownAt: BEFORE })) as {
            requirements: { ref: string; controls: { id: string; state: string }[] }[];
          }
        ).requirements
          .find(({ ref }) => ref === 'CC6.1')
          ?.controls.find(({ id }) => id === 'c')?.state;
      expect([await of('2026-01-02T09:00:00Z'), await of('2026-01-02T10:30:00Z')]).toEqual(['failing', 'operating']);
      const { controls } = (await told.view(
        'effectiveness',
        { from: '2026-01-01', to: '2026-01-02' },
        { knownAt: BEFORE },
      )) as {
        controls: { control: string; populations: object[] }[];
      };
      expect(controls.find(({ control }) => control === 'd')?.populations).toMatchObject([
        { items: 2, deviations: 1, unknown: 0 },
      ]);
    }
  });

  test('leaves its words nowhere: in no table, whatever row, and in no file', async () => {
    expect(await whereIs(ground, SECRET)).toEqual([]);
  });

  test('is not brought back by making the projections anew, which find no difference', async () => {
    expect(await rebuilt()).toEqual([]);
    expect((await status('2026-01-02T10:30:00Z'))?.state).toBe('not-observed');
    expect((await status('2026-01-02T09:00:00Z', BEFORE))?.state).toBe('failing');
    expect(await rebuilt()).toEqual([]);
  });

  test('cannot be erased twice', async () => {
    expect(await refusalOf(our.erase(item('wil'), 'er-again'))).toBe('erasure.nothing');
  });

  test('that is collected again is new: other salt, judged as it is', async () => {
    ground.clock.set('2026-01-02T13:00:00Z');
    const seen = '2026-01-01T00:00:00Z';
    await our.push(
      state('2026-01-02T13:00:00Z'),
      { id: 'ada', data: { mfa: true, seen } },
      { id: 'wil', data: { mfa: true, name: SECRET, seen } },
    );

    expect((await status('2026-01-02T13:00:00Z'))?.state).toBe('operating');
    expect((await status('2026-01-02T10:30:00Z'))?.state).toBe('not-observed');
    const facts = await ground.asAdministrator<{ gone: boolean; salt: Buffer | null }>(
      `select erased_index is not null as gone, salt from fact where org = $1 and item = 'wil' order by from_index`,
      [org.id],
    );
    expect(facts.map(({ gone }) => gone)).toEqual([true, true, false]);
    expect(await rebuilt()).toEqual([]);
    ground.clock.set('2026-01-02T14:00:00Z');
    await our.erase(item('wil'), 'er-wil-2');
    expect(await whereIs(ground, SECRET)).toEqual([]);
    expect((await status('2026-01-02T13:00:00Z'))?.state).toBe('not-observed');
    expect((await status('2026-01-02T13:00:00Z', '2026-01-02T13:30:00Z'))?.state).toBe('operating');
    expect((await status('2026-01-02T10:30:00Z', BEFORE))?.state).toBe('operating');
    expect(await rebuilt()).toEqual([]);
  });
});

describe('what the app may not do by itself', () => {
  const tried = (sql: string) =>
    ground.database
      .tenant(org.id, 'write', (client) => client.query(sql))
      .then(
        () => 'done',
        (error: unknown) => (error as { code?: string }).code,
      );

  test.each([
    ['erase without an erasure', "select erase(1, '{}')", '42501'],
    [
      'erase by one that was only asked',
      `select erase((select log_index from record where kind = 'erasure' and version = 1 limit 1), '{}')`,
      '42501',
    ],
    ['empty a fact', 'update fact set data = null, salt = null, erased_index = 1', '42501'],
    ['empty a record', `update record set salt = null, erased_index = 1`, '42501'],
    ['forget an input’s salt', 'update log_entry set input_salt = null', '42501'],
    ['doom a file', `insert into unlinked values (1, '\\x00', 1)`, '42501'],
  ])('%s', async (_, sql, code) => {
    expect(await tried(sql)).toBe(code);
  });

  test('erase another organisation’s by its entry', async () => {
    const [row] = await ground.asAdministrator<{ index: number }>(
      `select log_index as index from record where org = $1 and id = 'er-wil-2' and version = 2`,
      [org.id],
    );
    const erasing = ground.database.tenant(ground.beta.id, 'write', (client) =>
      client.query('select erase($1, $2)', [row?.index, '{}']),
    );
    await expect(erasing).rejects.toMatchObject({ code: '42501' });
  });
});
