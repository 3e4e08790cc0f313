import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { local } from 'countersign/transport.ts';
import { stage } from 'countersign/testing/world.ts';
import type { Stage } from 'countersign/testing/world.ts';
import type { ViewDef } from '@countersign/core/kernel/index.ts';
import { product } from '@countersign/core/product.ts';
import { buildApp } from '@countersign/server/http/app.ts';
import type { Ground } from '@countersign/server/testing.ts';
import { OPERATOR, standUp } from '@countersign/server/testing.ts';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Every view of the product, at two dates and by two clocks: what a page asks by HTTP and what the terminal prints must be one answer. The
// terminal has a process’s memory of its own on the same database.

const DATES = ['2026-02-20', '2026-04-10'] as const;

/** What a view needs that has no default, by the name of the field. A view that needs another one fails this test until it stands here. */
const GIVEN: Readonly<Record<string, unknown>> = {
  framework: 'soc2',
  from: '2026-02-01',
  to: '2026-03-31',
  control: 'access-review',
  check: 'has-mfa',
  source: 'directory',
  evidence: 'list-of-february',
  policy: 'access-policy',
  programme: 'soc2',
  request: 'acme',
  person: 'carl',
  text: 'access',
  have: 'operating',
  want: 'soc2',
  incident: 'list-sent',
  persons: 30,
  indexes: [0, 3],
  set: 'shipped-soc2-iso27001',
  what: { kind: 'evidence', id: 'list-of-february' },
};

/** Beyond what they need: views that tell their asker something of their own are asked about a person, for the terminal’s operator is none. */
const MORE: Readonly<Record<string, object>> = {
  work: { person: 'carl' },
  overlap: { from: 'soc2', to: 'iso27001', basis: 'evidence' },
  'overlap.items': { from: 'soc2', to: 'iso27001', basis: 'evidence' },
};

function inputOf(view: ViewDef): Record<string, unknown> {
  const needed = Object.entries(view.input.shape).filter(([, schema]) => !schema.safeParse(undefined).success);
  const input = { ...Object.fromEntries(needed.map(([field]) => [field, GIVEN[field]])), ...MORE[view.name] };
  expect(view.input.safeParse(input)).toMatchObject({ success: true });
  return input;
}

let ground: Ground;
let terminal: Stage;
let ask: (view: string, input: object, clock: Readonly<Record<string, string>>) => Promise<unknown>;

beforeAll(async () => {
  ground = await standUp();
  const { engine, alpha: org, clock } = ground;
  const act = (name: string, input: object): Promise<unknown> => engine.runtime.act(org, OPERATOR, name, input);
  const push = (header: object, items: readonly object[]): Promise<unknown> =>
    engine.services.push(
      org,
      OPERATOR,
      'directory',
      Readable.from([`${[{ collection: header }, ...items].map((line) => JSON.stringify(line)).join('\n')}\n`]),
    );
  const perform = (control: string, at: string): Promise<unknown> => act('performance.record', { control, at });

  await engine.services.connect(org, OPERATOR, { connector: 'push', id: 'directory', settings: {}, secrets: {} });
  await act('records.apply', {
    records: [
      {
        kind: 'control',
        id: 'access-review',
        title: 'Access is reviewed',
        frequency: 'monthly',
        startsOn: '2026-01-01',
        owner: 'carl',
        answers: { soc2: ['CC6.1', 'CC6.2'], iso27001: ['A.5.18'] },
      },
      {
        kind: 'control',
        id: 'mfa',
        title: 'Everybody has a second factor',
        frequency: 'continuous',
        startsOn: '2026-01-01',
        answers: { soc2: ['CC6.1'], iso27001: ['A.8.5'] },
      },
      {
        kind: 'check',
        id: 'has-mfa',
        title: 'Everybody has a second factor',
        dataset: 'directory/people',
        mode: 'state',
        supports: ['mfa'],
        passes: 'it.mfa',
        message: '{id} has no second factor',
      },
    ],
  });
  await engine.runtime.act(org, { id: 'lena', roles: ['lead'] }, 'duty.decide', {
    law: 'gdpr',
    applies: 'yes',
    why: 'Customers there.',
  });
  await act('policy.draft', { id: 'access-policy', title: 'Access', text: '# Access\n\nWho may what.', owner: 'carl' });
  await act('request.record', {
    id: 'acme',
    customer: 'Acme',
    wants: ['soc2-type-2'],
    region: 'us-ca',
    by: '2026-06-30',
  });
  const people = (mfa: boolean) => [
    { id: 'p-1', data: { mfa: true } },
    { id: 'p-2', data: { mfa } },
  ];
  for (const [day, mfa] of [
    ['2026-02-01', true],
    ['2026-02-02', false],
    ['2026-02-19', false],
    ['2026-02-20', true],
    ['2026-04-10', false],
  ] as const) {
    clock.set(`${day}T10:00:00Z`);
    await push({ dataset: 'people', mode: 'state', observedAt: `${day}T09:00:00Z`, complete: true }, people(mfa));
  }
  await act('personal-data-incident.open', { id: 'list-sent', title: 'A list', awareAt: '2026-02-18T08:00:00Z' });
  clock.set('2026-04-11T09:00:00Z');
  const { digest } = await engine.services.putBlob(org, OPERATOR, Readable.from([Buffer.from('a list')]));
  await act('evidence.add', {
    id: 'list-of-february',
    name: 'list.csv',
    blob: digest,
    controls: ['access-review'],
    observedAt: '2026-02-18T08:00:00Z',
    validUntil: '2026-04-30',
  });
  // Told long after it was done: known on the second date and not on the first.
  await perform('access-review', '2026-02-18T08:00:00Z');
  await perform('access-review', '2026-03-12T08:00:00Z');
  await act('exception.request', {
    id: 'ex-1',
    control: 'mfa',
    item: 'p-2',
    from: '2026-02-01',
    to: '2026-04-30',
    reason: 'a shared device',
  });
  const secret = randomUUID();
  const app = await ground.app(secret);
  ask = async (view, input, query) => {
    const response = await app.inject({
      method: 'POST',
      url: `/api/views/${view}`,
      query: { ...query },
      headers: { 'x-countersign-operator': secret, 'x-countersign-org': 'alpha' },
      payload: input,
    });
    const body: unknown = response.json();
    if (response.statusCode === 200) return body;
    // What was not there yet, or not known, is refused by both.
    expect({ view, input, ...Refused.parse(body) }).toMatchObject({ status: 404 });
    return { refusal: Refused.parse(body).code };
  };
  const other = await ground.another();
  const otherApp = buildApp({
    runtime: other.runtime,
    services: other.services,
    operator: { secret, actor: OPERATOR },
    ready: () => other.ready(),
    log: {
      error: ({ err }) => {
        throw err;
      },
    },
  });
  const opened = { headers: { 'x-countersign-operator': secret }, close: async () => undefined };
  terminal = await stage(async (where) => local({ ...opened, inject: (options) => otherApp.inject(options) }, where), {
    of: product,
  });
});
afterAll(async () => {
  await terminal.close();
  await ground.close();
});

const Refused = z.object({ status: z.int(), code: z.string() });
const Printed = z.object({ refusal: z.object({ code: z.string() }) });

const answerOf = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'answer' in body ? body.answer : body;

/** How often each view answered rather than refused. */
const answered = new Map<string, number>();

describe.each([...product.views.values()])('view $name', (view) => {
  // A view whose window says the time takes no as-of; it is asked by both clocks of knowledge instead.
  const clocks: readonly Readonly<{ asOf?: string; knownAt?: string }>[] = view.asOf
    ? DATES.flatMap((date) => [{ asOf: date }, { asOf: date, knownAt: date }])
    : DATES.map((date) => ({ knownAt: date }));

  it.each(clocks)('is the same by HTTP and in the terminal, for $asOf known at $knownAt', async (clock) => {
    const input = inputOf(view);

    const byHttp = answerOf(await ask(view.name, input, clock));
    const flags = Object.entries(clock).flatMap(([field, date]) => [
      field === 'asOf' ? '--as-of' : '--known-at',
      String(date),
    ]);
    const printed = await terminal.run(
      'view',
      view.name,
      '--org',
      'alpha',
      '--json',
      '--input',
      JSON.stringify(input),
      ...flags,
    );

    const refused = Printed.safeParse(printed.json());
    expect(printed.code).toBe(refused.success ? 2 : 0);
    expect(refused.success ? { refusal: refused.data.refusal.code } : answerOf(printed.json())).toEqual(byHttp);
    answered.set(view.name, (answered.get(view.name) ?? 0) + (refused.success ? 0 : 1));
  });
});

it('every view answers at some of these times', () => {
  expect([...product.views.keys()].filter((name) => (answered.get(name) ?? 0) === 0)).toEqual([]);
});

it('views tell different things at the two dates, and by what was known', async () => {
  const at = async (asOf: string, knownAt?: string) =>
    JSON.stringify(
      await ask(
        'control.page',
        { control: 'access-review', from: '2026-02-01', to: '2026-03-31' },
        { asOf, ...(knownAt === undefined ? {} : { knownAt }) },
      ),
    );

  expect(await at('2026-02-20')).not.toBe(await at('2026-04-10'));
  expect(await at('2026-02-20')).not.toBe(await at('2026-02-20', '2026-02-20'));
});
