import type { parse } from '@bufbuild/cel';

type Expr = ReturnType<typeof parse>['expr'];

/** Names an expression is given. Whoever reads one of them whole, or binds its name anew, is asked every time. */
const GIVEN: readonly string[] = ['it', 'id', 'at', 'now'];

/** The fields of `it` that an expression reads, or undefined if it looks at more than some fields of it. */
export function fieldsRead(expression: Expr): readonly string[] | undefined {
  const fields = new Set<string>();
  const reads = (one: Expr | undefined): boolean => {
    const kind = one?.exprKind;
    switch (kind?.case) {
      case undefined:
      case 'constExpr':
        return true;
      case 'identExpr':
        return !GIVEN.includes(kind.value.name);
      case 'selectExpr': {
        const { operand, field } = kind.value;
        if (operand?.exprKind.case !== 'identExpr' || operand.exprKind.value.name !== 'it') return reads(operand);
        fields.add(field);
        return true;
      }
      case 'callExpr':
        return [kind.value.target, ...kind.value.args].every(reads);
      case 'listExpr':
        return kind.value.elements.every(reads);
      case 'structExpr':
        return kind.value.entries.every(
          ({ keyKind, value }) => (keyKind.case !== 'mapKey' || reads(keyKind.value)) && reads(value),
        );
      case 'comprehensionExpr': {
        const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
        if ([iterVar, iterVar2, accuVar].some((name) => GIVEN.includes(name))) return false;
        return [iterRange, accuInit, loopCondition, loopStep, result].every(reads);
      }
    }
  };
  return reads(expression) ? [...fields] : undefined;
}

const MOST_KEPT = 500;
const LONGEST_KEY = 250;

/**
 * Equal fields have equal answers: items of one dataset repeat a few people, kinds and flags over and over, and evaluating costs many times what
 * looking up does. Bounded in number and size.
 */
export function remembering<G extends { readonly it: object }, T>(
  fields: readonly string[],
  ask: (given: G) => T,
): (given: G) => T {
  const known = new Map<string, T>();
  return (given) => {
    const { it } = given;
    let key = '';
    for (const field of fields) {
      const value: unknown = Object.hasOwn(it, field) ? Reflect.get(it, field) : undefined;
      key += value === undefined ? '-\n' : `${JSON.stringify(value)}\n`;
    }
    const found = known.get(key);
    if (found !== undefined) return found;
    const answer = ask(given);
    if (key.length <= LONGEST_KEY) {
      if (known.size >= MOST_KEPT) known.clear();
      known.set(key, answer);
    }
    return answer;
  };
}
