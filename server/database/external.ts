import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import pg from 'pg';
import { DATABASE, ROLES } from './cluster.ts';
import { codeOf, DatabaseRefusal } from './refusal.ts';

/** Two ways into the database that DATABASE_URL names. */
export interface External {
  readonly owner: pg.ClientConfig;
  readonly app: pg.ClientConfig;
}

/**
 * Prepares a PostgreSQL server that is not ours. The URL's role owns the tables and migrates; the app connects as a role of its
 * own, `countersign_app`, which the URL's role makes if it is absent (it needs CREATEROLE for that, once). Chosen because one
 * URL is all that is configured, and `set role` from the owner's session would be undone by `reset role`.
 *
 * The app role's password is derived from the URL's, so that every server and CLI with the same URL knows it and nothing is
 * stored; PostgreSQL is sent only its SCRAM verifier. A URL without password (peer, trust, certificate) gives the app none
 * either: then the server's own rules must let `countersign_app` in. One Countersign to a PostgreSQL server, since roles are the server's.
 *
 * @throws DatabaseRefusal `database.role-missing`, with the statement that an administrator has to run
 */
export async function prepareExternal(databaseUrl: string): Promise<External> {
  const owner: pg.ClientConfig = { connectionString: databaseUrl, application_name: 'countersign' };
  const client = new pg.Client(owner);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { host, port, database = DATABASE, ssl } = client;
    const password = appPassword(client.password ?? undefined, database);
    const secret = password === undefined ? '' : ` password '${scramVerifier(password, database)}'`;
    const app: pg.ClientConfig = {
      ...{ host, port, database, ssl, user: ROLES.app, application_name: 'countersign' },
      ...(password === undefined ? {} : { password }),
    };

    if (!(await hasAppRole(client))) await makeRole(client, `create role ${ROLES.app} login${secret}`);
    if (!(await letsIn(app))) await makeRole(client, `alter role ${ROLES.app} login${secret}`);
    return { owner, app };
  } finally {
    await client.end();
  }
}

async function hasAppRole(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [ROLES.app]);
  return rowCount === 1;
}

async function makeRole(client: pg.Client, statement: string): Promise<void> {
  try {
    await client.query(statement);
  } catch (cause) {
    // Another first start has just made it.
    if (codeOf(cause) === '42710' || codeOf(cause) === '23505') return;
    if (codeOf(cause) !== '42501') throw cause;
    throw new DatabaseRefusal(
      'database.role-missing',
      `The role of DATABASE_URL may not make or change roles: have an administrator run "${statement};".`,
      cause,
    );
  }
}

async function letsIn(app: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(app);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (codeOf(error) === '28P01' || codeOf(error) === '28000') return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function appPassword(password: string | undefined, database: string): string | undefined {
  if (password === undefined || password === '') return undefined;
  return createHmac('sha256', password).update(`countersign app role, database ${database}`).digest('base64url');
}

/** RFC 5802 as PostgreSQL stores it. The salt may be fixed: the password is already 256 bits of a keyed hash. */
function scramVerifier(password: string, database: string): string {
  const rounds = 4096;
  const salt = createHash('sha256').update(`countersign salt, database ${database}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  const key = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
}
