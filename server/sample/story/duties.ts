import { printInstant } from '@countersign/core/kernel/index.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import { personId } from './decisions.ts';
import type { Name } from './people.ts';
import type { Step } from './step.ts';

type Input = Readonly<Record<string, unknown>>;

const ACTIVITIES: readonly Input[] = [
  {
    id: 'pa-accounts',
    title: 'Accounts of customers’ users',
    purpose: 'To let people whom a customer names sign in, and to know who did what.',
    laws: [
      { law: 'gdpr', role: 'processor' },
      { law: 'lgpd', role: 'processor' },
      { law: 'ccpa', role: 'service-provider' },
    ],
    subjects: ['Users of customers'],
    data: ['Names', 'Mail addresses', 'Sign-ins'],
    recipients: ['Hosting provider'],
    systems: ['Production database', 'Log store'],
    retention: 'Ninety days after the customer’s contract ends.',
    security: 'Encrypted at rest and in transit; access by role.',
    assessment: 'not-needed',
  },
  {
    id: 'pa-support',
    title: 'Support',
    purpose: 'To answer questions and mend faults that customers tell of.',
    laws: [
      { law: 'gdpr', role: 'controller', basis: 'contract' },
      { law: 'lgpd', role: 'controller', basis: 'contract' },
      { law: 'ccpa', role: 'business' },
    ],
    subjects: ['Users of customers', 'Contacts of customers'],
    data: ['Names', 'Mail addresses', 'What they write'],
    recipients: ['Help desk provider'],
    systems: ['Help desk'],
    retention: 'Two years after the question is closed.',
    assessment: 'not-needed',
  },
  {
    id: 'pa-newsletter',
    title: 'Newsletter',
    purpose: 'To tell people who asked for it of new things.',
    laws: [{ law: 'gdpr', role: 'controller', basis: 'consent' }],
    subjects: ['Readers'],
    data: ['Mail addresses', 'What they opened'],
    recipients: ['Mailing provider'],
    systems: ['Mailing provider'],
    assessment: 'undecided',
  },
  {
    id: 'pa-usage',
    title: 'Usage scores of accounts',
    purpose: 'To find accounts that may need help, from how the product is used.',
    laws: [{ law: 'gdpr', role: 'controller', basis: 'legitimate-interests' }],
    subjects: ['Users of customers'],
    data: ['Use of the product'],
    systems: ['Data warehouse'],
    retention: 'Thirteen months.',
    assessment: 'needed',
  },
];

/** Duties beside SOC 2 and ISO: who decided what, a few registers, requests in different states, an incident that is settled and one that is not. */
export function duties(days: Days, dice: Dice): readonly Step[] {
  const act = (name: string, day: number, hours: number, by: Name, what: string, input: Input): Step => ({
    is: 'act',
    name: `duty ${name}`,
    at: days.at(day, hours),
    by,
    act: what,
    input,
  });
  const person = (name: Name): string => personId(dice, name);
  const at = (day: number, hours: number): string => printInstant(days.at(day, hours));
  const decide = (law: string, applies: string, why: string, more: Input = {}): Step =>
    act(`decide ${law}`, days.working(71), 11.2, 'aisha', 'duty.decide', { law, applies, why, ...more });
  const arrange = (obligation: string, owner: Name, arrangement: string): Step =>
    act(`arrange ${obligation}`, days.working(92), 15.4, 'irene', 'duty.arrange', {
      obligation,
      owner: person(owner),
      arrangement,
    });
  const today = LENGTH_DAYS;
  return [
    decide('gdpr', 'yes', 'The company is established in Spain.', {
      roles: ['controller', 'processor'],
      reach: 'all',
      owner: person('irene'),
    }),
    decide('lgpd', 'yes', 'Customers in Brazil have users there.', {
      roles: ['controller', 'processor'],
      owner: person('irene'),
    }),
    decide('ccpa', 'yes', 'Revenue is above the threshold, and there are users in California.', {
      roles: ['business', 'service-provider'],
      owner: person('irene'),
    }),
    decide('hipaa', 'no', 'No customer is a covered entity, and the terms forbid health information.'),
    decide('lopdp', 'undecided', 'A first customer in Quito is being won; counsel there was asked.'),
    arrange('gdpr.15', 'dalia', 'The help desk has a queue for such requests; Irene reads each answer before it goes.'),
    arrange(
      'gdpr.33',
      'aisha',
      'Head of security and counsel decide together; the form of the authority is bookmarked in the plan.',
    ),
    arrange('gdpr.30', 'irene', 'The record of processing is kept here and read through each quarter.'),
    arrange('gdpr.28', 'samuel', 'No provider is used before its contract is signed; the list is public.'),
    arrange('lgpd.41', 'irene', 'Irene is named on the privacy page.'),
    act('representative', days.working(92), 15.6, 'irene', 'duty.arrange', {
      obligation: 'gdpr.27',
      applies: 'no',
      why: 'The company is established in the EU.',
    }),
    ...ACTIVITIES.map((activity) =>
      act(`${String(activity['id'])}`, days.working(96), 10.5, 'irene', 'processing.record', {
        ...activity,
        ...(activity['id'] === 'pa-newsletter' ? {} : { owner: person('irene') }),
      }),
    ),
    act('transfer help desk', days.working(103), 10.2, 'irene', 'transfer.record', {
      id: 'tr-help-desk',
      activity: 'pa-support',
      laws: ['gdpr'],
      to: 'US',
      recipient: 'Help desk provider',
      mechanism: 'standard-clauses',
      assessed: 'The provider encrypts with keys that stay in the EU; requests of authorities are published.',
      startsOn: days.date(30),
    }),
    act('transfer mailing', days.working(103), 10.4, 'irene', 'transfer.record', {
      id: 'tr-mailing',
      activity: 'pa-newsletter',
      laws: ['gdpr'],
      to: 'US',
      recipient: 'Mailing provider',
      mechanism: 'none-yet',
    }),
    act('contract Northwind', days.working(104), 12.1, 'irene', 'privacy-contract.record', {
      id: 'pc-northwind',
      contract: 'dpa',
      party: 'Northwind Clinics',
      role: 'processor',
      laws: ['gdpr'],
      activities: ['pa-accounts'],
      signedOn: days.date(80),
      notice: { amount: 24, unit: 'hours' },
    }),
    act('contract help desk', days.working(104), 12.3, 'irene', 'privacy-contract.record', {
      id: 'pc-help-desk',
      contract: 'dpa',
      party: 'Help desk provider',
      role: 'controller',
      laws: ['gdpr', 'lgpd'],
      activities: ['pa-support'],
      signedOn: days.date(28),
      notice: { amount: 48, unit: 'hours' },
      reviewOn: days.date(today - 30),
    }),
    act('assessment usage', days.working(118), 9.8, 'irene', 'assessment.draft', {
      id: 'ia-usage',
      title: 'Usage scores of accounts',
      activity: 'pa-usage',
      laws: ['gdpr'],
      necessity: 'Asking every account would reach fewer and cost them more time; totals per account do without names.',
      consulted: 'Product, and two customers’ works councils.',
      risks: [
        {
          risk: 'A customer uses the score to judge its own people.',
          likelihood: 'medium',
          severity: 'high',
          measure: 'Scores are of accounts with five users or more, and are not shown to customers.',
          left: 'low',
        },
        {
          risk: 'Data is kept for longer than it helps.',
          likelihood: 'medium',
          severity: 'low',
          measure: 'Raw events are deleted after thirteen months.',
          left: 'low',
        },
      ],
    }),
    act('assessment usage submitted', days.working(119), 9.2, 'irene', 'assessment.submit', { assessment: 'ia-usage' }),
    act('assessment usage decided', days.working(125), 16.1, 'ines', 'assessment.decide', {
      assessment: 'ia-usage',
      as: 'proceed-with-measures',
      reason: 'With both measures little is left, and both are in place.',
      reviewOn: days.date(125 + 365),
    }),
    act('assessment newsletter', days.working(today - 9, -1), 9.9, 'irene', 'assessment.draft', {
      id: 'ia-newsletter',
      title: 'What readers open',
      activity: 'pa-newsletter',
      laws: ['gdpr'],
      necessity: 'To stop writing to people who read nothing.',
    }),
    ...requests(act, at, person, today),
    ...incidents(act, at, person, today),
  ];
}

type Act = (name: string, day: number, hours: number, by: Name, what: string, input: Input) => Step;
type When = (day: number, hours: number) => string;
type Who = (name: Name) => string;

function requests(act: Act, at: When, person: Who, today: number): readonly Step[] {
  const receive = (day: number, id: string, input: Input): Step =>
    act(id, day, 9.6, 'dalia', 'privacy-request.receive', {
      id,
      receivedAt: at(day, 8.9),
      owner: person('dalia'),
      ...input,
    });
  const done = (name: string, day: number, what: string, request: string, input: Input = {}): Step =>
    act(`${request} ${name}`, day, 15.1, 'dalia', `privacy-request.${what}`, { request, at: at(day, 15), ...input });
  return [
    receive(today - 64, 'pr-1', { law: 'gdpr', type: 'access', subject: 'DSR-0117', activity: 'pa-support' }),
    done('known', today - 61, 'identify', 'pr-1', { identity: 'confirmed' }),
    done('answered', today - 43, 'answer', 'pr-1'),
    receive(today - 37, 'pr-2', { law: 'gdpr', type: 'delete', subject: 'DSR-0121', activity: 'pa-accounts' }),
    done('asked', today - 36, 'identify', 'pr-2', { identity: 'asked' }),
    done('known', today - 33, 'identify', 'pr-2', { identity: 'confirmed' }),
    done('extended', today - 12, 'extend', 'pr-2', {
      reason: 'Three customers hold copies under their own contracts and are asked one by one.',
    }),
    receive(today - 14, 'pr-3', { law: 'ccpa', type: 'opt-out', subject: 'DSR-0124', channel: 'signal' }),
    done('answered', today - 11, 'answer', 'pr-3'),
    receive(today - 4, 'pr-4', { law: 'lgpd', type: 'access', subject: 'DSR-0126', channel: 'web-form' }),
  ];
}

function incidents(act: Act, at: When, person: Who, today: number): readonly Step[] {
  const [first, second] = [today - 21, today - 1];
  const told = (day: number, hours: number, obligation: string, reference: string): Step =>
    act(`told ${obligation}`, day, hours, 'irene', 'personal-data-incident.notify', {
      incident: 'pi-support-export',
      obligation,
      at: at(day, hours - 0.5),
      reference,
    });
  return [
    act('incident', first, 11.5, 'aisha', 'personal-data-incident.open', {
      id: 'pi-support-export',
      title: 'Export of questions sent to the wrong customer',
      awareAt: at(first, 10.2),
      owner: person('irene'),
      note: 'The customer told of it and says that the file was deleted.',
    }),
    act('incident assessed', first + 1, 10.4, 'irene', 'personal-data-incident.assess', {
      incident: 'pi-support-export',
      reason: 'The file was read: names, addresses and what people wrote.',
      personalData: 'yes',
      personalDataKnownAt: at(first, 16),
      risk: 'risk',
      kinds: ['confidentiality'],
      health: 'no',
      unreadable: 'no',
      activities: ['pa-support'],
      people: [
        { region: 'ES', count: 214 },
        { region: 'DE', count: 61 },
        { region: 'BR', count: 18 },
      ],
      isComplete: true,
    }),
    told(first + 2, 17, 'gdpr.33', 'Form of the authority, receipt kept with counsel'),
    told(first + 7, 12, 'lgpd.48-authority', 'Form of the ANPD'),
    told(first + 2, 18, 'lgpd.48-people', 'Mail to eighteen people'),
    act('second incident', second, 18.2, 'noor', 'personal-data-incident.open', {
      id: 'pi-laptop',
      title: 'Laptop left in a train',
      awareAt: at(second, 17.4),
      owner: person('aisha'),
      contracts: ['pc-northwind'],
      note: 'The disk is encrypted; whether it was locked is being found out.',
    }),
  ];
}
