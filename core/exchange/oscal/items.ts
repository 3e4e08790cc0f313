import { refText } from '../../framework/index.ts';
import type { LoadedFramework, LoadedItem } from '../load.ts';
import type { LoadProblem } from '../rows.ts';
import type { Catalog, Control, Group, Param, Part, Prop } from './model.ts';
import { controlsIn } from './select.ts';

/** A catalogue as a framework: what of it becomes groups and items. All else stays in the document, which is kept as it came. */
export interface CatalogItems {
  readonly groups: LoadedFramework['groups'];
  readonly items: readonly LoadedItem[];
  /** Where each item’s control stands, RFC 6901. */
  readonly pointers: readonly string[];
  readonly problems: readonly LoadProblem[];
  /** Controls that the catalogue itself marks as withdrawn: they are no items. */
  readonly withdrawn: readonly string[];
}

const MOST_TITLE = 1000;
const MOST_TEXT = 40_000;

export const isWithdrawn = ({ props }: Control): boolean =>
  props?.some(({ name, value }) => name === 'status' && value.toLowerCase() === 'withdrawn') === true;

/** What people call a control: its label, and of several the one that is not another document's. */
function labelOf({ props }: Control): string | undefined {
  const labels = (props ?? []).filter(({ name }: Prop) => name === 'label');
  const own =
    labels.find((label) => label.class === undefined) ?? labels.find((label) => !/53a/i.test(label.class ?? ''));
  return (own ?? labels[0])?.value.trim();
}

/** Refs by control id: labels where every control has one of its own, else ids. */
export function refsOf(controls: readonly Control[]): ReadonlyMap<string, string> {
  const labels = new Map(controls.map((control) => [control.id, labelOf(control)]));
  const isRef = (text: string | undefined): boolean => refText().safeParse(text).success;
  const isUsable = [...labels.values()].every(isRef) && new Set(labels.values()).size === controls.length;
  return new Map(controls.map(({ id }) => [id, isUsable ? (labels.get(id) ?? id) : id]));
}

/** Text with what parameters stand for: their values, their choices, or their label in brackets. */
function inserting(catalog: Catalog): (prose: string) => string {
  const params = new Map<string, Param>();
  const note = (of: { readonly params?: readonly Param[] }): void =>
    of.params?.forEach((param) => params.set(param.id, param));
  const groups = (of: { readonly groups?: readonly Group[] }): void =>
    of.groups?.forEach((group) => {
      note(group);
      groups(group);
    });
  note(catalog);
  groups(catalog);
  controlsIn(catalog).forEach(note);
  const shown = (id: string, open: readonly string[]): string => {
    const param = params.get(id);
    if (param === undefined || open.includes(id)) return `[${id}]`;
    if (param.values !== undefined && param.values.length > 0) return param.values.join(', ');
    const choice = param.select?.choice;
    if (choice !== undefined && choice.length > 0) {
      return `[${choice.map((one) => inserted(one, [...open, id])).join('; ')}]`;
    }
    return `[${param.label ?? id}]`;
  };
  const inserted = (prose: string, open: readonly string[]): string =>
    open.length > 8
      ? prose
      : prose.replace(/\{\{\s*insert:\s*param\s*,\s*([^\s{}]+)\s*\}\}/g, (_, id: string) => shown(id, open));
  return (prose) => inserted(prose, []);
}

/** What a control states, in the document's words: its statement with all its points, or, without one, the first part that says anything. */
function textOf({ parts }: Control, insert: (prose: string) => string): string {
  const lines = (part: Part): readonly string[] => {
    const label = part.props?.find(({ name }) => name === 'label')?.value;
    const own = part.prose === undefined ? [] : [insert(part.prose.trim())];
    const said = label === undefined || own.length === 0 ? own : [`${label} ${own.join('')}`];
    return [...said, ...(part.parts ?? []).flatMap(lines)];
  };
  const statements = (parts ?? []).filter(({ name }) => name === 'statement');
  const chosen =
    statements.length > 0 ? statements : (parts ?? []).filter((part) => lines(part).length > 0).slice(0, 1);
  return chosen.flatMap(lines).join('\n').trim();
}

/**
 * @param leavesOnly whether what contains other controls is a heading and no item to be assessed
 */
export function itemsOf(catalog: Catalog, leavesOnly: boolean): CatalogItems {
  const refs = refsOf(controlsIn(catalog));
  const insert = inserting(catalog);
  const groups: LoadedFramework['groups'][number][] = [];
  const items: LoadedItem[] = [];
  const pointers: string[] = [];
  const problems: LoadProblem[] = [];
  const withdrawn: string[] = [];
  const taken = new Set<string>();

  const takeControl = (
    control: Control,
    pointer: string,
    group: string | undefined,
    parent: string | undefined,
  ): void => {
    const ref = refs.get(control.id) ?? control.id;
    const problem = (code: string, says: string, at = pointer): void => void problems.push({ pointer: at, code, says });
    if (taken.has(control.id)) problem('twice', `The control ${control.id} stands in the document twice.`);
    taken.add(control.id);
    const inner = control.controls ?? [];
    const isHeading = leavesOnly && inner.some((one) => !isWithdrawn(one));
    const text = textOf(control, insert);
    if (!refText().safeParse(ref).success) problem('ref', `“${ref}” is too long for a ref.`, `${pointer}/id`);
    if (control.title.length > MOST_TITLE)
      problem('title', `Its title is longer than ${MOST_TITLE} signs.`, `${pointer}/title`);
    if (text.length > MOST_TEXT) problem('text', `Its text is longer than ${MOST_TEXT} signs.`, `${pointer}/parts`);
    if (isWithdrawn(control)) withdrawn.push(ref);
    else {
      pointers.push(pointer);
      items.push({
        ref,
        title: control.title,
        key: control.id,
        part: (control.class ?? 'control').slice(0, 100),
        ...(text === '' ? {} : { text }),
        ...(group === undefined ? {} : { group }),
        ...(parent === undefined ? {} : { parent }),
        assessable: !isHeading,
      });
    }
    const holder = isWithdrawn(control) ? parent : ref;
    inner.forEach((one, i) => takeControl(one, `${pointer}/controls/${i}`, group, holder));
  };
  const takeGroup = (group: Group, pointer: string, outer: string | undefined): void => {
    const id = (group.id ?? `group-${groups.length + 1}`).slice(0, 100);
    groups.push({ id, name: group.title.slice(0, 500), ...(outer === undefined ? {} : { parent: outer }) });
    group.controls?.forEach((one, i) => takeControl(one, `${pointer}/controls/${i}`, id, undefined));
    group.groups?.forEach((one, i) => takeGroup(one, `${pointer}/groups/${i}`, id));
  };
  catalog.controls?.forEach((one, i) => takeControl(one, `/catalog/controls/${i}`, undefined, undefined));
  catalog.groups?.forEach((one, i) => takeGroup(one, `/catalog/groups/${i}`, undefined));
  return { groups, items, pointers, problems, withdrawn };
}
