import type { Actor, Change, Instant, Path, Product, RecordDef } from '@countersign/core/kernel/index.ts';
import { effectiveAt, idSchema, namedAt, parseDate, Refusal, refuse } from '@countersign/core/kernel/index.ts';
import { newSalt } from '@countersign/ledger/index.ts';
import type { z } from 'zod';
import type { NewVersion } from './entry.ts';
import type { Row, Snapshot } from './snapshot.ts';
import { rowOf } from './snapshot.ts';

/** What a body names: the field as a path with `*` for members, and where in the body it stands. */
interface Pointer {
  readonly field: string;
  readonly toKind: string;
  readonly toId: string;
  readonly path: Path;
}

/** A change that holds: the version to write, its row for the acts that follow in the batch, and what it points at. */
export interface Prepared {
  readonly did: Change['does'];
  readonly version: NewVersion;
  readonly row: Row;
  readonly references: readonly Pointer[];
  /** Those of them that the version before did not have: what they name must be a live record. */
  readonly added: readonly Pointer[];
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
  readonly actor: Actor;
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
 * Checks one change against what holds whoever writes it: the version it was made from, its schema and rules, the lifecycle.
 * References are asked once all changes of the act are there: its records may name each other, in any order. Refuses; changes nothing.
 */
export function prepare(c: PrepareContext, change: Change): Prepared {
  const def = c.product.records.get(change.kind);
  if (def === undefined) throw refuse('unknown', { what: 'kind', name: change.kind });
  const { kind, id } = change;
  const known = versionsOf(c, kind, id);
  const head = known.at(-1);

  if (change.does === 'create') {
    if (!idSchema.safeParse(id).success)
      throw refuse(
        'invalid',
        {
          says: `${kind}: an id has 1 to 100 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit.`,
        },
        ['id'],
      );
    if (head !== undefined) throw refuse(head.retired ? 'retired' : 'exists', { kind, id });
  } else {
    if (head === undefined || head.retired) throw refuse('missing', { kind, id });
    if (head.version !== change.from) throw refuse('conflict', { kind, id, from: change.from, head: head.version });
  }

  const body = change.does === 'retire' ? (head?.body ?? {}) : parseBody(def, id, change.body);
  // Both bodies are its own schema's.
  const write = { id, before: head?.body as never, after: (change.does === 'retire' ? undefined : body) as never };
  const forbidden = def.mayWrite(c.actor, write);
  if (forbidden !== undefined) throw at(forbidden, forbidden.path ?? []);
  if (change.does !== 'retire') {
    // `holds` takes the body its own schema gave.
    const wrong = def.holds(body as never) ?? c.holds.get(kind)?.(body);
    if (wrong !== undefined) throw at(wrong, wrong.path ?? []);
    refuseNoDate(def, id, body);
    refuseMove(def, id, head, body);
    const changed = def.fixed.find(
      (field) => head !== undefined && JSON.stringify(head.body[field]) !== JSON.stringify(body[field]),
    );
    if (changed !== undefined) throw refuse('fixed', { kind, id, field: changed }, [changed]);
  }
  const references = change.does === 'retire' ? [] : pointersIn(c.product, kind, body);
  const before = new Set(head === undefined ? [] : pointersIn(c.product, kind, head.body).map(pointerKey));

  const number = (head?.version ?? 0) + 1;
  const version: NewVersion = {
    kind,
    id,
    version: number,
    retired: change.does === 'retire',
    effectiveAt: change.does === 'retire' ? c.now : effectiveAt(def, body, head, change.does, c.now, c.zone),
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
    actor: c.actor.id,
    act: c.act,
  });
  return {
    did: change.does,
    version,
    row,
    references,
    added: references.filter((pointer) => !before.has(pointerKey(pointer))),
    supersedes: head?.version,
  };
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

/** The schema of a date lets years through that no calendar of ours has: what governs from then on must be a moment. */
function refuseNoDate(def: RecordDef, id: string, body: Readonly<Record<string, unknown>>): void {
  const { effective, kind } = def;
  const stated = effective === undefined ? undefined : body[effective];
  if (effective === undefined || typeof stated !== 'string' || parseDate(stated) !== undefined) return;
  throw refuse('invalid', { says: `${kind} “${id}”: ${effective} ${stated} is no date from 1970 on.` }, [effective]);
}

const pointerKey = ({ field, toKind, toId }: Pointer): string => `${field}|${toKind}|${toId}`;

/** Where a body points, each target once by field. */
function pointersIn(product: Product, kind: string, body: Readonly<Record<string, unknown>>): readonly Pointer[] {
  const found = new Map<string, Pointer>();
  for (const { field, to } of product.references.get(kind) ?? []) {
    for (const [i, toId] of namedAt(body, field).entries()) {
      const path = field.split('.').map((step) => (step === '*' ? i : step));
      const pointer = { field, toKind: to, toId, path };
      if (!found.has(pointerKey(pointer))) found.set(pointerKey(pointer), pointer);
    }
  }
  return [...found.values()];
}

/** Refuses what names no live record, after all changes of the act. What a body named before may be gone. */
export function refuseDangling(c: Pick<PrepareContext, 'snapshot' | 'pending'>, prepared: Prepared | undefined): void {
  for (const { field, toKind, toId, path } of prepared?.added ?? []) {
    if (liveHead(c, toKind, toId) !== undefined) continue;
    const { kind, id } = prepared?.version ?? { kind: '', id: '' };
    throw refuse('reference', { kind, id, field: field.replaceAll('.*', ''), to: toKind, target: toId }, path);
  }
}

/** A definition that other definitions name stays; performances and the like are history and do not hold it. */
export function refuseUsed(
  c: Pick<PrepareContext, 'product' | 'snapshot' | 'pending'>,
  prepared: readonly Prepared[],
): void {
  const gone = new Map<string, Set<string>>();
  for (const { version } of prepared) {
    if (version.retired) gone.set(version.kind, (gone.get(version.kind) ?? new Set()).add(version.id));
  }
  if (gone.size === 0) return;
  for (const [from, references] of c.product.references) {
    if (c.product.records.get(from)?.ownActsOnly === true) continue;
    for (const { field, to } of references) {
      const retired = gone.get(to);
      if (retired === undefined) continue;
      const ids = new Set([...(c.snapshot.kinds.get(from)?.byId.keys() ?? []), ...(c.pending.get(from)?.keys() ?? [])]);
      for (const other of ids) {
        const row = liveHead(c, from, other);
        const id = row === undefined ? undefined : namedAt(row.body, field).find((named) => retired.has(named));
        if (id !== undefined) throw refuse('used', { kind: to, id, by: `${from} “${other}”` });
      }
    }
  }
}

/** Refuses what the live records of a kind must not be together, once all changes of the act are there. `c.pending` holds those. */
export function refuseTogether(
  c: Pick<PrepareContext, 'product' | 'snapshot' | 'pending'>,
  before: PrepareContext['pending'],
  prepared: readonly Prepared[],
): void {
  for (const kind of new Set(prepared.map(({ version }) => version.kind))) {
    const def = c.product.records.get(kind);
    if (def?.isAskedTogether !== true) continue;
    const ids = [
      ...new Set([...(c.snapshot.kinds.get(kind)?.byId.keys() ?? []), ...(c.pending.get(kind)?.keys() ?? [])]),
    ];
    const living = (pending: PrepareContext['pending']): readonly never[] =>
      // Bodies of the kind's own schema.
      ids.flatMap((id) => {
        const head = liveHead({ snapshot: c.snapshot, pending }, kind, id);
        return (head === undefined ? [] : { ...head.body, id }) as never;
      });
    const refusal = def.together(living(before), living(c.pending));
    if (refusal !== undefined) throw refusal;
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
