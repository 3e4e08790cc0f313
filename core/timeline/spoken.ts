import type { Instant } from '../kernel/index.ts';
import { ELAPSED_DAY, HOUR } from '../kernel/index.ts';

const MINUTE = 60_000;

/** A length of time as people say it, in its two largest units: "3 d 4 h", "31 h", "12 min". Below two days it is told in hours. */
export function spoken(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / 1000)} s`;
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  if (ms < 2 * ELAPSED_DAY) {
    const hours = Math.round(ms / HOUR);
    return `${hours} h`;
  }
  const days = Math.floor(ms / ELAPSED_DAY);
  const hours = Math.floor((ms - days * ELAPSED_DAY) / HOUR);
  return hours === 0 || days >= 10 ? `${days} d` : `${days} d ${hours} h`;
}

/** "Failing for 3 d 4 h." */
export const lasting = (since: Instant, until: Instant): string => spoken(Math.max(0, until - since));

/** Names in a row: "a, b and c"; beyond `most` the rest is counted. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
