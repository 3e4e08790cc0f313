import { SourceRefusal } from '@countersign/connectors/kit/connector.ts';
import type { Actor, Instant, RecordDef, Stored } from '@countersign/core/kernel/index.ts';
import { ELAPSED_DAY, HOUR, printInstant, Refusal, refuse } from '@countersign/core/kernel/index.ts';
import { ALARMS, SEEN_ACTS, TimeAuthority, Witness } from '@countersign/core/proof/index.ts';
import type { Anchor } from '@countersign/core/proof/index.ts';
import {
  askWitness,
  LedgerFault,
  parseCheckpoint,
  parseNote,
  parseTimeRoots,
  parseWitnessKey,
  printNote,
  stamp,
} from '@countersign/ledger/index.ts';
import type { TimePost } from '@countersign/ledger/index.ts';
import type { Clock } from '../clock.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Point } from '../kernel/shelf.ts';
import type { Snapshot } from '../kernel/snapshot.ts';
import type { Organisation } from '../runtime.ts';
import type { Log } from './log.ts';
import type { Reach } from './outside.ts';
import { textOf } from './outside.ts';
import { entriesAfter } from './seen-feeds.ts';
import type { AnchorMemory } from './seen-feeds.ts';

export interface AskingParts {
  readonly runner: Runner;
  readonly clock: Clock;
  readonly log: Log;
  readonly anchors: AnchorMemory;
  readonly reach: Reach;
  /** Tells owners and leads at once that a witness saw another history. */
  alert(org: Organisation, occasion: string, says: string): Promise<void>;
}

/** What came of asking one of those outside. `untouched`: it has seen all that there is to see. */
export interface Asked {
  readonly kind: Anchor['kind'];
  readonly id: string;
  readonly name: string;
  readonly came: 'recorded' | 'untouched' | 'not-due' | 'trouble';
  readonly size?: number;
  readonly at?: string;
  readonly code?: string;
  readonly says?: string;
}

export interface AskOptions {
  readonly signal: AbortSignal;
  /** Asked by a person, now: also who is asked once a day only. */
  readonly now: boolean;
}

/** Asks for cosignatures and time-stamps, and records what comes. */
export interface Outside {
  stamp(org: Organisation, options: AskOptions): Promise<readonly Asked[]>;
  askWitnesses(org: Organisation, options: AskOptions): Promise<readonly Asked[]>;
}

const OURS: Actor = { id: 'countersign', roles: ['operator'] };
const TIMEOUT_MS = 20_000;
const LONGEST_ANSWER = 64 * 1024;
/** A little less than a day: a round that begins a minute early is not put off for an hour. */
const DAILY_MS = ELAPSED_DAY - HOUR / 2;

/** Who may have them asked at once. */
export const MAY_ASK = ['owner', 'lead', 'operator'] as const;
export function refuseUnlessMayAsk({ roles }: Actor): void {
  if (!roles.some((role) => MAY_ASK.some((may) => may === role)))
    throw refuse('forbidden', { act: 'Having witnesses or authorities asked', roles: MAY_ASK.join(', ') });
}

type Someone = Stored<typeof Witness> | Stored<typeof TimeAuthority>;

/** One of those outside with what it has seen. */
interface Due<S> {
  readonly who: S;
  readonly last: Anchor | undefined;
  readonly isUntouched: boolean;
}

export function outside(parts: AskingParts): Outside {
  const { runner, clock, log, anchors, reach } = parts;

  /** Who is there, what each saw last, and whether there is more to see than that others saw something. */
  const dueOf = <S extends Someone>(
    org: Organisation,
    kind: Anchor['kind'],
    def: RecordDef,
    rowsIn: (snapshot: Snapshot, at: Point) => readonly S[],
  ): Promise<readonly Due<S>[]> =>
    runner.reading(org, {}, [def], async ({ snapshot, asOf, position, size, client }) => {
      const context = { client, org: org.id, position, size };
      const seen = (await anchors.of(context)).filter((anchor) => anchor.kind === kind);
      const due: Due<S>[] = [];
      for (const who of rowsIn(snapshot, { asOf, position })) {
        const last = largest(seen.filter(({ id }) => id === who.id));
        const after = await entriesAfter(context, { from: last?.size ?? 0, except: SEEN_ACTS });
        due.push({ who, last, isUntouched: after.entries === 0 });
      }
      return due;
    });

  const trouble = async (
    org: Organisation,
    kind: Anchor['kind'],
    { id, name }: Someone,
    error: unknown,
  ): Promise<Asked> => {
    const known = knownTrouble(error);
    if (known === undefined) throw error;
    const { code, says } = known;
    const { index } = await runner.act(org, OURS, 'outside-trouble.record', {
      kind,
      id,
      code,
      says: says.slice(0, 1000),
    });
    if (index !== null && ALARMS.includes(code))
      await parts.alert(org, `${code} ${kind}.${id} ${index}`, `The witness ${name} disputes this log: ${says}`);
    return { kind, id, name, came: 'trouble', code, says };
  };

  /** Each for itself: what keeps one keeps none of the others. What is no trouble of theirs ends the round once all were asked. */
  const askAll = async <S extends Someone>(
    org: Organisation,
    kind: Anchor['kind'],
    due: readonly Due<S>[],
    { now: isNow, signal }: AskOptions,
    ask: (due: Due<S>) => Promise<{ readonly size: number; readonly at: Instant }>,
  ): Promise<readonly Asked[]> => {
    const settled = await Promise.allSettled(
      due.map(async (one): Promise<Asked> => {
        const { who, last, isUntouched } = one;
        const told = { kind, id: who.id as string, name: who.name };
        if (isUntouched) return { ...told, came: 'untouched' };
        if (!isNow && who.every === 'daily' && last !== undefined && clock.now() - last.at < DAILY_MS)
          return { ...told, came: 'not-due' };
        try {
          const { size, at } = await ask(one);
          await runner.act(org, OURS, 'outside-trouble.record', { kind, id: who.id });
          return { ...told, came: 'recorded', size, at: printInstant(at) };
        } catch (error) {
          // Who is told to stop has learnt nothing of anybody.
          signal.throwIfAborted();
          return await trouble(org, kind, who, error);
        }
      }),
    );
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  };

  const bounded = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);

  return {
    async stamp(org, options) {
      const due = await dueOf(org, 'time', TimeAuthority, (snapshot, at) => shelfOf(snapshot, TimeAuthority, at).all());
      if (due.every(({ isUntouched }) => isUntouched)) return askAll(org, 'time', due, options, nobodyAsked);
      const { checkpoint } = await log.checkpoint(org.id);
      return askAll(org, 'time', due, options, async ({ who }) => {
        const authority = { url: who.url, roots: parseTimeRoots(who.roots) };
        // The ledger says of everything that is not its own that there is no connection: what we know better is kept.
        let why: unknown;
        const post: TimePost = async (url, sent) => {
          try {
            return await reach(url, sent);
          } catch (error) {
            why = error;
            throw error;
          }
        };
        const given = { timeout: TIMEOUT_MS, signal: options.signal, now: clock.now() };
        const { response, stamp: stamped } = await stamp(authority, Buffer.from(checkpoint), post, given).catch(
          (error: unknown) => {
            throw why ?? error;
          },
        );
        const token = Buffer.from(response).toString('base64');
        const { answer } = await runner.act(org, OURS, 'time-stamp.record', { authority: who.id, checkpoint, token });
        return { size: sizeIn(answer), at: stamped.at + (stamped.accuracyMs ?? 0) };
      });
    },

    async askWitnesses(org, options) {
      const due = await dueOf(org, 'witness', Witness, (snapshot, at) =>
        shelfOf(snapshot, Witness, at)
          .all()
          .filter(({ how }) => how === 'http'),
      );
      if (due.every(({ isUntouched }) => isUntouched)) return askAll(org, 'witness', due, options, nobodyAsked);
      const { checkpoint } = await log.checkpoint(org.id);
      return askAll(org, 'witness', due, options, async ({ who, last }) => {
        const post = async (body: string) => {
          const url = `${(who.url ?? '').replace(/\/+$/, '')}/add-checkpoint`;
          const signal = bounded(options.signal);
          const answer = await reach(url, {
            method: 'POST',
            headers: { 'content-type': 'text/plain; charset=utf-8' },
            body,
            signal,
          });
          return {
            status: answer.status,
            contentType: answer.headers.get('content-type') ?? '',
            body: await textOf(answer.body, LONGEST_ANSWER),
          };
        };
        const asking = {
          note: checkpoint,
          read: log.reader(org.id, parseCheckpoint(parseNote(checkpoint).text).size),
          witness: [parseWitnessKey(who.vkey)],
          oldSize: last?.size ?? 0,
        };
        const [obtained] = await askWitness(post, asking, Math.floor(clock.now() / 1000));
        if (obtained === undefined) throw new LedgerFault('witness.failed', 'The witness signed nothing.');
        const line = printNote({ text: '', signatures: [obtained.line] }).trim();
        const { answer } = await runner.act(org, OURS, 'cosignature.record', { witness: who.id, checkpoint, line });
        return { size: sizeIn(answer), at: obtained.time * 1000 };
      });
    },
  };
}

const nobodyAsked = (): Promise<never> => Promise.reject(new Error('There is nothing to see'));

const largest = (seen: readonly Anchor[]): Anchor | undefined =>
  seen.reduce<Anchor | undefined>((most, one) => (most !== undefined && most.size >= one.size ? most : one), undefined);

const sizeIn = (answer: unknown): number => (answer as { readonly size: number }).size;

/** Trouble with who was asked, in a code and a sentence; undefined for a fault of ours, which is tried again and not kept as theirs. */
function knownTrouble(error: unknown): { readonly code: string; readonly says: string } | undefined {
  if (error instanceof LedgerFault) return { code: error.code, says: error.message };
  if (error instanceof SourceRefusal) return { code: 'outside.address', says: `It is not asked: ${error.message}.` };
  if (error instanceof Refusal) {
    const { code } = error.details;
    return error.code === 'proof.unverified' && typeof code === 'string' ? { code, says: error.message } : undefined;
  }
  if (
    error instanceof Error &&
    (NETWORK.test(codeIn(error)) || error.name === 'AbortError' || error.name === 'TimeoutError')
  )
    return {
      code: 'outside.unreachable',
      says: `It cannot be reached: ${WHY[codeIn(error)] ?? 'it did not answer in time'}.`,
    };
  return undefined;
}

const NETWORK = /^(?:E[A-Z]+|ERR_TLS|ERR_SSL|HPE_|CERT_|DEPTH_|UNABLE_|SELF_SIGNED)/;
const codeIn = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');
const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it broke the connection off',
  ENOTFOUND: 'the name has no address',
  EHOSTUNREACH: 'there is no way there',
};
