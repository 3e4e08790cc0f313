import { openCheckpoint, parseCheckpoint, type Checkpoint } from '../checkpoint.ts';
import { verifyConsistency } from '../consistency.ts';
import { LedgerFault } from '../fault.ts';
import { EMPTY_ROOT, sameBytes, type Hash } from '../hash.ts';
import type { VerifierKey } from '../key.ts';
import { parseNote, type NoteSignature } from '../note.ts';
import { cosign, type Cosigner } from './cosignature.ts';
import { parseRequest } from './request.ts';

/** What a witness remembers of a log: the largest tree it cosigned. */
export interface Witnessed {
  readonly size: number;
  readonly root: Hash;
}

/** Before the first time: the tree that every log extends. */
export const NOTHING_COSIGNED: Witnessed = { size: 0, root: EMPTY_ROOT };

/** How C2SP tlog-witness names what happens to a request, with its HTTP status. */
export const OUTCOMES = {
  cosigned: 200,
  /** Not a request, or a checkpoint that is none. */
  malformed: 400,
  /** The old size is larger than the checkpoint's. */
  'old-size-beyond': 400,
  /** No trusted key signed the checkpoint. */
  unsigned: 403,
  /** The witness knows no key for this origin. */
  'unknown-origin': 404,
  /** The witness cosigned another size last: `size` says which. Ask again from there. */
  conflict: 409,
  /** The same size with another root: the log shows two histories. */
  forked: 409,
  /** The proof does not show that the log was only extended. */
  inconsistent: 422,
} as const satisfies Record<string, number>;
export type Outcome = keyof typeof OUTCOMES;

export type Decision =
  | { readonly outcome: 'cosigned'; readonly checkpoint: Checkpoint; readonly line: NoteSignature }
  | { readonly outcome: 'conflict'; readonly size: number; readonly checkpoint: Checkpoint }
  | {
      readonly outcome: Exclude<Outcome, 'cosigned' | 'conflict'>;
      /** Given where the log did sign it: with `forked` and `inconsistent`, evidence against the log. Keep the request. */
      readonly checkpoint?: Checkpoint;
    };

/**
 * Whether a witness cosigns, in the order of the specification: known origin, signature, old size, consistency. `latest` is what
 * the witness remembers of the log with this origin, `now` in whole seconds since 1970. Remembers nothing: `answerRequest` does.
 */
export async function decide(
  body: string,
  latest: (origin: string) => Witnessed | Promise<Witnessed>,
  trusted: readonly VerifierKey[],
  now: number,
  cosigner: Cosigner,
): Promise<Decision> {
  const read = readRequest(body);
  if (read === undefined) return { outcome: 'malformed' };
  const { oldSize, proof, note, text, checkpoint } = read;
  const { origin, size, root } = checkpoint;

  const keys = trusted.filter(({ name }) => name === origin);
  if (keys.length === 0) return { outcome: 'unknown-origin' };
  if (!isSigned(note, keys)) return { outcome: 'unsigned' };
  if (oldSize > size) return { outcome: 'old-size-beyond', checkpoint };

  const seen = await latest(origin);
  if (oldSize !== seen.size) return { outcome: 'conflict', size: seen.size, checkpoint };
  if (oldSize === size && size > 0 && !sameBytes(root, seen.root)) return { outcome: 'forked', checkpoint };
  if (!verifyConsistency(oldSize, seen.root, size, root, proof)) return { outcome: 'inconsistent', checkpoint };
  return { outcome: 'cosigned', checkpoint, line: await cosign(text, cosigner, now) };
}

function readRequest(body: string) {
  try {
    const request = parseRequest(body);
    const { text } = parseNote(request.note);
    return { ...request, text, checkpoint: parseCheckpoint(text) };
  } catch (error) {
    if (error instanceof LedgerFault) return undefined;
    throw error;
  }
}

function isSigned(note: string, keys: readonly VerifierKey[]): boolean {
  try {
    return openCheckpoint(note, keys).signedBy.length > 0;
  } catch (error) {
    if (error instanceof LedgerFault) return false;
    throw error;
  }
}
