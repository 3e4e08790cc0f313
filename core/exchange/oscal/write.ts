import type { Catalog, Control, Group, Metadata, Param, Part, Prop } from './model.ts';
import { OSCAL_VERSION } from './model.ts';
import { isWithdrawn, itemsOf } from './items.ts';

/** An own framework as whoever writes it out has it: what is recorded of it, and its texts where they may be told. */
export interface Written {
  readonly id: string;
  readonly title: string;
  readonly edition?: string | undefined;
  readonly licence: 'own' | 'licensed' | 'public';
  readonly groups: readonly { readonly id: string; readonly name: string; readonly parent?: string | undefined }[];
  readonly items: readonly WrittenItem[];
}

export interface WrittenItem {
  readonly ref: string;
  readonly title: string;
  readonly summary: string;
  readonly group?: string | undefined;
  readonly part: string;
  readonly parent?: string | undefined;
  readonly assessable: boolean;
  readonly withdrawn: boolean;
  readonly key?: string | undefined;
  readonly text?: string | undefined;
}

export interface Writing {
  /** Whether licensed words go along. */
  readonly withTexts: boolean;
  readonly uuid: string;
  /** RFC 3339. */
  readonly now: string;
}

const MARKING = 'marking';
/** Says in the document itself that words of somebody else are in it, or were left out. */
const marking = (withTexts: boolean): Prop => ({
  name: MARKING,
  value: withTexts ? 'licensed-text' : 'licensed-text-left-out',
});

/**
 * The catalogue an own framework was read from, with what has changed since: titles, texts, items that were withdrawn or added. Where nothing
 * has, it is the document that came, to the last field.
 */
export function patched(source: Catalog, framework: Written, writing: Writing): Catalog {
  const known = new Map(itemsOf(source, false).items.map((item) => [item.key, item]));
  const now = new Map(framework.items.flatMap((item) => (item.key === undefined ? [] : [[item.key, item] as const])));
  let isChanged = false;
  const control = (one: Control): Control => {
    const inner = one.controls?.map(control);
    const kept = inner === undefined ? one : { ...one, controls: inner };
    const item = now.get(one.id);
    const was = known.get(one.id);
    if (item === undefined || was === undefined) return kept;
    const hasOtherTitle = item.title !== was.title;
    const hasOtherText = item.text !== undefined && item.text !== (was.text ?? '');
    const isGone = item.withdrawn && !isWithdrawn(one);
    if (!hasOtherTitle && !hasOtherText && !isGone) return kept;
    isChanged = true;
    return {
      ...kept,
      title: item.title,
      ...(isGone && { props: [...(one.props ?? []), { name: 'status', value: 'withdrawn' }] }),
      ...(hasOtherText && {
        parts: [...statement(item), ...(one.parts ?? []).filter(({ name }) => name !== 'statement')],
      }),
    };
  };
  const groupOf = (one: Group): Group => ({
    ...one,
    ...(one.controls && { controls: one.controls.map(control) }),
    ...(one.groups && { groups: one.groups.map(groupOf) }),
  });
  const body: Catalog = {
    ...source,
    ...(source.controls && { controls: source.controls.map(control) }),
    ...(source.groups && { groups: source.groups.map(groupOf) }),
  };
  const more = framework.items.filter(({ key, withdrawn }) => !withdrawn && (key === undefined || !known.has(key)));
  const added =
    more.length === 0 ? body : { ...body, controls: [...(body.controls ?? []), ...nested(more, [...known.keys()])] };
  const all = framework.licence === 'licensed' && !writing.withTexts ? withoutProse(added) : added;
  const isOther = isChanged || more.length > 0;
  if (!isOther && framework.licence !== 'licensed') return all;
  const { metadata } = all;
  return {
    ...all,
    ...(isOther && { uuid: writing.uuid }),
    metadata: {
      ...metadata,
      ...(isOther && { 'last-modified': writing.now }),
      ...(framework.licence === 'licensed' && { props: marked(metadata.props, writing.withTexts) }),
    },
  };
}

const marked = (props: readonly Prop[] | undefined, withTexts: boolean): readonly Prop[] => [
  ...(props ?? []).filter(({ name, value }) => name !== MARKING || !value.startsWith('licensed-text')),
  marking(withTexts),
];

/** A catalogue made from the records alone. */
export function catalogOf(framework: Written, writing: Writing): Catalog {
  const items = framework.items.filter(({ withdrawn }) => !withdrawn);
  const ids = new Map(framework.groups.map((group, i) => [group.id, tokenOf(group.id, `group-${i + 1}`)]));
  const said =
    framework.licence === 'licensed' && !writing.withTexts ? items.map(({ text: _, ...item }) => item) : items;
  const groupOf = (id: string, name: string): Group => {
    const inner = framework.groups.filter(({ parent }) => parent === id).map((one) => groupOf(one.id, one.name));
    const controls = nested(said.filter(({ group }) => group === id));
    const own = { id: ids.get(id) ?? id, title: name };
    if (inner.length === 0) return { ...own, ...(controls.length > 0 && { controls }) };
    // A group of OSCAL holds groups or controls, never both: its own items stand in one of their own, first.
    const first = controls.length === 0 ? [] : [{ title: name, controls }];
    return { ...own, groups: [...first, ...inner] };
  };
  const groups = framework.groups.filter(({ parent }) => parent === undefined).map(({ id, name }) => groupOf(id, name));
  const known = new Set(framework.groups.map(({ id }) => id));
  const loose = nested(said.filter(({ group }) => group === undefined || !known.has(group)));
  const metadata: Metadata = {
    title: framework.title,
    'last-modified': writing.now,
    version: framework.edition ?? '1',
    'oscal-version': OSCAL_VERSION,
    ...(framework.licence === 'licensed' && { props: [marking(writing.withTexts)] }),
  };
  return {
    uuid: writing.uuid,
    metadata,
    ...(groups.length > 0 && { groups }),
    ...(loose.length > 0 && { controls: loose }),
  };
}

/** Items within those that they are part of, as far as these are among them. */
function nested(items: readonly WrittenItem[], taken: readonly (string | undefined)[] = []): readonly Control[] {
  const refs = new Set(items.map(({ ref }) => ref));
  const used = new Set(taken);
  const idOf = ({ key, ref }: WrittenItem): string => {
    const wanted = key !== undefined && !used.has(key) ? key : tokenOf(ref.toLowerCase(), 'item');
    let id = wanted;
    for (let i = 2; used.has(id); i += 1) id = `${wanted}-${i}`;
    used.add(id);
    return id;
  };
  const under = new Map<string | undefined, WrittenItem[]>();
  for (const item of items) {
    const parent = item.parent !== undefined && refs.has(item.parent) ? item.parent : undefined;
    const list = under.get(parent);
    if (list === undefined) under.set(parent, [item]);
    else list.push(item);
  }
  const controlOf = (item: WrittenItem): Control => {
    const parts = [...statement(item), ...(item.summary === '' ? [] : [{ name: 'overview', prose: item.summary }])];
    const id = idOf(item);
    const controls = (under.get(item.ref) ?? []).map(controlOf);
    return {
      id,
      class: tokenOf(item.part, 'item'),
      title: item.title,
      props: [{ name: 'label', value: item.ref }],
      ...(parts.length > 0 && { parts }),
      ...(controls.length > 0 && { controls }),
    };
  };
  return (under.get(undefined) ?? []).map(controlOf);
}

const statement = ({ text }: WrittenItem): readonly Part[] =>
  text === undefined || text === '' ? [] : [{ name: 'statement', prose: text }];

/** A token of OSCAL: begins with a letter or an underscore, and has no blank. */
function tokenOf(text: string, otherwise: string): string {
  const plain = text.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '');
  if (plain === '') return otherwise;
  return /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`;
}

/** The same without anybody's sentences: ids, titles, properties and links stay, prose and what parameters are about go. */
function withoutProse(catalog: Catalog): Catalog {
  const part = ({ prose: _, parts, ...rest }: Part): Part => ({ ...rest, ...(parts && { parts: parts.map(part) }) });
  const param = ({ id, class: of, props }: Param & { class?: unknown; props?: unknown }): Param => ({
    id,
    ...(of === undefined ? {} : { class: of }),
    ...(props === undefined ? {} : { props }),
  });
  const bare = <T extends { readonly params?: readonly Param[]; readonly parts?: unknown }>(of: T): T => ({
    ...of,
    ...(of.params && { params: of.params.map(param) }),
    ...(Array.isArray(of.parts) && { parts: (of.parts as readonly Part[]).map(part) }),
  });
  const control = (one: Control): Control => ({
    ...bare(one),
    ...(one.controls && { controls: one.controls.map(control) }),
  });
  const group = (one: Group): Group => ({
    ...bare(one),
    ...(one.controls && { controls: one.controls.map(control) }),
    ...(one.groups && { groups: one.groups.map(group) }),
  });
  return {
    ...bare(catalog),
    ...(catalog.controls && { controls: catalog.controls.map(control) }),
    ...(catalog.groups && { groups: catalog.groups.map(group) }),
  };
}
