import { LedgerFault } from '../fault.ts';
import { Fields, malformed, parseDer, smallInteger, TAG, valuesIn, type Der } from './der.ts';
import { textOf } from './text.ts';

/** A token has 3 to 8 KB; one with revocation lists in it a few times as much. */
export const LONGEST_RESPONSE = 64 * 1024;

/** RFC 3161 §2.4.2 */
const STATUS = [
  'granted',
  'granted with modifications',
  'rejected',
  'waiting',
  'revocation is near',
  'the certificate is revoked',
];
const FAILURES: Readonly<Record<number, string>> = {
  0: 'it does not know the digest algorithm',
  2: 'it does not allow or support the request',
  5: 'it cannot read the request',
  14: 'its clock is not available',
  15: 'it does not support the policy asked for',
  16: 'it does not support an extension asked for',
  17: 'it does not have the further information asked for',
  25: 'it failed inside',
};

/**
 * TimeStampResp (RFC 3161 §2.4.2) to the token in it. Refuses `timestamp.too-long`, `timestamp.malformed`, or, with the authority's
 * reasons in words, `timestamp.refused`.
 */
export function tokenIn(response: Uint8Array): Der {
  if (response.length > LONGEST_RESPONSE)
    throw new LedgerFault('timestamp.too-long', `The time-stamp is longer than ${LONGEST_RESPONSE / 1024} KiB.`);
  const fields = new Fields(parseDer(response), 'response');
  const status = new Fields(fields.take(TAG.sequence), 'status');
  const code = smallInteger(status.take(TAG.integer));
  const text = status.optional(TAG.sequence);
  const failure = status.optional(TAG.bitString);
  status.end();
  const token = fields.optional(TAG.sequence);
  fields.end();
  if (code > 1) throw refused(code, failure, text);
  if (failure !== undefined) throw malformed('is granted and refused at once');
  if (token === undefined) throw malformed('is granted and missing');
  return token;
}

function refused(code: number, failure: Der | undefined, text: Der | undefined): LedgerFault {
  const bits = failure?.content.subarray(1) ?? [];
  const reasons = [...bits].flatMap((byte, i) =>
    Array.from({ length: 8 }, (_, bit) => 8 * i + bit).filter((bit) => byte & (0x80 >> (bit % 8))),
  );
  const words = reasons.map((bit) => FAILURES[bit] ?? `reason ${bit}`);
  const own = text === undefined ? [] : [...valuesIn(text.content)].map((line) => `“${textOf(line)}”`);
  const said = [STATUS[code] ?? `status ${code}`, ...words, ...own.slice(0, 3)].join('; ');
  return new LedgerFault('timestamp.refused', `The authority gave no time-stamp: ${said}.`);
}
