import { join, resolve } from 'node:path';
import { isLoopback } from './http/hosts.ts';

/** What the environment says. The only file that reads it. */
export interface Config {
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
  readonly port: number;
  readonly host: string;
  /** How browsers and other machines reach us, if told. */
  readonly url: string | undefined;
  /** Wraps the secrets of sources and the keys of logs. Never inside the database's folder, never in a backup. */
  readonly keyFile: string;
  /** Whether the machine itself may be a source: `host`, and git by path. */
  readonly localSources: boolean;
}

export class ConfigRefusal extends Error {
  readonly code = 'config.invalid';
}

const on = (value: string): boolean => ['1', 'true', 'yes', 'on'].includes(value.toLowerCase());

/**
 * @param over variables that stand before those of the environment
 * @throws ConfigRefusal in one sentence for the operator
 */
export function readConfig(over: Readonly<Record<string, string>> = {}): Config {
  const env: Readonly<Record<string, string | undefined>> = { ...process.env, ...over };
  const host = env['HOST'] ?? '127.0.0.1';
  const port = Number(env['PORT'] ?? 4300);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ConfigRefusal(`PORT ${env['PORT']} is no port number.`);
  const dataFolder = resolve(env['COUNTERSIGN_DATA'] ?? '.countersign');
  const local = env['COUNTERSIGN_LOCAL_SOURCES'];
  return {
    databaseUrl: env['DATABASE_URL'],
    dataFolder,
    port,
    host,
    url: env['COUNTERSIGN_URL'],
    keyFile: resolve(env['COUNTERSIGN_KEY_FILE'] ?? join(dataFolder, 'key')),
    // Off wherever others can reach us, whatever the environment says: a source of the machine is for its operator.
    localSources: isLoopback(host) && (local === undefined || on(local)),
  };
}
