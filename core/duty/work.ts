import type { At, Book } from '../kernel/index.ts';
import { dayOf, parseInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { responsibleAt } from '../people/responsible.ts';
import type { Clock } from './clock.ts';
import { PersonalDataIncident } from './incident.ts';
import { clockReads, incidentClocks } from './incident-clocks.ts';
import { PrivacyRequest } from './request.ts';
import { requestClocks } from './request-clocks.ts';

export const pressingReads = [PrivacyRequest, PersonalDataIncident, ...clockReads, Person] as const;

export const PRESSING_STATES = ['missed', 'running', 'unknown'] as const;

/** A clock that is somebody's to answer: of a request or an incident that they handle. */
export interface Pressing {
  /** The request or incident. */
  readonly id: string;
  readonly title: string;
  readonly obligation: string;
  /** What is to be done, under which law. */
  readonly says: string;
  readonly state: (typeof PRESSING_STATES)[number];
  readonly dueAt: string | null;
  readonly dueOn: string | null;
  /** Where the web app leads, within the organisation. */
  readonly path: string;
}

/** Clocks of what a person handles, or takes over from who has left, that are not done: missed, running, unknown. */
export function pressingFor(book: Book<typeof pressingReads>, person: string, at: At): readonly Pressing[] {
  const day = dayOf(at.zone, at.asOf);
  const isTheirs = (owner: string | undefined): boolean =>
    owner !== undefined && responsibleAt(owner, (id) => book.person.find(id), day).person === person;
  const began = (text: string): boolean => (parseInstant(text) ?? Infinity) <= at.asOf;
  const pressing = (id: string, title: string, path: string, clocks: readonly Clock[]): readonly Pressing[] =>
    clocks.flatMap(({ state, doneAt, dueAt, obligation, short, article, title: duty }): readonly Pressing[] => {
      const pressed = PRESSING_STATES.find((one) => one === state);
      if (pressed === undefined || doneAt !== null) return [];
      const due = dueAt === null ? undefined : parseInstant(dueAt);
      const dueOn = due === undefined ? null : dayOf(at.zone, due);
      return [{ id, title, obligation, says: `${short} ${article}: ${duty}`, state: pressed, dueAt, dueOn, path }];
    });
  const requests = book['privacy-request'].ids().flatMap((id) => {
    const row = book['privacy-request'].history(id).at(-1);
    if (row === undefined || !isTheirs(row.owner) || !began(row.receivedAt)) return [];
    return pressing(id, `Request ${row.subject}`, `/duties?tab=requests&open=${id}`, requestClocks(book, row, at));
  });
  const incidents = book['personal-data-incident'].ids().flatMap((id) => {
    const row = book['personal-data-incident'].history(id).at(-1);
    if (row === undefined || row.state === 'closed' || !isTheirs(row.owner) || !began(row.awareAt)) return [];
    return pressing(id, row.title, `/duties/incidents/${id}`, incidentClocks(book, row, at));
  });
  return [...requests, ...incidents].sort(
    (a, b) =>
      PRESSING_STATES.indexOf(a.state) - PRESSING_STATES.indexOf(b.state) ||
      (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9') ||
      (a.obligation < b.obligation ? -1 : 1),
  );
}
