import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { diskFolder, verifyExport, verifyPath } from '@countersign/ledger/index.ts';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Organisation } from '../runtime.ts';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalIn, refusalOf, standUp } from '../testing.ts';
import { hands, whereIs } from './testing.ts';

const NAME = 'Theodora Marchbanks';
const MAIL = 'theodora.m@example.com';
const TEXT = 'The minutes name Balthazar-Onyx-4417';
const FILE = 'Balthazar minutes.txt';

let ground: Ground;
let other: Engine;
let org: Organisation;
let our: ReturnType<typeof hands>;
let folder: string;

async function exported(name: string): Promise<string> {
  const out = join(folder, name);
  for await (const { path, bytes, append } of ground.engine.services.exportLog(org)) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), bytes, { flag: append ? 'a' : 'w' });
  }
  return out;
}
const holds = (text: string, path: string): boolean => {
  try {
    return execFileSync('grep', ['-rlF', '--', text, path]).length > 0;
  } catch {
    return false;
  }
};
const legs = async (id: string, options: { asOf?: string; knownAt?: string } = {}) => {
  const answer = (await our.view('status', { framework: 'soc2' }, options)) as {
    requirements: { controls: { id: string; state: string; because: string[] }[] }[];
  };
  return answer.requirements.flatMap(({ controls }) => controls).find((one) => one.id === id);
};
const fileOf = (digest: string) => join(ground.folder, 'blobs', String(org.id), digest.slice(0, 2), digest);

beforeAll(async () => {
  ground = await standUp();
  folder = await mkdtemp(join(tmpdir(), 'countersign-erased-'));
  org = ground.alpha;
  our = hands(ground, org);
  const monthly = { frequency: 'monthly', startsOn: '2026-01-01', evidence: 'required', answers: { soc2: ['CC6.1'] } };
  await our.act(OPERATOR, 'records.apply', {
    records: [
      { kind: 'control', id: 'c', title: 'Access review', ...monthly },
      { kind: 'control', id: 'held', title: 'Held', ...monthly },
      { kind: 'person', id: 'p-1', name: NAME, email: MAIL, roles: ['control-owner'], jobTitle: `${NAME}’s job` },
    ],
  });
  await our.act(OPERATOR, 'records.apply', {
    records: [{ kind: 'person', id: 'p-1', name: `${NAME} Jr`, email: MAIL, roles: ['control-owner'] }],
  });
  // More than two hundred versions in one statement: it lists none, and the digest of one must outlive its words.
  await our.act(OPERATOR, 'records.apply', {
    records: [
      ...Array.from({ length: 230 }, (_, i) => ({ kind: 'person', id: `many-${i}`, name: `Many ${i}` })),
      { kind: 'person', id: 'p-1', name: NAME, email: MAIL, roles: ['control-owner'] },
    ],
  });
  other = await ground.another();
  ground.clock.set('2026-02-03T10:00:00Z');
});
afterAll(async () => {
  await ground.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a document', () => {
  let digest: string;
  beforeAll(async () => {
    digest = await our.file('e-1', TEXT, { name: FILE, source: 'Balthazar’s drive' });
    await our.act(PEOPLE['control-owner'], 'performance.record', {
      control: 'c',
      at: '2026-02-02T10:00:00Z',
      evidence: ['e-1'],
      for: '2026-01',
    });
    await our.act(PEOPLE.owner, 'evidence.accept', { evidence: 'e-1' });
    await hands(ground, org, other).view('evidence.page', { evidence: 'e-1' });
    ground.clock.set('2026-02-03T12:00:00Z');
  });

  test('is shown with the work that rests on it', async () => {
    expect(await our.view('erasure.preview', { what: { kind: 'evidence', id: 'e-1' } }, {}, PEOPLE.lead)).toMatchObject(
      {
        title: FILE,
        isErased: false,
        occurrences: [{ control: { id: 'c' }, key: '2026-01', leftWithout: true }],
        controls: [{ id: 'c' }],
        programmes: [{ framework: 'soc2' }],
      },
    );
    expect((await legs('c'))?.state).toBe('operating');
  });

  test('of which another record has the same bytes keeps them for it, and them alone', async () => {
    await our.file('e-2', TEXT, { name: 'A copy.txt' });
    await our.erase({ kind: 'evidence', id: 'e-2' }, 'er-2');

    const { bytes } = await ground.engine.services.findBlob(org, digest);
    expect(bytes).toBe(Buffer.byteLength(TEXT));
    expect(await our.view('evidence.page', { evidence: 'e-2' })).toMatchObject({
      name: 'Erased evidence',
      digest: '0'.repeat(64),
    });
    expect((await legs('c'))?.state).toBe('operating');
  });

  test('that is erased shows nothing from then on, of no time; and what was known before stays known', async () => {
    const old = await exported('before');
    const erased = await our.erase({ kind: 'evidence', id: 'e-1' }, 'er-1');
    ground.clock.set('2026-02-03T12:05:00Z');

    for (const asOf of ['2026-02-03T12:05:00Z', '2026-02-03T11:00:00Z']) {
      const leg = await legs('c', { asOf });
      expect(leg).toMatchObject({ state: 'not-observed' });
      expect(leg?.because.join()).toContain('the evidence it requires was erased on 2026-02-03');
    }
    expect((await legs('c', { asOf: '2026-02-03T11:00:00Z', knownAt: '2026-02-03T11:00:00Z' }))?.state).toBe(
      'operating',
    );
    const window = { from: '2026-01-01', to: '2026-02-28' };
    const of = async (knownAt?: string) =>
      (
        (await our.view('effectiveness', window, knownAt === undefined ? {} : { knownAt })) as {
          controls: { control: string; operated: string; occurrences: object[] }[];
        }
      ).controls.find(({ control }) => control === 'c');
    expect(await of()).toMatchObject({
      operated: 'not-observed',
      occurrences: [{ key: '2026-01', state: 'late', evidenceErasedAt: '2026-02-03T12:00:00.000Z' }, {}],
    });
    expect(await of('2026-02-03T11:00:00Z')).toMatchObject({
      operated: 'yes',
      occurrences: [{ key: '2026-01', state: 'late' }, {}],
    });

    // The words are nowhere: no table, no file, no other process’s memory, no export.
    for (const word of [TEXT, 'Balthazar', digest]) expect(await whereIs(ground, word)).toEqual([]);
    expect(JSON.stringify(await hands(ground, org, other).view('evidence.page', { evidence: 'e-1' }))).not.toContain(
      'Balthazar',
    );
    expect(JSON.stringify(await other.runtime.history(org, OPERATOR, 'evidence', 'e-1'))).not.toContain('Balthazar');
    const out = await exported('after');
    expect([holds('Balthazar', old), holds('Balthazar', out)]).toEqual([true, false]);

    const whole = await verifyExport(diskFolder(out));
    expect([whole.ok, whole.failures]).toEqual([true, []]);
    expect(whole.payloads.erased).toBeGreaterThanOrEqual(2);
    const against = await verifyExport(diskFolder(out), { old: diskFolder(old) });
    expect([...new Set(against.failures.map(({ code }) => code))]).toEqual(['payload.removed']);
    // Its entry is found: in the log, and by the register.
    const page = (await our.view('erasure.page', { search: 'er-1' })) as { items: { id: string; index: number }[] };
    expect(page.items).toMatchObject([{ id: 'er-1', index: erased.index, state: 'done' }]);
    expect((await ground.engine.services.rebuild(org, () => undefined)).differences).toEqual([]);
  });

  test('is in no binder and no bag, which verify and name the erasure', async () => {
    const { binders } = ground.engine.services;
    const id = crypto.randomUUID();
    await binders.make(
      org,
      OPERATOR,
      { from: '2026-01-01', to: '2026-02-02' },
      {
        ...{ id, key: crypto.randomUUID(), signal: new AbortController().signal },
        progress: () => undefined,
      },
    );
    const binder = join(folder, 'binder.zip');
    await pipeline(await binders.read(org, (await binders.find(org, OPERATOR, id)).digest), createWriteStream(binder));
    const bag = join(folder, 'bag.zip');
    await pipeline((await binders.one(org, PEOPLE.owner, 'e-1')).bytes, createWriteStream(bag));

    // Kept until the next erasure, which it may hold.
    await our.file('e-0', 'Nothing much');
    await our.erase({ kind: 'evidence', id: 'e-0' }, 'er-0');
    expect(await refusalOf(binders.find(org, OPERATOR, id))).toBe('binder.erased');

    for (const path of [binder, bag]) {
      expect([holds('Balthazar', path), holds(digest, path)]).toEqual([false, false]);
      const { ok, failures } = await verifyPath(path);
      expect([ok, failures]).toEqual([true, []]);
    }
    expect(holds('er-1', binder)).toBe(true);
  });

  test('is not decided on, corrected or put back', async () => {
    const lead = (name: string, input: object) => refusalOf(our.act(PEOPLE.owner, name, input));
    expect(await lead('evidence.return', { evidence: 'e-1', reason: 'no reason' })).toBe('evidence.erased');
    expect(await lead('erasure.ask', { what: { kind: 'evidence', id: 'e-1' }, why: 'again', basis: 'GDPR' })).toBe(
      'erasure.done',
    );
    expect(await refusalOf(ground.engine.services.findBlob(org, digest))).toBe('blob.missing');
    // The same bytes may come in again: somebody answers for them anew.
    const again = await our.file('e-3', TEXT, { name: 'New.txt' });
    expect((await ground.engine.services.findBlob(org, again)).bytes).toBe(Buffer.byteLength(TEXT));
    await our.erase({ kind: 'evidence', id: 'e-3' }, 'er-3');
    expect(await whereIs(ground, 'Balthazar')).toEqual([]);
  });

  test('whose process was killed after the commit loses its file when the next one starts', async () => {
    const put = await our.file('e-4', 'Left by a crash: Melchior-88', { name: 'crash.txt' });
    await our.act(PEOPLE.lead, 'erasure.ask', {
      id: 'er-4',
      what: { kind: 'evidence', id: 'e-4' },
      why: 'asked',
      basis: 'GDPR',
    });
    await ground.engine.runtime.act(org, PEOPLE.owner, 'erasure.approve', { erasure: 'er-4' });
    // Put back as the kill would have left it: unlinked, and the bytes still there.
    const path = fileOf(put);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'Left by a crash: Melchior-88');
    await ground.asAdministrator('insert into unlinked values ($1, $2, 1)', [org.id, Buffer.from(put, 'hex')]);
    expect(await whereIs(ground, 'Melchior-88')).toHaveLength(1);

    await ground.another();

    await expect.poll(() => whereIs(ground, 'Melchior-88'), { timeout: 20_000, interval: 200 }).toEqual([]);
    expect(await ground.asAdministrator('select * from unlinked')).toEqual([]);
  });

  test('whose bytes came in again before the file was deleted keeps them', async () => {
    const put = await our.file('e-5', 'Came in again', { name: 'again.txt' });
    await ground.asAdministrator('insert into unlinked values ($1, $2, 1)', [org.id, Buffer.from(put, 'hex')]);
    await ground.another();
    await expect.poll(() => ground.asAdministrator('select * from unlinked'), { timeout: 20_000 }).toEqual([]);

    const pieces: Buffer[] = [];
    for await (const piece of await ground.engine.services.readBlob(org, put)) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).toString()).toBe('Came in again');
  });
});

describe('a person', () => {
  test('is shown with the records that name them and are not reached', async () => {
    await our.act(OPERATOR, 'records.apply', {
      records: [{ kind: 'control', id: 'm', title: `Call ${NAME}`, frequency: 'monthly' }],
    });
    expect(await our.view('erasure.preview', { what: { kind: 'person', id: 'p-1' } }, {}, PEOPLE.lead)).toMatchObject({
      title: NAME,
      hasAccount: false,
      mentions: [{ kind: 'control', id: 'm' }],
      programmes: [],
    });
  });

  test('who is erased has no name in any version, keeps the id, and is not written again', async () => {
    const notice =
      'insert into notice (org, id, person, kind, occasion, says, at, mail) values ($1, gen_random_uuid(), $2, $3, $4, $5, now(), $6)';
    await ground.asAdministrator(notice, [org.id, 'olga', 'k', 'o-1', `${NAME} asks for something`, 'none']);
    await ground.asAdministrator(notice, [org.id, 'olga', 'k', 'o-2', 'Nothing of the kind', 'none']);
    await ground.asAdministrator(notice, [org.id, 'p-1', 'k', 'o-3', 'You have work', 'none']);
    await ground.asAdministrator(
      `insert into signin_user (id, name, email) values ('u-1', $1, $2), ('u-2', 'Somebody', 'somebody@example.com')`,
      [NAME, MAIL],
    );
    await ground.asAdministrator(
      `insert into membership (org, user_id, person, since) values ($1, 'u-1', 'p-1', now())`,
      [org.id],
    );
    await other.runtime.get(org, OPERATOR, 'person', 'p-1');

    await our.erase({ kind: 'person', id: 'p-1' }, 'er-p');

    expect(await whereIs(ground, MAIL)).toEqual([]);
    // What names them elsewhere is not reached, as the preview said.
    expect(await whereIs(ground, 'Theodora')).toEqual(['public.record']);
    expect(
      await ground.asAdministrator(`select kind, id from record where position('Theodora' in body::text) > 0`),
    ).toEqual([{ kind: 'control', id: 'm' }]);
    const history = (await other.runtime.history(org, OPERATOR, 'person', 'p-1')) as {
      name: string;
      roles: string[];
      erased?: string;
    }[];
    expect(history.map(({ name }) => name)).toEqual(Array.from({ length: 4 }, () => 'Erased person'));
    expect(history.map(({ erased }) => erased)).toEqual([undefined, undefined, undefined, 'er-p']);
    expect(history.at(-1)).toMatchObject({ roles: ['control-owner'], leavesOn: '2026-02-03' });
    expect(await ground.asAdministrator('select says from notice where org = $1', [org.id])).toEqual([
      { says: 'Nothing of the kind' },
    ]);
    expect(await ground.asAdministrator('select id from signin_user order by id')).toEqual([{ id: 'u-2' }]);
    const written = our.act(PEOPLE.owner, 'records.apply', {
      records: [{ kind: 'person', id: 'p-1', name: NAME, email: MAIL }],
    });
    expect(await refusalOf(written)).toBe('person.erased');
    const out = await exported('people');
    expect([holds(MAIL, out), (await verifyExport(diskFolder(out))).failures]).toEqual([false, []]);
    expect((await ground.engine.services.rebuild(org, () => undefined)).differences).toEqual([]);
  });

  test('who belongs to another organisation too keeps the account for it', async () => {
    await our.act(OPERATOR, 'records.apply', { records: [{ kind: 'person', id: 'p-2', name: 'Two places' }] });
    for (const { id } of [ground.alpha, ground.beta])
      await ground.asAdministrator(
        `insert into membership (org, user_id, person, since) values ($1, 'u-2', $2, now())`,
        [id, id === org.id ? 'p-2' : 'emma'],
      );

    await our.erase({ kind: 'person', id: 'p-2' }, 'er-p2');

    expect(await ground.asAdministrator(`select org from membership where user_id = 'u-2'`)).toEqual([
      { org: ground.beta.id },
    ]);
    expect(await ground.asAdministrator('select id from signin_user')).toEqual([{ id: 'u-2' }]);
  });

  test('who is the last owner is not erased', async () => {
    await our.act(OPERATOR, 'records.apply', {
      records: [{ kind: 'person', id: 'o-2', name: 'Second owner', roles: ['owner'], leavesOn: '2027-01-01' }],
    });
    await our.act(PEOPLE.lead, 'erasure.ask', {
      id: 'er-o',
      what: { kind: 'person', id: 'olga' },
      why: 'asked',
      basis: 'GDPR',
    });
    expect(await refusalOf(our.act(PEOPLE.owner, 'erasure.approve', { erasure: 'er-o' }))).toBe('erasure.self');
    const second = { id: 'o-2', roles: ['owner'] } as const;
    expect(await refusalOf(our.act(second, 'erasure.approve', { erasure: 'er-o' }))).toBe('person.last');
    expect(await whereIs(ground, 'Second owner')).not.toEqual([]);
  });
});

describe('holds and hands', () => {
  const what = { kind: 'evidence', id: 'h-1' };
  const asking = { what, why: 'asked by them', basis: 'GDPR Art. 17(1)(b)' };
  beforeAll(() => our.file('h-1', 'Under a hold', { controls: ['held'] }));

  test('under a hold nothing is asked, and nothing that was asked before is approved', async () => {
    await our.act(PEOPLE.lead, 'erasure.ask', { id: 'er-h', ...asking });
    await our.act(PEOPLE.lead, 'hold.place', {
      id: 'lh',
      name: 'Orion v. us',
      why: 'litigation',
      covers: { controls: ['held'] },
    });

    const approve = () => our.act(PEOPLE.owner, 'erasure.approve', { erasure: 'er-h' });
    const refused = await refusalIn(approve());
    expect([refused.code, refused.message]).toEqual(['erasure.held', expect.stringContaining('“Orion v. us” (lh)')]);
    expect(await refusalOf(our.act(PEOPLE.owner, 'erasure.ask', asking))).toBe('erasure.held');

    await our.act(PEOPLE.lead, 'hold.ask-release', { hold: 'lh', why: 'It is settled' });
    expect(await refusalOf(approve())).toBe('erasure.held');
    expect(await refusalOf(our.act(PEOPLE.lead, 'hold.release', { hold: 'lh' }))).toBe('hold.own');
    expect(await refusalOf(our.act(OPERATOR, 'hold.release', { hold: 'lh' }))).toBe('identity.required');
    await our.act(PEOPLE.owner, 'hold.release', { hold: 'lh' });
    await approve();
    expect(await whereIs(ground, 'Under a hold')).toEqual([]);
  });

  test('a hold and an approval at once: whichever is in the log first decides', async () => {
    for (let round = 0; round < 6; round += 1) {
      const id = `race-${round}`;
      const text = `Raced for ${round} by two`;
      await our.file(id, text, { controls: ['held'] });
      await our.act(PEOPLE.lead, 'erasure.ask', { id: `er-${id}`, ...asking, what: { kind: 'evidence', id } });
      const [held, erased] = await Promise.allSettled(
        [
          () =>
            hands(ground, org, round % 2 === 0 ? other : ground.engine).act(PEOPLE.lead, 'hold.place', {
              id: `lh-${id}`,
              name: id,
              why: 'race',
              covers: { evidence: [id] },
            }),
          () => our.act(PEOPLE.owner, 'erasure.approve', { erasure: `er-${id}` }),
        ].map((work) => work()),
      );
      const gone = (await whereIs(ground, text)).length === 0;
      expect([held?.status, erased?.status]).toEqual(['fulfilled', gone ? 'fulfilled' : 'rejected']);
      if (erased?.status === 'rejected') expect(erased.reason).toMatchObject({ code: 'erasure.held' });
    }
  });

  test('two people: who asked does not approve, the operator never does, nor anybody below a lead', async () => {
    await our.file('h-2', 'For the hands', {});
    await our.act(PEOPLE.lead, 'erasure.ask', { id: 'er-h2', ...asking, what: { kind: 'evidence', id: 'h-2' } });
    const by = (who: Parameters<typeof our.act>[0]) => refusalOf(our.act(who, 'erasure.approve', { erasure: 'er-h2' }));

    expect(await by(PEOPLE.lead)).toBe('erasure.own');
    expect(await by(OPERATOR)).toBe('identity.required');
    for (const role of ['control-owner', 'employee', 'adviser', 'auditor'] as const)
      expect(await by(PEOPLE[role])).toBe('record.forbidden');
    expect(
      await refusalOf(our.act(PEOPLE.owner, 'erasure.ask', { ...asking, what: { kind: 'evidence', id: 'h-2' } })),
    ).toBe('erasure.asked');
    await our.act(PEOPLE.owner, 'erasure.refuse', { erasure: 'er-h2', reason: 'It must be kept' });
    expect(await by(PEOPLE.owner)).toBe('record.move');
    expect(await whereIs(ground, 'For the hands')).toHaveLength(1);
  });

  test('of another organisation nothing is erased', async () => {
    await hands(ground, ground.beta).act(OPERATOR, 'records.apply', {
      records: [{ kind: 'control', id: 'c', title: 'C', frequency: 'monthly' }],
    });
    await hands(ground, ground.beta).file('h-3', 'Theirs and not ours', {});
    await our.file('h-3', 'Theirs and not ours', {});

    await our.erase({ kind: 'evidence', id: 'h-3' }, 'er-h3');

    expect(await whereIs(ground, 'Theirs and not ours')).toEqual([expect.stringContaining(`/${ground.beta.id}/`)]);
    const asked = hands(ground, ground.beta).act(PEOPLE.lead, 'erasure.ask', {
      ...asking,
      what: { kind: 'evidence', id: 'h-2' },
    });
    expect(await refusalOf(asked)).toBe('record.missing');
  });

  test.each([
    [{ kind: 'evidence' }],
    [{ kind: 'nothing', id: 'x' }],
    [{ kind: 'person', id: "x'; drop table record; --" }],
    [{ kind: 'item', dataset: '', source: 'hr', item: 'a' }],
    [{ kind: 'item', dataset: 'hr/people', source: 'hr', item: 'a', also: 1 }],
    ['e-1'],
    [null],
  ])('%j is nothing that could be erased', async (thing) => {
    expect(await refusalOf(our.act(PEOPLE.lead, 'erasure.ask', { ...asking, what: thing }))).toBe('record.invalid');
  });

  test.each([
    [{ covers: {} }, 'hold.nothing'],
    [{ covers: { controls: [] } }, 'hold.nothing'],
    [{ covers: { all: false } }, 'record.invalid'],
    [{ covers: { controls: ['nobody'] } }, 'record.reference'],
    [{ covers: { all: true }, from: '2026-03-01', until: '2026-02-01' }, 'hold.order'],
  ])('%j is no hold: %s', async (given, code) => {
    expect(await refusalOf(our.act(PEOPLE.lead, 'hold.place', { name: 'n', why: 'because', ...given }))).toBe(code);
  });

  test('neither is made by a file', async () => {
    const apply = (record: object) => refusalOf(our.act(PEOPLE.owner, 'records.apply', { records: [record] }));
    expect(
      await apply({ kind: 'erasure', id: 'x', ...asking, askedBy: 'lena', decidedBy: 'olga', state: 'done' }),
    ).toBe('apply.ownActs');
    expect(
      await apply({
        kind: 'legal-hold',
        id: 'x',
        name: 'n',
        why: 'why',
        covers: { all: true },
        from: '2026-01-01',
        placedBy: 'a',
      }),
    ).toBe('apply.ownActs');
  });

  test('holds are for those who answer for them', async () => {
    const page = async (who: Parameters<typeof our.act>[0]) =>
      (await our.view('erasure.page', {}, {}, who)) as { holds: object[] | null };
    expect((await page(PEOPLE.lead)).holds?.length).toBeGreaterThan(0);
    expect((await page(PEOPLE['control-owner'])).holds).toBeNull();
    expect(await refusalOf(our.view('erasure.page', {}, {}, PEOPLE.employee))).toBe('record.forbidden');
    expect(await refusalOf(ground.engine.runtime.list(org, PEOPLE.auditor, 'legal-hold'))).not.toBe('');
  });
});
