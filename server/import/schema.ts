/**
 * JSON Schema, draft-07, as far as NIST's schemas of OSCAL use it: each keyword they have is here, and a schema with another one is a fault and no
 * licence to pass. Of alternatives that all fail, the one that goes furthest says why: a validator that lists every branch tells nobody anything.
 */
export interface Flaw {
  /** RFC 6901. */
  readonly pointer: string;
  readonly says: string;
}

type Schema = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Says something to people only. */
const SILENT = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'definitions',
  'contentEncoding',
  'default',
  'examples',
]);

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i,
  email: /^[^\s@]+@[^\s@]+$/,
  uri: /^[a-z][a-z0-9+.-]*:[^\s]*$/i,
  'uri-reference': /^[^\s\\^`{|}<>"]*$/,
};

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
};

export class Validator {
  readonly #root: Schema;
  readonly #patterns = new Map<string, RegExp>();

  constructor(root: Schema) {
    this.#root = root;
  }

  /** What is wrong with a value; nothing where it is valid. */
  flaws(value: unknown): readonly Flaw[] {
    return this.#flaws(this.#root, value, '');
  }

  #flaws(schema: Schema, value: unknown, pointer: string): readonly Flaw[] {
    const flaws: Flaw[] = [];
    const flaw = (says: string, at = pointer): void => void flaws.push({ pointer: at, says });
    for (const [keyword, rule] of Object.entries(schema)) {
      switch (keyword) {
        case '$ref':
          flaws.push(...this.#flaws(this.#named(String(rule)), value, pointer));
          break;
        case 'type':
          if (TYPES[String(rule)]?.(value) !== true) flaw(`It is no ${String(rule)}.`);
          break;
        case 'enum':
          if (Array.isArray(rule) && !rule.includes(value)) flaw(`It is none of ${rule.join(', ')}.`);
          break;
        case 'pattern':
          if (typeof value === 'string' && !this.#pattern(String(rule)).test(value)) {
            flaw(value === '' ? 'It is empty.' : 'It has signs that are not allowed there, or a blank at an end.');
          }
          break;
        case 'format':
          if (typeof value === 'string' && FORMATS[String(rule)]?.test(value) !== true)
            flaw(`It is no ${String(rule)}.`);
          break;
        case 'minItems':
          if (Array.isArray(value) && value.length < Number(rule)) flaw('It is an empty list, which OSCAL leaves out.');
          break;
        case 'items':
          if (Array.isArray(value)) {
            value.forEach((one, i) => flaws.push(...this.#flaws(rule as Schema, one, `${pointer}/${i}`)));
          }
          break;
        case 'required':
          if (!isObject(value)) break;
          for (const name of rule as readonly string[]) if (!Object.hasOwn(value, name)) flaw(`It lacks “${name}”.`);
          break;
        case 'properties':
          if (!isObject(value)) break;
          for (const [name, inner] of Object.entries(rule as Readonly<Record<string, Schema>>)) {
            if (Object.hasOwn(value, name))
              flaws.push(...this.#flaws(inner, value[name], `${pointer}/${escaped(name)}`));
          }
          break;
        case 'additionalProperties': {
          if (!isObject(value) || rule === true) break;
          const known = isObject(schema['properties']) ? schema['properties'] : {};
          for (const name of Object.keys(value)) {
            if (Object.hasOwn(known, name)) continue;
            const at = `${pointer}/${escaped(name)}`;
            if (rule === false) flaw('OSCAL has no such field here.', at);
            else flaws.push(...this.#flaws(rule as Schema, value[name], at));
          }
          break;
        }
        case 'allOf':
          for (const one of rule as readonly Schema[]) flaws.push(...this.#flaws(one, value, pointer));
          break;
        case 'anyOf':
          flaws.push(...this.#nearest(rule as readonly Schema[], value, pointer));
          break;
        default:
          if (!SILENT.has(keyword)) throw new TypeError(`A schema has the keyword ${keyword}, which is not read`);
      }
    }
    return flaws;
  }

  /** What is wrong with the alternative that comes nearest: with the fewest flaws of the outermost kind, then with the deepest ones. */
  #nearest(alternatives: readonly Schema[], value: unknown, pointer: string): readonly Flaw[] {
    let best: readonly Flaw[] | undefined;
    const outer = (flaws: readonly Flaw[]): number =>
      flaws.filter((one) => one.pointer.split('/').length <= pointer.split('/').length + 1).length;
    for (const one of alternatives) {
      const flaws = this.#flaws(one, value, pointer);
      if (flaws.length === 0) return [];
      const isNearer =
        best === undefined ||
        outer(flaws) < outer(best) ||
        (outer(flaws) === outer(best) && flaws.length < best.length);
      if (isNearer) best = flaws;
    }
    return best ?? [];
  }

  #named(ref: string): Schema {
    const definitions = this.#root['definitions'];
    const found = isObject(definitions) ? definitions[ref.replace(/^#\/definitions\//, '')] : undefined;
    if (!isObject(found)) throw new TypeError(`A schema names ${ref}, which it does not have`);
    return found;
  }

  #pattern(text: string): RegExp {
    const known = this.#patterns.get(text);
    if (known !== undefined) return known;
    const made = new RegExp(text, 'u');
    this.#patterns.set(text, made);
    return made;
  }
}
