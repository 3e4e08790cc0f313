import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { FRAMEWORKS } from '../framework/catalog.ts';
import { Programme } from '../framework/record.ts';
import { create } from '../kernel/index.ts';
import { Desk } from '../kernel/testing.ts';
import type { Comparison } from './compare.ts';
import { compare } from './compare.ts';
import { COMPARED, COMPARISON } from './comparison.ts';

const cells = COMPARISON.rows.flatMap((row) => COMPARED.map((what) => ({ row: row.id, what, ...row[what] })));

describe('the comparison', () => {
  test('has what a buyer looks for', () => {
    const rows = COMPARISON.rows.map(({ id }) => id);

    expect(rows).toEqual(
      expect.arrayContaining([
        'kind',
        'auditor',
        'output',
        'scope',
        'period',
        'renewal',
        'audit-cost',
        'whole-cost',
        'time',
        'who-asks',
        'confidentiality',
      ]),
    );
    expect(new Set(rows).size).toBe(rows.length);
  });

  test('names every source it lists, and lists every source it names', () => {
    const named = new Set(cells.flatMap(({ sources }) => sources));

    expect([...named].sort()).toEqual(COMPARISON.sources.map(({ id }) => id).sort());
  });

  test('gives a price only from the one article that has prices', () => {
    for (const { says, sources, row } of cells.filter((cell) => cell.says.includes('$')))
      expect([row, says, sources.includes('S2')]).toEqual([row, says, true]);
  });

  test('counts criteria and controls as the catalogues do', () => {
    const says = (what: 'soc2-type-2' | 'iso27001') => COMPARISON.rows.find(({ id }) => id === 'basis')?.[what].says;
    const of = (id: 'soc2' | 'iso27001', part: string) =>
      FRAMEWORKS[id].requirements.filter((one) => one.part === part).length;

    expect(says('soc2-type-2')).toContain(
      `${of('soc2', 'security')} for Security, up to ${FRAMEWORKS.soc2.requirements.length}`,
    );
    expect(says('iso27001')).toContain(`the ${of('iso27001', 'annex-a')} controls of Annex A`);
  });

  test('calls a SOC 2 report what it is', () => {
    const texts = cells.filter(({ what }) => what !== 'iso27001').map(({ says }) => says);

    expect(texts.join(' ')).not.toMatch(/certificat|passed|pass or fail/i);
  });

  test('says what the organisation can show of each', () => {
    const d = new Desk([Programme]).at('2026-03-01T12:00:00Z');
    d.keep(
      create(Programme, 'iso', {
        framework: 'iso27001',
        title: 'ISO',
        milestones: [{ milestone: 'decision', on: '2026-02-01', doneOn: '2026-02-01' }],
      }),
    );

    const { yours } = d.view(compare, {}) as z.infer<typeof Comparison>;

    expect(yours.map(({ wants, state }) => [wants, state])).toEqual([
      ['soc2-type-1', 'nothing'],
      ['soc2-type-2', 'nothing'],
      ['iso27001', 'ready'],
    ]);
  });
});
