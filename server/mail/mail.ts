import { randomUUID } from 'node:crypto';
import { Organisation as OrganisationRecord } from '@countersign/core/organisation/record.ts';
import type { Actor, Instant } from '@countersign/core/kernel/index.ts';
import { dayOf, defineRefusals, ELAPSED_DAY, HOUR, refuse } from '@countersign/core/kernel/index.ts';
import type { NotificationSettings } from '@countersign/core/notification/index.ts';
import {
  DEFAULT_NOTIFICATIONS,
  digestDay,
  isQuiet,
  Notifications,
  remindersOf,
} from '@countersign/core/notification/index.ts';
import { Control as ControlRecord } from '@countersign/core/control/record.ts';
import { Person } from '@countersign/core/people/index.ts';
import { Programme } from '@countersign/core/framework/record.ts';
import { Work } from '@countersign/core/work/view.ts';
import type { Stored } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Organisation } from '../runtime.ts';
import type { Letter } from './letter.ts';
import { render } from './letter.ts';
import type { DigestPart } from './letters.ts';
import { alert, digest, invitation, reminder, trial } from './letters.ts';
import type { Mailer } from './mailer.ts';
import { Undeliverable } from './mailer.ts';
import type { MailChoice, ToldNotice, Waiting } from './notices.ts';
import { choiceOf, choose, inboxOf, markRead, peopleWaiting, settleMail, takeWaiting, tellOnce } from './notices.ts';

export const refuseMail = defineRefusals('mail', {
  person: { family: 'invalid', says: (_: object) => 'Who asks is no person of this organisation, and has no inbox.' },
  none: {
    family: 'unmet',
    says: (_: object) =>
      'No mail is set up: set COUNTERSIGN_SMTP_URL where the server is started. The inbox works without.',
  },
  address: { family: 'unmet', says: (_: object) => 'Your record has no e-mail address: have a lead enter it.' },
  refused: { family: 'unmet', says: (p: { why: string }) => `${p.why}.` },
});

export interface MailParts {
  readonly database: Pick<Database, 'tenant'>;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly mailer: Mailer;
}

type OnePerson = Stored<typeof Person>;

const MOST_ATTEMPTS = 5;
const KEPT_MS = 400 * ELAPSED_DAY;
const MOST_LINES = 20;

/** For views that the product asks in its own name, of everybody’s work. */
const OURS: Actor = { id: 'countersign', roles: ['operator'] };

/** Tells people what is theirs to know: in the inbox, and by mail where there is mail and they want it. */
export class Mail {
  readonly #parts: MailParts;

  constructor(parts: MailParts) {
    this.#parts = parts;
  }

  get mailer(): Mailer {
    return this.#parts.mailer;
  }

  async settings(org: Organisation): Promise<{ readonly settings: NotificationSettings; readonly zone: string }> {
    return this.#parts.runner.reading(org, {}, [Notifications], ({ snapshot, asOf, position, zone }) =>
      Promise.resolve({
        settings: shelfOf(snapshot, Notifications, { asOf, position }).find('notifications') ?? DEFAULT_NOTIFICATIONS,
        zone,
      }),
    );
  }

  /** Reminds everybody of what is due, each of each thing at most once before and once on the day, and sends what waits to be sent. */
  async remind(org: Organisation, signal: AbortSignal): Promise<{ told: number; sent: number }> {
    const { runner, clock } = this.#parts;
    const { settings, zone } = await this.settings(org);
    const now = clock.now();
    let told = 0;
    for (const person of await this.#present(org)) {
      signal.throwIfAborted();
      const { answer } = await runner.view(org, OURS, 'work', { person: person.id });
      const notices = remindersOf(Work.parse(answer), settings, dayOf(zone, now));
      if (notices.length === 0) continue;
      await this.#parts.database.tenant(org.id, 'write', async (client) => {
        const byMail = this.#writes(org) && (await choiceOf(client, org.id, person.id)).reminders;
        for (const notice of notices)
          if (await tellOnce(client, org.id, person.id, { ...notice, byMail }, now)) told += 1;
      });
    }
    return { told, sent: await this.post(org, signal) };
  }

  /** The weekly letter: what is due, what fails, and what was not observed, to each about what is theirs; to owners and leads about everything. */
  async writeDigests(org: Organisation, signal: AbortSignal): Promise<{ told: number; sent: number }> {
    const { runner, clock } = this.#parts;
    const { settings, zone } = await this.settings(org);
    const now = clock.now();
    const day = digestDay(settings, zone, now);
    const controls = await this.#controls(org);
    let told = 0;
    for (const person of await this.#present(org)) {
      signal.throwIfAborted();
      const work = Work.parse((await runner.view(org, OURS, 'work', { person: person.id })).answer);
      const seesAll = person.roles.some((role) => role === 'owner' || role === 'lead');
      const theirs = controls.filter(({ owner }) => seesAll || owner === person.id);
      const says = digestText(day, work, theirs);
      if (says === undefined) continue;
      await this.#parts.database.tenant(org.id, 'write', async (client) => {
        const byMail = this.#writes(org) && (await choiceOf(client, org.id, person.id)).digest;
        const notice = { kind: 'digest', occasion: `digest ${day}`, says, leads: '/work', byMail } as const;
        if (await tellOnce(client, org.id, person.id, notice, now)) told += 1;
        await client.query('delete from notice where org = $1 and at < to_timestamp($2::double precision / 1000)', [
          org.id,
          now - KEPT_MS,
        ]);
      });
    }
    return { told, sent: await this.post(org, signal) };
  }

  /**
   * Sends what waits, one letter a person, unless it is quiet time. A person’s letters are held by the transaction that sends them, so that no two
   * workers send one; killed after the server took it and before that is written, it is sent once more.
   */
  async post(org: Organisation, signal: AbortSignal): Promise<number> {
    const { database, clock, mailer } = this.#parts;
    if (!mailer.isSet) return 0;
    const { settings, zone } = await this.settings(org);
    const now = clock.now();
    if (isQuiet(settings, zone, now)) return 0;
    const present = new Map((await this.#present(org)).map((person) => [person.id as string, person]));
    const name = await this.#name(org);
    let sent = 0;
    for (const id of await database.tenant(org.id, 'read', (client) => peopleWaiting(client, org.id, now))) {
      signal.throwIfAborted();
      await database.tenant(org.id, 'write', async (client) => {
        const waiting = await takeWaiting(client, org.id, id, now);
        const person = present.get(id);
        const choice = await choiceOf(client, org.id, id);
        const wanted = waiting.filter(
          ({ kind }) => kind === 'alert' || (kind === 'digest' ? choice.digest : choice.reminders),
        );
        const idle = person?.email === undefined ? waiting : waiting.filter((one) => !wanted.includes(one));
        const why =
          person === undefined
            ? 'They have left.'
            : person.email === undefined
              ? 'They have no address.'
              : 'They switched it off.';
        if (idle.length > 0) await settleMail(client, org.id, idsOf(idle), { mail: 'none', why }, now);
        if (person?.email === undefined) return;
        const digests = wanted.filter(({ kind }) => kind === 'digest');
        const alerts = wanted.filter(({ kind }) => kind === 'alert');
        const reminders = wanted.filter(({ kind }) => kind !== 'digest' && kind !== 'alert');
        const letters: (readonly [Letter, readonly Waiting[]])[] = [
          ...digests.map((one) => [this.#digest(org, name, person, one), [one]] as const),
          ...(alerts.length === 0
            ? []
            : [[alert({ organisation: name, name: person.name, lines: this.#lines(org, alerts) }), alerts] as const]),
          ...(reminders.length === 0 ? [] : [[this.#reminder(org, name, person, reminders), reminders] as const]),
        ];
        for (const [letter, notices] of letters) {
          try {
            await mailer.send(person.email, render(letter), notices[0]?.id ?? randomUUID());
            await settleMail(client, org.id, idsOf(notices), { mail: 'sent' }, now);
            sent += 1;
          } catch (error) {
            const attempts = 1 + Math.max(...notices.map((one) => one.attempts));
            const isOver = error instanceof Undeliverable || attempts >= MOST_ATTEMPTS;
            const says = error instanceof Error ? `${error.message}.` : 'The mail server did not take it.';
            const how = isOver
              ? ({ mail: 'refused', why: says } as const)
              : { mail: 'waiting' as const, why: says, notBefore: now + attempts * HOUR };
            await settleMail(client, org.id, idsOf(notices), how, now);
          }
        }
      });
    }
    return sent;
  }

  /** Tells every owner and lead, each once of an occasion, whatever they want by mail: it is seldom and must be seen. */
  async alert(
    org: Organisation,
    alarm: { readonly occasion: string; readonly says: string; readonly leads: string },
  ): Promise<number> {
    const now = this.#parts.clock.now();
    let told = 0;
    const people = (await this.#present(org)).filter(({ roles }) =>
      roles.some((role) => role === 'owner' || role === 'lead'),
    );
    await this.#parts.database.tenant(org.id, 'write', async (client) => {
      for (const { id } of people) {
        const notice = { ...alarm, kind: 'alert', byMail: this.#writes(org) } as const;
        if (await tellOnce(client, org.id, id, notice, now)) told += 1;
      }
    });
    return told;
  }

  /** Sends an invitation’s link; false where there is no mail, or it could not be sent: the link is copied then. */
  async invite(given: {
    readonly organisationName: string;
    readonly email: string;
    readonly name: string;
    readonly invitedBy: string;
    readonly link: string;
    readonly expires: string;
  }): Promise<boolean> {
    if (!this.mailer.isSet) return false;
    const letter = invitation({ ...given, organisation: given.organisationName });
    return this.mailer.send(given.email, render(letter), randomUUID()).then(
      () => true,
      () => false,
    );
  }

  /** Nobody writes to the invented people of a sample. */
  #writes(org: Organisation): boolean {
    return this.mailer.isSet && org.sample !== true;
  }

  async inbox(
    org: Organisation,
    actor: Actor,
    query: { readonly unread?: boolean; readonly search?: string; readonly limit?: number; readonly cursor?: string },
  ): Promise<{
    readonly items: readonly ToldNotice[];
    readonly total: number;
    readonly unread: number;
    readonly next: string | null;
  }> {
    const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(query.cursor ?? '') ?? [];
    if (query.cursor !== undefined && id === undefined)
      throw refuse('invalid', { says: 'cursor: it is none of ours.' }, ['cursor']);
    return this.#parts.database.tenant(org.id, 'read', (client) =>
      inboxOf(client, org.id, actor.id, {
        ...{ unread: query.unread === true, search: query.search, limit: query.limit ?? 50 },
        after: id === undefined ? undefined : { at: Number(at), id },
      }),
    );
  }

  read(org: Organisation, actor: Actor, ids: readonly string[] | undefined): Promise<number> {
    const now = this.#parts.clock.now();
    return this.#parts.database.tenant(org.id, 'write', (client) => markRead(client, org.id, actor.id, { ids }, now));
  }

  choice(org: Organisation, actor: Actor): Promise<MailChoice> {
    return this.#parts.database.tenant(org.id, 'read', (client) => choiceOf(client, org.id, actor.id));
  }

  async choose(org: Organisation, actor: Actor, choice: MailChoice): Promise<MailChoice> {
    await this.#person(org, actor);
    await this.#parts.database.tenant(org.id, 'write', (client) => choose(client, org.id, actor.id, choice));
    return choice;
  }

  /** A letter to who asks, to see that mail arrives. */
  async tryOut(org: Organisation, actor: Actor): Promise<{ readonly to: string }> {
    if (!this.mailer.isSet) throw refuseMail('none', {});
    const person = await this.#person(org, actor);
    if (person.email === undefined) throw refuseMail('address', {});
    const letter = trial({ organisation: await this.#name(org), name: person.name });
    try {
      await this.mailer.send(person.email, render(letter), randomUUID());
    } catch (error) {
      throw refuseMail('refused', { why: error instanceof Error ? error.message : String(error) });
    }
    return { to: person.email };
  }

  async #person(org: Organisation, actor: Actor): Promise<OnePerson> {
    const person = (await this.#present(org)).find(({ id }) => id === actor.id);
    if (person === undefined) throw refuseMail('person', {});
    return person;
  }

  /** People who are there today: nobody writes to who has left, or is yet to come. */
  async #present(org: Organisation): Promise<readonly OnePerson[]> {
    const now = this.#parts.clock.now();
    return this.#parts.runner.reading(org, {}, [Person], ({ snapshot, asOf, position, zone }) => {
      const today = dayOf(zone, now);
      const people = shelfOf(snapshot, Person, { asOf, position }).all();
      return Promise.resolve(
        people.filter(({ startsOn = today, leavesOn = today }) => startsOn <= today && today <= leavesOn),
      );
    });
  }

  #name(org: Organisation): Promise<string> {
    return this.#parts.runner.reading(org, {}, [OrganisationRecord], ({ snapshot, asOf, position }) =>
      Promise.resolve(shelfOf(snapshot, OrganisationRecord, { asOf, position }).get('organisation').name),
    );
  }

  /** Every running control once, with its state and who owns it. */
  async #controls(org: Organisation): Promise<readonly ControlState[]> {
    const { runner } = this.#parts;
    const { frameworks, owners, titles } = await runner.reading(
      org,
      {},
      [Programme, ControlRecord],
      ({ snapshot, asOf, position }) => {
        const at = { asOf, position };
        const controls = shelfOf(snapshot, ControlRecord, at).all();
        return Promise.resolve({
          frameworks: shelfOf(snapshot, Programme, at)
            .all()
            .map(({ framework, id }) => ({ framework, programme: id })),
          owners: new Map(controls.map(({ id, owner }) => [id as string, owner as string | undefined])),
          titles: new Map(controls.map(({ id, title }) => [id as string, title])),
        });
      },
    );
    const found = new Map<string, ControlState>();
    for (const asked of frameworks) {
      const { answer } = await runner.view(org, OURS, 'status', asked);
      for (const { controls } of Status.parse(answer).requirements) {
        for (const { id, state, because } of controls) {
          const title = titles.get(id) ?? id;
          found.set(id, { id, title, state, because: because[0] ?? '', owner: owners.get(id) });
        }
      }
    }
    return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #link(org: Organisation, leads: string | null): { readonly url?: string } {
    return this.mailer.url === undefined || leads === null ? {} : { url: `${this.mailer.url}/${org.slug}${leads}` };
  }

  #reminder(org: Organisation, organisation: string, { name }: OnePerson, notices: readonly Waiting[]): Letter {
    return reminder({ organisation, name, lines: this.#lines(org, notices) });
  }

  #lines(org: Organisation, notices: readonly Waiting[]) {
    return notices.map(({ says, leads }) => ({ says, ...this.#link(org, leads) }));
  }

  #digest(org: Organisation, organisation: string, { name }: OnePerson, { says }: Waiting): Letter {
    const [first = '', ...rest] = says.split('\n');
    const parts: (DigestPart & { lines: { says: string }[] })[] = [];
    for (const line of rest) {
      if (line.startsWith('- ')) parts.at(-1)?.lines.push({ says: line.slice(2) });
      else parts.push({ title: line, lines: [] });
    }
    const day = /\d{4}-\d\d-\d\d/.exec(first)?.[0] ?? '';
    const letter = digest({ organisation, name, day, says: first, parts });
    const { url } = this.#link(org, '/work');
    return url === undefined ? letter : { ...letter, link: { says: 'Your work', url } };
  }
}

interface ControlState {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly because: string;
  readonly owner: string | undefined;
}

const Status = z.object({
  requirements: z.array(
    z.object({ controls: z.array(z.object({ id: z.string(), state: z.string(), because: z.array(z.string()) })) }),
  ),
});

const idsOf = (notices: readonly Waiting[]): readonly string[] => notices.map(({ id }) => id);

/** The week in lines; undefined where there is nothing to tell. */
function digestText(day: string, { duties, acknowledge }: Work, controls: readonly ControlState[]): string | undefined {
  const part = (title: string, lines: readonly string[]): readonly string[] => {
    const rest = lines.length - MOST_LINES;
    const more = rest > 0 ? [`- and ${rest} more`] : [];
    return lines.length === 0
      ? []
      : [title, ...lines.slice(0, MOST_LINES).map((line) => `- ${line.replaceAll('\n', ' ')}`), ...more];
  };
  const due = [
    ...duties
      .filter(({ state }) => state !== 'upcoming')
      .map(({ control, says }) => `${control.title} (${control.id}): ${says}`),
    ...acknowledge.map(({ title, dueOn }) => `Read and acknowledge ${title} by ${dueOn}.`),
  ];
  const of = (state: string): readonly string[] =>
    controls
      .filter((control) => control.state === state)
      .map(({ title, id, because }) => `${title} (${id}): ${because}`);
  const [failing, unseen] = [of('failing'), of('not-observed')];
  const lines = [...part('Due', due), ...part('Failing', failing), ...part('Not observed', unseen)];
  if (lines.length === 0) return undefined;
  return [
    `Week of ${day}: ${due.length} due, ${failing.length} failing, ${unseen.length} not observed.`,
    ...lines,
  ].join('\n');
}

/** When the hourly round of reminders is due: each hour by its name. */
export const reminderRound = (now: Instant): string => String(Math.floor(now / HOUR));
