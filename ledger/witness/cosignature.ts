import { concat, utf8 } from '../bytes.ts';
import { parseCheckpoint } from '../checkpoint.ts';
import { LedgerFault } from '../fault.ts';
import { sameBytes } from '../hash.ts';
import { verifySignature, type Signer } from '../key.ts';
import { parseNote, printNote, type Note, type NoteSignature } from '../note.ts';
import { witnessKey, type WitnessKey } from './key.ts';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** Whoever cosigns: a name that others know, and the key under it. */
export interface Cosigner {
  readonly name: string;
  readonly signer: Signer;
}

/** A witness's line under a checkpoint. `key` is undefined where the witness is unknown: then nothing of it was checked. */
export interface Cosigned {
  readonly by: string;
  /** When the witness says it signed, in whole seconds since 1970. */
  readonly time: number;
  readonly key: WitnessKey | undefined;
}

/**
 * C2SP `cosignature/v1`: at `time` (whole seconds since 1970) this was the largest consistent tree that the witness had seen
 * of the log. `text` is the checkpoint without its signatures. Says so only; whether it is true is for `decide`.
 */
export async function cosign(text: string, { name, signer }: Cosigner, time: number): Promise<NoteSignature> {
  if (!Number.isSafeInteger(time) || time <= 0) throw malformed('names no time');
  const { id } = witnessKey(name, signer.publicKey);
  const signature = await signer.sign(message(text, time));
  return { name, id, signature: concat([timeBytes(time), signature]) };
}

/** The time a cosignature names, in seconds since 1970; nothing is checked. Refuses `cosignature.malformed`. */
export function timeOf(line: NoteSignature): number {
  const time = readTime(line);
  if (time === undefined) throw malformed('is not a time and an Ed25519 signature');
  return time;
}

function readTime({ signature }: NoteSignature): number | undefined {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const time = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
  return Number.isSafeInteger(time) && time > 0 ? time : undefined;
}

/** The time at which the witness cosigned. Refuses `cosignature.malformed`, and `cosignature.wrong` if it did not. */
export function verifyCosignature(text: string, line: NoteSignature, key: WitnessKey): number {
  const time = timeOf(line);
  const signature = line.signature.subarray(TIME_BYTES);
  if (!isBy(line, key) || !verifySignature(key.publicKey, message(text, time), signature))
    throw new LedgerFault('cosignature.wrong', `The cosignature of ${key.name} does not fit the checkpoint.`);
  return time;
}

/**
 * Who cosigned the checkpoint, in the order of the lines. The log's own lines and those of other kinds are passed over. A wrong
 * line under a known key refuses the whole: `cosignature.wrong`.
 */
export function cosignaturesOf(note: Note, known: readonly WitnessKey[]): Cosigned[] {
  const { origin } = parseCheckpoint(note.text);
  return note.signatures.flatMap<Cosigned>((line) => {
    const key = known.find((candidate) => isBy(line, candidate));
    if (key !== undefined) return [{ by: key.name, time: verifyCosignature(note.text, line, key), key }];
    // What nobody vouches for may hold anything: it is listed if it reads as a cosignature, and is no failure if not.
    const time = readTime(line);
    return line.name === origin || time === undefined ? [] : [{ by: line.name, time, key }];
  });
}

/** The note with these lines after its own; a witness's older line under the same key gives way. */
export function addCosignatures(note: string, lines: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note);
  const kept = signatures.filter((own) => !lines.some((line) => line.name === own.name && sameBytes(line.id, own.id)));
  return printNote({ text, signatures: [...kept, ...lines] });
}

/** Signature lines alone, as a witness answers. */
export const printLines = (lines: readonly NoteSignature[]): string =>
  printNote({ text: '', signatures: lines }).slice(1);

/** Refuses `note.malformed`. */
export const parseLines = (lines: string): readonly NoteSignature[] => parseNote(`x\n\n${lines}`).signatures;

export const isBy = (line: NoteSignature, key: WitnessKey): boolean =>
  line.name === key.name && sameBytes(line.id, key.id);

const message = (text: string, time: number): Uint8Array => utf8(`cosignature/v1\ntime ${time}\n${text}`);

function timeBytes(time: number): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time));
  return bytes;
}

const malformed = (how: string) => new LedgerFault('cosignature.malformed', `The cosignature ${how}.`);
