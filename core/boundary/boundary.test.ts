import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Programme } from '../framework/record.ts';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import { DataStore, LegalEntity, Site, System, THINGS } from './record.ts';
import type { Boundary } from './view.ts';
import { boundary } from './view.ts';

type Answer = z.infer<typeof Boundary>;

function desk(): Desk {
  const d = new Desk([Programme, Person, ...THINGS]).at('2026-01-10T12:00:00Z');
  const keep = (kind: string, id: string, body: object = {}) =>
    d.keep({ does: 'create', kind, id, body: { name: id, ...body } });
  keep('person', 'ada');
  keep('legal-entity', 'halyard');
  keep('third-party', 'cloud');
  keep('data-store', 'ledger', { provider: 'cloud' });
  keep('team', 'platform', { people: 7, owner: 'ada', entity: 'halyard' });
  keep('team', 'sales', { people: 4 });
  keep('system', 'api', { type: 'service', storesIn: ['ledger'], runBy: ['platform'] });
  keep('system', 'crm', { type: 'software', connectsTo: ['api'], runBy: ['sales'], from: '2026-03-01' });
  keep('site', 'porto', { to: '2026-02-28' });
  return d;
}
const programme = (d: Desk, id: string, framework: string, body: object = {}) =>
  d.keep({ does: 'create', kind: 'programme', id, body: { framework, title: id, ...body } });
const put = (d: Desk, id: string, boundaries: object) => {
  const row = d.get(Programme, id);
  const body = { framework: row.framework, title: row.title, boundary: boundaries };
  d.keep({ does: 'change', kind: 'programme', id, from: row.head, body });
};
const ask = (d: Desk, input: object = {}, asOf?: string) =>
  d.view(boundary, input, asOf === undefined ? {} : { asOf }) as Answer;
const where = (answer: Answer, id: string) => answer.things.find((thing) => thing.id === id)?.where;

describe('a thing', () => {
  const alone = (kind: (typeof THINGS)[number], body: object) =>
    refusedBy(() => new Desk([kind]).keep(create(kind, 'x', { name: 'X', ...body })));
  test.each([
    ['that ends before it begins', Site, { from: '2026-02-01', to: '2026-01-31' }, 'boundary.dates'],
    ['that names another twice', System, { type: 'service', storesIn: ['a', 'a'] }, 'boundary.twice'],
    ['that holds the same twice', DataStore, { holds: ['personal', 'personal'] }, 'boundary.twice'],
  ])('%s is refused', (_, kind, body, code) => {
    expect(alone(kind, body).code).toBe(code);
  });

  const together = (def: typeof System | typeof LegalEntity, ...rows: readonly object[]) =>
    def.together([], rows as never)?.code;
  const system = (id: string, runsOn: readonly string[]) => ({
    ...System.body.parse({ name: id, type: 'service', runsOn }),
    id,
  });
  test('runs on nothing that runs on it, and on itself neither', () => {
    expect(together(System, system('a', ['b']), system('b', []))).toBeUndefined();
    expect(together(System, system('a', ['b']), system('b', ['a']))).toBe('boundary.circle');
    expect(together(System, system('a', ['a']))).toBe('boundary.circle');
    expect(together(LegalEntity, { id: 'a', name: 'A', parent: 'a' })).toBe('boundary.circle');
  });
});

describe('the boundary', () => {
  const both = (id: string) => ({ id, in: true });
  const out = (id: string) => ({ id, in: false, justification: 'No customer data.' });

  test('tells what is in both, in one, left out, and what nobody decided', () => {
    const d = desk();
    programme(d, 'soc2', 'soc2', { boundary: { system: [both('api')], team: [both('platform'), out('sales')] } });
    programme(d, 'iso', 'iso27001', {
      boundary: { system: [both('api')], 'legal-entity': [both('halyard')], team: [both('platform')] },
    });

    const answer = ask(d);

    expect(['api', 'halyard', 'sales', 'ledger'].map((id) => where(answer, id))).toEqual([
      'both',
      'iso27001',
      'neither',
      'undecided',
    ]);
    // The CRM is not there yet.
    expect(answer.counts).toMatchObject({
      things: 7,
      both: 2,
      iso27001: 1,
      soc2: 0,
      neither: 1,
      undecided: 3,
      people: 7,
    });
    expect(answer.counts.ownerless).toBe(6);
  });

  test('is another on another day', () => {
    const d = desk();
    programme(d, 'soc2', 'soc2');
    d.at('2026-03-05T12:00:00Z');
    put(d, 'soc2', { system: [both('crm')], site: [both('porto')] });

    const [before, after] = [ask(d, {}, '2026-02-20T12:00:00Z'), ask(d)];
    const life = (answer: Answer, id: string) => answer.things.find((thing) => thing.id === id)?.life;

    expect([life(before, 'porto'), life(after, 'porto')]).toEqual(['current', 'ended']);
    expect([life(before, 'crm'), life(after, 'crm')]).toEqual(['planned', 'current']);
    expect([where(before, 'crm'), where(after, 'crm')]).toEqual(['undecided', 'soc2']);
  });

  test('is crossed by what leads from inside to what is not', () => {
    const d = desk();
    programme(d, 'soc2', 'soc2', {
      boundary: { system: [both('api')], team: [both('platform')], 'third-party': [out('cloud')] },
    });

    const crossings = (answer: Answer) =>
      answer.crossings.map(({ from, link, to, inside, other }) => [from.id, link, to.id, inside, other]);

    // Who belongs to which company is no interface; the CRM connects from March on.
    expect(crossings(ask(d))).toEqual([['api', 'storesIn', 'ledger', 'from', 'undecided']]);
    d.at('2026-03-05T12:00:00Z');
    expect(crossings(ask(d))).toEqual([
      ['api', 'storesIn', 'ledger', 'from', 'undecided'],
      ['crm', 'connectsTo', 'api', 'to', 'undecided'],
    ]);
    put(d, 'soc2', { system: [both('api')], 'data-store': [both('ledger')], 'third-party': [out('cloud')] });
    expect(crossings(ask(d)).map(([from, , to, , other]) => [from, to, other])).toContainEqual([
      'ledger',
      'cloud',
      'out',
    ]);
  });

  test('says who decided, when and why', () => {
    const d = desk();
    programme(d, 'soc2', 'soc2', { boundary: { team: [both('sales')] } });
    d.at('2026-02-01T12:00:00Z');
    put(d, 'soc2', { team: [out('sales')] });

    const stand = ask(d).things.find(({ id }) => id === 'sales')?.stands[0];

    expect(stand).toMatchObject({
      programme: 'soc2',
      in: false,
      justification: 'No customer data.',
      by: { id: 'ada' },
      at: '2026-02-01T12:00:00.000Z',
    });
  });

  test('tells what changed in the period, and no more', () => {
    const d = desk();
    programme(d, 'soc2', 'soc2', { report: 'type-2', periodFrom: '2026-02-01', periodTo: '2026-07-31' });
    d.at('2026-02-10T12:00:00Z');
    put(d, 'soc2', { system: [both('api')] });
    d.at('2026-03-05T12:00:00Z');
    d.keep({ does: 'change', kind: 'team', id: 'sales', from: 1, body: { name: 'sales', people: 5 } });

    const { period, changes } = ask(d, { since: '2026-02-01' });

    expect(period).toEqual({ from: '2026-02-01', to: '2026-03-05' });
    expect(changes.items.map(({ on, what, id, fields }) => [on, what, id, fields])).toEqual([
      ['2026-02-10', 'put-in', 'api', []],
      ['2026-02-28', 'ended', 'porto', []],
      ['2026-03-01', 'began', 'crm', []],
      ['2026-03-05', 'changed', 'sales', ['people']],
    ]);
    expect(ask(d, { since: '2026-03-02' }).changes.total).toBe(1);
    expect(refusedBy(() => ask(d, { since: '2026-03-06' })).path).toEqual(['since']);
  });

  test('is drawn from a programme that is not in force where it is named', () => {
    const d = desk();
    programme(d, 'next', 'soc2', { from: '2027-01-01', boundary: { system: [both('api')] } });

    expect(where(ask(d), 'api')).toBe('undecided');
    expect(where(ask(d, { programmes: ['next'] }), 'api')).toBe('soc2');
    expect(refusedBy(() => ask(d, { programmes: ['nothing'] })).code).toBe('record.missing');
  });
});
