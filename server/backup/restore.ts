import { join } from 'node:path';
import pg from 'pg';
import { fingerprint, parseVerifierKey } from '@countersign/ledger/index.ts';
import { openStore } from '../blobs/open.ts';
import type { Config } from '../config.ts';
import { migrate, readMigrations } from '../database/migrate.ts';
import { openDatabase } from '../database/pool.ts';
import { values } from '../database/values.ts';
import { createEngine } from '../engine.ts';
import { rootOfFirst } from '../ledger/log.ts';
import type { Checked } from '../selfcheck/self-check.ts';
import type { Identities } from './age.ts';
import { load, settle, writeLog } from './load.ts';
import type { Ending, Manifest } from './manifest.ts';
import { openBackup } from './reading.ts';
import { refuseRestore } from './refusals.ts';
import type { ErasedSince, Shown } from './shown.ts';
import { erasuresSince, readShown } from './shown.ts';
import { keyFor, openTarget } from './target.ts';

export interface RestoreAsked extends Identities {
  readonly file: string;
  readonly config: Config;
  /** Where the key file is; without it, in its place. */
  readonly keyFile?: string | undefined;
  /** Only reads the backup to its end, and says what it is. */
  readonly check?: boolean;
  /** A checkpoint, or the folder of an export or binder, that the backup must not be older than. */
  readonly newerThan?: string | undefined;
  /** Restores an older one all the same, to be read: its log signs nothing more. */
  readonly thoughOlder?: boolean;
  readonly signal: AbortSignal;
  report(line: string): void;
}

export interface RestoreDone {
  readonly at: string;
  readonly organisations: readonly {
    readonly slug: string;
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    /** Of the key that signs its log. */
    readonly fingerprint: string;
  }[];
  readonly evidence: Ending['blobs'];
  readonly damaged: Ending['damaged'];
  /** What the self-check of everything found after it; nothing was looked at with `check`. */
  readonly findings: readonly (Checked['findings'][number] & { readonly slug: string })[];
  /** Erasures that are in what was shown and not in the backup: what they took is back. */
  readonly erasuresLost: readonly (ErasedSince & { readonly slug: string })[];
  /** Whether its log is kept from signing, being older than what was shown. */
  readonly onlyToRead: boolean;
  readonly restored: boolean;
}

interface Lost {
  readonly shown: ReadonlyMap<number, Shown>;
  readonly erasures: RestoreDone['erasuresLost'];
  readonly isOlder: boolean;
}

/**
 * Puts a backup into an empty place. The rows come in one transaction, which commits when the whole backup was read and is what it says; the
 * place is marked until all of it was checked, so that nobody starts on half of it.
 */
export async function restore(asked: RestoreAsked): Promise<RestoreDone> {
  const { config, signal, report } = asked;
  const migrations = readMigrations();
  const reading = await openBackup(asked.file, asked, migrations);
  const { manifest } = reading;
  const lost = await refuseOlder(manifest, asked);
  if (asked.check === true) {
    const ending = await load(reading, undefined, signal);
    return told(manifest, ending, lost, [], false);
  }
  const putKey = await keyFor(config.keyFile, asked.keyFile, manifest.keys);
  const target = await openTarget(config, report);
  try {
    await putKey();
    await migrate(target.owner, migrations.slice(0, manifest.schema.length));
    const logFolder = join(config.dataFolder, 'log');
    const client = new pg.Client({ ...target.owner, types: values, application_name: 'countersign restore' });
    client.on('error', () => undefined);
    await client.connect();
    let ending: Ending;
    try {
      report('Reading the backup.');
      await client.query('begin');
      const store = await openStore(config.dataFolder, config.blobs);
      ending = await load(reading, { client, store, logFolder }, signal);
      await refuseForked(client, manifest, lost);
      for (const org of manifest.organisations)
        await writeLog(
          client,
          logFolder,
          org,
          lost.isOlder ? (lost.shown.get(org.id)?.note ?? org.checkpoint) : org.checkpoint,
        );
      await settle(client, manifest);
      await client.query('commit');
    } finally {
      await client.end();
    }
    await migrate(target.owner, migrations);
    const findings = await checkAll(asked, report);
    await target.finish();
    return told(manifest, ending, lost, findings, true);
  } finally {
    await target.close();
  }
}

function told(
  manifest: Manifest,
  ending: Ending,
  { erasures, isOlder }: Lost,
  findings: RestoreDone['findings'],
  restored: boolean,
): RestoreDone {
  return {
    at: manifest.at,
    organisations: manifest.organisations.map(({ slug, origin, size, root, vkeys }) => ({
      ...{ slug, origin, size, root },
      fingerprint: fingerprint(parseVerifierKey(vkeys[0] ?? '').publicKey),
    })),
    ...{
      evidence: ending.blobs,
      damaged: ending.damaged,
      findings,
      erasuresLost: erasures,
      onlyToRead: isOlder,
      restored,
    },
  };
}

/** What somebody outside holds of these logs must not be longer than the backup, unless it is only to be read. */
async function refuseOlder(manifest: Manifest, { newerThan, thoughOlder }: RestoreAsked): Promise<Lost> {
  const shown = new Map<number, Shown>();
  if (newerThan === undefined) return { shown, erasures: [], isOlder: false };
  const erasures: (ErasedSince & { readonly slug: string })[] = [];
  let isOlder = false;
  for (const { id, slug, size, vkeys } of manifest.organisations) {
    const state = await readShown(newerThan, vkeys);
    if (state === undefined) continue;
    shown.set(id, state);
    if (state.size <= size) continue;
    isOlder = true;
    const since = await erasuresSince(state, size);
    erasures.push(...since.map((one) => ({ ...one, slug })));
    const says =
      since.length === 0
        ? ''
        : ` ${since.length} of them are of erasures (${since
            .map(({ entry }) => `entry ${entry}`)
            .slice(0, 5)
            .join(', ')}): what they took would be back.`;
    if (thoughOlder !== true) throw refuseRestore('older', { slug, held: size, shown: state.size, erasures: says });
  }
  if (shown.size === 0)
    throw refuseRestore('shown', { file: newerThan, why: 'it is of another log than those in the backup.' });
  return { shown, erasures, isOlder };
}

/** Where the backup is longer, it must begin with what was shown. */
async function refuseForked(client: pg.Client, manifest: Manifest, { shown }: Lost): Promise<void> {
  for (const { id, slug, size } of manifest.organisations) {
    const state = shown.get(id);
    if (state === undefined || state.size > size) continue;
    if ((await rootOfFirst(client, id, state.size)) !== Buffer.from(state.root).toString('base64'))
      throw refuseRestore('forked', { slug, size: state.size });
  }
}

/** The self-check of everything, by the product as it will run; it records nothing, for what was restored is to be what was kept. */
async function checkAll(
  { config, signal }: RestoreAsked,
  report: (line: string) => void,
): Promise<RestoreDone['findings']> {
  const { databaseUrl, dataFolder } = config;
  const database = await openDatabase({
    ...{ dataFolder, report, restoring: true, connections: 4 },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  const engine = await createEngine({ database, ...config, report });
  try {
    const findings: RestoreDone['findings'][number][] = [];
    for (const org of await engine.services.organisations()) {
      report(`Checking ${org.slug}.`);
      const checked = await engine.services.selfCheck(org, {
        kind: 'whole',
        record: false,
        progress: () => undefined,
        signal,
      });
      findings.push(...checked.findings.map((finding) => ({ ...finding, slug: org.slug })));
    }
    return findings;
  } finally {
    await engine.close();
  }
}
