import { fromBase64, toBase64 } from '../base64.ts';
import { LedgerFault } from '../fault.ts';
import { HASH_BYTES, type Hash } from '../hash.ts';

/** A log's request to a witness: C2SP tlog-witness, `add-checkpoint`. */
export interface WitnessRequest {
  /** Size of the tree that the witness cosigned last, as the log remembers it; 0 for the first time. */
  readonly oldSize: number;
  /** Consistency proof from that size to the checkpoint's. */
  readonly proof: readonly Hash[];
  /** The checkpoint, signed by the log. */
  readonly note: string;
}

/** Bytes of the longest request that is read: room for the proof and a note of many signatures. */
export const LONGEST_REQUEST = 64 * 1024;
const MOST_HASHES = 63;
const OLD = /^old (0|[1-9][0-9]{0,15})$/;

export function printRequest({ oldSize, proof, note }: WitnessRequest): string {
  return [`old ${oldSize}`, ...proof.map(toBase64), '', note].join('\n');
}

/** Refuses `request.malformed`. The note in it is not looked at yet. */
export function parseRequest(body: string): WitnessRequest {
  if (body.length > LONGEST_REQUEST) throw malformed(`is longer than ${LONGEST_REQUEST} bytes`);
  const gap = body.indexOf('\n\n');
  const [old, ...lines] = body.slice(0, Math.max(gap, 0)).split('\n');
  const oldSize = Number(OLD.exec(old ?? '')?.[1]);
  if (!Number.isSafeInteger(oldSize)) throw malformed('does not begin with the old size');
  if (lines.length > MOST_HASHES) throw malformed(`has more than ${MOST_HASHES} hashes`);
  const proof = lines.map((line) => fromBase64(line, 'request.malformed'));
  if (proof.some((hash) => hash.length !== HASH_BYTES)) throw malformed('has a hash that is not of 32 bytes');
  return { oldSize, proof, note: body.slice(gap + 2) };
}

const malformed = (how: string) => new LedgerFault('request.malformed', `The request to the witness ${how}.`);
