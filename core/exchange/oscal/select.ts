import type { Catalog, Control, Group, Selection, Selector } from './model.ts';

/** Which controls of a catalogue an import takes (profile resolution, Import Phase). */

/** Every control of a catalogue in its order, outer before inner: within a group first its own, then those of its groups. */
export function controlsIn(from: Pick<Catalog | Group, 'controls' | 'groups'>): readonly Control[] {
  const found: Control[] = [];
  const walkControl = (control: Control): void => {
    found.push(control);
    control.controls?.forEach(walkControl);
  };
  const walk = (of: Pick<Catalog | Group, 'controls' | 'groups'>): void => {
    of.controls?.forEach(walkControl);
    of.groups?.forEach(walk);
  };
  walk(from);
  return found;
}

/**
 * A glob against an id: `*` any signs, `?` one, `[ab]` one of them. Both lists are walked side by side, going back only to the last star, so no
 * pattern takes longer than its length times that of the id.
 */
export function matches(pattern: string, id: string): boolean {
  const signs = pattern.match(/\[!?[^\]]+\]|[^]/gu) ?? [];
  const letters = [...id];
  const fits = (sign: string, letter: string): boolean => {
    if (sign === '?') return true;
    if (sign.length > 2 && sign.startsWith('[')) {
      const isNot = sign[1] === '!';
      return among(sign.slice(isNot ? 2 : 1, -1), letter) !== isNot;
    }
    return sign === letter;
  };
  let [at, on, star, back] = [0, 0, -1, 0];
  while (on < letters.length) {
    const sign = signs[at];
    const letter = letters[on] ?? '';
    if (sign === '*') {
      star = at;
      back = on;
      at += 1;
    } else if (sign !== undefined && fits(sign, letter)) {
      at += 1;
      on += 1;
    } else if (star >= 0) {
      back += 1;
      at = star + 1;
      on = back;
    } else return false;
  }
  return signs.slice(at).every((sign) => sign === '*');
}

/** Whether a letter is among those of a bracket: single ones and ranges. */
function among(bracket: string, letter: string): boolean {
  const signs = [...bracket];
  for (let i = 0; i < signs.length; i += 1) {
    const [from = '', dash, to] = [signs[i], signs[i + 1], signs[i + 2]];
    if (dash === '-' && to !== undefined) {
      if (from <= letter && letter <= to) return true;
      i += 2;
    } else if (from === letter) return true;
  }
  return false;
}

/** Ids that selectors name, with what lies within them where they say so. What names no control is told to `missing`. */
function named(
  controls: readonly Control[],
  selectors: readonly Selector[],
  missing: (what: string) => void,
): ReadonlySet<string> {
  const ids = new Set(controls.map(({ id }) => id));
  const found = new Set<string>();
  for (const selector of selectors) {
    const chosen = new Set<string>();
    for (const id of selector['with-ids'] ?? []) {
      if (ids.has(id)) chosen.add(id);
      else missing(id);
    }
    for (const { pattern } of selector.matching ?? []) {
      // Without a pattern it matches nothing.
      if (pattern === undefined) continue;
      const hit = controls.filter(({ id }) => matches(pattern, id));
      if (hit.length === 0) missing(pattern);
      for (const { id } of hit) chosen.add(id);
    }
    if (selector['with-child-controls'] === 'yes') {
      for (const control of controls) {
        if (!chosen.has(control.id)) continue;
        for (const { id } of controlsIn({ controls: control.controls ?? [] })) chosen.add(id);
      }
    }
    for (const id of chosen) found.add(id);
  }
  return found;
}

/** Ids that are included and not excluded: exclusion wins. Without a word about inclusion all are meant. */
export function selectedOf(
  controls: readonly Control[],
  selection: Selection,
  missing: (what: string) => void,
): ReadonlySet<string> {
  const isAll = selection['include-all'] !== undefined || selection['include-controls'] === undefined;
  const included = isAll
    ? new Set(controls.map(({ id }) => id))
    : named(controls, selection['include-controls'] ?? [], missing);
  const excluded = named(controls, selection['exclude-controls'] ?? [], missing);
  return new Set([...included].filter((id) => !excluded.has(id)));
}
