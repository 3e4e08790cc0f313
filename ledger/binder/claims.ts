import { asObject, canonicalBytes, canonicalText, hasOnly, parseCanonical, type Json } from '../canonical.ts';
import { Carried } from '../carried.ts';
import { LedgerFault } from '../fault.ts';
import type { Findings } from '../findings.ts';
import type { Folder } from '../folder.ts';
import { sha256 } from '../hash.ts';
import { linesOf } from '../lines.ts';
import type { Statement } from '../statement.ts';

/**
 * A line of `data/records/…ndjson` (subjects) or `data/facts/…ndjson` (items): a body that an entry of the log shows, repeated where people
 * find it. `at`, if it is said, is when the entry was recorded.
 */
export interface ClaimLine {
  readonly entry: number;
  readonly what: 'subject' | 'item';
  readonly name: string;
  readonly body: Json;
  readonly at?: string;
}

export const isClaimPath = (path: string): boolean => /^data\/(?:records|facts)\/.+\.ndjson$/.test(path);

export const printClaimLine = ({ entry, what, name, body, at }: ClaimLine): string =>
  `${canonicalText({ entry, [what]: name, body, ...(at !== undefined && { at }) })}\n`;

/** Refuses `record.malformed`, `json.…`. */
export function parseClaimLine(text: string): ClaimLine {
  const line = asObject(parseCanonical(text)) ?? {};
  const { entry, subject, item, body, at } = line;
  const what = subject === undefined ? 'item' : 'subject';
  const name = subject ?? item;
  const keys = ['entry', what, 'body', ...(at === undefined ? [] : ['at'])];
  if (
    typeof entry !== 'number' ||
    !Number.isSafeInteger(entry) ||
    entry < 0 ||
    typeof name !== 'string' ||
    body === undefined ||
    (at !== undefined && typeof at !== 'string') ||
    !hasOnly(line, ...keys)
  )
    throw new LedgerFault('record.malformed', 'A line is not an entry, a name and a body.');
  return { entry, what, name, body, ...(at !== undefined && { at }) };
}

/** What a binder repeats of its log, until the log is found to show it. Memory: about a hundred bytes a line. */
export class Claims {
  readonly #numbers = new Carried();
  readonly #files: { readonly path: string; readonly first: number }[] = [];
  /** By the number of the claim: 1 when the log shows it. */
  #shown = new Uint8Array(1024);
  #times = new Map<number, { readonly at: string; readonly claim: number }[]>();
  #count = 0;

  /** Reads a file of claims. */
  async read(folder: Folder, path: string, findings: Findings): Promise<void> {
    this.#files.push({ path, first: this.#count });
    await findings.attempt(path, async () => {
      const chunks = await folder.open(path);
      if (chunks === undefined) return;
      for await (const text of linesOf(chunks)) this.#add(parseClaimLine(text));
    });
  }

  #add({ entry, what, name, body, at }: ClaimLine): void {
    const [key, digest] = keyOf(entry, what, name, body);
    const claim = this.#count++;
    if (claim >= this.#shown.length) {
      const longer = new Uint8Array(this.#shown.length * 2);
      longer.set(this.#shown);
      this.#shown = longer;
    }
    // A second claim of the same is as good as the first, which stands for both.
    if (this.#numbers.find(key, digest) === undefined) this.#numbers.add(key, digest, claim);
    else this.#shown[claim] = 1;
    if (at === undefined) return;
    const times = this.#times.get(entry) ?? [];
    times.push({ at, claim });
    this.#times.set(entry, times);
  }

  /** An entry of the log was recorded; `at` of its claims must be that. */
  statement(index: number, { predicate }: Statement, findings: Findings): void {
    const recordedAt = predicate['recordedAt'] ?? predicate['now'];
    for (const { at, claim } of this.#times.get(index) ?? [])
      if (at !== recordedAt)
        findings.add(this.#fileOf(claim), 'record.unshown', `${this.#lineOf(claim)} says another time than its entry.`);
  }

  shows(index: number, what: 'subject' | 'item', name: string, body: Json): void {
    if (this.#count === 0) return;
    const claim = this.#numbers.find(...keyOf(index, what, name, body));
    if (claim !== undefined) this.#shown[claim] = 1;
  }

  /** Adds each claim that the log was not found to show. */
  close(findings: Findings): void {
    for (let claim = 0; claim < this.#count; claim++)
      if (this.#shown[claim] !== 1)
        findings.add(
          this.#fileOf(claim),
          'record.unshown',
          `${this.#lineOf(claim)} is not what its entry in the log shows.`,
        );
  }

  get count(): number {
    return this.#count;
  }

  #placeOf = (claim: number) => this.#files.findLast(({ first }) => first <= claim);
  #fileOf = (claim: number): string => this.#placeOf(claim)?.path ?? 'data';
  #lineOf = (claim: number): string => `Line ${claim - (this.#placeOf(claim)?.first ?? 0) + 1}`;
}

const keyOf = (entry: number, what: string, name: string, body: Json): [string, Uint8Array] => [
  `${entry} ${what} ${name}`,
  sha256(canonicalBytes(body)),
];
