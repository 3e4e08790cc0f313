import { z } from 'zod';

/** What an incident is, as conditions ask about it. Each may be unknown, and unknown is never no. */
export const FACTS = ['personalData', 'risk', 'health', 'unreadable'] as const;
export type Fact = (typeof FACTS)[number];

/** yes, no, or that a fact it rests on is not known. */
export type Truth = 'yes' | 'no' | 'unknown';

export interface Found {
  readonly truth: Truth;
  /** Why: a sentence. */
  readonly because: string;
}

export type Condition =
  | { readonly fact: Fact; readonly is: readonly string[] }
  | { readonly reached: true }
  | {
      readonly people: 'anywhere' | 'one-state';
      readonly atLeast?: number | undefined;
      readonly below?: number | undefined;
    }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

export const CONDITION: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ fact: z.enum(FACTS), is: z.array(z.string()).min(1) }),
    z.strictObject({ reached: z.literal(true) }),
    z.strictObject({
      people: z.enum(['anywhere', 'one-state']),
      atLeast: z.int().min(1).optional(),
      below: z.int().min(1).optional(),
    }),
    z.strictObject({ all: z.array(CONDITION).min(1) }),
    z.strictObject({ any: z.array(CONDITION).min(1) }),
  ]),
);

/** Kleene’s three-valued "and": no if one is no, else unknown if one is unknown, else yes. What decides says why. */
export function all(found: readonly Found[]): Found {
  const decides =
    found.find(({ truth }) => truth === 'no') ?? found.find(({ truth }) => truth === 'unknown') ?? undefined;
  return decides ?? { truth: 'yes', because: found.map(({ because }) => because).join(' ') };
}

/** Kleene’s "or": yes if one is yes, else unknown if one is unknown, else no. */
export function any(found: readonly Found[]): Found {
  const decides =
    found.find(({ truth }) => truth === 'yes') ?? found.find(({ truth }) => truth === 'unknown') ?? undefined;
  return decides ?? { truth: 'no', because: found.map(({ because }) => because).join(' ') };
}

export interface Region {
  /** ISO 3166, as DE, BR, US-CA; EU for people somewhere in it. */
  readonly region: string;
  /** Undefined: people are there, and how many is not known. */
  readonly count?: number | undefined;
}

/** What conditions are asked about. */
export interface Affected {
  readonly facts: Readonly<Record<Fact, string>>;
  readonly people: readonly Region[];
  /** Whether everybody concerned is named: without it, whoever is not named is not known. */
  readonly isComplete: boolean;
  /** Where the law’s people are, and whether it reaches the organisation wherever people are. */
  readonly regions: readonly string[];
  readonly reachesAll: boolean;
  readonly lawName: string;
}

const FACT_WORDS: Readonly<Record<Fact, string>> = {
  personalData: 'Whether personal data is affected',
  risk: 'The risk to people',
  health: 'Whether protected health information is affected',
  unreadable: 'Whether the data is unreadable to others',
};

const VALUE_WORDS: Readonly<Record<Fact, Readonly<Record<string, string>>>> = {
  personalData: { yes: 'Personal data is affected.', no: 'No personal data is affected.' },
  risk: {
    unlikely: 'A risk to people is unlikely.',
    risk: 'There is a risk to people, not a high one.',
    high: 'There is a high risk to people.',
  },
  health: {
    yes: 'Protected health information is affected.',
    no: 'No protected health information is affected.',
  },
  unreadable: { yes: 'The data is unreadable to whoever has it.', no: 'The data can be read.' },
};

/** Whether a region lies within one of a law’s: US-CA is within US. */
export const isWithin = (region: string, regions: readonly string[]): boolean =>
  regions.some((one) => region === one || region.startsWith(`${one}-`));

export function evaluate(condition: Condition, affected: Affected): Found {
  if ('all' in condition) return all(condition.all.map((one) => evaluate(one, affected)));
  if ('any' in condition) return any(condition.any.map((one) => evaluate(one, affected)));
  if ('fact' in condition) {
    const value = affected.facts[condition.fact];
    if (value === 'unknown') return { truth: 'unknown', because: `${FACT_WORDS[condition.fact]} is not known.` };
    const because = VALUE_WORDS[condition.fact][value] ?? `${FACT_WORDS[condition.fact]}: ${value}.`;
    return { truth: condition.is.includes(value) ? 'yes' : 'no', because };
  }
  return 'reached' in condition ? reached(affected) : counted(condition, affected);
}

function reached({ people, regions, isComplete, reachesAll, lawName }: Affected): Found {
  if (reachesAll) return { truth: 'yes', because: `${lawName} reaches this organisation wherever people are.` };
  const there = people.filter(({ region, count }) => count !== 0 && isWithin(region, regions));
  if (there.length > 0) {
    return {
      truth: 'yes',
      because: `People that ${lawName} protects are concerned (${there.map(({ region }) => region).join(', ')}).`,
    };
  }
  return isComplete
    ? { truth: 'no', because: `Nobody that ${lawName} protects is among the people concerned.` }
    : { truth: 'unknown', because: `Not everybody concerned is known; people that ${lawName} protects may be.` };
}

/** A count against a threshold. What is named is a lower bound; it is exact once everybody is named and counted. */
function counted(
  { people: where, atLeast, below }: Extract<Condition, { people: unknown }>,
  { people, isComplete }: Affected,
): Found {
  const states = people.filter(({ region }) => /^US-/.test(region));
  const groups = where === 'one-state' ? states.map((one) => [one]) : [people];
  const known = Math.max(0, ...groups.map((group) => group.reduce((sum, { count }) => sum + (count ?? 0), 0)));
  // People in the US of no state named may all be of one.
  const isCounted = groups.every((group) => group.every(({ count }) => count !== undefined));
  const isPlaced = where !== 'one-state' || people.every(({ region, count }) => region !== 'US' || count === 0);
  const isExact = isComplete && isCounted && isPlaced;
  const unit = where === 'one-state' ? 'people of one state' : 'people';
  const threshold = atLeast ?? below ?? 1;
  if (known >= threshold) {
    return { truth: atLeast === undefined ? 'no' : 'yes', because: `${known} ${unit} are concerned.` };
  }
  return isExact
    ? {
        truth: atLeast === undefined ? 'yes' : 'no',
        because: `${known} ${unit} are concerned, fewer than ${threshold}.`,
      }
    : {
        truth: 'unknown',
        because: `Whether ${threshold} ${unit} or more are concerned is not known: ${known} are counted.`,
      };
}
