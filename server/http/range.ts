import type { Range } from '../blobs/store.ts';
import { refuseRequest } from './request.ts';

/**
 * The one range that a request asks for, or undefined for the whole: also for several at once and for what is no range, as RFC 9110 has it.
 * Refuses request.range where none of it is there.
 */
export function rangeOf(header: string | undefined, bytes: number): Range | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const last = from === '' ? bytes - 1 : Math.min(to === '' ? Infinity : Number(to), bytes - 1);
  const first = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first >= bytes || (from === '' && Number(to) === 0)) throw refuseRequest('range', { bytes });
  return { first, last };
}
