import { describe, expect, it } from 'vitest';
import { readAll } from '../kit/reading.ts';
import { connector } from './index.ts';
import { MadeRepository } from './repository-for-tests.ts';

const day = 86_400;
const start = Date.parse('2026-03-01T00:00:00Z') / 1000;
const moment = (days: number) => `${new Date((start + days * day) * 1000).toISOString().slice(0, 19)}Z`;
const on = (mark: number, days: number, ...parents: number[]) => ({ mark, seconds: start + days * day, parents });

describe('the first run', () => {
  it('lists all commits there ever were, with what each says', async () => {
    const made = new MadeRepository();
    const message = [
      'Round totals',
      '',
      'Reviewed-by: Not a trailer, in the middle <x@example.com>',
      '',
      'Reviewed-by: Bo <Bo@Example.com>',
      'approved-by: Di <di@example.com>',
      'Acked-by: Eve',
      'Signed-off-by: Ada <ada@example.com>',
      'Co-authored-by: Fay <fay@example.com>',
    ].join('\n');
    const [first, second] = made.tell(on(1, 0), { ...on(2, 1, 1), message });

    const { items, gaps, outcome } = await readAll(connector, 'commits', made.session(), moment(5));

    expect(gaps).toEqual([]);
    expect(outcome).toMatchObject({ from: '1970-01-01T00:00:00Z', to: moment(5) });
    expect(items.map(({ id }) => id).sort()).toEqual([first, second].sort());
    expect(items.find(({ id }) => id === second)).toEqual({
      is: 'item',
      id: second,
      at: moment(1),
      data: {
        subject: 'Round totals',
        author: 'Ada',
        authorEmail: 'ada@example.com',
        authoredAt: moment(1),
        committer: 'Cy',
        committerEmail: 'cy@example.com',
        committedAt: moment(1),
        parents: 1,
        isMerge: false,
        signaturePresent: false,
        signatureKind: 'none',
        reviewers: ['bo@example.com'],
        approvers: ['di@example.com'],
        ackers: ['eve'],
        signers: ['ada@example.com'],
        coAuthors: ['fay@example.com'],
      },
    });
  });

  it('reads as many commits as git counts when records span many chunks', async () => {
    const made = new MadeRepository();
    const told = Array.from({ length: 3000 }, (_, n) => ({
      mark: n + 1,
      seconds: start + n,
      parents: n === 0 ? [] : [n],
      message: `Änderung ${n} — ${'détail '.repeat(n % 40)}`,
    }));
    made.tell(...told);

    const { items } = await readAll(connector, 'commits', made.session(), moment(5));

    expect(items.map(({ id }) => id).sort()).toEqual(made.git(['rev-list', 'main']).split('\n').sort());
    expect(items.filter(({ data }) => String(data['subject']).includes('\uFFFD'))).toEqual([]);
  });

  it('is empty and whole for a repository without commits', async () => {
    const { items, gaps, outcome } = await readAll(connector, 'commits', new MadeRepository().session(), moment(5));

    expect({ items, gaps, outcome }).toEqual({
      items: [],
      gaps: [],
      outcome: { from: '1970-01-01T00:00:00Z', to: moment(5) },
    });
  });

  it('reads the branch it is told, and refuses one that does not exist', async () => {
    const made = new MadeRepository();
    const [first] = made.tell({ ...on(1, 0), branch: 'release/2' }, on(2, 1));

    const { items } = await readAll(connector, 'commits', made.session({ branch: 'release/2' }), moment(5));

    expect(items.map(({ id }) => id)).toEqual([first]);
    await expect(connector.probe(made.session({ branch: 'gone' }))).rejects.toMatchObject({ code: 'source.not-found' });
  });
});

describe('a later run', () => {
  it('lists only what is new, from where the last one ended', async () => {
    const made = new MadeRepository();
    made.tell(on(1, 0), on(2, 1, 1));
    const before = await readAll(connector, 'commits', made.session(), moment(2));
    const [third] = made.tell(on(3, 3, 2));

    const after = await readAll(connector, 'commits', made.session(), moment(4), before.outcome.cursor);

    expect(after.items.map(({ id }) => id)).toEqual([third]);
    expect(after.outcome).toMatchObject({ from: moment(2), to: moment(4) });
  });

  it('goes back to the earliest commit that was merged late, and lists that time whole', async () => {
    const made = new MadeRepository();
    made.tell(on(1, 0), on(2, 3, 1));
    const before = await readAll(connector, 'commits', made.session(), moment(4));
    made.tell({ ...on(3, 2, 1), branch: 'topic' }, on(4, 5, 2, 3));

    const after = await readAll(connector, 'commits', made.session(), moment(6), before.outcome.cursor);

    expect(after.outcome).toMatchObject({ from: moment(2), to: moment(6) });
    expect(after.items.map(({ at }) => at).sort()).toEqual([moment(2), moment(3), moment(5)]);
  });

  it('goes back to the earliest commit that a rewrite removed, so that it counts as withdrawn', async () => {
    const made = new MadeRepository();
    made.tell(on(1, 0), on(2, 1, 1), on(3, 2, 2));
    const before = await readAll(connector, 'commits', made.session(), moment(3));
    const [fourth] = made.tell(on(4, 4, 1));

    const after = await readAll(connector, 'commits', made.session(), moment(5), before.outcome.cursor);

    expect(after.outcome).toMatchObject({ from: moment(1), to: moment(5) });
    expect(after.items.map(({ id }) => id)).toEqual([fourth]);
  });

  it('lists all again when the commit it stood at is gone, or another branch is read', async () => {
    const made = new MadeRepository();
    made.tell(on(1, 0), on(2, 1, 1), { ...on(3, 1), branch: 'other' });
    const { outcome } = await readAll(connector, 'commits', made.session(), moment(3));
    const elsewhere = await readAll(connector, 'commits', made.session({ branch: 'other' }), moment(4), outcome.cursor);
    const cursor = { shape: 1, branch: 'main', tip: 'f'.repeat(40), to: moment(3) };

    const lost = await readAll(connector, 'commits', made.session(), moment(4), cursor);

    expect([elsewhere.outcome.from, elsewhere.items.length]).toEqual(['1970-01-01T00:00:00Z', 1]);
    expect([lost.outcome.from, lost.items.length]).toEqual(['1970-01-01T00:00:00Z', 2]);
  });

  it('is partial when the whole history vanished', async () => {
    const cursor = { shape: 1, branch: 'main', tip: 'f'.repeat(40), to: moment(3) };

    const { gaps } = await readAll(connector, 'commits', new MadeRepository().session(), moment(4), cursor);

    expect(gaps).toHaveLength(1);
  });

  it.each(['--upload-pack=touch', 'main', { tip: 3 }, null])(
    'takes no word from a cursor it did not write: %j',
    async (tip) => {
      const made = new MadeRepository();
      made.tell(on(1, 0));

      const { items } = await readAll(connector, 'commits', made.session(), moment(4), {
        shape: 1,
        branch: 'main',
        tip,
        to: moment(1),
      });

      expect(items).toHaveLength(1);
    },
  );
});

describe('what is not whole is said', () => {
  it('a commit from the future is a gap, not an item', async () => {
    const made = new MadeRepository();
    const [first, second] = made.tell(on(1, 0), on(2, 300, 1));

    const { items, gaps } = await readAll(connector, 'commits', made.session(), moment(4));

    expect(items.map(({ id }) => id)).toEqual([first]);
    expect(gaps.map(({ item }) => item)).toEqual([second]);
  });

  it('a shallow repository is a gap', async () => {
    const made = new MadeRepository();
    const [, second] = made.tell(on(1, 0), on(2, 1, 1));
    const shallow = new MadeRepository();
    shallow.git(['fetch', '--quiet', '--depth=1', `file://${made.path}`, '+main:main']);

    const { items, gaps } = await readAll(connector, 'commits', shallow.session(), moment(4));

    expect(items.map(({ id }) => id)).toEqual([second]);
    expect(gaps).toHaveLength(1);
  });

  it('a missing commit refuses the run', async () => {
    const made = new MadeRepository();
    const tree = made.git(['mktree']);
    const lost = made.git(
      ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'],
      `tree ${tree}\nparent ${'e'.repeat(40)}\nauthor A <a@example.com> ${start} +0000\ncommitter A <a@example.com> ${start} +0000\n\nx\n`,
    );
    made.git(['update-ref', 'refs/heads/main', lost]);

    await expect(readAll(connector, 'commits', made.session(), moment(4))).rejects.toMatchObject({
      code: 'source.protocol',
    });
  });

  it('a time that no calendar knows is a gap', async () => {
    const made = new MadeRepository();
    const tree = made.git(['mktree']);
    const odd = made.git(
      ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'],
      `tree ${tree}\nauthor A <a@example.com> 1 +0000\ncommitter A <a@example.com> 99999999999999999 +0000\n\nx\n`,
    );
    made.git(['update-ref', 'refs/heads/main', odd]);

    const { items, gaps } = await readAll(connector, 'commits', made.session(), moment(4));

    expect([items, gaps.map(({ item }) => item)]).toEqual([[], [odd]]);
  });

  it('a message too long to read whole gives a gap, and an item that names no reviewers', async () => {
    const made = new MadeRepository();
    const message = `Long\n\n${'x'.repeat(3 * 1024 * 1024)}\n\nReviewed-by: Bo <bo@example.com>`;
    made.tell(on(1, 0), { ...on(2, 1, 1), message }, on(3, 2, 2));

    const { items, gaps } = await readAll(connector, 'commits', made.session(), moment(4));

    expect(items).toHaveLength(3);
    expect(gaps).toHaveLength(1);
    expect(items.filter(({ data }) => !('reviewers' in data)).map(({ id }) => id)).toEqual(
      gaps.map(({ item }) => item),
    );
  });
});

describe('merges', () => {
  const topic = { branch: 'topic', author: 'Bo <bo@example.com>' };

  it('are those on the first-parent line, with who wrote what was merged', async () => {
    const made = new MadeRepository();
    const co = 'Work\n\nCo-authored-by: Fay <fay@example.com>';
    const [, , , merge] = made.tell(
      on(1, 0),
      { ...on(2, 1, 1), ...topic, message: co },
      on(3, 2, 1),
      on(4, 3, 3, 2),
      on(5, 4, 4),
    );

    const { items } = await readAll(connector, 'merges', made.session(), moment(6));

    expect(items.map(({ id, at }) => [id, at])).toEqual([[merge, moment(3)]]);
    expect(items[0]?.data).toMatchObject({
      parents: 2,
      authorEmail: 'ada@example.com',
      mergedAuthors: ['bo@example.com', 'fay@example.com'],
      mergesSignedTag: false,
    });
  });

  it('leave out merges inside a side branch', async () => {
    const made = new MadeRepository();
    const [, , , , outer] = made.tell(
      on(1, 0),
      { ...on(2, 1, 1), ...topic },
      on(3, 2, 1),
      { ...on(4, 3, 2, 3), ...topic },
      on(5, 4, 3, 4),
    );

    const { items } = await readAll(connector, 'merges', made.session(), moment(6));

    expect(items.map(({ id }) => id)).toEqual([outer]);
  });

  it('that left the first-parent line by a later merge are withdrawn', async () => {
    const made = new MadeRepository();
    made.tell(on(1, 0), { ...on(2, 1, 1), ...topic }, on(3, 2, 1, 2));
    const before = await readAll(connector, 'merges', made.session(), moment(3));
    const [, foxtrot] = made.tell({ ...on(4, 4, 2), ...topic }, on(5, 5, 4, 3));

    const after = await readAll(connector, 'merges', made.session(), moment(6), before.outcome.cursor);

    expect(before.items).toHaveLength(1);
    expect(after.items.map(({ id }) => id)).toEqual([foxtrot]);
    expect(after.outcome.from).toBe(moment(2));
  });
});

describe('branches and tags', () => {
  it('lists branches with what the default branch holds of them', async () => {
    const made = new MadeRepository();
    const [, second, third] = made.tell(on(1, 0), on(2, 1, 1), {
      ...on(3, 2, 1),
      branch: 'topic/a b'.replace(' ', '-'),
    });
    made.git(['branch', 'old', 'main~1']);

    const { items, gaps } = await readAll(connector, 'branches', made.session(), moment(4));

    expect(gaps).toEqual([]);
    expect(
      items.map(({ id, data }) => [id, data['tip'], data['isDefault'], data['mergedIntoDefault'], data['tipAt']]),
    ).toEqual([
      ['main', second, true, true, moment(1)],
      ['old', expect.any(String), false, true, moment(0)],
      ['topic/a-b', third, false, false, moment(2)],
    ]);
  });

  it('lists tags with the signature they carry, which nobody checked', async () => {
    const made = new MadeRepository();
    const [first] = made.tell(on(1, 0));
    made.git(['tag', 'light', 'main']);
    const tag = (name: string, end: string) =>
      made.git(
        ['mktag', '--no-strict'],
        `object ${first}\ntype commit\ntag ${name}\ntagger Cy <Cy@Example.com> ${start} +0000\n\nRelease\n${end}`,
      );
    const signature = '-----BEGIN SSH SIGNATURE-----\nAAAA\n\nBBBB\n-----END SSH SIGNATURE-----\n';
    made.git(['update-ref', 'refs/tags/v1', tag('v1', '')]);
    made.git(['update-ref', 'refs/tags/v2', tag('v2', signature)]);

    const { items, gaps } = await readAll(connector, 'tags', made.session(), moment(4));

    expect(gaps).toEqual([]);
    expect(
      items.map(({ id, data }) => [
        id,
        data['annotated'],
        data['signatureKind'],
        data['signaturePresent'],
        data['target'],
      ]),
    ).toEqual([
      ['light', false, 'none', false, first],
      ['v1', true, 'none', false, first],
      ['v2', true, 'ssh', true, first],
    ]);
    expect(items[2]?.data).toMatchObject({ taggerEmail: 'cy@example.com', taggedAt: moment(0) });
  });

  it('says so when git cannot read a branch', async () => {
    const made = new MadeRepository();
    made.tell(on(1, 0));
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${made.path}/refs/heads/broken`, 'not a hash\n');

    const { gaps } = await readAll(connector, 'branches', made.session(), moment(4));

    expect(gaps).toHaveLength(1);
  });
});
