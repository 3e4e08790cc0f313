import type { Allowed } from '@countersign/core/access/index.ts';
import type { Actor, Instant, Product, Role, Sight } from '@countersign/core/kernel/index.ts';
import type { Readable } from 'node:stream';
import type { Jobs } from './jobs/jobs.ts';
import type { Asked } from './ledger/asking.ts';
import type { Mail } from './mail/mail.ts';
import type { Rotated } from './secrets.ts';
import type { PublicLogs } from './witness/public-log.ts';
import type { WitnessMail } from './witness/by-mail.ts';
import type { Witnesses } from './witness/witness.ts';
import type { Binders } from './services/binders.ts';
import type { Asked as AskedCheck, Checked } from './selfcheck/self-check.ts';
import type { ConnectorsAnswer } from './services/connectors.ts';
import type { Documents } from './services/documents.ts';
import type { Exchange } from './services/exchange.ts';
import type { HandedOver } from './services/log-keys.ts';
import type { ExchangeOut } from './services/exchange-out.ts';
import type { Imports } from './services/imports.ts';
import type { SendPlan } from './services/plan-letters.ts';

/** The tenant a request is for. `id` is the `org` column and `app.org`. */
export interface Organisation {
  readonly id: number;
  readonly slug: string;
  /** Whether it is an invented company. */
  readonly sample?: boolean;
}

export interface Did {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly did: 'create' | 'change' | 'correct' | 'retire';
}

export interface ActAnswer {
  /** Place in the log, or null where nothing changed or it was a dry run. */
  readonly index: number | null;
  readonly recordedAt: string;
  readonly changes: readonly Did[];
  readonly answer?: unknown;
}

export interface ActOptions {
  /** The client's Idempotency-Key, a UUID: a repeat gets the first answer. */
  readonly idempotencyKey?: string;
  /** If-Match: the head version the client saw of the one record the act changes. */
  readonly ifMatch?: number;
  /** Decide and check everything, save nothing. */
  readonly dryRun?: boolean;
}

export interface ViewOptions {
  /** An RFC 3339 instant or a date, as typed. */
  readonly asOf?: string;
  readonly knownAt?: string;
}

export interface ViewAnswer {
  readonly answer: unknown;
  /** RFC 3339. */
  readonly asOf: string;
  readonly knownAt: string;
  /** Size of the log that was read. */
  readonly position: number;
  /** By which grants a guest was shown it, and that the rest was left out. */
  readonly shown?: Shown;
}

export interface Shown {
  readonly grants: readonly string[];
  /** The last day of them. */
  readonly until: string;
  /** False where drafts and what is internal are left out. */
  readonly drafts: boolean;
}

export interface ListQuery extends ViewOptions {
  /** Equality on top-level fields of the body, and `id`. */
  readonly where?: Readonly<Record<string, string>>;
  /** Text that some string of the row contains, case folded. */
  readonly search?: string;
  /** A field, `-field` for descending; default `id`. */
  readonly sort?: string;
  /** 1 to 200; default 50. */
  readonly limit?: number;
  readonly cursor?: string;
  readonly retired?: boolean;
  /** The last version recorded of each instead of the one in force: what `records.apply` compares with. Takes no `asOf`. */
  readonly heads?: boolean;
}

export interface Page {
  readonly items: readonly object[];
  readonly total: number;
  readonly next: string | null;
}

/** An act with a door, and whether the asker may do it: at all, or to one thing. */
export type ActAllowed = Allowed & {
  readonly name: string;
  readonly says: string;
  readonly on: { readonly kind: string; readonly field: string } | null;
  readonly who: readonly Role[];
};

/** What somebody may do and ask at all. */
export interface Permissions {
  readonly acts: readonly ActAllowed[];
  readonly views: readonly (Allowed & {
    readonly name: string;
    readonly says: string;
    readonly who: readonly Role[];
  })[];
  readonly kinds: readonly (Allowed & {
    readonly kind: string;
    readonly title: string;
    readonly who: readonly Role[];
  })[];
  /** What a guest's grants open; null for everybody else. */
  readonly sight: Sight | null;
}

/** What somebody may do to one record as it stands. */
export interface ActsOn {
  readonly kind: string;
  readonly id: string;
  readonly head: number;
  readonly acts: readonly ActAllowed[];
}

/** The one generic server side of record, act and view. */
export interface Runtime {
  readonly product: Product;
  act(org: Organisation, actor: Actor, name: string, input: unknown, options?: ActOptions): Promise<ActAnswer>;
  view(org: Organisation, actor: Actor, name: string, input: unknown, options?: ViewOptions): Promise<ViewAnswer>;
  get(org: Organisation, actor: Actor, kind: string, id: string, options?: ViewOptions): Promise<object>;
  history(
    org: Organisation,
    actor: Actor,
    kind: string,
    id: string,
    options?: Pick<ViewOptions, 'knownAt'>,
  ): Promise<readonly object[]>;
  list(org: Organisation, actor: Actor, kind: string, query?: ListQuery): Promise<Page>;
  allowed(org: Organisation, actor: Actor): Promise<Permissions>;
  actsOn(org: Organisation, actor: Actor, kind: string, id: string): Promise<ActsOn>;
  /** The actor with what their grants open now, for services that guests may call; anybody but a guest as they are. */
  seeing(org: Organisation, actor: Actor): Promise<Actor>;
}

export interface InitInput {
  readonly name: string;
  readonly slug: string;
  readonly timeZone?: string;
  readonly frameworks?: readonly string[];
  readonly categories?: readonly string[];
  readonly demo?: boolean;
}

export interface SampleInput {
  readonly name: string;
  readonly slug: string;
  readonly timeZone?: string;
}

export interface CollectionReport {
  readonly source: string;
  readonly dataset: string;
  readonly status: 'complete' | 'partial' | 'failed';
  readonly why: readonly string[];
  readonly items: number;
  /** Items new, changed or gone against what was known. */
  readonly changed: number;
  /** Place in the log. */
  readonly index: number;
  readonly observedAt: string;
}

export type Progress = {
  readonly source: string;
  readonly dataset: string;
  readonly done: number;
  readonly of?: number;
};

/** What a token is held to beyond its scope: these acts, or pushing to and collecting from this source. */
export interface TokenLimits {
  readonly acts?: readonly string[] | undefined;
  readonly source?: string | undefined;
}

/** Long or machine-made work that is no act: it ends in one ledger entry per collection, or in none. */
export interface Services {
  organisations(): Promise<readonly Organisation[]>;
  /** Operator only. */
  init(
    actor: Actor,
    input: InitInput,
  ): Promise<{
    readonly organisation: string;
    readonly controls: number;
    readonly requirements: Readonly<Record<string, number>>;
  }>;
  /**
   * Begins an invented company and tells fourteen months of it, with the recorded times that they would have had. Stopped or killed, the
   * same call goes on.
   */
  sample(
    actor: Actor,
    input: SampleInput,
    progress: (p: Progress) => void,
    signal: AbortSignal,
  ): ReturnType<Services['init']>;
  /** Probes, then records the source and its secrets. `push` is a connector without a probe. */
  connect(
    org: Organisation,
    actor: Actor,
    input: {
      readonly connector: string;
      readonly id: string;
      readonly as?: string;
      readonly settings: Readonly<Record<string, string>>;
      readonly secrets: Readonly<Record<string, string>>;
    },
  ): Promise<{ readonly source: string; readonly says: string; readonly checks: readonly string[] }>;
  collect(
    org: Organisation,
    actor: Actor,
    sources: readonly string[],
    progress: (p: Progress) => void,
    signal: AbortSignal,
    options?: {
      /** Leaves alone what was collected whole from this moment on, as by an earlier attempt. */
      readonly since?: Instant;
    },
  ): Promise<readonly CollectionReport[]>;
  push(org: Organisation, actor: Actor, source: string, ndjson: Readable): Promise<CollectionReport>;
  createToken(
    org: Organisation,
    actor: Actor,
    input: {
      readonly name: string;
      readonly for?: string;
      readonly scope?: 'read' | 'write';
      readonly acts?: readonly string[];
      readonly source?: string;
      readonly expires?: string;
    },
  ): Promise<{ readonly token: string; readonly id: string; readonly expires: string | null }>;
  /** The person or operator behind a bearer token, or undefined. */
  authenticate(token: string): Promise<
    | {
        readonly organisation: Organisation;
        readonly actor: Actor;
        readonly scope: 'read' | 'write';
        readonly only?: TokenLimits;
      }
    | undefined
  >;
  putBlob(
    org: Organisation,
    actor: Actor,
    bytes: Readable,
    /** What the file is called where it came from: compared with what its bytes are. */
    name?: string,
  ): Promise<{ readonly digest: string; readonly bytes: number; readonly media: string; readonly says?: string }>;
  readonly documents: Documents;
  readonly imports: Imports;
  readonly binders: Binders;
  readonly exchange: Exchange;
  readonly exchangeOut: ExchangeOut;
  /** What is known of bytes that the organisation uploaded. */
  findBlob(org: Organisation, digest: string): Promise<{ readonly bytes: number; readonly media: string }>;
  /** The bytes, or those of a range, both ends inclusive. */
  readBlob(
    org: Organisation,
    digest: string,
    range?: { readonly first: number; readonly last: number },
  ): Promise<Readable>;
  storage(org: Organisation): Promise<{
    readonly where: string;
    readonly used: { readonly bytes: number; readonly files: number };
    readonly quota: { readonly bytes: number; readonly files: number };
  }>;
  checkpoint(org: Organisation): Promise<{ readonly checkpoint: string; readonly key: string }>;
  proof(org: Organisation, index: number): Promise<string>;
  /** Has every authority that has something new to see stamp the log now, each for itself. */
  stampLog(org: Organisation, actor: Actor, signal: AbortSignal): Promise<readonly Asked[]>;
  askWitnesses(org: Organisation, actor: Actor, signal: AbortSignal): Promise<readonly Asked[]>;
  rotateLogKey(org: Organisation, actor: Actor): Promise<HandedOver>;
  /** Files of the export, in an order that can be written as it comes. */
  exportLog(
    org: Organisation,
    at?: 'head' | 'seen',
  ): AsyncIterable<{ readonly path: string; readonly bytes: Uint8Array; readonly append: boolean }>;
  /** For strangers. */
  readonly publicLog: PublicLogs;
  /** For logs elsewhere. */
  readonly witness: Witnesses;
  readonly witnessMail: WitnessMail;
  rebuild(
    org: Organisation,
    progress: (p: Progress) => void,
  ): Promise<{
    readonly differences: readonly { readonly table: string; readonly what: string }[];
    readonly checked: Readonly<Record<string, number>>;
  }>;
  /** Holds what is stored against what was logged; records what it finds. */
  selfCheck(org: Organisation, asked: AskedCheck): Promise<Checked>;
  /** A new key in the key file, and everything under it sealed anew. */
  rotateKeys(): Promise<Rotated>;
  /** What can be connected, and whether this actor may. */
  connectors(actor: Actor): Promise<ConnectorsAnswer>;
  readonly mail: Pick<Mail, 'mailer' | 'inbox' | 'read' | 'choice' | 'choose' | 'tryOut'>;
  readonly sendPlan: SendPlan;
  readonly jobs: Pick<Jobs, 'ask' | 'list' | 'get' | 'watch' | 'cancel' | 'retry' | 'discard'>;
  doctor(): Promise<readonly { readonly ok: boolean; readonly says: string; readonly advice?: string }[]>;
}
