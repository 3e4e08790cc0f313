import { z } from 'zod';
import { DataStore, System } from '../boundary/record.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dayOf, defineView, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { isWithin } from './condition.ts';
import { ImpactAssessment, LEVELS, OUTCOMES } from './assessment.ts';
import { DUTY_ROLES, LAW_IDS, LAWS, SEPARATE, UNITS } from './catalog.ts';
import { ProcessingActivity } from './processing.ts';
import { DUTY_READERS } from './profile.ts';
import { holdsText, Named, named, ownerOf, pageOf, PAGING, sorted, Who, whoIs } from './said.ts';
import { CONTRACT_KINDS, MECHANISMS, PrivacyContract, Transfer } from './transfer.ts';

const reads = [ProcessingActivity, ImpactAssessment, Transfer, PrivacyContract, System, DataStore, Person] as const;
type Registers = Book<typeof reads>;
type Activity = Stored<typeof ProcessingActivity>;

const Ref = z.object({ id: z.string(), title: z.string() });

const ActivityItem = z.object({
  id: z.string(),
  title: z.string(),
  purpose: z.string(),
  laws: z.array(
    z.object({
      law: Named,
      role: z.enum(DUTY_ROLES),
      basis: z.object({ id: z.string(), article: z.string(), title: z.string() }).nullable(),
      note: z.string().nullable(),
    }),
  ),
  subjects: z.array(z.string()),
  data: z.array(z.string()),
  sensitive: z.array(z.string()),
  recipients: z.array(z.string()),
  systems: z.array(z.string()).describe('As recorded: a name, or the id of a system or data store of the boundary.'),
  systemNames: z.array(z.string()),
  retention: z.string().nullable(),
  security: z.string().nullable(),
  assessment: z.enum(['needed', 'not-needed', 'undecided']),
  assessments: z.array(z.object({ id: z.string(), state: z.string() })),
  transfers: z.array(z.object({ id: z.string(), to: z.string() })),
  contracts: z.array(z.object({ id: z.string(), party: z.string() })),
  owner: Who.nullable(),
  startsOn: z.string().nullable(),
  endsOn: z.string().nullable(),
  isEnded: z.boolean(),
  writtenAt: z.string(),
  missing: z.array(z.string()).describe('What a record of processing asks for and this one lacks.'),
});

export const ProcessingRegister = z.object({
  separate: z.string(),
  items: z.array(ActivityItem),
  total: z.int(),
  counts: z.object({ all: z.int(), incomplete: z.int(), unassessed: z.int() }),
  next: z.string().nullable(),
});

const hasEnded = (endsOn: string | undefined, at: At): boolean =>
  endsOn !== undefined && endsOn < dayOf(at.zone, at.asOf);

/** Data stores of the boundary that lie where a law of the activity does not reach, in a country that no transfer names. */
function unrecordedTransfers(book: Registers, row: Activity): readonly string[] {
  const told = new Set(book.transfer.pointingAt('activity', row.id).map(({ to }) => to.slice(0, 2)));
  const laws = [...new Set(row.laws.map(({ law }) => law))].filter((law) =>
    LAWS[law].obligations.some(({ group }) => group === 'transfers'),
  );
  return row.systems.flatMap((id) => {
    const store = book['data-store'].find(id);
    if (store === undefined || laws.length === 0) return [];
    const { name, country } = store;
    if (country === undefined) return [`In which country ${name} lies.`];
    const away = laws.filter((law) => !isWithin(country, LAWS[law].regions)).map((law) => LAWS[law].short);
    return away.length === 0 || told.has(country)
      ? []
      : [`${name} lies in ${country}, outside what ${away.join(', ')} covers, and no transfer is recorded.`];
  });
}

function missingIn(book: Registers, row: Activity): readonly string[] {
  const needsBasis = row.laws.filter(
    ({ law, role, basis }) => basis === undefined && LAWS[law].bases.length > 0 && role !== 'processor',
  );
  const decided = book['impact-assessment'].pointingAt('activity', row.id).some(({ state }) => state === 'decided');
  return [
    ...(row.laws.length === 0 ? ['No law is named, so no role and no ground.'] : []),
    ...needsBasis.map(({ law }) => `No ground under ${LAWS[law].short}.`),
    ...(row.subjects.length === 0 ? ['Whose data it is.'] : []),
    ...(row.data.length === 0 ? ['Which data it is.'] : []),
    ...(row.retention === undefined ? ['How long it is kept.'] : []),
    ...(row.owner === undefined ? ['Who answers for it.'] : []),
    ...unrecordedTransfers(book, row),
    ...(row.assessment === 'undecided' ? ['Whether its impact is to be assessed.'] : []),
    ...(row.assessment === 'needed' && !decided ? ['The impact assessment it needs is not decided.'] : []),
  ];
}

function activityItem(book: Registers, row: Activity, at: At): z.infer<typeof ActivityItem> {
  return {
    id: row.id,
    title: row.title,
    purpose: row.purpose,
    laws: row.laws.map(({ law, role, basis, note }) => ({
      law: named(law),
      role,
      basis: LAWS[law].bases.find(({ id }) => id === basis) ?? null,
      note: note ?? null,
    })),
    subjects: [...row.subjects],
    data: [...row.data],
    sensitive: [...row.sensitive],
    recipients: [...row.recipients],
    systems: [...row.systems],
    systemNames: row.systems.map((id) => (book.system.find(id) ?? book['data-store'].find(id))?.name ?? id),
    retention: row.retention ?? null,
    security: row.security ?? null,
    assessment: row.assessment,
    assessments: book['impact-assessment'].pointingAt('activity', row.id).map(({ id, state }) => ({ id, state })),
    transfers: book.transfer.pointingAt('activity', row.id).map(({ id, to }) => ({ id, to })),
    contracts: book['privacy-contract'].pointingAt('activities', row.id).map(({ id, party }) => ({ id, party })),
    owner: ownerOf(book, row.owner),
    startsOn: row.startsOn ?? null,
    endsOn: row.endsOn ?? null,
    isEnded: hasEnded(row.endsOn, at),
    writtenAt: printInstant(row.recordedAt),
    missing: [...missingIn(book, row)],
  };
}

export const processingRegister = defineView('processing.register', {
  says: 'The record of processing: each activity with purpose, people, data, ground, recipients, how long, and what it lacks.',
  input: z.strictObject({
    search: z.string().max(200).optional(),
    law: z.enum(LAW_IDS).optional(),
    only: z.enum(['incomplete', 'unassessed']).optional(),
    sort: z.enum(['title', '-title', 'missing', '-missing']).default('title'),
    ...PAGING,
  }),
  reads,
  readableBy: DUTY_READERS,
  area: 'documents',
  output: ProcessingRegister,
  compute(book, { search, law, only, sort, limit, cursor }, at) {
    const all = book['processing-activity'].all().map((row) => activityItem(book, row, at));
    const isUnassessed = ({ assessment, assessments }: z.infer<typeof ActivityItem>): boolean =>
      assessment === 'undecided' || (assessment === 'needed' && !assessments.some(({ state }) => state === 'decided'));
    const shown = all.filter(
      (row) =>
        holdsText(search, row.id, row.title, row.purpose, ...row.subjects, ...row.data, ...row.systems) &&
        (law === undefined || row.laws.some((one) => one.law.id === law)) &&
        (only === undefined || (only === 'incomplete' ? row.missing.length > 0 : isUnassessed(row))),
    );
    const ordered = sorted(shown, sort, { title: (row) => row.title, missing: (row) => row.missing.length });
    return {
      separate: SEPARATE,
      ...pageOf(ordered, limit, cursor),
      total: shown.length,
      counts: {
        all: all.length,
        incomplete: all.filter(({ missing }) => missing.length > 0).length,
        unassessed: all.filter(isUnassessed).length,
      },
    };
  },
});

const ASSESSMENT_STATES = ['draft', 'submitted', 'decided'] as const;

export const AssessmentRegister = z.object({
  separate: z.string(),
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      activity: Ref,
      laws: z.array(Named),
      state: z.enum(ASSESSMENT_STATES),
      necessity: z.string(),
      consulted: z.string().nullable(),
      risks: z.array(
        z.object({
          risk: z.string(),
          likelihood: z.enum(LEVELS),
          severity: z.enum(LEVELS),
          measure: z.string().nullable(),
          left: z.enum(LEVELS),
        }),
      ),
      high: z.int().describe('Risks that stay high.'),
      writtenBy: z.array(Who),
      decidedBy: Who.nullable(),
      decidedAs: z.enum(OUTCOMES).nullable(),
      reason: z.string().nullable(),
      returnedFor: z.string().nullable(),
      reviewOn: z.string().nullable(),
      isReviewDue: z.boolean(),
      writtenAt: z.string(),
    }),
  ),
  total: z.int(),
  counts: z.object({ draft: z.int(), submitted: z.int(), decided: z.int() }),
  next: z.string().nullable(),
});

export const assessmentRegister = defineView('assessments.register', {
  says: 'Impact assessments with their risks, what is left of them, and what was decided.',
  input: z.strictObject({
    search: z.string().max(200).optional(),
    state: z.enum(ASSESSMENT_STATES).optional(),
    sort: z.enum(['title', '-title', 'state', '-state', 'high', '-high']).default('title'),
    ...PAGING,
  }),
  reads,
  readableBy: DUTY_READERS,
  area: 'documents',
  output: AssessmentRegister,
  compute(book, { search, state, sort, limit, cursor }, at) {
    const today = dayOf(at.zone, at.asOf);
    const all = book['impact-assessment'].all().map((row) => ({
      id: row.id,
      title: row.title,
      activity: { id: row.activity, title: book['processing-activity'].find(row.activity)?.title ?? row.activity },
      laws: row.laws.map(named),
      state: row.state,
      necessity: row.necessity,
      consulted: row.consulted ?? null,
      risks: row.risks.map(({ measure, ...risk }) => ({ ...risk, measure: measure ?? null })),
      high: row.risks.filter(({ left }) => left === 'high').length,
      writtenBy: row.writtenBy.map((id) => whoIs(book, id)),
      decidedBy: row.state === 'decided' ? ownerOf(book, row.decidedBy) : null,
      decidedAs: row.decidedAs ?? null,
      reason: row.reason ?? null,
      returnedFor: row.returnedFor ?? null,
      reviewOn: row.reviewOn ?? null,
      isReviewDue: row.reviewOn !== undefined && row.reviewOn < today,
      writtenAt: printInstant(row.recordedAt),
    }));
    const found = all.filter((row) => holdsText(search, row.id, row.title, row.activity.title, row.necessity));
    const shown = found.filter((row) => state === undefined || row.state === state);
    const count = (wanted: string): number => found.filter((row) => row.state === wanted).length;
    const ordered = sorted(shown, sort, {
      title: (row) => row.title,
      state: (row) => ASSESSMENT_STATES.indexOf(row.state),
      high: (row) => row.high,
    });
    return {
      separate: SEPARATE,
      ...pageOf(ordered, limit, cursor),
      total: shown.length,
      counts: { draft: count('draft'), submitted: count('submitted'), decided: count('decided') },
    };
  },
});

export const TransferRegister = z.object({
  separate: z.string(),
  transfers: z.array(
    z.object({
      id: z.string(),
      activity: Ref,
      laws: z.array(Named),
      to: z.string(),
      recipient: z.string(),
      data: z.string().nullable(),
      mechanism: z.enum(MECHANISMS),
      assessed: z.string().nullable(),
      startsOn: z.string().nullable(),
      endsOn: z.string().nullable(),
      isEnded: z.boolean(),
      missing: z.array(z.string()),
    }),
  ),
  contracts: z.array(
    z.object({
      id: z.string(),
      contract: z.enum(CONTRACT_KINDS),
      party: z.string(),
      role: z.enum(DUTY_ROLES),
      laws: z.array(Named),
      activities: z.array(Ref),
      signedOn: z.string().nullable(),
      endsOn: z.string().nullable(),
      notice: z.object({ amount: z.int(), unit: z.enum(UNITS) }).nullable(),
      reviewOn: z.string().nullable(),
      note: z.string().nullable(),
      isEnded: z.boolean(),
      missing: z.array(z.string()),
    }),
  ),
});

export const transferRegister = defineView('transfers.register', {
  says: 'Where personal data goes in other countries and what protects it there, and contracts on its handling.',
  input: z.strictObject({ search: z.string().max(200).optional() }),
  reads,
  readableBy: DUTY_READERS,
  area: 'documents',
  output: TransferRegister,
  compute(book, { search }, at) {
    const today = dayOf(at.zone, at.asOf);
    const activity = (id: string): z.infer<typeof Ref> => ({
      id,
      title: book['processing-activity'].find(id)?.title ?? id,
    });
    return {
      separate: SEPARATE,
      transfers: book.transfer
        .all()
        .filter((row) => holdsText(search, row.id, row.recipient, row.to, activity(row.activity).title))
        .map((row) => ({
          id: row.id,
          activity: activity(row.activity),
          laws: row.laws.map(named),
          to: row.to,
          recipient: row.recipient,
          data: row.data ?? null,
          mechanism: row.mechanism,
          assessed: row.assessed ?? null,
          startsOn: row.startsOn ?? null,
          endsOn: row.endsOn ?? null,
          isEnded: hasEnded(row.endsOn, at),
          missing: [
            ...(row.mechanism === 'none-yet' ? ['Nothing protects it yet.'] : []),
            ...(row.mechanism === 'standard-clauses' && row.assessed === undefined
              ? ['What was found about the law of the country.']
              : []),
          ],
        })),
      contracts: book['privacy-contract']
        .all()
        .filter((row) => holdsText(search, row.id, row.party, row.note))
        .map((row) => ({
          id: row.id,
          contract: row.contract,
          party: row.party,
          role: row.role,
          laws: row.laws.map(named),
          activities: row.activities.map(activity),
          signedOn: row.signedOn ?? null,
          endsOn: row.endsOn ?? null,
          notice: row.notice ?? null,
          reviewOn: row.reviewOn ?? null,
          note: row.note ?? null,
          isEnded: hasEnded(row.endsOn, at),
          missing: [
            ...(row.signedOn === undefined ? ['It is not signed.'] : []),
            ...(row.notice === undefined ? ['How soon the other party is told of an incident.'] : []),
            ...(row.reviewOn !== undefined && row.reviewOn < today ? [`Its review was due ${row.reviewOn}.`] : []),
          ],
        })),
    };
  },
});
