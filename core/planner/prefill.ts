import { z } from 'zod';
import { CustomerRequest } from '../customer/record.ts';
import type { Region as CustomerRegion } from '../customer/record.ts';
import { plural } from '../effectiveness/leg.ts';
import { Programme } from '../framework/record.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dayOf, defineView } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Answers, REGIONS } from './answers.ts';
import type { Region } from './answers.ts';
import { programmeInForce } from './measure.ts';
import { Plan } from './record.ts';
import { dollars, listed } from './words.ts';

type Given = z.input<typeof Answers>;

const REGION_OF: Readonly<Partial<Record<CustomerRegion, Region>>> = {
  'us-ca': 'usCa',
  europe: 'europe',
  apac: 'apac',
  'middle-east': 'middleEast',
  latam: 'latam',
};

/** What of the answers the product knows, field by field with where it is from. */
export interface Known {
  readonly answers: Given;
  readonly from: readonly { readonly field: string; readonly says: string }[];
}

const reads = [Plan, Person, Programme, CustomerRequest] as const;

/** The answers to begin with: those of the last plan, over which goes what the records say today. */
export function knownAnswers(book: Book<typeof reads>, at: At): Known {
  const last = [...book.plan.all()].sort((a, b) => b.recordedAt - a.recordedAt)[0];
  const from: { field: string; says: string }[] = [];
  const persons = book.person.all().filter((person) => isOfCompany(person, dayOf(at.zone, at.asOf))).length;
  // Dates of the last plan are of its own time.
  const { startsOn: _, ...before } = last?.answers ?? ({ persons: Math.max(1, persons) } satisfies Given);
  const answers: Given = { ...before };
  if (last !== undefined) from.push({ field: 'answers', says: `As answered for “${last.title}”.` });
  if (persons > 0 && (last === undefined || persons > last.answers.persons)) {
    answers.persons = persons;
    from.push({ field: 'persons', says: `${plural(persons, 'person is', 'people are')} on record.` });
  }
  const categories = programmeInForce(book, 'soc2', dayOf(at.zone, at.asOf))?.categories;
  if (categories !== undefined) {
    answers.categories = [...categories];
    from.push({ field: 'categories', says: 'As the SOC 2 programme has them.' });
  }
  const requests = book['customer-request'].all().filter(({ state }) => state === 'open' || state === 'answered');
  if (requests.length > 0) {
    Object.assign(answers, demandOf(requests, dayOf(at.zone, at.asOf)));
    from.push(...demandSays(requests));
  }
  return { answers, from };
}

const GUESTS: readonly string[] = ['auditor', 'adviser'];

const isOfCompany = ({ roles, startsOn, leavesOn }: Stored<typeof Person>, today: string): boolean =>
  !roles.every((role) => GUESTS.includes(role)) &&
  (startsOn === undefined || startsOn <= today) &&
  (leavesOn === undefined || today <= leavesOn);

type Request = Stored<typeof CustomerRequest>;

const wantsSoc2 = ({ wants }: Request): boolean => wants.some((one) => one.startsWith('soc2'));
const wantsIso = ({ wants }: Request): boolean => wants.includes('iso27001');
const counts = (request: Request): boolean => wantsSoc2(request) || wantsIso(request);

function demandOf(requests: readonly Request[], today: string): Pick<Given, 'asked' | 'waiting'> {
  const relevant = requests.filter(counts).sort((a, b) => (a.askedOn < b.askedOn ? -1 : 1));
  const [first] = relevant;
  const by = relevant.flatMap((one) => (one.by !== undefined && one.by > today ? [one.by] : [])).sort()[0];
  const firstAsked =
    first === undefined || (wantsSoc2(first) && wantsIso(first))
      ? undefined
      : wantsSoc2(first)
        ? ('soc2' as const)
        : ('iso27001' as const);
  const waiting = Object.fromEntries(
    REGIONS.map((region) => [
      region,
      relevant
        .filter((one) => REGION_OF[one.region] === region && one.currency === 'USD')
        .reduce((total, { amount = 0 }) => total + amount, 0),
    ]),
  );
  return {
    asked: {
      soc2: relevant.filter(wantsSoc2).length,
      iso27001: relevant.filter(wantsIso).length,
      ...(firstAsked === undefined ? {} : { first: firstAsked }),
      ...(by === undefined ? {} : { by }),
    },
    waiting,
  };
}

function demandSays(requests: readonly Request[]): readonly { field: string; says: string }[] {
  const relevant = requests.filter(counts);
  const inDollars = relevant.filter(({ currency }) => currency === 'USD');
  const foreign = [
    ...new Set(relevant.flatMap(({ currency }) => (currency === undefined || currency === 'USD' ? [] : [currency]))),
  ];
  const total = inDollars.reduce((sum, { amount = 0 }) => sum + amount, 0);
  const noRegion = inDollars.filter(({ region }) => region === 'other').length;
  return [
    {
      field: 'asked',
      says: `From ${relevant.length} open customer ${relevant.length === 1 ? 'request' : 'requests'}.`,
    },
    {
      field: 'waiting',
      says: [
        `${dollars(total)} a year hangs on them.`,
        ...(foreign.length === 0 ? [] : [`Amounts in ${listed(foreign)} are not converted: add them.`]),
        ...(noRegion === 0 ? [] : [`${noRegion} ${noRegion === 1 ? 'is' : 'are'} in no region of these five.`]),
      ].join(' '),
    },
  ];
}

export const planQuestions = defineView('plan.questions', {
  says: 'The answers a plan may begin with: what the records say already, field by field with where it is from.',
  input: z.strictObject({}),
  reads,
  readableBy: ['owner', 'lead', 'operator'],
  output: z.object({ answers: Answers, from: z.array(z.object({ field: z.string(), says: z.string() })) }),
  compute(book, _, at) {
    const { answers, from } = knownAnswers(book, at);
    return { answers, from: from.map((one) => ({ ...one })) };
  },
});
