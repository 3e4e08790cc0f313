import { expect, test } from 'vitest';
import { Source } from '../connector/record.ts';
import { Performance } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import { startControl } from '../control/running.ts';
import { create } from '../kernel/index.ts';
import { Desk } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import { approvePolicy, draftPolicy, submitPolicy } from '../policy/acts.ts';
import { Policy } from '../policy/record.ts';
import { TimeAuthority, Witness } from '../proof/record.ts';
import type { Collected } from './feed.ts';
import { firstSteps } from './view.ts';

function desk(collected?: Collected): Desk {
  const made = new Desk([Source, Person, Control, Performance, Policy, TimeAuthority, Witness], {
    feeds: { 'first-collection': () => collected },
  });
  made.at('2026-01-01T00:00:00Z').keep(create(Person, 'ada', { name: 'Ada', roles: ['owner'] }));
  made.keep(create(Control, 'c', { title: 'Review', frequency: 'monthly' }));
  return made.at('2026-01-02T00:00:00Z');
}
const told = (made: Desk, asOf?: string) =>
  made.view(firstSteps, {}, asOf === undefined ? {} : { asOf }) as {
    readonly steps: readonly { readonly id: string; readonly state: string; readonly done?: object }[];
    readonly done: number;
    readonly of: number;
  };
const done = (made: Desk, asOf?: string) =>
  told(made, asOf).steps.flatMap(({ id, state }) => (state === 'done' ? [id] : []));

test('there are ten, none is done at first, and the last is to look at', () => {
  expect(told(desk()).steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'code-host open',
    'identity open',
    'people open',
    'controls open',
    'collection open',
    'performance open',
    'policy open',
    'time open',
    'witness open',
    'gaps look',
  ]);
  expect(told(desk())).toMatchObject({ done: 0, of: 9 });
});

test('each is done by the record that does it, with when, by whom and which entry', () => {
  const made = desk({ source: 'repo', dataset: 'git/commits', recordedAt: 0, actor: 'ada', index: 77 });
  made.keep(create(Source, 'repo', { connector: 'git', as: 'git' }), 'ada');
  made.keep(create(Source, 'staff', { connector: 'push', as: 'people' }), 'ada');
  made.keep(create(Person, 'bob', { name: 'Bob' }), 'ada');
  made.act(startControl, { control: 'c', owner: 'bob', frequency: 'monthly', startsOn: '2026-01-01' });
  made.keep(create(Performance, 'f', { control: 'c', performedAt: '2026-01-02T00:00:00Z' }), 'bob');
  made.act(draftPolicy, { id: 'p', title: 'Access', text: 't', owner: 'ada' });
  made.act(submitPolicy, { policy: 'p' });
  made.at('2026-01-03T00:00:00Z').act(approvePolicy, { policy: 'p' }, { id: 'bob', roles: ['owner'] });

  made.keep(create(TimeAuthority, 't', { name: 'Example Time', url: 'https://time.example.com/', roots: 'pem' }));
  made.keep(create(Witness, 'w', { name: 'The auditor', vkey: `w+01234567+${'A'.repeat(44)}`, how: 'mail' }), 'bob');

  const { steps, ...counts } = told(made);

  expect(counts).toEqual({ done: 9, of: 9 });
  expect(steps.map(({ done }) => done)).toMatchObject(
    [
      { what: 'repo', by: { name: 'Ada' }, index: 2, at: '2026-01-02T00:00:00.000Z' },
      { what: 'staff', index: 3 },
      { what: 'Bob', index: 4 },
      { what: 'Review', index: 5 },
      { what: 'repo: git/commits', index: 77 },
      { what: 'c', by: { name: 'Bob' }, index: 6 },
      { what: 'Access', by: { name: 'Bob' }, index: 9, at: '2026-01-03T00:00:00.000Z' },
      { what: 'Example Time', index: 10 },
      { what: 'The auditor', by: { name: 'Bob' }, index: 11 },
      undefined,
    ].map((one) => one ?? undefined),
  );
  expect(done(made, '2026-01-02T12:00:00Z')).not.toContain('policy');
});

test('what was done stays done when the source is removed or the person leaves', () => {
  const made = desk();
  made.keep(create(Source, 'repo', { connector: 'git', as: 'git' }));
  made.keep({ does: 'retire', kind: 'source', id: 'repo', from: 1 });

  expect(done(made)).toEqual(['code-host']);
});

test('a host or a push of something else is no code host', () => {
  const made = desk();
  made.keep(create(Source, 'box', { connector: 'host', as: 'host' }));
  made.keep(create(Source, 'other', { connector: 'push', as: 'tickets' }));

  expect(done(made)).toEqual([]);
});
