import type { Held, Instant, Product, RecordDef, Stamp } from '@countersign/core/kernel/index.ts';

/** One version of a record, parsed, as every book shares it. */
export interface Row extends Held {
  readonly kind: string;
  readonly id: string;
  readonly logIndex: number;
  readonly recordedAt: Instant;
  readonly actor: string;
  readonly act: string;
  /** The body as parsed. Frozen. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The flat form that rules see, for when this version is the head. Frozen. */
  readonly stored: Stamp & Readonly<Record<string, unknown>>;
}

/** A row as the database gives it. */
export interface RawRow {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly body: string;
  readonly retired: boolean;
  readonly effective_at: number;
  readonly log_index: number;
  readonly recorded_at: number;
  readonly actor: string;
  readonly act: string;
  /** Whether its words were erased: it may be in memory as it was. */
  readonly erased?: boolean;
}

function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freezeDeep(inner);
  }
  return value;
}

/**
 * Bodies are parsed on the way in, so a field that came later has its default in old versions too; the digest in the log stays
 * over the stored bytes.
 */
export function rowOf(def: RecordDef, raw: RawRow): Row {
  const body = freezeDeep(def.body.parse(JSON.parse(raw.body)));
  const stamp = {
    id: raw.id as Stamp['id'],
    version: raw.version,
    head: raw.version,
    recordedAt: raw.recorded_at,
    effectiveAt: raw.effective_at,
    actor: raw.actor,
  };
  return {
    kind: raw.kind,
    id: raw.id,
    version: raw.version,
    effectiveAt: raw.effective_at,
    retired: raw.retired,
    logIndex: raw.log_index,
    recordedAt: raw.recorded_at,
    actor: raw.actor,
    act: raw.act,
    body,
    stored: Object.freeze({ ...body, ...stamp }),
  };
}

/** All versions of one kind, by id, oldest first. Complete for log positions below `through`. */
export class KindRows {
  readonly byId = new Map<string, Row[]>();
  through = 0;
  count = 0;
  readonly #pointing = new Map<string, Map<string, Set<string>>>();

  /** Keeps a row unless it is known: applying the same rows twice changes nothing. */
  add(row: Row): void {
    const versions = this.byId.get(row.id);
    if (versions === undefined) this.byId.set(row.id, [row]);
    else if ((versions.at(-1)?.version ?? 0) < row.version) versions.push(row);
    else return;
    this.count += 1;
    for (const [field, index] of this.#pointing) this.#point(index, field, row);
  }

  /** Puts what is left of a version that was erased in the place of what it said. */
  replace(row: Row): void {
    const versions = this.byId.get(row.id);
    const place = versions?.findIndex(({ version }) => version === row.version) ?? -1;
    if (versions === undefined || place < 0) return this.add(row);
    versions[place] = row;
    this.#pointing.clear();
  }

  /** Ids of records some version of which names `to` in `field`. */
  pointingAt(field: string, to: string): ReadonlySet<string> {
    let index = this.#pointing.get(field);
    if (index === undefined) {
      index = new Map();
      for (const versions of this.byId.values()) for (const row of versions) this.#point(index, field, row);
      this.#pointing.set(field, index);
    }
    return index.get(to) ?? new Set();
  }

  #point(index: Map<string, Set<string>>, field: string, row: Row): void {
    for (const target of targetsOf(row.body, field)) {
      const ids = index.get(target);
      if (ids === undefined) index.set(target, new Set([row.id]));
      else ids.add(row.id);
    }
  }
}

/** A field's value, or its members where it is a list. */
export function targetsOf(body: Readonly<Record<string, unknown>>, field: string): readonly string[] {
  const value = body[field];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/**
 * What one process remembers of one organisation: versions, never answers. Nothing here is the truth; each request compares
 * `through` with the log's size and reads what is missing.
 */
export class Snapshot {
  readonly product: Product;
  readonly kinds = new Map<string, KindRows>();

  constructor(product: Product) {
    this.product = product;
  }

  get rows(): number {
    let sum = 0;
    for (const kind of this.kinds.values()) sum += kind.count;
    return sum;
  }

  /** Makes place for a kind. */
  hold(kind: string): void {
    if (!this.kinds.has(kind)) this.kinds.set(kind, new KindRows());
  }

  /** Says that a kind is complete for entries below `size`. */
  reached(kind: string, size: number): void {
    const rows = this.kinds.get(kind);
    if (rows !== undefined) rows.through = Math.max(rows.through, size);
  }

  add(raw: RawRow): void {
    const def = this.product.records.get(raw.kind);
    const kind = this.kinds.get(raw.kind);
    if (def === undefined || kind === undefined) return;
    if (raw.erased === true) kind.replace(rowOf(def, raw));
    else kind.add(rowOf(def, raw));
  }
}
