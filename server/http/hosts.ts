import { isIP } from 'node:net';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'] as const;

/** Is this address one that only this machine reaches? */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Names that a server may be asked by. Bound to loopback it answers to loopback's names and to that of its public address
 * only: a page elsewhere may point a name of its own at 127.0.0.1 (DNS rebinding). Undefined: to any, where a proxy or
 * the network decides.
 *
 * @param bound the address the server listens on
 * @param url COUNTERSIGN_URL, if set
 */
export function hostsOf(bound: string, url?: string): readonly string[] | undefined {
  if (!isLoopback(bound)) return undefined;
  return url === undefined ? LOOPBACK : [...LOOPBACK, new URL(url).hostname.toLowerCase()];
}

/** Whether a Host header names one of them; the port does not matter. */
export function isAllowedHost(header: string | undefined, hosts: readonly string[]): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header ?? '')?.[1];
  return name !== undefined && hosts.includes(name.toLowerCase().replace(/\.$/, ''));
}
