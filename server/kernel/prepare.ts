import type { Change, Instant, Path, Product, RecordDef } from '@countersign/core/kernel/index.ts';
import { effectiveAt, namedAt, Refusal, refuse } from '@countersign/core/kernel/index.ts';
import { newSalt } from '@countersign/ledger/index.ts';
import type { z } from 'zod';
import type { NewVersion } from './entry.ts';
import type { Row, Snapshot } from './snapshot.ts';
import { rowOf } from './snapshot.ts';

/** A change that holds: the version to write, its row for the acts that follow in the batch, and what it points at. */
export interface Prepared {
  readonly did: Change['does'];
  readonly version: NewVersion;
  readonly row: Row;
  readonly references: readonly { readonly field: string; readonly toKind: string; readonly toId: string }[];
  readonly supersedes: number | undefined;
}

export interface PrepareContext {
  readonly product: Product;
  readonly snapshot: Snapshot;
  /** Decided before in this batch, newest last. */
  readonly pending: Map<string, Map<string, Row[]>>;
  readonly now: Instant;
  readonly zone: string;
  readonly logIndex: number;
  readonly actor: string;
  readonly act: string;
  /** What a body must hold that core cannot ask, by kind: the syntax of an expression, for instance. */
  readonly holds: ReadonlyMap<string, (body: Readonly<Record<string, unknown>>) => Refusal | undefined>;
}

const versionsOf = (c: Pick<PrepareContext, 'snapshot' | 'pending'>, kind: string, id: string): readonly Row[] => [
  ...(c.snapshot.kinds.get(kind)?.byId.get(id) ?? []),
  ...(c.pending.get(kind)?.get(id) ?? []),
];

const liveHead = (c: Pick<PrepareContext, 'snapshot' | 'pending'>, kind: string, id: string): Row | undefined => {
  const head = versionsOf(c, kind, id).at(-1);
  return head?.retired === true ? undefined : head;
};

/** Sets a path under which a refusal inside a body is found by who sent it. */
const at = (error: Refusal, path: Path): Refusal =>
  new Refusal(error.code, error.family, error.message, error.details, path);

export function parseBody(def: RecordDef, id: string, body: unknown): Readonly<Record<string, unknown>> {
  const parsed = def.body.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalid(`${def.kind} “${id}”`, parsed.error);
}

/** The first thing wrong with an input, as a refusal whose path leads to it. */
export function invalid(what: string, error: z.ZodError): Refusal {
  const issue = error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map((step) =>
    typeof step === 'symbol' ? String(step) : step,
  );
  const where = path.length === 0 ? '' : ` ${path.join('.')}:`;
  return refuse(
    'invalid',
    { says: `${what}:${where} ${issue?.message ?? 'is not valid'}.`.replace(/\.\.$/, '.') },
    path,
  );
}

/**
 * Checks one change against everything that holds whoever writes it: the version it was made from, its schema and rules, the
 * lifecycle, the references, what still points at it. Refuses; changes nothing.
 */
export function prepare(c: PrepareContext, change: Change): Prepared {
  const def = c.product.records.get(change.kind);
  if (def === undefined) throw refuse('unknown', { what: 'kind', name: change.kind });
  const { kind, id } = change;
  const known = versionsOf(c, kind, id);
  const head = known.at(-1);

  if (change.does === 'create') {
    if (head !== undefined) throw refuse(head.retired ? 'retired' : 'exists', { kind, id });
  } else {
    if (head === undefined || head.retired) throw refuse('missing', { kind, id });
    if (head.version !== change.from) throw refuse('conflict', { kind, id, from: change.from, head: head.version });
  }

  const body = change.does === 'retire' ? (head?.body ?? {}) : parseBody(def, id, change.body);
  if (change.does !== 'retire') {
    // `holds` takes the body its own schema gave.
    const wrong = def.holds(body as never) ?? c.holds.get(kind)?.(body);
    if (wrong !== undefined) throw at(wrong, wrong.path ?? []);
    refuseMove(def, id, head, body);
    const changed = def.fixed.find(
      (field) => head !== undefined && JSON.stringify(head.body[field]) !== JSON.stringify(body[field]),
    );
    if (changed !== undefined) throw refuse('fixed', { kind, id, field: changed }, [changed]);
  }
  const references = change.does === 'retire' ? [] : referencesOf(c, def, id, head, body);
  if (change.does === 'retire') refuseUsed(c, kind, id);

  const number = (head?.version ?? 0) + 1;
  const corrected = change.does === 'correct' ? head : undefined;
  const version: NewVersion = {
    kind,
    id,
    version: number,
    retired: change.does === 'retire',
    effectiveAt: change.does === 'retire' ? c.now : effectiveAt(def, body, number, c.now, c.zone, corrected),
    body,
    salt: newSalt(),
  };
  const row = rowOf(def, {
    kind,
    id,
    version: number,
    body: JSON.stringify(body),
    retired: version.retired,
    effective_at: version.effectiveAt,
    log_index: c.logIndex,
    recorded_at: c.now,
    actor: c.actor,
    act: c.act,
  });
  return { did: change.does, version, row, references, supersedes: head?.version };
}

/** The same table for every change, so that no import can skip a state. */
function refuseMove(def: RecordDef, id: string, head: Row | undefined, body: Readonly<Record<string, unknown>>): void {
  const { lifecycle, kind } = def;
  if (lifecycle === undefined) return;
  const to = String(body[lifecycle.field]);
  const from = head === undefined ? undefined : String(head.body[lifecycle.field]);
  if (from === to) return;
  const allowed =
    from === undefined
      ? to === lifecycle.starts
      : Object.values(lifecycle.moves).some((move) => move.to === to && move.from.includes(from));
  if (!allowed) throw refuse('move', { kind, id, from: from ?? 'not there yet', to }, [lifecycle.field]);
}

/** Where a body points; what it did not point at before must be a live record. */
function referencesOf(
  c: PrepareContext,
  def: RecordDef,
  id: string,
  head: Row | undefined,
  body: Readonly<Record<string, unknown>>,
): Prepared['references'] {
  const found = new Map<string, { field: string; toKind: string; toId: string }>();
  for (const { field, to } of c.product.references.get(def.kind) ?? []) {
    const before = new Set(head === undefined ? [] : namedAt(head.body, field));
    for (const [i, target] of namedAt(body, field).entries()) {
      if (!before.has(target) && liveHead(c, to, target) === undefined) {
        const path = field.split('.').map((step) => (step === '*' ? i : step));
        throw refuse('reference', { kind: def.kind, id, field: field.replaceAll('.*', ''), to, target }, path);
      }
      found.set(`${field}|${to}|${target}`, { field, toKind: to, toId: target });
    }
  }
  return [...found.values()];
}

/** A definition that other definitions name stays; performances and the like are history and do not hold it. */
function refuseUsed(c: PrepareContext, kind: string, id: string): void {
  for (const [from, references] of c.product.references) {
    if (c.product.records.get(from)?.ownActsOnly === true) continue;
    for (const { field, to } of references) {
      if (to !== kind) continue;
      const ids = new Set([...(c.snapshot.kinds.get(from)?.byId.keys() ?? []), ...(c.pending.get(from)?.keys() ?? [])]);
      for (const other of ids) {
        const row = liveHead(c, from, other);
        if (row !== undefined && namedAt(row.body, field).includes(id))
          throw refuse('used', { kind, id, by: `${from} “${other}”` });
      }
    }
  }
}

/** Kinds that must be in memory to prepare changes of these kinds. */
export function kindsToPrepare(product: Product, changes: readonly Change[]): ReadonlySet<string> {
  const kinds = new Set(changes.map((change) => change.kind));
  for (const change of changes) {
    for (const { to } of product.references.get(change.kind) ?? []) kinds.add(to);
    if (change.does !== 'retire') continue;
    for (const [from, references] of product.references) {
      if (product.records.get(from)?.ownActsOnly !== true && references.some(({ to }) => to === change.kind))
        kinds.add(from);
    }
  }
  return kinds;
}
