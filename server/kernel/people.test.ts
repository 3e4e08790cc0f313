import type { Actor } from '@countersign/core/kernel/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalOf, standUp } from '../testing.ts';

const { owner, lead, employee, adviser } = PEOPLE;
const carl = PEOPLE['control-owner'];
let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
  ground.clock.set('2026-03-01T09:00:00Z');
  await act(OPERATOR, 'records.apply', {
    records: [
      { kind: 'person', id: 'ola', name: 'Ola', roles: ['owner'] },
      { kind: 'control', id: 'backup', title: 'Backups', frequency: 'monthly', startsOn: '2026-01-01', owner: 'carl' },
      { kind: 'control', id: 'idle', title: 'Idle', frequency: 'monthly', startsOn: '2026-01-01' },
    ],
  });
});
afterAll(() => ground.close());

const act = (actor: Actor, name: string, input: unknown) => ground.engine.runtime.act(ground.alpha, actor, name, input);
const end = (actor: Actor, name: string, input: unknown): Promise<string> =>
  act(actor, name, input).then(
    () => 'done',
    (error: { readonly code?: string }) => error.code ?? String(error),
  );

describe('who may change whom', () => {
  test.each<[string, Actor, string, object, string]>([
    ['oneself', employee, 'person.change', { person: 'emma', name: 'Emma E.' }, 'done'],
    ['another, by an employee', employee, 'person.change', { person: 'carl', name: 'C' }, 'person.other'],
    ['another, by a lead', lead, 'person.change', { person: 'carl', jobTitle: 'Platform' }, 'done'],
    ['an owner, by a lead', lead, 'person.change', { person: 'olga', email: 'lena@example.com' }, 'person.owner'],
    ['an owner’s leaving, by a lead', lead, 'person.leave', { person: 'olga', leavesOn: '2026-03-02' }, 'person.owner'],
    ['oneself, by an adviser', adviser, 'person.change', { person: 'adam', name: 'A' }, 'record.forbidden'],
    ['roles, by a lead', lead, 'person.roles', { person: 'emma', roles: ['lead'] }, 'record.forbidden'],
    [
      'roles, by a job',
      { id: 'token:t-1', roles: ['operator'] },
      'person.roles',
      { person: 'emma', roles: ['owner'] },
      'person.roles',
    ],
    ['roles, by an owner', owner, 'person.roles', { person: 'emma', roles: ['employee', 'control-owner'] }, 'done'],
    ['roles, to none', owner, 'person.roles', { person: 'emma', roles: [] }, 'record.invalid'],
    ['roles, to the operator’s', owner, 'person.roles', { person: 'emma', roles: ['operator'] }, 'record.invalid'],
    [
      'one’s own substitute to oneself',
      employee,
      'person.change',
      { person: 'emma', substitute: 'emma' },
      'person.self',
    ],
    [
      'a leaver’s substitute to themselves',
      lead,
      'person.leave',
      { person: 'emma', leavesOn: '2026-05-01', substitute: 'emma' },
      'person.self',
    ],
    [
      'a substitute who is nobody',
      employee,
      'person.change',
      { person: 'emma', substitute: 'nobody' },
      'record.missing',
    ],
    ['back who never left', lead, 'person.return', { person: 'emma' }, 'person.there'],
    [
      'the same by apply, to oneself',
      lead,
      'records.apply',
      { records: [{ kind: 'person', id: 'emma', name: 'E', substitute: 'emma' }] },
      'person.self',
    ],
  ])('%s: %s', async (_, actor, name, input, expected) => {
    expect(await end(actor, name, input)).toBe(expected);
  });

  test('nobody takes another’s address', async () => {
    await act(employee, 'person.change', { person: 'emma', email: 'emma@example.com' });

    expect(await end(carl, 'person.change', { person: 'carl', email: 'EMMA@example.com' })).toBe('person.email');
  });
});

describe('the last owner', () => {
  test('neither leaves nor loses the role, by an act, by apply or by the operator', async () => {
    await act(owner, 'person.roles', { person: 'ola', roles: ['employee'] });
    const olga = { kind: 'person', id: 'olga', name: 'Olga' };

    expect(await end(owner, 'person.leave', { person: 'olga', leavesOn: '2027-01-01' })).toBe('person.last');
    expect(await end(owner, 'person.roles', { person: 'olga', roles: ['lead'] })).toBe('person.last');
    expect(await end(OPERATOR, 'records.apply', { records: [{ ...olga, roles: ['employee'] }] })).toBe('person.last');
    expect(
      await end(OPERATOR, 'records.apply', { records: [{ ...olga, roles: ['owner'], leavesOn: '2026-12-31' }] }),
    ).toBe('person.last');
    expect(await end(OPERATOR, 'records.apply', { records: [], prune: ['person'] })).not.toBe('done');
  });

  test('leaves once there is another, and that one stays then', async () => {
    await act(owner, 'person.roles', { person: 'ola', roles: ['owner'] });

    expect(await end(owner, 'person.leave', { person: 'olga', leavesOn: '2026-12-31' })).toBe('done');
    expect(await end(owner, 'person.roles', { person: 'ola', roles: ['employee'] })).toBe('person.last');
    expect(await end(owner, 'person.return', { person: 'olga' })).toBe('done');
  });

  test('two acts of one batch do not each take one of two', async () => {
    const ends = await Promise.all([
      end(owner, 'person.roles', { person: 'ola', roles: ['employee'] }),
      end(owner, 'person.roles', { person: 'olga', roles: ['employee'] }),
    ]);

    expect(ends.toSorted()).toEqual(['done', 'person.last']);
    await act(OPERATOR, 'person.roles', { person: 'olga', roles: ['owner'] });
  });
});

describe('a leaver', () => {
  const Directory = z.object({
    people: z.array(
      z.looseObject({ id: z.string(), state: z.string(), responsible: z.int(), inPlaceOf: z.int(), gaps: z.int() }),
    ),
    gaps: z.array(z.object({ control: z.object({ id: z.string() }), because: z.string() })),
  });
  const directory = async (asOf: string) =>
    Directory.parse((await ground.engine.runtime.view(ground.alpha, lead, 'people.directory', {}, { asOf })).answer);
  const of = (told: z.infer<typeof Directory>, id: string) => told.people.find((person) => person.id === id);
  const workOf = async (actor: Actor) =>
    z
      .object({ controls: z.object({ running: z.int() }) })
      .parse((await ground.engine.runtime.view(ground.alpha, actor, 'work', {})).answer).controls.running;

  test('hands their work on the same day; what nobody does is a gap until somebody is named', async () => {
    ground.clock.set('2026-03-10T09:00:00Z');
    await act(lead, 'person.leave', { person: 'carl', leavesOn: '2026-03-12' });
    const before = await directory('2026-03-10');
    ground.clock.set('2026-03-13T09:00:00Z');
    const gap = await directory('2026-03-13');
    await act(lead, 'person.change', { person: 'carl', substitute: 'emma' });
    const after = await directory('2026-03-13');

    expect(of(before, 'carl')).toMatchObject({ state: 'leaving', responsible: 1, gaps: 0 });
    expect(gap.gaps.map(({ control }) => control.id)).toEqual(['backup', 'idle']);
    expect(gap.gaps[0]?.because).toContain('2026-03-12');
    expect(of(gap, 'carl')).toMatchObject({ state: 'left', responsible: 0, gaps: 1 });
    expect(of(after, 'emma')).toMatchObject({ responsible: 1, inPlaceOf: 1 });
    expect(after.gaps.map(({ control }) => control.id)).toEqual(['idle']);
    expect(await workOf(employee)).toBe(1);
    // The owner stays who they were.
    expect(await ground.engine.runtime.get(ground.alpha, lead, 'control', 'backup')).toMatchObject({
      owner: 'carl',
      version: 1,
    });
  });

  test('comes back, and the work with them', async () => {
    await act(lead, 'person.return', { person: 'carl' });

    expect(of(await directory('2026-03-13'), 'carl')).toMatchObject({ state: 'here', responsible: 1 });
    expect(await workOf(employee)).toBe(0);
  });

  test('roles over time are told by the versions, each with who gave them', async () => {
    const { answer } = await ground.engine.runtime.view(ground.alpha, lead, 'people.one', { person: 'emma' });

    expect(answer).toMatchObject({
      rolesOverTime: [
        { roles: ['employee'], by: { id: 'operator:root' } },
        { roles: ['employee', 'control-owner'], to: null, by: { id: 'olga' } },
      ],
    });
  });

  test('is not found under another tenant’s id', async () => {
    expect(await refusalOf(ground.engine.runtime.view(ground.beta, lead, 'people.one', { person: 'ola' }))).toBe(
      'record.missing',
    );
  });
});
