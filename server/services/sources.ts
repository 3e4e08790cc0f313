import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceRefusal } from '@countersign/connectors/kit/connector.ts';
import type { Connector, Dataset, Session } from '@countersign/connectors/kit/connector.ts';
import { connectors } from '@countersign/connectors/kit/registry.ts';
import { refuseUnlessAllowed } from '@countersign/core/access/index.ts';
import { addSource, Source } from '@countersign/core/connector/index.ts';
import type { Actor, Instant, Stored } from '@countersign/core/kernel/index.ts';
import { defineRefusals, illFormed, parseInstant, printInstant, Refusal } from '@countersign/core/kernel/index.ts';
import type { Clock } from '../clock.ts';
import type { Locks } from '../database/locks.ts';
import type { Tenants } from '../kernel/organisation.ts';
import type { Runner } from '../kernel/runner.ts';
import { shelfOf } from '../kernel/shelf.ts';
import type { CatchUp } from '../observe/catch-up.ts';
import type { Ending, IngestParts } from '../observe/ingest.ts';
import { ingest, Turns } from '../observe/ingest.ts';
import type { StagedItem } from '../observe/stage.ts';
import { TwiceGiven } from '../observe/stage.ts';
import type { CollectionReport, Organisation, Progress, Services } from '../runtime.ts';
import type { Vault } from '../secrets.ts';
import { forgetRemoved } from '../secrets.ts';

export const refuseSource = defineRefusals('source', {
  connector: {
    family: 'missing',
    says: (p: { connector: string; known: string }) => `There is no connector “${p.connector}”. There are: ${p.known}.`,
  },
  settings: { family: 'invalid', says: (p: { why: string }) => `The settings do not fit: ${p.why}` },
  secret: { family: 'invalid', says: (p: { name: string }) => `This connector takes no secret “${p.name}”.` },
  local: {
    family: 'forbidden',
    says: (_: object) =>
      'This source is the machine itself, which only its operator may read, on a server that listens on loopback (COUNTERSIGN_LOCAL_SOURCES).',
  },
  none: { family: 'invalid', says: (_: object) => 'No source is connected yet. Begin with “countersign connect”.' },
  push: {
    family: 'invalid',
    says: (p: { source: string }) => `“${p.source}” is fed with “facts push”; there is nothing to collect.`,
  },
});

export interface SourceParts extends IngestParts {
  readonly runner: Runner;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly catchUp: CatchUp;
  readonly locks: Locks;
  /** Folders that connectors keep between runs. */
  readonly workFolder: string;
  readonly localSources: boolean;
  /** One line of the server's log; to standard error without it. */
  readonly logLine?: (line: string) => void;
}

const BATCH = 1000;
const PROGRESS_MS = 500;
const MOST_GAPS = 200;
/** Systems that are read at once: each holds a connection while it is, perhaps for hours. */
const MOST_AT_ONCE = 3;

const secretName = (source: string, name: string): string => `source/${source}/${name}`;

const readsMachine = (connector: Connector, settings: Readonly<Record<string, string>>): boolean =>
  connector.local === 'always' || (connector.local === 'path' && settings['path'] !== undefined);

export function sources(parts: SourceParts): Pick<Services, 'connect' | 'collect'> {
  const { runner, tenants, vault, catchUp, locks } = parts;
  const turns = new Turns(MOST_AT_ONCE);
  const logLine = parts.logLine ?? ((line: string) => void process.stderr.write(`${line}\n`));

  async function sessionOf(
    org: Organisation,
    source: string,
    settings: Readonly<Record<string, string>>,
    secrets: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Session> {
    const workFolder = join(parts.workFolder, String(org.id), source);
    await mkdir(workFolder, { recursive: true, mode: 0o700 });
    return { settings, secrets, workFolder, localAllowed: parts.localSources, signal };
  }

  return {
    async connect(org, actor, { connector: name, id, as, settings, secrets }) {
      if (name === 'push') {
        await runner.act(org, actor, 'source.add', { connector: 'push', id, ...(as === undefined ? {} : { as }) });
        return { source: id, says: 'It waits for “facts push”.', checks: [] };
      }
      const known = await connectors();
      const connector = known.get(name);
      if (connector === undefined)
        throw refuseSource('connector', { connector: name, known: [...known.keys(), 'push'].join(', ') }, [
          'connector',
        ]);
      const parsed = connector.settings.safeParse(settings);
      if (!parsed.success)
        throw refuseSource('settings', { why: parsed.error.issues[0]?.message ?? 'they are not valid' }, [
          'settings',
          ...(parsed.error.issues[0]?.path ?? []).map(String),
        ]);
      for (const secret of Object.keys(secrets))
        if (!connector.secrets.includes(secret)) throw refuseSource('secret', { name: secret }, ['secrets', secret]);
      refuseUnlessAllowed(actor, addSource);
      refuseStranger(connector, settings, actor, parts.localSources);
      const plan = {
        connector: name,
        id,
        settings,
        secrets: Object.keys(secrets),
        ...(as === undefined ? {} : { as }),
      };
      await runner.act(org, actor, 'source.add', plan, { dryRun: true });
      const { says } = await probing(
        connector,
        await sessionOf(org, id, settings, secrets, AbortSignal.timeout(60_000)),
      );
      await runner.act(org, actor, 'source.add', plan);
      // Not before: a refused source would leave them behind, or put them in the place of another's. Were we to stop here, the source
      // could not be read, and would be removed and connected again.
      await tenants.tenant(org.id, 'write', async (client) => {
        await forgetRemoved(client, org.id);
        for (const [secret, value] of Object.entries(secrets))
          await vault.put(client, org.id, secretName(id, secret), value);
      });
      return { source: id, says, checks: await adoptChecks(org, actor, connector) };
    },

    async collect(org, actor, names, progress, signal, { since } = {}) {
      refuseUnlessAllowed(actor, { name: 'collect', allowed: addSource.allowed });
      const found = await runner.reading(org, {}, [Source], async ({ snapshot, asOf, position }) => {
        const shelf = shelfOf(snapshot, Source, { asOf, position });
        return names.length === 0 ? shelf.all() : names.map((name) => shelf.get(name));
      });
      if (found.length === 0) throw refuseSource('none', {});
      const pushed = found.find((source) => source.connector === 'push');
      if (pushed !== undefined && names.length > 0) throw refuseSource('push', { source: pushed.id });
      await tenants.tenant(org.id, 'write', (client) => forgetRemoved(client, org.id));
      const reports: CollectionReport[] = [];
      const refused: unknown[] = [];
      for (const source of found) {
        if (source.connector === 'push') continue;
        try {
          // Whoever asks, script or job, on whichever machine: one at a time reads a source.
          const lock = `collect ${org.id} ${source.id}`;
          reports.push(
            ...(await locks.hold(lock, signal, (held) => collectOne(org, actor, source, progress, held, since))),
          );
        } catch (error) {
          if (signal.aborted) throw error;
          refused.push(error);
        }
      }
      await catchUp.run(org.id);
      // A source that may not be read does not keep the others from being read; whoever asked is told once they are.
      if (refused.length > 0) throw refused[0];
      return reports;
    },
  };

  async function collectOne(
    org: Organisation,
    actor: Actor,
    source: Stored<typeof Source>,
    progress: (p: Progress) => void,
    signal: AbortSignal,
    since: Instant | undefined,
  ): Promise<readonly CollectionReport[]> {
    const connector = (await connectors()).get(source.connector);
    if (connector === undefined)
      throw refuseSource('connector', {
        connector: source.connector,
        known: [...(await connectors()).keys()].join(', '),
      });
    refuseStranger(connector, source.settings, actor, parts.localSources);
    const secrets = await tenants.tenant(org.id, 'read', async (client) => {
      const opened: Record<string, string> = {};
      for (const name of source.secrets)
        opened[name] = (await vault.get(client, org.id, secretName(source.id, name))) ?? '';
      return opened;
    });
    const session = await sessionOf(org, source.id, source.settings, secrets, signal);
    const reports: CollectionReport[] = [];
    for (const dataset of connector.datasets) {
      signal.throwIfAborted();
      const before = since === undefined ? undefined : await wholeSince(org, source, dataset, since);
      if (before !== undefined) reports.push(before);
      else reports.push(await collectDataset(org, actor, source, connector, dataset, session, progress));
    }
    return reports;
  }

  /** What was collected of a dataset from this moment on, if that was all of it. */
  async function wholeSince(
    org: Organisation,
    source: Stored<typeof Source>,
    dataset: Dataset,
    since: Instant,
  ): Promise<CollectionReport | undefined> {
    const name = `${source.as}/${dataset.name}`;
    const { rows } = await tenants.tenant(org.id, 'read', (client) =>
      client.query<{ items: number; changed: number; log_index: number; observed_at: number }>(
        `select items, changed, log_index, observed_at from collection where org = $1 and dataset = $2 and source = $3 and status = 'complete'
            and recorded_at >= to_timestamp($4::double precision / 1000) order by log_index desc limit 1`,
        [org.id, name, source.id, since],
      ),
    );
    return rows[0] === undefined
      ? undefined
      : {
          ...{ source: source.id, dataset: name, status: 'complete', why: [], items: rows[0].items },
          ...{ changed: rows[0].changed, index: rows[0].log_index, observedAt: printInstant(rows[0].observed_at) },
        };
  }

  async function collectDataset(
    org: Organisation,
    actor: Actor,
    source: Stored<typeof Source>,
    connector: Connector,
    dataset: Dataset,
    session: Session,
    progress: (p: Progress) => void,
  ): Promise<CollectionReport> {
    const name = `${source.as}/${dataset.name}`;
    const last = await tenants.tenant(org.id, 'read', async (client) => {
      const { rows } = await client.query<{ cursor: unknown; to_at: number | null }>(
        `select cursor, to_at from collection where org = $1 and dataset = $2 and source = $3 and status = 'complete' order by observed_at desc, log_index desc limit 1`,
        [org.id, name, source.id],
      );
      return rows[0];
    });
    const until = parts.clock.now();
    const ask = {
      until: printInstant(until),
      // What the connector itself returned at the end of its last complete run.
      ...(last?.cursor == null ? {} : { cursor: last.cursor as never }),
      ...(last?.to_at == null ? {} : { since: printInstant(last.to_at) }),
    };
    const header = {
      source: source.id,
      dataset: name,
      mode: dataset.mode,
      actor: actor.id,
      collector: `${connector.name}@${connector.version}`,
      completedBy: 'collector' as const,
    };
    const logFault = (id: string, error: unknown): void => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      logLine(JSON.stringify({ fault: id, source: source.id, dataset: name, error: without(session.secrets, text) }));
    };
    let told = 0;
    const tell = (done: number, of?: number): void => {
      const now = performance.now();
      if (now - told < PROGRESS_MS) return;
      told = now;
      progress({ source: source.id, dataset: name, done, ...(of === undefined ? {} : { of }) });
    };
    const report = await turns.take(async () => {
      session.signal.throwIfAborted();
      try {
        return await ingest(parts, org.id, header, (add) => drain(dataset, session, ask, until, add, tell));
      } catch (error) {
        if (session.signal.aborted) throw error;
        // What had arrived is rolled back; that it failed is an entry of its own.
        const why = [without(session.secrets, reasonOf(error, logFault))];
        return ingest(parts, org.id, header, () => Promise.resolve({ status: 'failed', why, observedAt: until }));
      }
    });
    progress({ source: source.id, dataset: name, done: report.items, of: report.items });
    return report;
  }

  /** The connector's checks as records, planned controls and all: those that are there stay as they are. */
  async function adoptChecks(org: Organisation, actor: Actor, connector: Connector): Promise<readonly string[]> {
    const adopted: string[] = [];
    for (const { cases: _cases, ...check } of connector.checks) {
      try {
        const told = await runner.act(org, actor, 'check.adopt', check);
        if (told.changes.length > 0) adopted.push(check.id);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
    return adopted;
  }
}

/** Why a collection failed, as its record says it. What a fault says is for the server's log: it may quote anything. */
function reasonOf(error: unknown, logFault: (id: string, error: unknown) => void): string {
  if (error instanceof TwiceGiven) return `${error.code}: item “${error.id}” is given twice.`;
  if (error instanceof SourceRefusal || error instanceof Refusal) return `${error.code}: ${error.message}`;
  const id = randomUUID();
  logFault(id, error);
  return `The connector met a fault (${id} in the server’s log).`;
}

/** The text with every secret taken out. */
const without = (secrets: Readonly<Record<string, string>>, text: string): string =>
  Object.values(secrets)
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '…'), text);

/** Reads a dataset to its end. What could not be read makes the collection partial, with the reasons. */
async function drain(
  dataset: Dataset,
  session: Session,
  ask: Parameters<Dataset['collect']>[1],
  until: number,
  add: (items: readonly StagedItem[]) => Promise<void>,
  tell: (done: number, of?: number) => void,
): Promise<Ending> {
  const why: string[] = [];
  let gaps = 0;
  let done = 0;
  let batch: StagedItem[] = [];
  const gap = (reason: string): void => {
    gaps += 1;
    if (why.length < MOST_GAPS) why.push(reason);
  };
  const pieces = dataset.collect(session, ask);
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) {
      await add(batch);
      const { from, to, cursor } = next.value;
      if (gaps > MOST_GAPS) why.push(`and ${gaps - MOST_GAPS} more`);
      const interval =
        dataset.mode === 'events'
          ? { from: parseInstant(from ?? ask.until) ?? until, to: parseInstant(to ?? ask.until) ?? until }
          : {};
      return {
        status: gaps === 0 ? 'complete' : 'partial',
        why,
        observedAt: interval.to ?? until,
        ...interval,
        ...(cursor === undefined || gaps > 0 ? {} : { cursor }),
      };
    }
    const piece = next.value;
    if (piece.is === 'gap') gap(piece.item === undefined ? piece.reason : `${piece.item}: ${piece.reason}`);
    else if (piece.is === 'progress') tell(piece.done, piece.of);
    else {
      done += 1;
      const wrong = illFormed(piece.data) ?? illFormed(piece.id);
      const at = piece.at === undefined ? undefined : parseInstant(piece.at);
      if (wrong !== undefined) gap(`An item was left out: ${wrong}`);
      else if (dataset.mode === 'events' && at === undefined) gap(`${piece.id}: it has no moment`);
      else batch.push({ id: piece.id, at, data: piece.data, line: done });
      if (batch.length >= BATCH) {
        const full = batch;
        batch = [];
        await add(full);
        tell(done);
      }
    }
  }
}

/** A source of the machine itself is for its operator alone, and only where no one else can reach the server. */
function refuseStranger(
  connector: Connector,
  settings: Readonly<Record<string, string>>,
  actor: Actor,
  localSources: boolean,
): void {
  if (!readsMachine(connector, settings)) return;
  if (!localSources || !actor.roles.includes('operator')) throw refuseSource('local', {});
}

async function probing(connector: Connector, session: Session): Promise<{ readonly says: string }> {
  try {
    return await connector.probe(session);
  } catch (error) {
    if (error instanceof SourceRefusal) throw new Refusal(error.code, 'unmet', error.message);
    throw error;
  }
}
