import type { Problem } from '@countersign/api/problem.ts';
import { FAMILIES, Refusal } from '@countersign/core/kernel/index.ts';
import { STATUS } from './request.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Malformed',
  401: 'No valid token',
  403: 'Forbidden',
  404: 'Missing',
  405: 'Wrong method',
  409: 'Conflict',
  413: 'Too large',
  415: 'Wrong media type',
  421: 'Wrong host',
  422: 'Invalid',
  429: 'Too often',
};

/** A refusal as a problem document (RFC 9457). Its URN is a name, not an address. */
export function problemOf(refusal: Refusal): Problem {
  const status = STATUS[refusal.code] ?? FAMILIES[refusal.family].http;
  return {
    type: `urn:countersign:${refusal.code}`,
    title: TITLES[status] ?? 'Refused',
    status,
    detail: refusal.message,
    code: refusal.code,
    ...(refusal.path === undefined ? {} : { at: [...refusal.path] }),
  };
}

/** What is said of a fault: nothing but the id under which the log has it. */
export const faultOf = (id: string): Problem => ({
  type: 'about:blank',
  title: 'Fault',
  status: 500,
  detail: `Something went wrong in the server. Quote ${id}; its log says what happened.`,
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
