import { asObject, canonicalText, hasOnly, parseCanonical } from '../canonical.ts';
import { LedgerFault } from '../fault.ts';
import type { Findings } from '../findings.ts';
import type { Folder } from '../folder.ts';
import { isHexHash } from '../hash.ts';
import { linesOf } from '../lines.ts';

/** `data/files.ndjson`, a line: where the bytes are that the log knows by a salted digest. The path is one below `data/`. */
export interface FileLine {
  readonly digest: string;
  readonly path: string;
}

export const FILES = 'data/files.ndjson';

export const printFileLine = ({ digest, path }: FileLine): string => `${canonicalText({ digest, path })}\n`;

/** Digest → path below `data/`; lines ascend by digest, so none is there twice. Without the file there are none. */
export async function readFileLines(folder: Folder, findings: Findings): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await findings.attempt(FILES, async () => {
    const chunks = await folder.open(FILES);
    if (chunks === undefined) return;
    let last = '';
    for await (const text of linesOf(chunks)) {
      const { digest, path } = parseLine(text);
      if (digest <= last) throw new LedgerFault('files.malformed', 'The lines do not ascend by digest.');
      last = digest;
      found.set(digest, path);
    }
  });
  return found;
}

function parseLine(text: string): FileLine {
  const line = asObject(parseCanonical(text));
  const { digest, path } = line ?? {};
  if (line === undefined || !hasOnly(line, 'digest', 'path') || !isHexHash(digest) || typeof path !== 'string')
    throw new LedgerFault('files.malformed', 'A line is not a digest and a path.');
  if (!path.startsWith('evidence/')) throw new LedgerFault('files.malformed', 'A path does not lead below evidence/.');
  return { digest, path };
}

/** The log of a binder as an export has it: the files are at their human names, and `payload/file/…` leads there. */
export function logFolder(folder: Folder, files: ReadonlyMap<string, string>): Folder {
  return {
    async *list() {
      for await (const listed of folder.list())
        if (listed.path.startsWith(LOG)) yield { ...listed, path: listed.path.slice(LOG.length) };
      for (const digest of files.keys()) yield { path: `${FILE}${digest}`, plain: true };
    },
    open(path) {
      return folder.open(placeOf(path, files));
    },
  };
}

/** Where in the binder a file of its log is. */
export function placeOf(path: string, files: ReadonlyMap<string, string>): string {
  const place = path.startsWith(FILE) ? files.get(path.slice(FILE.length)) : undefined;
  return place === undefined ? `${LOG}${path}` : `data/${place}`;
}

const LOG = 'data/log/';
const FILE = 'payload/file/';
