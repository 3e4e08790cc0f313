import type { Problem } from '@countersign/api/problem.ts';
import { FAMILIES, Refusal } from '@countersign/core/kernel/index.ts';
import { STATUS } from './request.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Malformed',
  401: 'Not signed in',
  403: 'Forbidden',
  404: 'Missing',
  405: 'Wrong method',
  409: 'Conflict',
  413: 'Too large',
  415: 'Wrong media type',
  416: 'Outside of the file',
  421: 'Wrong host',
  422: 'Invalid',
  429: 'Too often',
  507: 'No room',
};

/** Where it is: a path into the input or, of a file sent as it is, the line, counted from 1. */
export function placeOf({ path, details }: Refusal): (string | number)[] | undefined {
  if (path !== undefined) return [...path];
  const line = details['line'];
  return typeof line === 'number' ? ['line', line] : undefined;
}

/** A refusal as a problem document (RFC 9457). Its URN is a name, not an address. */
export function problemOf(refusal: Refusal): Problem {
  const status = STATUS[refusal.code] ?? FAMILIES[refusal.family].http;
  const at = placeOf(refusal);
  return {
    type: `urn:countersign:${refusal.code}`,
    title: TITLES[status] ?? 'Refused',
    status,
    detail: refusal.message,
    code: refusal.code,
    ...(at === undefined ? {} : { at }),
  };
}

/** What is said of a fault: nothing but the id under which the log has it. */
export const faultOf = (id: string): Problem => ({
  type: 'about:blank',
  title: 'Fault',
  status: 500,
  detail: `The server met a fault. Quote ${id}; its log says what happened.`,
  code: 'fault',
  id,
});

export const restarting: Problem = {
  type: 'urn:countersign:service.restarting',
  title: 'Restarting',
  status: 503,
  detail: 'The database is not ready. Repeat in a moment.',
  code: 'service.restarting',
};

/** Is it a refusal? Also one from a second copy of the kernel, which `instanceof` would miss. */
export const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Refusal ||
  (error instanceof Error && error.name === 'Refusal' && 'code' in error && 'family' in error);
