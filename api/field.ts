import { references } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';

export type Scalar = 'text' | 'number' | 'boolean';

/** A top-level field of an input, as flags, query parameters and the reference page show it. */
export interface Field {
  readonly name: string;
  readonly required: boolean;
  /** Undefined where the field is no scalar and no list of scalars. */
  readonly scalar: Scalar | undefined;
  /** A list of scalars: a flag may be repeated. */
  readonly many: boolean;
  readonly choices: readonly string[] | undefined;
  readonly ref: string | undefined;
  readonly says: string | undefined;
  /** What the field takes, in a few words: `date`, `person id`, `yes or no`, `list of text`. */
  readonly takes: string;
}

interface Shape {
  readonly scalar: Scalar | undefined;
  readonly many: boolean;
  readonly choices: readonly string[] | undefined;
  readonly ref: string | undefined;
  readonly takes: string;
}

const FORMATS: Readonly<Record<string, string>> = {
  date: 'date',
  datetime: 'instant',
  duration: 'duration',
  email: 'e-mail address',
  url: 'URL',
  uuid: 'UUID',
  base64: 'base64',
};

const defOf = (schema: z.core.$ZodType): z.core.$ZodTypes['_zod']['def'] => (schema as z.core.$ZodTypes)._zod.def;

const plain = (scalar: Scalar | undefined, takes: string, choices?: readonly string[]): Shape => ({
  scalar,
  many: false,
  choices,
  ref: undefined,
  takes,
});

function shapeOf(schema: z.core.$ZodType): Shape {
  const ref = references.get(schema as z.ZodType)?.ref;
  if (ref !== undefined) return { ...plain('text', `${ref} id`), ref };
  const def = defOf(schema);
  switch (def.type) {
    case 'string': {
      const format = 'format' in def && typeof def.format === 'string' ? def.format : '';
      return plain('text', FORMATS[format] ?? 'text');
    }
    case 'number':
      return plain('number', 'number');
    case 'boolean':
      return plain('boolean', 'yes or no');
    case 'template_literal':
      return plain('text', 'text');
    case 'enum': {
      const choices = Object.values(def.entries).map(String);
      return plain('text', choices.join(' | '), choices);
    }
    case 'literal': {
      const choices = def.values.map(String);
      const scalar = def.values.every((value) => typeof value === 'string') ? 'text' : undefined;
      return plain(scalar, choices.join(' | '), choices);
    }
    case 'union': {
      const options = def.options.map(shapeOf);
      const takes = options.map((option) => option.takes).join(' or ');
      if (!options.every((option) => option.scalar === 'text' && !option.many)) return plain(undefined, takes);
      const choices = options.every((option) => option.choices !== undefined)
        ? options.flatMap((option) => option.choices ?? [])
        : undefined;
      return plain('text', takes, choices);
    }
    case 'array': {
      const member = shapeOf(def.element);
      const takes = `list of ${member.takes}`;
      return member.many ? plain(undefined, takes) : { ...member, many: true, takes };
    }
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return shapeOf(def.innerType);
    default:
      return plain(undefined, def.type === 'record' ? 'map' : def.type);
  }
}

/** The top-level fields of an object schema, in their order. */
export function fieldsOf(schema: z.ZodObject): readonly Field[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    required: !z.safeParse(field, undefined).success,
    says: describedIn(field),
    ...shapeOf(field),
  }));
}

function describedIn(schema: z.core.$ZodType): string | undefined {
  for (let here: z.core.$ZodType | undefined = schema; here !== undefined;) {
    const says = (here as z.ZodType).description;
    if (says !== undefined) return says;
    const def = defOf(here);
    here = 'innerType' in def ? def.innerType : undefined;
  }
  return undefined;
}

const NUMBER = /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?$/;

/** One scalar from its text form, as in a query or a flag; the text itself where it is no number or boolean, for the schema to refuse. */
export function fromText(scalar: Scalar, text: string): string | number | boolean {
  if (scalar === 'number' && NUMBER.test(text)) return Number(text);
  if (scalar === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
