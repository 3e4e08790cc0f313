import { textOf } from './canonical.ts';
import { openCheckpoint } from './checkpoint.ts';
import { LedgerFault } from './fault.ts';
import type { Findings } from './findings.ts';
import { readWhole, type Folder } from './folder.ts';
import type { VerifierKey } from './key.ts';
import type { Landmark } from './log-check.ts';
import { parseNote, type Note } from './note.ts';
import { checkTimeStamp } from './time/verify.ts';
import type { Trust } from './trust.ts';
import { cosignaturesOf } from './witness/cosignature.ts';

/** What somebody outside saw of the log: a witness that cosigned it, an authority that stamped it. */
export interface Seen {
  readonly size: number;
  /** RFC 3339, to the second for a witness; for a time-stamp the latest moment it allows. */
  readonly at: string;
  /** Name of the witness's key, or id of the authority as the company calls it. */
  readonly by: string;
  readonly kind: 'witness' | 'time';
  /** Whether whoever verifies gave the key, or the root. */
  readonly trusted: boolean;
}

/** What was read under `seen/`; it holds where the log had that root at that size. */
export interface SeenClaims {
  readonly landmarks: readonly Landmark[];
  readonly claims: readonly { readonly seen: Seen; readonly landmark: Landmark }[];
  readonly signatures: number;
}

const SEEN_PATH = /^seen\/(0|[1-9][0-9]{0,15})\/(checkpoint|cosigned|([a-z0-9-]{1,40})\.tsr)$/;
const AUTHORITY_PATH = /^authorities\/[a-z0-9-]{1,40}\.pem$/;
const LONGEST = 256 * 1024;
const MOST_SIZES = 100_000;

/** Whether a path is one of those that say what others saw of a log of `size` entries. */
export function isSeenPath(path: string, size: number): boolean {
  if (path === 'witnesses.vkey' || AUTHORITY_PATH.test(path)) return true;
  const [, seenSize] = SEEN_PATH.exec(path) ?? [];
  return seenSize !== undefined && Number(seenSize) <= size;
}

/** Reads and checks all that stands under `seen/` but the roots, which only the whole log shows. `keys`: those that may be the log's. */
export async function readSeen(
  folder: Folder,
  keys: readonly VerifierKey[],
  trust: Trust,
  size: number,
  findings: Findings,
): Promise<SeenClaims> {
  const landmarks: Landmark[] = [];
  const claims: { seen: Seen; landmark: Landmark }[] = [];
  let signatures = 0;
  for (const [seenSize, authorities] of await sizesIn(folder, size, findings)) {
    const path = `seen/${seenSize}`;
    const note = await findings.attempt(`${path}/checkpoint`, () => readNote(folder, path, seenSize, keys));
    if (note === undefined) continue;
    signatures++;
    const landmark = { ...note.landmark, path: `${path}/checkpoint` };
    landmarks.push(landmark);
    const found = [
      ...((await findings.attempt(`${path}/cosigned`, () => readCosigned(folder, path, note, trust))) ?? []),
      ...(await readStamps(folder, path, authorities, note, trust, findings)),
    ];
    signatures += found.length;
    claims.push(...found.map((one) => ({ seen: { ...one, size: seenSize }, landmark })));
  }
  return { landmarks, claims, signatures };
}

/** Those whose checkpoint the log bears out, earliest first. */
export function confirmSeen({ claims }: SeenClaims, confirmed: ReadonlySet<Landmark>): readonly Seen[] {
  return claims
    .filter(({ landmark }) => confirmed.has(landmark))
    .map(({ seen }) => seen)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.size - b.size));
}

async function sizesIn(folder: Folder, size: number, findings: Findings): Promise<Map<number, string[]>> {
  const sizes = new Map<number, string[]>();
  try {
    for await (const { path, plain } of folder.list()) {
      const [, text, name, authority] = SEEN_PATH.exec(path) ?? [];
      const seenSize = Number(text);
      if (!plain || text === undefined || name === undefined || seenSize > size || sizes.size >= MOST_SIZES) continue;
      const authorities = sizes.get(seenSize) ?? [];
      sizes.set(seenSize, authorities);
      if (authority !== undefined) authorities.push(authority);
    }
  } catch (error) {
    // Whoever walks the folder for strays meets it again, and says so.
    if (!(error instanceof LedgerFault) && !(error instanceof Error && 'syscall' in error))
      findings.catch('seen', error);
  }
  return new Map([...sizes].sort(([a], [b]) => a - b).map(([at, authorities]) => [at, authorities.sort()]));
}

interface SeenNote {
  readonly bytes: Uint8Array;
  readonly note: Note;
  readonly landmark: Omit<Landmark, 'path'>;
}

async function readNote(folder: Folder, path: string, size: number, keys: readonly VerifierKey[]): Promise<SeenNote> {
  const bytes = await readWhole(folder, `${path}/checkpoint`, LONGEST);
  if (bytes === undefined || bytes === 'too-long')
    throw new LedgerFault('checkpoint.missing', 'There is no usable checkpoint of what was seen.');
  const text = textOf(bytes);
  const { checkpoint, signedBy } = openCheckpoint(text, keys);
  if (checkpoint.size !== size)
    throw new LedgerFault('seen.size', `The checkpoint is of ${checkpoint.size} entries, its place says ${size}.`);
  return {
    bytes,
    note: parseNote(text),
    landmark: {
      size,
      root: checkpoint.root,
      signedBy,
      forked: 'seen.forked',
      message: `At ${size} entries the log had another root than the one that was signed and seen.`,
    },
  };
}

async function readCosigned(
  folder: Folder,
  path: string,
  { note }: SeenNote,
  { witnesses, named }: Trust,
): Promise<Omit<Seen, 'size'>[]> {
  const bytes = await readWhole(folder, `${path}/cosigned`, LONGEST);
  if (bytes === undefined) return [];
  if (bytes === 'too-long') throw new LedgerFault('note.malformed', 'The cosigned checkpoint is too long.');
  const cosigned = parseNote(textOf(bytes));
  const own = cosigned.signatures.slice(0, note.signatures.length);
  const more = { text: cosigned.text, signatures: cosigned.signatures.slice(note.signatures.length) };
  if (cosigned.text !== note.text || JSON.stringify(own) !== JSON.stringify(note.signatures))
    throw new LedgerFault('seen.cosigned', 'What was cosigned is not the checkpoint that stands beside it.');
  return cosignaturesOf(more, [...witnesses, ...named]).map(({ by, time, key }) => ({
    at: new Date(time * 1000).toISOString().replace('.000Z', 'Z'),
    by,
    kind: 'witness',
    trusted: key !== undefined && witnesses.includes(key),
  }));
}

async function readStamps(
  folder: Folder,
  path: string,
  authorities: readonly string[],
  { bytes }: SeenNote,
  { timeRoots }: Trust,
  findings: Findings,
): Promise<Omit<Seen, 'size'>[]> {
  const found: Omit<Seen, 'size'>[] = [];
  for (const authority of authorities) {
    const at = `${path}/${authority}.tsr`;
    const stamp = await findings.attempt(at, async () => {
      const response = await readWhole(folder, at, LONGEST);
      if (response === undefined || response === 'too-long')
        throw new LedgerFault('timestamp.too-long', 'There is no usable time-stamp.');
      return checkTimeStamp(response, bytes, timeRoots);
    });
    if (stamp === undefined) continue;
    const latest = new Date(stamp.at + (stamp.accuracyMs ?? 0)).toISOString().replace('.000Z', 'Z');
    found.push({ at: latest, by: authority, kind: 'time', trusted: stamp.root !== null });
  }
  return found;
}
