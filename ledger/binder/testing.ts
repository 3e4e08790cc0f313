import { Writable } from 'node:stream';
import { toBase64 } from '../base64.ts';
import { utf8 } from '../bytes.ts';
import { textOf } from '../canonical.ts';
import { parseCheckpoint } from '../checkpoint.ts';
import {
  exampleEntries,
  exampleKey,
  exampleSigner,
  FILE_DIGEST,
  listSource,
  ORIGIN,
  payloadsOf,
} from '../example-log.ts';
import type { Written } from '../example-log.ts';
import { sealStatement } from '../entry.ts';
import type { Folder } from '../folder.ts';
import { toHex } from '../hash.ts';
import { rekorDsse } from '../leaf.ts';
import { memoryStorage } from '../memory-storage.ts';
import { parseNote } from '../note.ts';
import { handOver } from '../rotation.ts';
import { publish } from '../sequencer.ts';
import { ACT, parseStatement } from '../statement.ts';
import { proofFor } from '../tlog-proof.ts';
import { addCosignatures, cosign } from '../witness/cosignature.ts';
import { EXAMPLE_TIME, exampleWitness } from '../witness/example-witness.ts';
import { printWitnessKey } from '../witness/key.ts';
import type { About } from './about.ts';
import { printClaimLine } from './claims.ts';
import { evidenceFiles } from './evidence-files.ts';
import { printFileLine } from './files.ts';
import { logFiles } from './log-files.ts';
import { printRedaction } from './redactions.ts';
import { writeBinder, type BinderFile, type BinderInfo } from './writer.ts';

/** An invented binder for tests, of the invented log: every kind of file that a binder has, the same bytes each time. */
export const REPORT = 'An invented report – März.pdf';
export const TOP = 'example-2026-h1';

export interface ExampleOptions {
  readonly byte?: number;
  readonly acts?: number;
  readonly more?: readonly BinderFile[];
  /** Files of `log/` besides, for what others saw. */
  readonly seen?: (note: Uint8Array) => Promise<readonly BinderFile[]>;
  /** Entries that are withheld as a whole. */
  readonly withheld?: readonly number[];
  /** The key that the last entry hands over to, and that seals the binder. */
  readonly next?: number;
  /** Another history. */
  readonly order?: (written: readonly Written[]) => readonly Written[];
}

async function published(written: readonly Written[], byte: number) {
  const log = memoryStorage();
  await publish(log, listSource(written.map(({ entry }) => entry)), exampleSigner(byte), ORIGIN);
  const note = (await log.read('checkpoint')) ?? new Uint8Array(0);
  const { size, root } = parseCheckpoint(parseNote(textOf(note)).text);
  return { log, note, about: { origin: ORIGIN, size, root: toBase64(root) } };
}

const infoOf = (about: About, byte: number): BinderInfo => ({
  folder: TOP,
  about,
  baggedOn: '2026-07-01',
  seal: { origin: ORIGIN, signer: exampleSigner(byte) },
});

async function handingOver(byte: number, next: number | undefined): Promise<Written[]> {
  if (next === undefined) return [];
  const predicate = { actor: 'person/p-9', now: '2026-06-30T12:00:00Z', ...handOver(exampleKey(next)) };
  return [{ ...(await sealStatement({ subject: [], predicateType: ACT, predicate }, exampleSigner(byte))), lines: [] }];
}

/** What a witness saw of a log whose checkpoint this is. */
export async function witnessed(note: Uint8Array): Promise<BinderFile[]> {
  const { cosigner, key } = exampleWitness();
  const { text } = parseNote(textOf(note));
  const { size } = parseCheckpoint(text);
  const cosigned = addCosignatures(textOf(note), [await cosign(text, cosigner, EXAMPLE_TIME)]);
  return [
    { path: 'witnesses.vkey', bytes: utf8(`${printWitnessKey(key)}\n`) },
    { path: `seen/${size}/checkpoint`, bytes: note },
    { path: `seen/${size}/cosigned`, bytes: utf8(cosigned) },
  ];
}

export async function exampleBinder(options: ExampleOptions = {}): Promise<Uint8Array> {
  const { byte = 7, acts = 2, more = [], seen = witnessed, withheld = [], order = (same) => same, next } = options;
  const entries = [...(await exampleEntries(acts, exampleSigner(byte))), ...(await handingOver(byte, next))];
  const present = next ?? byte;
  const written = order(entries).map((entry, index) =>
    withheld.includes(index) ? { ...entry, lines: [{ does: 'withhold-all' } as const] } : entry,
  );
  const { log, note, about } = await published(written, present);
  const redactions: string[] = [];
  async function* files(): AsyncGenerator<BinderFile> {
    yield { path: 'index.html', bytes: utf8('<!doctype html><title>Example</title>\n') };
    yield { path: 'answers/status.json', bytes: utf8('{"requirements":[]}\n') };
    if (!withheld.includes(0)) {
      yield { path: `evidence/e-1/${REPORT}`, bytes: utf8('%PDF an invented report\n') };
      yield {
        path: 'files.ndjson',
        bytes: utf8(printFileLine({ digest: toHex(FILE_DIGEST), path: `evidence/e-1/${REPORT}` })),
      };
      yield {
        path: 'proofs/e-1.tlog-proof',
        bytes: utf8(
          await proofFor(
            log,
            written.findIndex(({ lines = [] }) => lines.some(({ does }) => does === 'show-file')),
          ),
        ),
      };
    }
    yield { path: 'records/risk.ndjson', bytes: utf8(claims(written, 'subject', 'risk/')) };
    yield { path: 'facts/people.ndjson', bytes: utf8(claims(written, 'item', 'p-')) };
    yield* logFiles({
      published: log,
      keys: [...new Set([byte, present])].map(exampleKey),
      payloads: payloadsOf(written),
      hides: (entry, hidden) => void redactions.push(printRedaction({ entry, hidden, because: 'Asked for.' })),
    });
    for (const { path, ...file } of await seen(note)) yield { path: `log/${path}`, ...file };
    yield { path: 'redactions.ndjson', bytes: utf8(redactions.join('')) };
    yield* more;
  }
  const period = { from: '2026-01-01', to: '2026-06-30' };
  return collect((out) =>
    writeBinder(files(), out, infoOf({ kind: 'binder', organisation: 'Example Ltd', period, log: about }, present)),
  );
}

/** A bag of the one piece of evidence in the example log. */
export async function exampleEvidence(byte = 7): Promise<Uint8Array> {
  const written = await exampleEntries(2, exampleSigner(byte));
  const { log, note, about } = await published(written, byte);
  const [first] = written;
  if (first === undefined) throw new Error('no entries');
  const files = evidenceFiles({
    id: 'e-1',
    files: [{ name: REPORT, digest: FILE_DIGEST, bytes: utf8('%PDF an invented report\n') }],
    entries: [
      {
        index: 0,
        statement: first.statement,
        leaf: rekorDsse.parse(first.entry),
        lines: first.lines ?? [],
        proof: await proofFor(log, 0),
      },
    ],
    keys: [exampleKey(byte)],
    seen: await witnessed(note),
  });
  return collect((out) => writeBinder(files, out, infoOf({ kind: 'evidence', log: about }, byte)));
}

/** Lines of the bodies that entries show and that bear a name beginning so; a fact where it was shown first. */
function claims(written: readonly Written[], what: 'subject' | 'item', begins: string): string {
  const shown = new Set<string>();
  return written
    .flatMap(({ lines = [], statement }, entry) => {
      const { predicate } = parseStatement(statement);
      const at = predicate['recordedAt'] ?? predicate['now'];
      return lines.flatMap((line) => {
        const name = line.does === 'show-subject' ? line.subject : line.does === 'show-item' ? line.item : undefined;
        if (name === undefined || !name.startsWith(begins) || !('body' in line)) return [];
        if ((line.does === 'show-item') !== (what === 'item')) return [];
        const key = JSON.stringify([name, line.body]);
        if (what === 'item' && shown.has(key)) return [];
        shown.add(key);
        return [printClaimLine({ entry, what, name, body: line.body, ...(typeof at === 'string' && { at }) })];
      });
    })
    .join('');
}

async function collect(write: (out: Writable) => Promise<unknown>): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  const out = new Writable({
    write(chunk: Buffer, _, done) {
      parts.push(Buffer.from(chunk));
      done();
    },
  });
  await write(out);
  return Buffer.concat(parts);
}

/** Files in memory as a folder. */
export function mapFolder(files: ReadonlyMap<string, Uint8Array>): Folder {
  return {
    async *list() {
      for (const path of files.keys()) yield { path, plain: true };
    },
    async open(path) {
      const bytes = files.get(path);
      return bytes && chunks(bytes);
    },
  };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
