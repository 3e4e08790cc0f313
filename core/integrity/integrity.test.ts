import { describe, expect, test } from 'vitest';
import { Desk } from '../kernel/testing.ts';
import { explainIntegrity, recordIntegrity } from './acts.ts';
import { IntegrityFinding } from './record.ts';
import type { CheckRun } from './view.ts';
import { integrityPage } from './view.ts';

const OURS = { id: 'countersign', roles: ['operator'] } as const;
const OLGA = { id: 'olga', roles: ['owner'] } as const;
const A = { id: 'f-00000000000000aa', code: 'entry.differs', where: { entry: 7 }, says: 'Entry 7 differs.' } as const;
const B = {
  id: 'f-00000000000000bb',
  code: 'tile.missing',
  where: { path: 'log/1/tile/0/000' },
  says: 'Gone.',
} as const;

const desk = (...runs: readonly object[]) =>
  new Desk([IntegrityFinding], { feeds: { 'self-checks': () => runs } }).at('2026-03-01T08:00:00Z');
const run = (startedAt: string, kind: CheckRun['kind'] = 'sample') => ({
  ...{ id: startedAt, kind, state: 'done' as const, startedAt, started: Date.parse(startedAt), endedAt: startedAt },
  ...{
    size: 9,
    root: null,
    entries: 9,
    records: 0,
    facts: 0,
    collections: 0,
    evidence: 0,
    evidenceBytes: 0,
    answers: 0,
  },
  found: 0,
});
const page = (made: Desk) =>
  made.view(integrityPage, {}, { who: OLGA }) as {
    readonly banner: { readonly level: string; readonly says: string } | null;
    readonly present: number;
    readonly open: number;
    readonly findings: readonly { readonly id: string; readonly goneAt?: string; readonly means: string }[];
    readonly isLate: boolean;
    readonly next: string | null;
    readonly lastWhole: { readonly id: string } | null;
  };

describe('a difference', () => {
  test('is recorded once, however often it is found', () => {
    const made = desk();
    expect(made.act(recordIntegrity, { findings: [A, B] }, OURS).answer).toMatchObject({ recorded: [A.id, B.id] });

    const again = made.at('2026-03-01T09:00:00Z').act(recordIntegrity, { findings: [A, B] }, OURS);
    expect(again).toMatchObject({ changes: [], answer: { recorded: [], again: [], gone: [] } });
  });

  test('says since when it is gone, and comes back open with what is found then', () => {
    const made = desk();
    made.act(recordIntegrity, { findings: [A] }, OURS);
    made.act(explainIntegrity, { finding: A.id, explanation: 'A disk was replaced.' }, OLGA);
    made.at('2026-03-01T09:00:00Z').act(recordIntegrity, { gone: [A.id] }, OURS);
    expect(page(made)).toMatchObject({ present: 0, findings: [{ id: A.id, goneAt: '2026-03-01T09:00:00.000Z' }] });

    const { answer } = made
      .at('2026-03-01T10:00:00Z')
      .act(recordIntegrity, { findings: [{ ...A, found: 'other' }] }, OURS);
    expect(answer).toMatchObject({ again: [A.id] });
    expect(page(made)).toMatchObject({ present: 1, open: 1, findings: [{ state: 'open', found: 'other' }] });
    expect(page(made).findings[0]?.goneAt).toBeUndefined();
  });

  test('found and given as gone at once is not gone', () => {
    const made = desk();
    made.act(recordIntegrity, { findings: [A] }, OURS);
    expect(made.act(recordIntegrity, { findings: [A], gone: [A.id] }, OURS).changes).toEqual([]);
  });

  test('is explained by a person and stays visible', () => {
    const made = desk();
    made.act(recordIntegrity, { findings: [A] }, OURS);
    const what = { finding: A.id, explanation: 'A disk was replaced.' };
    made.act(explainIntegrity, what, OLGA);
    expect(page(made)).toMatchObject({
      open: 0,
      present: 1,
      banner: { level: 'warning' },
      findings: [{ explanation: 'A disk was replaced.', explainedBy: 'olga', means: expect.stringContaining('entry') }],
    });
  });
});

describe('the page', () => {
  test('has no banner where nothing was found, and says when the next run is due', () => {
    expect(page(desk())).toMatchObject({ banner: null, next: null, isLate: false });
    expect(page(desk(run('2026-03-01T07:20:00Z'), run('2026-03-01T01:00:00Z', 'whole')))).toMatchObject({
      ...{ banner: null, next: '2026-03-01T08:00:00.000Z', isLate: false },
      lastWhole: { id: '2026-03-01T01:00:00Z' },
    });
  });

  test('says that the self-check stopped running', () => {
    expect(page(desk(run('2026-03-01T04:59:59Z')))).toMatchObject({ isLate: true, banner: { level: 'warning' } });
  });

  test('alerts while what is found is unexplained, and warns of what is gone and unexplained', () => {
    const made = desk();
    made.act(recordIntegrity, { findings: [A] }, OURS);
    expect(page(made).banner).toMatchObject({ level: 'alert', says: expect.stringContaining('1 difference') });
    made.act(recordIntegrity, { gone: [A.id] }, OURS);
    expect(page(made).banner).toMatchObject({ level: 'warning', says: expect.stringContaining('gone by now') });
    made.act(explainIntegrity, { finding: A.id, explanation: 'A disk was replaced.' }, OLGA);
    expect(page(made).banner).toBeNull();
  });
});
