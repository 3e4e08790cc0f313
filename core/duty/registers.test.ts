import { describe, expect, test } from 'vitest';
import { can } from '../access/index.ts';
import { DataStore, System } from '../boundary/record.ts';
import { create } from '../kernel/index.ts';
import type { Role } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Person } from '../people/record.ts';
import { LIBRARY } from '../control/library.ts';
import {
  decideAssessment,
  draftAssessment,
  editAssessment,
  ImpactAssessment,
  returnAssessment,
  submitAssessment,
} from './assessment.ts';
import { LAW_IDS, LAWS } from './catalog.ts';
import { ProcessingActivity, recordProcessing } from './processing.ts';
import { assessmentRegister, processingRegister, transferRegister } from './registers-view.ts';
import { PrivacyContract, recordContract, recordTransfer, Transfer } from './transfer.ts';

type PersonRole = Exclude<Role, 'operator'>;
const who = (id: string, ...roles: readonly PersonRole[]) => ({ id, roles });
const LENA = who('lena', 'lead');
const OLGA = who('olga', 'owner');
const ACTIVITY = { id: 'news', title: 'Newsletter', purpose: 'To tell customers of new things.' };

function desk(): Desk {
  const made = new Desk([
    ...[ProcessingActivity, ImpactAssessment, Transfer, PrivacyContract, Person],
    ...[System, DataStore],
  ]).at('2026-03-01T00:00:00Z');
  for (const { id, roles } of [LENA, OLGA]) made.keep(create(Person, id, { name: id, roles: [...roles] }));
  made.act(recordProcessing, ACTIVITY, LENA);
  return made;
}
const code = (work: () => unknown): string => refusedBy(work).code;
const RISK = { risk: 'Mail goes to who did not ask.', likelihood: 'medium', severity: 'low', left: 'low' };

describe('the record of processing', () => {
  test('says what an entry lacks, and no more once it is there', () => {
    const made = desk();
    expect(made.view(processingRegister, {})).toMatchObject({
      items: [
        {
          id: 'news',
          missing: [
            'No law is named, so no role and no ground.',
            'Whose data it is.',
            'Which data it is.',
            'How long it is kept.',
            'Who answers for it.',
            'Whether its impact is to be assessed.',
          ],
        },
      ],
      counts: { all: 1, incomplete: 1, unassessed: 1 },
    });
    made.act(
      recordProcessing,
      {
        ...ACTIVITY,
        laws: [
          { law: 'gdpr', role: 'controller', basis: 'consent' },
          { law: 'ccpa', role: 'business' },
        ],
        subjects: ['customers'],
        data: ['mail addresses'],
        retention: 'Until they leave.',
        owner: 'lena',
        assessment: 'not-needed',
      },
      LENA,
    );
    expect(made.view(processingRegister, {})).toMatchObject({ items: [{ missing: [] }], counts: { incomplete: 0 } });
    expect(made.view(processingRegister, { only: 'incomplete' })).toMatchObject({ total: 0, counts: { all: 1 } });
    expect(made.view(processingRegister, { search: 'NEWSL', law: 'gdpr' })).toMatchObject({ total: 1 });
  });

  test('recorded anew says what it says now: nothing of before is left', () => {
    const made = desk();
    made.act(recordProcessing, { ...ACTIVITY, retention: 'A year.' }, LENA);
    made.act(recordProcessing, ACTIVITY, LENA);

    expect(made.get(ProcessingActivity, 'news').retention).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ['a role of another law', { laws: [{ law: 'hipaa', role: 'controller' }] }, 'duty.role'],
    ['a ground the law does not know', { laws: [{ law: 'gdpr', role: 'controller', basis: 'credit' }] }, 'duty.basis'],
    [
      'a ground where the law asks for none',
      { laws: [{ law: 'ccpa', role: 'business', basis: 'consent' }] },
      'duty.basis',
    ],
    [
      'a law and role twice',
      {
        laws: [
          { law: 'gdpr', role: 'controller' },
          { law: 'gdpr', role: 'controller' },
        ],
      },
      'duty.twice',
    ],
    ['an end before its start', { startsOn: '2026-02-01', endsOn: '2026-01-01' }, 'duty.order'],
  ])('refuses %s', (_says, given, wanted) => {
    expect(code(() => desk().act(recordProcessing, { ...ACTIVITY, id: 'x', ...given }, LENA))).toBe(wanted);
  });

  test('names what lies elsewhere without a transfer, and no more once one is recorded', () => {
    const made = desk();
    made.keep(create(DataStore, 'lists', { name: 'Mailing lists', country: 'US' }));
    const laws = [{ law: 'gdpr', role: 'controller', basis: 'consent' }];
    made.act(recordProcessing, { ...ACTIVITY, laws, systems: ['lists', 'Help desk'] }, LENA);
    const says = 'Mailing lists lies in US, outside what GDPR covers, and no transfer is recorded.';

    expect(made.view(processingRegister, {})).toMatchObject({
      items: [{ systemNames: ['Mailing lists', 'Help desk'], missing: expect.arrayContaining([says]) }],
    });
    made.act(
      recordTransfer,
      { activity: 'news', laws: ['gdpr'], to: 'US', recipient: 'Mailer', mechanism: 'adequacy' },
      LENA,
    );
    expect(made.view(processingRegister, {})).toMatchObject({
      items: [{ missing: expect.not.arrayContaining([says]) }],
    });
  });

  test('pages and sorts', () => {
    const made = desk();
    for (const n of ['b', 'a', 'c']) made.act(recordProcessing, { ...ACTIVITY, id: n, title: n }, LENA);
    const page = (input: object) =>
      made.view(processingRegister, input) as { items: { id: string }[]; next: string | null };

    expect(page({ limit: 2 })).toMatchObject({ items: [{ id: 'a' }, { id: 'b' }], next: '2' });
    expect(page({ limit: 2, cursor: '2' })).toMatchObject({ items: [{ id: 'c' }, { id: 'news' }], next: null });
    expect(page({ sort: '-title' }).items.map(({ id }) => id)).toEqual(['news', 'c', 'b', 'a']);
  });
});

describe('an impact assessment', () => {
  const draft = {
    id: 'a',
    title: 'Newsletter',
    activity: 'news',
    laws: ['gdpr'],
    necessity: 'There is no other way to tell them.',
  };
  const submitted = (risks: object[] = [RISK]): Desk => {
    const made = desk();
    made.act(draftAssessment, { ...draft, risks }, LENA);
    made.act(submitAssessment, { assessment: 'a' }, LENA);
    return made;
  };
  const decide = (as: string) => ({ assessment: 'a', as, reason: 'The measures hold.' });

  test('is decided by another than who wrote it', () => {
    const made = submitted();
    expect(code(() => made.act(decideAssessment, decide('proceed'), LENA))).toBe('duty.own');
    made.act(decideAssessment, { ...decide('proceed'), reviewOn: '2026-02-01' }, OLGA);

    expect(made.view(assessmentRegister, {})).toMatchObject({
      items: [{ state: 'decided', decidedAs: 'proceed', decidedBy: { id: 'olga' }, isReviewDue: true }],
      counts: { decided: 1 },
    });
    expect(
      can(OLGA, decideAssessment, { row: made.get(ImpactAssessment, 'a'), now: made.now, zone: 'UTC' }).allowed,
    ).toBe(false);
  });

  test('without risks is not submitted; with one that stays high nothing goes on before the authority is asked', () => {
    const made = desk();
    made.act(draftAssessment, draft, LENA);
    expect(code(() => made.act(submitAssessment, { assessment: 'a' }, LENA))).toBe('duty.empty');
    const high = submitted([{ ...RISK, left: 'high' }]);
    expect(code(() => high.act(decideAssessment, decide('proceed-with-measures'), OLGA))).toBe('duty.stay');
    high.act(decideAssessment, decide('ask-authority'), OLGA);
    expect(high.get(ImpactAssessment, 'a').decidedAs).toBe('ask-authority');
  });

  test('is not written on while it waits, goes back with a reason, and begins anew once decided', () => {
    const made = submitted();
    const edit = { assessment: 'a', necessity: 'Less would not do.' };
    expect(code(() => made.act(editAssessment, edit, LENA))).toBe('duty.contradiction');
    made.act(returnAssessment, { assessment: 'a', reason: 'Who was asked?' }, OLGA);
    made.act(editAssessment, { ...edit, consulted: 'The officer.' }, LENA);
    made.act(submitAssessment, { assessment: 'a' }, LENA);
    made.act(decideAssessment, decide('stop'), OLGA);
    made.act(editAssessment, edit, LENA);

    expect(made.get(ImpactAssessment, 'a')).toMatchObject({ state: 'draft', consulted: 'The officer.' });
    expect(made.get(ImpactAssessment, 'a').decidedAs).toBeUndefined();
  });
});

test('transfers and contracts say what they lack', () => {
  const made = desk();
  made.act(
    recordTransfer,
    {
      id: 't',
      activity: 'news',
      laws: ['gdpr'],
      to: 'US',
      recipient: 'Mailer',
      mechanism: 'none-yet',
      endsOn: '2026-02-01',
    },
    LENA,
  );
  made.act(
    recordContract,
    {
      id: 'c',
      contract: 'dpa',
      party: 'Mailer',
      role: 'controller',
      laws: ['gdpr'],
      activities: ['news'],
      reviewOn: '2026-02-01',
    },
    LENA,
  );

  expect(made.view(transferRegister, {})).toMatchObject({
    transfers: [{ id: 't', missing: ['Nothing protects it yet.'], isEnded: true }],
    contracts: [
      {
        id: 'c',
        missing: [
          'It is not signed.',
          'How soon the other party is told of an incident.',
          'Its review was due 2026-02-01.',
        ],
      },
    ],
  });
  expect(made.view(processingRegister, {})).toMatchObject({
    items: [{ transfers: [{ to: 'US' }], contracts: [{ party: 'Mailer' }] }],
  });
  expect(
    code(() =>
      made.act(
        recordContract,
        {
          id: 'd',
          contract: 'dpa',
          party: 'X',
          role: 'controller',
          laws: ['gdpr'],
          signedOn: '2026-02-02',
          endsOn: '2026-02-01',
        },
        LENA,
      ),
    ),
  ).toBe('duty.order');
});

test('every link leads to a control of the library', () => {
  const known = new Set(LIBRARY.map(({ id }) => id));
  const links = LAW_IDS.flatMap((id) => LAWS[id].obligations.flatMap(({ supports }) => supports));

  expect(links.filter((id) => !known.has(id))).toEqual([]);
});
