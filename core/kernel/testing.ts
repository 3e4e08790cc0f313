import type { ActDef, Actor, Role } from './act.ts';
import type { Book, Shelf } from './book.ts';
import type { Made } from './feed.ts';
import { isAsking } from './feed.ts';
import { namedAt } from './compose.ts';
import type { Change, RecordDef, Stored } from './record.ts';
import { Refusal, refuse } from './refusal.ts';
import { parseInstant } from './time.ts';
import { effectiveAt, governing, versionAt } from './version.ts';
import type { ViewDef } from './view.ts';
import type { Instant } from './time.ts';

interface Row {
  readonly version: number;
  readonly effectiveAt: Instant;
  readonly retired: boolean;
  /** Place in the log: that of its act. */
  readonly index: number;
  readonly act: string;
  readonly stored: Readonly<Record<string, unknown>>;
}

/** What an act decided, as a test asserts on it. */
export interface Decided {
  readonly changes: readonly Change[];
  readonly answer: unknown;
}

export interface Who {
  readonly id?: string;
  readonly roles?: readonly Role[];
}

/**
 * A book in memory for tests of acts: it takes what acts decide and shows it to the next one. It keeps what `kernel.md` §6 says of time and
 * nothing of the rest: whether a change may be made at all is the runner's to say, and is tried there.
 */
export class Desk {
  readonly #defs: ReadonlyMap<string, RecordDef>;
  readonly #feeds: Readonly<Record<string, (question: never) => unknown>>;
  readonly #rows = new Map<string, Map<string, readonly Row[]>>();
  readonly zone: string;
  now: Instant = 0;
  #seeds = 0;
  #size = 0;
  #act = 'records.apply';

  constructor(
    defs: readonly RecordDef[],
    given: { readonly zone?: string; readonly feeds?: Readonly<Record<string, (question: never) => unknown>> } = {},
  ) {
    this.#defs = new Map(defs.map((def) => [def.kind, def]));
    this.#feeds = given.feeds ?? {};
    this.zone = given.zone ?? 'UTC';
  }

  at(text: string): this {
    this.now = parseInstant(text) ?? Number.NaN;
    return this;
  }

  /** Decides and keeps. Whatever is refused keeps nothing. */
  act(act: ActDef, input: object, who: Who = {}): Decided {
    const actor = actorOf(who);
    const seed = (this.#seeds += 1).toString(16).padStart(8, '0').repeat(4);
    const moment = { actor, now: this.now, seed, zone: this.zone };
    const given = act.decide(this.book(), act.input.parse(input), moment);
    const decided = isAsking(given) ? this.#answered(given) : given;
    const { changes, answer } = 'changes' in decided ? decided : { changes: decided, answer: undefined };
    this.#act = act.name;
    for (const change of changes) this.#keep(change, actor.id);
    if (changes.length > 0) this.#size += 1;
    return { changes, answer: act.answer === undefined ? answer : act.answer.parse(answer) };
  }

  /** What a view answers now, or as of an earlier moment. Feeds answer as of now. */
  view(view: ViewDef, input: object, given: { readonly who?: Who; readonly asOf?: string } = {}): unknown {
    const asOf = given.asOf === undefined ? this.now : (parseInstant(given.asOf) ?? Number.NaN);
    const at = { asOf, knownAt: this.now, position: this.#size, zone: this.zone, actor: actorOf(given.who ?? {}) };
    const computed = view.compute(this.book(asOf), view.input.parse(input), at);
    return view.output.parse(isAsking(computed) ? this.#answered(computed) : computed);
  }

  #answered<T>(asking: Generator<{ readonly feed: string; readonly question: unknown }, T, unknown>): T {
    let step = asking.next();
    while (step.done !== true) {
      const answer = this.#feeds[step.value.feed] ?? (step.value.feed === 'entries' ? this.#entries : undefined);
      if (answer === undefined) throw new Error(`Nobody answers the feed ${step.value.feed}`);
      step = asking.next(answer(step.value.question as never));
    }
    return step.value;
  }

  readonly #entries = (): ReadonlyMap<string, readonly Made[]> =>
    new Map(
      [...this.#rows].flatMap(([kind, byId]) =>
        [...byId].map(([id, rows]) => [
          `${kind}/${id}`,
          rows.map(({ version, index, act }) => ({ version, index, act })),
        ]),
      ),
    );

  /** Keeps a change by itself: an entry of its own. */
  keep(change: Change, actor = 'ada'): void {
    this.#act = 'records.apply';
    this.#keep(change, actor);
    this.#size += 1;
  }

  #keep(change: Change, actor: string): void {
    const def = this.#defs.get(change.kind);
    if (def === undefined) throw new Error(`The desk has no ${change.kind}`);
    const versions = [...this.#versions(change.kind, change.id)];
    const last = versions.at(-1);
    const body = change.does === 'retire' ? {} : def.body.parse(change.body);
    const wrong = change.does === 'retire' ? undefined : def.holds(body as never);
    if (wrong !== undefined) throw wrong;
    const version = versions.length + 1;
    const effective =
      change.does === 'retire'
        ? this.now
        : effectiveAt(def, body, last && { ...last, body: last.stored }, change.does, this.now, this.zone);
    const stored = {
      ...body,
      id: change.id,
      version,
      head: version,
      recordedAt: this.now,
      effectiveAt: effective,
      actor,
    };
    versions.push({
      version,
      effectiveAt: effective,
      retired: change.does === 'retire',
      index: this.#size,
      act: this.#act,
      stored: Object.freeze(stored),
    });
    const byId = this.#rows.get(change.kind) ?? new Map<string, readonly Row[]>();
    this.#rows.set(change.kind, byId.set(change.id, versions));
  }

  book(asOf: Instant = this.now): Book<readonly RecordDef[]> {
    return Object.fromEntries([...this.#defs.values()].map((def) => [def.kind, this.shelf(def, asOf)]));
  }

  shelf<D extends RecordDef>(def: D, asOf: Instant = this.now): Shelf<D> {
    const { kind } = def;
    const ids = (): string[] => [...(this.#rows.get(kind)?.keys() ?? [])].sort();
    const find = (id: string) => {
      const row = versionAt(this.#versions(kind, id), asOf);
      return row === undefined ? undefined : { ...row.stored, head: this.#versions(kind, id).length };
    };
    const all = () => ids().flatMap((id) => find(id) ?? []);
    const shelf: unknown = {
      find,
      get(id: string) {
        const row = find(id);
        if (row === undefined) throw refuse('missing', { kind, id });
        return row;
      },
      all,
      pointingAt: (field: string, to: string) =>
        all().filter((row) => [...namedAt(row, field), ...namedAt(row, `${field}.*`)].includes(to)),
      history: (id: string) => this.#versions(kind, id).map((row) => row.stored),
      governed: (id: string) =>
        governing(this.#versions(kind, id)).map((span) => ({ ...span, terms: span.terms.stored })),
      ids,
    };
    // Its rows were parsed with the schema of `def`.
    return shelf as Shelf<D>;
  }

  /** The row in force now; refuses record.missing. */
  get<D extends RecordDef>(def: D, id: string): Stored<D> {
    return this.shelf(def).get(id);
  }

  #versions(kind: string, id: string): readonly Row[] {
    return this.#rows.get(kind)?.get(id) ?? [];
  }
}

const actorOf = (who: Who): Actor => ({ id: who.id ?? 'ada', roles: who.roles ?? ['lead'] });

/** The refusal that work ends with; any other end is an error. */
export function refusedBy(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('It was not refused');
}
