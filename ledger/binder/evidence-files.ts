import { canonicalText, parseCanonical } from '../canonical.ts';
import { utf8 } from '../bytes.ts';
import { envelopeJson } from '../dsse.ts';
import { envelopeOf } from '../entry.ts';
import { LedgerFault } from '../fault.ts';
import { toHex } from '../hash.ts';
import { printVerifierKey, type VerifierKey } from '../key.ts';
import type { Leaf } from '../leaf.ts';
import { payloadPath, printLine, type PayloadLine } from '../payload.ts';
import { parseStatement } from '../statement.ts';
import { printClaimLine, type ClaimLine } from './claims.ts';
import { printFileLine } from './files.ts';
import { proofPath } from './verify-evidence.ts';
import type { BinderFile } from './writer.ts';

/** One entry that speaks of the evidence. */
export interface EvidenceEntry {
  readonly index: number;
  readonly statement: Uint8Array;
  readonly leaf: Leaf;
  /** What of its payload is shown; a collection's items in full, since there is no earlier entry to refer to. */
  readonly lines: readonly PayloadLine[];
  /** C2SP tlog-proof; where something was seen, under that very checkpoint. */
  readonly proof: string;
}

export interface Evidence {
  readonly id: string;
  /** Its files: the name a person gave, the salted digest by which the log knows the bytes. */
  readonly files: readonly {
    readonly name: string;
    readonly digest: Uint8Array;
    readonly bytes: BinderFile['bytes'];
    readonly size?: number;
  }[];
  readonly entries: readonly EvidenceEntry[];
  /** The log's keys, the present one and those before it. */
  readonly keys: readonly VerifierKey[];
  /** `seen/…`, `witnesses.vkey`, `authorities/…`, as in an export. */
  readonly seen?: readonly BinderFile[];
  /** Pages for people, at the top. */
  readonly pages?: readonly BinderFile[];
}

/**
 * The files of a bag of one piece of evidence, for `writeBinder` with `about.kind` `evidence`. What its entries show is repeated in
 * `records/evidence.ndjson`, for people. Names must be ones that a binder can hold: `nameFor`.
 */
export async function* evidenceFiles(evidence: Evidence): AsyncGenerator<BinderFile> {
  const { id, files, entries, keys, seen = [], pages = [] } = evidence;
  for (const { name, bytes, size } of files)
    yield { path: `evidence/${id}/${name}`, bytes, ...(size !== undefined && { size }) };
  const lines = files.map(({ name, digest }) => ({ digest: toHex(digest), path: `evidence/${id}/${name}` }));
  lines.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  yield { path: 'files.ndjson', bytes: utf8(lines.map(printFileLine).join('')) };
  yield { path: 'log/key.vkey', bytes: utf8(keys.map((key) => `${printVerifierKey(key)}\n`).join('')) };
  for (const entry of entries) yield* entryFiles(entry);
  for (const { path, ...file } of seen) yield { path: `log/${path}`, ...file };
  yield { path: 'records/evidence.ndjson', bytes: utf8(entries.flatMap(claimsOf).map(printClaimLine).join('')) };
  yield* pages;
}

function* entryFiles({ index, statement, leaf, lines, proof }: EvidenceEntry): Generator<BinderFile> {
  if (lines.some(({ does }) => does === 'refer-item'))
    throw new LedgerFault('payload.malformed', 'A bag of evidence cannot refer to an earlier entry.');
  const head = `${canonicalText(envelopeJson(envelopeOf(statement, leaf)))}\n`;
  yield { path: `log/${payloadPath(index)}`, bytes: utf8(head + lines.map(printLine).join('')) };
  yield { path: `log/${proofPath(index)}`, bytes: utf8(proof) };
}

function claimsOf({ index, statement, lines }: EvidenceEntry): ClaimLine[] {
  const { predicate } = parseStatement(statement);
  const at = predicate['recordedAt'] ?? predicate['now'];
  return lines.flatMap<ClaimLine>((line) =>
    line.does === 'show-subject'
      ? [
          {
            entry: index,
            what: 'subject',
            name: line.subject,
            // As a reader of the file will have it.
            body: parseCanonical(canonicalText(line.body)),
            ...(typeof at === 'string' && { at }),
          },
        ]
      : [],
  );
}
