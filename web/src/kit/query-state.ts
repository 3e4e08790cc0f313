import { useNavigate, useSearch } from '@tanstack/react-router';

/** How one search parameter is read: undefined where it says nothing that this page knows. */
export interface Parameter<T> {
  read(text: string): T | undefined;
}

export const oneOf = <const T extends readonly string[]>(...values: T): Parameter<T[number]> => ({
  read: (text) => values.find((value) => value === text),
});
export const text = (longest = 200): Parameter<string> => ({ read: (t) => (t.length <= longest ? t : undefined) });
export const date = (): Parameter<string> => ({ read: (t) => (/^\d{4}-\d{2}-\d{2}$/.test(t) ? t : undefined) });
export const whole = (most = 1_000_000): Parameter<number> => ({
  read: (t) => (/^\d{1,9}$/.test(t) && Number(t) <= most ? Number(t) : undefined),
});

type Read<S> = { readonly [K in keyof S]: S[K] extends Parameter<infer T> ? T | undefined : never };

export interface QueryState<S> {
  readonly value: Read<S>;
  /** Sets some of them; undefined takes one away. Each is a step that Back undoes, unless `replace`. */
  set(patch: { readonly [K in keyof S]?: string | number | undefined }, options?: { readonly replace?: boolean }): void;
  /** Parameters that were given and mean nothing here: `Page` says that they were dropped. */
  readonly dropped: readonly string[];
}

/** The page’s state, which is the address: filters, sort, open panel. */
export function useQueryState<const S extends Readonly<Record<string, Parameter<unknown>>>>(spec: S): QueryState<S> {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const value: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, parameter] of Object.entries(spec)) {
    const given = search[name];
    if (given === undefined) continue;
    const read = parameter.read(String(given));
    if (read === undefined) dropped.push(name);
    else value[name] = read;
  }
  return {
    // Each entry was read by the parameter of its name.
    value: value as Read<S>,
    dropped,
    set(patch, options = {}) {
      const next = Object.fromEntries(
        Object.entries({ ...search, ...patch }).flatMap(([k, v]) =>
          v === undefined || v === '' ? [] : [[k, String(v)] as const],
        ),
      );
      void navigate({ to: '.', search: next, replace: options.replace ?? false });
    },
  };
}
