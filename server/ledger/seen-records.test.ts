import { exampleWitness } from '@countersign/ledger/witness/example-witness.ts';
import { printWitnessKey } from '@countersign/ledger/index.ts';
import type { LedgerPage, ProofOf } from '@countersign/core/proof/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Ground } from '../testing.ts';
import { OPERATOR, PEOPLE, refusalIn, refusalOf, standUp } from '../testing.ts';
import { AUTHORITY, lineOf, nameOutside, see, tokenOf } from './outside-for-tests.ts';

// What others saw of a log, from the record to the answer: the clock of the test is that of witness and authority.

let ground: Ground;
beforeAll(async () => {
  ground = await standUp();
  await ground.engine.runtime.act(ground.alpha, OPERATOR, 'records.apply', {
    records: [
      {
        ...{ kind: 'control', id: 'review', title: 'Review', frequency: 'monthly', startsOn: '2026-01-01' },
        answers: { soc2: ['CC6.1'] },
      },
    ],
  });
});
afterAll(() => ground.close());

const act = (name: string, input: object, actor: Parameters<typeof ground.engine.runtime.act>[1] = OPERATOR) =>
  ground.engine.runtime.act(ground.alpha, actor, name, input);
const view = async (name: string, input: object, options = {}, actor: typeof OPERATOR = OPERATOR) =>
  (await ground.engine.runtime.view(ground.alpha, actor, name, input, options)).answer;
const page = async () => (await view('ledger.page', {})) as z.infer<typeof LedgerPage>;
const occurrence = async (options = {}) => {
  const answer = (await view(
    'effectiveness',
    { from: '2026-01-01', to: '2026-01-31', controls: ['review'] },
    options,
  )) as {
    controls: { occurrences: { provenBy?: string; provenWith?: object; performedAt?: string }[] }[];
  };
  return answer.controls[0]?.occurrences[0];
};

describe('before anybody has seen it', () => {
  test('the log says that it shows order only, and all of it lies after the last outside time', async () => {
    const { witnesses, authorities, seen, seenTotal, after, claims, size, origin, vkey } = await page();

    expect({ witnesses, authorities, seen, seenTotal }).toEqual({
      ...{ witnesses: [], authorities: [], seen: [], seenTotal: 0 },
    });
    expect(after).toMatchObject({ entries: size });
    expect(claims.notProven[0]?.code).toBe('order-only');
    expect(vkey.startsWith(`${origin}+`)).toBe(true);
  });

  test('a key that is none, roots that are none, and a url for a witness by mail are refused where they stand', async () => {
    const { key } = exampleWitness(40, 'w.example.com');
    const vkey = printWitnessKey(key);
    const broken = vkey.replace(/.$/, vkey.endsWith('A') ? 'B' : 'A');
    const naming = (more: object) => refusalIn(act('witness.name', { id: 'x', name: 'X', vkey, ...more }));

    expect(await naming({ how: 'mail', vkey: broken })).toMatchObject({ code: 'proof.key', path: ['vkey'] });
    expect(await naming({ how: 'http' })).toMatchObject({ code: 'proof.url-missing' });
    expect(await naming({ how: 'mail', url: 'https://w.example.com/' })).toMatchObject({ code: 'proof.url-missing' });
    expect(await naming({ how: 'http', url: 'file:///etc/passwd' })).toMatchObject({ code: 'proof.url' });
    expect(await naming({ how: 'http', url: 'https://me:secret@w.example.com/' })).toMatchObject({ code: 'proof.url' });
    expect(await naming({ how: 'mail', id: 'Not/A-File' })).toMatchObject({ code: 'record.invalid' });
    expect(
      await refusalIn(act('authority.name', { id: 'x', name: 'X', url: 'https://t.example.com/', roots: 'none' })),
    ).toMatchObject({ code: 'proof.roots', path: ['roots'] });
  });

  test('only owner, lead and operator name somebody, and only the machine records what they saw', async () => {
    const authority = { id: 'x', name: 'X', url: 'https://t.example.com/', roots: AUTHORITY.roots };

    for (const role of ['control-owner', 'employee', 'adviser', 'auditor'] as const)
      expect(await refusalOf(act('authority.name', authority, PEOPLE[role]))).toBe('record.forbidden');
    expect(
      await refusalOf(act('time-stamp.record', { authority: 't', checkpoint: 'c', token: 'AAAA' }, PEOPLE.owner)),
    ).toBe('record.forbidden');
  });
});

describe('a performance', () => {
  test('is proven by nobody until the log with it was stamped, then by the stamp; known at before, by nobody still', async () => {
    ground.clock.set('2026-01-20T09:00:00Z');
    const { index } = await act('performance.record', { control: 'review', at: '2026-01-19T09:00:00Z' });
    expect(await occurrence()).not.toHaveProperty('provenBy');

    await nameOutside(ground, ground.alpha);
    ground.clock.set('2026-01-20T10:00:00Z');
    await see(ground, ground.alpha, 'time');
    ground.clock.set('2026-01-20T11:00:00Z');
    await see(ground, ground.alpha, 'witness');

    expect(await occurrence()).toMatchObject({
      performedAt: '2026-01-19T09:00:00.000Z',
      provenBy: '2026-01-20T10:00:00.000Z',
      provenWith: { kind: 'time', id: 't', name: 'The time' },
    });
    expect(await occurrence({ knownAt: '2026-01-20T09:30:00Z' })).not.toHaveProperty('provenBy');
    expect(await occurrence({ knownAt: '2026-01-20T09:30:00Z' })).toHaveProperty('performedAt');

    const { entries } = (await view('proof.of', { indexes: [index ?? -1, 1_000_000] })) as z.infer<typeof ProofOf>;
    expect(entries).toMatchObject([
      {
        index,
        act: 'performance.record',
        provenBy: '2026-01-20T10:00:00.000Z',
        seen: [{ id: 't' }, { id: 'w', name: 'The auditor' }],
      },
    ]);
  });

  test('that comes later is covered by none of them, and the page says what lies after', async () => {
    expect((await page()).after).toEqual({ entries: 0 });
    ground.clock.set('2026-01-21T09:00:00Z');
    const { index } = await act('performance.record', { control: 'review', at: '2026-01-21T08:00:00Z' });

    const { entries } = (await view('proof.of', { indexes: [index ?? -1] })) as z.infer<typeof ProofOf>;
    expect(entries[0]).not.toHaveProperty('provenBy');
    const { after, claims, seen, witnesses } = await page();
    expect(after).toEqual({ entries: 1, since: '2026-01-21T09:00:00.000Z' });
    expect(claims.notProven.map(({ code }) => code)).toEqual(['tail']);
    expect(seen.map(({ kind }) => kind)).toEqual(['witness', 'time']);
    expect(witnesses[0]?.last).toMatchObject({ at: '2026-01-20T11:00:00.000Z' });
  });

  test('is shown proven to an auditor whose grant opens figures; the page of the log only to one that opens the log', async () => {
    const programme = { kind: 'programme', id: 'p', framework: 'soc2', title: 'P' };
    await act('records.apply', { records: [programme] });
    const grant = { person: 'aude', programme: 'p', from: '2026-01-01', to: '2026-06-30' };
    await act('grant.give', { id: 'g', ...grant, visible: ['posture'] }, PEOPLE.lead);
    const asAuditor = (name: string, input: object) => view(name, input, {}, PEOPLE.auditor);

    expect(await refusalOf(asAuditor('ledger.page', {}))).toBe('grant.area');
    const told = JSON.stringify(await asAuditor('effectiveness', { from: '2026-01-01', to: '2026-01-31' }));
    expect(told).toContain('"name":"The time"');

    await act('grant.give', { id: 'g-2', ...grant, visible: ['log'] }, PEOPLE.lead);
    expect(await asAuditor('ledger.page', {})).toMatchObject({ seenTotal: 2, authorities: [{ id: 't' }] });
  });
});

describe('is refused, and nothing recorded', () => {
  const unverified = async (work: Promise<unknown>) => (await refusalIn(work)).details['code'];

  test('what is of another log, another key, another time or another note', async () => {
    const now = ground.clock.now();
    const { checkpoint } = await ground.engine.services.checkpoint(ground.alpha);
    const { checkpoint: theirs } = await ground.engine.services.checkpoint(ground.beta);
    const line = await lineOf(checkpoint, now);
    const cosigned = (more: object) =>
      unverified(act('cosignature.record', { witness: 'w', checkpoint, line, ...more }));
    const stamped = (token: string, of = checkpoint) =>
      unverified(act('time-stamp.record', { authority: 't', checkpoint: of, token }));

    expect(await cosigned({ checkpoint: theirs, line: await lineOf(theirs, now) })).toBe('note.unsigned');
    expect(await cosigned({ line: await lineOf(checkpoint, now, exampleWitness(50, 'witness.example.com/w1')) })).toBe(
      'cosignature.wrong',
    );
    expect(await cosigned({ line: `${line}${line}` })).toBe('cosignature.wrong');
    expect(await cosigned({ line: 'no line' })).toBe('note.malformed');
    expect(await cosigned({ line: await lineOf(checkpoint, now + 3_600_000) })).toBe('witness.clock');
    expect(await cosigned({ line: await lineOf(checkpoint, now - 86_400_000) })).toBe('witness.clock');
    expect(await stamped(await tokenOf(theirs, now))).toBe('timestamp.imprint');
    expect(await stamped(await tokenOf(checkpoint, now - 86_400_000))).toBe('timestamp.clock');
    expect(await stamped('AAAA')).toBe('timestamp.malformed');
    expect((await page()).seenTotal).toBe(2);
  });

  test('the same word a second time', async () => {
    const { checkpoint } = await ground.engine.services.checkpoint(ground.alpha);
    const cosigned = { witness: 'w', checkpoint, line: await lineOf(checkpoint, ground.clock.now()) };
    await act('cosignature.record', cosigned);

    expect(await refusalOf(act('cosignature.record', cosigned))).toBe('record.exists');
  });
});

describe('a trouble', () => {
  const told = (more: object) => act('outside-trouble.record', { kind: 'witness', id: 'w', ...more });

  test('is recorded when it begins, when it becomes another and when it is over, not each time', async () => {
    expect((await told({ code: 'witness.failed', says: 'It fails.' })).index).not.toBeNull();
    expect((await told({ code: 'witness.failed', says: 'It fails.' })).index).toBeNull();
    expect((await page()).witnesses[0]?.trouble).toMatchObject({ code: 'witness.failed', says: 'It fails.' });

    await told({ code: 'witness.forked', says: 'It saw another history.' });
    expect((await page()).claims.notProven.map(({ code }) => code)).toContain('disputed');

    await told({});
    expect((await told({})).index).toBeNull();
    expect((await page()).witnesses[0]).not.toHaveProperty('trouble');
  });
});

test('a witness that is retired keeps what it said, and its key may be named again by nobody else meanwhile', async () => {
  const [mine] = (await page()).witnesses;
  const again = { id: 'w-2', name: 'Again', vkey: mine?.vkey ?? '', how: 'mail' };
  expect(await refusalOf(act('witness.name', again))).toBe('proof.twice');

  await act('witness.retire', { witness: 'w' });

  const { witnesses, seen } = await page();
  expect(witnesses).toEqual([]);
  expect(seen.filter(({ kind }) => kind === 'witness').map(({ name }) => name)).toContain('The auditor');
  expect((await act('witness.name', again)).index).not.toBeNull();
});
