import { expect, test } from 'vitest';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Programme } from './record.ts';

const keep = (framework: string, body: object) =>
  new Desk([Programme]).keep({ does: 'create', kind: 'programme', id: 'p', body: { framework, title: 'T', ...body } });
const out = (ref: string, justification = 'It is not ours.') => ({ outOfScope: [{ ref, justification }] });

test.each([
  ['soc2', { categories: ['availability'] }, 'programme.categories', ['categories']],
  ['iso27001', { categories: ['security', 'privacy'] }, 'programme.categories', ['categories']],
  ['soc2', out('CC1.1'), 'programme.mandatory', ['outOfScope', 0, 'ref']],
  ['iso27001', out('4.1'), 'programme.mandatory', ['outOfScope', 0, 'ref']],
  ['iso27001', out('10.2'), 'programme.mandatory', ['outOfScope', 0, 'ref']],
  ['soc2', out('A.5.1'), 'programme.unknownRef', ['outOfScope', 0, 'ref']],
  ['iso27001', out('A.5.99'), 'programme.unknownRef', ['outOfScope', 0, 'ref']],
  ['soc2', { from: '2026-02-01', to: '2026-01-31' }, 'programme.dates', ['to']],
])('a %s programme with %j is refused', (framework, body, code, path) => {
  const refused = refusedBy(() => keep(framework, body));

  expect([refused.code, refused.path]).toEqual([code, path]);
});

test.each([
  ['soc2', { categories: ['security', 'privacy'], ...out('A1.1') }],
  ['iso27001', out('A.7.4')],
  ['iso27001', { from: '2026-02-01', to: '2026-02-01' }],
])('a %s programme with %j is not', (framework, body) => {
  expect(() => keep(framework, body)).not.toThrow();
});

test('what is out of scope needs a justification', () => {
  expect(() => keep('iso27001', out('A.7.4', ''))).toThrow();
});
