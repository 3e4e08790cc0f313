import { pino } from 'pino';
import { readConfig } from './config.ts';
import { openDatabase } from './database/pool.ts';
import { createEngine } from './engine.ts';

const log = pino({ level: 'info' }, pino.destination(2));

/** Does jobs and nothing else, until SIGTERM or Ctrl-C: as many such processes as one likes, beside any number of servers. */
async function main(): Promise<void> {
  const config = readConfig();
  const database = await openDatabase({
    dataFolder: config.dataFolder,
    report: (line) => log.info(line),
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
  });
  const engine = await createEngine({ database, ...config, mail: config });
  await engine.background.work();
  process.stdout.write(`This worker does jobs: ${engine.background.jobs.kinds.map(({ kind }) => kind).join(', ')}.\n`);

  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  await engine.close();
}

try {
  await main();
} catch (error) {
  const refusal =
    error instanceof Error && 'code' in error && /^(config|database|migration)\./.test(String(error.code));
  if (refusal) process.stdout.write(`${error.message}\n`);
  else log.error(error);
  process.exitCode = refusal ? 2 : 3;
}
