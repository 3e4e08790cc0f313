import { LedgerFault } from '../fault.ts';
import { Findings } from '../findings.ts';
import type { Folder } from '../folder.ts';
import { inspect, peek, type Inspection, type InspectOptions } from '../inspect.ts';
import type { Landmark } from '../log-check.ts';
import { readGiven } from '../trust.ts';
import { answer, compareWithOld, forOld, landmarkOf, type Verification, type VerifyOptions } from '../verify.ts';
import type { About } from './about.ts';
import { logFolder } from './files.ts';
import { subFolder } from './sub-folder.ts';
import { inspectBinder } from './verify-binder.ts';
import { inspectEvidence } from './verify-evidence.ts';

/** The answer of `verifyExport` for whatever is there, with what a bag says it is of. */
export type Answer = Verification & { readonly about: About | null };

/** Where the files are, or a way to get there that may fail: a ZIP is refused as it is opened. */
export type Opening = Folder | (() => Promise<Folder>);

export interface AnswerOptions extends Omit<VerifyOptions, 'old'> {
  /** An earlier export or binder of the same log: nothing of it may have been removed or changed. */
  readonly old?: Opening;
}

interface Found {
  readonly kind: Verification['kind'];
  readonly about: About | undefined;
  readonly findings: Findings;
  readonly log: Inspection | undefined;
  /** The log as an export has it, where there is one that can be compared. */
  readonly folder: Folder | undefined;
}

/**
 * Verifies what it is given, and finds out what that is: an export of a log, a binder or a bag of evidence, in a folder or not. What is
 * wrong with it is a failure in the answer. Refuses only what whoever asks gave in vain: `key.malformed`, `timestamp.roots`.
 */
export async function verifyFolder(opening: Opening, options: AnswerOptions = {}): Promise<Answer> {
  const { old: oldOpening, ...rest } = options;
  readGiven(rest);
  const place = await locate(opening);
  if (oldOpening === undefined) return print(await examine(place, rest, []));

  const oldPlace = await locate(oldOpening);
  const landmark = oldPlace.log === undefined ? undefined : await peek(oldPlace.log);
  const now = await examine(place, rest, landmarkOf(landmark));
  const old = await examine(oldPlace, now.log === undefined ? rest : forOld(rest, now.log), []);
  await compare(old, now);
  return print(now);
}

/** What was found at a place before it was read. */
interface Located {
  readonly kind: Verification['kind'];
  readonly findings: Findings;
  readonly root?: Folder;
  /** Where its log is, as an export has it but for the files. */
  readonly log?: Folder;
}

async function locate(opening: Opening): Promise<Located> {
  const findings = new Findings();
  const folder = await findings.attempt('.', () => (typeof opening === 'function' ? opening() : opening));
  const place = folder && (await findings.attempt('.', () => findPlace(folder)));
  if (folder === undefined || place === undefined) return { kind: 'unknown', findings };
  if (place.kind === 'unknown') {
    findings.add('.', 'path.unknown', 'This is no export of a log, no binder and no bag of evidence.');
    return { kind: 'unknown', findings };
  }
  const root = place.top === undefined ? folder : subFolder(folder, place.top);
  return { kind: place.kind, findings, root, log: place.kind === 'export' ? root : logFolder(root, new Map()) };
}

async function examine(
  { kind, findings, root }: Located,
  options: InspectOptions,
  landmarks: readonly Landmark[],
): Promise<Found> {
  if (root === undefined) return { kind, about: undefined, findings, log: undefined, folder: undefined };
  if (kind === 'evidence') return { kind, folder: undefined, ...(await inspectEvidence(root, options)) };
  if (kind === 'binder') return { kind, ...(await inspectBinder(root, options, landmarks)) };
  const log = await inspect(root, options, { landmarks });
  return { kind, about: undefined, findings: log.findings, log, folder: root };
}

interface Place {
  readonly kind: 'export' | 'binder' | 'evidence' | 'unknown';
  readonly top?: string;
}

/** What the names say: in the folder itself or, after unpacking, in the one folder at its top. */
async function findPlace(folder: Folder): Promise<Place> {
  const kinds = new Map<string, Place['kind']>();
  let found = 0;
  try {
    for await (const { path } of folder.list()) {
      found++;
      for (const [top, rest] of readings(path)) {
        const kind = kindOf(rest);
        if (kind !== undefined && rankOf(kind) > rankOf(kinds.get(top))) kinds.set(top, kind);
      }
    }
  } catch (error) {
    if (found === 0 && error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new LedgerFault('folder.missing', 'There is no such folder.');
    throw error;
  }
  const here = kinds.get('');
  if (here !== undefined) return { kind: here };
  const [inside, ...more] = [...kinds].filter(
    ([, kind]) => rankOf(kind) === Math.max(...[...kinds.values()].map(rankOf)),
  );
  return inside === undefined || more.length > 0 ? { kind: 'unknown' } : { kind: inside[1], top: inside[0] };
}

function readings(path: string): [top: string, rest: string][] {
  const slash = path.indexOf('/');
  return [['', path], ...(slash > 0 ? [[path.slice(0, slash), path.slice(slash + 1)] satisfies [string, string]] : [])];
}

function kindOf(path: string): Place['kind'] | undefined {
  if (/^data\/log\/proof\/[0-9]+\.tlog-proof$/.test(path)) return 'evidence';
  if (path === 'bagit.txt' || path === 'manifest-sha256.txt') return 'binder';
  if (path === 'checkpoint' || path === 'key.vkey' || /^tile\/(?:entries|[0-9])\//.test(path)) return 'export';
  return undefined;
}

const rankOf = (kind: Place['kind'] | undefined): number =>
  kind === undefined ? 0 : { unknown: 0, export: 1, binder: 2, evidence: 3 }[kind];

async function compare(old: Found, now: Found): Promise<void> {
  const { findings } = now;
  for (const { path, code, message } of old.findings.failures) findings.add(`OLD/${path}`, code, message);
  if (old.log?.checkpoint === undefined || now.log?.checkpoint === undefined) return;
  if (old.folder === undefined || now.folder === undefined) {
    findings.add('.', 'old.no-tree', 'A bag of evidence does not hold the log: it cannot be compared.');
    return;
  }
  // What is wrong was said already, under the paths of each.
  const before = { folder: old.folder, inspection: { ...old.log, findings: new Findings() } };
  const after = { folder: now.folder, inspection: { ...now.log, findings: new Findings() } };
  await compareWithOld(before, after, { mayWithhold: now.kind === 'binder' });
  const prefix = now.kind === 'binder' ? 'data/log/' : '';
  for (const { path, code, message } of after.inspection.findings.failures)
    findings.add(`${prefix}${path}`, code, message);
}

function print({ kind, about, findings, log }: Found): Answer {
  if (log !== undefined) return { ...answer({ ...log, findings }, kind), about: about ?? null };
  return {
    ok: false,
    kind,
    checked: { files: 0, entries: 0, proofs: 0, signatures: 0 },
    payloads: { checked: 0, referred: 0, erased: 0, withheld: 0, files: 0 },
    log: null,
    trust: {
      key: 'from-binder',
      fingerprint: null,
      witnesses: [],
      timestamps: [],
      provenNoLaterThan: null,
      seen: [],
    },
    failures: findings.failures,
    about: null,
  };
}
