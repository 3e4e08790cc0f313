import { Grant, isConcerned, openingsOf, sightOf, sightReads } from '@countersign/core/access/index.ts';
import type { Actor, Area, Instant, Opening, Product, RecordDef } from '@countersign/core/kernel/index.ts';
import { isGuest } from '@countersign/core/kernel/index.ts';
import { Control } from '@countersign/core/control/index.ts';
import { FRAMEWORK_IDS, Programme } from '@countersign/core/framework/index.ts';
import { shelfOf } from './shelf.ts';
import type { Row, Snapshot } from './snapshot.ts';

/** What of a record's versions somebody is shown, oldest first. */
export type Sift = (def: RecordDef, versions: readonly Row[]) => readonly Row[];

/** Kinds that must be in memory before it can be said what an actor sees. A product without grants shows guests nothing. */
export const kindsToSee = (product: Product, actor: Actor): readonly RecordDef[] =>
  isGuest(actor) && product.records.has(Grant.kind) ? sightReads : [];

/** The actor with what their grants open now; anybody but a guest as they are. */
export function seeing(
  product: Product,
  snapshot: Snapshot,
  actor: Actor,
  now: Instant,
  size: number,
  zone: string,
): Actor {
  if (kindsToSee(product, actor).length === 0) return actor;
  const at = { asOf: now, position: size };
  const book = { grant: shelfOf(snapshot, Grant, at), programme: shelfOf(snapshot, Programme, at) };
  return { ...actor, sight: sightOf(actor, book, now, zone) };
}

/**
 * What a guest is shown of an area: no kind without an area, no drafts and nothing internal for an auditor, nothing of another programme than
 * the grant's. A control counts as a framework's if any version of it answered that one: an audit looks back. Undefined for everybody else.
 *
 * @param area of the view; `any`: of each kind its own
 * @param actor as `seeing` gave it
 */
export function siftFor(snapshot: Snapshot, actor: Actor, area: Area | 'any'): Sift | undefined {
  if (!isGuest(actor)) return undefined;
  const { sight } = actor;
  const openings = (def: RecordDef): readonly Opening[] =>
    sight === undefined ? [] : openingsOf(sight, area === 'any' ? (def.area ?? 'any') : area);
  const controls = snapshot.kinds.get(Control.kind);
  const frameworks = new Map<string, readonly string[]>();
  const frameworksOf = (control: string): readonly string[] => {
    const known = frameworks.get(control) ?? answeredBy(controls?.byId.get(control) ?? []);
    frameworks.set(control, known);
    return known;
  };
  return (def, versions) => {
    if (def.area === undefined) return [];
    // The rows are of `def`'s schema.
    const shown = sight?.drafts === true ? versions : versions.filter(({ stored }) => !def.drafted(stored as never));
    const concerned = shown.some(({ stored }) =>
      isConcerned(openings(def), def.concerns(stored as never), frameworksOf),
    );
    if (!concerned) return [];
    return sight?.drafts === true ? shown : shown.map((row) => withoutInternal(def, row));
  };
}

const answeredBy = (versions: readonly Row[]): readonly string[] =>
  FRAMEWORK_IDS.filter((framework) =>
    versions.some(({ body }) => Control.body.shape.answers.safeParse(body['answers']).data?.[framework].length !== 0),
  );

const stripped = new WeakMap<Row, Row>();

/** The row without what the company's own people say to each other. */
function withoutInternal(def: RecordDef, row: Row): Row {
  if (!def.internal.some((field) => field in row.body)) return row;
  const known = stripped.get(row);
  if (known !== undefined) return known;
  const without = <T extends object>(fields: T): T =>
    // Internal fields are optional, which `compose` sees to: what is left is a row of the same schema.
    Object.freeze(Object.fromEntries(Object.entries(fields).filter(([field]) => !def.internal.includes(field)))) as T;
  const made = { ...row, body: without(row.body), stored: without(row.stored) };
  stripped.set(row, made);
  return made;
}
