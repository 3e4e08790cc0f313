/**
 * A refusal says no for a reason a person can act on. Everything else that is thrown is a fault.
 * The five families are all that HTTP and exit codes know of.
 */
export const FAMILIES = {
  invalid: { http: 422 },
  forbidden: { http: 403 },
  missing: { http: 404 },
  conflict: { http: 409 },
  unmet: { http: 409 },
} as const satisfies Record<string, { readonly http: number }>;
export type Family = keyof typeof FAMILIES;

/** Where in the input, as a path of field names and indexes. */
export type Path = readonly (string | number)[];

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly family: Family;
  readonly path: Path | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    family: Family,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    path?: Path,
  ) {
    super(message);
    this.code = code;
    this.family = family;
    this.details = details;
    this.path = path;
  }
}

export interface RefusalDef<P> {
  readonly family: Family;
  readonly says: (params: P) => string;
}
type Codes = { readonly [code: string]: RefusalDef<never> };
type ParamsOf<D> = D extends { says: (params: infer P) => string } ? P : never;

export interface Refuse<W extends string, C extends Codes> {
  <K extends keyof C & string>(code: K, params: ParamsOf<C[K]>, path?: Path): Refusal;
  readonly word: W;
  readonly codes: C;
}

/**
 * Declares the refusals of one word: `refuse('lapsed', { on })` makes the error `risk.lapsed` to be thrown.
 * Code and parameters are checked by the compiler.
 */
export function defineRefusals<
  const W extends string,
  const C extends { readonly [code: string]: { readonly family: Family; says(params: never): string } },
>(word: W, codes: C): Refuse<W, C> {
  const refuse = (code: string, params: unknown, path?: Path): Refusal => {
    const def = codes[code];
    if (def === undefined) throw new TypeError(`${word}.${code} is not declared`);
    return new Refusal(
      `${word}.${code}`,
      def.family,
      def.says(params as never),
      params as Record<string, unknown>,
      path,
    );
  };
  return Object.assign(refuse, { word, codes });
}

/** What any record, act or view may meet. */
export const refuse = defineRefusals('record', {
  missing: { family: 'missing', says: (p: { kind: string; id: string }) => `There is no ${p.kind} “${p.id}”.` },
  exists: { family: 'conflict', says: (p: { kind: string; id: string }) => `There is a ${p.kind} “${p.id}” already.` },
  conflict: {
    family: 'conflict',
    says: (p: { kind: string; id: string; from: number; head: number }) =>
      `${p.kind} “${p.id}” is at version ${p.head}, and the change was made from version ${p.from}. Read it again and repeat.`,
  },
  retired: { family: 'conflict', says: (p: { kind: string; id: string }) => `${p.kind} “${p.id}” is retired.` },
  move: {
    family: 'unmet',
    says: (p: { kind: string; id: string; from: string; to: string }) =>
      `${p.kind} “${p.id}” is ${p.from}; it cannot become ${p.to} from there.`,
  },
  reference: {
    family: 'invalid',
    says: (p: { kind: string; id: string; field: string; to: string; target: string }) =>
      `${p.kind} “${p.id}”: ${p.field} names the ${p.to} “${p.target}”, which does not exist.`,
  },
  fixed: {
    family: 'invalid',
    says: (p: { kind: string; id: string; field: string }) =>
      `${p.field} of ${p.kind} “${p.id}” stays as it was first recorded: what rests on it could not be told apart. Make another ${p.kind}.`,
  },
  used: {
    family: 'unmet',
    says: (p: { kind: string; id: string; by: string }) => `${p.kind} “${p.id}” is still named by ${p.by}.`,
  },
  invalid: { family: 'invalid', says: (p: { says: string }) => p.says },
  unknown: {
    family: 'missing',
    says: (p: { what: string; name: string }) => `There is no ${p.what} named “${p.name}”.`,
  },
  text: {
    family: 'invalid',
    says: (p: { why: string }) => `Text must be well-formed Unicode without U+0000 (${p.why}).`,
  },
  future: {
    family: 'invalid',
    says: (p: { field: string; value: string }) => `${p.field} ${p.value} is more than five minutes in the future.`,
  },
  'key-reused': {
    family: 'conflict',
    says: (_: object) =>
      'This Idempotency-Key was used for another act, another input or by somebody else. Make a new one for each act.',
  },
  forbidden: {
    family: 'forbidden',
    says: (p: { act: string; roles: string }) => `${p.act} is for ${p.roles}: ask one of them.`,
  },
});

/** Who acts, and whether that is enough. */
export const refuseIdentity = defineRefusals('identity', {
  required: {
    family: 'forbidden',
    says: (p: { act: string }) =>
      `${p.act} needs a person: the operator of the machine may set up, collect, import and record, and never decides in a person's place. Set COUNTERSIGN_TOKEN to a person's token.`,
  },
  missing: { family: 'forbidden', says: (_: object) => 'This needs a token: send “Authorization: Bearer …”.' },
  invalid: { family: 'forbidden', says: (_: object) => 'The token is not known, is revoked or has expired.' },
});
