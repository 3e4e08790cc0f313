import { textOf } from './canonical.ts';
import { LedgerFault } from './fault.ts';
import type { Findings } from './findings.ts';
import { readWhole, type Folder } from './folder.ts';
import { parseVerifierKey, type VerifierKey } from './key.ts';

const LONGEST_KEY_FILE = 64 * 1024;

/** `given`: the verifier was told whose log this is. `from-binder`: the log brings its own key, so it is whole, but anyone's. */
export interface Trust {
  readonly key: 'given' | 'from-binder';
  readonly keys: readonly VerifierKey[];
  /** What the export says that its keys are. */
  readonly own: readonly VerifierKey[];
}

/** The keys to check against. A given key that is none is the caller's mistake and refused: `key.malformed`. */
export async function chooseTrust(
  folder: Folder,
  given: readonly string[] | undefined,
  findings: Findings,
): Promise<Trust> {
  const trusted = given?.map((text) => parseVerifierKey(text.trim()));
  const own = (await findings.attempt('key.vkey', () => readKeys(folder))) ?? [];
  if (trusted === undefined || trusted.length === 0) return { key: 'from-binder', keys: own, own };
  return { key: 'given', keys: trusted, own };
}

async function readKeys(folder: Folder): Promise<VerifierKey[]> {
  const bytes = await readWhole(folder, 'key.vkey', LONGEST_KEY_FILE);
  if (bytes === undefined || bytes === 'too-long')
    throw new LedgerFault('key.malformed', 'There is no usable key.vkey.');
  const [last, ...lines] = textOf(bytes).split('\n').reverse();
  if (last !== '' || lines.length === 0) throw new LedgerFault('key.malformed', 'key.vkey is not one key a line.');
  return lines.reverse().map(parseVerifierKey);
}
