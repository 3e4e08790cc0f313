import { describe, expect, test } from 'vitest';
import { create, dayStart } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import { Control } from './record.ts';
import { assignControl, startControl, startControls, stopControl } from './running.ts';

const NOW = '2026-03-05T12:00:00Z';

function desk(zone = 'UTC'): Desk {
  const made = new Desk([Control, Person], { zone }).at('2026-01-01T00:00:00Z');
  for (const id of ['a', 'b', 'c']) made.keep(create(Control, id, { title: id, frequency: 'annual' }));
  made.keep(create(Person, 'ada', { name: 'Ada' }));
  made.keep(create(Person, 'left', { name: 'Lee', leavesOn: '2026-03-04' }));
  made.keep(create(Person, 'last', { name: 'Lou', leavesOn: '2026-03-05' }));
  return made.at(NOW);
}
const start = (control: string, more: object = {}) => ({
  control,
  owner: 'ada',
  frequency: 'monthly',
  startsOn: '2026-04-01',
  ...more,
});

describe('starting a control', () => {
  test('sets its owner, schedule and start, from now', () => {
    const made = desk();
    made.act(startControl, start('a'));

    expect(made.get(Control, 'a')).toMatchObject({ owner: 'ada', frequency: 'monthly', startsOn: '2026-04-01' });
    expect(made.get(Control, 'a').effectiveAt).toBe(made.now);
  });

  test('that has been run before may say from when', () => {
    const made = desk();
    made.act(startControl, start('a', { startsOn: '2025-01-01', effectiveFrom: '2025-01-01' }));

    expect(made.get(Control, 'a').effectiveAt).toBe(dayStart('UTC', '2025-01-01'));
  });

  test.each([
    ['one that has a start', start('a', {}), 'running.started', ['control']],
    ['one that is not there', start('z'), 'record.missing', undefined],
    ['an owner who has left', start('b', { owner: 'left' }), 'running.owner', ['owner']],
    ['an owner who leaves before it starts', start('b', { owner: 'last' }), 'running.owner', ['owner']],
    ['an owner who is nobody', start('b', { owner: 'eve' }), 'record.missing', undefined],
  ])('%s is refused', (_, input, code, path) => {
    const made = desk();
    made.act(startControl, start('a'));

    const refused = refusedBy(() => made.act(startControl, input));

    expect([refused.code, refused.path]).toEqual([code, path]);
  });

  test('the last day is counted where the organisation is', () => {
    const given = start('a', { owner: 'last', startsOn: '2026-03-01' });
    const night = (zone: string) => desk(zone).at('2026-03-05T23:30:00Z');

    expect(night('UTC').act(startControl, given).changes).toHaveLength(1);
    expect(refusedBy(() => night('Europe/Madrid').act(startControl, given)).code).toBe('running.owner');
  });

  test('one for which a later version waits is changed by hand', () => {
    const made = desk();
    made.keep({
      does: 'change',
      kind: 'control',
      id: 'a',
      from: 1,
      body: { title: 'a', frequency: 'weekly', effectiveFrom: '2027-01-01' },
    });

    for (const act of [
      () => made.act(startControl, start('a')),
      () => made.act(assignControl, { control: 'a', owner: 'ada' }),
    ]) {
      expect(refusedBy(act).code).toBe('running.waiting');
    }
  });
});

describe('starting many', () => {
  test('starts all', () => {
    const made = desk();
    made.act(startControls, { controls: [start('a'), start('b')] });

    expect(['a', 'b'].map((id) => made.get(Control, id).startsOn)).toEqual(['2026-04-01', '2026-04-01']);
  });

  test.each([
    ['one of them cannot be', [start('a'), start('b', { owner: 'left' })], 'running.owner', ['controls', 1, 'owner']],
    ['one comes twice', [start('a'), start('a')], 'running.twice', ['controls', 1, 'control']],
  ])('starts none where %s', (_, controls, code, path) => {
    const made = desk();

    const refused = refusedBy(() => made.act(startControls, { controls }));

    expect([refused.code, refused.path]).toEqual([code, path]);
    expect(made.get(Control, 'a').startsOn).toBeUndefined();
  });
});

describe('ending and handing over', () => {
  const running = (): Desk => {
    const made = desk();
    made.act(startControl, start('a', { startsOn: '2026-01-01', effectiveFrom: '2026-01-01' }));
    return made;
  };

  test('a control ends on a day, with the reason, from now on', () => {
    const made = running();
    made.act(stopControl, { control: 'a', endsOn: '2026-06-30', reason: 'Replaced by B' });

    expect(made.get(Control, 'a')).toMatchObject({ endsOn: '2026-06-30', endsFor: 'Replaced by B' });
    expect(made.get(Control, 'a').effectiveAt).toBe(made.now);
  });

  test('an owner follows another, from now on, and nothing else changes', () => {
    const made = running();
    made.act(assignControl, { control: 'a', owner: 'last' });

    expect(made.get(Control, 'a')).toMatchObject({ owner: 'last', startsOn: '2026-01-01', frequency: 'monthly' });
    expect(made.get(Control, 'a').effectiveAt).toBe(made.now);
  });

  test('a planned one may have an owner', () => {
    const made = desk();
    made.act(assignControl, { control: 'b', owner: 'ada' });

    expect(made.get(Control, 'b')).toMatchObject({ owner: 'ada' });
    expect(made.get(Control, 'b')).not.toHaveProperty('startsOn');
  });

  test.each([
    [
      'ending what was not started',
      stopControl,
      { control: 'b', endsOn: '2026-06-30', reason: 'why' },
      'running.planned',
    ],
    ['giving it to its owner', assignControl, { control: 'a', owner: 'ada' }, 'running.owned'],
    ['giving it to who has left', assignControl, { control: 'a', owner: 'left' }, 'running.owner'],
  ])('%s is refused', (_, act, input, code) => {
    expect(refusedBy(() => running().act(act, input)).code).toBe(code);
  });

  test('what has ended is neither ended nor handed over', () => {
    const made = running();
    made.act(stopControl, { control: 'a', endsOn: '2026-03-05', reason: 'No more' });
    made.at('2026-03-06T00:00:00Z');

    expect(refusedBy(() => made.act(stopControl, { control: 'a', endsOn: '2026-07-01', reason: 'why' })).code).toBe(
      'running.ended',
    );
    expect(refusedBy(() => made.act(assignControl, { control: 'a', owner: 'ada' })).code).toBe('running.ended');
  });
});
