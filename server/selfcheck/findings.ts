import { createHash } from 'node:crypto';
import type { Difference, FindingCode } from '@countersign/core/integrity/index.ts';

export type Where = Difference['where'];

/** Beyond this a run only counts. */
const MOST = 200;
const LONGEST = 600;

/** The id of a difference: what it is and where, so that one found again is the same. */
export function idOf(code: FindingCode, where: Where): string {
  const sorted = Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1));
  return `f-${createHash('sha256')
    .update(JSON.stringify([code, sorted]))
    .digest('hex')
    .slice(0, 16)}`;
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** What a run has found so far, each once. */
export class Findings {
  readonly #found: Map<string, Difference>;
  #more = 0;

  constructor(before: readonly Difference[] = []) {
    this.#found = new Map(before.map((finding) => [finding.id, finding]));
  }

  get size(): number {
    return this.#found.size;
  }

  /** How many were found beyond those that are kept. */
  get more(): number {
    return this.#more;
  }

  all(): readonly Difference[] {
    return [...this.#found.values()];
  }

  has(...codes: readonly FindingCode[]): boolean {
    return this.all().some(({ code }) => codes.includes(code));
  }

  add(
    code: FindingCode,
    where: Where,
    says: string,
    values: { readonly expected?: string | undefined; readonly found?: string | undefined } = {},
  ): void {
    const id = idOf(code, where);
    if (this.#found.has(id)) return;
    if (this.#found.size >= MOST) {
      this.#more += 1;
      return;
    }
    const { expected, found } = values;
    this.#found.set(id, {
      ...{ id, code, where, says: cut(says, 1000) },
      ...(expected === undefined || expected === '' ? {} : { expected: cut(expected, LONGEST) }),
      ...(found === undefined || found === '' ? {} : { found: cut(found, LONGEST) }),
    });
  }
}
