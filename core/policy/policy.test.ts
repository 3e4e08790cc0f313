import { describe, expect, test } from 'vitest';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import type { Role } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import {
  acknowledgePolicy,
  approvePolicy,
  draftPolicy,
  editPolicy,
  retirePolicy,
  returnPolicy,
  submitPolicy,
} from './acts.ts';
import { Acknowledgement, Policy } from './record.ts';
import { TEMPLATES } from './templates.ts';
import { policiesList, policyPage } from './view.ts';

const who = (id: string, ...roles: readonly Role[]) => ({ id, roles });
const ADAM = who('adam', 'adviser');
const LENA = who('lena', 'lead');
const OLGA = who('olga', 'owner');
const EMMA = who('emma', 'employee');
const AUDE = who('aude', 'auditor');
const p = { policy: 'p' };

/** Drafted by Adam on 1 March. */
function drafted(zone = 'UTC'): Desk {
  const made = new Desk([Policy, Person, Acknowledgement], { zone }).at('2026-01-01T00:00:00Z');
  for (const { id, roles } of [ADAM, LENA, OLGA, EMMA, AUDE])
    made.keep(create(Person, id, Person.body.parse({ name: id, roles })));
  made.at('2026-03-01T00:00:00Z');
  made.act(
    draftPolicy,
    {
      id: 'p',
      title: 'Access',
      text: '# Access',
      owner: 'lena',
      acknowledgeWithin: 14,
      appliesTo: ['lead', 'employee'],
    },
    ADAM,
  );
  return made;
}
/** Approved by Olga on 10 March: version 3. */
function approved(zone?: string): Desk {
  const made = drafted(zone);
  made.act(submitPolicy, p, ADAM);
  made.at('2026-03-10T12:00:00Z').act(approvePolicy, p, OLGA);
  return made;
}
const page = (made: Desk, who = OLGA, asOf?: string) =>
  made.view(policyPage, p, { who, ...(asOf === undefined ? {} : { asOf }) }) as {
    readonly state: string;
    readonly shown?: { readonly label: string; readonly edition: number; readonly text: string };
    readonly pending?: { readonly state: string; readonly label: string };
    readonly editions: readonly { readonly edition: number; readonly index: number }[];
    readonly asked: readonly {
      readonly person: { readonly id: string };
      readonly state: string;
      readonly dueOn: string;
    }[];
    readonly mine?: { readonly state: string };
    readonly counts: object;
  };

describe('from draft to approval', () => {
  test('an edition is in force once another than who wrote it approves it', () => {
    expect(page(approved())).toMatchObject({
      state: 'approved',
      shown: { label: '1.0', edition: 3, isInForce: true, approvedBy: { id: 'olga' } },
      editions: [{ edition: 3, label: '1.0' }],
    });
    expect(page(approved())).not.toHaveProperty('pending');
  });

  test('nobody approves or returns what they wrote on or submitted, in whatever role', () => {
    const made = drafted();
    made.act(editPolicy, { ...p, text: 'More' }, LENA);
    made.act(submitPolicy, p, OLGA);

    for (const [id, act] of [
      ['adam', approvePolicy],
      ['lena', approvePolicy],
      ['olga', approvePolicy],
    ] as const) {
      expect(refusedBy(() => made.act(act, p, who(id, 'owner'))).code).toBe('policy.own');
    }
    expect(refusedBy(() => made.act(returnPolicy, { ...p, reason: 'why' }, LENA)).code).toBe('policy.own');
    expect(made.act(approvePolicy, p, who('omar', 'owner')).changes).toHaveLength(1);
  });

  test('a returned one is a draft with the reason, and who returned it may approve it later', () => {
    const made = drafted();
    made.act(submitPolicy, p, ADAM);
    made.act(returnPolicy, { ...p, reason: 'Too short' }, OLGA);

    expect(page(made)).toMatchObject({
      state: 'draft',
      pending: { returned: { by: { id: 'olga' }, reason: 'Too short' } },
    });
    made.act(editPolicy, { ...p, text: 'Longer' }, ADAM);
    made.act(submitPolicy, p, ADAM);
    expect(made.act(approvePolicy, p, OLGA).changes).toHaveLength(1);
  });

  test('what is approved is what was submitted: nobody writes on it meanwhile', () => {
    const made = drafted();
    made.act(submitPolicy, p, ADAM);

    expect(refusedBy(() => made.act(editPolicy, { ...p, text: 'x' }, ADAM)).code).toBe('policy.submitted');
    expect(refusedBy(() => made.act(submitPolicy, p, ADAM)).code).toBe('record.move');
  });

  test('neither a draft nor an approved one is approved', () => {
    expect(refusedBy(() => drafted().act(approvePolicy, p, OLGA)).code).toBe('record.move');
    expect(refusedBy(() => approved().act(approvePolicy, p, LENA)).code).toBe('record.move');
  });
});

describe('the next edition', () => {
  /** Begun by Lena on 1 April. */
  const next = (made = approved()): Desk => {
    made.at('2026-04-01T00:00:00Z').act(editPolicy, { ...p, text: '# Access, again', label: '2.0' }, LENA);
    return made;
  };

  test('leaves the one in force until it is approved', () => {
    const made = next();

    expect(page(made)).toMatchObject({ shown: { edition: 3 }, pending: { state: 'draft', label: '2.0' } });
    made.act(submitPolicy, p, LENA);
    made.at('2026-04-02T00:00:00Z').act(approvePolicy, p, OLGA);
    expect(page(made)).toMatchObject({
      shown: { label: '2.0', text: '# Access, again' },
      editions: [{ edition: 6 }, { edition: 3 }],
    });
    expect(page(made, OLGA, '2026-04-01T12:00:00Z').shown).toMatchObject({ label: '1.0' });
    expect(refusedBy(() => page(made, OLGA, '2026-02-01T00:00:00Z')).code).toBe('record.missing');
  });

  test('is written by who wrote on it: who wrote the last one may approve it', () => {
    const made = next();
    made.act(submitPolicy, p, LENA);

    expect(made.act(approvePolicy, p, who('adam', 'owner')).changes).toHaveLength(1);
  });

  test('needs a label of its own', () => {
    const made = approved();
    made.act(editPolicy, { ...p, text: 'x' }, LENA);

    expect(refusedBy(() => made.act(submitPolicy, p, LENA)).code).toBe('policy.label');
  });

  test('is acknowledged anew', () => {
    const made = approved();
    made.act(acknowledgePolicy, { ...p, edition: 3 }, EMMA);
    next(made).act(submitPolicy, p, LENA);
    made.act(approvePolicy, p, OLGA);

    expect(page(made, EMMA).mine).toMatchObject({ state: 'asked' });
    expect(refusedBy(() => made.act(acknowledgePolicy, { ...p, edition: 3 }, EMMA)).code).toBe('policy.edition');
    expect(made.act(acknowledgePolicy, { ...p, edition: 6 }, EMMA).changes).toHaveLength(1);
  });
});

describe('acknowledging', () => {
  test('asks those it binds, each by a day, and nobody else', () => {
    expect(page(approved()).asked).toMatchObject([
      { person: { id: 'emma' }, since: '2026-03-10', dueOn: '2026-03-24', state: 'asked' },
      { person: { id: 'lena' }, dueOn: '2026-03-24' },
    ]);
  });

  test.each([
    ['2026-03-24T22:59:59Z', 'Europe/Madrid', 'asked'],
    ['2026-03-24T23:00:00Z', 'Europe/Madrid', 'overdue'],
    ['2026-03-24T23:00:00Z', 'UTC', 'asked'],
  ])('at %s in %s it is %s', (at, zone, state) => {
    expect(page(approved(zone).at(at), EMMA).mine).toMatchObject({ state });
  });

  test('somebody who comes later has as long from then; who has left is not asked', () => {
    const made = approved();
    made.keep(create(Person, 'eve', { name: 'eve', startsOn: '2026-04-01' }));
    made.keep(create(Person, 'gone', { name: 'gone', leavesOn: '2026-03-20' }));

    const asked = page(made.at('2026-04-02T00:00:00Z')).asked;

    expect(asked.find(({ person }) => person.id === 'eve')).toMatchObject({ since: '2026-04-01', dueOn: '2026-04-15' });
    expect(asked.some(({ person }) => person.id === 'gone')).toBe(false);
  });

  test('is done once, by the person, of the edition in force, and shown with its place in the log', () => {
    const made = approved();
    const act = () => made.act(acknowledgePolicy, { ...p, edition: 3 }, EMMA);
    act();

    expect(page(made).asked[0]).toMatchObject({
      state: 'acknowledged',
      acknowledgedAt: '2026-03-10T12:00:00.000Z',
      index: 8,
    });
    expect(page(made).counts).toEqual({ asked: 2, acknowledged: 1, overdue: 0 });
    expect(refusedBy(act).code).toBe('policy.acknowledged');
  });

  test.each([
    ['nobody of the organisation', approved, { ...p, edition: 3 }, who('token:x', 'lead'), 'policy.person'],
    ['what is a draft', drafted, { ...p, edition: 1 }, EMMA, 'policy.none'],
    ['another edition', approved, { ...p, edition: 2 }, EMMA, 'policy.edition'],
  ])('is refused: %s', (_, make, input, actor, code) => {
    expect(refusedBy(() => make().act(acknowledgePolicy, input, actor)).code).toBe(code);
  });
});

describe('who sees what', () => {
  test.each([
    ['owner', 1, true],
    ['lead', 1, true],
    ['adviser', 1, true],
    ['operator', 1, true],
    ['control-owner', 0, false],
    ['employee', 0, false],
    ['auditor', 0, false],
  ] as const)('a draft: %s', (role, rows, seesPending) => {
    const list = (made: Desk) =>
      made.view(policiesList, {}, { who: who('x', role) }) as { readonly policies: readonly object[] };
    const made = approved();
    made.act(editPolicy, { ...p, text: 'next' }, LENA);

    expect(list(drafted()).policies).toHaveLength(rows);
    expect(list(made).policies).toHaveLength(1);
    expect('pending' in (list(made).policies[0] ?? {})).toBe(seesPending);
    expect('pending' in page(made, who('x', role))).toBe(seesPending);
    if (rows === 0) expect(refusedBy(() => page(drafted(), who('x', role))).code).toBe('record.missing');
  });

  test('an employee sees their own and how many, an auditor sees everybody', () => {
    expect(page(approved(), EMMA).asked.map(({ person }) => person.id)).toEqual(['emma']);
    expect(page(approved(), EMMA).counts).toEqual({ asked: 2, acknowledged: 0, overdue: 0 });
    expect(page(approved(), AUDE).asked).toHaveLength(2);
  });
});

test('a retired policy asks nobody, and its editions stay to be read', () => {
  const made = approved();
  made.at('2026-05-01T00:00:00Z').act(retirePolicy, { ...p, reason: 'Merged into another' }, OLGA);

  expect(page(made)).toMatchObject({
    state: 'retired',
    asked: [],
    shown: { edition: 3, isInForce: false },
    retired: { reason: 'Merged into another' },
  });
  expect(page(made, OLGA, '2026-04-30T00:00:00Z')).toMatchObject({ state: 'approved', counts: { asked: 2 } });
  for (const act of [
    () => made.act(editPolicy, { ...p, text: 'x' }, LENA),
    () => made.act(acknowledgePolicy, { ...p, edition: 3 }, EMMA),
  ]) {
    expect(refusedBy(act).code).toBe('policy.retired');
  }
});

test('three templates are offered, and one that was taken names its policy', () => {
  const made = drafted();
  const [first] = TEMPLATES;
  made.act(draftPolicy, { id: 'q', title: first?.title, text: first?.text, owner: 'lena', template: first?.id }, LENA);

  const { templates } = made.view(policiesList, {}, { who: LENA }) as {
    readonly templates: readonly { readonly taken?: string }[];
  };

  expect(templates.map(({ taken }) => taken)).toEqual(['q', undefined, undefined]);
  expect(draftPolicy.input.safeParse({ title: 't', text: 't', owner: 'lena', template: 'none' }).success).toBe(false);
});
