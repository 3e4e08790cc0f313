import { parseCheckpoint } from '../checkpoint.ts';
import { consistencyProof } from '../consistency.ts';
import { LedgerFault } from '../fault.ts';
import { parseNote, type NoteSignature } from '../note.ts';
import type { NodeReader } from '../subtree.ts';
import { isBy, parseLines, verifyCosignature } from './cosignature.ts';
import type { WitnessKey } from './key.ts';
import { LONGEST_REQUEST, printRequest } from './request.ts';
import type { WitnessAnswer } from './witness.ts';

/** What a log gets from a witness. */
export interface Obtained {
  readonly key: WitnessKey;
  /** Seconds since 1970, as the witness says. */
  readonly time: number;
  readonly line: NoteSignature;
}

export interface Asking {
  /** The checkpoint as the log signed it. */
  readonly note: string;
  /** Reads the tree at the checkpoint's size: `tileReader(storage, size)`. */
  readonly read: NodeReader;
  /** The witness's keys as the log's owner was given them. */
  readonly witness: readonly WitnessKey[];
  /** Size that this witness cosigned last, where it is known. */
  readonly oldSize?: number;
}

/** Sends a body to the witness and gives what it answers, whatever the status. `contentType` may be empty. */
export type Post = (body: string) => Promise<WitnessAnswer>;

/** A witness's clock may be this many seconds off ours before its word on time is refused. */
const CLOCK_TOLERANCE = 600;

/**
 * Obtains a cosignature: builds the consistency proof, asks again from the size the witness names if it remembers another one,
 * and checks what comes back under the keys given. `now` in whole seconds since 1970.
 *
 * Refuses `witness.ahead` (the witness has seen a longer log: this one was restored from an old backup, or has a second
 * history), `witness.forked` (it has seen another log of the same size, or one that this does not extend),
 * `witness.unknown-log`, `witness.unknown-key`, `witness.failed`, `witness.clock`, `cosignature.…`, `note.malformed`.
 */
export async function askWitness(post: Post, asking: Asking, now: number): Promise<Obtained[]> {
  const size = sizeOf(asking.note);
  // A witness may have been asked for a larger tree than was remembered here, never for a larger one than there is.
  let oldSize = Math.min(asking.oldSize ?? 0, size);
  for (let tries = 0; tries < 3; tries++) {
    const got = readAnswer(await post(await requestBody(asking, oldSize)), asking);
    if ('cosigned' in got) return refuseClock(got.cosigned, now);
    if (got.size === oldSize) throw forked();
    oldSize = got.size;
  }
  throw new LedgerFault('witness.failed', 'The witness names another size each time it is asked.');
}

/** The request as it is posted, or sent as a file: from `oldSize` to the size of the checkpoint. */
export async function requestBody({ note, read }: Asking, oldSize: number): Promise<string> {
  return printRequest({ oldSize, proof: await consistencyProof(read, oldSize, sizeOf(note)), note });
}

/** Cosignatures that verify under the witness's keys, or the size from which it wants to be asked. Refuses as `askWitness`. */
export function readAnswer(
  { status, body }: WitnessAnswer,
  { note, witness }: Pick<Asking, 'note' | 'witness'>,
): { readonly cosigned: Obtained[] } | { readonly size: number } {
  if (body.length > LONGEST_REQUEST) throw new LedgerFault('witness.failed', 'The witness’s answer is too long.');
  switch (status) {
    case 200:
      return { cosigned: open(body, note, witness) };
    case 409: {
      const size = /^(0|[1-9][0-9]{0,15})\n$/.exec(body)?.[1];
      if (size === undefined) throw forked();
      if (Number(size) > sizeOf(note))
        throw new LedgerFault('witness.ahead', `The witness has cosigned ${size} entries of this log already.`);
      return { size: Number(size) };
    }
    case 422:
      throw forked();
    case 403:
      throw new LedgerFault(
        'witness.unknown-key',
        'The witness knows the log, not the key that signed its checkpoint.',
      );
    case 404:
      throw new LedgerFault('witness.unknown-log', 'The witness does not know this log.');
    default:
      throw new LedgerFault('witness.failed', `The witness answered with status ${status}.`);
  }
}

function open(body: string, note: string, witness: readonly WitnessKey[]): Obtained[] {
  const { text } = parseNote(note);
  const obtained = parseLines(body).flatMap((line) => {
    const key = witness.find((candidate) => isBy(line, candidate));
    return key === undefined ? [] : [{ key, line, time: verifyCosignature(text, line, key) }];
  });
  if (obtained.length === 0)
    throw new LedgerFault('cosignature.wrong', 'The witness answered under a key that is not the one it is known by.');
  return obtained;
}

function refuseClock(obtained: Obtained[], now: number): Obtained[] {
  for (const { key, time } of obtained)
    if (Math.abs(time - now) > CLOCK_TOLERANCE)
      throw new LedgerFault('witness.clock', `The clock of ${key.name} is ${time - now} seconds ahead of ours.`);
  return obtained;
}

const sizeOf = (note: string): number => parseCheckpoint(parseNote(note).text).size;

const forked = () =>
  new LedgerFault(
    'witness.forked',
    'The witness has seen a history of this log that the present one does not continue.',
  );
