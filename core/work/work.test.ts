import { describe, expect, test } from 'vitest';
import { Check } from '../check/record.ts';
import { recordPerformance } from '../control/acts.ts';
import { DesignEvaluation, evaluateDesign } from '../control/design.ts';
import { approveException, Exception, requestException } from '../control/exception.ts';
import { Performance } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import { acceptEvidence, addEvidence, returnEvidence } from '../evidence/acts.ts';
import { Evidence } from '../evidence/record.ts';
import type { Role } from '../kernel/index.ts';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Erasure } from '../erasure/record.ts';
import { Holidays, Organisation } from '../organisation/record.ts';
import { Invitation } from '../people/invitation.ts';
import { Person } from '../people/record.ts';
import { acknowledgePolicy, approvePolicy, draftPolicy, returnPolicy, submitPolicy } from '../policy/acts.ts';
import { Acknowledgement, Policy } from '../policy/record.ts';
import { pressingReads } from '../duty/work.ts';
import { work } from './view.ts';

const DIGEST = 'ab'.repeat(32);
const who = (id: string, ...roles: readonly Role[]) => ({ id, roles });
const CARL = who('carl', 'control-owner');
const LENA = who('lena', 'lead');
const OLGA = who('olga', 'owner');
const EMMA = who('emma', 'employee');

function desk(zone = 'UTC'): Desk {
  const kinds = [
    ...pressingReads,

    ...[Control, Check, Exception, Performance, Holidays, Erasure, Evidence, DesignEvaluation, Policy, Acknowledgement],
    ...[Person, Invitation, Organisation],
  ];
  const made = new Desk(kinds, { zone, feeds: { blobs: () => new Map([[DIGEST, 7]]) } }).at('2026-01-01T00:00:00Z');
  for (const { id, roles } of [CARL, LENA, OLGA, EMMA]) {
    made.keep(create(Person, id, { name: id.toUpperCase(), roles: roles.filter((role) => role !== 'operator') }));
  }
  const mine = { owner: 'carl', startsOn: '2026-01-01' };
  made.keep(create(Control, 'monthly', { title: 'Review', frequency: 'monthly', grace: 'P7D', ...mine }));
  made.keep(create(Control, 'annual', { title: 'Restore', frequency: 'annual', ...mine }));
  made.keep(create(Control, 'planned', { title: 'Later', frequency: 'monthly', owner: 'carl' }));
  made.keep(create(Control, 'other', { title: 'Not mine', frequency: 'monthly', ...mine, owner: 'lena' }));
  return made;
}
interface Told {
  readonly duties: readonly {
    readonly control: { readonly id: string };
    readonly key: string;
    readonly state: string;
    readonly act: object;
  }[];
  readonly reviews: readonly { readonly kind: string; readonly id: string }[];
  readonly returned: readonly { readonly kind: string; readonly id: string; readonly reason: string }[];
  readonly acknowledge: readonly object[];
  readonly invitations: readonly object[];
  readonly controls: object;
  readonly counts: object;
}
const of = (made: Desk, who: { id: string; roles: readonly Role[] }, input: object = {}, asOf?: string): Told =>
  made.view(work, input, { who, ...(asOf === undefined ? {} : { asOf }) }) as Told;
const duties = (told: Told): readonly string[] =>
  told.duties.map(({ control, key, state }) => `${control.id} ${key} ${state}`);

describe('what is due', () => {
  test.each<[string, readonly string[]]>([
    ['2026-01-10T00:00:00Z', ['monthly 2026-01 due']],
    ['2026-01-31T23:59:59Z', ['monthly 2026-01 due', 'monthly 2026-02 upcoming']],
    ['2026-02-01T00:00:00Z', ['monthly 2026-01 in-grace', 'monthly 2026-02 due']],
    ['2026-02-07T23:59:59Z', ['monthly 2026-01 in-grace', 'monthly 2026-02 due']],
    ['2026-02-08T00:00:00Z', ['monthly 2026-01 overdue', 'monthly 2026-02 due']],
    ['2026-05-20T00:00:00Z', ['monthly 2026-04 overdue', 'monthly 2026-05 due']],
    ['2026-12-20T00:00:00Z', ['monthly 2026-11 overdue', 'annual 2026 due', 'monthly 2026-12 due']],
    ['2025-12-20T00:00:00Z', []],
  ])('at %s: %j', (at, expected) => {
    expect(duties(of(desk().at(at), CARL))).toEqual(expected);
  });

  test('a performance takes it away, from when it was done', () => {
    const made = desk().at('2026-02-10T00:00:00Z');
    made.act(recordPerformance, { control: 'monthly', at: '2026-02-09T00:00:00Z' }, CARL);

    expect(duties(of(made, CARL))).toEqual([]);
    expect(duties(of(made, CARL, {}, '2026-02-08T12:00:00Z'))).toEqual([
      'monthly 2026-01 overdue',
      'monthly 2026-02 due',
    ]);
  });

  test('what is excused is not due', () => {
    const made = desk().at('2026-01-10T00:00:00Z');
    made.act(
      requestException,
      { id: 'x', control: 'monthly', from: '2026-01-01', to: '2026-01-31', reason: 'moving' },
      CARL,
    );
    made.act(approveException, { exception: 'x' }, LENA);

    expect(duties(of(made.at('2026-02-03T00:00:00Z'), CARL))).toEqual(['monthly 2026-02 due']);
  });

  test('one in grace names the occurrence it is done for, a missed one does not: nothing meets it any more', () => {
    const acts = (at: string) => of(desk().at(at), CARL).duties[0]?.act;

    expect(acts('2026-02-03T00:00:00Z')).toEqual({
      name: 'performance.record',
      input: { control: 'monthly', for: '2026-01' },
    });
    expect(acts('2026-02-09T00:00:00Z')).toEqual({ name: 'performance.record', input: { control: 'monthly' } });
  });

  test('days are counted where the organisation is', () => {
    const night = '2026-01-31T23:30:00Z';

    expect(duties(of(desk().at(night), CARL))[0]).toBe('monthly 2026-01 due');
    expect(duties(of(desk('Europe/Madrid').at(night), CARL))[0]).toBe('monthly 2026-01 in-grace');
  });

  test('planned controls are counted and ask for nothing', () => {
    expect(of(desk(), CARL).controls).toEqual({ running: 2, planned: 1 });
  });
});

describe('what waits for a decision', () => {
  /** Carl files, asks and evaluates; Lena drafts a policy. */
  const waiting = (): Desk => {
    const made = desk().at('2026-01-10T00:00:00Z');
    made.act(addEvidence, { id: 'e', name: 'n.pdf', blob: DIGEST, controls: ['monthly'] }, CARL);
    made.act(
      requestException,
      { id: 'x', control: 'monthly', from: '2026-02-01', to: '2026-02-28', reason: 'moving' },
      CARL,
    );
    made.act(evaluateDesign, { id: 'd', control: 'monthly', evaluatedOn: '2026-01-09', finding: 'It does' }, CARL);
    made.act(draftPolicy, { id: 'p', title: 'Access', text: 't', owner: 'lena', acknowledgeWithin: 10 }, LENA);
    made.act(submitPolicy, { policy: 'p' }, LENA);
    return made;
  };
  const ids = (told: Told): readonly string[] => told.reviews.map(({ id }) => id).sort();

  test('is shown to who may take it: not to who filed or wrote it, not to who never may', () => {
    expect(ids(of(waiting(), OLGA))).toEqual(['d', 'e', 'p', 'x']);
    expect(ids(of(waiting(), LENA))).toEqual(['d', 'e', 'x']);
    expect(ids(of(waiting(), CARL))).toEqual([]);
    expect(ids(of(waiting(), EMMA))).toEqual([]);
  });

  test('goes when it is decided or replaced, and comes back returned to who made it', () => {
    const made = waiting();
    made.act(returnEvidence, { evidence: 'e', reason: 'Wrong month' }, LENA);
    made.act(returnPolicy, { policy: 'p', reason: 'Too short' }, OLGA);

    expect(ids(of(made, OLGA))).toEqual(['d', 'x']);
    expect(of(made, CARL).returned).toMatchObject([
      { kind: 'evidence', id: 'e', reason: 'Wrong month', by: { id: 'lena' } },
    ]);
    expect(of(made, LENA).returned).toMatchObject([{ kind: 'policy', id: 'p', reason: 'Too short' }]);
    made.act(addEvidence, { id: 'f', name: 'm.pdf', blob: DIGEST, controls: ['monthly'], replaces: 'e' }, CARL);
    expect(of(made, CARL).returned).toEqual([]);
    expect(ids(of(made, OLGA))).toEqual(['d', 'f', 'x']);
  });

  test('waited then, at an earlier moment', () => {
    const made = waiting();
    made.at('2026-01-12T00:00:00Z').act(acceptEvidence, { evidence: 'e' }, LENA);

    expect(ids(of(made, OLGA, {}, '2026-01-11T00:00:00Z'))).toEqual(['d', 'e', 'p', 'x']);
    expect(ids(of(made, OLGA, {}, '2026-01-09T00:00:00Z'))).toEqual([]);
  });
});

test('a policy is to be acknowledged until it is', () => {
  const made = desk().at('2026-01-10T00:00:00Z');
  made.act(draftPolicy, { id: 'p', title: 'Access', text: 't', owner: 'lena', acknowledgeWithin: 10 }, LENA);
  made.act(submitPolicy, { policy: 'p' }, LENA);
  made.act(approvePolicy, { policy: 'p' }, OLGA);

  expect(of(made, EMMA).acknowledge).toMatchObject([
    { policy: 'p', edition: 3, dueOn: '2026-01-20', state: 'asked', act: { input: { policy: 'p', edition: 3 } } },
  ]);
  expect(of(made.at('2026-01-21T00:00:00Z'), EMMA).acknowledge).toMatchObject([{ state: 'overdue' }]);
  made.act(acknowledgePolicy, { policy: 'p', edition: 3 }, EMMA);
  expect(of(made, EMMA).acknowledge).toEqual([]);
});

test('open invitations are shown to who invites', () => {
  const made = desk();
  made.keep(create(Invitation, 'i', { person: 'emma', email: 'emma@example.com', expires: '2026-01-08T00:00:00Z' }));

  expect(of(made, LENA).invitations).toMatchObject([{ person: { name: 'EMMA' }, isExpired: false }]);
  expect(of(made.at('2026-01-09T00:00:00Z'), LENA).invitations).toMatchObject([{ isExpired: true }]);
  expect(of(made, EMMA).invitations).toEqual([]);
});

describe('whose work', () => {
  test.each([
    [LENA, 'carl', undefined],
    [OLGA, 'carl', undefined],
    [who('operator:root', 'operator'), 'carl', undefined],
    [CARL, 'carl', undefined],
    [CARL, 'lena', 'work.other'],
    [EMMA, 'carl', 'work.other'],
    [who('aude', 'auditor'), 'carl', 'work.other'],
    [LENA, 'nobody', 'record.missing'],
    [who('operator:root', 'operator'), undefined, 'work.person'],
  ])('%j asks for %s', (actor, person, code) => {
    const ask = () => of(desk(), actor, person === undefined ? {} : { person });

    if (code === undefined) expect(ask().controls).toEqual({ running: 2, planned: 1 });
    else expect(refusedBy(ask).code).toBe(code);
  });

  test('a lead sees what waits for the other, not for themselves', () => {
    const made = desk().at('2026-01-10T00:00:00Z');
    made.act(addEvidence, { id: 'e', name: 'n.pdf', blob: DIGEST, controls: ['monthly'] }, LENA);

    expect(of(made, LENA).reviews).toEqual([]);
    expect(of(made, LENA, { person: 'olga' }).reviews).toHaveLength(1);
  });
});
