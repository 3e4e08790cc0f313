import { parseCanonical, type Json } from './canonical.ts';
import { Carried } from './carried.ts';
import { bodyDigest, digestOf, itemDigest, saltedDigestOf } from './salted.ts';
import { parseEnvelope } from './dsse.ts';
import { refuseMismatch, verifyEntrySoon } from './entry.ts';
import type { Findings, FindingCode } from './findings.ts';
import type { Folder } from './folder.ts';
import { Frontier } from './frontier.ts';
import { isHexHash, sameBytes, toHex } from './hash.ts';
import { ItemsRoot, rootIn, subjectLeaf } from './items.ts';
import type { Leaf } from './leaf.ts';
import { linesOf } from './lines.ts';
import { filePath, parseLine, payloadPath, type PayloadLine } from './payload.ts';
import { parseStatement, type Statement } from './statement.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

const MOST_PENDING = 256;

/** How much of the payload was there to be checked. Erased and withheld bodies are counted, never passed over in silence. */
export interface PayloadCount {
  checked: number;
  /** Items whose body an earlier entry's payload showed. */
  referred: number;
  erased: number;
  withheld: number;
  files: number;
}

/** What of an entry's payload is not shown. */
export type Hidden =
  | { readonly what: 'entry' }
  | { readonly what: 'subject'; readonly subject: string; readonly why: 'erased' | 'withheld' }
  | { readonly what: 'items'; readonly items: number };

/** Told of what the payloads show and hide, in the order of the log, when it was found to be what was logged. */
export interface PayloadWatch {
  statement(index: number, statement: Statement): void;
  shows(index: number, what: 'subject' | 'item', name: string, body: Json): void;
  hides(index: number, hidden: Hidden): void | Promise<void>;
  /** A file that the entry shows, by its salted digest. */
  file(index: number, digest: string): void;
}

/** Checks payload files in the order of the log: envelope, recorded time, bodies, roots, files. */
export class PayloadCheck {
  readonly count: PayloadCount = { checked: 0, referred: 0, erased: 0, withheld: 0, files: 0 };
  /** Files under `payload/file` that the log vouches for, with the salt of their digest; an empty one where it has none. */
  readonly boundFiles = new Map<string, string>();
  signatures = 0;
  roots = 0;
  readonly #folder: Folder;
  readonly #findings: Findings;
  readonly #watch: PayloadWatch | undefined;
  readonly #carried = new Carried();
  /** Signatures that are being checked beside the reading. */
  readonly #pending: Promise<void>[] = [];
  #recordedAt = '';

  constructor(folder: Folder, findings: Findings, watch?: PayloadWatch) {
    this.#folder = folder;
    this.#findings = findings;
    this.#watch = watch;
  }

  /** Waits for the signatures of all entries so far: before the findings are read. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }

  /** The statement of the entry, where there is one. */
  async entry(index: number, leaf: Leaf): Promise<Statement | undefined> {
    const path = payloadPath(index);
    const chunks = await this.#folder.open(path);
    if (chunks === undefined) {
      this.#findings.add(path, 'file.missing', `The payload of entry ${index} is missing.`);
      return undefined;
    }
    let statement: Statement | undefined;
    await this.#findings.attempt(path, async () => {
      let lines: EntryLines | undefined;
      for await (const text of linesOf(chunks)) {
        if (lines === undefined) {
          statement = this.#openEnvelope(path, text, leaf);
          if (this.#pending.length >= MOST_PENDING) await this.settle();
          this.#watch?.statement(index, statement);
          lines = new EntryLines(statement);
        } else await this.#line(path, index, lines, parseLine(text));
      }
      if (lines === undefined) this.#findings.add(path, 'payload.missing', 'The payload has no envelope.');
      else await this.#close(path, index, lines);
    });
    return statement;
  }

  #openEnvelope(path: string, text: string, leaf: Leaf): Statement {
    const envelope = parseEnvelope(parseCanonical(text));
    refuseMismatch(envelope, leaf);
    this.signatures++;
    const judged = verifyEntrySoon(envelope.payload, leaf).then((fits) => {
      if (!fits) this.#findings.add(path, 'entry.signature', 'The signature does not fit the statement.');
    });
    this.#pending.push(judged);
    const statement = parseStatement(envelope.payload);
    this.#checkTime(path, statement);
    return statement;
  }

  #checkTime(path: string, { predicate }: Statement): void {
    const recordedAt = predicate['recordedAt'] ?? predicate['now'];
    if (recordedAt === undefined) return;
    if (typeof recordedAt !== 'string' || !INSTANT.test(recordedAt) || Number.isNaN(Date.parse(recordedAt))) {
      this.#findings.add(path, 'time.malformed', 'The recorded time is not an RFC 3339 instant in UTC.');
      return;
    }
    const comparable = recordedAt.slice(0, 19) + (recordedAt.slice(19, -1) || '.').padEnd(10, '0');
    if (comparable < this.#recordedAt)
      this.#findings.add(
        path,
        'time.backwards',
        `The entry is recorded at ${recordedAt}, before the entry ahead of it.`,
      );
    else this.#recordedAt = comparable;
  }

  async #line(path: string, index: number, lines: EntryLines, line: PayloadLine): Promise<void> {
    const wrong = (code: FindingCode, message: string) => this.#findings.add(path, code, message);
    if (lines.withheldWhole) return wrong('payload.order', 'A line follows one that says nothing is shown.');
    switch (line.does) {
      case 'withhold-all':
        if (lines.begun) return wrong('payload.order', 'A payload is partly shown and withheld as a whole.');
        lines.withheldWhole = true;
        return;
      case 'show-subject':
      case 'hide-subject':
        return this.#subject(path, index, lines, line);
      case 'show-file':
        if (!lines.quoted.delete(toHex(line.digest)))
          return wrong(
            'payload.unbound-file',
            'A file is shown, or shown again, that the body before it does not quote.',
          );
        this.#watch?.file(index, toHex(line.digest));
        return this.#file(path, line.digest, line.salt);
      case 'show-item': {
        const digest = itemDigest(line.salt, line.item, line.body);
        lines.items.add(line.item, digest);
        this.#carried.add(line.item, digest, index);
        this.#watch?.shows(index, 'item', line.item, line.body);
        this.count.checked++;
        return;
      }
      case 'refer-item':
        lines.items.add(line.item, line.digest);
        if (line.seenIn >= index || this.#carried.find(line.item, line.digest) !== line.seenIn)
          return wrong(
            'payload.reference',
            `Entry ${line.seenIn} does not show item ${JSON.stringify(line.item)} as said.`,
          );
        this.count.referred++;
        return;
      case 'hide-item':
        lines.items.addNameless(line.digest);
        lines.hiddenItems++;
        this.count.withheld++;
        return;
    }
  }

  async #subject(
    path: string,
    index: number,
    lines: EntryLines,
    line: PayloadLine & { readonly subject: string },
  ): Promise<void> {
    const said = lines.nextSubject();
    lines.quoted = new Set();
    const digest =
      line.does === 'show-subject'
        ? bodyDigest(line.salt, line.body)
        : line.does === 'hide-subject'
          ? line.digest
          : undefined;
    if (lines.listed && said?.name !== line.subject) {
      this.#findings.add(path, 'payload.order', `Subject ${JSON.stringify(line.subject)} is not the one due here.`);
      return;
    }
    if (!lines.listed && digest !== undefined)
      lines.subjects.push(subjectLeaf({ name: line.subject, digest: { sha256: toHex(digest) } }));
    if (lines.listed && digest !== undefined && toHex(digest) !== said?.digest.sha256) {
      this.#findings.add(path, 'payload.digest', `The body of ${JSON.stringify(line.subject)} is not what was logged.`);
      return;
    }
    if (line.does === 'hide-subject') {
      this.count[line.why]++;
      await this.#watch?.hides(index, { what: 'subject', subject: line.subject, why: line.why });
    } else if (line.does === 'show-subject') {
      this.#watch?.shows(index, 'subject', line.subject, line.body);
      this.count.checked++;
      lines.quoted = quotes(line.body);
    }
  }

  async #file(line: string, digest: Uint8Array, salt?: Uint8Array): Promise<void> {
    const path = filePath(digest);
    const known = this.boundFiles.get(path);
    const salted = salt === undefined ? '' : toHex(salt);
    if (known !== undefined && known !== salted)
      this.#findings.add(line, 'payload.digest', 'The same file is shown with two salts; one of them is wrong.');
    if (known !== undefined) return;
    this.boundFiles.set(path, salted);
    const chunks = await this.#folder.open(path);
    if (chunks === undefined) this.#findings.add(path, 'file.missing', 'A file that the payload shows is missing.');
    else if (!sameBytes(await (salt === undefined ? digestOf(chunks) : saltedDigestOf(salt, chunks)), digest))
      this.#findings.add(path, 'payload.digest', 'The bytes of the file are not what was logged.');
    else this.count.files++;
  }

  async #close(path: string, index: number, lines: EntryLines): Promise<void> {
    if (lines.withheldWhole) {
      await this.#watch?.hides(index, { what: 'entry' });
      this.count.withheld += lines.expected;
      return;
    }
    if (lines.hiddenItems > 0) await this.#watch?.hides(index, { what: 'items', items: lines.hiddenItems });
    const due = lines.nextSubject();
    if (lines.listed && due !== undefined)
      this.#findings.add(path, 'payload.missing', `The line of subject ${JSON.stringify(due.name)} is missing.`);
    for (const [stated, found] of lines.roots()) {
      if (stated.count !== found.size)
        this.#findings.add(path, 'payload.count', `${stated.count} were logged; the payload has ${found.size}.`);
      else if (!sameBytes(stated.root, found.root()))
        this.#findings.add(path, 'payload.root', 'The payload does not hash to the root that was logged.');
      else this.roots++;
    }
  }
}

/** Where the reading of one entry's payload stands. */
class EntryLines {
  readonly items = new ItemsRoot();
  readonly subjects = new Frontier();
  /** Whether the statement lists its subjects; else it has a root over them. */
  readonly listed: boolean;
  withheldWhole = false;
  hiddenItems = 0;
  /** Digests that the last body shown quotes: what may vouch for a file. */
  quoted = new Set<string>();
  readonly #due: Statement['subject'];
  readonly #itemsRoot: ReturnType<typeof rootIn>;
  readonly #subjectsRoot: ReturnType<typeof rootIn>;
  #next = 0;

  constructor({ subject, predicate }: Statement) {
    this.#itemsRoot = rootIn(predicate, 'itemsRoot', 'items');
    this.#subjectsRoot = rootIn(predicate, 'subjectsRoot', 'subjectsCount');
    this.listed = this.#subjectsRoot === undefined;
    // A subject that stands for all the items has no body of its own.
    this.#due = subject.filter(({ digest }) => digest.sha256 !== predicate['itemsRoot']);
  }

  get begun(): boolean {
    return this.#next > 0 || this.items.size > 0;
  }

  get expected(): number {
    return (this.#subjectsRoot?.count ?? this.#due.length) + (this.#itemsRoot?.count ?? 0);
  }

  nextSubject(): Statement['subject'][number] | undefined {
    return this.#due[this.#next++];
  }

  roots(): [NonNullable<ReturnType<typeof rootIn>>, { size: number; root(): Uint8Array }][] {
    const nothing = { root: new ItemsRoot().root(), count: 0 };
    return [
      ...(this.#itemsRoot || this.items.size > 0 ? [[this.#itemsRoot ?? nothing, this.items] as const] : []),
      ...(this.#subjectsRoot ? [[this.#subjectsRoot, this.subjects] as const] : []),
    ].map(([stated, found]) => [stated, found]);
  }
}

/** All strings in a body that may be digests. */
function quotes(body: Json): Set<string> {
  const found = new Set<string>();
  JSON.stringify(body, (_, value: unknown) => {
    if (isHexHash(value)) found.add(value);
    return value;
  });
  return found;
}
