import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { readConfig } from './config.ts';
import { openDatabase } from './database/pool.ts';
import { createEngine } from './engine.ts';
import { buildApp } from './http/app.ts';
import { placeOf } from './signin/place.ts';

/** The server's application in this process, for its operator: the same doors, by `inject`. */
export interface Local {
  readonly inject: FastifyInstance['inject'];
  /** Present the operator. */
  readonly headers: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Opens the data folder beside a running server, or without one. The operator is whoever the operating system says runs this process.
 *
 * @throws DatabaseRefusal if the folder is another user's
 */
export async function openLocal(dataFolder: string, report: (line: string) => void): Promise<Local> {
  const config = readConfig({ COUNTERSIGN_DATA: dataFolder });
  const database = await openDatabase({
    dataFolder,
    report,
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
    connections: 4,
  });
  const engine = await createEngine({
    database,
    dataFolder,
    keyFile: config.keyFile,
    localSources: config.localSources,
    mail: config,
    blobs: config.blobs,
    place: placeOf(config),
    report,
  });
  const secret = randomBytes(32).toString('base64url');
  const app = buildApp({
    runtime: engine.runtime,
    services: engine.services,
    signIn: engine.signIn,
    operator: { secret, actor: { id: `operator:${userInfo().username}`, roles: ['operator'] } },
    ready: () => engine.ready(),
    log: {
      error: (fields, message) =>
        report(
          `${message} (${fields.fault}): ${fields.err instanceof Error ? (fields.err.stack ?? fields.err.message) : String(fields.err)}`,
        ),
    },
  });
  await app.ready();
  return {
    inject: app.inject.bind(app),
    headers: { 'x-countersign-operator': secret },
    async close() {
      await app.close();
      await engine.close();
    },
  };
}
export { keeperOf } from './backup/here.ts';
