/** A circle in a graph of names and those they lead to, its first name repeated at the end; or undefined. Each arrow is passed once. */
export function circleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of graph.keys()) {
    const trail: { readonly name: string; next: number }[] = [{ name: start, next: 0 }];
    const open = new Set<string>([start]);
    while (trail.length > 0) {
      const at = trail[trail.length - 1];
      if (at === undefined) break;
      const to = done.has(at.name) ? undefined : graph.get(at.name)?.[at.next];
      if (to === undefined) {
        done.add(at.name);
        open.delete(at.name);
        trail.pop();
        continue;
      }
      at.next += 1;
      if (open.has(to)) {
        const names = trail.map(({ name }) => name);
        return [...names.slice(names.indexOf(to)), to];
      }
      if (done.has(to)) continue;
      open.add(to);
      trail.push({ name: to, next: 0 });
    }
  }
  return undefined;
}
