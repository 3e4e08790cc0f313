import { readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { copyFile, chmod, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import type { Config } from '../config.ts';
import type { Embedded } from '../database/embedded.ts';
import { startEmbedded } from '../database/embedded.ts';
import { prepareExternal } from '../database/external.ts';
import { values } from '../database/values.ts';
import { keyRing } from '../secrets.ts';
import { markerOf, MARKER_TABLE } from './marker.ts';
import { refuseRestore } from './refusals.ts';

/** Folders of the data folder that a restore fills, or that belong to what is there. */
const FOLDERS = ['blobs', 'log', 'binders', 'work'];

/** A database that holds nothing, and is marked as not to be used until the restore is finished. */
export interface Target {
  readonly owner: pg.ClientConfig;
  /** Takes the marks away. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes sure that nothing is there that a restore could mix with or hide, clears away what an unfinished one left, and marks the place. The
 * first thing that it writes is the mark.
 */
export async function openTarget(config: Config, report: (line: string) => void): Promise<Target> {
  const marker = markerOf(config.dataFolder);
  const wasMarked = existsSync(marker);
  if (!wasMarked) await refuseFiles(config.dataFolder);
  const embedded: Embedded | undefined =
    config.databaseUrl === undefined ? await startEmbedded({ dataFolder: config.dataFolder, report }) : undefined;
  const close = async (): Promise<void> => void (await embedded?.stopIfLast());
  try {
    const owner: pg.ClientConfig =
      config.databaseUrl === undefined
        ? { ...(embedded?.connection('owner') ?? {}) }
        : (await prepareExternal(config.databaseUrl)).owner;
    await within(owner, async (client) => {
      await refuseRunning(client);
      const isHalf = await isThere(client, MARKER_TABLE);
      if (!wasMarked && !isHalf) await refuseRows(client);
      await mkdir(config.dataFolder, { recursive: true, mode: 0o700 });
      await writeFile(
        marker,
        'A backup is being restored here. Run “countersign restore” again if that was broken off.\n',
        {
          flush: true,
          mode: 0o600,
        },
      );
      await empty(client);
    });
    if (wasMarked)
      for (const name of FOLDERS) await rm(join(config.dataFolder, name), { recursive: true, force: true });
    return {
      owner,
      close,
      async finish() {
        await within(owner, (client) => client.query(`drop table if exists ${MARKER_TABLE}`));
        await rm(marker, { force: true });
      },
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function within<T>(owner: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...owner, types: values, application_name: 'countersign restore' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function refuseFiles(dataFolder: string): Promise<void> {
  for (const name of FOLDERS) {
    const found = await readdir(join(dataFolder, name), { recursive: true, withFileTypes: true }).catch(() => []);
    if (found.some((entry) => !entry.isDirectory()))
      throw refuseRestore('not-empty', { what: `the folder “${name}” in ${dataFolder} holds files` });
  }
}

const isThere = async (client: pg.ClientBase, table: string): Promise<boolean> =>
  (await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [`public.${table}`])).rows[0]
    ?.there === true;

async function refuseRows(client: pg.ClientBase): Promise<void> {
  for (const [table, what] of [
    ['organisation', 'there is an organisation in the database'],
    ['signin_user', 'somebody has signed in here'],
  ] as const) {
    if (!(await isThere(client, table))) continue;
    if (((await client.query(`select from ${table} limit 1`)).rowCount ?? 0) > 0)
      throw refuseRestore('not-empty', { what });
  }
}

/** Whoever else uses the database would write to what is being filled. */
async function refuseRunning(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ others: number }>(
    `select count(*)::int as others from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and usename is not null`,
  );
  if ((rows[0]?.others ?? 0) > 0) throw refuseRestore('running', {});
}

/** Drops what migrations made: they make it again, as far as the backup’s went. Nothing in it is anybody’s. */
const empty = (client: pg.ClientBase): Promise<unknown> =>
  client.query(`do $$
    declare statement text;
    begin
      drop schema if exists pgboss cascade;
      for statement in select format('drop table if exists public.%I cascade', relname) from pg_class
          where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and pg_get_userbyid(relowner) = current_user loop
        execute statement;
      end loop;
      for statement in select format('drop routine if exists %s cascade', oid::regprocedure) from pg_proc
          where pronamespace = 'public'::regnamespace and pg_get_userbyid(proowner) = current_user loop
        execute statement;
      end loop;
    end $$`);

/**
 * The key file that opens what the backup holds wrapped: the one given, or the one in its place. Refuses before anything is written.
 *
 * @returns how to put it in its place
 */
export async function keyFor(
  place: string,
  given: string | undefined,
  keys: readonly string[],
): Promise<() => Promise<void>> {
  const from = given ?? place;
  if (!existsSync(from))
    throw refuseRestore('key', {
      why: given === undefined ? `there is no key file (${place}).` : `there is no file ${given}.`,
    });
  const ring = keyRing(from);
  for (const id of keys) {
    const key = await ring.named(id).catch(() => undefined);
    if (key === undefined)
      throw refuseRestore('key', { why: `${from} does not hold the key ${id} that wraps its secrets.` });
  }
  if (resolve(from) === resolve(place)) return () => Promise.resolve();
  if (existsSync(place)) {
    const there = keyRing(place);
    for (const id of keys)
      if ((await there.named(id).catch(() => undefined)) === undefined)
        throw refuseRestore('key', { why: `another key file is in its place (${place}): move it away first.` });
    return () => Promise.resolve();
  }
  return async () => {
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await copyFile(from, place);
    await chmod(place, 0o600);
  };
}
