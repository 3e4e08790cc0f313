import type { Instant } from '@countersign/core/kernel/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';

/** An instant as it is answered: RFC 3339; null for all earlier time. */
const told = (value: unknown): unknown => {
  if (typeof value !== 'number') return value ?? null;
  const instant: Instant = value;
  return Number.isFinite(instant) ? printInstant(instant) : null;
};

/** A record as the runtime gives it, in the form that is answered: with its kind, and instants as text. */
export const rowToTell = (kind: string, row: object): object => ({
  ...row,
  kind,
  ...('recordedAt' in row ? { recordedAt: told(row.recordedAt) } : {}),
  effectiveAt: 'effectiveAt' in row ? told(row.effectiveAt) : null,
});
