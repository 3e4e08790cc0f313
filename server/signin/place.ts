import { isLoopback } from '../http/hosts.ts';

/** Where browsers reach us, which decides what cookies and passkeys are bound to. */
export interface Place {
  /** Origin of links that we print: that of COUNTERSIGN_URL, else localhost, since a passkey needs a name and no number. */
  readonly base: string;
  /** Cookies go over https only. */
  readonly secure: boolean;
  /** What passkeys are bound to. */
  readonly relyingParty: string;
}

export function placeOf({ url, port }: { readonly url: string | undefined; readonly port: number }): Place {
  const base = url === undefined ? `http://localhost:${port}` : new URL(url).origin;
  return { base, secure: base.startsWith('https:'), relyingParty: new URL(base).hostname };
}

/**
 * Does this Origin belong to a page of ours? It is that of COUNTERSIGN_URL, or its host and port are those that were asked for. Which
 * hosts are answered at all says `hosts.ts`.
 */
export function isOurOrigin(origin: string | undefined, host: string | undefined, { base }: Place): boolean {
  if (origin === undefined || origin === 'null') return false;
  if (origin === base) return true;
  const parsed = URL.parse(origin);
  return parsed !== null && ['http:', 'https:'].includes(parsed.protocol) && parsed.host === host?.toLowerCase();
}

/** Our own origin as the browser that asks knows it: behind a proxy that of COUNTERSIGN_URL. */
export const originFor = (host: string | undefined, { base, secure }: Place): string =>
  !secure && host !== undefined && isLoopback(host.replace(/:\d+$/, '')) ? `http://${host.toLowerCase()}` : base;

/** Where to go after signing in: a path of ours, and nothing that a browser reads as another host. */
export function pathOfOurs(to: string | undefined): string {
  // eslint-disable-next-line no-control-regex -- browsers drop tabs and line ends, and “/\t/elsewhere” becomes “//elsewhere”
  if (to === undefined || !/^\/(?![/\\])/.test(to) || /[\u0000-\u001f\u007f\\]/.test(to) || to.length > 2000)
    return '/';
  const parsed = URL.parse(to, 'http://here.invalid');
  // “/..//elsewhere” is “//elsewhere” once its dots are resolved.
  return parsed?.origin === 'http://here.invalid' && !parsed.pathname.startsWith('//')
    ? parsed.pathname + parsed.search + parsed.hash
    : '/';
}
