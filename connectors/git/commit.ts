import type { Json } from '../kit/connector.ts';

export interface Person {
  readonly name: string;
  /** In lower case, so that one person written in two ways compares as one. */
  readonly email: string;
  /** Seconds since 1970; undefined where the commit says no time that a calendar knows. */
  readonly seconds?: number;
}

export type SignatureKind = 'none' | 'gpg' | 'ssh' | 'x509' | 'other';

/** A commit as its object says it; nothing here was verified. */
export interface Commit {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly signature: SignatureKind;
  /** Whether it holds the whole text of a signed tag that it merged. */
  readonly mergesSignedTag: boolean;
  readonly subject: string;
  readonly trailers: Trailers;
  /** Its text was longer than we read, so trailers at its end may be missing. */
  readonly isCut: boolean;
}

const roles = {
  'reviewed-by': 'reviewers',
  'approved-by': 'approvers',
  'acked-by': 'ackers',
  'signed-off-by': 'signers',
  'co-authored-by': 'coAuthors',
} as const;

type Role = (typeof roles)[keyof typeof roles];
export type Trailers = Readonly<Record<Role, readonly string[]>>;

const noTrailers: Trailers = { reviewers: [], approvers: [], ackers: [], signers: [], coAuthors: [] };
const nobody: Person = { name: '', email: '' };
const textLimit = 200;
const trailerLimit = 100;
const lastSecond = 253_402_300_799;

/**
 * Parses one record of `git rev-list --header`: the hash, the raw headers of the object, an empty line, and the
 * message with four spaces before each line. Headers that go on start with a space, so a message or a signature
 * cannot pretend to be a header. Read by hand rather than by patterns: this runs for every commit there is.
 */
export function parseCommit(record: string, isCut: boolean): Commit {
  const parents: string[] = [];
  let author = nobody;
  let committer = nobody;
  let signature: SignatureKind = 'none';
  let mergesSignedTag = false;
  let end = record.indexOf('\n');
  const hash = end < 0 ? record : record.slice(0, end);
  let message = record.length;
  while (end >= 0) {
    const start = end + 1;
    end = record.indexOf('\n', start);
    if (end === start) {
      message = start + 1;
      break;
    }
    if (record.startsWith('parent ', start)) parents.push(record.slice(start + 7, end < 0 ? undefined : end));
    else if (record.startsWith('author ', start))
      author = parsePerson(record.slice(start + 7, end < 0 ? undefined : end));
    else if (record.startsWith('committer ', start)) {
      committer = parsePerson(record.slice(start + 10, end < 0 ? undefined : end));
    } else if (record.startsWith('gpgsig', start))
      signature = signatureKind(record.slice(start, end < 0 ? undefined : end));
    else if (record.startsWith('mergetag ', start)) mergesSignedTag = true;
  }
  const body = record.slice(message);
  return {
    hash,
    parents,
    author,
    committer,
    signature,
    mergesSignedTag,
    subject: subjectOf(body),
    trailers: /-by:/i.test(body) ? trailersOf(body) : noTrailers,
    isCut,
  };
}

/** What kind of signature a text begins with. It says that one is there, not that it is good. */
export function signatureKind(text: string): SignatureKind {
  if (text === '') return 'none';
  if (text.includes('-----BEGIN PGP ')) return 'gpg';
  if (text.includes('-----BEGIN SSH SIGNATURE')) return 'ssh';
  if (text.includes('-----BEGIN SIGNED MESSAGE')) return 'x509';
  return 'other';
}

function parsePerson(line: string): Person {
  const open = line.indexOf('<');
  const close = line.lastIndexOf('>');
  if (open < 0 || close < open) return { name: shortened(line.trim()), email: '' };
  const name = shortened(line.slice(0, open).trim());
  const email = shortened(line.slice(open + 1, close).trim()).toLowerCase();
  const seconds = secondsOf(
    line
      .slice(close + 1)
      .trim()
      .split(' ', 1)[0] ?? '',
  );
  return seconds === undefined ? { name, email } : { name, email, seconds };
}

function secondsOf(digits: string): number | undefined {
  if (!/^\d{1,12}$/.test(digits)) return undefined;
  const seconds = Number(digits);
  return seconds <= lastSecond ? seconds : undefined;
}

function subjectOf(body: string): string {
  let start = 0;
  while (start < body.length) {
    const end = body.indexOf('\n', start);
    const line = body.slice(start, end < 0 ? undefined : end).trim();
    if (line !== '') return shortened(line);
    if (end < 0) return '';
    start = end + 1;
  }
  return '';
}

/** Trailers stand in the last paragraph of a message that has more than one. */
function trailersOf(body: string): Trailers {
  const lines = body
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const blank = lines.lastIndexOf('');
  if (blank < 0) return noTrailers;
  const found: Record<Role, string[]> = { reviewers: [], approvers: [], ackers: [], signers: [], coAuthors: [] };
  for (const line of lines.slice(blank + 1)) {
    const [, key, value] = /^([a-z-]+-by):\s*(.+)$/i.exec(line) ?? [];
    const role = isTrailer(key?.toLowerCase());
    if (role === undefined || value === undefined) continue;
    const person = shortened((/<([^<>]+)>/.exec(value)?.[1] ?? value).trim()).toLowerCase();
    if (found[role].length < trailerLimit && !found[role].includes(person)) found[role].push(person);
  }
  return found;
}

function isTrailer(key: string | undefined): Role | undefined {
  const entry = Object.entries(roles).find(([name]) => name === key);
  return entry?.[1];
}

/** At most 200 characters, never half of a surrogate pair: the log refuses such text. */
export function shortened(text: string): string {
  if (text.length <= textLimit) return text;
  return text.slice(0, textLimit).replace(/[\uD800-\uDBFF]$/, '');
}

/** RFC 3339 in UTC, to the second, as git keeps time. */
export function instant(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The fields that commits and merges have in common. */
export function commonData(commit: Commit): Record<string, Json> {
  const { author, committer, trailers } = commit;
  const data: Record<string, Json> = {
    subject: commit.subject,
    author: author.name,
    authorEmail: author.email,
    committer: committer.name,
    committerEmail: committer.email,
    parents: commit.parents.length,
    signatureKind: commit.signature,
    signaturePresent: commit.signature !== 'none',
  };
  if (author.seconds !== undefined) data['authoredAt'] = instant(author.seconds);
  if (committer.seconds !== undefined) data['committedAt'] = instant(committer.seconds);
  if (!commit.isCut) Object.assign(data, trailers);
  return data;
}
