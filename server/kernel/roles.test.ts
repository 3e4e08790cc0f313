import { Readable } from 'node:stream';
import { ROLES } from '@countersign/core/kernel/index.ts';
import type { Actor, Role } from '@countersign/core/kernel/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalIn, refusalOf, standUp } from '../testing.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
  await ground.engine.services.connect(ground.alpha, OPERATOR, {
    connector: 'push',
    id: 'hr',
    settings: {},
    secrets: {},
  });
});
afterAll(() => ground.close());

const actors: Readonly<Record<Role, Actor>> = { ...PEOPLE, operator: OPERATOR };

test('whoever has several roles may do what any of them may', async () => {
  const both: Actor = { id: 'both', roles: ['auditor', 'lead'] };
  const operatorToo: Actor = { id: 'operator:both', roles: ['operator', 'auditor'] };

  const asLead = refusalOf(ground.engine.runtime.act(ground.alpha, both, 'exception.approve', { exception: 'none' }));
  const asOperator = refusalOf(ground.engine.runtime.act(ground.alpha, operatorToo, 'exception.approve', {}));

  expect(await asLead).toBe('record.missing');
  expect(await asOperator).toBe('identity.required');
});

describe('services that are no acts', () => {
  const { services } = { services: () => ground.engine.services };
  const WORK: Readonly<Record<string, readonly [readonly Role[], (actor: Actor) => Promise<unknown>]>> = {
    init: [['operator'], (actor) => services().init(actor, { name: 'C', slug: 'alpha' })],
    connect: [
      ['owner', 'lead', 'operator'],
      (actor) =>
        services().connect(ground.alpha, actor, {
          connector: 'git',
          id: 'g',
          settings: { path: '/nowhere' },
          secrets: {},
        }),
    ],
    collect: [
      ['owner', 'lead', 'operator'],
      (actor) => services().collect(ground.alpha, actor, ['hr'], () => undefined, new AbortController().signal),
    ],
    push: [['owner', 'lead', 'operator'], (actor) => services().push(ground.alpha, actor, 'hr', Readable.from([]))],
    createToken: [
      ['owner', 'lead', 'operator'],
      (actor) => services().createToken(ground.alpha, actor, { name: 'n', for: 'nobody' }),
    ],
    putBlob: [
      ['owner', 'lead', 'control-owner', 'operator'],
      (actor) => services().putBlob(ground.alpha, actor, Readable.from([Buffer.from('x')])),
    ],
  };
  const FORBIDDEN = ['record.forbidden', 'identity.required', 'init.operator'];

  test.each(Object.entries(WORK))('%s asks for the role too', async (_, [may, work]) => {
    for (const role of ROLES) {
      const end = await work(actors[role]).then(
        () => 'done',
        (error: { readonly code?: string }) => error.code ?? String(error),
      );

      expect([role, FORBIDDEN.includes(end)]).toEqual([role, !may.includes(role)]);
    }
  });
});

describe('roles of people', () => {
  const org = () => ground.alpha;
  const apply = (actor: Actor, ...people: readonly object[]) =>
    ground.engine.runtime.act(org(), actor, 'records.apply', {
      records: people.map((person) => ({ kind: 'person', name: 'N', ...person })),
    });
  const job: Actor = { id: 'token:t-1', roles: ['operator'] };

  test.each([
    ['a lead', PEOPLE.lead],
    ['a job with a token', job],
  ])('%s neither gives nor takes any, and adds and changes employees', async (_, actor) => {
    const id = `made-by-${actor.roles[0]}`;
    await apply(actor, { id });
    await apply(actor, { id, name: 'Other', roles: ['employee'] });
    await apply(actor, { id: 'carl', name: 'Carl', roles: ['control-owner'] });

    const refused = await Promise.all([
      refusalIn(apply(actor, { id, roles: ['owner'] })),
      refusalIn(apply(actor, { id: `${id}-2`, roles: ['employee', 'auditor'] })),
      refusalIn(apply(actor, { id: 'lena', roles: ['lead', 'owner'] })),
      refusalIn(apply(actor, { id: 'olga', roles: ['employee'] })),
    ]);
    const retired = await refusalOf(
      ground.engine.runtime.act(org(), actor, 'records.apply', { records: [], prune: ['person'] }),
    );

    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'person.roles'));
    expect(refused[0]?.path).toEqual(['records', 0, 'roles']);
    expect(retired).toBe('person.roles');
  });

  test.each([
    ['an owner', PEOPLE.owner],
    ['the operator of the machine', OPERATOR],
  ])('%s gives and takes them', async (_, actor) => {
    const id = `raised-by-${actor.roles[0]}`;
    await apply(actor, { id, roles: ['owner'] });
    await apply(actor, { id, roles: ['employee'] });

    expect(await ground.engine.runtime.get(org(), actor, 'person', id)).toMatchObject({
      roles: ['employee'],
      version: 2,
    });
  });

  test('a job’s token makes none for a person', async () => {
    expect(await refusalOf(ground.engine.services.createToken(org(), job, { name: 'n', for: 'olga' }))).toBe(
      'token.other',
    );
  });
});

describe('the record of the organisation', () => {
  test.each([
    ['a second one', { records: [{ kind: 'organisation', id: 'another', name: 'A' }] }],
    ['an end of it', { records: [], prune: ['organisation'] }],
  ])('%s is refused', async (_, input) => {
    const refused = refusalOf(ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', input));

    expect(await refused).toBe('organisation.only');
  });

  test('changes its name', async () => {
    await ground.engine.runtime.act(ground.beta, OPERATOR, 'records.apply', {
      records: [{ kind: 'organisation', id: 'organisation', name: 'Beta', timeZone: 'Europe/Madrid' }],
    });

    expect(await ground.engine.runtime.get(ground.beta, OPERATOR, 'organisation', 'organisation')).toMatchObject({
      name: 'Beta',
    });
  });
});
