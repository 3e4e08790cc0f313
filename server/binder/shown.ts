import type { DateText, Instant } from '@countersign/core/kernel/index.ts';
import { parseInstant } from '@countersign/core/kernel/index.ts';

/** A version of a record, as far as it matters to whether a binder shows it. */
export interface Versioned {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly retired: boolean;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  /** From when a later version holds in its place; Infinity without one. */
  readonly until: Instant;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whole days, both named ones included, and the instants between which they lie. */
export interface Period {
  readonly from: DateText;
  readonly to: DateText;
  readonly start: Instant;
  /** The first instant after it. */
  readonly end: Instant;
}

/** What a binder is of, found out before its log is read. */
export interface Scope {
  readonly period: Period;
  readonly framework: string | undefined;
  /** Kinds, datasets, or `facts` for all of these, that the company chose to withhold. */
  readonly hides: ReadonlySet<string>;
  /** Ids of the controls it is about; undefined for all. */
  readonly controls: ReadonlySet<string> | undefined;
  /** Ids of the evidence that touches the period. */
  readonly evidence: ReadonlySet<string>;
  /** `control\ninstant` of performances that the period's answer counts, wherever they lie. */
  readonly counted: ReadonlySet<string>;
  /** Entries that are collections it shows. */
  readonly collections: ReadonlySet<number>;
}

const within = ({ start, end }: Period, at: Instant | undefined): boolean =>
  at !== undefined && start <= at && at < end;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** Whether two stretches of days have one in common. */
const overlaps = ({ from, to }: Period, first: string | undefined, last: string | undefined): boolean =>
  (first ?? '') <= to && (last ?? '9999-12-31') >= from;

/** In force for some of the period, or recorded in it. One that ended before it, or begins after it, says nothing of it. */
function holds({ retired, effectiveAt, recordedAt, until }: Versioned, { period }: Scope): boolean {
  if (within(period, recordedAt)) return true;
  if (retired) return within(period, effectiveAt);
  return effectiveAt < period.end && until > period.start && until > effectiveAt;
}

const ofControl = (row: Versioned, { controls }: Scope): boolean =>
  controls === undefined || controls.has(text(row.body['control']) ?? '');

const ofSome = (names: readonly string[], { controls }: Pick<Scope, 'controls'>): boolean =>
  controls === undefined || names.some((name) => controls.has(name));

type Rule = (row: Versioned, scope: Scope) => boolean;

const always: Rule = () => true;

function performed(row: Versioned, scope: Scope): boolean {
  const at = text(row.body['performedAt']);
  return (
    within(scope.period, row.recordedAt) ||
    within(scope.period, at === undefined ? undefined : parseInstant(at)) ||
    scope.counted.has(`${text(row.body['control']) ?? ''}\n${at ?? ''}`)
  );
}

/** Records that an answer of the period may rest on: of each kind, which versions touch it, and which are of the framework that is asked for. */
const SHOWN: Readonly<Record<string, { readonly touches: Rule; readonly concerns: Rule }>> = {
  organisation: { touches: holds, concerns: always },
  holidays: { touches: holds, concerns: always },
  programme: {
    touches: holds,
    concerns: ({ body }, { framework }) => framework === undefined || body['framework'] === framework,
  },
  control: { touches: holds, concerns: ({ id }, scope) => ofSome([id], scope) },
  'design-evaluation': { touches: holds, concerns: ofControl },
  performance: { touches: performed, concerns: ofControl },
  exception: {
    touches: (row, scope) =>
      overlaps(scope.period, text(row.body['from']), text(row.body['to'])) || within(scope.period, row.recordedAt),
    concerns: ofControl,
  },
  evidence: { touches: ({ id }, { evidence }) => evidence.has(id), concerns: always },
  check: { touches: holds, concerns: ({ body }, scope) => ofSome(texts(body['supports']), scope) },
  policy: { touches: holds, concerns: always },
  acknowledgement: { touches: holds, concerns: always },
  person: { touches: holds, concerns: always },
  source: { touches: holds, concerns: always },
  transition: { touches: holds, concerns: always },
  'legal-entity': { touches: holds, concerns: always },
  system: { touches: holds, concerns: always },
  'data-store': { touches: holds, concerns: always },
  team: { touches: holds, concerns: always },
  site: { touches: holds, concerns: always },
  'third-party': { touches: holds, concerns: always },
  commitment: { touches: holds, concerns: always },
  witness: { touches: holds, concerns: always },
  'time-authority': { touches: holds, concerns: always },
  'log-key': { touches: holds, concerns: always },
  'outside-trouble': { touches: holds, concerns: always },
  cosignature: { touches: holds, concerns: always },
  'time-stamp': { touches: holds, concerns: always },
  // Whenever it was: it says why something of the period is not here.
  erasure: { touches: always, concerns: always },
  'integrity-finding': { touches: holds, concerns: always },
};

/** Kinds that no binder shows, and why not. A new kind is not shown either until it stands above. */
export const NOT_SHOWN: Readonly<Record<string, string>> = {
  token: 'access to the product',
  invitation: 'access to the product',
  'sign-in-link': 'access to the product',
  'identity-provider': 'access to the product',
  grant: 'access to the product',
  notifications: 'how people are told of things',
  schedule: 'when sources are read: what was read is shown',
  binder: 'what was given to whom',
  'legal-hold': 'what is kept for a dispute, which owners and leads alone see',
  plan: 'what is planned',
  'customer-request': 'work for customers',
  'mapping-set': 'what one framework says of another',
  mapping: 'what one framework says of another',
  'mapping-review': 'what one framework says of another',
  framework: 'a framework of the company’s own, of which no posture is told',
  requirement: 'a framework of the company’s own, of which no posture is told',
  'requirement-text': 'the text of a standard, which is not ours to hand on',
  duty: 'duties of data protection, which are separate work',
  'duty-profile': 'duties of data protection, which are separate work',
  'processing-activity': 'duties of data protection, which are separate work',
  'impact-assessment': 'duties of data protection, which are separate work',
  transfer: 'duties of data protection, which are separate work',
  'privacy-contract': 'duties of data protection, which are separate work',
  'privacy-request': 'duties of data protection, which are separate work',
  'personal-data-incident': 'duties of data protection, which are separate work',
  'witnessed-log': 'the logs of others',
  'own-witness': 'the logs of others',
  'witness-request': 'what was sent to be seen: what was seen is shown',
  'public-log': 'who may watch the log: what they saw is shown',
};

export const SHOWN_KINDS: readonly string[] = Object.keys(SHOWN);

/** Why a binder does not show a version, as its list of redactions says it; undefined where it shows it. */
export function withheldFor(row: Versioned, scope: Scope): string | undefined {
  const rule = SHOWN[row.kind];
  if (rule === undefined) return `Not part of a binder: ${NOT_SHOWN[row.kind] ?? 'of another kind'}.`;
  if (scope.hides.has(row.kind)) return `The company withholds ${row.kind} records.`;
  if (!rule.touches(row, scope)) return 'It does not touch the period.';
  if (!rule.concerns(row, scope)) return 'It is of another framework.';
  return undefined;
}

/** Why evidence touches the period, or undefined: it was filed in it, is about it, was valid or observed in it, or a performance of it names it. */
export function touchesPeriod(
  versions: readonly Versioned[],
  { period, controls }: Pick<Scope, 'period' | 'controls'>,
  used: ReadonlySet<string>,
): boolean {
  const [first] = versions;
  const last = versions.at(-1);
  if (first === undefined || last === undefined) return false;
  if (!ofSome(texts(last.body['controls']), { controls })) return false;
  const at = (field: string): Instant | undefined => parseInstant(text(last.body[field]) ?? '');
  const observed = at('observedAt');
  const [from, to] = [at('from'), at('to')];
  const validUntil = text(last.body['validUntil']);
  return (
    used.has(last.id) ||
    versions.some(({ recordedAt }) => within(period, recordedAt)) ||
    within(period, observed) ||
    (from !== undefined && to !== undefined && from < period.end && to >= period.start) ||
    (validUntil !== undefined && validUntil >= period.from && (observed ?? first.recordedAt) < period.end)
  );
}
