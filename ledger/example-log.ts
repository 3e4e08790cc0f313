import { createPrivateKey } from 'node:crypto';
import { sealStatement, type SealedEntry } from './entry.ts';
import { exportLog, type PayloadSource } from './export.ts';
import { leafHash, toHex } from './hash.ts';
import { gatherSubjects, ItemsRoot } from './items.ts';
import { verifierKey, type Signer } from './key.ts';
import { memoryStorage } from './memory-storage.ts';
import type { PayloadLine } from './payload.ts';
import { bodyDigest, itemDigest, saltedDigest } from './salted.ts';
import { publish, type EntrySource, type IndexedEntry } from './sequencer.ts';
import { ed25519Signer } from './signer.ts';
import { ACT, COLLECTION } from './statement.ts';
import type { Storage } from './storage.ts';

/** An invented log for the tests of this room: every form a payload may take, the same bytes each time. */
export const ORIGIN = 'log.example.com/a1b2';

/** A key whose 32 private bytes are all `byte`: for tests only. */
export function exampleSigner(byte = 7): Signer {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]);
  return ed25519Signer(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

export const exampleKey = (byte = 7) => verifierKey(ORIGIN, exampleSigner(byte).publicKey);

/** A source that gives its entries one at a time. */
export interface ListSource extends EntrySource {
  entries(from: number, to: number): AsyncIterable<IndexedEntry>;
}

/** Short entries whose bytes say their index. */
export function sourceOf(size: number, text = (index: number) => `entry ${index}`): ListSource {
  return listSource(Array.from({ length: size }, (_, index) => Buffer.from(text(index))));
}

export function listSource(entries: readonly Uint8Array[]): ListSource {
  return {
    size: async () => entries.length,
    async *entries(from, to) {
      for (const [i, entry] of entries.slice(from, to).entries()) yield { index: from + i, entry };
    },
  };
}

export interface Written extends SealedEntry {
  readonly lines?: readonly PayloadLine[];
}

const salt = (byte: number) => Buffer.alloc(16, byte);
const at = (index: number) => new Date(Date.UTC(2026, 2, 1) + index * 60_000).toISOString();
const FILE = Buffer.from('%PDF an invented report\n');
export const FILE_DIGEST = saltedDigest(salt(99), FILE);

/** `acts` plain acts after: a record with a file, an erased one, 250 subjects, two collections of which the second refers. */
export async function exampleEntries(acts = 2, signer = exampleSigner()): Promise<Written[]> {
  const risk = { id: 'risk-1', title: 'Laptop loss', attachment: toHex(FILE_DIGEST) };
  const written = [
    await act(0, [['risk/risk-1/1', risk]], signer),
    { ...(await act(1, [['person/p-1/1', { name: 'Invented Person' }]], signer)) },
    await manySubjects(2, signer),
    await collection(3, [1, 1, 1], signer),
    await collection(4, [1, 2, 1], signer),
  ];
  const [first, second] = written;
  if (first?.lines && second) {
    written[0] = { ...first, lines: [...first.lines, { does: 'show-file', digest: FILE_DIGEST, salt: salt(99) }] };
    written[1] = { ...second, lines: [{ does: 'hide-subject', subject: 'person/p-1/1', why: 'erased' }] };
  }
  for (let index = 5; index < 5 + acts; index++)
    written.push(await act(index, [[`risk/risk-2/${index}`, { id: 'risk-2', note: `version ${index}` }]], signer));
  return written;
}

async function act(
  index: number,
  bodies: readonly (readonly [string, PayloadBody])[],
  signer: Signer,
): Promise<Written> {
  const lines = bodies.map(([subject, body], i) => ({
    does: 'show-subject' as const,
    subject,
    salt: salt(i + index),
    body,
  }));
  const subjects = lines.map(({ subject, salt, body }) => ({
    name: subject,
    digest: { sha256: toHex(bodyDigest(salt, body)) },
  }));
  const { subject, predicate } = gatherSubjects(subjects);
  const statement = {
    subject,
    predicateType: ACT,
    predicate: { act: 'risk.change', actor: 'person/p-9', now: at(index), ...predicate },
  };
  return { ...(await sealStatement(statement, signer)), lines };
}

type PayloadBody = Extract<PayloadLine, { does: 'show-subject' }>['body'];

const manySubjects = (index: number, signer: Signer) =>
  act(
    index,
    Array.from({ length: 250 }, (_, i) => [`control/c-${i}/1`, { id: `c-${i}` }] as const),
    signer,
  );

async function collection(index: number, versions: readonly number[], signer: Signer): Promise<Written> {
  const root = new ItemsRoot();
  const lines: PayloadLine[] = versions.map((version, i) => ({
    does: 'show-item',
    item: `p-${i}`,
    salt: salt(10 * i + version),
    body: { mfa: version > 1 },
  }));
  for (const line of lines)
    if (line.does === 'show-item') root.add(line.item, itemDigest(line.salt, line.item, line.body));
  const itemsRoot = toHex(root.root());
  const statement = {
    subject: [{ name: `collection/${index}`, digest: { sha256: itemsRoot } }],
    predicateType: COLLECTION,
    predicate: { recordedAt: at(index), items: lines.length, itemsRoot },
  };
  return { ...(await sealStatement(statement, signer)), lines };
}

export function payloadsOf(written: readonly Written[]): PayloadSource {
  return {
    async *statements(from, to) {
      for (const [i, { statement, lines }] of written.slice(from, to).entries())
        yield { index: from + i, statement, ...(lines && { lines }) };
    },
    async *file() {
      yield FILE;
    },
  };
}

/** Publishes and exports into `out`. */
export async function exportExample(out: Storage, written: readonly Written[], byte = 7): Promise<void> {
  const published = memoryStorage();
  await publish(published, listSource(written.map(({ entry }) => entry)), exampleSigner(byte), ORIGIN);
  await exportLog(out, { published, keys: [exampleKey(byte)], payloads: payloadsOf(written) });
}

/** RFC 6962 §2.1, as it is written there: slow, and independent of the code under test. */
export function rootByDefinition(
  leaves: readonly Uint8Array[],
  node: (l: Uint8Array, r: Uint8Array) => Uint8Array,
): Uint8Array {
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return node(rootByDefinition(leaves.slice(0, k), node), rootByDefinition(leaves.slice(k), node));
}

export const leavesOf = (size: number) => Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
