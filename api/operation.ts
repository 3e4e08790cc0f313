import type { ActDef, Area, RecordDef, Role, ViewDef } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';

/** What the server does for an operation: one of the kernel's three words, or a service declared in `operations.ts`. */
export type Call =
  | { readonly is: 'list' | 'get' | 'history' | 'acts'; readonly record: RecordDef }
  | { readonly is: 'act'; readonly act: ActDef }
  | { readonly is: 'view'; readonly view: ViewDef }
  | { readonly is: 'service'; readonly service: string };

export type Body =
  | { readonly type: 'json'; readonly schema: z.ZodObject; readonly limit: number }
  | { readonly type: 'ndjson' | 'bytes'; readonly says: string; readonly limit: number };

export type Answer =
  | { readonly type: 'json'; readonly schema: z.ZodType; readonly headers?: Readonly<Record<string, string>> }
  /** Lines of progress, then one line with the outcome. */
  | { readonly type: 'lines'; readonly line: z.ZodType; /** Sent as server-sent events. */ readonly events?: true }
  | { readonly type: 'text' | 'html' | 'bytes'; readonly says: string };

/** Who may call: anybody; a person or token; one that may write; a person signed in by a browser, of whatever organisation; the operator of the machine only. */
export type Access = 'public' | 'read' | 'write' | 'session' | 'operator';

/**
 * One HTTP operation. The server registers it, OpenAPI describes it, client and command line call it: all from this value.
 * Every `{name}` of `path` is a field of `params`.
 */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly group: string;
  readonly says: string;
  readonly access: Access;
  /** Roles that may call it, where no act or view of core decides that. The operator of the machine always may; a job with a token may not. */
  readonly roles?: readonly Role[];
  /** The part of the product by whose grant an auditor or adviser may call a service of an organisation; `any` with whatever grant. Without it none may. */
  readonly guests?: Area | 'any';
  /** False where it speaks of no organisation. */
  readonly organisation: boolean;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: Body;
  readonly answer: Answer;
  readonly calls: Call;
}

/** For bytes that a link or a frame of a browser asks for: neither can send a header. */
export const LinkOf = { org: z.string().max(63).optional().describe('The organisation, where no header can name it.') };

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** Keeps the literal type of a declaration, from which the client infers input and answer. */
export const declare = <const O extends Operation>(operation: O): O => operation;

/** The path with its parameters filled in, each percent-encoded. Throws TypeError if one is missing. */
export function pathOf(
  operation: Pick<Operation, 'path'>,
  params: Readonly<Record<string, string | number>> = {},
): string {
  return operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`${operation.path} needs ${name}`);
    return encodeURIComponent(value);
  });
}
