import { join, resolve } from 'node:path';
import type { BlobSettings } from './blobs/open.ts';
import { DEFAULT_BLOBS } from './blobs/open.ts';
import type { Bucket } from './blobs/s3.ts';
import { parseSize } from './blobs/size.ts';
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
  /** Whether identity providers inside the network may be asked. */
  readonly localIssuers: boolean;
  /** Whether witnesses and time-stamp authorities inside the network may be asked. */
  readonly localWitnesses: boolean;
  /** Where bytes of evidence go: COUNTERSIGN_BLOBS, COUNTERSIGN_QUOTA_BYTES, COUNTERSIGN_QUOTA_FILES, COUNTERSIGN_FREE_FLOOR. */
  readonly blobs: BlobSettings;
  /** Whether the server does jobs itself, and not only worker processes (docs/jobs.md). */
  readonly worker: boolean;
  /** Where mail goes, as smtps://user:password@host: without it there is none. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string | undefined;
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
    localIssuers: isLoopback(host) || on(env['COUNTERSIGN_LOCAL_ISSUERS'] ?? ''),
    localWitnesses: isLoopback(host) || on(env['COUNTERSIGN_LOCAL_WITNESSES'] ?? ''),
    blobs: blobsIn(env),
    worker: on(env['COUNTERSIGN_WORKER'] ?? 'on'),
    smtpUrl: smtpIn(env['COUNTERSIGN_SMTP_URL']),
    mailFrom: env['COUNTERSIGN_MAIL_FROM'],
  };
}

function blobsIn(env: Readonly<Record<string, string | undefined>>): BlobSettings {
  const size = (name: string, otherwise: number): number => {
    const text = env[name];
    const read = text === undefined ? otherwise : parseSize(text);
    if (read === undefined) throw new ConfigRefusal(`${name} ${text} is no size, such as 500 MiB or 2 GiB.`);
    return read;
  };
  const files = Number(env['COUNTERSIGN_QUOTA_FILES'] ?? DEFAULT_BLOBS.quota.files);
  if (!Number.isSafeInteger(files) || files < 1) {
    throw new ConfigRefusal(`COUNTERSIGN_QUOTA_FILES ${env['COUNTERSIGN_QUOTA_FILES']} is no number of files.`);
  }
  const at = env['COUNTERSIGN_BLOBS'];
  return {
    ...(at === undefined || at === '' ? {} : { s3: bucketIn(at) }),
    quota: { bytes: size('COUNTERSIGN_QUOTA_BYTES', DEFAULT_BLOBS.quota.bytes), files },
    floor: size('COUNTERSIGN_FREE_FLOOR', DEFAULT_BLOBS.floor),
  };
}

/** Reads `s3://bucket/prefix?endpoint=…&region=…`. Credentials are never in it: they would be in process lists and logs. */
function bucketIn(text: string): Bucket {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const says = 'COUNTERSIGN_BLOBS must be s3://BUCKET/PREFIX?endpoint=URL&region=REGION';
  if (url?.protocol !== 's3:' || url.hostname === '' || url.port !== '') throw new ConfigRefusal(`${says}.`);
  if (url.username !== '' || url.password !== '') {
    throw new ConfigRefusal(`${says}, without credentials: those go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`);
  }
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'endpoint' && name !== 'region');
  if (unknown !== undefined) throw new ConfigRefusal(`${says}: ${unknown} has no meaning there.`);
  const endpoint = url.searchParams.get('endpoint');
  const region = url.searchParams.get('region');
  if (endpoint !== null && !/^https?:\/\//.test(endpoint)) throw new ConfigRefusal(`${says}: the endpoint is no URL.`);
  return {
    bucket: url.hostname,
    prefix: decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, ''),
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
  };
}

/** Never repeated in a refusal: it holds a password. */
function smtpIn(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    throw new ConfigRefusal('COUNTERSIGN_SMTP_URL must be smtp://host:port or smtps://user:password@host.');
  return text;
}
