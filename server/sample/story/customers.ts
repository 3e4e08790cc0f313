import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import { personId } from './decisions.ts';
import type { Step } from './step.ts';

interface Asked {
  readonly id: string;
  readonly day: number;
  readonly by?: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly then?: readonly {
    readonly after: number;
    readonly act: string;
    readonly input: Readonly<Record<string, unknown>>;
  }[];
}

/** Customers who ask for a report or a certificate. `by` counts days from the day on which the story is told. */
const ASKED: readonly Asked[] = [
  {
    id: 'q-northgate',
    day: 238,
    by: 120,
    body: {
      customer: 'Northgate Parcel',
      contact: 'security@northgate.example.com',
      wants: ['soc2-type-2'],
      region: 'us-ca',
      amount: 140_000,
      currency: 'USD',
      underNda: true,
    },
    then: [{ after: 9, act: 'request.answer', input: { what: 'questionnaire', note: 'Their 140 questions' } }],
  },
  {
    id: 'q-lakeshore',
    day: 291,
    by: 40,
    body: {
      customer: 'Lakeshore Grocers',
      contact: 'vendor.risk@lakeshore.example.com',
      wants: ['soc2-type-2'],
      region: 'us-ca',
      amount: 210_000,
      currency: 'USD',
      note: 'Signs only with a Type 2 of six months or more.',
    },
  },
  {
    id: 'q-calder',
    day: 312,
    by: 150,
    body: {
      customer: 'Calder and Moss',
      contact: 'purchasing@calder.example.com',
      wants: ['iso27001'],
      region: 'europe',
      amount: 95_000,
      currency: 'EUR',
    },
  },
  {
    id: 'q-fjordline',
    day: 344,
    by: 200,
    body: {
      customer: 'Fjordline Bus',
      contact: 'it@fjordline.example.com',
      wants: ['iso27001', 'soc2-type-2'],
      region: 'europe',
      amount: 60_000,
      currency: 'EUR',
      underNda: true,
    },
  },
  {
    id: 'q-sakura',
    day: 366,
    by: 240,
    body: {
      customer: 'Sakura Cold Chain',
      contact: 'audit@sakura.example.com',
      wants: ['iso27001'],
      region: 'apac',
      amount: 48_000,
      currency: 'USD',
    },
  },
  {
    id: 'q-andes',
    day: 380,
    by: 160,
    body: {
      customer: 'Andes Retail',
      contact: 'riesgos@andes.example.com',
      wants: ['soc2-type-2', 'iso27001'],
      region: 'latam',
      amount: 52_000,
      currency: 'USD',
      note: 'Takes either.',
    },
  },
  {
    id: 'q-harbor',
    day: 210,
    by: -60,
    body: {
      customer: 'Harbor Hotels',
      contact: 'infosec@harbor.example.com',
      wants: ['soc2-type-1'],
      region: 'us-ca',
      amount: 30_000,
      currency: 'USD',
    },
    then: [
      {
        after: 120,
        act: 'request.close',
        input: { outcome: 'lost', reason: 'Could not wait for a report and bought elsewhere.' },
      },
    ],
  },
  {
    id: 'q-brook',
    day: 266,
    by: -20,
    body: {
      customer: 'Brook Clinics',
      contact: 'privacy@brook.example.com',
      wants: ['other'],
      region: 'us-ca',
      amount: 24_000,
      currency: 'USD',
      note: 'A signed statement on health data.',
      underNda: true,
    },
    then: [
      { after: 12, act: 'request.answer', input: { what: 'other', note: 'Statement signed by counsel' } },
      { after: 40, act: 'request.close', input: { outcome: 'won', reason: 'Took the statement.' } },
    ],
  },
];

/** Who asked for which report, what they were sent, and how it ended. */
export function customers(days: Days, dice: Dice): readonly Step[] {
  const act = (
    name: string,
    day: number,
    hours: number,
    what: string,
    input: Readonly<Record<string, unknown>>,
  ): Step => ({
    is: 'act',
    name: `customer ${name}`,
    at: days.at(days.working(day), hours),
    by: 'bram',
    act: what,
    input,
  });
  return ASKED.flatMap(({ id, day, by, body, then = [] }): readonly Step[] => [
    act(`${id} asked`, day, 10.6, 'request.record', {
      id,
      ...body,
      askedOn: days.date(days.working(day)),
      ...(by === undefined ? {} : { by: days.date(LENGTH_DAYS + by) }),
      owner: personId(dice, 'bram'),
    }),
    ...then.map((one) =>
      act(`${id} ${one.act} ${one.after}`, day + one.after, 15.2, one.act, { request: id, ...one.input }),
    ),
  ]);
}
