import { describe, expect, test } from 'vitest';
import { Check } from '../check/record.ts';
import { Source } from '../connector/record.ts';
import { Exception } from '../control/exception.ts';
import { Control } from '../control/record.ts';
import { Evidence } from '../evidence/record.ts';
import type { Role } from '../kernel/index.ts';
import { create } from '../kernel/index.ts';
import { Desk } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import { draftPolicy } from '../policy/acts.ts';
import { Policy } from '../policy/record.ts';
import { rank } from './rank.ts';
import { search } from './view.ts';

const thing = (id: string, title: string, hint = '') => ({ id, title, hint });

describe('the nearest first', () => {
  const things = [
    thing('AC-01', 'Access review'),
    thing('AC-02', 'Remove access on leaving'),
    thing('VUL-01', 'Patching', 'access'),
    thing('ZUR', 'Zürich office'),
    thing('X', 'Reaccess'),
  ];
  const found = (text: string) => rank(things, text, () => 0).map(({ id }) => id);

  test.each([
    ['ac-01', ['AC-01']],
    ['AC', ['AC-01', 'AC-02', 'X', 'VUL-01']],
    ['access', ['AC-01', 'AC-02', 'X', 'VUL-01']],
    ['review access', ['AC-01']],
    ['zurich', ['ZUR']],
    ['zürich', ['ZUR']],
    ['  ', []],
    ['nothing', []],
    ['.*', []],
  ])('%j finds %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

function desk(): Desk {
  const made = new Desk([Control, Person, Source, Check, Evidence, Policy, Exception]).at('2026-01-01T00:00:00Z');
  made.keep(create(Person, 'ada', { name: 'Ada Restore' }));
  made.keep(create(Control, 'bkp-01', { title: 'Restore test', frequency: 'annual' }));
  made.keep(create(Source, 'restore-host', { connector: 'push', as: 'restore' }));
  made.keep(
    create(Check, 'chk', {
      title: 'Restores',
      dataset: 'a/b',
      mode: 'state',
      supports: ['bkp-01'],
      passes: 'true',
      message: 'm',
    }),
  );
  made.keep(
    create(Exception, 'x', {
      control: 'bkp-01',
      from: '2026-01-01',
      to: '2026-01-31',
      reason: 'Restore rig moves',
      requestedBy: 'ada',
    }),
  );
  made.act(draftPolicy, { id: 'pol', title: 'Restore policy', text: 't', owner: 'ada' });
  made.at('2026-02-01T00:00:00Z');
  made.keep(create(Evidence, 'e', { name: 'restore.pdf', digest: 'a'.repeat(64), bytes: 1, controls: ['bkp-01'] }));
  return made;
}
const ask =
  (text: string, role: Role = 'lead', asOf?: string) =>
  (made: Desk) =>
    (
      made.view(
        search,
        { text, limit: 50 },
        { who: { id: 'x', roles: [role] }, ...(asOf === undefined ? {} : { asOf }) },
      ) as {
        readonly results: readonly { readonly kind: string; readonly path: string }[];
      }
    ).results;

test('every kind is found, with where it stands', () => {
  expect(ask('restore')(desk()).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'source /sources/restore-host',
    'control /controls/bkp-01',
    'policy /policies/pol',
    'evidence /evidence/e',
    'check /checks/chk',
    'exception /controls/bkp-01?exception=x',
    'person /people/ada',
  ]);
  expect(ask('CC6.1')(desk())[0]).toMatchObject({ kind: 'requirement', path: '/soc2/requirements?open=CC6.1' });
  expect(ask('A.5.15')(desk())[0]).toMatchObject({ kind: 'requirement', path: '/iso27001/requirements?open=A.5.15' });
});

test('drafts and sources are found by who may read them', () => {
  const kinds = (role: Role) => ask('restore', role)(desk()).map(({ kind }) => kind);

  expect(kinds('employee')).not.toContain('policy');
  expect(kinds('employee')).not.toContain('source');
  expect(kinds('lead')).toContain('source');
  // A guest finds what a grant opens; this one has none.
  expect(kinds('auditor')).not.toContain('source');
  expect(kinds('auditor')).not.toContain('policy');
});

test('what was not there yet is not found at an earlier moment', () => {
  const kinds = ask('restore', 'lead', '2026-01-15T00:00:00Z')(desk()).map(({ kind }) => kind);

  expect(kinds).toContain('control');
  expect(kinds).not.toContain('evidence');
});

test('of ten thousand things those that fit are found', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => thing(`E-${i}`, `Report ${i} of the restore test`, 'accepted'));

  expect(rank(many, 'rest 99', () => 0).length).toBeGreaterThan(100);
});
