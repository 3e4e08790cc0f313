import { textOf } from '../canonical.ts';
import { LedgerFault } from '../fault.ts';

/** RFC 8493 §2.1.1. */
export const BAGIT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
export const MANIFEST = 'manifest-sha256.txt';
export const TAG_MANIFEST = 'tagmanifest-sha256.txt';
export const SEAL = 'seal.note';
/** All that stands beside `data/` but the tag manifest itself. */
export const TAG_FILES = ['bag-info.txt', 'bagit.txt', MANIFEST, SEAL] as const;

/** As `sha256sum` prints it, and `sha256sum -c` reads it. */
export const manifestLine = (digest: string, path: string): string => `${digest}  ${path}\n`;

/** Path → SHA-256 in hexadecimal. Refuses `bag.malformed`: a line that is none, a path twice or outside, no last newline. */
export function parseManifest(bytes: Uint8Array, name: string): Map<string, string> {
  const found = new Map<string, string>();
  const [last, ...lines] = textOf(bytes).split('\n').reverse();
  if (last !== '') throw malformed(name, 'does not end');
  for (const line of lines.reverse()) {
    // eslint-disable-next-line no-control-regex -- these are what no path may hold
    const [, digest, path] = /^([0-9a-f]{64}) {2}([^\u0000-\u001f\u007f\\]+)$/.exec(line) ?? [];
    if (digest === undefined || path === undefined) throw malformed(name, 'holds a line that is no digest and path');
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..'))
      throw malformed(name, 'names a path that leads outside');
    if (found.has(path)) throw malformed(name, `names ${JSON.stringify(path)} twice`);
    found.set(path, digest);
  }
  return found;
}

/** Bytes and files of the payload as `bag-info.txt` has them (RFC 8493 §2.2.2). Refuses `bag.malformed`. */
export function parseOxum(bytes: Uint8Array): { readonly bytes: number; readonly files: number } {
  const lines = textOf(bytes).split('\n');
  const said = lines.flatMap((line) => /^Payload-Oxum: ([0-9]{1,15})\.([0-9]{1,10})$/.exec(line)?.slice(1) ?? []);
  const [octets, files] = said.map(Number);
  if (octets === undefined || files === undefined || said.length !== 2)
    throw malformed('bag-info.txt', 'does not have one Payload-Oxum');
  return { bytes: octets, files };
}

const malformed = (name: string, how: string) => new LedgerFault('bag.malformed', `${name} ${how}.`);
