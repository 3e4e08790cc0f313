import { asObject, canonicalText, parseCanonical, textOf, type Json } from '../canonical.ts';
import { LedgerFault } from '../fault.ts';

/** Names the format and its version. */
export const PROFILE = 'https://countersign.dev/binder/v1';

/** `data/binder.json`: what a binder is of. Times are RFC 3339, days are dates; all but `log` is the company's own word. */
export interface About {
  readonly kind: 'binder' | 'evidence';
  readonly organisation?: string;
  readonly period?: { readonly from: string; readonly to: string };
  readonly framework?: string;
  readonly asOf?: string;
  readonly knownAt?: string;
  /** For an evidence bag, of the checkpoint of its proofs. */
  readonly log: { readonly origin: string; readonly size: number; readonly root: string };
}

export const printAbout = (about: About): string => `${canonicalText({ ...about, profile: PROFILE })}\n`;

/** Refuses `binder.malformed`. */
export function parseAbout(bytes: Uint8Array): About {
  const text = textOf(bytes);
  if (!text.endsWith('\n')) throw malformed('does not end');
  const value = asObject(parseCanonical(text.slice(0, -1)));
  const { profile, kind } = value ?? {};
  const log = asObject(value?.['log']);
  const { origin, size, root } = log ?? {};
  if (profile !== PROFILE) throw malformed('names no profile that is known');
  if (kind !== 'binder' && kind !== 'evidence') throw malformed('does not say what it is of');
  if (typeof origin !== 'string' || typeof size !== 'number' || typeof root !== 'string')
    throw malformed('does not name its log');
  const period = asObject(value?.['period']);
  const from = textIn(period, 'from');
  const to = textIn(period, 'to');
  return {
    kind,
    log: { origin, size, root },
    ...(from !== undefined && to !== undefined && { period: { from, to } }),
    ...texts(value, 'organisation', 'framework', 'asOf', 'knownAt'),
  };
}

const textIn = (value: { readonly [key: string]: Json } | undefined, key: string): string | undefined => {
  const found = value?.[key];
  return typeof found === 'string' ? found : undefined;
};

const texts = <K extends string>(value: { readonly [key: string]: Json } | undefined, ...keys: readonly K[]) => {
  const found: { [key in K]?: string } = {};
  for (const key of keys) {
    const text = textIn(value, key);
    if (text !== undefined) found[key] = text;
  }
  return found;
};

const malformed = (how: string) => new LedgerFault('binder.malformed', `binder.json ${how}.`);
