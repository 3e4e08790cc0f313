import { parseArgs } from 'node:util';

/**
 * The sizes of a bench as `--name number` flags, defaults where none is given.
 *
 * @throws TypeError for a flag it does not know, or a value that is no number of zero or more
 */
export function sizesOf<const N extends string>(
  argv: readonly string[],
  defaults: Readonly<Record<N, number>>,
): Readonly<Record<N, number>> {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...argv], options, strict: true });
  const sizes: Record<N, number> = { ...defaults };
  for (const name in defaults) {
    const text = values[name];
    if (text === undefined) continue;
    const size = Number(text);
    if (!Number.isFinite(size) || size < 0) throw new TypeError(`--${name} ${String(text)} is no size`);
    sizes[name] = size;
  }
  return sizes;
}
