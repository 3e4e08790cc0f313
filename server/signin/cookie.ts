import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Place } from './place.ts';

/** The session cookie as better-auth writes it: `token.signature`, HMAC-SHA256 in base64, percent-encoded. */
export interface SessionCookie {
  readonly name: string;
  /** The token in a Cookie header, if its signature is ours. */
  read(header: string | undefined): string | undefined;
  /** A Set-Cookie header. */
  write(token: string, maxAgeSeconds: number): string;
}

export const COOKIE_PREFIX = 'countersign';

export function sessionCookie(secret: string, place: Place): SessionCookie {
  const name = `${place.secure ? '__Secure-' : ''}${COOKIE_PREFIX}.session_token`;
  const signatureOf = (token: string): string => createHmac('sha256', secret).update(token).digest('base64');
  return {
    name,
    read(header) {
      const value = valueOf(header, name);
      const at = value?.lastIndexOf('.') ?? -1;
      if (value === undefined || at < 1) return undefined;
      const token = value.slice(0, at);
      const [given, right] = [Buffer.from(value.slice(at + 1)), Buffer.from(signatureOf(token))];
      return given.length === right.length && timingSafeEqual(given, right) ? token : undefined;
    },
    write(token, maxAgeSeconds) {
      const value = encodeURIComponent(`${token}.${signatureOf(token)}`);
      return `${name}=${value}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax${place.secure ? '; Secure' : ''}`;
    },
  };
}

function valueOf(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at < 0 || part.slice(0, at).trim() !== name) continue;
    try {
      return decodeURIComponent(part.slice(at + 1).trim());
    } catch {
      return undefined;
    }
  }
  return undefined;
}
