import { toBase64 } from '../base64.ts';
import { textOf } from '../canonical.ts';
import { LedgerFault } from '../fault.ts';
import { Findings } from '../findings.ts';
import { readWhole, type Folder } from '../folder.ts';
import { inspect, isAmong, type Inspection, type InspectOptions } from '../inspect.ts';
import type { VerifierKey } from '../key.ts';
import type { Landmark } from '../log-check.ts';
import { candidates, chooseTrust, type Trust } from '../trust.ts';
import { parseAbout, type About } from './about.ts';
import { checkBag, type BagCheck } from './bag.ts';
import { Claims, isClaimPath } from './claims.ts';
import { logFolder, placeOf, readFileLines } from './files.ts';
import { SEAL } from './manifest.ts';
import { isProofPath, Proofs } from './proofs.ts';
import { Redactions } from './redactions.ts';
import { openSeal } from './seal.ts';

const LONGEST_ABOUT = 1024 * 1024;
/** What may stand in a binder besides evidence, log, records, facts and proofs: pages for people and answers, which only the seal vouches for. */
const BESIDES =
  /^data\/(?:binder\.json|files\.ndjson|redactions\.ndjson|[a-z0-9-]+\.html|pages\/.+\.(?:html|css|svg)|answers\/[a-z0-9-]+\.(?:json|ndjson))$/;

/** A binder as it was found. The paths of the findings are those of the binder. */
export interface BinderInspection {
  readonly findings: Findings;
  readonly about: About | undefined;
  /** Of its log; its findings are among `findings` already. */
  readonly log: Inspection;
  readonly folder: Folder;
}

/** What a bag of any kind begins with: complete, sealed, and of what. */
export async function openBag(
  folder: Folder,
  options: InspectOptions,
  findings: Findings,
): Promise<{ bag: BagCheck; about: About | undefined; trust: Trust; sealedBy: readonly VerifierKey[] | undefined }> {
  const bag = await checkBag(folder, findings, options);
  // Whoever reads the log says what is wrong with the keys.
  const trust = await chooseTrust(logFolder(folder, new Map()), options, new Findings());
  const sealedBy = await checkSeal(folder, bag, trust, findings);
  const about = await findings.attempt('data/binder.json', async () => {
    const bytes = await readWhole(folder, 'data/binder.json', LONGEST_ABOUT);
    if (bytes === undefined || bytes === 'too-long')
      throw new LedgerFault('binder.malformed', 'There is no usable binder.json.');
    return parseAbout(bytes);
  });
  return { bag, about, trust, sealedBy };
}

/** Who sealed the bag; whether that is a key of the log shows when the log was read. */
async function checkSeal(
  folder: Folder,
  { found }: BagCheck,
  trust: Trust,
  findings: Findings,
): Promise<readonly VerifierKey[] | undefined> {
  return findings.attempt(SEAL, async () => {
    const bytes = await readWhole(folder, SEAL, 64 * 1024);
    if (bytes === undefined || bytes === 'too-long') return undefined;
    const { sealed, by } = openSeal(textOf(bytes), candidates(trust));
    if (sealed.manifest !== found.manifest || sealed.bagInfo !== found.bagInfo)
      findings.add(SEAL, 'seal.differs', 'The manifest, or bag-info.txt, is not the one that was sealed.');
    return by;
  });
}

export function checkSealer(
  sealedBy: readonly VerifierKey[] | undefined,
  keys: readonly VerifierKey[],
  findings: Findings,
): void {
  if (sealedBy !== undefined && !sealedBy.some((key) => isAmong(keys, key)))
    findings.add(SEAL, 'note.unsigned', 'The seal is signed with a key that is not trusted.');
}

/** Checks a binder in the order of what is asked: is it whole, is it theirs, and is what it shows what their log holds? */
export async function inspectBinder(
  folder: Folder,
  options: InspectOptions,
  landmarks: readonly Landmark[] = [],
): Promise<BinderInspection> {
  const findings = new Findings();
  const { bag, about, trust, sealedBy } = await openBag(folder, options, findings);
  const files = await readFileLines(folder, findings);

  const claims = new Claims();
  const proofs = new Proofs(candidates(trust));
  for (const path of bag.payload) {
    options.signal?.throwIfAborted();
    if (isClaimPath(path)) await claims.read(folder, path, findings);
    else if (isProofPath(path)) await proofs.read(folder, path, findings);
    else if (!isKnownPlace(path)) findings.add(path, 'file.stray', 'The file does not belong in a binder.');
  }

  const redactions = await Redactions.open(folder, findings);
  const log = await inspect(logFolder(folder, files), options, {
    landmarks: [...proofs.landmarks(), ...landmarks],
    log: { entry: (index, entry) => proofs.entry(index, entry) },
    payload: {
      statement: (index, statement) => claims.statement(index, statement, findings),
      shows: (...shown) => claims.shows(...shown),
      hides: (index, hidden) => redactions.hides(index, hidden),
      file: (index, digest) => proofs.file(index, files.get(digest)),
    },
  });
  checkSealer(sealedBy, log.keys, findings);
  await redactions.close();
  claims.close(findings);
  log.checked.proofs += proofs.close(evidenceIn(bag), findings);
  checkFiles(bag, files, findings);
  checkLog(about, log, findings);
  for (const { path, code, message } of log.findings.failures) findings.add(placeOf(path, files), code, message);
  log.checked.files = bag.files;
  return { findings, about, log, folder: logFolder(folder, files) };
}

const isKnownPlace = (path: string): boolean =>
  BESIDES.test(path) || path.startsWith('data/log/') || path.startsWith('data/evidence/');

export const evidenceIn = ({ payload }: BagCheck): Set<string> =>
  new Set([...payload].flatMap((path) => /^data\/evidence\/([^/]+)\/./.exec(path)?.[1] ?? []));

/** Every file of evidence must be one that the log speaks of: else it would look as if the log vouched for it. */
export function checkFiles({ payload }: BagCheck, files: ReadonlyMap<string, string>, findings: Findings): void {
  const bound = new Set([...files.values()].map((path) => `data/${path}`));
  for (const path of payload)
    if (path.startsWith('data/evidence/') && !bound.has(path))
      findings.add(path, 'files.unbound', 'Nothing in the log vouches for this file.');
}

export function checkLog(about: About | undefined, { checkpoint }: Inspection, findings: Findings): void {
  if (about === undefined || checkpoint === undefined) return;
  const { origin, size, root } = about.log;
  if (origin !== checkpoint.origin || size !== checkpoint.size || root !== toBase64(checkpoint.root))
    findings.add('data/binder.json', 'binder.log', 'binder.json speaks of another log, or of another size or root.');
}
