import { parseCanonical, textOf } from '../canonical.ts';
import { openCheckpoint, type Checkpoint } from '../checkpoint.ts';
import { parseEnvelope } from '../dsse.ts';
import { LedgerFault } from '../fault.ts';
import { Findings } from '../findings.ts';
import { readWhole, type Folder } from '../folder.ts';
import { leafHash, sameBytes, sha256 } from '../hash.ts';
import { verifyInclusion } from '../inclusion.ts';
import { isAmong, type Inspection, type InspectOptions } from '../inspect.ts';
import { fingerprint, type VerifierKey } from '../key.ts';
import { rekorDsse, type Leaf, type LeafCodec } from '../leaf.ts';
import { linesOf } from '../lines.ts';
import type { Landmark } from '../log-check.ts';
import { PayloadCheck } from '../payload-check.ts';
import { payloadIndex, payloadPath } from '../payload.ts';
import { handedTo } from '../rotation.ts';
import { confirmSeen, isSeenPath, readSeen } from '../seen.ts';
import { parseProof } from '../tlog-proof.ts';
import { candidates, chooseTrust, type Trust } from '../trust.ts';
import type { About } from './about.ts';
import { Claims, isClaimPath } from './claims.ts';
import { logFolder, placeOf, readFileLines } from './files.ts';
import { checkFiles, checkLog, checkSealer, openBag } from './verify-binder.ts';

const LONGEST_PROOF = 64 * 1024;
const BESIDES = /^data\/(?:binder\.json|files\.ndjson|[a-z0-9-]+\.html)$/;
const PROOF_PATH = /^proof\/(0|[1-9][0-9]{0,15})\.tlog-proof$/;

/** Below `data/log`. */
export const proofPath = (index: number): string => `proof/${index}.tlog-proof`;

/**
 * Checks a bag of one piece of evidence: without the log's tree, each entry shown is proven by a proof of its own. What others saw
 * counts where it is the very checkpoint that a proof leads to.
 */
export async function inspectEvidence(
  folder: Folder,
  options: InspectOptions,
): Promise<{ findings: Findings; about: About | undefined; log: Inspection }> {
  const findings = new Findings();
  const { bag, about, sealedBy } = await openBag(folder, options, findings);
  const files = await readFileLines(folder, findings);
  const claims = new Claims();
  const paths: string[] = [];
  for (const path of bag.payload) {
    if (isClaimPath(path)) await claims.read(folder, path, findings);
    else if (path.startsWith('data/log/')) paths.push(path.slice('data/log/'.length));
    else if (!BESIDES.test(path) && !path.startsWith('data/evidence/'))
      findings.add(path, 'file.stray', 'The file does not belong in a bag of evidence.');
  }

  const log = await inspectProven(logFolder(folder, files), paths, [...files.keys()], claims, findings, options);
  checkSealer(sealedBy, log.keys, findings);
  claims.close(findings);
  checkFiles(bag, files, findings);
  checkLog(about, log, findings);
  for (const { path, code, message } of log.findings.failures) findings.add(placeOf(path, files), code, message);
  log.checked.files = bag.files;
  return { findings, about, log };
}

async function inspectProven(
  folder: Folder,
  paths: readonly string[],
  digests: readonly string[],
  claims: Claims,
  bagFindings: Findings,
  options: InspectOptions,
): Promise<Inspection> {
  const findings = new Findings();
  const trust = await chooseTrust(folder, options, findings);
  const payloads = new PayloadCheck(folder, findings, {
    statement: (index, statement) => claims.statement(index, statement, bagFindings),
    shows: (...shown) => claims.shows(...shown),
    hides: () => undefined,
    file: () => undefined,
  });
  const codec = options.codec ?? rekorDsse;
  const proven: Proven[] = [];
  const indexes = paths
    .flatMap((path) => PROOF_PATH.exec(path)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  for (const index of indexes) {
    options.signal?.throwIfAborted();
    const found = await findings.attempt(proofPath(index), () => prove(folder, index, candidates(trust), codec));
    if (found === undefined) continue;
    const statement = await payloads.entry(index, found.leaf);
    const { origin } = found.checkpoint;
    const next = await findings.attempt(payloadPath(index), () => statement && handedTo(statement, origin));
    proven.push({ ...found, index, next });
  }
  await payloads.settle();
  const keys = connected(trust, proven, findings);
  if (indexes.length === 0) findings.add('proof', 'bag.missing', 'There is no proof.');

  const last = proven.reduce<(typeof proven)[number] | undefined>(
    (most, one) => (most !== undefined && most.checkpoint.size >= one.checkpoint.size ? most : one),
    undefined,
  );
  const size = last?.checkpoint.size ?? 0;
  const claimed = await readSeen(folder, candidates(trust), trust, size, findings);
  const confirmed = confirmBy(proven, claimed.landmarks, findings);
  for (const path of paths)
    if (!belongs(path, size, new Set(indexes)))
      findings.add(path, 'file.stray', 'The file does not belong to the proofs here.');
  for (const digest of digests)
    if (!payloads.boundFiles.has(`payload/file/${digest}`))
      findings.add(`payload/file/${digest}`, 'file.stray', 'No entry here shows this file.');
  return {
    findings,
    trust,
    keys,
    signedBy: (last?.signedBy ?? []).filter((key) => isAmong(keys, key)),
    checkpoint: last?.checkpoint,
    checked: {
      files: 0,
      entries: proven.length,
      proofs: proven.length + payloads.roots,
      signatures: new Set(proven.map(({ checkpoint }) => checkpoint)).size + payloads.signatures + claimed.signatures,
    },
    payloads: payloads.count,
    seen: confirmSeen(claimed, confirmed),
    confirmed,
  };
}

interface Proven {
  readonly index: number;
  readonly leaf: Leaf;
  /** The key it hands over to, if it is an entry that does. */
  readonly next: VerifierKey | undefined;
  readonly checkpoint: Checkpoint;
  readonly signedBy: readonly VerifierKey[];
}

/**
 * The keys that stand for the log, as far as the entries here connect them: one that hands over is trusted for the next, and the
 * one that signed the tree in which that stands for the one before. Findings for what is under others.
 */
function connected(trust: Trust, proven: readonly Proven[], findings: Findings): readonly VerifierKey[] {
  const keys = [...trust.keys];
  const add = (from: VerifierKey | undefined, to: VerifierKey | undefined): boolean => {
    if (from === undefined || to === undefined || !isAmong(keys, from) || isAmong(keys, to)) return false;
    keys.push(to);
    return true;
  };
  const known = candidates(trust);
  const links = proven.flatMap(({ leaf, next, signedBy }) => {
    const before = known.find(({ publicKey }) => sameBytes(publicKey, leaf.publicKey));
    return next === undefined ? [] : [{ before, next, signedBy }];
  });
  for (let grown = true; grown;)
    grown = links.some(
      ({ before, next, signedBy }) => add(before, next) || (isAmong(signedBy, next) && add(next, before)),
    );
  for (const { index, leaf, signedBy } of proven) {
    if (!keys.some(({ publicKey }) => sameBytes(publicKey, leaf.publicKey)))
      findings.add(payloadPath(index), 'entry.untrusted', `Entry ${index} is signed with a key that is not trusted.`);
    if (!signedBy.some((key) => isAmong(keys, key)))
      findings.add(proofPath(index), 'checkpoint.untrusted', 'The proof rests on a key that is not trusted.');
  }
  for (const { name, publicKey } of trust.own)
    if (!keys.some((key) => sameBytes(key.publicKey, publicKey)))
      findings.add('key.vkey', 'key.untrusted', `The files name a key for ${name} that was not given as trusted.`);
  return keys;
}

/** Entry `index` as its payload's envelope makes it, proven to be in the log. */
async function prove(
  folder: Folder,
  index: number,
  trusted: readonly VerifierKey[],
  codec: LeafCodec,
): Promise<{ leaf: Leaf; checkpoint: Checkpoint; signedBy: readonly VerifierKey[] }> {
  const bytes = await readWhole(folder, proofPath(index), LONGEST_PROOF);
  if (bytes === undefined || bytes === 'too-long')
    throw new LedgerFault('proof.malformed', 'There is no usable proof.');
  const proof = parseProof(textOf(bytes));
  const { checkpoint, signedBy } = openCheckpoint(proof.note, trusted);
  const leaf = await leafAt(folder, index, trusted);
  const { size, root } = checkpoint;
  if (proof.index !== index || !verifyInclusion(leafHash(codec.encode(leaf)), index, size, proof.hashes, root))
    throw new LedgerFault('proof.wrong', `The proof does not show this entry at index ${index}.`);
  return { leaf, checkpoint, signedBy };
}

async function leafAt(folder: Folder, index: number, trusted: readonly VerifierKey[]): Promise<Leaf> {
  const chunks = await folder.open(payloadPath(index));
  if (chunks === undefined) throw new LedgerFault('proof.wrong', `The payload of entry ${index} is missing.`);
  for await (const line of linesOf(chunks)) {
    const { payload, signature, keyId } = parseEnvelope(parseCanonical(line));
    const key = trusted.find(({ publicKey }) => fingerprint(publicKey) === keyId);
    if (key === undefined)
      throw new LedgerFault('checkpoint.untrusted', `Entry ${index} is signed with a key that is not trusted.`);
    return { payloadHash: sha256(payload), signature, publicKey: key.publicKey };
  }
  throw new LedgerFault('proof.wrong', `The payload of entry ${index} is empty.`);
}

/** Without the tree nothing connects two sizes: what was seen must be what a proof leads to. */
function confirmBy(
  proven: readonly { readonly checkpoint: Checkpoint }[],
  landmarks: readonly Landmark[],
  findings: Findings,
): ReadonlySet<Landmark> {
  const confirmed = new Set<Landmark>();
  for (const landmark of landmarks) {
    const same = proven.find(({ checkpoint }) => checkpoint.size === landmark.size)?.checkpoint;
    if (same === undefined)
      findings.add(landmark.path, 'seen.unproven', `No proof here leads to the log of ${landmark.size} entries.`);
    else if (!sameBytes(same.root, landmark.root)) findings.add(landmark.path, landmark.forked, landmark.message);
    else confirmed.add(landmark);
  }
  return confirmed;
}

function belongs(path: string, size: number, indexes: ReadonlySet<number>): boolean {
  if (path === 'key.vkey' || isSeenPath(path, size)) return true;
  const [, proof] = PROOF_PATH.exec(path) ?? [];
  return indexes.has(Number(proof ?? payloadIndex(path) ?? -1));
}
