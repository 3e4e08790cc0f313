import { celEnv, CelScalar, isCelError, parse, plan } from '@bufbuild/cel';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { fieldsRead, remembering } from './memory.ts';

/** What a check says of one item. `out-of-scope` items are none of its business; the others are counted. */
export const PASS = 0;
export const FAIL = 1;
export const UNKNOWN = 2;
export const NOT_APPLICABLE = 3;
export const OUT_OF_SCOPE = 4;

/** The part of a check that speaks of items. */
export interface Expressions {
  readonly scope?: string | undefined;
  readonly applies: string;
  readonly passes: string;
  readonly message: string;
}

export interface JudgedItem {
  readonly id: string;
  /** Events: the moment, in ms. */
  readonly at: number | undefined;
  /** JSON text of the item's data; null where it was erased. */
  readonly data: string | null;
}

type Bindings = { readonly it: object; readonly id: string; readonly at: unknown; readonly now: unknown };
type Asked = (bindings: Bindings) => boolean | string;

const environment = celEnv({
  variables: { it: CelScalar.DYN, id: CelScalar.STRING, at: CelScalar.DYN, now: CelScalar.DYN },
});

const MOST_EXPRESSIONS = 1000;
const asked = new Map<string, Asked>();

/** A question that answers true, false, or why it cannot tell: an error, or an answer that is no boolean. */
function ask(expression: string): Asked {
  const known = asked.get(expression);
  if (known !== undefined) return known;
  const parsed = parse(expression);
  const evaluate = plan(environment, parsed);
  const evaluated: Asked = (bindings) => {
    // The environment's variables are dynamic: whatever JSON holds is a value of CEL.
    const result = evaluate(bindings as Parameters<typeof evaluate>[0]);
    if (isCelError(result)) return result.message;
    return typeof result === 'boolean' ? result : 'the expression answers no boolean';
  };
  const fields = fieldsRead(parsed.expr);
  const question = fields === undefined ? evaluated : remembering(fields, evaluated);
  if (asked.size > MOST_EXPRESSIONS) asked.clear();
  asked.set(expression, question);
  return question;
}

/** Why a text is no expression, or undefined. */
export function syntaxError(expression: string): string | undefined {
  try {
    ask(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether the expressions look at the clock: then an item may change its outcome while its data stays. */
export const usesNow = (check: Expressions): boolean =>
  [check.scope ?? '', check.applies, check.passes].some((text) => /\bnow\b/.test(text));

function field(data: object, path: string): unknown {
  let here: unknown = data;
  for (const step of path.split('.')) {
    here =
      typeof here === 'object' && here !== null && Object.hasOwn(here, step)
        ? (here as Record<string, unknown>)[step]
        : undefined;
  }
  return here;
}

const LONGEST_WHY = 500;

const sentence = (message: string, id: string, data: object): string =>
  message
    .replace(/\{([A-Za-z0-9_.]+)\}/g, (_, name: string) => {
      const value = name === 'id' ? id : field(data, name);
      return value === undefined ? 'unknown' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    })
    .slice(0, LONGEST_WHY);

export interface Judged {
  readonly outcome: number;
  /** For fail and unknown: the sentence. */
  readonly why: string;
}

/**
 * Judges items in order. An expression that errors on an item, or answers no boolean, yields unknown with the reason, never pass (contract,
 * "Checks as records").
 *
 * @param now the collection's `observedAt`, in ms
 * @param place set to the item and the check that is being asked
 * @param skip per check the items that are unknown without being asked
 */
export function judgeAll(
  checks: readonly Expressions[],
  items: readonly JudgedItem[],
  now: number,
  place: Int32Array,
  skip: readonly ReadonlySet<number>[],
): Judged[][] {
  const answers: Judged[][] = checks.map(() => []);
  // Once for the batch: with more checks than are remembered, each item would plan every expression anew.
  const questions = checks.map(questionsOf);
  const instant = timestampFromMs(now);
  for (const [n, item] of items.entries()) {
    place[1] = 0;
    place[0] = n;
    if (item.data === null) {
      for (const answer of answers) answer.push(GONE);
      continue;
    }
    const it = JSON.parse(item.data) as object;
    const bindings = { it, id: item.id, at: item.at === undefined ? null : timestampFromMs(item.at), now: instant };
    for (const [c, check] of questions.entries()) {
      place[1] = c;
      answers[c]?.push(skip[c]?.has(n) === true ? NOT_ASKED : judge(check, bindings));
    }
  }
  return answers;
}

/** Why an item is unknown whose data is gone: whatever a check said of it, it says no more. The migration that erases has the same words. */
export const ERASED = 'its data was erased';
const GONE: Judged = { outcome: UNKNOWN, why: ERASED };

const NOT_ASKED: Judged = { outcome: UNKNOWN, why: '' };

/** A check ready to be asked; its expressions were parsed when it was written. */
interface Questions {
  readonly scope: Asked | undefined;
  readonly applies: Asked | undefined;
  readonly passes: Asked;
  readonly message: string;
}

/** A text that is no expression cannot tell, of any item. */
function asking(expression: string): Asked {
  try {
    return ask(expression);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return () => why;
  }
}

const questionsOf = (check: Expressions): Questions => ({
  scope: check.scope === undefined ? undefined : asking(check.scope),
  applies: check.applies === 'true' ? undefined : asking(check.applies),
  passes: asking(check.passes),
  message: check.message,
});

function judge(check: Questions, bindings: Bindings): Judged {
  if (check.scope !== undefined) {
    const inScope = check.scope(bindings);
    if (typeof inScope === 'string') return { outcome: UNKNOWN, why: `scope: ${inScope}`.slice(0, LONGEST_WHY) };
    if (!inScope) return { outcome: OUT_OF_SCOPE, why: '' };
  }
  const applies = check.applies === undefined ? true : check.applies(bindings);
  if (typeof applies === 'string') return { outcome: UNKNOWN, why: `applies: ${applies}`.slice(0, LONGEST_WHY) };
  if (!applies) return { outcome: NOT_APPLICABLE, why: '' };
  const passes = check.passes(bindings);
  if (typeof passes === 'string') return { outcome: UNKNOWN, why: `passes: ${passes}`.slice(0, LONGEST_WHY) };
  return passes
    ? { outcome: PASS, why: '' }
    : { outcome: FAIL, why: sentence(check.message, bindings.id, bindings.it) };
}
