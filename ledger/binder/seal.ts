import { LedgerFault } from '../fault.ts';
import type { Signer, VerifierKey } from '../key.ts';
import { parseNote, signNote, verifyNote } from '../note.ts';

const HEAD = 'countersign.dev/binder/v1';

/** SHA-256 in hexadecimal of the two files that say what is in a bag. */
export interface Sealed {
  readonly bagInfo: string;
  readonly manifest: string;
}

/**
 * `seal.note`: a signed note over the manifest by the log's key. Without it whoever changes a file that the log does not speak of (an
 * answer, the index) could write a new manifest too. Its first line is no origin of a log, so it cannot pass for a checkpoint.
 */
export const signSeal = (sealed: Sealed, origin: string, signer: Signer): Promise<string> =>
  signNote(textOf(sealed), origin, signer);

const textOf = ({ bagInfo, manifest }: Sealed): string => `${HEAD}\nbag-info ${bagInfo}\nmanifest ${manifest}\n`;

/** What was sealed, and by whom. Refuses `seal.malformed`, `note.…`. */
export function openSeal(note: string, trusted: readonly VerifierKey[]): { sealed: Sealed; by: VerifierKey[] } {
  const parsed = parseNote(note);
  const [, bagInfo, manifest] =
    /^countersign\.dev\/binder\/v1\nbag-info ([0-9a-f]{64})\nmanifest ([0-9a-f]{64})\n$/.exec(parsed.text) ?? [];
  if (bagInfo === undefined || manifest === undefined)
    throw new LedgerFault('seal.malformed', 'The seal does not say what it seals.');
  return { sealed: { bagInfo, manifest }, by: verifyNote(parsed, trusted) };
}
