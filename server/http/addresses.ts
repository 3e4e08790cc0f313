import type { Operation } from '@countersign/api/operation.ts';

/** Which addresses there are, to say more of a wrong one than that it is wrong. */
export interface Addresses {
  methodsAt(path: string): readonly string[];
  /** The address most like it, if one is like it at all; of a kind, an act or a view its name. */
  nearest(path: string): string | undefined;
}

const NAMES = { records: 'kind', acts: 'act', views: 'view' } as const;

/** What an address names, where it is one of a kind, an act or a view. */
export function nameIn(path: string): { readonly what: string; readonly name: string } | undefined {
  const [, group, name] = /^\/api\/(records|acts|views)\/([A-Za-z0-9._-]{1,100})(?:\/|$)/.exec(path) ?? [];
  if (name === undefined || !(group === 'records' || group === 'acts' || group === 'views')) return undefined;
  return { what: NAMES[group], name };
}

/** How many letters must be added, dropped or changed to make one text of the other. */
export function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const LONGEST = 120;
/** More letters apart, and it is another word. */
const APART = 3;

export function addressesOf(operations: readonly Operation[]): Addresses {
  const patterns = operations.map(({ method, path }) => ({
    method,
    path,
    pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  return {
    methodsAt: (path) => [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))],
    nearest(path) {
      if (path.length > LONGEST) return undefined;
      const wanted = nameIn(path);
      let best: { readonly says: string; readonly edits: number } | undefined;
      for (const known of patterns) {
        const named = nameIn(known.path);
        if (wanted?.what !== named?.what) continue;
        const [a, b] = wanted === undefined || named === undefined ? [path, known.path] : [wanted.name, named.name];
        const edits = editsBetween(a.toLowerCase(), b.toLowerCase());
        if (edits <= APART && edits < b.length && edits < (best?.edits ?? Infinity)) best = { says: b, edits };
      }
      return best?.says;
    },
  };
}
