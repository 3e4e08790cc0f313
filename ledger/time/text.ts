import { malformed, oidOf, TAG, valuesIn, Fields, type Der } from './der.ts';

const COMMON_NAME = '2.5.4.3';
const LONGEST = 200;
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** The common name in a Name (RFC 5280 §4.1.2.4), or its last part where it has none; the empty text for an empty name. */
export function nameOf(name: Der): string {
  const parts = [...valuesIn(name.content)].flatMap((set) =>
    [...valuesIn(set.content)].map((part) => {
      const fields = new Fields(part, 'name');
      return { type: oidOf(fields.take(TAG.oid)), text: textOf(fields.any()) };
    }),
  );
  return (parts.find(({ type }) => type === COMMON_NAME) ?? parts.at(-1))?.text ?? '';
}

/**
 * A string of any of ASN.1's types, to be shown. It comes from strangers and goes to terminals and pages: control and
 * formatting characters are replaced, length is bounded.
 */
export function textOf({ tag, content }: Der): string {
  const text = new TextDecoder(encodingOf(tag)).decode(content).replaceAll(UNREADABLE, '\ufffd');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text;
}

function encodingOf(tag: number): string {
  if (tag === TAG.bmpString) return 'utf-16be';
  return tag === TAG.teletexString ? 'latin1' : 'utf-8';
}

/** UTCTime `YYMMDDhhmmssZ` or GeneralizedTime `YYYYMMDDhhmmss[.f…]Z` to milliseconds since 1970; a finer fraction is rounded up. */
export function timeOf({ tag, content }: Der): number {
  const written = new TextDecoder('latin1').decode(content);
  const short = tag === TAG.utcTime;
  if (!short && tag !== TAG.generalizedTime) throw malformed('has no time where one belongs');
  // RFC 5280 §4.1.2.5.1: two digits from 50 are of the twentieth century.
  const text = short ? `${written >= '50' ? '19' : '20'}${written}` : written;
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/.exec(text) ?? [];
  const date = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const at = Date.parse(date);
  // `Date.parse` takes the 30th of February for the 2nd of March.
  if (Number.isNaN(at) || new Date(at).toISOString() !== date || (short && fraction !== '') || fraction.length > 12)
    throw malformed('has a time that is none');
  return at + Math.ceil(Number(`0.${fraction || '0'}`) * 1000);
}
