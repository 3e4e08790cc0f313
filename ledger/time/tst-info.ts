import { toHex } from '../hash.ts';
import { hashNamed, readAlgorithm, unsupported, type HashName } from './algorithm.ts';
import {
  booleanOf,
  context,
  contextPrimitive,
  Fields,
  malformed,
  oidOf,
  parseDer,
  smallInteger,
  TAG,
  valuesIn,
  writeDer,
  type Der,
} from './der.ts';
import { timeOf } from './text.ts';

/** What the authority says (RFC 3161 §2.4.2), before anyone checked that it was the authority. */
export interface TstInfo {
  readonly policy: string;
  readonly hash: HashName;
  readonly imprint: Uint8Array;
  readonly serial: string;
  readonly at: number;
  readonly accuracyMs: number | undefined;
  /** The INTEGER's content. */
  readonly nonce: Uint8Array | undefined;
}

export function parseTstInfo(bytes: Uint8Array): TstInfo {
  const fields = new Fields(parseDer(bytes), 'statement of time');
  if (smallInteger(fields.take(TAG.integer)) !== 1) throw malformed('is of a version other than 1');
  const policy = oidOf(fields.take(TAG.oid));
  const imprint = new Fields(fields.take(TAG.sequence), 'imprint');
  const hash = hashNamed(readAlgorithm(imprint.take(TAG.sequence)));
  const digest = imprint.take(TAG.octetString).content;
  imprint.end();
  const serial = fields.take(TAG.integer);
  const at = timeOf(fields.take(TAG.generalizedTime));
  const accuracy = fields.optional(TAG.sequence);
  fields.optional(TAG.boolean); // ordering: between stamps of one authority, which we do not compare
  const nonce = fields.optional(TAG.integer);
  fields.optional(context(0)); // a hint at the authority's name; who signed is what the certificate says
  refuseCritical(fields.optional(context(1)));
  fields.end();
  return {
    policy,
    hash,
    imprint: digest,
    serial: toHex(serial.content),
    at,
    accuracyMs: accuracy && accuracyOf(accuracy),
    nonce: nonce?.content,
  };
}

/** Seconds, thousandths, millionths to milliseconds, rounded up. */
function accuracyOf(value: Der): number {
  const fields = new Fields(value, 'accuracy');
  const seconds = fields.optional(TAG.integer);
  const [millis, micros] = [0, 1].map((n) => {
    const part = fields.optional(contextPrimitive(n));
    // The tag is IMPLICIT, so that the walk over the whole did not see that this is a number.
    const number = part === undefined ? 0 : smallInteger(parseDer(writeDer(TAG.integer, part.content)));
    if (part !== undefined && (number < 1 || number > 999)) throw malformed('has an accuracy out of range');
    return number;
  });
  fields.end();
  const whole = seconds === undefined ? 0 : smallInteger(seconds);
  return whole * 1000 + (millis ?? 0) + Math.ceil((micros ?? 0) / 1000);
}

function refuseCritical(extensions: Der | undefined): void {
  if (extensions === undefined) return;
  for (const value of valuesIn(extensions.content)) {
    const fields = new Fields(value, 'extension');
    const id = oidOf(fields.take(TAG.oid));
    const critical = fields.optional(TAG.boolean);
    if (critical !== undefined && booleanOf(critical)) throw unsupported(`the critical extension ${id}`);
  }
}
