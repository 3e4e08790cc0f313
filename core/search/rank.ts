/** Something that can be found by its words. */
export interface Findable {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
}

interface Folded {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
}

/** Case and accents do not count: “zurich” finds Zürich. */
export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const folded = new WeakMap<Findable, Folded>();
function foldedOf(thing: Findable): Folded {
  const known = folded.get(thing);
  if (known !== undefined) return known;
  const made = { id: fold(thing.id), title: fold(thing.title), hint: fold(thing.hint) };
  folded.set(thing, made);
  return made;
}

const startsWord = (text: string, word: string): boolean => {
  for (let i = text.indexOf(word); i >= 0; i = text.indexOf(word, i + 1)) {
    if (i === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(i - 1))) return true;
  }
  return false;
};

/** How near one word is, 0 the nearest, or undefined where it is not there. */
function distance({ id, title, hint }: Folded, word: string): number | undefined {
  if (id === word) return 0;
  if (id.startsWith(word)) return 1;
  if (title.startsWith(word)) return 2;
  if (title.includes(word)) return startsWord(title, word) ? 3 : 5;
  if (id.includes(word)) return 4;
  if (hint.includes(word)) return startsWord(hint, word) ? 6 : 7;
  return undefined;
}

/**
 * What holds every word of the text, the nearest first: by the sum of the words' distances, then by kind, then shorter titles, then ids.
 * Without a word there is nothing to look for.
 */
export function rank<T extends Findable>(
  things: Iterable<T>,
  text: string,
  kindOf: (thing: T) => number,
): readonly T[] {
  const words = fold(text).split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return [];
  const found: { readonly thing: T; readonly far: number }[] = [];
  next: for (const thing of things) {
    const face = foldedOf(thing);
    let far = 0;
    for (const word of words) {
      const away = distance(face, word);
      if (away === undefined) continue next;
      far += away;
    }
    found.push({ thing, far });
  }
  return found
    .sort(
      (a, b) =>
        a.far - b.far ||
        kindOf(a.thing) - kindOf(b.thing) ||
        a.thing.title.length - b.thing.title.length ||
        (a.thing.id < b.thing.id ? -1 : 1),
    )
    .map(({ thing }) => thing);
}
