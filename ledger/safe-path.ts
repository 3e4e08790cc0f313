import { LedgerFault } from './fault.ts';

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * The path's segments, if each is a plain name that means itself on every file system: no `..`, no absolute or drive
 * path, no backslash, no control character, nothing hidden. Otherwise refuses `path.unsafe`.
 */
export function safeSegments(path: string): string[] {
  const segments = path.split('/');
  if (path.length > 1024 || !segments.every((segment) => SEGMENT.test(segment) && !segment.endsWith('.')))
    throw new LedgerFault('path.unsafe', `${JSON.stringify(path.slice(0, 200))} is not a safe relative path.`);
  return segments;
}

/**
 * The path's segments if it stays below where it starts: letters of any script, spaces and hidden names are welcome. For reading what
 * is there anyway. Refuses `path.unsafe`.
 */
export function segmentsBelow(path: string): string[] {
  const segments = path.split('/');
  // eslint-disable-next-line no-control-regex -- this is what is refused
  if (/[\u0000\\]|^[A-Za-z]:/.test(path) || segments.some((one) => one === '' || one === '.' || one === '..'))
    throw new LedgerFault('path.unsafe', `${JSON.stringify(path.slice(0, 200))} leads outside.`);
  return segments;
}
