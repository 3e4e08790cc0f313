import { fromBase64, toBase64 } from './base64.ts';
import { LedgerFault } from './fault.ts';
import { HASH_BYTES, type Hash } from './hash.ts';
import { isKeyName, type Signer, type VerifierKey } from './key.ts';
import { parseNote, signNote, verifyNote } from './note.ts';

/** C2SP tlog-checkpoint: what a log commits to. `origin` names the log and should not name the company. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

const SIZE = /^(0|[1-9][0-9]{0,15})$/;

export function printCheckpoint({ origin, size, root }: Checkpoint): string {
  if (!isKeyName(origin)) throw malformed('has no usable origin');
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Refuses `checkpoint.malformed` for anything but origin, size and root; extension lines are not accepted. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, end, ...rest] = text.split('\n');
  if (origin === undefined || !isKeyName(origin)) throw malformed('has no usable origin');
  if (sizeText === undefined || !SIZE.test(sizeText) || !Number.isSafeInteger(Number(sizeText)))
    throw malformed('has no tree size');
  if (rootText === undefined || end !== '' || rest.length > 0) throw malformed('is not three lines');
  const root = fromBase64(rootText, 'checkpoint.malformed');
  if (root.length !== HASH_BYTES) throw malformed('has no root hash');
  return { origin, size: Number(sizeText), root };
}

/** The checkpoint as a note signed under the log's origin. */
export const signCheckpoint = (checkpoint: Checkpoint, signer: Signer): Promise<string> =>
  signNote(printCheckpoint(checkpoint), checkpoint.origin, signer);

/**
 * Checkpoint and the trusted keys that signed it; one must bear the log's own name, else `checkpoint.untrusted`:
 * a witness alone does not make a checkpoint. Refuses as `parseNote` and `verifyNote` do.
 */
export function openCheckpoint(
  note: string,
  trusted: readonly VerifierKey[],
): { checkpoint: Checkpoint; signedBy: VerifierKey[] } {
  const parsed = parseNote(note);
  const checkpoint = parseCheckpoint(parsed.text);
  const signedBy = verifyNote(parsed, trusted).filter(({ name }) => name === checkpoint.origin);
  if (signedBy.length === 0)
    throw new LedgerFault('checkpoint.untrusted', `No trusted key named ${checkpoint.origin} signed the checkpoint.`);
  return { checkpoint, signedBy };
}

const malformed = (how: string) => new LedgerFault('checkpoint.malformed', `The checkpoint ${how}.`);
