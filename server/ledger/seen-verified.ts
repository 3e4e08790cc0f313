import type { SeenClaim, SeenVerdict } from '@countersign/core/proof/index.ts';
import type { Instant } from '@countersign/core/kernel/index.ts';
import {
  cosignaturesOf,
  LedgerFault,
  openCheckpoint,
  parseNote,
  parseTimeRoots,
  parseWitnessKey,
  verifyTimeStamp,
} from '@countersign/ledger/index.ts';
import type { Clock } from '../clock.ts';
import type { FeedContext } from '../kernel/feeds.ts';
import type { Log } from './log.ts';

/** A clock outside may be this far off ours. */
const TOLERANCE_MS = 10 * 60_000;

/** Answers the feed `seen-verified`: what of a claim that the log was seen is borne out by keys, roots and the log itself. */
export async function verifySeen(
  context: FeedContext,
  claim: SeenClaim,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Promise<SeenVerdict> {
  try {
    const { client, org, size: whole } = context;
    const { checkpoint } = openCheckpoint(claim.checkpoint, await log.keys(client, org));
    const { size } = checkpoint;
    if (size < 1 || size > whole)
      throw new LedgerFault('seen.size', `The checkpoint is of ${size} entries, the log holds ${whole}.`);
    const root = await log.rootAt(client, org, size);
    if (root !== Buffer.from(checkpoint.root).toString('base64'))
      throw new LedgerFault('log.forked', `At ${size} entries the log has another root than the one that was signed.`);
    const verdict = claim.kind === 'witness' ? cosigned(claim) : await stamped(claim);
    await refuseImpossible(context, claim.kind, size, verdict.at, clock.now());
    return { ...verdict, size, root };
  } catch (error) {
    if (error instanceof LedgerFault) return { fault: { code: error.code, says: error.message } };
    throw error;
  }
}

function cosigned({ checkpoint, vkey, line }: SeenClaim & { readonly kind: 'witness' }): { readonly at: Instant } {
  const { text } = parseNote(checkpoint);
  const ended = line.endsWith('\n') ? line : `${line}\n`;
  const [found, ...more] = cosignaturesOf(parseNote(`${text}\n${ended}`), [parseWitnessKey(vkey)]);
  if (found?.key === undefined || more.length > 0)
    throw new LedgerFault('cosignature.wrong', 'The line is not one cosignature under the key of this witness.');
  return { at: found.time * 1000 };
}

async function stamped({ checkpoint, roots, token }: SeenClaim & { readonly kind: 'time' }) {
  const { at, accuracyMs, serial, signedBy } = await verifyTimeStamp(
    Buffer.from(token, 'base64'),
    Buffer.from(checkpoint),
    parseTimeRoots(roots),
  );
  return { at: at + (accuracyMs ?? 0), serial, signedBy: signedBy.name };
}

/** Nobody saw the log before its last entry was there, nor will have seen it tomorrow: a clock that says so is wrong. */
async function refuseImpossible(
  { client, org }: FeedContext,
  kind: SeenClaim['kind'],
  size: number,
  at: Instant,
  now: Instant,
): Promise<void> {
  const { rows } = await client.query<{ recorded_at: Instant }>(
    'select recorded_at from log_entry where org = $1 and index = $2::bigint - 1',
    [org, size],
  );
  const recorded = rows[0]?.recorded_at ?? Infinity;
  if (at < recorded - TOLERANCE_MS || at > now + TOLERANCE_MS)
    throw new LedgerFault(
      kind === 'witness' ? 'witness.clock' : 'timestamp.clock',
      'The time that it states cannot be: it is before the entries were recorded, or to come.',
    );
}
