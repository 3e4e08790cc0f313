import type { Instant } from '@countersign/core/kernel/index.ts';
import { refusalSays } from '@countersign/core/witnessing/page.ts';
import type { Refused } from '@countersign/core/witnessing/feeds.ts';
import {
  originIn,
  OwnWitness,
  OWN_WITNESS,
  refuseWitnessing,
  WitnessedLog,
} from '@countersign/core/witnessing/record.ts';
import {
  answerRequest,
  LedgerFault,
  parseNote,
  parseRequest,
  parseVerifierKey,
  printNote,
  printRequest,
  toAnswer,
} from '@countersign/ledger/index.ts';
import type { Checkpoint, Cosigner, Decision, VerifierKey, WitnessAnswer } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/pool.ts';
import type { Organisation } from '../runtime.ts';
import type { Remembered } from './memory.ts';
import { NOBODY } from './paths.ts';
import { clearRefusals, keepRefusal, memoryIn, rememberedOf } from './memory.ts';

/** An organisation as a witness, for logs elsewhere. */
export interface Witnesses {
  /** Whose witness has this address; undefined also where an organisation has no key as a witness. */
  find(address: string): Promise<Organisation | undefined>;
  /** Answers `add-checkpoint` of C2SP tlog-witness. What it says is remembered on disk before this resolves. */
  answer(org: Organisation, body: string): Promise<WitnessAnswer>;
}

/** What a witness tells the people it works for. */
export interface Alarm {
  /** Names the occasion: nobody is told twice of one. */
  readonly occasion: string;
  readonly says: string;
  /** Where the web app leads. */
  readonly leads: string;
}

export interface WitnessParts {
  readonly database: Pick<Database, 'pool' | 'tenant'>;
  readonly clock: Clock;
  cosigner(client: pg.ClientBase, org: number, vkey: string): Promise<Cosigner>;
  /** Tells owners and leads. */
  alert(org: Organisation, alarm: Alarm): Promise<unknown>;
}

const ADDRESS = /^[0-9a-f]{16}$/;

export function witnesses({ database, clock, cosigner, alert }: WitnessParts): Witnesses {
  return {
    async find(address) {
      if (!ADDRESS.test(address)) return undefined;
      const { rows } = await database.pool.query<Organisation>('select id, slug from organisation where witness = $1', [
        address,
      ]);
      const [org] = rows;
      // Asked in any case: how long it takes is not to tell which of the two is missing.
      const own = await database.tenant(org?.id ?? NOBODY, 'read', (client) => ownKey(client, org?.id ?? NOBODY));
      return own === undefined ? undefined : org;
    },
    async answer(org, body) {
      const now = clock.now();
      const { decision, alarm } = await database.tenant(org.id, 'write', async (client) => {
        const vkey = await ownKey(client, org.id);
        if (vkey === undefined) throw refuseWitnessing('none', {});
        const logs = await logsOf(client, org.id);
        const decided = await answerRequest(
          body,
          memoryIn(client, org.id, noteIn(body), now),
          logs.map(({ key }) => key),
          Math.floor(now / 1000),
          await cosigner(client, org.id, vkey),
        );
        return { decision: decided, alarm: await remember(client, org.id, body, decided, logs, now) };
      });
      if (alarm !== undefined) await alert(org, alarm);
      return toAnswer(decision);
    },
  };
}

interface NamedLog {
  readonly name: string;
  readonly key: VerifierKey;
}

const HEADS = 'from record where org = $1 and kind = $2 and superseded_index is null and not retired';

async function ownKey(client: pg.ClientBase, org: number): Promise<string | undefined> {
  const { rows } = await client.query<{ vkey: string }>(`select body->>'vkey' as vkey ${HEADS} and id = $3`, [
    org,
    OwnWitness.kind,
    OWN_WITNESS,
  ]);
  return rows[0]?.vkey;
}

async function logsOf(client: pg.ClientBase, org: number): Promise<readonly NamedLog[]> {
  const { rows } = await client.query<{ name: string; vkey: string }>(
    `select body->>'name' as name, body->>'vkey' as vkey ${HEADS} order by id`,
    [org, WitnessedLog.kind],
  );
  return rows.map(({ name, vkey }) => ({ name, key: parseVerifierKey(vkey) }));
}

/** The note in a request, or nothing where there is none: then `decide` says so. */
function noteIn(body: string): string {
  try {
    return parseRequest(body).note;
  } catch (error) {
    if (error instanceof LedgerFault) return '';
    throw error;
  }
}

/** Keeps what speaks against the log, and says what its people must hear. */
async function remember(
  client: pg.ClientBase,
  org: number,
  body: string,
  decision: Decision,
  logs: readonly NamedLog[],
  now: Instant,
): Promise<Alarm | undefined> {
  const { checkpoint } = decision;
  if (checkpoint === undefined) return undefined;
  const { origin, size, root } = checkpoint;
  if (decision.outcome === 'cosigned') {
    await clearRefusals(client, org, origin, checkpoint, now);
    return undefined;
  }
  const seen = await rememberedOf(client, org, origin);
  const outcome = refusedAs(decision, checkpoint, seen, now);
  if (outcome === undefined) return undefined;
  const request = withoutStrangers(body, origin, logs);
  await keepRefusal(client, org, { origin, outcome, size, root, seen, request }, now);
  const name = logs.find(({ key }) => key.name === origin)?.name ?? origin;
  const says = refusalSays({ outcome, size, seen: seen?.size ?? 0 }, name);
  // Two of the three anybody can bring about who has an old checkpoint: once a day is enough of them.
  const occasion = `witness ${outcome} ${origin} ${outcome === 'forked' ? `${size} ${hex(root)}` : day(now)}`;
  return { occasion, says, leads: '/witnessing' };
}

/** Milliseconds in which a request may be overtaken by the next: longer than a log waits for an answer. */
const IN_FLIGHT = 60_000;

/**
 * Which of the refusals speak against the log. One from an older size than was cosigned is none: it asks again from there. Nor is a smaller state
 * than the one that was cosigned a moment ago: of two requests at once the shorter may come second. A log that went back asks again.
 */
function refusedAs(
  { outcome }: Decision,
  { size, root }: Checkpoint,
  seen: Remembered | undefined,
  now: Instant,
): Refused | undefined {
  if (outcome === 'inconsistent') return 'inconsistent';
  if (outcome !== 'forked' && outcome !== 'conflict') return undefined;
  if (seen === undefined || size > seen.size) return undefined;
  if (size < seen.size) return now - seen.at < IN_FLIGHT ? undefined : 'ahead';
  return Buffer.compare(root, seen.root) === 0 ? undefined : 'forked';
}

/** The request with the log's own signatures only: what others wrote below it would fill the table. */
function withoutStrangers(body: string, origin: string, logs: readonly NamedLog[]): string {
  const { note, ...rest } = parseRequest(body);
  const { text, signatures } = parseNote(note);
  const own = signatures.filter(
    ({ name, id }) => name === origin && logs.some(({ key }) => key.name === name && hex(key.id) === hex(id)),
  );
  return printRequest({ ...rest, note: printNote({ text, signatures: own.slice(0, 4) }) });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const day = (now: Instant): string => new Date(now).toISOString().slice(0, 10);

/** Why this is no key that a log of others could be named by. */
export function refuseLogKey(vkey: string): string | undefined {
  try {
    const { name } = parseVerifierKey(vkey);
    return name === originIn(vkey) ? undefined : 'The key names another log than it is of.';
  } catch (error) {
    if (error instanceof LedgerFault) return error.message;
    throw error;
  }
}
