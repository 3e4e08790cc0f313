import canonicalize from 'canonicalize';
import { utf8 as bytesOf } from './bytes.ts';
import { LedgerFault } from './fault.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const DEEPEST = 256;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The one spelling of a JSON value (RFC 8785, JCS), as UTF-8. Refuses `json.malformed` where a value has no JSON form. */
export function canonicalBytes(value: unknown): Uint8Array {
  return bytesOf(canonicalText(value));
}

export function canonicalText(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch {
    throw new LedgerFault('json.malformed', 'A value cannot be written as canonical JSON.');
  }
  if (text === undefined) throw new LedgerFault('json.malformed', 'A value has no JSON form.');
  return text;
}

/** UTF-8 to text; malformed sequences are refused, not replaced. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new LedgerFault('json.malformed', 'The text is not valid UTF-8.');
  }
}

/**
 * Canonical JSON text to its value. Any other spelling is refused, so a repeated key, a space or a reordered
 * field cannot hide behind a digest of the value. Nesting is bounded before parsing: input may be hostile.
 */
export function parseCanonical(text: string): Json {
  refuseDeep(text);
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LedgerFault('json.malformed', 'The text is not JSON.');
  }
  if (canonicalText(value) !== text)
    throw new LedgerFault('json.malformed', 'The JSON is not in canonical form (RFC 8785).');
  return value;
}

/** An object, or undefined: the narrowing every parser here starts with. */
export const asObject = (value: Json | undefined): { readonly [key: string]: Json } | undefined =>
  typeof value === 'object' && value !== null && !isList(value) ? value : undefined;

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** Whether the object has exactly these keys. */
export function hasOnly(value: object, ...keys: readonly string[]): boolean {
  const found = Object.keys(value);
  return found.length === keys.length && keys.every((key) => Object.hasOwn(value, key));
}

function refuseDeep(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (quoted) {
      if (character === 0x5c) at++;
      else if (character === 0x22) quoted = false;
    } else if (character === 0x22) quoted = true;
    else if (character === 0x5b || character === 0x7b) {
      if (++depth > DEEPEST)
        throw new LedgerFault('json.too-deep', `The JSON is nested deeper than ${DEEPEST} levels.`);
    } else if (character === 0x5d || character === 0x7d) depth--;
  }
}
