import { asObject, canonicalBytes, isList, parseCanonical, textOf, type Json } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import { isHexHash } from './hash.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
/** An act somebody performed. Its predicate says act, actor, `now`, seed, input digest: enough to decide it again. */
export const ACT = 'https://countersign.dev/act/v1';
/** One run of a collector. Its predicate carries `items` and `itemsRoot`. */
export const COLLECTION = 'https://countersign.dev/collection/v1';

/** What a statement speaks of. The digest is a salted one (`saltedDigest`), 64 hexadecimal digits. */
export interface Subject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

export interface Statement {
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: { readonly [key: string]: Json };
}

/** in-toto Statement v1 in canonical bytes: what is signed. */
export function statementBytes({ subject, predicateType, predicate }: Statement): Uint8Array {
  return canonicalBytes({ _type: STATEMENT_TYPE, subject, predicateType, predicate });
}

/** Refuses `statement.malformed` or `json.…`; only canonical bytes are a statement here. */
export function parseStatement(bytes: Uint8Array): Statement {
  const statement = asObject(parseCanonical(textOf(bytes)));
  const predicate = asObject(statement?.['predicate']);
  const predicateType = statement?.['predicateType'];
  const subjects = statement?.['subject'];
  if (statement?.['_type'] !== STATEMENT_TYPE) throw malformed('is not an in-toto Statement v1');
  if (predicate === undefined || typeof predicateType !== 'string') throw malformed('has no predicate');
  if (!isList(subjects)) throw malformed('has no list of subjects');
  return { subject: subjects.map(parseSubject), predicateType, predicate };
}

function parseSubject(value: Json): Subject {
  const subject = asObject(value);
  const name = subject?.['name'];
  const sha256 = asObject(subject?.['digest'])?.['sha256'];
  if (typeof name !== 'string' || !isHexHash(sha256)) throw malformed('has a subject without name or SHA-256 digest');
  return { name, digest: { sha256 } };
}

const malformed = (how: string) => new LedgerFault('statement.malformed', `The statement ${how}.`);
