import type { Operation } from '@countersign/api/operation.ts';

/** Which addresses there are, to say more of a wrong one than that it is wrong. */
export interface Addresses {
  methodsAt(path: string): readonly string[];
  /** The address most like it, if one is like it at all. */
  nearest(path: string): string | undefined;
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
      let best: { readonly path: string; readonly edits: number } | undefined;
      for (const known of patterns) {
        const edits = editsBetween(path.toLowerCase(), known.path.toLowerCase());
        if (edits <= 3 && edits < (best?.edits ?? Infinity)) best = { path: known.path, edits };
      }
      return best?.path;
    },
  };
}
