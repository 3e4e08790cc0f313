import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { SourceRefusal } from './connector.ts';

/** All addresses of a host name. An implementation must answer every address, of both families. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * Networks that a source on the internet never lives in: our own machine and network, cloud metadata, and ranges that
 * the IANA special-purpose registries keep from global use. 168.63.129.16 looks public and is Azure's host channel.
 */
const inside4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Inside 2000::/3, the only part of IPv6 in global use, what tunnels to IPv4 or is documentation. */
const inside6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const kept4 = new BlockList();
for (const [network, prefix] of inside4) kept4.addSubnet(network, prefix, 'ipv4');
const kept6 = new BlockList();
for (const [network, prefix] of inside6) kept6.addSubnet(network, prefix, 'ipv6');
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/**
 * Whether an address is one that we never go to on behalf of a setting. Anything that is not plainly a global address
 * counts as inside: IPv4 written as IPv6 (mapped, compatible, NAT64, 6to4), scoped addresses, and what is no address.
 */
export function isInside(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return kept4.check(address, 'ipv4');
  if (family === 6) return address.includes('%') || !global6.check(address, 'ipv6') || kept6.check(address, 'ipv6');
  return true;
}

/** The machine's own resolver, /etc/hosts included, as a connection would use it. */
export const resolveHere: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * The addresses of a host that lies outside; refuses with `source.address` if any address lies inside, since a name
 * with one public and one private address is how a rebinding attack looks. The caller must connect to these addresses
 * and not resolve the name again.
 * @param host a host name or an address; an IPv6 address may be in brackets
 */
export async function refuseInside(host: string, resolve: Resolve = resolveHere): Promise<readonly string[]> {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const addresses = isIP(bare) === 0 ? await resolved(bare, resolve) : [bare];
  const refused = addresses.find(isInside);
  if (refused !== undefined) {
    throw new SourceRefusal(
      'source.address',
      `${host} is at ${refused}, an address inside a private or reserved network`,
    );
  }
  return addresses;
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  const addresses = await resolve(host).catch(() => []);
  if (addresses.length === 0) throw new SourceRefusal('source.not-found', `the name ${host} has no address`);
  return addresses;
}

/** An address as URLs and curl write it: IPv6 in brackets. */
export function inUrl(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
