import { randomUUID } from 'node:crypto';
import type { Instant } from '@countersign/core/kernel/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';

/** `alert`: something is wrong that owners and leads must look at. */
export type NoticeKind = 'due-soon' | 'due' | 'digest' | 'alert';

/** What somebody is told, as their inbox shows it. The first line of `says` is the sentence, what follows belongs to it. */
export interface ToldNotice {
  readonly id: string;
  readonly kind: string;
  readonly says: string;
  readonly leads: string | null;
  readonly at: string;
  readonly readAt: string | null;
  readonly mail: 'none' | 'waiting' | 'sent' | 'refused';
  readonly mailWhy: string | null;
}

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly says: string;
  readonly leads: string | null;
  readonly at: Instant;
  readonly read_at: Instant | null;
  readonly mail: ToldNotice['mail'];
  readonly mail_why: string | null;
}

const at = (n: number): string => `to_timestamp($${n}::double precision / 1000)`;

/** Tells somebody, unless they were told of the same occasion. */
export async function tellOnce(
  client: pg.ClientBase,
  org: number,
  person: string,
  notice: {
    readonly kind: NoticeKind;
    readonly occasion: string;
    readonly says: string;
    readonly leads: string | null;
    readonly byMail: boolean;
  },
  now: Instant,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into notice (org, id, person, kind, occasion, says, leads, at, mail) values ($1, $2, $3, $4, $5, $6, $7, ${at(8)}, $9) on conflict do nothing`,
    [
      ...[org, randomUUID(), person, notice.kind, notice.occasion, notice.says, notice.leads, now],
      notice.byMail ? 'waiting' : 'none',
    ],
  );
  return rowCount === 1;
}

export async function inboxOf(
  client: pg.ClientBase,
  org: number,
  person: string,
  query: {
    readonly unread: boolean;
    readonly search?: string | undefined;
    readonly limit: number;
    readonly after?: { at: Instant; id: string } | undefined;
  },
): Promise<{
  readonly items: readonly ToldNotice[];
  readonly total: number;
  readonly unread: number;
  readonly next: string | null;
}> {
  const where = `org = $1 and person = $2 and ($3::boolean is false or read_at is null) and ($4::text is null or strpos(lower(says), lower($4)) > 0)`;
  const values = [org, person, query.unread, query.search ?? null];
  const { rows } = await client.query<Row>(
    `select id, kind, says, leads, at, read_at, mail, mail_why from notice where ${where}
        and ($5::double precision is null or (at, id) < (${at(5)}, $6::uuid)) order by at desc, id desc limit $7`,
    [...values, query.after?.at ?? null, query.after?.id ?? null, query.limit + 1],
  );
  const counted = await client.query<{ total: number; unread: number }>(
    `select count(*)::int as total, (select count(*)::int from notice where org = $1 and person = $2 and read_at is null) as unread from notice where ${where}`,
    values,
  );
  const items = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? items.at(-1) : undefined;
  return {
    items: items.map(({ at: told, read_at: read, mail_why: mailWhy, ...row }) => ({
      ...row,
      at: printInstant(told),
      readAt: read === null ? null : printInstant(read),
      mailWhy,
    })),
    total: counted.rows[0]?.total ?? 0,
    unread: counted.rows[0]?.unread ?? 0,
    next: last === undefined ? null : `${last.at}.${last.id}`,
  };
}

/** Marks some, or all up to a moment, as read. */
export async function markRead(
  client: pg.ClientBase,
  org: number,
  person: string,
  which: { readonly ids?: readonly string[] | undefined },
  now: Instant,
): Promise<number> {
  const { rowCount } = await client.query(
    `update notice set read_at = ${at(4)} where org = $1 and person = $2 and ($3::uuid[] is null or id = any($3)) and read_at is null and at <= ${at(4)}`,
    [org, person, which.ids ?? null, now],
  );
  return rowCount ?? 0;
}

export interface Waiting {
  readonly id: string;
  readonly kind: string;
  readonly says: string;
  readonly leads: string | null;
  readonly attempts: number;
}

/** Whose letters wait and may be tried now. */
export async function peopleWaiting(client: pg.ClientBase, org: number, now: Instant): Promise<readonly string[]> {
  const { rows } = await client.query<{ person: string }>(
    `select distinct person from notice where org = $1 and mail = 'waiting' and (not_before is null or not_before <= ${at(2)}) order by person`,
    [org, now],
  );
  return rows.map(({ person }) => person);
}

/** Takes a person’s waiting letters for this transaction; what another worker has taken is passed over. */
export async function takeWaiting(
  client: pg.ClientBase,
  org: number,
  person: string,
  now: Instant,
): Promise<readonly Waiting[]> {
  const { rows } = await client.query<Waiting>(
    `select id, kind, says, leads, attempts from notice where org = $1 and person = $2 and mail = 'waiting' and (not_before is null or not_before <= ${at(3)})
      order by at, id for update skip locked`,
    [org, person, now],
  );
  return rows;
}

export async function settleMail(
  client: pg.ClientBase,
  org: number,
  ids: readonly string[],
  how: { readonly mail: ToldNotice['mail']; readonly why?: string; readonly notBefore?: Instant },
  now: Instant,
): Promise<void> {
  await client.query(
    `update notice set mail = $3, mail_why = $4, not_before = ${at(5)}, mailed_at = case when $3 = 'sent' then ${at(6)} end, attempts = attempts + 1
      where org = $1 and id = any($2::uuid[])`,
    [org, ids, how.mail, how.why ?? null, how.notBefore ?? null, now],
  );
}

export interface MailChoice {
  readonly digest: boolean;
  readonly reminders: boolean;
}

export async function choiceOf(client: pg.ClientBase, org: number, person: string): Promise<MailChoice> {
  const { rows } = await client.query<MailChoice>(
    'select digest, reminders from mail_choice where org = $1 and person = $2',
    [org, person],
  );
  return rows[0] ?? { digest: true, reminders: true };
}

export async function choose(client: pg.ClientBase, org: number, person: string, choice: MailChoice): Promise<void> {
  await client.query(
    `insert into mail_choice (org, person, digest, reminders) values ($1, $2, $3, $4)
      on conflict (org, person) do update set digest = excluded.digest, reminders = excluded.reminders`,
    [org, person, choice.digest, choice.reminders],
  );
}
