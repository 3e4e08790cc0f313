import { describe, expect, test } from 'vitest';
import { create } from '../kernel/index.ts';
import { Desk } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import type { Anchor } from './feed.ts';
import { proofOf } from './proof-of.ts';
import { TimeAuthority, Witness } from './record.ts';
import { ledgerSeen } from './seen-list.ts';

const at = (minute: number): number => Date.UTC(2026, 0, 1, 0, minute);
const anchor = (kind: Anchor['kind'], id: string, size: number, minute: number, index: number): Anchor => ({
  ...{ kind, id, size, at: at(minute), root: `root-${size}`, index },
});

/** A log of 40 entries that Ada's act made, as three witnesses and one authority saw it. */
function desk(anchors: readonly Anchor[]): Desk {
  const made = new Desk([Witness, TimeAuthority, Person], {
    feeds: {
      anchors: () => anchors,
      'entries-at': ({ indexes }: { readonly indexes: readonly number[] }) =>
        new Map(
          indexes
            .filter((index) => index < 40)
            .map((index) => [
              index,
              { recordedAt: at(0), act: 'evidence.add', ...(index === 0 ? {} : { actor: 'ada' }) },
            ]),
        ),
    },
  });
  made.at('2025-12-01T00:00:00Z').keep(create(Person, 'ada', { name: 'Ada', roles: ['owner'] }));
  return made.at('2026-02-01T00:00:00Z');
}

const SEEN = [
  anchor('witness', 'w-1', 10, 1, 10),
  anchor('witness', 'w-2', 10, 2, 11),
  anchor('witness', 'w-3', 10, 3, 12),
  anchor('time', 't-1', 20, 4, 20),
];

interface Of {
  readonly entries: readonly {
    readonly index: number;
    readonly by?: { readonly name: string };
    readonly provenBy?: string;
    readonly seen: readonly { readonly id: string }[];
  }[];
}
const OWNER = { id: 'ada', roles: ['owner'] } as const;

describe('the proof of an entry', () => {
  test('names the first authority also where three witnesses were quicker', () => {
    const { entries } = desk(SEEN).view(proofOf, { indexes: [5, 15, 30] }, { who: OWNER }) as Of;

    expect(entries.map(({ seen }) => seen.map(({ id }) => id))).toEqual([['w-1', 'w-2', 'w-3', 't-1'], ['t-1'], []]);
    expect(entries.map(({ provenBy }) => provenBy)).toEqual([
      '2026-01-01T00:01:00.000Z',
      '2026-01-01T00:04:00.000Z',
      undefined,
    ]);
  });

  test('leaves out what is beyond the log, and says an index that was asked twice once', () => {
    const { entries } = desk([]).view(proofOf, { indexes: [3, 3, 999] }, { who: OWNER }) as Of;

    expect(entries.map(({ index }) => index)).toEqual([3]);
  });

  test.each([
    ['owner', 'Ada'],
    ['control-owner', 'Ada'],
    ['employee', undefined],
    ['auditor', undefined],
  ] as const)('to %s it tells who did it: %s', (role, name) => {
    const actor = { id: 'somebody', roles: [role] };
    const { entries } = desk([]).view(proofOf, { indexes: [0, 3] }, { who: actor }) as Of;

    expect(entries.map(({ by }) => by?.name)).toEqual([undefined, name]);
  });
});

describe('the list of what others saw', () => {
  interface Listed {
    readonly items: readonly { readonly index: number; readonly at: string }[];
    readonly total: number;
    readonly counts: object;
    readonly next: string | null;
  }
  const list = (input: object): Listed => desk(SEEN).view(ledgerSeen, input, { who: OWNER }) as Listed;
  const indexes = (input: object): readonly number[] => list(input).items.map(({ index }) => index);

  test('is the newest first, and sorted otherwise where asked', () => {
    expect(indexes({})).toEqual([20, 12, 11, 10]);
    expect(indexes({ sort: 'size' })).toEqual([12, 11, 10, 20]);
    expect(indexes({ sort: '-name' })).toEqual([12, 11, 10, 20]);
  });

  test('finds by name, size and kind, with the counts of the other filters', () => {
    expect(indexes({ search: 'W-2' })).toEqual([11]);
    expect(indexes({ search: '20' })).toEqual([20]);
    expect(list({ kind: 'time', search: 'w-' })).toMatchObject({ total: 0, counts: { witness: 3, time: 0 } });
  });

  test('comes in pages that neither double nor lose one', () => {
    const first = list({ limit: 3 });
    const second = list({ limit: 3, cursor: first.next ?? '' });

    expect([...first.items, ...second.items].map(({ index }) => index)).toEqual([20, 12, 11, 10]);
    expect(second.next).toBe(null);
  });
});
