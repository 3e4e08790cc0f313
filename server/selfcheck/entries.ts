import {
  bodyDigest,
  COLLECTION,
  gatherSubjects,
  itemDigest,
  ItemsRoot,
  LedgerFault,
  parseStatement,
  rekorDsse,
  sha256,
  toHex,
  verifyEntry,
} from '@countersign/ledger/index.ts';
import type { PayloadLine, Statement, Subject } from '@countersign/ledger/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type { LogKeys } from '../ledger/log.ts';
import { payloadsOf } from '../ledger/payloads.ts';
import type { Findings } from './findings.ts';
import type { Counts } from './runs.ts';

/** Entries that one transaction looks at. */
export const PIECE = 500;

interface Row {
  readonly index: number;
  readonly entry: Buffer;
  readonly recorded_at: number;
  readonly versions: readonly {
    readonly name: string;
    readonly act: string;
    readonly actor: string;
    readonly same: boolean;
  }[];
  readonly collected: boolean;
  readonly columns: Readonly<Record<string, unknown>> | null;
}

export interface Asked {
  readonly org: number;
  /** The log’s own keys. */
  readonly keys: LogKeys;
  /** Whether the items of the collection of this entry are hashed too, and not only its header. */
  withItems(index: number): boolean;
}

/** Entries [from, to): each there, signed, of its statement; and what each says was recorded, against its digests. */
export async function checkEntries(
  client: pg.ClientBase,
  asked: Asked,
  from: number,
  to: number,
  findings: Findings,
  counts: Counts,
): Promise<void> {
  const { org } = asked;
  const rows = await rowsOf(client, org, from, to);
  let next = from;
  const gap = (until: number): void => {
    if (until === next) return;
    const which = until === next + 1 ? `Entry ${next} is` : `Entries ${next} to ${until - 1} are`;
    findings.add('log.missing', { entry: next }, `${which} gone from the log.`, {
      expected: `${until - next} ${until - next === 1 ? 'entry' : 'entries'}`,
      found: 'none',
    });
  };
  const source = payloadsOf(client, org, () => Promise.reject(new Error('No file is asked for')));
  for await (const { index, statement, lines } of source.statements(from, to)) {
    gap(index);
    next = index + 1;
    counts.entries += 1;
    const row = rows.get(index);
    const said = row === undefined ? undefined : fitting(row, statement, asked.keys, findings);
    if (row === undefined || said === undefined) continue;
    checkTimes(row, said, findings);
    if (said.predicateType === COLLECTION) {
      if (row.columns === null) {
        const { source: of, dataset } = said.predicate;
        findings.add(
          'collection.missing',
          { entry: index, source: String(of), dataset: String(dataset) },
          `The collection of ${String(dataset)} from ${String(of)} that entry ${index} logged is gone.`,
        );
        continue;
      }
      checkColumns(index, row.columns, said, findings);
      await checkCollection(asked, index, said, lines ?? [], findings, counts);
    } else {
      if (row.collected)
        findings.add(
          'collection.stray',
          { entry: index },
          `Entry ${index} is no collection, and a row says it is one.`,
        );
      await checkVersions(index, said, row, lines ?? [], findings, counts);
    }
  }
  gap(to);
}

type Lines = AsyncIterable<PayloadLine> | Iterable<PayloadLine>;

async function rowsOf(client: pg.ClientBase, org: number, from: number, to: number): Promise<ReadonlyMap<number, Row>> {
  const { rows } = await client.query<Row>(
    `select e.index, e.entry, e.recorded_at,
            (select coalesce(jsonb_agg(jsonb_build_object('name', r.kind || '/' || r.id || '@' || r.version, 'act', r.act, 'actor', r.actor,
                'same', r.recorded_at = e.recorded_at)), '[]'::jsonb) from record r where r.org = $1 and r.log_index = e.index) as versions,
            c.log_index is not null as collected,
            case when c.log_index is not null then jsonb_build_object('recordedAt', extract(epoch from c.recorded_at) * 1000, 'actor', c.actor,
                'collector', c.collector, 'source', c.source, 'dataset', c.dataset, 'mode', c.mode, 'completeness', c.status,
                'observedAt', extract(epoch from c.observed_at) * 1000, 'from', extract(epoch from c.from_at) * 1000, 'to', extract(epoch from c.to_at) * 1000,
                'items', c.items, 'itemsRoot', encode(c.items_root, 'hex')) end as columns
       from log_entry e left join collection c on c.org = e.org and c.log_index = e.index where e.org = $1 and e.index >= $2 and e.index < $3`,
    [org, from, to],
  );
  return new Map(rows.map((row) => [row.index, row]));
}

/** The key that signed an entry, as later entries hand it over. */
const keyAt = ({ publicKey, earlier }: LogKeys, index: number): Uint8Array =>
  earlier.find(({ last }) => index <= last)?.publicKey ?? publicKey;

/** The statement, if it is the one that the entry is of and the log's key signed. */
function fitting(row: Row, statement: Uint8Array, keys: LogKeys, findings: Findings): Statement | undefined {
  const { index, entry } = row;
  const where = { entry: index };
  try {
    const leaf = rekorDsse.parse(entry);
    if (Buffer.compare(sha256(statement), leaf.payloadHash) !== 0) {
      findings.add('entry.statement', where, `Entry ${index} is of another statement than the one beside it.`, {
        expected: `statement of hash ${toHex(leaf.payloadHash)}`,
        found: toHex(sha256(statement)),
      });
      return undefined;
    }
    if (Buffer.compare(leaf.publicKey, keyAt(keys, index)) !== 0)
      findings.add('entry.key', where, `Entry ${index} is not signed by the key of this log.`);
    if (!verifyEntry(statement, leaf)) {
      findings.add('entry.statement', where, `Entry ${index} does not bear the signature of its statement.`);
      return undefined;
    }
    return parseStatement(statement);
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    findings.add('entry.statement', where, `Entry ${index}, or its statement, cannot be read: ${error.message}`);
    return undefined;
  }
}

function checkTimes(row: Row, { predicate, predicateType }: Statement, findings: Findings): void {
  const expected = String(predicate[predicateType === COLLECTION ? 'recordedAt' : 'now']);
  const found = printInstant(row.recorded_at);
  if (found !== expected)
    findings.add('entry.time', { entry: row.index }, `Entry ${row.index} says another time than its statement.`, {
      expected,
      found,
    });
}

const TIMES: readonly string[] = ['recordedAt', 'observedAt', 'from', 'to'];

function checkColumns(
  index: number,
  columns: Readonly<Record<string, unknown>>,
  { predicate }: Statement,
  findings: Findings,
): void {
  const differ: string[] = [];
  const [expected, found]: [string[], string[]] = [[], []];
  for (const [column, value] of Object.entries(columns)) {
    const says = value === null ? undefined : TIMES.includes(column) ? printInstant(Number(value)) : value;
    if (says === predicate[column]) continue;
    differ.push(column);
    expected.push(`${column} ${String(predicate[column] ?? 'none')}`);
    found.push(`${column} ${String(says ?? 'none')}`);
  }
  if (differ.length === 0) return;
  findings.add(
    'collection.differs',
    { entry: index, source: String(predicate['source']), dataset: String(predicate['dataset']) },
    `The collection of entry ${index} (${String(predicate['dataset'])} from ${String(predicate['source'])}) says another ${differ.join(', ')} than the log.`,
    { expected: expected.join(', '), found: found.join(', ') },
  );
}

/** Versions of records against the digests of their act. */
async function checkVersions(
  index: number,
  { subject, predicate }: Statement,
  row: Row,
  lines: Lines,
  findings: Findings,
  counts: Counts,
): Promise<void> {
  const isGathered = predicate['subjectsRoot'] !== undefined;
  const missing = new Map(isGathered ? [] : subject.map(({ name, digest }) => [name, digest.sha256]));
  const shown: Subject[] = [];
  for await (const line of lines) {
    if (line.does === 'hide-subject') {
      if (!missing.delete(line.subject) && !isGathered)
        findings.add(
          'record.stray',
          { record: line.subject, entry: index },
          `${line.subject} says that entry ${index} made it and that it was erased, and that entry did not.`,
        );
      shown.push({ name: line.subject, digest: { sha256: line.digest === undefined ? '' : toHex(line.digest) } });
    }
    if (line.does !== 'show-subject') continue;
    counts.records += 1;
    const name = line.subject;
    const found = digestOf(() => bodyDigest(line.salt, line.body));
    shown.push({ name, digest: { sha256: found } });
    if (isGathered) continue;
    const expected = missing.get(name);
    missing.delete(name);
    if (expected === undefined)
      findings.add(
        'record.stray',
        { record: name, entry: index },
        `${name} says that entry ${index} made it, and that entry did not.`,
      );
    else if (expected !== found)
      findings.add(
        'record.digest',
        { record: name, entry: index },
        `${name} is not what entry ${index} logged: its text or its salt was changed.`,
        { expected: `digest ${expected}`, found: `digest ${found}` },
      );
  }
  for (const name of missing.keys())
    findings.add('record.missing', { record: name, entry: index }, `${name}, which entry ${index} logged, is gone.`);
  if (isGathered) checkGathered(index, predicate, shown, findings);
  for (const { name, act, actor, same } of row.versions) {
    if (act === predicate['act'] && actor === predicate['actor'] && same) continue;
    findings.add(
      'record.stamp',
      { record: name, entry: index },
      `${name} says another act, actor or time than entry ${index}.`,
      {
        expected: `${String(predicate['act'])} by ${String(predicate['actor'])}`,
        found: `${act} by ${actor}${same ? '' : ', at another time'}`,
      },
    );
  }
}

/** An act of more versions than its statement can name has a root over all of them. */
function checkGathered(
  index: number,
  predicate: Statement['predicate'],
  shown: readonly Subject[],
  findings: Findings,
): void {
  const count = Number(predicate['subjectsCount']);
  if (count !== shown.length) {
    findings.add(
      shown.length < count ? 'record.missing' : 'record.stray',
      { entry: index },
      `Entry ${index} logged ${count} versions of records, and ${shown.length} are there.`,
      { expected: String(count), found: String(shown.length) },
    );
    return;
  }
  const found = gatherSubjects(shown).predicate.subjectsRoot;
  if (found !== predicate['subjectsRoot'])
    findings.add(
      'record.digest',
      { entry: index },
      `One or more of the ${count} versions that entry ${index} logged were changed. The log holds one root over all of them, so which cannot be said.`,
      { expected: `root ${String(predicate['subjectsRoot'])}`, found: `root ${found ?? ''}` },
    );
}

/** A salt that was cut is no salt: then there is no digest. */
function digestOf(compute: () => Uint8Array): string {
  try {
    return toHex(compute());
  } catch (error) {
    if (error instanceof LedgerFault) return '';
    throw error;
  }
}

async function checkCollection(
  { withItems }: Asked,
  index: number,
  { subject, predicate }: Statement,
  lines: Lines,
  findings: Findings,
  counts: Counts,
): Promise<void> {
  const where = { entry: index, source: String(predicate['source']), dataset: String(predicate['dataset']) };
  const root = new ItemsRoot();
  const isAsked = withItems(index);
  for await (const line of lines) {
    if (line.does === 'show-subject') {
      const found = digestOf(() => bodyDigest(line.salt, line.body));
      if (found !== subject[0]?.digest.sha256)
        findings.add(
          'collection.differs',
          where,
          `What is said of the collection of entry ${index} (${where.dataset} from ${where.source}) is not what was logged.`,
          { expected: `digest ${subject[0]?.digest.sha256 ?? ''}`, found: `digest ${found}` },
        );
      if (!isAsked) return;
      counts.collections += 1;
    } else if (line.does === 'show-item') {
      counts.facts += 1;
      const digest = digestOf(() => itemDigest(line.salt, line.item, line.body));
      root.addNameless(Buffer.from(digest, 'hex'));
    } else if (line.does === 'hide-item') root.addNameless(line.digest);
  }
  if (!isAsked || (predicate['completeness'] === 'failed' && root.size === 0)) return;
  const found = toHex(root.root());
  if (found === predicate['itemsRoot']) return;
  const items = Number(predicate['items']);
  const says =
    root.size === items
      ? `Of the ${items} items of the collection of entry ${index} (${where.dataset} from ${where.source}) some are not what was logged.`
      : `The collection of entry ${index} (${where.dataset} from ${where.source}) had ${items} items, and ${root.size} are there.`;
  findings.add('fact.items', where, says, {
    expected: `${items} items, root ${String(predicate['itemsRoot'])}`,
    found: `${root.size} items, root ${found}`,
  });
}
