import { join } from 'node:path';
import type { Product, Refusal } from '@countersign/core/kernel/index.ts';
import { printInstant } from '@countersign/core/kernel/index.ts';
import { product as theProduct } from '@countersign/core/product.ts';
import type { ItemsQuestion } from '@countersign/core/check/items.ts';
import { refuseCheck } from '@countersign/core/check/record.ts';
import type { CountQuestion } from '@countersign/core/population/feed.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { Locks } from './database/locks.ts';
import type { Database } from './database/pool.ts';
import { syntaxError } from './judge/expression.ts';
import { background } from './jobs/background.ts';
import type { Background } from './jobs/background.ts';
import { createJudge } from './judge/judge.ts';
import type { EntriesQuestion } from './kernel/entries.ts';
import { entriesOf } from './kernel/entries.ts';
import type { Feeds } from './kernel/feeds.ts';
import { aroundErasing, removeLeftOver } from './erasure/around.ts';
import { erasing } from './erasure/erase.ts';
import { erasureFeeds } from './erasure/reach.ts';
import { firstCollection } from './kernel/first-collection.ts';
import { Memory } from './kernel/organisation.ts';
import type { QueueParts } from './kernel/queue.ts';
import type { Runner } from './kernel/runner.ts';
import { createRunner } from './kernel/runner.ts';
import { signers } from './ledger/keys.ts';
import { refuseUnlessMayAsk } from './ledger/asking.ts';
import { Log } from './ledger/log.ts';
import type { Reach } from './ledger/outside.ts';
import { reachOutside } from './ledger/outside.ts';
import { AnchorMemory, outsideHolds, seenFeeds } from './ledger/seen-feeds.ts';
import { CatchUp } from './observe/catch-up.ts';
import { collectionNotes } from './observe/collection-notes.ts';
import { countEvents } from './observe/counts.ts';
import { listedItems } from './observe/listed-items.ts';
import { StepMemory } from './observe/steps.ts';
import { TrackMemory } from './observe/tracks.ts';
import { runsOf } from './selfcheck/runs.ts';
import { selfCheck } from './selfcheck/self-check.ts';
import type { MailSettings } from './mail/mailer.ts';
import type { Organisation, Services } from './runtime.ts';
import { createVault, forgetRemoved, keyRing, readSignInKey, rotateKeys } from './secrets.ts';
import type { BlobSettings } from './blobs/open.ts';
import { DEFAULT_BLOBS, openBinderStore, openStore } from './blobs/open.ts';
import type { Blobs } from './services/blobs.ts';
import { blobs } from './services/blobs.ts';
import { seenBy } from './binder/seen.ts';
import { binders } from './services/binders.ts';
import { connectorsService } from './services/connectors.ts';
import { rowToTell } from './http/row.ts';
import { createPress } from './documents/press.ts';
import { documents } from './services/documents.ts';
import { doctor } from './services/doctor.ts';
import { beginOrganisation, init, readOrganisations } from './services/init.ts';
import { exchange } from './services/exchange.ts';
import { exchangeOut } from './services/exchange-out.ts';
import { imports } from './services/imports.ts';
import { rotateLogKey } from './services/log-keys.ts';
import { planLetters } from './services/plan-letters.ts';
import { push } from './services/push.ts';
import { sample } from './sample/sample.ts';
import { rebuild } from './services/rebuild.ts';
import { sources } from './services/sources.ts';
import { tokens } from './services/tokens.ts';
import type { SignIn } from './signin/index.ts';
import { createSignIn } from './signin/index.ts';
import type { Place } from './signin/place.ts';
import { placeOf } from './signin/place.ts';
import { witnessFeeds } from './witness/feeds.ts';
import { cosigners } from './witness/key.ts';
import { publicLogs } from './witness/public-log.ts';
import { witnessMail } from './witness/by-mail.ts';
import { refuseLogKey, witnesses } from './witness/witness.ts';
import type { Alarm } from './witness/witness.ts';
import { refuseWitnessing } from '@countersign/core/witnessing/index.ts';

export interface EngineOptions {
  readonly database: Database;
  readonly dataFolder: string;
  readonly keyFile: string;
  readonly localSources: boolean;
  /** No mail without it. */
  readonly mail?: MailSettings;
  /** Default: files in the data folder. */
  readonly blobs?: BlobSettings;
  readonly clock?: Clock;
  /** Where browsers reach the server; default port 4300 of this machine. */
  readonly place?: Place;
  /** Whether identity providers inside the network may be asked; default as for sources of the machine. */
  readonly localIssuers?: boolean;
  /** Whether witnesses and time-stamp authorities inside the network may be asked; default as for sources of the machine. */
  readonly localWitnesses?: boolean;
  /** How they are asked, which a test does itself. */
  readonly reach?: Reach;
  /** The DNS, which a test answers itself. */
  readonly txt?: (name: string) => Promise<readonly (readonly string[])[]>;
  /** One line for the operator, of what better-auth could not do. */
  readonly report?: (line: string) => void;
  /** Another product than ours: for tests of the kernel. */
  readonly product?: Product;
}

/** A running product: what HTTP and the command line stand on. */
export interface Engine {
  readonly runtime: Runner;
  readonly services: Services;
  readonly signIn: SignIn;
  readonly log: Log;
  readonly background: Background;
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

/** Puts the parts together, once. Nothing here outlives `close`, and nothing that another process could not rebuild. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { database, dataFolder, clock = systemClock, product = theProduct } = options;
  const keys = keyRing(options.keyFile);
  await keys.current();
  const vault = createVault(keys);
  const signer = signers(vault);
  const judge = createJudge();
  const catchUp = new CatchUp(database, judge);
  const tracks = new TrackMemory();
  const steps = new StepMemory();
  const kept = options.blobs ?? DEFAULT_BLOBS;
  const files = blobs(await openStore(dataFolder, kept), kept.quota, database);
  const log = new Log({ tenants: database, folder: join(dataFolder, 'log'), readBlob: files.read, signer });
  const memory = new Memory(product);
  const place = options.place ?? placeOf({ url: undefined, port: 4300 });
  const anchors = new AnchorMemory();
  const parts: QueueParts = {
    product,
    tenants: database,
    memory,
    clock,
    signer,
    feeds: new Map([
      ...feedsOf(tracks, steps, log, files, seenFeeds(log, clock, anchors)),
      ...witnessFeeds(vault, place.base),
      ...erasureFeeds,
    ]),
    holds: new Map([['check', refuseExpressions], ...outsideHolds, ['witnessed-log', refuseForeignKey]]),
    effects: erasing(judge),
  };
  const runtime = aroundErasing(
    forgetting(createRunner({ ...parts, beforeReading: (org) => catchUp.run(org.id) }), database),
    { database, files, catchUp, removeBinders: (org) => bound.expire(org) },
  );
  void removeLeftOver(files, readOrganisations(database));
  const locks = new Locks(database.app);
  const press = createPress();
  const known = new Map<number, Organisation>();
  const organisation = async (id: number): Promise<Organisation | undefined> => {
    if (!known.has(id)) for (const org of await readOrganisations(database)) known.set(org.id, org);
    return known.get(id);
  };
  const observing = {
    tenants: database,
    clock,
    signer,
    runner: runtime,
    vault,
    catchUp,
    locks,
    workFolder: join(dataFolder, 'work'),
    localSources: options.localSources,
  };

  const collecting = sources(observing);
  const checking = selfCheck({
    ...{ database, product, clock, log, runner: runtime, locks, readBlob: files.read, judge: createJudge },
    alert: (org, occasion, says) =>
      work.mail
        .alert(org, { occasion, says, leads: '/ledger' })
        .then(() => work.mail.post(org, new AbortController().signal)),
  });
  const bound = binders({
    ...{ tenants: database, runner: runtime, log, readBlob: files.read, clock },
    seen: seenBy(),
    store: await openBinderStore(dataFolder, kept),
  });
  const work = background({
    ...{
      database,
      clock,
      runner: runtime,
      services: { ...collecting, binders: bound, selfCheck: checking },
      organisation,
    },
    outside: { log, anchors, reach: options.reach ?? reachOutside(options.localWitnesses ?? options.localSources) },
    ...(options.mail === undefined ? {} : { mail: options.mail }),
  });
  const signIn = createSignIn({
    database,
    vault,
    runner: runtime,
    clock,
    key: await readSignInKey(options.keyFile),
    place,
    inside: options.localIssuers ?? options.localSources,
    begin: beginOrganisation({ database, vault, runner: runtime }),
    organisations: () => readOrganisations(database),
    organisation,
    error: options.report ?? (() => undefined),
    ...(options.txt === undefined ? {} : { txt: options.txt }),
  });
  signIn.sendInvitation((given) => work.mail.invite(given));
  const filled = sample({
    database,
    vault,
    clock,
    engineAt: (at) =>
      createEngine({ ...options, database: { ...database, close: () => Promise.resolve() }, clock: at }),
  });
  const begin = init({ database, vault, runner: runtime });
  const alert = (org: Organisation, alarm: Alarm) => work.mail.alert(org, alarm);
  const witness = witnesses({ database, clock, cosigner: cosigners(vault), alert });
  const made = documents({ runner: runtime, tenants: database, log, clock, press, tell: rowToTell });

  return {
    runtime,
    signIn,
    log,
    background: work,
    services: {
      organisations: () => readOrganisations(database),
      init: (actor, { demo, ...input }) =>
        demo === true ? filled(actor, input, () => undefined, new AbortController().signal) : begin(actor, input),
      sample: filled,
      ...collecting,
      binders: bound,
      jobs: work.jobs,
      mail: work.mail,
      connectors: connectorsService(options.localSources),
      rotateKeys: () =>
        rotateKeys({
          path: options.keyFile,
          app: database.app,
          organisations: () => readOrganisations(database),
          tenant: (org, mode, work) => database.tenant(org, mode, work),
          today: printInstant(clock.now()).slice(0, 10),
        }),
      push: push(observing),
      ...tokens({ runner: runtime, tenants: database, clock, organisation }),
      putBlob: files.putBlob,
      documents: made,
      sendPlan: planLetters({ runner: runtime, documents: made, mailer: work.mail.mailer }),
      imports: imports({ runner: runtime, files }),
      exchange: exchange({ runner: runtime, files, clock }),
      exchangeOut: exchangeOut({ runner: runtime, files, clock }),
      findBlob: files.find,
      readBlob: (org, digest, range) => files.read(org.id, digest, range),
      storage: files.storage,
      checkpoint: (org) => log.checkpoint(org.id),
      proof: (org, index) => log.proof(org.id, index),
      rotateLogKey: rotateLogKey({ database, vault, runner: runtime, log }),
      exportLog: (org, at) => log.export(org.id, at),
      stampLog: (org, actor, signal) => {
        refuseUnlessMayAsk(actor);
        return work.outside.stamp(org, { signal, now: true });
      },
      askWitnesses: (org, actor, signal) => {
        refuseUnlessMayAsk(actor);
        return work.outside.askWitnesses(org, { signal, now: true });
      },
      publicLog: publicLogs(database, join(dataFolder, 'log')),
      witness,
      witnessMail: witnessMail({ runner: runtime, log, folder: join(dataFolder, 'log'), witness, alert }),
      selfCheck: checking,
      rebuild: rebuild({ database, product, steps, catchUp }),
      doctor: doctor({
        database,
        log,
        vault,
        runner: runtime,
        jobs: work.jobs,
        mail: work.mail,
        keyFile: options.keyFile,
      }),
    },
    async ready() {
      await database.pool.query('select 1');
      return true;
    },
    async close() {
      await work.close();
      await locks.close();
      await press.close();
      await judge.close();
      await database.close();
    },
  };
}

/** The syntax of a check's expressions, asked when it is written and not when it is first needed. */
function refuseExpressions(body: Readonly<Record<string, unknown>>): Refusal | undefined {
  for (const field of ['scope', 'applies', 'passes']) {
    const expression = body[field];
    if (typeof expression !== 'string') continue;
    const why = syntaxError(expression);
    if (why !== undefined) return refuseCheck('expression', { field, why }, [field]);
  }
  return undefined;
}

/** The key of a log that is to be witnessed. */
function refuseForeignKey({ vkey }: Readonly<Record<string, unknown>>): Refusal | undefined {
  const why = refuseLogKey(String(vkey));
  return why === undefined ? undefined : refuseWitnessing('key', { why }, ['vkey']);
}

/** Acts after which what was kept for a record goes at once: the secrets of a source, the digest of a token. */
const FORGETS: readonly string[] = ['source.remove', 'token.revoke', 'invitation.revoke', 'identity-provider.remove'];

const forgetting = (runner: Runner, database: Database): Runner => ({
  ...runner,
  async act(org, actor, name, input, options) {
    const told = await runner.act(org, actor, name, input, options);
    if (FORGETS.includes(name) && told.index !== null) {
      await database.tenant(org.id, 'write', (client) => forgetRemoved(client, org.id));
    }
    return told;
  },
});

function feedsOf(
  tracks: TrackMemory,
  steps: StepMemory,
  log: Log,
  files: Blobs,
  seen: ReturnType<typeof seenFeeds>,
): Feeds {
  return new Map<
    string,
    (context: Parameters<NonNullable<ReturnType<Feeds['get']>>>[0], question: never) => Promise<unknown>
  >([
    ['self-checks', async ({ client, org }) => runsOf(client, org)],
    ...seen,
    ['tracks', async ({ client, org, size }) => tracks.of(client, org, size)],
    ['first-collection', async (context, question: { readonly asOf: number }) => firstCollection(context, question)],
    ['entries', async (context, question: EntriesQuestion) => entriesOf(context, question)],
    ['source-datasets', async ({ client, org, size }) => tracks.pairs(client, org, size)],
    [
      'collection-notes',
      async (context, { indexes }: { readonly indexes: readonly number[] }) => collectionNotes(context, indexes),
    ],
    ['completeness', async ({ client, org, size }) => tracks.completeBy(client, org, size)],
    [
      'steps',
      async ({ client, org, size, position }, { checks }: { readonly checks: readonly string[] }) =>
        steps.of(client, org, checks, size, position),
    ],
    [
      'counts',
      async ({ client, org, size, position }, questions: readonly CountQuestion[]) =>
        countEvents(client, org, position, questions, await tracks.of(client, org, size)),
    ],
    [
      'listed-items',
      async ({ client, org, size, position }, question: ItemsQuestion) =>
        listedItems(client, org, position, question, await tracks.of(client, org, size)),
    ],
    [
      'blobs',
      async ({ client, org }, { digests }: { readonly digests: readonly string[] }) =>
        files.sizes(client, org, digests),
    ],
    [
      'log-root',
      async ({ client, org, position }) => ({ size: position, root: await log.rootAt(client, org, position) }),
    ],
  ]);
}
