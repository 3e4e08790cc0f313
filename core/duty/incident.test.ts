import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { create } from '../kernel/index.ts';
import type { Role } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { Holidays } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { assessIncident, closeIncident, notifyIncident, openIncident, reopenIncident } from './incident-acts.ts';
import { PersonalDataIncident } from './incident.ts';
import type { IncidentClocks } from './incident-view.ts';
import { incidentClocksView, incidentsList } from './incident-view.ts';
import { ProcessingActivity, recordProcessing } from './processing.ts';
import { decideDuty, DutyProfile } from './profile.ts';
import { PrivacyContract, recordContract } from './transfer.ts';

const who = (id: string, ...roles: readonly Role[]) => ({ id, roles });
const LENA = who('lena', 'lead');
const KINDS = [PersonalDataIncident, DutyProfile, ProcessingActivity, PrivacyContract, Holidays, Person];

/** An organisation in Madrid that decided on five laws. */
function desk(): Desk {
  const made = new Desk(KINDS, { zone: 'Europe/Madrid' }).at('2026-01-01T00:00:00Z');
  made.keep(create(Person, 'lena', { name: 'Lena', roles: ['lead'] }));
  const decide = (law: string, applies: string, more: object = {}) =>
    made.act(decideDuty, { law, applies, why: `Decided for ${law}.`, ...more }, LENA);
  decide('gdpr', 'yes', { roles: ['controller', 'processor'], reach: 'all' });
  decide('lgpd', 'yes', { roles: ['controller'] });
  decide('lopdp', 'undecided');
  decide('hipaa', 'no');
  made.act(
    recordProcessing,
    {
      id: 'accounts',
      title: 'Customer accounts',
      purpose: 'To run the service for customers.',
      laws: [
        { law: 'gdpr', role: 'controller', basis: 'contract' },
        { law: 'lgpd', role: 'controller', basis: 'contract' },
      ],
    },
    LENA,
  );
  return made.at('2026-11-24T12:00:00Z');
}
const opened = (more: object = {}, made = desk()): Desk => {
  made.act(openIncident, { id: 'i', title: 'A list was sent', awareAt: '2026-11-20T16:00:00+01:00', ...more }, LENA);
  return made;
};
const FACTS = {
  personalData: 'yes',
  personalDataKnownAt: '2026-11-20T17:00:00+01:00',
  risk: 'high',
  unreadable: 'no',
  activities: ['accounts'],
  people: [
    { region: 'ES', count: 40 },
    { region: 'BR', count: 12 },
  ],
  isComplete: true,
};

type Answer = z.output<typeof IncidentClocks>;
const clocks = (made: Desk, asOf?: string) =>
  new Map(
    (
      made.view(incidentClocksView, { incident: 'i' }, { who: LENA, ...(asOf === undefined ? {} : { asOf }) }) as Answer
    ).clocks.map((clock) => [clock.obligation, clock] as const),
  );

describe('clocks of an incident', () => {
  test('run side by side, each by its own rule, zone and start', () => {
    const all = clocks(opened(FACTS));

    expect(all.get('gdpr.33')).toMatchObject({
      state: 'missed',
      dueAt: '2026-11-23T15:00:00.000Z',
      rule: expect.stringContaining('gdpr.33, catalogue'),
    });
    // Friday evening in Madrid is Friday in São Paulo: Monday, Tuesday, Wednesday.
    expect(all.get('lgpd.48-authority')).toMatchObject({
      state: 'running',
      dueAt: '2026-11-26T02:59:59.999Z',
      zone: 'America/Sao_Paulo',
      knownFrom: 'checked',
    });
    expect(all.get('gdpr.34')).toMatchObject({ state: 'running', dueAt: null, secondsLeft: null });
    expect(all.get('gdpr.33-2')).toMatchObject({
      state: 'not-applicable',
      because: expect.stringContaining('processor'),
    });
    expect(all.get('lgpd.48-more')).toMatchObject({ state: 'waiting', dueAt: null });
    expect(all.get('lopdp.authority')?.state).toBe('not-applicable');
    expect(all.get('hipaa.people')).toMatchObject({
      state: 'not-applicable',
      because: 'HIPAA does not apply here: Decided for hipaa.',
    });
  });

  test('are unknown while a fact is not known, with the earliest end they can have, and never not applicable', () => {
    const all = clocks(opened());

    expect(all.get('gdpr.33')).toMatchObject({
      state: 'unknown',
      because: 'Whether personal data is affected is not known.',
      dueAt: '2026-11-23T15:00:00.000Z',
    });
    expect(all.get('lgpd.48-authority')).toMatchObject({ state: 'unknown' });
    expect(all.get('lgpd.48-authority')?.cautions).toContain('The end shown is the earliest it can be.');
    expect(all.get('lopdp.authority')?.state).toBe('unknown');
    expect(all.get('hipaa.people')?.state).toBe('not-applicable');
  });

  test('stand still for a law nobody decided on, also where all else is known', () => {
    const made = opened({
      ...FACTS,
      people: [{ region: 'EC', count: 3 }],
      roles: [{ law: 'lopdp', role: 'controller' }],
    });

    expect(clocks(made).get('lopdp.people')).toMatchObject({
      state: 'unknown',
      because: expect.stringContaining('not decided'),
    });
  });

  test('do not apply once it is known that no personal data is affected', () => {
    const all = clocks(opened({ personalData: 'no', risk: 'unlikely', health: 'no', isComplete: true }));

    expect([...new Set([...all.values()].map(({ state }) => state))]).toEqual(['not-applicable']);
  });

  test('are met or late by when somebody was told, and by nothing that was told after the moment', () => {
    const made = opened(FACTS);
    made.act(
      notifyIncident,
      { incident: 'i', obligation: 'gdpr.33', at: '2026-11-24T10:00:00Z', reference: 'N-1' },
      LENA,
    );
    made.act(
      notifyIncident,
      { incident: 'i', obligation: 'lgpd.48-authority', at: '2026-11-24T11:00:00Z', isComplete: false },
      LENA,
    );
    const now = clocks(made);

    expect(now.get('gdpr.33')).toMatchObject({
      state: 'late',
      doneAt: '2026-11-24T10:00:00.000Z',
      secondsLeft: -19 * 3600,
    });
    expect(now.get('lgpd.48-authority')).toMatchObject({ state: 'met' });
    expect(now.get('lgpd.48-more')).toMatchObject({ state: 'running', dueAt: '2026-12-23T02:59:59.999Z' });
    expect(clocks(made, '2026-11-23T12:00:00Z').get('gdpr.33')).toMatchObject({ state: 'running', doneAt: null });
    expect(clocks(made, '2026-11-24T09:00:00Z').get('gdpr.33')?.state).toBe('missed');
  });

  test('have nothing to complete where the first communication was complete', () => {
    const made = opened(FACTS);
    made.act(notifyIncident, { incident: 'i', obligation: 'lgpd.48-authority', at: '2026-11-24T11:00:00Z' }, LENA);

    expect(clocks(made).get('lgpd.48-more')).toMatchObject({ state: 'not-applicable' });
  });

  test('follow the days off and the size that were decided for the law', () => {
    const made = desk();
    made.act(
      decideDuty,
      {
        law: 'lgpd',
        applies: 'yes',
        why: 'Customers there.',
        roles: ['controller'],
        small: true,
        daysOff: ['2026-11-25'],
      },
      LENA,
    );
    const clock = clocks(opened(FACTS, made)).get('lgpd.48-authority');

    expect(clock).toMatchObject({ dueAt: '2026-12-02T02:59:59.999Z' });
    expect(clock?.cautions).toEqual(['Counted with the longer period of small agents.']);
  });

  test('of a rule that is younger than the incident do not apply', () => {
    const made = new Desk(KINDS, { zone: 'UTC' }).at('2026-01-01T00:00:00Z');
    made.act(
      decideDuty,
      { law: 'lgpd', applies: 'yes', why: 'Customers there.', roles: ['controller'], reach: 'all' },
      LENA,
    );
    opened(
      {
        ...FACTS,
        activities: [],
        roles: [{ law: 'lgpd', role: 'controller' }],
        awareAt: '2024-04-01T00:00:00Z',
        personalDataKnownAt: '2024-04-01T00:00:00Z',
      },
      made,
    );

    expect(clocks(made).get('lgpd.48-people')).toMatchObject({
      state: 'not-applicable',
      because: expect.stringContaining('2024-04-26'),
    });
  });

  test('of contracts run beside those of laws', () => {
    const made = desk();
    made.act(
      recordContract,
      {
        id: 'acme',
        contract: 'dpa',
        party: 'Acme',
        role: 'processor',
        laws: ['gdpr'],
        notice: { amount: 24, unit: 'hours' },
      },
      LENA,
    );
    opened({ ...FACTS, contracts: ['acme'] }, made);
    expect(clocks(made).get('contract/acme')).toMatchObject({
      state: 'missed',
      law: null,
      dueAt: '2026-11-21T15:00:00.000Z',
    });

    made.act(notifyIncident, { incident: 'i', obligation: 'contract/acme', at: '2026-11-21T10:00:00Z' }, LENA);
    expect(clocks(made).get('contract/acme')?.state).toBe('met');
  });

  test('HIPAA’s small breaches are due after the end of the year', () => {
    const made = new Desk(KINDS, { zone: 'UTC' }).at('2026-11-24T12:00:00Z');
    made.act(decideDuty, { law: 'hipaa', applies: 'yes', why: 'A clinic.', roles: ['covered-entity'] }, LENA);
    opened(
      {
        ...FACTS,
        activities: [],
        health: 'yes',
        roles: [{ law: 'hipaa', role: 'covered-entity' }],
        people: [{ region: 'US-CA', count: 499 }],
      },
      made,
    );
    const all = clocks(made);

    expect(all.get('hipaa.hhs-small')).toMatchObject({ state: 'running', dueAt: '2027-03-02T04:59:59.999Z' });
    expect(all.get('hipaa.hhs-large')?.state).toBe('not-applicable');
    expect(all.get('hipaa.media')?.state).toBe('not-applicable');
    expect(all.get('hipaa.people')).toMatchObject({ state: 'running', dueAt: '2027-01-20T04:59:59.999Z' });
  });
});

describe('the record of an incident', () => {
  const code = (work: () => unknown): string => refusedBy(work).code;

  test.each<[string, object, string]>([
    ['no personal data and people', { personalData: 'no', people: [{ region: 'ES', count: 1 }] }, 'duty.contradiction'],
    ['no personal data and a high risk', { personalData: 'no', risk: 'high' }, 'duty.contradiction'],
    ['health information that is no personal data', { personalData: 'no', health: 'yes' }, 'duty.contradiction'],
    ['when it was known, and not that it is', { personalDataKnownAt: '2026-11-21T00:00:00Z' }, 'duty.contradiction'],
    [
      'known before the incident',
      { personalData: 'yes', personalDataKnownAt: '2026-11-19T00:00:00Z' },
      'duty.contradiction',
    ],
    ['everybody named, and not counted', { isComplete: true, people: [{ region: 'ES' }] }, 'duty.contradiction'],
    [
      'a region twice',
      {
        people: [
          { region: 'ES', count: 1 },
          { region: 'ES', count: 2 },
        ],
      },
      'duty.twice',
    ],
    ['a role the law does not know', { roles: [{ law: 'hipaa', role: 'controller' }] }, 'duty.role'],
    ['an incident of tomorrow', { awareAt: '2026-11-25T00:00:00Z' }, 'duty.future'],
    ['known tomorrow', { personalData: 'yes', personalDataKnownAt: '2026-11-25T00:00:00Z' }, 'duty.future'],
  ])('is refused for %s', (_says, given, wanted) => {
    expect(code(() => opened(given))).toBe(wanted);
  });

  test.each<[string, object, string]>([
    ['an obligation nobody knows', { obligation: 'gdpr.99', at: '2026-11-22T00:00:00Z' }, 'duty.obligation'],
    ['an obligation of no incident', { obligation: 'gdpr.30', at: '2026-11-22T00:00:00Z' }, 'duty.obligation'],
    ['a contract that is not named', { obligation: 'contract/other', at: '2026-11-22T00:00:00Z' }, 'duty.obligation'],
    ['a notification before the incident', { obligation: 'gdpr.33', at: '2026-11-20T14:59:59Z' }, 'duty.order'],
    ['a notification of tomorrow', { obligation: 'gdpr.33', at: '2026-11-25T00:00:00Z' }, 'duty.future'],
  ])('is not told of by %s', (_says, given, wanted) => {
    expect(code(() => opened(FACTS).act(notifyIncident, { incident: 'i', ...given }, LENA))).toBe(wanted);
  });

  test('is closed when nothing runs and nothing is unknown, and opened again with a reason', () => {
    const close = { incident: 'i', reason: 'All were told.', at: '2026-11-24T12:00:00Z' };
    expect(code(() => opened().act(closeIncident, close, LENA))).toBe('duty.running');
    const made = opened({ personalData: 'no', risk: 'unlikely', health: 'no', isComplete: true });
    made.act(closeIncident, close, LENA);

    expect(
      code(() => made.act(assessIncident, { incident: 'i', reason: 'More came out.', personalData: 'yes' }, LENA)),
    ).toBe('duty.contradiction');
    expect(code(() => made.act(closeIncident, close, LENA))).toBe('record.move');
    expect(made.view(incidentsList, {}, { who: LENA })).toMatchObject({ counts: { open: 0, closed: 1 } });
    made.act(reopenIncident, { incident: 'i', reason: 'More came out.' }, LENA);
    expect(made.get(PersonalDataIncident, 'i')).toMatchObject({ state: 'open', changedFor: 'More came out.' });
  });

  test('keeps what was known before each change, and why it changed', () => {
    const made = opened();
    made.act(assessIncident, { incident: 'i', reason: 'The list was read.', ...FACTS, activities: ['accounts'] }, LENA);
    const { versions, incident } = made.view(incidentClocksView, { incident: 'i' }, { who: LENA }) as Answer;

    expect(versions.map(({ what, says }) => [what, says])).toEqual([
      ['opened', null],
      ['assessed', 'The list was read.'],
    ]);
    expect(incident).toMatchObject({
      personalData: 'yes',
      people: [
        { region: 'ES', count: 40 },
        { region: 'BR', count: 12 },
      ],
    });
    made.act(assessIncident, { incident: 'i', reason: 'Known later.', personalDataKnownAt: null }, LENA);
    expect(made.get(PersonalDataIncident, 'i').personalDataKnownAt).toBeUndefined();
  });

  test('did not exist before it was known', () => {
    const made = opened();

    expect(
      refusedBy(() => made.view(incidentClocksView, { incident: 'i' }, { who: LENA, asOf: '2026-11-19T00:00:00Z' }))
        .code,
    ).toBe('record.missing');
    expect(made.view(incidentsList, {}, { who: LENA, asOf: '2026-11-19T00:00:00Z' })).toMatchObject({ total: 0 });
  });
});
