import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';

// A company whose matrix is of 2013: it loads it, sees what the edition of 2022 makes of it, moves, and may go back. On a real database.

let ground: Ground;
let app: FastifyInstance;
let token: string;
beforeAll(async () => {
  ground = await standUp();
  app = await ground.app();
  ground.clock.set('2026-03-01T09:00:00Z');
  ({ token } = await ground.engine.services.createToken(ground.alpha, OPERATOR, { name: 'lena', for: 'lena' }));
});
afterAll(() => ground.close());

type Person = (typeof PEOPLE)[keyof typeof PEOPLE] | typeof OPERATOR;
const act = (name: string, input: object = {}, actor: Person = PEOPLE.lead) =>
  ground.engine.runtime.act(ground.alpha, actor, name, input);
const view = async (name: string, input: object = {}, options: object = {}) =>
  (await ground.engine.runtime.view(ground.alpha, PEOPLE.lead, name, input, options)).answer as Record<string, unknown>;
const send = (url: string, payload: object) =>
  app.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${token}` } });

/** Every control and programme as a file would have it: without versions and times. */
async function records(): Promise<unknown> {
  const kinds = await Promise.all(
    (['control', 'programme', 'mapping'] as const).map((kind) =>
      ground.engine.runtime.list(ground.alpha, OPERATOR, kind, { limit: 200 }),
    ),
  );
  return kinds.map(({ items }) =>
    items.map((item) =>
      Object.fromEntries(
        Object.entries(item).filter(
          ([field]) => !['version', 'head', 'recordedAt', 'effectiveAt', 'actor'].includes(field),
        ),
      ),
    ),
  );
}

const MATRIX = `Control ID,Control name,Frequency,Start date,ISO 27001:2013 Annex A
AC-1,Access is reviewed,quarterly,2026-01-01,"A.9.2.5, A.9.2.6"
AC-2,Access is granted,per-event,2026-01-01,A9.2.2
SD-1,Duties are kept apart,annual,2026-01-01,A.6.1.2
TC-1,Technical reviews,annual,2026-01-01,A.18.2.3
BK-1,Backups,daily,2026-01-01,A.12.3.1
`;

async function load(): Promise<void> {
  const { digest: blob } = await ground.engine.services.putBlob(
    ground.alpha,
    OPERATOR,
    Readable.from([Buffer.from(MATRIX)]),
  );
  const { mapping } = (await send('/api/imports/preview', { blob })).json();
  expect(mapping).toEqual({ id: 0, title: 1, frequency: 2, startsOn: 3, iso2013: 4 });
  expect((await send('/api/imports/apply', { blob, mapping })).statusCode).toBe(200);
}
beforeAll(async () => {
  await act('records.apply', {
    records: [{ kind: 'programme', id: 'iso', framework: 'iso27001', title: 'ISO', from: '2026-01-01' }],
  });
  await load();
});
let clock = 0;
beforeEach(() => {
  clock += 1;
  ground.clock.set(new Date(Date.UTC(2026, 2, 1, 10, clock)).toISOString());
});

const exclusions = [{ ref: 'A.14.2.7', justification: 'Nobody develops for us.' }];

describe('from 2013 to 2022', () => {
  test('preview changes nothing and tells what carries over, what needs a look, what is new', async () => {
    const before = await records();

    const told = await view('transition.preview', { exclusions });

    expect(told['counts']).toMatchObject({
      ...{ controls: 5, moved: 6, look: 1, stay: 0 },
      fates: { carried: 3, look: 2, answered: 0, 'left-out': 1, added: 12, open: 105 },
    });
    expect(told['exclusions']).toMatchObject({
      carried: [{ ref: 'A.8.30', justification: 'Nobody develops for us.' }],
      look: [],
    });
    expect(await records()).toEqual(before);
  });

  test('apply moves it all in one entry of the log, undo brings back every record as it was', async () => {
    const before = await records();

    const { answer, index } = await act('transition.apply', { exclusions, programme: 'iso' });
    const { transition } = answer as { transition: string };

    expect(answer).toMatchObject({
      controls: expect.arrayContaining([
        {
          control: 'AC-1',
          before: { older: ['A.9.2.5', 'A.9.2.6'], newer: [] },
          after: { older: [], newer: ['A.5.18'] },
        },
      ]) as unknown,
      outOfScope: [{ ref: 'A.8.30', justification: 'Nobody develops for us.' }],
    });
    expect(await ground.engine.runtime.get(ground.alpha, OPERATOR, 'control', 'TC-1')).toMatchObject({
      answers: { soc2: [], iso27001: ['A.5.36', 'A.8.8'] },
    });
    expect(await view('transition.preview')).toMatchObject({
      counts: { controls: 0 },
      done: [{ id: transition, state: 'applied', controls: 5, programme: 'iso' }],
    });

    ground.clock.set('2026-03-02T09:00:00Z');
    const undone = await act('transition.undo', { transition });

    expect(undone.index).toBeGreaterThan(index ?? Number.NaN);
    expect(await records()).toEqual(before);
    expect(await view('transition.preview')).toMatchObject({ done: [{ id: transition, state: 'undone' }] });
    // What was true in between is still told.
    const status = (await view('status', { framework: 'iso27001', programme: 'iso' }, { asOf: '2026-03-01' })) as {
      requirements: readonly { ref: string; state: string; controls: readonly { id: string }[] }[];
    };
    const of = (ref: string) => status.requirements.find((row) => row.ref === ref);
    expect(of('A.5.3')?.controls.map(({ id }) => id)).toContain('SD-1');
    expect(of('A.8.30')?.state).toBe('out-of-scope');
  });

  test('what somebody changed since is named, and nothing is undone', async () => {
    const { transition } = (await act('transition.apply', {})).answer as { transition: string };
    const row = await ground.engine.runtime.get(ground.alpha, OPERATOR, 'control', 'SD-1');
    await act('records.apply', {
      records: [
        {
          ...{ kind: 'control', id: 'SD-1', title: 'Duties are kept apart', frequency: 'annual' },
          ...{ startsOn: '2026-01-01', answers: { iso27001: ['A.5.3', 'A.5.2'] } },
        },
      ],
    });
    const between = await records();

    expect(row).toMatchObject({ answers: { iso27001: ['A.5.3'] } });
    expect(await refusalOf(act('transition.undo', { transition }))).toBe('transition.moved');
    expect(await records()).toEqual(between);
  });

  test('two at once: one moves, the other finds nothing left', async () => {
    await load();

    const told = await Promise.allSettled([act('transition.apply'), act('transition.apply', {}, PEOPLE.owner)]);

    expect(told.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('who may, and what is refused', () => {
  test.each([
    [PEOPLE['control-owner'], 'record.forbidden'],
    [PEOPLE.employee, 'record.forbidden'],
    [PEOPLE.auditor, 'record.forbidden'],
  ] as const)('%j', async (actor, code) => {
    expect(await refusalOf(act('transition.apply', {}, actor))).toBe(code);
    expect(await refusalOf(act('transition.undo', { transition: 'iso27001-2013--iso27001.1' }, actor))).toBe(code);
  });

  test.each<[string, object, number]>([
    ['transition.apply', { from: 'nobody’s' }, 404],
    ['transition.apply', { from: 'x'.repeat(41) }, 422],
    ['transition.apply', { from: 'constructor' }, 404],
    ['transition.apply', { to: 'soc2' }, 404],
    ['transition.apply', { from: 'iso27001', to: 'iso27001' }, 422],
    ['transition.apply', { controls: [] }, 422],
    ['transition.apply', { controls: ['../x'] }, 422],
    ['transition.apply', { controls: ['nobody'] }, 404],
    ['transition.apply', { exclusions: [{ ref: 'A.5.1.1', justification: '' }], programme: 'iso' }, 422],
    ['transition.apply', { exclusions: [{ ref: '__proto__', justification: 'None.' }], programme: 'iso' }, 422],
    ['transition.apply', { exclusions: [{ ref: '4.1', justification: 'None.' }], programme: 'iso' }, 422],
    ['transition.apply', { choices: [{ control: 'SD-1', ref: 'A.6.1.2', to: ['A.5.4'] }] }, 422],
    ['transition.apply', { more: true }, 422],
    ['transition.undo', { transition: 'nothing' }, 404],
    ['transition.undo', {}, 422],
  ])('%s %j', async (name, input, status) => {
    const before = await records();
    const { statusCode, body } = await send(`/api/acts/${name}`, input);

    expect([statusCode, JSON.parse(body).code]).toEqual([status, expect.stringMatching(/^[a-z]+\.[A-Za-z]+$/)]);
    expect(await records()).toEqual(before);
  });

  test('a transition is made by the act alone', async () => {
    const records = [
      { kind: 'transition', id: 't', from: 'iso27001-2013', to: 'iso27001', controls: [], mappings: [] },
    ];

    expect(await refusalOf(act('records.apply', { records }))).toBe('apply.ownActs');
  });

  test('a control that answers what the older edition does not have is refused', async () => {
    const control = { kind: 'control', id: 'x', title: 'X', frequency: 'annual' };
    for (const ref of ['A.8.32', 'A.99.1.1', '9.2.1', '__proto__']) {
      expect(
        await refusalOf(act('records.apply', { records: [{ ...control, answers: { 'iso27001-2013': [ref] } }] })),
      ).toBe('control.answers');
    }
  });
});
