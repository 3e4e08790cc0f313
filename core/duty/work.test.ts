import { expect, test } from 'vitest';
import { create } from '../kernel/index.ts';
import { Desk } from '../kernel/testing.ts';
import { remindersOf } from '../notification/reminders.ts';
import { DEFAULT_NOTIFICATIONS } from '../notification/record.ts';
import { Erasure } from '../erasure/record.ts';
import { Holidays } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { openIncident } from './incident-acts.ts';
import { PersonalDataIncident } from './incident.ts';
import { ProcessingActivity } from './processing.ts';
import { decideDuty, DutyProfile } from './profile.ts';
import { receiveRequest } from './request-acts.ts';
import { PrivacyRequest } from './request.ts';
import { PrivacyContract } from './transfer.ts';
import { pressingFor } from './work.ts';

const KINDS = [
  PrivacyRequest,
  PersonalDataIncident,
  DutyProfile,
  ProcessingActivity,
  PrivacyContract,
  Holidays,
  Erasure,
  Person,
];
const LENA = { id: 'lena', roles: ['lead'] as const };

function desk(): Desk {
  const made = new Desk(KINDS).at('2026-03-02T09:00:00Z');
  made.keep(create(Person, 'lena', { name: 'Lena', roles: ['lead'] }));
  made.keep(create(Person, 'dora', { name: 'Dora', roles: ['employee'], leavesOn: '2026-03-06', substitute: 'lena' }));
  made.act(decideDuty, { law: 'gdpr', applies: 'yes', why: 'There.', roles: ['controller'], reach: 'all' }, LENA);
  made.act(
    openIncident,
    {
      id: 'i',
      title: 'A list',
      awareAt: '2026-03-02T08:00:00Z',
      personalData: 'yes',
      risk: 'risk',
      unreadable: 'no',
      roles: [{ law: 'gdpr', role: 'controller' }],
      isComplete: true,
      owner: 'dora',
    },
    LENA,
  );
  const request = { law: 'gdpr', type: 'access', receivedAt: '2026-03-02T08:00:00Z' };
  made.act(receiveRequest, { ...request, id: 'mine', subject: 'REQ-1', owner: 'lena' }, LENA);
  made.act(receiveRequest, { ...request, id: 'nobodys', subject: 'REQ-2' }, LENA);
  return made;
}

const pressing = (made: Desk, person: string, asOf: string) => {
  made.at(asOf);
  const at = { asOf: made.now, knownAt: made.now, position: 0, zone: 'UTC', actor: { id: 'x', roles: [] } };
  return pressingFor(made.book(), person, at);
};

test('clocks are those of who handles it, and of who stands in once they have left; what presses comes first', () => {
  const made = desk();

  expect(pressing(made, 'dora', '2026-03-03T00:00:00Z').map(({ obligation }) => obligation)).toContain('gdpr.33');
  expect(pressing(made, 'lena', '2026-03-03T00:00:00Z').map(({ obligation }) => obligation)).toEqual(['gdpr.15']);
  expect(pressing(made, 'lena', '2026-03-06T00:00:00Z').slice(0, 2)).toMatchObject([
    { obligation: 'gdpr.33', state: 'missed', path: '/duties/incidents/i' },
    { obligation: 'gdpr.15', state: 'running', path: '/duties?tab=requests&open=mine' },
  ]);
  expect(pressing(made, 'lena', '2026-03-01T00:00:00Z')).toEqual([]);
});

test('a reminder comes on the day before a clock ends and on the day, and not for what is over', () => {
  const made = desk();
  const told = (today: string): readonly string[] =>
    remindersOf(
      { duties: [], acknowledge: [], clocks: [...pressing(made, 'dora', `${today}T07:00:00Z`)] },
      DEFAULT_NOTIFICATIONS,
      today,
    ).map(({ occasion }) => occasion);

  expect(told('2026-03-03')).toEqual([]);
  expect(told('2026-03-04')).toEqual(['due-soon clock i gdpr.33']);
  expect(told('2026-03-05')).toEqual(['due clock i gdpr.33']);
});
