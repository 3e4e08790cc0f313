import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { digester, utf8 } from '#crypto';
import { LedgerFault } from '../fault.ts';
import { sha256, toHex } from '../hash.ts';
import type { Signer } from '../key.ts';
import { printAbout, PROFILE, type About } from './about.ts';
import { BAGIT, MANIFEST, manifestLine, SEAL, TAG_MANIFEST } from './manifest.ts';
import { foldOf, refuseUnsafe } from './path.ts';
import { signSeal } from './seal.ts';
import { zipOf, type ZipInput } from './zip-writer.ts';

/** A file of a binder: its path below `data/`, and its bytes, which are read once. */
export interface BinderFile {
  readonly path: string;
  readonly bytes: AsyncIterable<Uint8Array> | Uint8Array;
  /** In bytes, where it is known; the stream must then be of just this length. */
  readonly size?: number;
}

export interface BinderInfo {
  /** The one folder at the top, which is also what a person finds after unpacking. */
  readonly folder: string;
  readonly about: About;
  /** A date, `2026-07-01`: `Bagging-Date`. */
  readonly baggedOn: string;
  /** The log's own key, under the name of its origin. */
  readonly seal: { readonly origin: string; readonly signer: Signer };
}

export interface BinderWritten {
  readonly files: number;
  /** Bytes below `data/`. */
  readonly bytes: number;
  /** SHA-256 of `manifest-sha256.txt`, hexadecimal: names this binder. */
  readonly manifest: string;
}

/**
 * Writes a binder as a ZIP into `out`, and ends it. Files go in as they come, in the caller's order, which should be one that does not
 * change; `data/binder.json` is written first, what speaks of all files last. The same input gives the same bytes.
 * Memory grows by some hundred bytes a file. Refuses `path.unsafe`, `zip.duplicate`, `zip.clash` (two paths that some file system
 * takes for one), `binder.size`.
 */
export async function writeBinder(
  files: AsyncIterable<BinderFile> | Iterable<BinderFile>,
  out: Writable,
  info: BinderInfo,
): Promise<BinderWritten> {
  const bag = new BagWriter(info);
  await pipeline(Readable.from(zipOf(bag.entries(files)), { objectMode: false }), out);
  return bag.written();
}

class BagWriter {
  readonly #info: BinderInfo;
  readonly #paths = new Map<string, string>();
  #lines: string[] = [];
  #bytes = 0;
  #manifest = '';

  constructor(info: BinderInfo) {
    refuseUnsafe(info.folder);
    this.#info = info;
  }

  async *entries(files: AsyncIterable<BinderFile> | Iterable<BinderFile>): AsyncGenerator<ZipInput> {
    const { about, seal } = this.#info;
    yield this.#tag('bagit.txt', BAGIT);
    yield this.#payload({ path: 'binder.json', bytes: utf8(printAbout(about)) });
    for await (const file of files) yield this.#payload(file);

    const bagInfo = this.#bagInfo();
    const manifest = this.#lines.join('');
    this.#manifest = digestOf(manifest);
    const note = await signSeal({ bagInfo: digestOf(bagInfo), manifest: this.#manifest }, seal.origin, seal.signer);
    const tags = [
      ['bag-info.txt', bagInfo],
      ['bagit.txt', BAGIT],
      [MANIFEST, manifest],
      [SEAL, note],
    ] as const;
    for (const [name, text] of tags) if (name !== 'bagit.txt') yield this.#tag(name, text);
    yield this.#tag(TAG_MANIFEST, tags.map(([name, text]) => manifestLine(digestOf(text), name)).join(''));
  }

  written(): BinderWritten {
    return { files: this.#lines.length, bytes: this.#bytes, manifest: this.#manifest };
  }

  #tag = (name: string, text: string): ZipInput => ({ path: `${this.#info.folder}/${name}`, bytes: utf8(text) });

  #payload({ path, bytes, size }: BinderFile): ZipInput {
    refuseUnsafe(path);
    this.#refuseClash(path);
    return {
      path: `${this.#info.folder}/data/${path}`,
      bytes: this.#watched(path, bytes),
      ...(size !== undefined && { size }),
    };
  }

  async *#watched(path: string, bytes: BinderFile['bytes']): AsyncGenerator<Uint8Array> {
    const digest = digester();
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
      digest.update(chunk);
      this.#bytes += chunk.length;
      yield chunk;
    }
    this.#lines.push(manifestLine(toHex(digest.digest()), `data/${path}`));
  }

  #refuseClash(path: string): void {
    const fold = foldOf(path);
    const other = this.#paths.get(fold);
    if (other === path) throw new LedgerFault('zip.duplicate', `${JSON.stringify(path)} is written twice.`);
    if (other !== undefined)
      throw new LedgerFault('zip.clash', `${JSON.stringify(path)} and ${JSON.stringify(other)} are one name.`);
    this.#paths.set(fold, path);
  }

  /** RFC 8493 §2.2.2. */
  #bagInfo(): string {
    const { about, baggedOn } = this.#info;
    const fields = [
      ['Bag-Software-Agent', 'countersign'],
      ['Bagging-Date', baggedOn],
      ['BagIt-Profile-Identifier', PROFILE],
      ['External-Identifier', `${about.log.origin} ${about.log.size}`],
      ['Payload-Oxum', `${this.#bytes}.${this.#lines.length}`],
    ];
    return fields.map(([label, value]) => `${label}: ${value}\n`).join('');
  }
}

const digestOf = (text: string): string => toHex(sha256(utf8(text)));
