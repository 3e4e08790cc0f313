import { once } from 'node:events';
import type pg from 'pg';

/** The driver’s connection as it is; its types leave out what COPY needs. */
interface Wire extends pg.Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(why: string): void;
}

const MOST_WAITING = 4 * 1024 * 1024;

abstract class Copy implements pg.Submittable {
  readonly #text: string;
  protected wire: Wire | undefined;
  protected error: Error | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  submit(connection: pg.Connection): void {
    this.wire = connection as Wire;
    connection.query(this.#text);
  }

  abstract over(): void;
  handleError(error: Error): void {
    this.error = error;
    this.over();
  }
  handleReadyForQuery(): void {
    this.over();
  }
  handleCommandComplete(): void {
    // ReadyForQuery follows.
  }
  handleRowDescription(): void {
    // COPY has none.
  }
  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail('nothing to copy');
  }
  handleCopyData(_message: { readonly chunk: Buffer }): void {
    // Of a copy out only.
  }
}

class Out extends Copy {
  readonly waiting: Buffer[] = [];
  #size = 0;
  #isOver = false;
  #wake: () => void = () => undefined;

  override handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // The driver uses its buffer again.
    this.waiting.push(Buffer.from(chunk));
    this.#size += chunk.length;
    if (this.#size > MOST_WAITING) this.wire?.stream.pause();
    this.#wake();
  }

  over(): void {
    this.#isOver = true;
    this.#wake();
  }

  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const all = this.waiting.splice(0);
      this.#size = 0;
      this.wire?.stream.resume();
      if (all.length > 0) yield Buffer.concat(all);
      else if (this.#isOver) break;
      else await new Promise<void>((wake) => (this.#wake = wake));
    }
    if (this.error !== undefined) throw this.error;
  }
}

/** The rows of a `copy … to stdout`, some at once; no more than a few MiB wait. Nothing else may run on the client meanwhile. */
export function copyOut(client: pg.ClientBase, text: string): AsyncGenerator<Buffer> {
  const out = new Out(text);
  client.query(out);
  return out.rows();
}

class In extends Copy {
  readonly #ready = Promise.withResolvers<Wire | undefined>();
  readonly #done = Promise.withResolvers<undefined>();

  override handleCopyInResponse(wire: Wire): void {
    this.#ready.resolve(wire);
  }

  over(): void {
    this.#ready.resolve(undefined);
    this.#done.resolve(undefined);
  }

  async write(chunk: Buffer): Promise<void> {
    const wire = await this.#ready.promise;
    if (this.error !== undefined) throw this.error;
    if (wire === undefined) throw new Error('Nothing can be copied any more');
    wire.sendCopyFromChunk(chunk);
    if (wire.stream.writableLength > MOST_WAITING) await once(wire.stream, 'drain');
  }

  async end(): Promise<void> {
    (await this.#ready.promise)?.endCopyFrom();
    await this.#done.promise;
    if (this.error !== undefined) throw this.error;
  }
}

/** Begins a `copy … from stdin`; rows are written to it, and `end` waits until they are in. */
export function copyIn(client: pg.ClientBase, text: string): Pick<In, 'write' | 'end'> {
  const into = new In(text);
  client.query(into);
  return into;
}
