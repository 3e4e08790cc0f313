/** A circle among things that name others, as the ids along it with the first one again at its end; undefined where there is none. */
export function circleIn(
  rows: readonly { readonly id: string; readonly to: readonly string[] }[],
): readonly string[] | undefined {
  const linksOf = new Map(rows.map(({ id, to }) => [id, to]));
  const done = new Set<string>();
  for (const { id: start } of rows) {
    if (done.has(start)) continue;
    // Depth first without recursion: a chain may be as long as there are things.
    const path: { readonly id: string; next: number }[] = [{ id: start, next: 0 }];
    const open = new Set([start]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = linksOf.get(top.id)?.[top.next];
      top.next += 1;
      if (to === undefined) {
        done.add(top.id);
        open.delete(top.id);
        path.pop();
      } else if (open.has(to)) {
        const ids = path.map(({ id }) => id);
        return [...ids.slice(ids.indexOf(to)), to];
      } else if (!done.has(to)) {
        open.add(to);
        path.push({ id: to, next: 0 });
      }
    }
  }
  return undefined;
}
