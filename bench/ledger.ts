import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeBundle,
  ed25519Signer,
  fileStorage,
  Frontier,
  leafHash,
  publish,
  readCheckpoint,
  rootOf,
  tilePath,
  toHex,
} from '@countersign/ledger/index.ts';
import type { EntrySource, IndexedEntry, Storage } from '@countersign/ledger/index.ts';
import { failingDisk } from '@countersign/ledger/failing-disk-for-tests.ts';
import { millions, short, table, type Say } from './figures.ts';
import { sizesOf } from './flags.ts';
import { makeFolder } from './folder.ts';

const ENTRY_BYTES = 300;
const LEAF_BYTES = 1 + ENTRY_BYTES;
const NODE_BYTES = 65;
const BATCH = 256;
const ROUNDS = 3;
const ORIGIN = 'log.example.com/bench';

/** Entries to tiles and root beside OpenSSL’s own hashing; durable batches beside the disk’s own flushing. */
export async function ledger(argv: readonly string[], say: Say): Promise<boolean> {
  const sizes = sizesOf(argv, { entries: 200_000, batches: 100, seconds: 1 });
  const hashed = await hashing(sizes.entries, sizes.seconds, say);
  const kept = await appending(sizes.batches, say);
  return hashed && kept;
}

const signer = ed25519Signer(generateKeyPairSync('ed25519').privateKey);

/** Entries of 300 bytes that differ in their first four; some at once, as a database gives them. */
function sourceOf(size: number): EntrySource {
  // Two blocks take turns: the log copies what it keeps, and making entries is not what is measured.
  const blocks = [0, 1].map(() => Buffer.alloc(BATCH * ENTRY_BYTES, 7));
  return {
    size: async () => size,
    async *entries(from, to) {
      for (let next = from; next < to; next += BATCH) {
        const block = blocks[(next / BATCH) % 2];
        if (block !== undefined) yield fill(block, next, Math.min(next + BATCH, to));
      }
    },
  };
}

function fill(block: Buffer, from: number, to: number): IndexedEntry[] {
  return Array.from({ length: to - from }, (_, i) => {
    block.writeUInt32BE(from + i, i * ENTRY_BYTES);
    return { index: from + i, entry: block.subarray(i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES) };
  });
}

async function hashing(entries: number, seconds: number, say: Say): Promise<boolean> {
  const rounds: { made: Time; whole: Time; openssl: Composite | undefined }[] = [];
  let root = '';
  for (let round = 0; round < ROUNDS; round++) {
    // OpenSSL on either side of ours: a neighbour that comes or goes is met by both.
    const before = openssl(seconds);
    const made = await processorTime(async () => {
      for await (const batch of sourceOf(entries).entries(0, entries)) void batch;
    });
    const whole = await processorTime(async () => {
      root = toHex((await publish(sink(), sourceOf(entries), signer, ORIGIN)).root);
    });
    const after = openssl(seconds);
    const both = before && after && { leaf: (before.leaf + after.leaf) / 2, node: (before.node + after.node) / 2 };
    rounds.push({ made, whole, openssl: both });
  }

  say(
    `\n${millions(entries)} entries of ${ENTRY_BYTES} bytes to bundles, tiles and root, ${ROUNDS} times; seconds of processor time`,
  );
  say(
    table([
      [
        'making',
        'making and publishing',
        '(by the clock)',
        'publishing',
        'entries/s',
        'composite',
        'ratio',
        'with making',
      ],
      ...rounds.map(({ made, whole, openssl }) => {
        const ours = whole.cpu - made.cpu;
        const composite = openssl === undefined ? NaN : entries * openssl.leaf + (entries - 1) * openssl.node;
        return [
          made.cpu,
          whole.cpu,
          whole.wall,
          ours,
          entries / ours,
          composite,
          composite / ours,
          composite / whole.cpu,
        ].map(short);
      }),
    ]),
  );
  if (rounds[0]?.openssl === undefined) say('  openssl is not installed: no composite, no ratio');
  else
    say(
      `  openssl: ${short(1 / rounds[0].openssl.leaf)}/s of ${LEAF_BYTES} bytes, ${short(1 / rounds[0].openssl.node)}/s of ${NODE_BYTES}; goal of the ratio: 0.5 or more`,
    );

  const frontier = new Frontier();
  for await (const batch of sourceOf(entries).entries(0, entries))
    for (const { entry } of [batch].flat()) frontier.push(leafHash(entry));
  return toHex(frontier.root()) === root;
}

/** Seconds of processor time for one hash of a leaf and one of a node. */
interface Composite {
  readonly leaf: number;
  readonly node: number;
}

interface Time {
  readonly cpu: number;
  readonly wall: number;
}

/** What OpenSSL takes; undefined where it is not installed. */
function openssl(seconds: number): Composite | undefined {
  const [leaf, node] = [LEAF_BYTES, NODE_BYTES].map((bytes) => {
    const args = ['speed', '-mr', '-seconds', String(Math.max(1, seconds)), '-bytes', String(bytes), '-evp', 'sha256'];
    const { stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
    const [, count, took] = /\+R:(\d+):sha256:([\d.]+)/i.exec(`${stdout}${stderr}`) ?? [];
    return count === undefined || took === undefined ? undefined : Number(took) / Number(count);
  });
  return leaf === undefined || node === undefined ? undefined : { leaf, node };
}

const sink = (): Storage => ({
  read: async () => undefined,
  write: async () => {},
  sync: async () => {},
  removeFolder: async () => {},
});

async function processorTime(work: () => Promise<void>): Promise<Time> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return { cpu: (user + system) / 1e6, wall: (performance.now() - began) / 1000 };
}

async function appending(batches: number, say: Say): Promise<boolean> {
  const folder = await makeFolder();
  try {
    const log = join(folder.path, 'log');
    let flushes = 0;
    const disk = failingDisk((step) => void (flushes += step === 'datasync' || step === 'sync' ? 1 : 0));
    const storage = fileStorage(log, { disk });
    const probe = await fs.open(join(folder.path, 'probe'), 'w');
    const [publishing, flushing] = [{ ms: 0 }, { ms: 0, count: 0 }];
    for (let batch = 1; batch <= batches; batch++) {
      publishing.ms += await clock(() => publish(storage, sourceOf(batch * BATCH), signer, ORIGIN));
      // As many flushes of the disk's own as a batch has: both see the same neighbours.
      for (let i = 0; i < Math.ceil(flushes / batch); i++, flushing.count++)
        flushing.ms += await clock(async () => {
          await probe.write(Buffer.alloc(4096, batch), 0, 4096, flushing.count * 4096);
          await probe.datasync();
        });
    }
    await probe.close();

    const perSecond = batches / (publishing.ms / 1000);
    const perBatch = flushes / batches;
    const ofDisk = flushing.count / (flushing.ms / 1000);
    say(`\n${batches} durable batches of ${BATCH} entries of ${ENTRY_BYTES} bytes, one publish each`);
    say(`  ${short(perSecond)} batches/s, ${short(perSecond * BATCH)} entries/s; ${short(perBatch)} flushes a batch`);
    say(`  the disk alone: ${short(ofDisk)} flushes of 4 KiB a second`);
    say(`  ratio ${short((perSecond * perBatch) / ofDisk)}; goal 0.4 or more`);
    return await isWhole(fileStorage(log), batches * BATCH);
  } finally {
    await folder.remove();
  }
}

async function clock(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function isWhole(storage: Storage, size: number): Promise<boolean> {
  const checkpoint = await readCheckpoint(storage, ORIGIN, signer.publicKey);
  const leaves: Uint8Array[] = [];
  for (let index = 0; index * BATCH < size; index++) {
    const bytes = await storage.read(tilePath({ level: 'entries', index, width: BATCH }));
    if (bytes === undefined) return false;
    leaves.push(...decodeBundle(bytes, BATCH).map(leafHash));
  }
  return checkpoint?.size === size && toHex(rootOf(leaves)) === toHex(checkpoint.root);
}
