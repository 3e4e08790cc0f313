import { z } from 'zod';

/** Ids are short, printable and safe in a path, a file name and a URL. */
export const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export type Id<K extends string = string> = string & z.core.$brand<K>;

/** Which schemas are references, and to which kind: read by `compose`, by OpenAPI (`x-ref`) and by forms. */
export const references = z.registry<{ readonly ref: string }>();

/** A field that names a live record of `kind`. The runner refuses a change whose reference does not resolve. */
export const ref = <const K extends string>(kind: K) =>
  z.string().regex(ID).register(references, { ref: kind }).brand<K>();

export const idSchema = z.string().regex(ID);
