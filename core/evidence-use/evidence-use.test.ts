import { describe, expect, test } from 'vitest';
import { Check } from '../check/record.ts';
import { Exception } from '../control/exception.ts';
import { recordPerformance } from '../control/acts.ts';
import { Performance } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import { acceptEvidence, addEvidence, resubmitEvidence, returnEvidence } from '../evidence/acts.ts';
import { Evidence } from '../evidence/record.ts';
import { correct, create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Erasure } from '../erasure/record.ts';
import { Holidays, Organisation } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { fileType } from './file-type.ts';
import { evidenceList } from './list.ts';
import { evidencePage } from './page.ts';

const DIGEST = 'ab'.repeat(32);
const CARL = { id: 'carl', roles: ['control-owner'] } as const;
const LENA = { id: 'lena', roles: ['lead'] } as const;

/** Three documents: of January, observed 1 March and filed on the 2nd, and without any date, filed on the 5th. */
function desk(): Desk {
  const kinds = [Evidence, Control, Performance, Person, Check, Exception, Holidays, Erasure, Organisation];
  const made = new Desk(kinds, { feeds: { blobs: () => new Map([[DIGEST, 7]]) } }).at('2026-01-01T00:00:00Z');
  made.keep(create(Person, 'carl', { name: 'Carl' }));
  const control = { frequency: 'monthly', startsOn: '2026-01-01' } as const;
  made.keep(create(Control, 'c', { title: 'Review', ...control, answers: { soc2: ['CC6.1'], iso27001: ['A.5.15'] } }));
  made.keep(create(Control, 'd', { title: 'Restore', ...control, answers: { soc2: ['CC6.1'] } }));
  made.at('2026-03-02T00:00:00Z');
  const add = (id: string, more: object) =>
    made.act(addEvidence, { id, name: `${id}.pdf`, blob: DIGEST, controls: ['c'], ...more }, CARL);
  add('jan', {
    from: '2026-01-01T00:00:00Z',
    to: '2026-02-01T00:00:00Z',
    validUntil: '2026-03-03',
    name: 'Zürich.csv',
  });
  add('mar', { observedAt: '2026-03-01T00:00:00Z', controls: ['c', 'd'], source: 'Ticket 12' });
  made.at('2026-03-05T00:00:00Z');
  add('bare', {});
  return made.at('2026-03-06T00:00:00Z');
}
interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly state: string;
    readonly isExpired: boolean;
    readonly index: number;
  }[];
  readonly total: number;
  readonly counts: object;
  readonly next: string | null;
}
const list = (made: Desk, input: object = {}, asOf?: string): Listed =>
  made.view(evidenceList, input, asOf === undefined ? {} : { asOf }) as Listed;
const ids = (listed: Listed): readonly string[] => listed.items.map(({ id }) => id);
const page = (made: Desk, evidence: string, asOf?: string) =>
  made.view(evidencePage, { evidence }, asOf === undefined ? {} : { asOf }) as Record<string, unknown>;

describe('the list', () => {
  test.each([
    [{}, ['bare', 'jan', 'mar']],
    [{ sort: 'filedAt' }, ['jan', 'mar', 'bare']],
    [{ sort: 'name' }, ['bare', 'mar', 'jan']],
    [{ sort: '-name' }, ['jan', 'mar', 'bare']],
    [{ sort: 'lag' }, ['mar', 'bare', 'jan']],
    [{ sort: '-lag' }, ['mar', 'bare', 'jan']],
    [{ control: 'd' }, ['mar']],
    [{ search: 'zürich' }, ['jan']],
    [{ search: 'ticket' }, ['mar']],
    [{ search: DIGEST.slice(0, 8).toUpperCase() }, ['bare', 'jan', 'mar']],
    [{ search: 'RESTORE' }, ['mar']],
    [{ search: 'nothing' }, []],
    [{ from: '2026-02-01' }, ['bare', 'jan', 'mar']],
    [{ from: '2026-02-02' }, ['bare', 'mar']],
    [{ to: '2026-01-31' }, ['jan']],
    [{ from: '2026-03-01', to: '2026-03-01' }, ['mar']],
    [{ state: 'accepted' }, []],
  ])('by %j is %j', (input, expected) => {
    expect(ids(list(desk(), input))).toEqual(expected);
  });

  test('counts every state, zero included, whatever state is asked for', () => {
    const made = desk();
    made.act(acceptEvidence, { evidence: 'mar' }, LENA);
    made.act(addEvidence, { id: 'new', name: 'n.pdf', blob: DIGEST, controls: ['c'], replaces: 'jan' }, CARL);

    expect(list(made, { state: 'accepted' })).toMatchObject({
      total: 1,
      counts: { submitted: 2, accepted: 1, returned: 0, replaced: 1 },
    });
    expect(ids(list(made, { state: 'replaced' }))).toEqual(['jan']);
  });

  test('page by page it is the whole, once each', () => {
    const made = desk();
    const first = list(made, { limit: 2 });
    const second = list(made, { limit: 2, cursor: first.next ?? '' });

    expect([...ids(first), ...ids(second)]).toEqual(['bare', 'jan', 'mar']);
    expect([first.total, first.next, second.next]).toEqual([3, '2', null]);
  });

  test('of an earlier moment has what was there then, as it was then', () => {
    const made = desk();
    made.act(acceptEvidence, { evidence: 'mar' }, LENA);

    expect(ids(list(made, {}, '2026-03-01T00:00:00Z'))).toEqual(['mar']);
    expect(list(made, {}, '2026-03-05T12:00:00Z').items.map(({ state }) => state)).toEqual([
      'submitted',
      'submitted',
      'submitted',
    ]);
    expect(list(made).items.map(({ state }) => state)).toEqual(['submitted', 'submitted', 'accepted']);
    expect(list(made, { search: 'zürich' }, '2026-03-03T23:00:00Z').items[0]?.isExpired).toBe(false);
    expect(list(made, { search: 'zürich' }).items[0]?.isExpired).toBe(true);
  });

  test('names the entry that filed each', () => {
    expect(list(desk(), { sort: 'filedAt' }).items.map(({ index }) => index)).toEqual([3, 4, 5]);
  });

  test.each([[{ sort: 'owner' }], [{ limit: 0 }], [{ limit: 201 }], [{ cursor: '-1' }], [{ from: 'x' }]])(
    '%j is no question',
    (input) => {
      expect(evidenceList.input.safeParse(input).success).toBe(false);
    },
  );
});

describe('one document', () => {
  test('has both clocks, its entry, and what it serves', () => {
    expect(page(desk(), 'mar')).toMatchObject({
      type: 'PDF',
      digest: DIGEST,
      filedBy: { id: 'carl', name: 'Carl' },
      filedAt: '2026-03-02T00:00:00.000Z',
      lagSeconds: 86_400,
      index: 4,
      wasThere: true,
      requirements: [
        { framework: 'soc2', ref: 'CC6.1', through: ['c', 'd'] },
        { framework: 'iso27001', ref: 'A.5.15', through: ['c'] },
      ],
      uses: [],
    });
  });

  test('names what was done with it, and which occurrence that met', () => {
    const made = desk();
    made.act(recordPerformance, { control: 'c', at: '2026-03-03T00:00:00Z', evidence: ['mar'] }, CARL);

    expect(page(made, 'mar')['uses']).toMatchObject([
      { control: { id: 'c' }, met: '2026-03', index: 6, outcome: 'done' },
    ]);
    expect(page(made, 'mar', '2026-03-02T12:00:00Z')['uses']).toEqual([]);
  });

  test('tells its review, step by step, each with who, when and where in the log', () => {
    const made = desk();
    made.act(returnEvidence, { evidence: 'mar', reason: 'Wrong month' }, LENA);
    made.at('2026-03-07T00:00:00Z').act(resubmitEvidence, { evidence: 'mar', note: 'It is March' }, CARL);
    made.act(acceptEvidence, { evidence: 'mar' }, LENA);

    expect(page(made, 'mar')).toMatchObject({
      state: 'accepted',
      decided: { by: { id: 'lena' }, at: '2026-03-07T00:00:00.000Z' },
      filedAt: '2026-03-02T00:00:00.000Z',
      reviews: [
        { did: 'filed', by: { id: 'carl' }, index: 4 },
        { did: 'returned', by: { id: 'lena' }, says: 'Wrong month', index: 6 },
        { did: 'resubmitted', says: 'It is March' },
        { did: 'accepted' },
      ],
    });
    expect(page(made, 'mar', '2026-03-06T12:00:00Z')).toMatchObject({
      state: 'returned',
      decided: { reason: 'Wrong month' },
    });
  });

  test('leads to what it replaces and what replaced it', () => {
    const made = desk();
    made.act(addEvidence, { id: 'new', name: 'n.pdf', blob: DIGEST, controls: ['c'], replaces: 'jan' }, CARL);

    expect(page(made, 'jan')).toMatchObject({ state: 'replaced', replacedBy: { id: 'new', name: 'n.pdf' } });
    expect(page(made, 'new')).toMatchObject({ state: 'submitted', replaces: { id: 'jan' } });
    expect(page(made, 'jan', '2026-03-05T00:00:00Z')).toMatchObject({ state: 'submitted' });
  });

  test('says that it was not there yet', () => {
    expect(page(desk(), 'bare', '2026-03-01T00:00:00Z')).toMatchObject({ wasThere: false });
    expect(refusedBy(() => page(desk(), 'none')).code).toBe('record.missing');
  });
});

test.each([
  ['a.PDF', 'PDF'],
  ['a.tar.gz', 'Archive'],
  ['readme', 'File'],
  ['a.xyz', 'XYZ file'],
  ['constructor', 'File'],
  ['a.valueof', 'VALUEOF file'],
])('%s calls itself %s', (name, type) => {
  expect(fileType(name)).toBe(type);
});

test('what was erased says so in its review, and waits for nobody', () => {
  const made = desk();
  const gone = { name: 'Erased evidence', digest: '0'.repeat(64), source: undefined, erased: 'er-1' };
  made.keep(correct(Evidence, made.get(Evidence, 'mar'), gone), 'olga');

  expect(page(made, 'mar')).toMatchObject({
    erased: { by: 'er-1', at: '2026-03-06T00:00:00.000Z' },
    reviews: [{ did: 'filed' }, { did: 'erased', by: { id: 'olga' } }],
  });
  expect(list(made).counts).toMatchObject({ submitted: 2 });
  expect(ids(list(made, { state: 'submitted' }))).not.toContain('mar');
});
