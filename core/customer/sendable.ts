import { planned, reached } from '../programme/milestones.ts';
import { lastDayOf } from '../programme/warnings.ts';
import { addMonths } from '../framework/months.ts';
import type { Programme } from '../framework/record.ts';
import type { DateText, Stored } from '../kernel/index.ts';
import { addDays, dayNumber } from '../kernel/index.ts';
import type { CustomerRequest, Wanted } from './record.ts';

export const SEND_STATES = ['ready', 'nda', 'expected', 'nothing', 'ask'] as const;

/** What can be answered to one thing that a customer wants, on a day. */
export interface Sendable {
  readonly wants: Wanted;
  /** `ready`: may be sent. `nda`: only once they have signed. `expected`: not there yet, with its date. `nothing`: no date, or one that is past. `ask`: a person has to say. */
  readonly state: (typeof SEND_STATES)[number];
  readonly what: 'report' | 'certificate' | undefined;
  readonly programme: string | undefined;
  /** Expected on, or of what day the report or certificate is. */
  readonly on: DateText | undefined;
  readonly says: string;
  /** What else belongs to it: a bridge letter, a warning of age, what may be sent in the meantime. */
  readonly also: readonly string[];
  /** Days that it comes after they want it. */
  readonly lateDays: number | undefined;
}

type Row = Stored<typeof Programme>;
type Asked = Pick<Stored<typeof CustomerRequest>, 'wants' | 'by' | 'underNda'>;

/** A bridge letter reaches about three months past the period, and a reader holds a report of a year ago for stale: custom, no rule. */
const BRIDGE_MONTHS = 3;
const STALE_MONTHS = 12;

/**
 * What to send to a customer: a SOC 2 report has a restricted use, so it goes to those under a confidentiality agreement; a certificate may be
 * shown to anybody. From what the milestones of the programmes say has happened, and is planned.
 */
export function sendableTo(request: Asked, programmes: readonly Row[], day: DateText): readonly Sendable[] {
  return request.wants.map((wants) => {
    const found = answers[wants](request, programmes, day);
    const late =
      found.state === 'expected' && found.on !== undefined && request.by !== undefined && found.on > request.by;
    return {
      ...found,
      wants,
      lateDays:
        late && found.on !== undefined && request.by !== undefined
          ? dayNumber(found.on) - dayNumber(request.by)
          : undefined,
    };
  });
}

type Found = Omit<Sendable, 'wants' | 'lateDays'>;
const NOTHING = { what: undefined, programme: undefined, on: undefined, also: [] } as const;

const answers: Readonly<Record<Wanted, (request: Asked, programmes: readonly Row[], day: DateText) => Found>> = {
  'soc2-type-1': (request, programmes, day) =>
    // A Type 2 tells all that a Type 1 tells, and more.
    issued(request, programmes, day, ['type-2', 'type-1']) ?? expected(programmes, day, ['type-1', 'type-2'], []),
  'soc2-type-2': (request, programmes, day) =>
    issued(request, programmes, day, ['type-2']) ??
    expected(programmes, day, ['type-2'], meanwhile(request, programmes, day)),
  iso27001: (_request, programmes, day) => certificate(programmes, day),
  other: () => ({ ...NOTHING, state: 'ask', says: 'They ask for something else: see the note. A person answers.' }),
};

const endOf = ({ asOfDate, periodTo }: Row): DateText | undefined => asOfDate ?? periodTo;
const nameOf = ({ report, asOfDate, periodFrom, periodTo }: Row): string =>
  report === 'type-1'
    ? `SOC 2 Type 1 report as of ${asOfDate}`
    : `SOC 2 Type 2 report for ${periodFrom} to ${periodTo}`;

/** Reports that are out, of these kinds: the kind asked for first, of a kind the one that speaks of the latest time. */
function reportsOut(programmes: readonly Row[], day: DateText, kinds: readonly ('type-1' | 'type-2')[]) {
  return programmes
    .flatMap((row) => {
      const [on, ends] = [reached(row.milestones, 'report', day), endOf(row)];
      return row.report === undefined || on === undefined || ends === undefined || !kinds.includes(row.report)
        ? []
        : [{ row, report: row.report, on, ends }];
    })
    .sort((a, b) => kinds.indexOf(a.report) - kinds.indexOf(b.report) || (a.ends < b.ends ? 1 : -1));
}

function issued(
  { underNda }: Asked,
  programmes: readonly Row[],
  day: DateText,
  kinds: readonly ('type-1' | 'type-2')[],
): Found | undefined {
  const [best] = reportsOut(programmes, day, kinds);
  if (best === undefined) return undefined;
  const { row, on, ends } = best;
  const restricted = underNda
    ? 'They are under a confidentiality agreement, which the restricted use of a report asks for.'
    : 'Its use is restricted: they sign a confidentiality agreement first.';
  return {
    state: underNda ? 'ready' : 'nda',
    what: 'report',
    programme: row.id,
    on: ends,
    says: `The ${nameOf(row)}, issued on ${on}. ${restricted}`,
    also: row.report === 'type-1' ? aged(ends, day) : [...aged(ends, day), ...bridge(programmes, ends, day)],
  };
}

const aged = (ends: DateText, day: DateText): string[] =>
  day > addMonths(ends, STALE_MONTHS)
    ? [`It speaks of time up to ${ends}, more than twelve months ago; most readers hold that for stale.`]
    : [];

/** Management's own letter from the end of the period to a day; no auditor stands behind it. */
function bridge(programmes: readonly Row[], ends: DateText, day: DateText): string[] {
  if (day <= ends) return [];
  const until = addMonths(ends, BRIDGE_MONTHS);
  const next = programmes.find(({ periodFrom }) => periodFrom !== undefined && periodFrom > ends);
  const after =
    next?.periodTo === undefined ? '' : ` The next period runs from ${next.periodFrom} to ${next.periodTo}.`;
  return [
    day <= until
      ? `A bridge letter of management can cover ${addDays(ends, 1)} to ${day}; it is usual up to ${until} and carries no assurance of an auditor.${after}`
      : `A bridge letter would have to cover more than three months, from ${addDays(ends, 1)} on; many readers take none that long.${after}`,
  ];
}

/** Planned reports of these kinds that are not out, the earliest first. */
function expected(
  programmes: readonly Row[],
  day: DateText,
  kinds: readonly ('type-1' | 'type-2')[],
  also: readonly string[],
): Found {
  const [next] = programmes
    .flatMap((row) => {
      const on = planned(row.milestones, 'report', day);
      return row.report === undefined || on === undefined || !kinds.includes(row.report) ? [] : [{ row, on }];
    })
    .sort((a, b) => (a.on < b.on ? -1 : 1));
  const undated = programmes.find(
    (row) => row.report !== undefined && kinds.includes(row.report) && endOf(row) !== undefined,
  );
  if (next === undefined)
    return {
      ...NOTHING,
      also: [...also],
      state: 'nothing',
      programme: undated?.id,
      says:
        undated === undefined
          ? `No programme leads to a ${kinds[0] === 'type-1' ? 'Type 1' : 'Type 2'} report.`
          : `“${undated.title}” has no date for its report. Set the milestone, and this answer has one.`,
    };
  const { row, on } = next;
  return {
    state: on < day ? 'nothing' : 'expected',
    what: 'report',
    programme: row.id,
    on,
    says:
      on < day
        ? `The ${nameOf(row)} was planned for ${on} and is not recorded as issued.`
        : `The ${nameOf(row)} is planned for ${on}.`,
    also,
  };
}

/** What a customer who waits for a Type 2 may have until then. */
function meanwhile(request: Asked, programmes: readonly Row[], day: DateText): string[] {
  const type1 = issued(request, programmes, day, ['type-1']);
  const iso = certificate(programmes, day);
  return [
    ...(type1 === undefined
      ? []
      : [`Until then: ${lower(type1.says)} It speaks of design on one date, not of operation.`]),
    ...(iso.state === 'ready' ? [`Until then: ${lower(iso.says)}`] : []),
  ];
}
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function certificate(programmes: readonly Row[], day: DateText): Found {
  const iso = programmes.filter(({ framework }) => framework === 'iso27001');
  const [held] = iso
    .flatMap((row) => {
      const decision = reached(row.milestones, 'decision', day);
      return decision === undefined ? [] : [{ row, decision, last: lastDayOf(decision) }];
    })
    .sort((a, b) => (a.last < b.last ? 1 : -1));
  if (held !== undefined && day <= held.last) {
    const due = overdueSurveillance(held.row, held.decision, day);
    return {
      state: 'ready',
      what: 'certificate',
      programme: held.row.id,
      on: held.decision,
      says: `The ISO/IEC 27001 certificate of ${held.decision}, valid to ${held.last}. It may be shown to anybody.`,
      also: [
        'The Statement of Applicability goes to those under a confidentiality agreement.',
        ...(due === undefined ? [] : [due]),
      ],
    };
  }
  const [next] = iso
    .flatMap((row) => {
      const on = planned(row.milestones, 'decision', day) ?? planned(row.milestones, 'recertification', day);
      return on === undefined ? [] : [{ row, on }];
    })
    .sort((a, b) => (a.on < b.on ? -1 : 1));
  const also = held === undefined ? [] : [`The certificate of ${held.decision} ended on ${held.last}.`];
  if (next === undefined)
    return {
      ...NOTHING,
      also,
      state: 'nothing',
      programme: iso[0]?.id,
      says:
        iso[0] === undefined
          ? 'No programme leads to an ISO/IEC 27001 certificate.'
          : `“${iso[0].title}” has no date for the decision on the certificate. Set the milestone, and this answer has one.`,
    };
  return {
    state: next.on < day ? 'nothing' : 'expected',
    what: 'certificate',
    programme: next.row.id,
    on: next.on,
    says:
      next.on < day
        ? `The decision on the ISO/IEC 27001 certificate was planned for ${next.on} and is not recorded.`
        : `The decision on the ISO/IEC 27001 certificate is planned for ${next.on}.`,
    also,
  };
}

/** The first surveillance is due within twelve months of the decision (ISO/IEC 17021-1 clause 9.1.3.3). */
function overdueSurveillance(row: Row, decision: DateText, day: DateText): string | undefined {
  const due = addMonths(decision, 12);
  return day > due && reached(row.milestones, 'surveillance-1', day) === undefined
    ? `The first surveillance was due by ${due} and is not recorded: ask the certification body whether the certificate stands.`
    : undefined;
}
