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
const everyoneWho = (may: readonly Role[]) => ROLES.filter((role) => !may.includes(role));

/** Whoever is a person: coming in is for all. */
const PERSONS = ROLES.filter((role) => role !== 'operator');

/** Who may do what. A change here is a change of what people may do: never to be made in passing. */
const MAY: Readonly<Record<string, readonly Role[]>> = {
  'check.adopt': ['owner', 'lead', 'operator'],
  'control.assign': ['owner', 'lead', 'operator'],
  'control.start': ['owner', 'lead', 'operator'],
  'control.startMany': ['owner', 'lead', 'operator'],
  'control.stop': ['owner', 'lead', 'operator'],
  'design.approve': ['owner', 'lead'],
  'design.evaluate': ['owner', 'lead', 'control-owner', 'adviser', 'operator'],
  'design.return': ['owner', 'lead'],
  'evidence.accept': ['owner', 'lead'],
  'evidence.add': ['owner', 'lead', 'control-owner', 'operator'],
  'evidence.resubmit': ['owner', 'lead', 'control-owner', 'operator'],
  'evidence.return': ['owner', 'lead'],
  'exception.approve': ['owner', 'lead'],
  'exception.refuse': ['owner', 'lead'],
  'exception.request': ['owner', 'lead', 'control-owner', 'operator'],
  'exception.withdraw': ['owner', 'lead', 'control-owner', 'operator'],
  'identity-provider.add': ['owner', 'operator'],
  'identity-provider.remove': ['owner', 'operator'],
  'identity-provider.verify': ['owner', 'operator'],
  'invitation.accept': PERSONS,
  'invitation.revoke': ['owner', 'lead', 'operator'],
  'organisation.create': ['owner', 'operator'],
  'performance.record': ['owner', 'lead', 'control-owner', 'operator'],
  'performance.recordMany': ['owner', 'lead', 'control-owner', 'operator'],
  'performance.withdraw': ['owner', 'lead', 'control-owner', 'operator'],
  'person.invite': ['owner', 'lead', 'operator'],
  'policy.acknowledge': ['owner', 'lead', 'control-owner', 'employee', 'adviser'],
  'policy.approve': ['owner', 'lead'],
  'policy.draft': ['owner', 'lead', 'adviser', 'operator'],
  'policy.edit': ['owner', 'lead', 'adviser', 'operator'],
  'policy.retire': ['owner', 'lead'],
  'policy.return': ['owner', 'lead'],
  'policy.submit': ['owner', 'lead', 'adviser', 'operator'],
  'records.apply': ['owner', 'lead', 'operator'],
  'sign-in-link.make': ['operator'],
  'sign-in-link.use': PERSONS,
  'schedule.pause': ['owner', 'lead', 'operator'],
  'schedule.remove': ['owner', 'lead', 'operator'],
  'schedule.set': ['owner', 'lead', 'operator'],
  'source.add': ['owner', 'lead', 'operator'],
  'source.remove': ['owner', 'lead', 'operator'],
  'token.create': ['owner', 'lead', 'operator'],
  'token.revoke': ['owner', 'lead', 'operator'],
};

/** Verbs of contract.md that decide in a person's place. */
const DECIDES = /\.(?:approve|accept|sign|acknowledge|conclude|issue|refuse|return|attest)$/;

test('the table names every act of the product, and all who may', () => {
  const declared = [...ground.engine.runtime.product.acts.values()].map(({ name, allowed }) => [name, allowed]);

  expect(Object.fromEntries(declared)).toEqual(MAY);
});

describe.each(Object.entries(MAY))('%s', (name, may) => {
  const attempt = (actor: Actor) => refusalOf(ground.engine.runtime.act(ground.alpha, actor, name, {}));

  test('is refused to every other role before its input is looked at', async () => {
    for (const role of everyoneWho(may)) {
      expect([role, await attempt(actors[role])]).toEqual([
        role,
        role === 'operator' ? 'identity.required' : 'record.forbidden',
      ]);
    }
  });

  test('is open to each of its roles, which are asked for an input', async () => {
    for (const role of may) {
      const end = await ground.engine.runtime
        .act(ground.alpha, actors[role], name, { nonsense: true })
        .catch((error: { readonly code?: string }) => error.code);

      expect([role, end]).toEqual([role, 'record.invalid']);
    }
  });
});

test('the operator of the machine decides nothing in a person’s place', () => {
  const decisions = Object.entries(MAY).filter(([name]) => DECIDES.test(name));

  expect(decisions.length).toBeGreaterThan(1);
  expect(decisions.filter(([, may]) => may.includes('operator'))).toEqual([]);
});

test.each([
  ['auditor', []],
  ['employee', ['policy.acknowledge']],
  ['adviser', ['design.evaluate', 'policy.acknowledge', 'policy.draft', 'policy.edit', 'policy.submit']],
] as const)('an %s does nothing but come in and %j', (role, acts) => {
  const done = Object.entries(MAY).flatMap(([name, may]) => (may.includes(role) && may !== PERSONS ? [name] : []));

  expect(done).toEqual(acts);
});

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

describe('reading', () => {
  const READS: Readonly<Record<string, readonly Role[]>> = {
    token: ['owner', 'lead', 'operator'],
    source: ['owner', 'lead', 'auditor', 'operator'],
    person: ROLES,
    control: ROLES,
  };

  test.each(Object.entries(READS))('a %s by list, get and history is for %j', async (kind, may) => {
    const { runtime } = ground.engine;
    for (const role of ROLES) {
      const actor = actors[role];
      const ends = await Promise.all(
        [
          runtime.list(ground.alpha, actor, kind),
          runtime.get(ground.alpha, actor, kind, 'hr'),
          runtime.history(ground.alpha, actor, kind, 'hr'),
        ].map((reading) => reading.then(() => 'read').catch((error: { readonly code?: string }) => error.code)),
      );

      expect([role, ends.filter((end) => end === 'record.forbidden').length]).toEqual([
        role,
        may.includes(role) ? 0 : 3,
      ]);
    }
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
