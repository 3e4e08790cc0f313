/**
 * A world is everything the rules of time may look at, as plain data: no ids to resolve, no storage, no clock.
 * Instants are integer milliseconds and whole minutes; dates are `YYYY-MM-DD` in the world's time zone; durations are ISO 8601.
 */

/** Integer milliseconds since the epoch; in a world always a whole minute. */
export type Instant = number;

/** A calendar date, `YYYY-MM-DD`. */
export type DateText = string;

export type Frequency =
  'continuous' | 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'semiannual' | 'annual' | 'per-event';

/** Versions stand in the order in which they were recorded; `correct` names the one it corrects, counted from 1. */
export type Version<Body> = {
  recordedAt: Instant;
  effectiveFrom?: DateText;
  correct?: number;
  retired?: true;
  body: Body;
};

export type ControlBody = {
  frequency: Frequency;
  startsOn?: DateText;
  endsOn?: DateText;
  days?: 'all' | 'weekdays';
  grace?: string;
  lookback?: string;
  evidence?: 'required' | 'optional';
  /** Framework to the requirements answered. */
  answers: { [framework: string]: string[] };
};

/** The expressions are fixed: scope is `inScope !== false`, applies is `applies !== false`, passes is `ok`, and `ok: 'error'` errs. */
export type CheckBody = {
  dataset: string;
  mode: 'state' | 'events';
  supports: string[];
  freshness?: string;
  settles?: string;
};

export type ItemData = { ok: boolean | 'error'; inScope?: boolean; applies?: boolean };

/** `at` is there for events only. */
export type Item = { id: string; at?: Instant; data: ItemData };

/** `from` and `to` are there for collections of events that did not fail; those are observed at `to`. */
export type Collection = {
  observedAt: Instant;
  recordedAt: Instant;
  status: 'complete' | 'partial' | 'failed';
  from?: Instant;
  to?: Instant;
  items: Item[];
};

export type Source = { id: string; dataset: string; removedAt?: Instant; collections: Collection[] };

export type Performance = {
  id: string;
  control: string;
  at: Instant;
  recordedAt: Instant;
  for?: string;
  outcome: 'done' | 'findings' | 'not-done';
  evidence: 0 | 1;
  withdrawnAt?: Instant;
};

/** With `item` it speaks of that item of a population, without of occurrences. Approval and its recording are one moment. */
export type Exception = {
  id: string;
  control: string;
  item?: string;
  from: DateText;
  to: DateText;
  requestedBy: string;
  requestedAt: Instant;
  approvedBy?: string;
  approvedAt?: Instant;
};

export type World = {
  zone: string;
  holidays: { recordedAt: Instant; dates: DateText[] }[];
  controls: { id: string; versions: Version<ControlBody>[] }[];
  checks: { id: string; versions: Version<CheckBody>[] }[];
  sources: Source[];
  performances: Performance[];
  exceptions: Exception[];
};
