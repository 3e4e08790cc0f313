import { existsSync, readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { Organisation as OrganisationRecord } from '@countersign/core/organisation/index.ts';
import type { Actor } from '@countersign/core/kernel/index.ts';
import { dayOf, parseT, printInstant, refuse } from '@countersign/core/kernel/index.ts';
import {
  fingerprint,
  logFiles,
  nameFor,
  printClaimLine,
  printRedaction,
  printVerifierKey,
  proverOf,
  writeBinder,
} from '@countersign/ledger/index.ts';
import type { BinderFile, Json } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Log, LogAt } from '../ledger/log.ts';
import { handedOverAt } from '../ledger/log.ts';
import { payloadsOf } from '../ledger/payloads.ts';
import type { Organisation } from '../runtime.ts';
import type { Answers } from './answers.ts';
import { askFor } from './answers.ts';
import { evidenceFilesOf, factsPath, fileLines, jsonFile, placesOf } from './evidence.ts';
import { indexPage } from './pages/index-page.ts';
import type { Bound } from './pages/bound.ts';
import { howToVerify } from './pages/how-to-verify.ts';
import { choose } from './payloads.ts';
import type { BinderAsk, Cut } from './period.ts';
import { cutOf, periodOf, refuseFuture } from './period.ts';
import type { Found } from './scope.ts';
import { controlsOf, lookFor, refuseUnknownHides } from './scope.ts';
import type { SeenBy } from './seen.ts';
import { Spool } from './spool.ts';
import { verdictLines } from './verdicts.ts';

export interface BinderParts {
  readonly tenants: Tenants;
  readonly runner: Runner;
  readonly log: Log;
  readBlob(org: number, digest: string): Promise<Readable>;
  readonly clock: Clock;
  /** What others saw of the log. */
  readonly seen: SeenBy;
}

export interface Watching {
  readonly signal: AbortSignal;
  progress(done: number, of: number, says: string): void;
}

/** A binder that was written. */
export interface Written {
  readonly name: string;
  readonly size: number;
  readonly root: string;
  readonly knownAt: string;
  /** Entries of the log that came later. */
  readonly after: number;
  readonly manifest: string;
  readonly files: number;
  readonly evidence: number;
}

/** What a binder would hold, before it is made. */
export interface Preview {
  readonly name: string;
  readonly size: number;
  readonly knownAt: string;
  readonly after: number;
  readonly controls: number;
  readonly evidence: number;
  readonly bytes: number;
  /** Evidence whose bytes are not kept any more. */
  readonly gone: number;
  readonly collections: number;
  readonly datasets: readonly string[];
  readonly statuses: readonly string[];
  /** The newest size that somebody outside saw and that the binder would stop at; null where it is not seen. */
  readonly seen: number | null;
}

/** Read once: it is part of the program. */
const verifyPage = ((): (() => Buffer | undefined) => {
  let read: Buffer | undefined;
  const at = new URL('../../ledger/page/dist/verify.html', import.meta.url);
  return () => (read ??= existsSync(at) ? readFileSync(at) : undefined);
})();

interface Begun {
  readonly organisation: { readonly name: string; readonly sample: boolean };
  readonly zone: string;
  readonly cut: Cut;
  readonly found: Found;
  readonly answers: Answers;
}

/** All that is found out before the first byte: the period, where the log is cut, the answers, and what touches them. */
async function begin(
  { tenants, runner, log, seen, clock }: BinderParts,
  org: Organisation,
  actor: Actor,
  ask: BinderAsk,
  signal: AbortSignal,
): Promise<Begun> {
  const { framework, hides = [] } = ask;
  refuseUnknownHides(hides);
  await log.publish(org.id);
  const { zone, ...organisation } = await runner.reading(
    org,
    {},
    [OrganisationRecord],
    async ({ snapshot, asOf, position, zone }) => {
      const row = shelfOf(snapshot, OrganisationRecord, { asOf, position }).find('organisation');
      return { zone, name: row?.name ?? org.slug, sample: row?.sample === true };
    },
  );
  const period = periodOf(ask, zone);
  const knownAt = ask.knownAt === undefined ? undefined : parseT(zone, ask.knownAt);
  if (ask.knownAt !== undefined && knownAt === undefined)
    throw refuse('invalid', { says: `knownAt “${ask.knownAt}” is neither a date nor an instant with its offset.` }, [
      'knownAt',
    ]);
  const { cut, controls } = await tenants.tenant(org.id, 'read', async (client) => {
    const handedOver = await handedOverAt(client, org.id);
    const sizes = (await seen.sizes(client, org.id)).filter((size) => size > handedOver);
    const cut = await cutOf(client, org.id, period, { knownAt, now: clock.now(), seen: sizes });
    refuseFuture(period, cut.knownAt);
    return { cut, controls: await controlsOf(client, org.id, cut.size, period, framework) };
  });
  signal.throwIfAborted();
  const answers = await askFor({ runner, org, actor, period, cut, framework, controls });
  const { effectiveness } = answers;
  const found = await tenants.tenant(org.id, 'read', (client) =>
    lookFor({ client, org: org.id, size: cut.size, period, framework, hides, controls, effectiveness, signal }),
  );
  return { organisation, zone, cut, found, answers };
}

const folderOf = (org: Organisation, { from, to, framework }: BinderAsk): string =>
  [org.slug, from, to, ...(framework === undefined ? [] : [framework])].join('-');

export async function previewBinder(
  parts: BinderParts,
  org: Organisation,
  actor: Actor,
  ask: BinderAsk,
  signal: AbortSignal,
): Promise<Preview> {
  const { cut, found, answers } = await begin(parts, org, actor, ask, signal);
  const placed = placesOf(found.evidence);
  const sizes = await parts.tenants.tenant(org.id, 'read', (client) => parts.seen.sizes(client, org.id));
  return {
    name: `${folderOf(org, ask)}.zip`,
    size: cut.size,
    knownAt: printInstant(cut.knownAt),
    after: cut.after,
    controls: found.controls.length,
    evidence: placed.length,
    bytes: placed.reduce((sum, { isFirst, bytes }) => sum + (isFirst ? bytes : 0), 0),
    gone: placed.filter(({ path }) => path === undefined).length,
    collections: found.scope.collections.size,
    datasets: [...new Set(found.collected.map(({ dataset }) => dataset))],
    statuses: answers.statuses.map(({ answer }) => answer.framework),
    seen: sizes.includes(cut.size) ? cut.size : null,
  };
}

/**
 * Writes the binder of a period as a ZIP. The log is read once, with cursors; what is repeated of it for people is spooled to a temporary folder.
 * Memory grows with the evidence and the distinct facts shown, by some hundred bytes each. The same log, period, options and `knownAt` give the same bytes.
 */
export async function makeBinder(
  parts: BinderParts,
  org: Organisation,
  actor: Actor,
  ask: BinderAsk,
  out: Writable,
  watching: Watching,
): Promise<Written> {
  const { signal } = watching;
  watching.progress(0, 1, 'Looking for what touches the period');
  const begun = await begin(parts, org, actor, ask, signal);
  const { cut, zone, organisation, answers } = begun;
  const spool = await Spool.make();
  try {
    return await parts.tenants.tenant(org.id, 'read', async (client) => {
      const at = await parts.log.at(client, org.id, cut.size);
      const root = Buffer.from(at.root).toString('base64');
      const knownAt = printInstant(cut.knownAt);
      const { from, to, framework } = ask;
      const folder = folderOf(org, ask);
      const written = await writeBinder(filesOf(parts, org, client, begun, at, ask, spool, watching), out, {
        folder,
        about: {
          kind: 'binder',
          organisation: organisation.name,
          period: { from, to },
          ...(framework === undefined ? {} : { framework }),
          asOf: answers.asOf,
          knownAt,
          log: { origin: at.origin, size: cut.size, root },
        },
        baggedOn: dayOf(zone, cut.knownAt),
        seal: { origin: at.origin, signer: at.signer },
      });
      return {
        name: `${folder}.zip`,
        ...{ size: cut.size, root, knownAt, after: cut.after },
        ...{ manifest: written.manifest, files: written.files, evidence: begun.found.evidence.length },
      };
    });
  } finally {
    await spool.close();
  }
}

/** Every file below `data/`, in the order in which it is written: evidence, log, what is repeated of it, answers, pages. */
async function* filesOf(
  parts: BinderParts,
  org: Organisation,
  client: pg.ClientBase,
  { organisation, zone, cut, found, answers }: Begun,
  at: LogAt,
  ask: BinderAsk,
  spool: Spool,
  { signal, progress }: Watching,
): AsyncGenerator<BinderFile> {
  const readBlob = (digest: string): Promise<Readable> => parts.readBlob(org.id, digest);
  const placed = placesOf(found.evidence);
  const of = placed.length + cut.size;
  let done = 0;
  yield* evidenceFilesOf(placed, readBlob, ({ id }) => {
    signal.throwIfAborted();
    progress((done += 1), of, `Evidence: ${id}`);
  });
  const lines = fileLines(placed);
  if (lines !== '') yield { path: 'files.ndjson', bytes: Buffer.from(lines) };
  const prove = await proverOf(at.storage);
  for (const { folder, entry } of placed)
    yield { path: `proofs/${folder}.tlog-proof`, bytes: Buffer.from(await prove(entry)) };

  // What is withheld, by reason; and how many lines each list has.
  const withheld = new Map<string, number>();
  const repeated = new Map<string, number>();
  let redacted = '';
  let place = '';
  const chosen = choose(payloadsOf(client, org.id, readBlob), {
    ...{ client, org: org.id, size: cut.size, scope: found.scope },
    files: new Set(placed.flatMap(({ path, digest }) => (path === undefined ? [] : [digest]))),
    async before(index) {
      signal.throwIfAborted();
      progress(placed.length + index, of, `Log: entry ${index} of ${cut.size}`);
      if (redacted !== '') await spool.add('redactions.ndjson', redacted);
      redacted = '';
    },
  });
  const repeat = (path: string, line: string): Promise<void> => {
    repeated.set(path, (repeated.get(path) ?? 0) + 1);
    return spool.add(path, line);
  };
  yield* logFiles({
    published: at.storage,
    keys: at.keys,
    payloads: chosen.payloads,
    hides(entry, hidden) {
      const because = chosen.because(hidden);
      withheld.set(because, (withheld.get(because) ?? 0) + 1);
      redacted += printRedaction({ entry, hidden, because });
    },
    shows(entry, what, name, body) {
      if (what === 'subject') place = placeOf(body, chosen.isCollection());
      const path = what === 'item' ? place : chosen.isCollection() ? 'records/collection.ndjson' : place;
      const recordedAt = chosen.recordedAt();
      const claim = { entry, what, name, body, ...(recordedAt === undefined ? {} : { at: recordedAt }) };
      return repeat(path, printClaimLine(claim));
    },
  });
  if (redacted !== '') await spool.add('redactions.ndjson', redacted);
  const seenPaths: string[] = [];
  for await (const { path, bytes } of parts.seen.files(client, org.id, cut.size)) {
    seenPaths.push(path);
    yield { path: `log/${path}`, bytes };
  }
  yield* spool.files('records/');
  yield* spool.files('facts/');
  yield* spool.files('redactions.ndjson');

  progress(of, of, 'Answers and pages');
  for (const { name, answer } of answers.statuses) yield { path: `answers/${name}.json`, bytes: jsonFile(answer) };
  yield { path: 'answers/effectiveness.json', bytes: jsonFile(answers.effectiveness) };
  await spool.add('answers/verdicts.ndjson', '');
  repeated.set('answers/verdicts.ndjson', 0);
  for await (const line of verdictLines({ client, org: org.id, size: cut.size, found }))
    await repeat('answers/verdicts.ndjson', line);
  yield* spool.files('answers/');

  const bound: Bound = {
    ...{ ...organisation, zone, answers, placed, withheld, repeated },
    period: found.scope.period,
    ...(ask.framework === undefined ? {} : { framework: ask.framework }),
    knownAt: printInstant(cut.knownAt),
    log: { origin: at.origin, size: cut.size, root: Buffer.from(at.root).toString('base64') },
    key: { text: printVerifierKey(at.keys[0]), fingerprint: fingerprint(at.keys[0].publicKey) },
    controls: found.controls,
    collected: found.collected,
    seen: await parts.seen.told(client, org.id, cut.size),
    tokens: tokensIn(seenPaths),
    claims: await parts.seen.claims(client, org.id, cut.size),
    verifies: verifyPage() !== undefined,
  };
  yield { path: 'index.html', bytes: textBytes(indexPage(bound)) };
  yield { path: 'how-to-verify.html', bytes: textBytes(howToVerify(bound)) };
  const page = verifyPage();
  if (page !== undefined) yield { path: 'verify.html', bytes: page };
}

/** Each token with the checkpoint it is over and the roots that the company names for its authority. */
function tokensIn(paths: readonly string[]): Bound['tokens'] {
  return paths.flatMap((token) => {
    const [, size, authority] = /^seen\/(\d+)\/([a-z0-9-]+)\.tsr$/.exec(token) ?? [];
    const roots = `authorities/${authority}.pem`;
    return size === undefined || !paths.includes(roots)
      ? []
      : [{ token, checkpoint: `seen/${size}/checkpoint`, roots }];
  });
}

/** Where what an entry shows is repeated: a record among its kind, items of a collection in a list of their source and dataset. */
function placeOf(body: Json, isCollection: boolean): string {
  const row = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  if (!isCollection) return `records/${nameFor(String(row['kind']))}.ndjson`;
  return factsPath({ source: String(row['source']), dataset: String(row['dataset']) });
}

async function* textBytes(parts: Iterable<string>): AsyncGenerator<Uint8Array> {
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < 1 << 16) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  yield Buffer.from(chunk);
}
