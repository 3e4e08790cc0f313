import { isIP } from 'node:net';
import { SourceRefusal } from '../kit/connector.ts';
import { inUrl, refuseInside } from '../kit/outside.ts';
import type { Resolve } from '../kit/outside.ts';

/** Where a clone comes from: the URL that git is given and the addresses it may connect to. */
export interface Remote {
  readonly url: string;
  readonly origin: string;
  /** `HOST:PORT:ADDRESS,…` for curl, so that git connects to what was checked; absent where the host is an address. */
  readonly pin?: string;
}

/**
 * Reads the setting `url`. Only https to a host outside is accepted; `source.address` refuses every other transport
 * (ssh, git, file, ext::, scp-like, plain http), user names and tokens in the URL, queries, and inside addresses.
 */
export async function remoteAt(setting: string, resolve: Resolve, insideAllowed = false): Promise<Remote> {
  const url = parsedUrl(setting);
  const host = url.hostname;
  const port = url.port === '' ? '443' : url.port;
  const addresses = insideAllowed ? await resolve(host) : await refuseInside(host, resolve);
  const bare = host.replace(/^\[|\]$/g, '');
  const pin = isIP(bare) === 0 ? { pin: `${host}:${port}:${addresses.map(inUrl).join(',')}` } : {};
  return { url: url.href, origin: url.origin, ...pin };
}

/** Checked in the raw text first: URL parsing repairs what git would read in another way. */
function parsedUrl(setting: string): URL {
  if (setting.length > 2048 || !/^https:\/\/[\x21-\x7e]+$/i.test(setting) || /[\\"'`<>{}|^]/.test(setting)) {
    throw refused('only https:// addresses without spaces or control characters are cloned');
  }
  if (!URL.canParse(setting)) throw refused('this is no https:// address');
  const url = new URL(setting);
  if (url.protocol !== 'https:') throw refused('only https:// addresses are cloned');
  if (url.username !== '' || url.password !== '' || setting.slice(8).split('/', 1)[0]?.includes('@') === true) {
    throw refused('a user name or token does not belong in the address: give the secret "token"');
  }
  if (url.search !== '' || url.hash !== '' || setting.includes('?') || setting.includes('#')) {
    throw refused('the address of a repository has no query and no fragment');
  }
  if (url.hostname.endsWith('.')) throw refused('the host name ends in a dot');
  if (url.pathname === '/') throw refused('the address names a host and no repository');
  return url;
}

function refused(message: string): SourceRefusal {
  return new SourceRefusal('source.address', message);
}
