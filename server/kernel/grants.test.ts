import { AREAS } from '@countersign/core/kernel/index.ts';
import type { Actor, Area } from '@countersign/core/kernel/index.ts';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalIn, refusalOf, standUp } from '../testing.ts';

const { auditor, adviser, owner, lead } = PEOPLE;
const carl = PEOPLE['control-owner'];
let ground: Ground;

beforeAll(async () => {
  ground = await standUp();
  await act(OPERATOR, 'records.apply', {
    records: [
      control('both', { soc2: ['CC6.1'], iso27001: ['A.5.15'] }),
      control('soc', { soc2: ['CC7.5'] }),
      control('iso', { iso27001: ['A.8.13'] }),
      control('none', {}),
    ],
  });
  for (const [id, on] of [
    ['for-soc', 'soc'],
    ['for-iso', 'iso'],
  ] as const) {
    const { digest } = await ground.engine.services.putBlob(ground.alpha, carl, Readable.from([Buffer.from(id)]));
    await act(carl, 'evidence.add', { id, name: id, blob: digest, controls: [on] });
    await act(carl, 'performance.record', { control: on, at: '2026-01-01T08:00:00Z', evidence: [id] });
  }
  await act(lead, 'evidence.return', { evidence: 'for-soc', reason: 'The last page is missing' });
  await act(carl, 'evidence.resubmit', { evidence: 'for-soc', note: 'It is blank, we never use it' });
  const days = { from: '2026-01-01', to: '2026-02-28', reason: 'The store moves' };
  await act(carl, 'exception.request', { id: 'asked', control: 'soc', ...days });
  await act(carl, 'exception.request', { id: 'given', control: 'soc', ...days });
  await act(lead, 'exception.approve', { exception: 'given' });
  await act(carl, 'exception.request', { id: 'dropped', control: 'soc', ...days });
  await act(carl, 'exception.withdraw', { exception: 'dropped', reason: 'Not needed' });
  await act(carl, 'design.evaluate', { id: 'drawn', control: 'soc', evaluatedOn: '2026-01-01', finding: 'It may do' });
});
afterAll(() => ground.close());
beforeEach(async () => {
  ground.clock.set('2026-03-01T12:00:00Z');
  for (const { id } of await listed(owner, 'grant'))
    await act(owner, 'grant.end', { grant: id, reason: 'Begin anew' }).catch(() => undefined);
});

const act = (actor: Actor, name: string, input: unknown) => ground.engine.runtime.act(ground.alpha, actor, name, input);
const control = (id: string, answers: object): object => ({
  kind: 'control',
  id,
  title: id,
  frequency: 'monthly',
  startsOn: '2026-01-01',
  answers,
});
const Row = z.looseObject({ id: z.string(), version: z.int() });
const listed = async (actor: Actor, kind: string) => {
  const { items } = await ground.engine.runtime.list(ground.alpha, actor, kind, { limit: 200 });
  return items.map((item) => Row.parse(item));
};
const ids = async (actor: Actor, kind: string): Promise<readonly string[]> =>
  (await listed(actor, kind)).map(({ id }) => id);
const give = (given: object = {}, visible: readonly Area[] = AREAS, person: Actor = auditor) =>
  act(owner, 'grant.give', {
    person: person.id,
    programme: 'soc2',
    from: '2026-03-01',
    to: '2026-03-31',
    visible,
    ...given,
  });
const status = (actor: Actor, framework: string, options = {}) =>
  ground.engine.runtime.view(ground.alpha, actor, 'status', { framework }, options);

describe('giving and ending', () => {
  test.each<[string, Actor, object, string]>([
    ['a lead', lead, {}, 'done'],
    ['the operator, in a person’s place', OPERATOR, {}, 'identity.required'],
    ['a control owner', carl, {}, 'record.forbidden'],
    ['an auditor, to herself', auditor, {}, 'record.forbidden'],
    ['to somebody of the company', owner, { person: 'emma' }, 'grant.guest'],
    ['to nobody', owner, { person: 'nobody' }, 'record.missing'],
    ['for a programme that is none', owner, { programme: 'nist' }, 'record.missing'],
    ['of nothing', owner, { visible: [] }, 'record.invalid'],
    ['of a part there is not', owner, { visible: ['everything'] }, 'record.invalid'],
    ['that ends before it begins', owner, { to: '2026-02-28' }, 'grant.order'],
    ['that is over', owner, { from: '2026-01-01', to: '2026-02-28' }, 'grant.past'],
    ['that is over today', owner, { from: '2026-03-01', to: '2026-03-01' }, 'done'],
    ['longer than two years', owner, { to: '2028-03-01' }, 'grant.length'],
    ['of two years', owner, { to: '2028-02-29' }, 'done'],
    ['by apply', owner, {}, 'apply.ownActs'],
  ])('%s', async (what, actor, given, end) => {
    const input = {
      person: 'aude',
      programme: 'soc2',
      from: '2026-03-01',
      to: '2026-03-31',
      visible: ['posture'],
      ...given,
    };
    const work =
      what === 'by apply'
        ? act(actor, 'records.apply', { records: [{ kind: 'grant', id: 'g', givenBy: 'olga', ...input }] })
        : act(actor, 'grant.give', input);

    expect(end === 'done' ? (await work).changes.length : await refusalOf(work)).toBe(end === 'done' ? 1 : end);
  });

  test('one that ended is ended no more', async () => {
    await give({ id: 'brief' });
    await act(lead, 'grant.end', { grant: 'brief', reason: 'They are done' });

    expect(await refusalOf(act(lead, 'grant.end', { grant: 'brief', reason: 'They are done' }))).toBe('record.move');
  });
});

describe('when it is in force', () => {
  test.each([
    ['2026-03-09T23:59:59.999Z', 'grant.begins', '2026-03-10'],
    ['2026-03-10T00:00:00Z', undefined, ''],
    ['2026-03-20T23:59:59.999Z', undefined, ''],
    ['2026-03-21T00:00:00Z', 'grant.ended', '2026-03-20'],
  ])('at %s: %s', async (now, code, on) => {
    await give({ from: '2026-03-10', to: '2026-03-20' });
    ground.clock.set(now);

    const end = await refusalIn(status(auditor, 'soc2').then(() => Promise.reject(new Error('shown')))).catch(
      () => undefined,
    );

    expect(end?.code).toBe(code);
    expect(end?.message ?? '').toContain(on);
    ground.clock.set('2026-03-21T00:00:00Z');
  });

  test('it is today that counts, not the time asked about', async () => {
    await give();

    await expect(status(auditor, 'soc2', { asOf: '2026-01-15', knownAt: '2026-01-15' })).resolves.toBeDefined();
  });

  test('whoever has none is told so', async () => {
    expect(await refusalOf(status(adviser, 'soc2'))).toBe('grant.none');
  });
});

describe('what it opens', () => {
  test('the programme it names, and controls that answer it; what is done for others stays shut', async () => {
    await give();

    expect(await ids(auditor, 'programme')).toEqual(['soc2']);
    const controls = await ids(auditor, 'control');
    expect(controls).toEqual(expect.arrayContaining(['both', 'soc']));
    expect(controls).not.toContain('iso');
    expect(controls).not.toContain('none');
    expect((await listed(auditor, 'performance')).map((row) => row['control'])).toEqual(['soc']);
    expect(await refusalOf(ground.engine.runtime.get(ground.alpha, auditor, 'control', 'iso'))).toBe('record.missing');
    expect(await refusalOf(ground.engine.runtime.history(ground.alpha, auditor, 'control', 'iso'))).toBe(
      'record.missing',
    );
    expect(await refusalOf(ground.engine.runtime.actsOn(ground.alpha, auditor, 'control', 'iso'))).toBe(
      'record.missing',
    );
    expect(await refusalOf(status(auditor, 'iso27001'))).toBe('programme.none');
  });

  test('the parts it names and no other', async () => {
    await give({}, ['posture', 'exceptions']);

    await expect(status(auditor, 'soc2')).resolves.toBeDefined();
    expect(await ids(auditor, 'exception')).toEqual(['given']);
    for (const kind of ['control', 'evidence', 'performance', 'person', 'source'])
      expect([kind, await refusalOf(ground.engine.runtime.list(ground.alpha, auditor, kind))]).toEqual([
        kind,
        'grant.area',
      ]);
  });

  test('figures of its programme as the company has them', async () => {
    await give({}, ['posture']);
    const window = { from: '2026-01-01', to: '2026-02-28', controls: ['soc'] };

    const [theirs, ours] = await Promise.all(
      [auditor, owner].map((actor) => ground.engine.runtime.view(ground.alpha, actor, 'effectiveness', window)),
    );
    const [seen, known] = await Promise.all([status(auditor, 'soc2'), status(owner, 'soc2')]);

    expect(theirs?.answer).toEqual(ours?.answer);
    expect(seen.answer).toEqual(known.answer);
  });

  test('an answer says that it was filtered, and by which grant', async () => {
    await give({ id: 'saying' });

    expect((await status(auditor, 'soc2')).shown).toEqual({ grants: ['saying'], until: '2026-03-31', drafts: false });
    expect((await status(owner, 'soc2')).shown).toBeUndefined();
  });

  test('two grants open each what it names, and not what the other does', async () => {
    await give({}, ['controls']);
    await give({ programme: 'iso27001' }, ['performances']);

    expect(await ids(auditor, 'control')).not.toContain('iso');
    expect((await listed(auditor, 'performance')).map((row) => row['control'])).toEqual(['iso']);
    expect((await ids(auditor, 'programme')).toSorted()).toEqual(['iso27001', 'soc2']);
  });
});

describe('drafts', () => {
  test('an auditor sees what was decided, not what was asked for, proposed or submitted', async () => {
    await give();

    expect(await ids(auditor, 'exception')).toEqual(['given']);
    expect(await ids(auditor, 'design-evaluation')).toEqual([]);
    expect(await ids(auditor, 'evidence')).toEqual([]);
    expect(await refusalOf(ground.engine.runtime.get(ground.alpha, auditor, 'evidence', 'for-soc'))).toBe(
      'record.missing',
    );
  });

  test('once accepted a document is shown, without what was said about it inside', async () => {
    await give();
    await act(lead, 'evidence.accept', { evidence: 'for-soc' });

    const [shown] = await listed(auditor, 'evidence');
    const versions = await ground.engine.runtime.history(ground.alpha, auditor, 'evidence', 'for-soc');
    const [whole] = (await listed(owner, 'evidence')).filter(({ id }) => id === 'for-soc');

    expect(shown).toMatchObject({ id: 'for-soc', state: 'accepted' });
    expect(shown).not.toHaveProperty('note');
    expect(versions.map((version) => Row.parse(version).version)).toEqual([4]);
    expect(JSON.stringify(versions)).not.toContain('blank');
    expect(whole).toHaveProperty('note');
  });

  test('an adviser sees them: it is theirs to help with', async () => {
    await give({}, AREAS, adviser);

    expect(await ids(adviser, 'exception')).toEqual(['asked', 'dropped', 'given']);
    expect(await ids(adviser, 'design-evaluation')).toEqual(['drawn']);
    expect((await status(adviser, 'soc2')).shown).toMatchObject({ drafts: true });
  });
});

describe('what a guest does', () => {
  const evaluate = (on: string) =>
    act(adviser, 'design.evaluate', { control: on, evaluatedOn: '2026-02-01', finding: 'It does what is asked' });

  test('an adviser evaluates what they are shown, while they are shown it', async () => {
    expect(await refusalOf(evaluate('soc'))).toBe('grant.ended');
    await give({}, ['posture'], adviser);
    expect(await refusalOf(evaluate('soc'))).toBe('grant.area');
    await give({}, ['controls'], adviser);
    expect(await refusalOf(evaluate('iso'))).toBe('record.missing');
    expect((await evaluate('soc')).changes).toHaveLength(1);
  });

  test('who is an auditor and something else besides sees as that', async () => {
    const both: Actor = { id: 'aude', roles: ['auditor', 'employee'] };

    expect(await ids(both, 'control')).toContain('none');
  });
});
