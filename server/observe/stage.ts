import { randomBytes, hash } from 'node:crypto';
import { canonicalText, saltedDigest, SALT_BYTES } from '@countersign/ledger/index.ts';
import { printInstant, Refusal } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';

export interface StagedItem {
  readonly id: string;
  /** Events: the moment, in ms. */
  readonly at: number | undefined;
  readonly data: object;
  /** For messages: the line it came from. */
  readonly line: number;
}

const CONTENT_BYTES = 16;
const DIGEST_BYTES = 32;

/** `{at?, data}` in canonical form: what an item's digest commits to, beside its id. */
export const bodyText = (at: number | undefined, dataText: string): string =>
  at === undefined ? `{"data":${dataText}}` : `{"at":"${printInstant(at)}","data":${dataText}}`;

/** Without an index: items come in any order, and are sorted once, when all are there. */
const SCHEMA = `create temp table staged (
  item text collate "C" not null, line int not null, at double precision, salt bytea not null, digest bytea not null, content bytea not null, data text not null
) on commit drop`;

/** Salts, digests and contents travel as one run of bytes each, and data as lines (canonical JSON holds no line end), cut by the database. */
const INSERT = `insert into staged
  select item, line, at, substring($4::bytea from (n::int - 1) * ${SALT_BYTES} + 1 for ${SALT_BYTES}),
    substring($5::bytea from (n::int - 1) * ${DIGEST_BYTES} + 1 for ${DIGEST_BYTES}),
    substring($6::bytea from (n::int - 1) * ${CONTENT_BYTES} + 1 for ${CONTENT_BYTES}), data
  from rows from (unnest($1::text[]), unnest($2::int[]), unnest($3::double precision[]), string_to_table($7::text, chr(10)))
    with ordinality as s (item, line, at, data, n)`;

/** An item given twice in one collection: which of the two holds, nobody can say. */
export class TwiceGiven extends Refusal {
  readonly id: string;
  readonly line: number;
  constructor(id: string, line: number) {
    super('facts.twice', 'invalid', `Line ${line}: item “${id}” is given twice.`, { id, line });
    this.id = id;
    this.line = line;
  }
}

/** The rows of a collection that is still arriving: a temporary table of the transaction that collects, which nobody else sees. */
export class Stage {
  readonly #client: pg.ClientBase;
  #sending: Promise<unknown> = Promise.resolve();
  count = 0;

  private constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  static async open(client: pg.ClientBase): Promise<Stage> {
    await client.query(SCHEMA);
    return new Stage(client);
  }

  /** Resolves when the items before these are written: while the database writes a batch, the next one is read and hashed. */
  async add(items: readonly StagedItem[]): Promise<void> {
    if (items.length === 0) return;
    const salts = randomBytes(SALT_BYTES * items.length);
    const digests = Buffer.allocUnsafe(DIGEST_BYTES * items.length);
    const contents = Buffer.allocUnsafe(CONTENT_BYTES * items.length);
    const texts = items.map(({ id, at, data }, i) => {
      const text = canonicalText(data);
      const body = bodyText(at, text);
      const salt = salts.subarray(i * SALT_BYTES, (i + 1) * SALT_BYTES);
      digests.set(saltedDigest(salt, Buffer.from(`{"body":${body},"item":${JSON.stringify(id)}}`)), i * DIGEST_BYTES);
      contents.set(hash('sha256', body, 'buffer').subarray(0, CONTENT_BYTES), i * CONTENT_BYTES);
      return text;
    });
    await this.#sending;
    this.#sending = this.#client.query(INSERT, [
      items.map((i) => i.id),
      items.map((i) => i.line),
      items.map((i) => i.at ?? null),
      salts,
      digests,
      contents,
      texts.join('\n'),
    ]);
    // Whoever waits next, with `add` or `written`, is told; nobody may be waiting when it fails.
    this.#sending.catch(() => undefined);
    this.count += items.length;
  }

  async written(): Promise<void> {
    await this.#sending;
  }
}
