export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** How deep a value from outside may nest. Deeper ones serve only to exhaust a parser's stack. */
export const DEEPEST = 64;

/**
 * Says why a value cannot be kept: PostgreSQL refuses U+0000, and a lone surrogate has no UTF-8 form, so neither has
 * a canonical digest (RFC 8785 §3.2.2.2). Keys count as text too. `undefined` when all is well.
 */
export function illFormed(value: unknown, depth = 0): string | undefined {
  if (depth > DEEPEST) return `nested deeper than ${DEEPEST}`;
  if (typeof value === 'string') {
    if (value.includes('\u0000')) return 'it holds U+0000';
    return value.isWellFormed() ? undefined : 'it holds a lone surrogate';
  }
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'a number is not finite';
  if (Array.isArray(value)) {
    for (const item of value) {
      const why = illFormed(item, depth + 1);
      if (why !== undefined) return why;
    }
    return undefined;
  }
  if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const why = illFormed(key, depth + 1) ?? illFormed(item, depth + 1);
      if (why !== undefined) return why;
    }
  }
  return undefined;
}

/** No field is named so: schemas drop such a member without a word, and code that copies members one by one sets the prototype with it. */
export const PROTOTYPE = '__proto__';

/** Whether a key anywhere in a value that JSON gave names the prototype. The value is no deeper than `illFormed` lets through. */
export function namesPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(namesPrototype);
  return Object.entries(value).some(([key, member]) => key === PROTOTYPE || namesPrototype(member));
}
