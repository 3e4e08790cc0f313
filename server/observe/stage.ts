import { randomBytes, hash } from 'node:crypto';
import { canonicalText, saltedDigest, SALT_BYTES } from '@countersign/ledger/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
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

/** `{at?, data}` in canonical form: what an item's digest commits to, beside its id. */
export const bodyText = (at: number | undefined, dataText: string): string =>
  at === undefined ? `{"data":${dataText}}` : `{"at":"${printInstant(at)}","data":${dataText}}`;

const SCHEMA = `create temp table staged (
  item text collate "C" primary key, line int not null, at double precision, salt bytea not null, digest bytea not null, content bytea not null, data text not null
) on commit drop`;

/** An item given twice in one collection. */
export class TwiceGiven extends Error {
  readonly id: string;
  readonly line: number;
  constructor(id: string, line: number) {
    super(`Item ${id} is given twice`);
    this.id = id;
    this.line = line;
  }
}

/** The rows of a collection that is still arriving: a temporary table of the transaction that collects, which nobody else sees. */
export class Stage {
  readonly #client: pg.ClientBase;
  count = 0;

  private constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  static async open(client: pg.ClientBase): Promise<Stage> {
    await client.query(SCHEMA);
    return new Stage(client);
  }

  /** @throws TwiceGiven */
  async add(items: readonly StagedItem[]): Promise<void> {
    if (items.length === 0) return;
    const salts = randomBytes(SALT_BYTES * items.length);
    const texts = items.map((item) => canonicalText(item.data));
    const bodies = items.map((item, i) => bodyText(item.at, texts[i] ?? ''));
    const salt = items.map((_, i) => salts.subarray(i * SALT_BYTES, (i + 1) * SALT_BYTES));
    const digest = items.map((item, i) =>
      saltedDigest(salt[i] ?? salts, Buffer.from(`{"body":${bodies[i] ?? ''},"item":${JSON.stringify(item.id)}}`)),
    );
    const content = bodies.map((body) => hash('sha256', body, 'buffer').subarray(0, CONTENT_BYTES));
    const { rowCount } = await this.#client.query(
      `insert into staged select * from unnest($1::text[], $2::int[], $3::double precision[], $4::bytea[], $5::bytea[], $6::bytea[], $7::text[])
       on conflict do nothing`,
      [items.map((i) => i.id), items.map((i) => i.line), items.map((i) => i.at ?? null), salt, digest, content, texts],
    );
    if (rowCount !== items.length) throw await this.#twice(items);
    this.count += items.length;
  }

  async #twice(items: readonly StagedItem[]): Promise<TwiceGiven> {
    const { rows } = await this.#client.query<{ item: string; line: number }>(
      'select item, line from staged where item = any($1::text[])',
      [items.map((item) => item.id)],
    );
    const lines = new Map(rows.map((row) => [row.item, row.line]));
    const again = items.find((item) => lines.get(item.id) !== item.line) ?? items[0];
    return new TwiceGiven(again?.id ?? '', again?.line ?? 0);
  }
}
