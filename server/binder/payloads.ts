import { bodyDigest, COLLECTION, hashFromHex, parseStatement } from '@countersign/ledger/index.ts';
import type { Hidden, PayloadLine, PayloadSource } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Scope } from './shown.ts';
import { withheldFor } from './shown.ts';
import { versionsAt } from './versions.ts';

/** What a binder shows of a log, and why not the rest. */
export interface Chosen {
  readonly payloads: PayloadSource;
  /** Why something of the entry that is being written is not shown. */
  because(hidden: Hidden): string;
  /** When that entry was recorded, as its statement says. */
  recordedAt(): string | undefined;
  isCollection(): boolean;
}

export interface Choosing {
  readonly client: pg.ClientBase;
  readonly org: number;
  readonly size: number;
  readonly scope: Scope;
  /** Files whose bytes are there, by digest. */
  readonly files: ReadonlySet<string>;
  /** Waited for before each entry; may throw to stop. */
  readonly before: (index: number) => Promise<void>;
}

const ERASED = 'Erased: an entry of the log says why.';
const OUTSIDE = 'It was not observed in the period.';

/**
 * The payloads of a log with all but what touches a period withheld: each version of a record by itself, a collection as a whole. What is
 * erased stays told as erased. Evidence that is shown has its file after it, where its bytes are.
 */
export function choose(all: PayloadSource, { client, org, size, scope, files, before }: Choosing): Chosen {
  let reasons = new Map<string, string>();
  let whole = OUTSIDE;
  let at: string | undefined;
  let collects = false;

  async function lines(
    index: number,
    given: AsyncIterable<PayloadLine> | Iterable<PayloadLine>,
    named: boolean,
  ): Promise<readonly PayloadLine[] | undefined> {
    const versions = await versionsAt(client, org, size, index);
    const told: PayloadLine[] = [];
    let tells = false;
    for await (const line of given) {
      if (line.does !== 'show-subject') {
        // What is erased is told wherever it stands: to be left out is not to be erased.
        tells ||= line.does === 'hide-subject' && line.why === 'erased';
        told.push(line);
        continue;
      }
      const { subject, salt, body } = line;
      const version = versions.get(subject);
      const because = version === undefined ? 'It is no record.' : withheldFor(version, scope);
      if (because !== undefined) {
        reasons.set(subject, because);
        // Where the statement has a root and no list, the digest keeps the place.
        told.push({
          does: 'hide-subject',
          subject,
          why: 'withheld',
          ...(named ? {} : { digest: bodyDigest(salt, body) }),
        });
        continue;
      }
      tells = true;
      told.push(line);
      const digest = version?.kind === 'evidence' ? version.body['digest'] : undefined;
      if (typeof digest === 'string' && files.has(digest))
        told.push({ does: 'show-file', digest: hashFromHex(digest) });
    }
    if (tells || told.length === 0) return told;
    const kinds = new Set(reasons.values());
    const [only = OUTSIDE] = kinds;
    whole = kinds.size === 1 ? only : 'Nothing of it touches the period, or is part of a binder.';
    return undefined;
  }

  return {
    recordedAt: () => at,
    isCollection: () => collects,
    because: (hidden) => {
      if (hidden.what === 'entry') return whole;
      if (hidden.what === 'items') return ERASED;
      return hidden.why === 'erased' ? ERASED : (reasons.get(hidden.subject) ?? OUTSIDE);
    },
    payloads: {
      async *statements(from, to) {
        for await (const { index, statement, lines: given } of all.statements(from, to)) {
          await before(index);
          const { predicate, predicateType } = parseStatement(statement);
          const said = predicate['recordedAt'] ?? predicate['now'];
          collects = predicateType === COLLECTION;
          at = typeof said === 'string' ? said : undefined;
          reasons = new Map();
          whole = OUTSIDE;
          if (given === undefined) yield { index, statement };
          else if (collects)
            yield scope.collections.has(index) ? { index, statement, lines: given } : { index, statement };
          else {
            const chosen = await lines(index, given, predicate['subjectsRoot'] === undefined);
            yield chosen === undefined ? { index, statement } : { index, statement, lines: chosen };
          }
        }
      },
      ...(all.file === undefined ? {} : { file: all.file.bind(all) }),
    },
  };
}
