import type {
  Catalog,
  Control,
  CustomGroup,
  Group,
  Insert,
  Metadata,
  OscalDocument,
  Param,
  Profile,
  Resource,
} from './model.ts';
import type { FoundImport, Importable, ProfileFile } from './imports.ts';
import { importOf, importsOf } from './imports.ts';
import { OSCAL_VERSION, refuseOscal } from './model.ts';
import { modify } from './modify.ts';
import { controlsIn, selectedOf } from './select.ts';

/**
 * A profile as the catalogue that it stands for, by NIST's rules for profile resolution (draft of 2022 and later). Where those leave a choice:
 * a missing import, a circle and a control that is kept twice are refused and not skipped, for a baseline that silently lacks something is
 * worse than none. A control whose parent was not taken moves up to where that stood; its parent is not taken for its sake.
 */
export interface Resolved {
  readonly catalog: Catalog;
  /** What had no effect. */
  readonly warnings: readonly string[];
  /** What its imports were found to mean. */
  readonly imports: readonly FoundImport[];
}

export interface Resolving extends Importable {
  /** What the frameworks hold that `importsOf` finds, by id. */
  readonly catalogs?: ReadonlyMap<string, Catalog>;
  readonly uuid: string;
  /** RFC 3339, of the resolution. */
  readonly now: string;
}

/** One import: a catalogue, and the ids taken from it. */
interface Taken {
  readonly catalog: Catalog;
  readonly ids: ReadonlySet<string>;
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** @throws Refusal what `importsOf` throws, and oscal.clash, oscal.combine, oscal.structure, oscal.version */
export function resolveProfile(source: ProfileFile, given: Resolving): Resolved {
  // First, and of all profiles: what follows relies on there being no circle.
  const imports = importsOf(source, given);
  const warnings: string[] = [];
  return { catalog: resolve(source, given, (says) => warnings.push(says)), warnings, imports };
}

function resolve(source: ProfileFile, given: Resolving, warn: (says: string) => void): Catalog {
  const { profile, name } = source;
  const taken = profile.imports.map(({ href, ...selection }): Taken => {
    const found = imported(source, href, given);
    refuseOtherVersion(found.name, (found.catalog ?? found.profile).metadata);
    const catalog = found.catalog ?? resolve({ name: found.name, profile: found.profile }, given, warn);
    const ids = selectedOf(controlsIn(catalog), selection, (what) =>
      warn(`${name} names “${what}”, and ${found.name} has no such control.`),
    );
    return { catalog, ids };
  });
  const body = structured(name, profile, taken, warn);
  const params = looseParams(body, taken);
  const draft: Catalog = { uuid: given.uuid, metadata: profile.metadata, ...body, ...(params && { params }) };
  const changed = copy(draft);
  modify(changed, profile, warn);
  return finished(changed, source, taken, given);
}

/** The document that an import means: a file, or the catalogue that a framework stands for. */
function imported(source: ProfileFile, href: string, given: Resolving): OscalDocument {
  const found = importOf(source, href, given);
  if (found.by === 'file') return found.document;
  const { framework } = found.source;
  const catalog = given.catalogs?.get(framework);
  if (catalog === undefined) throw new TypeError(`What ${framework} holds was not given`);
  return { name: framework, catalog };
}

export function refuseOtherVersion(name: string, { 'oscal-version': version }: Metadata): void {
  if (!/^1\./.test(version)) throw refuseOscal('version', { name, version: version.slice(0, 40) });
}

/** Where a profile says how its controls are put together. */
const AT_MERGE = ['profile', 'merge'] as const;

type Body = Pick<Catalog, 'groups' | 'controls'>;

/** How the controls taken are arranged (Merge Phase). */
function structured(name: string, profile: Profile, taken: readonly Taken[], warn: (says: string) => void): Body {
  const { merge } = profile;
  const method = merge?.combine?.method ?? 'keep';
  if (method !== 'keep' && method !== 'use-first')
    throw refuseOscal('combine', { method: method.slice(0, 40) }, [...AT_MERGE, 'combine', 'method']);
  const structures = [merge?.flat, merge?.['as-is'], merge?.custom].filter((one) => one !== undefined && one !== false);
  if (structures.length > 1) throw refuseOscal('structure', { profile: name }, AT_MERGE);

  const seen = new Set<string>();
  /** Whether a control is the first of its id; under keep a second one is refused. */
  const isFirst = (id: string): boolean => {
    if (!seen.has(id)) {
      seen.add(id);
      return true;
    }
    if (method === 'keep') throw refuseOscal('clash', { profile: name, id }, AT_MERGE);
    return false;
  };
  if (merge?.custom !== undefined) return custom(merge.custom, taken, isFirst, warn);
  if (merge?.['as-is'] === true) {
    const bodies = taken.map(({ catalog, ids }) => asIs(catalog, (id) => ids.has(id) && isFirst(id)));
    return joined(bodies);
  }
  const controls = taken.flatMap(({ catalog, ids }) =>
    controlsIn(catalog)
      .filter(({ id }) => ids.has(id) && isFirst(id))
      .map(({ controls: _, ...control }): Control => control),
  );
  return { controls };
}

/** Controls that are wanted with those of their inner ones that are; an inner one whose outer is not wanted takes its place. */
const wantedOf = (controls: readonly Control[], isWanted: (id: string) => boolean): readonly Control[] =>
  controls.flatMap(({ controls: inner, ...control }): readonly Control[] => {
    const isTaken = isWanted(control.id);
    const kept = wantedOf(inner ?? [], isWanted);
    if (!isTaken) return kept;
    return [kept.length === 0 ? control : { ...control, controls: kept }];
  });

/** Groups with a wanted control in them keep all else that they hold. */
function asIs({ groups, controls }: Body, isWanted: (id: string) => boolean): Body {
  const kept = wantedOf(controls ?? [], isWanted);
  const within = (groups ?? []).flatMap(({ groups: inner, controls: own, ...group }): readonly Group[] => {
    const body = asIs({ ...(own && { controls: own }), ...(inner && { groups: inner }) }, isWanted);
    return body.groups === undefined && body.controls === undefined ? [] : [{ ...group, ...body }];
  });
  return { ...(within.length > 0 && { groups: within }), ...(kept.length > 0 && { controls: kept }) };
}

/** Several catalogues as one. Groups of one id are one group: what of a catalogue is imported twice stands together again. */
function joined(bodies: readonly Body[]): Body {
  const controls = bodies.flatMap((body) => body.controls ?? []);
  const groups: Group[] = [];
  for (const group of bodies.flatMap((body) => body.groups ?? [])) {
    const at = group.id === undefined ? -1 : groups.findIndex(({ id }) => id === group.id);
    const before = groups[at];
    if (before === undefined) groups.push(group);
    else groups[at] = { ...before, ...joined([before, group]) };
  }
  return { ...(groups.length > 0 && { groups }), ...(controls.length > 0 && { controls }) };
}

/** The profile's own arrangement: only what it inserts is there, where it inserts it. */
function custom(
  { groups, 'insert-controls': inserts }: NonNullable<NonNullable<Profile['merge']>['custom']>,
  taken: readonly Taken[],
  isFirst: (id: string) => boolean,
  warn: (says: string) => void,
): Body {
  const pool = taken.flatMap(({ catalog, ids }) => wantedOf(allControls(catalog), (id) => ids.has(id)));
  const source = new Map(taken.flatMap(({ catalog }) => groupsIn(catalog)).map((group) => [group.id, group]));
  const inserted = (list: readonly Insert[] | undefined): readonly Control[] =>
    (list ?? []).flatMap(({ order, ...selection }) => {
      const ids = selectedOf(controlsIn({ controls: pool }), selection, (what) =>
        warn(`The profile's own arrangement inserts “${what}”, which was not taken.`),
      );
      const found = wantedOf(pool, (id) => ids.has(id) && isFirst(id));
      if (order !== 'ascending' && order !== 'descending') return found;
      const sorted = [...found].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
      return order === 'ascending' ? sorted : sorted.reverse();
    });
  const made = ({ groups: inner, 'insert-controls': own, ...group }: CustomGroup): Group => {
    const { groups: _, controls: __, ...known } = source.get(group.id) ?? {};
    const [controls, within] = [inserted(own), (inner ?? []).map(made)];
    const both = { ...known, ...group, title: group.title };
    return { ...both, ...(within.length > 0 && { groups: within }), ...(controls.length > 0 && { controls }) };
  };
  const controls = inserted(inserts);
  const arranged = (groups ?? []).map(made);
  return { ...(arranged.length > 0 && { groups: arranged }), ...(controls.length > 0 && { controls }) };
}

const groupsIn = ({ groups }: Pick<Group, 'groups'>): readonly Group[] =>
  (groups ?? []).flatMap((group) => [group, ...groupsIn(group)]);
const allControls = (catalog: Body): readonly Control[] => [
  ...(catalog.controls ?? []),
  ...groupsIn(catalog).flatMap(({ controls }) => controls ?? []),
];

const INSERT = /\{\{\s*(?:insert:\s*param|param),?\s+([^\s{}]+)\s*\}\}/g;

/** Parameters that what was taken inserts and that stand in no control that was: they go beside the controls. */
function looseParams(body: Body, taken: readonly Taken[]): readonly Param[] | undefined {
  const anchored = new Set(controlsIn(body).flatMap(({ params }) => (params ?? []).map(({ id }) => id)));
  const inGroups = new Set(groupsIn(body).flatMap(({ params }) => (params ?? []).map(({ id }) => id)));
  const all = new Map<string, Param>();
  for (const { catalog } of taken) {
    const holders = [catalog, ...groupsIn(catalog), ...controlsIn(catalog)];
    for (const param of holders.flatMap(({ params }) => params ?? [])) if (!all.has(param.id)) all.set(param.id, param);
  }
  const found = new Set<string>();
  const look = (text: string): void => {
    for (const [, id = ''] of text.matchAll(INSERT)) {
      const param = all.get(id);
      if (param === undefined || anchored.has(id) || inGroups.has(id) || found.has(id)) continue;
      found.add(id);
      look(JSON.stringify(param));
    }
  };
  look(JSON.stringify(body));
  const loose = [...all.values()].filter(({ id }) => found.has(id));
  return loose.length === 0 ? undefined : loose;
}

const isKept = ({ props }: { readonly props?: readonly Prop[] }): boolean =>
  props?.some(({ name, value }) => name === 'keep' && value === 'always') === true;
type Prop = NonNullable<Metadata['props']>[number];

/** Back matter that something refers to, and metadata that say what this is (Final Operations). */
function finished(catalog: Catalog, source: ProfileFile, taken: readonly Taken[], { now }: Resolving): Catalog {
  const { profile } = source;
  const resources = new Map<string, Resource>();
  for (const one of [...taken.map((each) => each.catalog), profile].flatMap(
    (from) => from['back-matter']?.resources ?? [],
  )) {
    const before = resources.get(one.uuid);
    if (before !== undefined && isKept(before) && !isKept(one)) continue;
    resources.delete(one.uuid);
    resources.set(one.uuid, one);
  }
  const { params, groups, controls } = catalog;
  const text = JSON.stringify([profile.metadata, params, groups, controls]);
  const kept = [...resources.values()].filter((one) => isKept(one) || text.includes(`#${one.uuid}`));
  const versions = [profile, ...taken.map((each) => each.catalog)].map(({ metadata }) => metadata['oscal-version']);
  return {
    uuid: catalog.uuid,
    metadata: {
      ...profile.metadata,
      'last-modified': now,
      'oscal-version': newest(versions),
      props: [{ name: 'resolution-tool', value: 'Countersign' }, ...(profile.metadata.props ?? [])],
      links: [{ href: encodeURI(source.name), rel: 'source-profile' }, ...(profile.metadata.links ?? [])],
    },
    ...(params && { params }),
    ...(groups && { groups }),
    ...(controls && { controls }),
    ...(kept.length > 0 && { 'back-matter': { resources: kept } }),
  };
}

/** The newest of the versions met, and none that is newer than ours. */
function newest(versions: readonly string[]): string {
  const parts = (version: string): readonly number[] =>
    version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const isNewer = (a: string, b: string): boolean => {
    const [one, other] = [parts(a), parts(b)];
    for (let i = 0; i < 3; i += 1) {
      const [left, right] = [one[i] ?? 0, other[i] ?? 0];
      if (left !== right) return left > right;
    }
    return false;
  };
  const [first = OSCAL_VERSION, ...rest] = versions;
  const found = rest.reduce((best, version) => (isNewer(version, best) ? version : best), first);
  return isNewer(found, OSCAL_VERSION) ? OSCAL_VERSION : found;
}
