/** Asks the same questions of the oracle and of other rules, and says where their answers differ. */
import type { Instant, World } from './world.ts';
import type { ControlAnswer, Effectiveness, Leg, RequirementAnswer } from './oracle.ts';
import { checkAt, controlAt, effectiveness, requirementAt } from './oracle.ts';
import type { CheckWord } from './state-checks.ts';
import type { Question } from './questions.ts';

type Perhaps<T> = T | Promise<T>;

/**
 * What is held against the oracle. An implementation may be asynchronous (a server) and may answer more fields than the oracle does;
 * `legs` and the counts of a requirement may be left out, every other field of the oracle's answer must be there.
 */
export type Rules = {
  controlAt(
    world: World,
    control: string,
    at: Instant,
    knownAt: Instant,
  ): Perhaps<Loose<ControlAnswer, 'legs'> | undefined>;
  checkAt(world: World, check: string, at: Instant, knownAt: Instant): Perhaps<CheckWord | undefined>;
  requirementAt(
    world: World,
    ref: string,
    framework: string,
    at: Instant,
    knownAt: Instant,
  ): Perhaps<Loose<RequirementAnswer, 'counts'>>;
  effectiveness(world: World, from: string, to: string, knownAt: Instant): Perhaps<Effectiveness>;
};

type Loose<Answer, Field extends keyof Answer> = Omit<Answer, Field> & Partial<Pick<Answer, Field>>;

export type Difference = { question: Question; path: string; oracle: unknown; rules: unknown };

export const oracle = { controlAt, checkAt, requirementAt, effectiveness } satisfies Rules;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** By what the rows of a list are known, so that an order on which the contract is silent is no difference. */
const names = ['control', 'key', 'check'] as const;

function nameOf(row: unknown, index: number): string {
  if (typeof row === 'string') return row;
  if (!isRecord(row)) return String(index);
  const name = names.map((field) => row[field]).find((value) => typeof value === 'string');
  return typeof name === 'string' ? name : String(index);
}

function rowsByName(rows: unknown[]): Map<string, unknown> {
  const named = new Map<string, unknown>();
  rows.forEach((row, index) => {
    const name = nameOf(row, index);
    named.set(named.has(name) ? `${name} again ${index}` : name, row);
  });
  return named;
}

/** The places where `answer` lacks or contradicts what `expected` says; fields that only `answer` has are not looked at. */
function differences(
  path: string,
  expected: unknown,
  answer: unknown,
): { path: string; oracle: unknown; rules: unknown }[] {
  if (Array.isArray(expected) && Array.isArray(answer)) {
    const left = rowsByName(expected);
    const right = rowsByName(answer);
    return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) =>
      left.has(name) && right.has(name)
        ? differences(`${path}[${name}]`, left.get(name), right.get(name))
        : [{ path: `${path}[${name}]`, oracle: left.get(name), rules: right.get(name) }],
    );
  }
  if (isRecord(expected) && isRecord(answer)) {
    return Object.keys(expected).flatMap((field) => differences(`${path}.${field}`, expected[field], answer[field]));
  }
  return Object.is(expected, answer) ? [] : [{ path, oracle: expected, rules: answer }];
}

/** `performedAt`, `recordedAt` and `outside` count where the oracle leaves them out, too. */
function spelledOut({ controls }: Effectiveness): unknown {
  return controls.map((control) => ({
    ...control,
    occurrences: control.occurrences.map(({ key, due, state, performedAt, recordedAt, outside }) => {
      return { key, due, state, performedAt, recordedAt, outside };
    }),
  }));
}

const namedLegs = (legs: Leg[]) => Object.fromEntries(legs.map(({ leg, check, says }) => [check ?? leg, says]));

async function compareOne(world: World, rules: Rules, question: Question) {
  switch (question.ask) {
    case 'control': {
      const { control, at, knownAt } = question;
      const expected = controlAt(world, control, at, knownAt);
      const answer = await rules.controlAt(world, control, at, knownAt);
      return [
        ...differences('state', expected?.state, answer?.state),
        ...(expected && answer?.legs ? differences('legs', namedLegs(expected.legs), namedLegs(answer.legs)) : []),
      ];
    }
    case 'check': {
      const { check, at, knownAt } = question;
      return differences('word', checkAt(world, check, at, knownAt), await rules.checkAt(world, check, at, knownAt));
    }
    case 'requirement': {
      const { ref, framework, at, knownAt } = question;
      const expected = requirementAt(world, ref, framework, at, knownAt);
      const answer = await rules.requirementAt(world, ref, framework, at, knownAt);
      return [
        ...differences('state', expected.state, answer.state),
        ...(answer.counts ? differences('counts', expected.counts, answer.counts) : []),
      ];
    }
    case 'effectiveness': {
      const { from, to, knownAt } = question;
      const expected = effectiveness(world, from, to, knownAt);
      const answer = await rules.effectiveness(world, from, to, knownAt);
      return differences('controls', spelledOut(expected), spelledOut(answer));
    }
  }
}

/** Every place where the rules answer otherwise than the oracle; a refusal or fault of the rules is a difference at `thrown`. */
export async function compare(world: World, rules: Rules, questions: Question[]): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const question of questions) {
    try {
      for (const difference of await compareOne(world, rules, question)) found.push({ question, ...difference });
    } catch (thrown) {
      found.push({ question, path: 'thrown', oracle: undefined, rules: String(thrown) });
    }
  }
  return found;
}
