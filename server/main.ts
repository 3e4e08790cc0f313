import { pino } from 'pino';
import { readConfig } from './config.ts';
import { openDatabase } from './database/pool.ts';
import { createEngine } from './engine.ts';
import { buildApp } from './http/app.ts';
import { hostsOf } from './http/hosts.ts';
import { WEB_FOLDER } from './http/web.ts';
import { placeOf } from './signin/place.ts';
import { keepPublished } from './ledger/keep-published.ts';

const log = pino({ level: 'info' }, pino.destination(2));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Starts the server, and ends it with its database on SIGTERM and Ctrl-C, however often they come. */
async function main(): Promise<void> {
  const config = readConfig();
  const database = await openDatabase({
    dataFolder: config.dataFolder,
    report: (line) => log.info(line),
    whenDown: 'refuse',
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
  });
  const place = placeOf(config);
  const engine = await createEngine({ database, ...config, mail: config, place, report: (line) => log.warn(line) });
  const hosts = hostsOf(config.host, config.url) ?? 'any';
  const app = buildApp({
    runtime: engine.runtime,
    services: engine.services,
    signIn: engine.signIn,
    // Behind a proxy of the same network, which COUNTERSIGN_URL tells of, its word on who asks is believed.
    ...(config.url === undefined ? {} : { proxies: 'loopback, linklocal, uniquelocal' }),
    ready: () => engine.ready(),
    log,
    hosts,
    web: WEB_FOLDER,
  });

  const stopPublishing = keepPublished(engine.log, engine.services.organisations, (line) => log.warn(line));

  let ending: Promise<void> | undefined;
  const end = (): Promise<void> =>
    (ending ??= engine.background
      .close()
      .then(() => app.close())
      .then(stopPublishing)
      .then(() => engine.close()));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());

  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await end();
    if (isCode(error, 'EADDRINUSE')) {
      say(`Something answers on port ${config.port} already: Countersign may be running. Stop it, or set PORT.`);
      process.exitCode = 2;
      return;
    }
    throw error;
  }
  if (config.worker) await engine.background.work();
  const url = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${config.port}`;
  const first = await engine.signIn.firstLink();
  say(`Countersign serves ${url}`);
  if (first !== undefined) say(`Nobody has signed in yet. The first owner’s link, for 15 minutes and once:\n${first}`);
  // What checks passwords and passkeys takes a moment to load: in nobody's way, and before somebody waits for it.
  engine.signIn.load().catch((error: unknown) => log.error(error));
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

try {
  await main();
} catch (error) {
  const refusal =
    error instanceof Error && 'code' in error && /^(config|database|migration)\./.test(String(error.code));
  if (refusal) say(error.message);
  else log.error(error);
  process.exitCode = refusal ? 2 : 3;
}
