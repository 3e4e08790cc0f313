import { expect, test } from 'vitest';
import { z } from 'zod';
import { compose, defineAct, defineRecord, defineRefusals, move, ref } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { can } from './can.ts';

const Leave = defineRecord('leave', {
  title: 'Leave',
  body: z.strictObject({ askedBy: z.string(), state: z.enum(['asked', 'granted']).default('asked') }),
  lifecycle: { field: 'state', starts: 'asked', moves: { grant: { from: ['asked'], to: 'granted' } } },
});
const refuseLeave = defineRefusals('leave', {
  own: { family: 'unmet', says: (_: object) => 'Another person grants it.' },
  early: { family: 'unmet', says: (_: object) => 'Not before noon.' },
});
const grantLeave = defineAct('leave.grant', {
  says: 'Grants leave.',
  input: z.strictObject({ leave: ref('leave') }),
  reads: [Leave],
  on: { kind: Leave, field: 'leave', move: 'grant' },
  allowed: ['owner', 'lead'],
  unless({ askedBy }, { actor, now }) {
    if (askedBy === actor.id) return refuseLeave('own', {});
    return now < 12 ? refuseLeave('early', {}) : undefined;
  },
  decide: (book, { leave }) => [move(Leave, book.leave.get(leave), 'grant', {})],
});

const ada = { id: 'ada', roles: ['lead'] } as const;
const standing = (given: { askedBy?: string; state?: 'asked' | 'granted' } = {}, now = 12) => {
  const desk = new Desk([Leave]);
  desk.keep({ does: 'create', kind: 'leave', id: 'l', body: { askedBy: 'bob', ...given } });
  return { row: desk.get(Leave, 'l'), now, zone: 'UTC' };
};

test.each([
  ['somebody with the role, another’s', ada, standing(), undefined],
  ['one’s own', ada, standing({ askedBy: 'ada' }), 'leave.own'],
  ['too early', ada, standing({}, 11), 'leave.early'],
  ['what is granted already', ada, standing({ state: 'granted' }), 'record.move'],
  ['granted already and one’s own', ada, standing({ state: 'granted', askedBy: 'ada' }), 'record.move'],
  ['without a role that may, though fit', { id: 'eve', roles: ['employee'] }, standing(), 'record.forbidden'],
  ['with no role at all', { id: 'eve', roles: [] }, standing(), 'record.forbidden'],
  ['the operator', { id: 'operator:root', roles: ['operator'] }, standing(), 'identity.required'],
] as const)('%s', (_, actor, thing, code) => {
  const answer = can(actor, grantLeave, thing);

  expect(answer.allowed ? undefined : answer.code).toBe(code);
});

test('a no names who may, in a sentence', () => {
  expect(can({ id: 'eve', roles: ['employee'] }, grantLeave)).toEqual({
    allowed: false,
    code: 'record.forbidden',
    because: 'leave.grant is for owner, lead: ask one of them.',
    who: ['owner', 'lead'],
  });
});

test('the act itself follows the rule of its button', () => {
  const desk = new Desk([Leave]);
  desk.now = 12;
  desk.keep({ does: 'create', kind: 'leave', id: 'l', body: { askedBy: 'bob' } });
  const grant = (id: string) => desk.act(grantLeave, { leave: 'l' }, { id });

  const own = refusedBy(() => grant('bob'));
  grant('ada');
  const again = refusedBy(() => grant('ada'));

  expect([own.code, again.code]).toEqual(['leave.own', 'record.move']);
  expect(again.path).toEqual(['leave']);
  expect(refusedBy(() => desk.act(grantLeave, { leave: 'none' })).code).toBe('record.missing');
});

test('an act must read what it is on, and name it in its input', () => {
  const on = { kind: Leave, field: 'leave' } as const;
  const act = (input: z.ZodObject) =>
    defineAct('leave.odd', {
      says: 'Odd.',
      input,
      reads: [Leave],
      on,
      allowed: ['owner'],
      decide: () => [],
    });

  expect(() => compose([{ Leave, odd: act(z.strictObject({ leave: z.string() })) }])).toThrow(/names a leave/);
  expect(() => compose([{ Leave, odd: act(z.strictObject({ leave: ref('leave') })) }])).not.toThrow();
});
