import type { Addition, Catalog, Profile, Removal, Setting } from './model.ts';

/** What a profile changes of the controls it took (profile resolution, Modify Phase). Works on a copy that nobody else holds. */

type Obj = Record<string, unknown>;

/** The lists a control or a part may hold, and what one of each is called. */
const LISTS = { params: 'param', props: 'prop', links: 'link', parts: 'part', controls: 'control' } as const;
type List = keyof typeof LISTS;
const listNames = Object.keys(LISTS) as readonly List[];

const isObj = (value: unknown): value is Obj => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (of: Obj, name: string): readonly Obj[] => {
  const list = of[name];
  return Array.isArray(list) ? list.filter(isObj) : [];
};
/** An empty list is none: the schema has no empty ones. */
const setList = (of: Obj, name: string, list: readonly unknown[]): void => {
  if (list.length === 0) delete of[name];
  else of[name] = [...list];
};

const REPLACED = ['class', 'depends-on', 'label', 'usage', 'values', 'select'] as const;
const ADDED = ['props', 'links', 'constraints', 'guidelines'] as const;

function setParameter(param: Obj, setting: Setting): void {
  for (const field of REPLACED) {
    if (setting[field] === undefined) continue;
    // A parameter has values or a choice of them, never both.
    if (field === 'values') delete param['select'];
    if (field === 'select') delete param['values'];
    param[field] = setting[field];
  }
  for (const field of ADDED) {
    const more = listOf(setting, field);
    if (more.length === 0) continue;
    const given = new Set(more.map(identityOf));
    const kept =
      field === 'props' ? listOf(param, field).filter((one) => !given.has(identityOf(one))) : listOf(param, field);
    setList(param, field, [...kept, ...more]);
  }
}

/** What makes a property the same as another one. */
const identityOf = ({ name, ns, class: of }: Obj): string => JSON.stringify([name, ns ?? null, of ?? null]);

/** Every object in the lists of one, at any depth, with the list it stands in. */
function* within(of: Obj): Generator<{ readonly holder: Obj; readonly list: List; readonly one: Obj }> {
  for (const list of listNames) {
    for (const one of listOf(of, list)) {
      yield { holder: of, list, one };
      yield* within(one);
    }
  }
}

function remove(control: Obj, removal: Removal, warn: (says: string) => void): void {
  const { 'by-name': name, 'by-class': ofClass, 'by-id': id, 'by-ns': ns, 'by-item-name': item } = removal;
  if ([name, ofClass, id, ns, item].every((criterion) => criterion === undefined)) {
    warn(`A removal from ${String(control['id'])} says nothing of what is to go, and removes nothing.`);
    return;
  }
  const goes = (one: Obj, list: List): boolean =>
    (name === undefined || one['name'] === name) &&
    (ofClass === undefined || one['class'] === ofClass) &&
    (id === undefined || one['id'] === id) &&
    (ns === undefined || one['ns'] === ns) &&
    (item === undefined || LISTS[list] === item);
  let removed = 0;
  const prune = (of: Obj): void => {
    for (const list of listNames) {
      const before = listOf(of, list);
      if (before.length === 0) continue;
      const kept = before.filter((one) => !goes(one, list));
      removed += before.length - kept.length;
      setList(of, list, kept);
      kept.forEach(prune);
    }
  };
  prune(control);
  if (removed === 0) warn(`A removal from ${String(control['id'])} finds nothing to remove.`);
}

function add(control: Obj, addition: Addition, warn: (says: string) => void): void {
  const { position = 'ending', 'by-id': id, title, ...lists } = addition;
  const given = Object.entries(lists).filter(([name]) => listNames.some((list) => list === name));
  const isBefore = position === 'starting' || position === 'before';
  const inside = (of: Obj): void => {
    for (const [name, more] of given) {
      const old = listOf(of, name);
      setList(of, name, isBefore ? [...(more as object[]), ...old] : [...old, ...(more as object[])]);
    }
    if (title !== undefined) of['title'] = title;
  };
  if (id === undefined) {
    inside(control);
    return;
  }
  const target = [...within(control)].find(({ one }) => one['id'] === id);
  if (target === undefined) {
    warn(`An addition to ${String(control['id'])} names ${id}, which it does not have, and adds nothing.`);
    return;
  }
  if (position === 'starting' || position === 'ending') {
    inside(target.one);
    return;
  }
  for (const [name, more] of given) {
    const old = listOf(target.holder, name);
    // Beside the target where it stands among its like; others go to the end, or the beginning, of their own list.
    const at = name === target.list ? old.indexOf(target.one) + (isBefore ? 0 : 1) : isBefore ? 0 : old.length;
    setList(target.holder, name, [...old.slice(0, at), ...(more as object[]), ...old.slice(at)]);
  }
}

/** @param warn what had no effect, in a sentence */
export function modify(catalog: Catalog, profile: Profile, warn: (says: string) => void): void {
  const params = new Map<string, Obj[]>();
  const controls = new Map<string, Obj[]>();
  const note = (map: Map<string, Obj[]>, one: Obj): void => {
    const id = String(one['id']);
    const list = map.get(id);
    if (list === undefined) map.set(id, [one]);
    else list.push(one);
  };
  const root: Obj = { ...catalog };
  const walk = (of: Obj): void => {
    for (const param of listOf(of, 'params')) note(params, param);
    for (const control of listOf(of, 'controls')) {
      note(controls, control);
      walk(control);
    }
    listOf(of, 'groups').forEach(walk);
  };
  walk(root);

  for (const setting of profile.modify?.['set-parameters'] ?? []) {
    const found = params.get(setting['param-id']);
    if (found === undefined) warn(`The parameter ${setting['param-id']} is set, and no control taken has it.`);
    for (const param of found ?? []) setParameter(param, setting);
  }
  for (const { 'control-id': id, removes, adds } of profile.modify?.alters ?? []) {
    const found = controls.get(id);
    if (found === undefined) warn(`The control ${id} is altered, and is not among those taken.`);
    for (const control of found ?? []) {
      for (const removal of removes ?? []) remove(control, removal, warn);
      for (const addition of adds ?? []) add(control, structuredCopy(addition), warn);
    }
  }
}

/** What is added twice must not be one thing in two places. */
const structuredCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
