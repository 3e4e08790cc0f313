import { utf8 } from '#crypto';
import { LedgerFault } from '../fault.ts';

const LONGEST_NAME = 180;
const LONGEST_PATH = 900;
// Control characters, what Windows forbids, `%` (BagIt escapes with it, sha256sum does not), and what turns or hides text.
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- these are what is forbidden
  /[\u0000-\u001f\u007f-\u009f\\/:*?"<>|%\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]/u;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

const fits = (name: string): boolean =>
  name.isWellFormed() &&
  name.normalize('NFC') === name &&
  !FORBIDDEN.test(name) &&
  !DEVICE.test(name) &&
  !/^[. -]|[. ]$/.test(name) &&
  name !== '' &&
  utf8(name).length <= LONGEST_NAME;

/**
 * A path as a binder may have it: it means the same on every file system and in `sha256sum -c`. Letters of any script are welcome.
 * Refuses `path.unsafe`.
 */
export function refuseUnsafe(path: string): void {
  if (path.length > LONGEST_PATH || !path.split('/').every(fits))
    throw new LedgerFault('path.unsafe', `${JSON.stringify(path.slice(0, 200))} cannot stand in a binder.`);
}

/** A file's own name as near as a binder can hold it: `Report: 1.pdf` becomes `Report- 1.pdf`. */
export function nameFor(name: string): string {
  const cleaned = name
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(new RegExp(FORBIDDEN, 'gu'), '-')
    .replace(/^[. -]+/, '')
    .replace(/[. ]+$/, '');
  const named = cleaned === '' ? 'file' : DEVICE.test(cleaned) ? `_${cleaned}` : cleaned;
  if (utf8(named).length <= LONGEST_NAME) return named;
  const dot = named.lastIndexOf('.');
  const ending = dot > 0 && named.length - dot <= 12 ? named.slice(dot) : '';
  let stem = [...named.slice(0, named.length - ending.length)];
  while (utf8(stem.join('') + ending).length > LONGEST_NAME) stem = stem.slice(0, -1);
  return stem.join('').replace(/[. ]+$/, '') + ending;
}

/** Two paths with the same fold are one file on some file system. */
export const foldOf = (path: string): string => path.normalize('NFC').toLowerCase().normalize('NFC');
