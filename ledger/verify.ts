import { toBase64 } from './base64.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Failure } from './findings.ts';
import type { Folder } from './folder.ts';
import { inspect, peek, type Inspection, type InspectOptions } from './inspect.ts';
import { fingerprint, printVerifierKey } from './key.ts';
import type { Landmark } from './log-check.ts';
import { findRemoved } from './old.ts';
import type { PayloadCount } from './payload-check.ts';
import type { Seen } from './seen.ts';

export interface Verification {
  readonly ok: boolean;
  /** What the files were found to be. */
  readonly kind: 'export' | 'binder' | 'evidence' | 'unknown';
  /** `proofs`: roots recomputed and found as signed: the log's, each payload root, the older log's within this one. */
  readonly checked: {
    readonly files: number;
    readonly entries: number;
    readonly proofs: number;
    readonly signatures: number;
  };
  readonly payloads: PayloadCount;
  readonly log: { readonly origin: string; readonly size: number; readonly root: string } | null;
  readonly trust: {
    /** With `from-binder`, `ok` says that the log is whole, not whose it is. */
    readonly key: 'given' | 'from-binder';
    /** SHA-256 of the log key's SPKI DER, hexadecimal; null if no key signed the checkpoint. */
    readonly fingerprint: string | null;
    /** Names of given witnesses' keys that cosigned. */
    readonly witnesses: readonly string[];
    /** `"<authority> <RFC 3339>"` of tokens that rest on a given root. */
    readonly timestamps: readonly string[];
    /** The earliest outside time of a checkpoint that covers the last entry; null if there is none that is trusted. */
    readonly provenNoLaterThan: string | null;
    /** All that others saw of this log, trusted or not, earliest first. */
    readonly seen: readonly Seen[];
  };
  readonly failures: readonly Failure[];
}

export interface VerifyOptions extends InspectOptions {
  /** An earlier export: nothing of it may have been removed or changed. */
  readonly old?: Folder;
}

/**
 * Verifies an export from nothing but its files. Whatever is wrong with them is a failure in the answer; only a given
 * key or root that is none is refused (`key.malformed`, `timestamp.roots`). Streams: memory grows with the number of distinct items only.
 */
export async function verifyExport(folder: Folder, options: VerifyOptions = {}): Promise<Verification> {
  if (options.old === undefined) return answer(await inspect(folder, options));
  const now = await inspect(folder, options, { landmarks: landmarkOf(await peek(options.old)) });
  const old = await inspect(options.old, forOld(options, now));
  await compareWithOld({ folder: options.old, inspection: old }, { folder, inspection: now });
  return answer(now);
}

/** One of two logs to be compared. */
export interface Side {
  readonly folder: Folder;
  readonly inspection: Inspection;
}

/** The older log's root, which this log must have had. */
export const landmarkOf = (checkpoint: Checkpoint | undefined): Landmark[] =>
  checkpoint === undefined
    ? []
    : [
        {
          size: checkpoint.size,
          root: checkpoint.root,
          path: 'checkpoint',
          forked: 'old.forked',
          message: `The first ${checkpoint.size} entries are not those of OLD.`,
        },
      ];

/** OLD may be from before the log changed its key: what stands for the log now stood for it then. */
export const forOld = (options: InspectOptions, now: Inspection): InspectOptions =>
  now.trust.key === 'given' ? { ...options, keys: now.keys.map(printVerifierKey) } : options;

/** Adds to the findings of `now` all that is missing in it, or wrong in `old`. */
export async function compareWithOld(
  old: Side,
  now: Side,
  { mayWithhold = false }: { readonly mayWithhold?: boolean } = {},
): Promise<void> {
  const { findings } = now.inspection;
  for (const { path, code, message } of old.inspection.findings.failures) findings.add(`OLD/${path}`, code, message);
  if (old.inspection.checkpoint === undefined || now.inspection.checkpoint === undefined) return;
  compareLogs(old.inspection, now.inspection);
  const size = Math.min(old.inspection.checkpoint.size, now.inspection.checkpoint.size);
  await findRemoved(old.folder, now.folder, size, findings, mayWithhold);
}

function compareLogs(old: Inspection, now: Inspection): void {
  if (old.checkpoint === undefined || now.checkpoint === undefined) return;
  if (old.checkpoint.origin !== now.checkpoint.origin)
    now.findings.add('checkpoint', 'old.other-log', 'OLD is an export of another log.');
  if (old.checkpoint.size > now.checkpoint.size)
    now.findings.add(
      'checkpoint',
      'old.longer',
      `OLD has ${old.checkpoint.size} entries, this ${now.checkpoint.size}.`,
    );
  const keysNow = new Set(now.keys.map(({ publicKey }) => fingerprint(publicKey)));
  if (!old.signedBy.some(({ publicKey }) => keysNow.has(fingerprint(publicKey))))
    now.findings.add('key.vkey', 'old.other-key', 'OLD is signed with a key that this export does not know.');
}

export function answer(inspection: Inspection, kind: Verification['kind'] = 'export'): Verification {
  const { findings, trust, signedBy, checkpoint, checked, payloads, seen } = inspection;
  const [key] = signedBy;
  return {
    ok: findings.failures.length === 0,
    kind,
    checked,
    payloads,
    log: checkpoint ? { origin: checkpoint.origin, size: checkpoint.size, root: toBase64(checkpoint.root) } : null,
    trust: {
      key: trust.key,
      fingerprint: key ? fingerprint(key.publicKey) : null,
      ...outside(seen, checkpoint?.size),
      seen,
    },
    failures: findings.failures,
  };
}

function outside(seen: readonly Seen[], size: number | undefined) {
  const trusted = seen.filter((one) => one.trusted);
  return {
    witnesses: [...new Set(trusted.flatMap(({ kind, by }) => (kind === 'witness' ? [by] : [])))],
    timestamps: trusted.flatMap(({ kind, by, at }) => (kind === 'time' ? [`${by} ${at}`] : [])),
    provenNoLaterThan: trusted.find((one) => one.size === size)?.at ?? null,
  };
}
