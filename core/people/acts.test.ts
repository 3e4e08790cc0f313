import { expect, test } from 'vitest';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { createToken, revokeToken } from './acts.ts';
import { Person, Token } from './record.ts';

const desk = (zone = 'UTC'): Desk => {
  const made = new Desk([Person, Token], { zone }).at('2026-01-10T23:30:00Z');
  made.keep(create(Person, 'ada', { name: 'Ada', leavesOn: '2026-01-10' }));
  return made;
};
const wish = { id: 't', name: 'n' };

test('a token may write and does not end, unless that is said', () => {
  const made = desk();
  made.act(createToken, wish);

  expect(made.get(Token, 't')).toMatchObject({ scope: 'write' });
  expect(made.get(Token, 't')).not.toHaveProperty('expires');
});

test.each([
  ['2026-01-10T23:30:00Z', true],
  ['2026-01-11T00:30:00+01:00', true],
  ['2020-01-01T00:00:00Z', true],
  ['2026-01-10T23:30:00.001Z', false],
])('one that would expire at %s: refused %s', (expires, isRefused) => {
  const make = () => desk().act(createToken, { ...wish, expires });

  if (isRefused) expect(refusedBy(make).code).toBe('token.expired');
  else expect(make().changes).toHaveLength(1);
});

test('one for somebody is made to the end of their last day, counted where the organisation is', () => {
  const operator = { id: 'operator:root', roles: ['operator'] } as const;

  expect(desk().act(createToken, { ...wish, for: 'ada' }, operator).changes).toHaveLength(1);
  expect(refusedBy(() => desk('Europe/Madrid').act(createToken, { ...wish, for: 'ada' }, operator)).code).toBe(
    'token.left',
  );
  expect(refusedBy(() => desk().act(createToken, { ...wish, for: 'eve' }, operator)).code).toBe('record.missing');
});

test('nobody but the operator makes one for somebody else', () => {
  const lead = { id: 'grace', roles: ['lead'] } as const;

  expect(refusedBy(() => desk().act(createToken, { ...wish, for: 'ada' }, lead)).code).toBe('token.other');
  expect(desk().act(createToken, { ...wish, for: 'ada' }, { ...lead, id: 'ada' }).changes).toHaveLength(1);
});

test('a revoked one is no more', () => {
  const made = desk();
  made.act(createToken, wish);
  made.act(revokeToken, { token: 't' });

  expect(refusedBy(() => made.act(revokeToken, { token: 't' })).code).toBe('record.missing');
});

test('nobody is given the operator’s role', () => {
  expect(Person.body.safeParse({ name: 'Eve', roles: ['operator'] }).success).toBe(false);
});
