import { digester } from '#crypto';
import type { Findings } from '../findings.ts';
import { readWhole, type Folder } from '../folder.ts';
import { sha256, toHex } from '../hash.ts';
import type { InspectOptions } from '../inspect.ts';
import { BAGIT, MANIFEST, parseManifest, parseOxum, SEAL, TAG_FILES, TAG_MANIFEST } from './manifest.ts';

const LONGEST_TAG_FILE = 512 * 1024 * 1024;
const TELL_EVERY = 64;

export interface BagCheck {
  /** Files under `data/` that are there and are plain. */
  readonly payload: ReadonlySet<string>;
  /** How many files the bag holds. */
  readonly files: number;
  /** Digests of what a seal is over, as found. */
  readonly found: { readonly bagInfo: string; readonly manifest: string };
}

/**
 * Whether a bag (RFC 8493) is complete and valid and holds nothing besides: every file listed once, there, and of its digest; tag files too.
 * What is wrong is in the findings, under the paths of the bag.
 */
export async function checkBag(folder: Folder, findings: Findings, options: InspectOptions): Promise<BagCheck> {
  const names = await listNames(folder, findings);
  const tags = new Map<string, Uint8Array>();
  for (const name of [...TAG_FILES, TAG_MANIFEST]) {
    const bytes = await findings.attempt(name, () => readWhole(folder, name, LONGEST_TAG_FILE));
    if (bytes === 'too-long') findings.add(name, 'file.too-long', 'The file is too long to be read.');
    else if (bytes !== undefined) tags.set(name, bytes);
    else if (name === SEAL) findings.add(name, 'seal.missing', 'There is no seal: nothing says who made the manifest.');
    else findings.add(name, 'bag.missing', 'A file that every bag has is missing.');
  }
  checkVersion(tags, findings);
  await checkTags(tags, findings);
  const manifest =
    (await findings.attempt(MANIFEST, () => parseManifest(tags.get(MANIFEST) ?? NOTHING, MANIFEST))) ?? new Map();
  compareNames(names, manifest, findings);
  const bytes = await checkDigests(folder, names, manifest, findings, options);
  await checkOxum(tags, names, bytes, findings);
  return {
    payload: new Set([...names].filter(([path, plain]) => plain && path.startsWith('data/')).map(([path]) => path)),
    files: names.size,
    found: { bagInfo: digestOf(tags.get('bag-info.txt')), manifest: digestOf(tags.get(MANIFEST)) },
  };
}

const NOTHING = new Uint8Array(0);
const digestOf = (bytes: Uint8Array | undefined): string => toHex(sha256(bytes ?? NOTHING));

async function listNames(folder: Folder, findings: Findings): Promise<Map<string, boolean>> {
  const names = new Map<string, boolean>();
  await findings.attempt('.', async () => {
    for await (const { path, plain } of folder.list()) {
      names.set(path, plain);
      if (!plain) findings.add(path, 'file.not-plain', 'This is a link or a device, not a file.');
    }
  });
  return names;
}

function checkVersion(tags: ReadonlyMap<string, Uint8Array>, findings: Findings): void {
  const bytes = tags.get('bagit.txt');
  if (bytes !== undefined && new TextDecoder().decode(bytes) !== BAGIT)
    findings.add('bagit.txt', 'bag.version', 'This is no bag of BagIt 1.0 in UTF-8.');
}

async function checkTags(tags: ReadonlyMap<string, Uint8Array>, findings: Findings): Promise<void> {
  const bytes = tags.get(TAG_MANIFEST);
  if (bytes === undefined) return;
  const listed = await findings.attempt(TAG_MANIFEST, () => parseManifest(bytes, TAG_MANIFEST));
  if (listed === undefined) return;
  for (const name of TAG_FILES) {
    const digest = listed.get(name);
    if (digest === undefined) findings.add(name, 'bag.unlisted', `${TAG_MANIFEST} does not list it.`);
    else if (tags.has(name) && digest !== digestOf(tags.get(name)))
      findings.add(name, 'bag.digest', `The file is not the one that ${TAG_MANIFEST} lists.`);
  }
  for (const name of listed.keys())
    if (!TAG_FILES.some((tag) => tag === name))
      findings.add(name, 'bag.missing', `${TAG_MANIFEST} lists a file that a binder does not have.`);
}

function compareNames(
  names: ReadonlyMap<string, boolean>,
  manifest: ReadonlyMap<string, string>,
  findings: Findings,
): void {
  for (const path of names.keys()) {
    if (manifest.has(path)) continue;
    if (path.startsWith('data/')) findings.add(path, 'bag.unlisted', 'The file is not in the manifest.');
    else if (path !== TAG_MANIFEST && !TAG_FILES.some((tag) => tag === path))
      findings.add(path, 'file.stray', 'The file does not belong to the binder.');
  }
  for (const path of manifest.keys()) {
    if (!path.startsWith('data/')) findings.add(path, 'bag.unlisted', 'The manifest names a file outside data/.');
    else if (!names.has(path)) findings.add(path, 'bag.missing', 'The manifest names a file that is not there.');
  }
}

/** Compares the bytes of every file with its digest; gives how many bytes there were under `data/`. */
async function checkDigests(
  folder: Folder,
  names: ReadonlyMap<string, boolean>,
  manifest: ReadonlyMap<string, string>,
  findings: Findings,
  { signal, progress }: InspectOptions,
): Promise<number> {
  let total = 0;
  let done = 0;
  for (const [path, plain] of names) {
    signal?.throwIfAborted();
    if (!plain || !path.startsWith('data/')) continue;
    await findings.attempt(path, async () => {
      const chunks = await folder.open(path);
      if (chunks === undefined) return findings.add(path, 'file.unreadable', 'The file cannot be read.');
      const digest = digester();
      for await (const chunk of chunks) {
        signal?.throwIfAborted();
        digest.update(chunk);
        total += chunk.length;
      }
      const listed = manifest.get(path);
      if (listed !== undefined && toHex(digest.digest()) !== listed)
        findings.add(path, 'bag.digest', 'The bytes of the file are not those of the manifest.');
    });
    if (++done % TELL_EVERY === 0) progress?.({ step: 'files', done, of: names.size });
  }
  progress?.({ step: 'files', done, of: done });
  return total;
}

async function checkOxum(
  tags: ReadonlyMap<string, Uint8Array>,
  names: ReadonlyMap<string, boolean>,
  bytes: number,
  findings: Findings,
): Promise<void> {
  const info = tags.get('bag-info.txt');
  if (info === undefined) return;
  const oxum = await findings.attempt('bag-info.txt', () => parseOxum(info));
  if (oxum === undefined) return;
  const files = [...names.keys()].filter((path) => path.startsWith('data/')).length;
  if (oxum.bytes !== bytes || oxum.files !== files)
    findings.add(
      'bag-info.txt',
      'bag.oxum',
      `${oxum.bytes} bytes in ${oxum.files} files were packed; ${bytes} in ${files} are here.`,
    );
}
