import { LedgerFault } from './fault.ts';
import type { Findings } from './findings.ts';
import { fingerprint, parseVerifierKey, printVerifierKey, verifierKey, type VerifierKey } from './key.ts';
import { ACT, type Statement } from './statement.ts';
import type { Trust } from './trust.ts';

/**
 * How a log changes its key. Its last entry under the old one is an act of this name whose predicate says `logKey`, the verifier key
 * that signs from the next entry on, and every checkpoint that covers it. Said in the statement itself, which every export shows;
 * a body could be withheld.
 */
export const ROTATE = 'log.rotate-key';

/** What the predicate of such an act holds besides actor and time. */
export const handOver = (next: VerifierKey) => ({ act: ROTATE, logKey: printVerifierKey(next) });

/** The key that the statement hands over to, if it is one that does. Refuses `key.malformed`, also for the key of another log. */
export function handedTo({ predicateType, predicate }: Statement, origin: string): VerifierKey | undefined {
  if (predicateType !== ACT || predicate['act'] !== ROTATE) return undefined;
  const said = predicate['logKey'];
  const next = typeof said === 'string' ? parseVerifierKey(said) : undefined;
  if (next?.name !== origin)
    throw new LedgerFault('key.malformed', 'The act that changes the log’s key names no key of this log.');
  return next;
}

/** Consecutive entries under one key. */
interface Span {
  readonly key: string;
  readonly publicKey: Uint8Array;
  readonly path: string;
  readonly first: number;
  last: number;
  /** Whether the entry before handed over to this key. */
  readonly handed: boolean;
}

/**
 * Which keys stand for a log. Where one key hands over to the next, either of them stands for both: the older signed who comes
 * after it, the newer signs the tree in which that stands. So whoever holds one key of the log, the first or the
 * present one, can check all of it. A key that has handed over signs nothing more. Keys that follow without a hand-over
 * (the old one was lost) are trusted only if each was given.
 */
export class KeyChain {
  readonly #trust: Trust;
  readonly #origin: string;
  readonly #spans: Span[] = [];
  readonly #retired = new Set<string>();
  #next: VerifierKey | undefined;
  #seen = 0;

  constructor(trust: Trust, origin: string) {
    this.#trust = trust;
    this.#origin = origin;
  }

  /** Takes the entries in the order of the log, `path` being where it stands. */
  entry(path: string, index: number, publicKey: Uint8Array, findings: Findings): void {
    const key = fingerprint(publicKey);
    const open = this.#spans.at(-1);
    if (this.#retired.has(key))
      findings.add(
        path,
        'entry.retired-key',
        `Entry ${index} is signed with a key that handed over to another before.`,
      );
    if (open?.key === key) open.last = index;
    else this.#spans.push({ key, publicKey, path, first: index, last: index, handed: this.#hasNext(key) });
    this.#next = undefined;
    this.#seen = index + 1;
  }

  /** What the entry just taken says. */
  statement(statement: Statement): void {
    const next = handedTo(statement, this.#origin);
    const open = this.#spans.at(-1);
    if (next === undefined || open === undefined) return;
    this.#next = next;
    if (!this.#hasNext(open.key)) this.#retired.add(open.key);
  }

  /** After the last entry: the keys that stand for the log; findings for what is under others. */
  settle(signedBy: readonly VerifierKey[], findings: Findings): readonly VerifierKey[] {
    const size = this.#seen;
    // A hand-over that is the last entry: no entry is under the new key yet, the checkpoint is.
    if (this.#next !== undefined) this.entry('checkpoint', size, this.#next.publicKey, findings);
    const trusted = this.#connected();
    for (const { key, path, first, last } of this.#spans)
      if (!trusted.has(key) && first < size)
        findings.add(
          path,
          'entry.untrusted',
          `${first === last ? `Entry ${first} is` : `Entries ${first} to ${last} are`} signed with a key that is not trusted.`,
        );
    for (const { name, publicKey } of this.#trust.own)
      if (!trusted.has(fingerprint(publicKey)))
        findings.add('key.vkey', 'key.untrusted', `The export names a key for ${name} that was not given as trusted.`);
    if (signedBy.length > 0 && signedBy.every(({ publicKey }) => this.#retired.has(fingerprint(publicKey))))
      findings.add(
        'checkpoint',
        'checkpoint.retired-key',
        'The checkpoint is signed with a key that handed over before.',
      );
    return [...trusted.values()];
  }

  #connected(): Map<string, VerifierKey> {
    const trusted = new Map(this.#trust.keys.map((key) => [fingerprint(key.publicKey), key]));
    const spans = this.#spans;
    const trust = ({ key, publicKey }: Span) => trusted.set(key, verifierKey(this.#origin, publicKey));
    for (const [i, span] of spans.entries()) {
      const before = spans[i - 1];
      if (span.handed && before !== undefined && trusted.has(before.key) && !trusted.has(span.key)) trust(span);
    }
    for (const [i, span] of [...spans.entries()].reverse()) {
      const before = spans[i - 1];
      if (span.handed && before !== undefined && trusted.has(span.key) && !trusted.has(before.key)) trust(before);
    }
    return trusted;
  }

  #hasNext(key: string): boolean {
    return this.#next !== undefined && fingerprint(this.#next.publicKey) === key;
  }
}
