import type { z } from 'zod';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [k: string]: Json };

/** The data of one item: only what the source said. A field that could not be read is absent, never null or false. */
export interface Data {
  readonly [k: string]: Json;
}

/**
 * What a connector is handed for one run of one source. The server hands the same session to every dataset of that
 * run, so a connector may open its system once per session.
 */
export interface Session {
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** A folder of mode 0700 that only this source uses and that is kept between its runs. */
  readonly workFolder: string;
  /** Whether the operator allows reading this machine (`host`, `git` with a path). */
  readonly localAllowed: boolean;
  readonly signal: AbortSignal;
}

/**
 * What a dataset tells while it is read. `at` is given for events only: RFC 3339 and within the interval that the
 * outcome names. A gap says what could not be read; one gap makes the whole collection partial.
 */
export type Piece =
  | { readonly is: 'item'; readonly id: string; readonly at?: string; readonly data: Data }
  | { readonly is: 'gap'; readonly reason: string; readonly item?: string }
  | { readonly is: 'progress'; readonly done: number; readonly of?: number };

/** `until` is now; `cursor` and `since` come from the last complete collection of this dataset. */
export interface Ask {
  readonly until: string;
  readonly cursor?: Json;
  readonly since?: string;
}

/** For events: the interval [from, to) of which every item was listed, and what the next run needs to go on. */
export interface Outcome {
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: Json;
}

/**
 * One list of a source. An implementation must list a state whole or give a gap, and must list every event of the
 * interval it returns: an event listed before and omitted now, inside the interval, is taken as withdrawn.
 */
export interface Dataset {
  readonly name: string;
  readonly mode: 'state' | 'events';
  readonly says: string;
  readonly fields: Readonly<Record<string, string>>;
  collect(session: Session, ask: Ask): AsyncGenerator<Piece, Outcome>;
}

export interface CheckCase {
  readonly says: 'pass' | 'fail' | 'not-applicable' | 'unknown';
  readonly id?: string;
  readonly at?: string;
  readonly data: Data;
  readonly why: string;
}

/** A check over one dataset; `scope`, `applies` and `passes` are CEL over `it`, `id`, `at` (events) and `now`. */
export interface ConnectorCheck {
  readonly id: string;
  readonly title: string;
  /** `connector/dataset` */
  readonly dataset: string;
  readonly mode: 'state' | 'events';
  /** Ids of the control library. */
  readonly supports: readonly string[];
  readonly scope?: string;
  readonly applies?: string;
  readonly passes: string;
  /** The sentence of a failing item, with {field} of its data or {id}. */
  readonly message: string;
  readonly freshness?: string;
  readonly settles?: string;
  readonly cases: readonly CheckCase[];
}

export interface Connector {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  /** Whether it reads this machine: always, only with the setting `path`, or never. */
  readonly local: 'always' | 'path' | 'never';
  readonly settings: z.ZodObject;
  readonly secrets: readonly string[];
  /** Changes when the same system would give other data for the same item. */
  readonly version: string;
  /** Tries to reach the system with these settings; a refusal says what is wrong with them. */
  probe(session: Session): Promise<{ readonly says: string }>;
  readonly datasets: readonly Dataset[];
  readonly checks: readonly ConnectorCheck[];
}

/**
 * A source that cannot be read as asked, for a reason the person who connected it can act on. Codes:
 * `source.address` (an address we do not go to), `source.local-only` (this machine is not allowed to be read),
 * `source.not-found`, `source.not-allowed` (the system refused us), `source.settings`, `source.tool` (a program is
 * missing), `source.protocol` (the system answered something else than agreed), `source.limit` (too large or too slow),
 * `source.stopped` (we were told to stop).
 */
export class SourceRefusal extends Error {
  readonly code: SourceRefusalCode;
  constructor(code: SourceRefusalCode, message: string) {
    super(message);
    this.name = 'SourceRefusal';
    this.code = code;
  }
}

export type SourceRefusalCode =
  | 'source.address'
  | 'source.local-only'
  | 'source.not-found'
  | 'source.not-allowed'
  | 'source.settings'
  | 'source.tool'
  | 'source.protocol'
  | 'source.limit'
  | 'source.stopped';
