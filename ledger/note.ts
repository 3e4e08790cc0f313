import { fromBase64, toBase64 } from './base64.ts';
import { concat, utf8 } from './bytes.ts';
import { LedgerFault } from './fault.ts';
import { sameBytes } from './hash.ts';
import { isKeyName, verifierKey, verifySignature, type Signer, type VerifierKey } from './key.ts';

const LONGEST_NOTE = 1 << 20;
const MOST_SIGNATURES = 64;
// Control characters below U+0020 other than newline.
// eslint-disable-next-line no-control-regex -- these are what a note may not hold
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}

/** C2SP signed-note: a text that ends in a newline, and who signed it. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Signs `text` (ending in a newline) as `name`. */
export async function signNote(text: string, name: string, signer: Signer): Promise<string> {
  const { id } = verifierKey(name, signer.publicKey);
  return printNote({ text, signatures: [{ name, id, signature: await signer.sign(utf8(text)) }] });
}

export function printNote({ text, signatures }: Note): string {
  const lines = signatures.map(({ name, id, signature }) => `\u2014 ${name} ${toBase64(concat([id, signature]))}\n`);
  return `${text}\n${lines.join('')}`;
}

/** Refuses `note.malformed` unless the bytes are a signed note, to the letter. Says nothing about the signatures. */
export function parseNote(note: string): Note {
  if (note.length > LONGEST_NOTE) throw malformed('is too long');
  if (CONTROL.test(note) || !note.isWellFormed()) throw malformed('contains control characters');
  const gap = note.lastIndexOf('\n\n');
  if (gap < 0 || !note.endsWith('\n')) throw malformed('has no signatures');
  const lines = note.slice(gap + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw malformed('has too many signatures');
  return { text: note.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

/**
 * The keys that signed the note. Signatures of unknown keys are passed over, as C2SP says; a wrong one under a known
 * key refuses the note, and so does none at all: `note.unsigned`.
 */
export function verifyNote({ text, signatures }: Note, known: readonly VerifierKey[]): VerifierKey[] {
  const signed = known.filter((key) => {
    const own = signatures.filter(({ name, id }) => name === key.name && sameBytes(id, key.id));
    if (own.some(({ signature }) => !verifySignature(key.publicKey, utf8(text), signature)))
      throw new LedgerFault('note.unsigned', `The signature of ${key.name} does not fit the text.`);
    return own.length > 0;
  });
  if (signed.length === 0) throw new LedgerFault('note.unsigned', 'None of the trusted keys signed the text.');
  return signed;
}

function parseSignature(line: string): NoteSignature {
  const [dash, name, base64, ...rest] = line.split(' ');
  if (dash !== '\u2014' || name === undefined || base64 === undefined || rest.length > 0 || !isKeyName(name))
    throw malformed('has a signature line that is none');
  const bytes = fromBase64(base64, 'note.malformed');
  if (bytes.length < 5) throw malformed('has a signature without content');
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

const malformed = (how: string) => new LedgerFault('note.malformed', `The signed note ${how}.`);
