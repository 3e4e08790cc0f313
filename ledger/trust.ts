import { textOf } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import type { Findings } from './findings.ts';
import { readWhole, type Folder } from './folder.ts';
import { parseVerifierKey, type VerifierKey } from './key.ts';
import { NO_TIME_ROOTS, parseTimeRoots, type TimeRoots } from './time/roots.ts';
import { parseWitnessKey, printWitnessKey, type WitnessKey } from './witness/key.ts';

const LONGEST_KEY_FILE = 64 * 1024;

/** What whoever verifies knows from elsewhere. */
export interface GivenTrust {
  /** Verifier keys of the log. Without them the files' own `key.vkey` is used, and the answer says so. */
  readonly keys?: readonly string[];
  /** Keys of witnesses whose word counts. */
  readonly witnesses?: readonly string[];
  /** Roots of time-stamp authorities whose word counts, in PEM. */
  readonly timeRoots?: readonly string[];
}

/** `given`: the verifier was told whose log this is. `from-binder`: the log brings its own key, so it is whole, but anyone's. */
export interface Trust {
  readonly key: 'given' | 'from-binder';
  readonly keys: readonly VerifierKey[];
  /** What the files say that the log's keys are. */
  readonly own: readonly VerifierKey[];
  readonly witnesses: readonly WitnessKey[];
  /** Witnesses as the company names them: their lines are checked, and believed no more for it. */
  readonly named: readonly WitnessKey[];
  readonly timeRoots: TimeRoots;
}

/** Whom to check against. A given key or root that is none is the caller's mistake and refused: `key.malformed`, `timestamp.roots`. */
export async function chooseTrust(folder: Folder, given: GivenTrust, findings: Findings): Promise<Trust> {
  const { keys, witnesses, timeRoots } = readGiven(given);
  const own = (await findings.attempt('key.vkey', () => readKeys(folder))) ?? [];
  const named = (await findings.attempt('witnesses.vkey', () => readWitnesses(folder))) ?? [];
  const outside = { witnesses, named: withoutGiven(named, witnesses), timeRoots };
  if (keys.length === 0) return { key: 'from-binder', keys: own, own, ...outside };
  return { key: 'given', keys, own, ...outside };
}

/** Keys that may turn out to stand for the log, once it was read: see `KeyChain`. */
export const candidates = ({ keys, own }: Trust): readonly VerifierKey[] => [...keys, ...own];

/** Refuses `key.malformed`, `timestamp.roots`. */
export function readGiven({ keys = [], witnesses = [], timeRoots = [] }: GivenTrust) {
  return {
    keys: keys.map((text) => parseVerifierKey(text.trim())),
    witnesses: witnesses.map((text) => parseWitnessKey(text.trim())),
    timeRoots: timeRoots.length === 0 ? NO_TIME_ROOTS : parseTimeRoots(...timeRoots),
  };
}

function withoutGiven(named: readonly WitnessKey[], given: readonly WitnessKey[]): readonly WitnessKey[] {
  const known = new Set(given.map(printWitnessKey));
  return named.filter((key) => !known.has(printWitnessKey(key)));
}

async function readKeys(folder: Folder): Promise<VerifierKey[]> {
  const lines = await readLines(folder, 'key.vkey');
  if (lines === undefined) throw new LedgerFault('key.malformed', 'There is no usable key.vkey.');
  return lines.map(parseVerifierKey);
}

const readWitnesses = async (folder: Folder): Promise<WitnessKey[]> =>
  ((await readLines(folder, 'witnesses.vkey')) ?? []).map(parseWitnessKey);

async function readLines(folder: Folder, path: string): Promise<string[] | undefined> {
  const bytes = await readWhole(folder, path, LONGEST_KEY_FILE);
  if (bytes === undefined) return undefined;
  const [last, ...lines] = bytes === 'too-long' ? [] : textOf(bytes).split('\n').reverse();
  if (last !== '' || lines.length === 0) throw new LedgerFault('key.malformed', `${path} is not one key a line.`);
  return lines.reverse();
}
