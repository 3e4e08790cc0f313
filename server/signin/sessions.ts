import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { SessionCookie } from './cookie.ts';

/** How somebody proved who they are; `sso:` is followed by the identity provider. */
export type Via = 'password' | 'totp' | 'backup-code' | 'passkey' | 'link' | 'invitation' | `sso:${string}`;

/** Seconds after which a session ends whatever happens, and after which it ends unused. */
export const SESSION_S = 14 * 24 * 3600;
const IDLE = `interval '12 hours'`;
/** How exact “last used” is: a write for each request would cost more than it tells. */
const EXACT = `interval '5 minutes'`;

/** A browser’s session and whose it is. Whoever holds one has proven to be this user; what the user may do says a membership. */
export interface Session {
  readonly id: string;
  readonly token: string;
  readonly via: string;
  readonly createdAt: number;
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly begins: boolean;
    readonly twoFactor: boolean;
    readonly passkeys: number;
    readonly password: boolean;
  };
}

/** As shown to its owner. */
export interface ShownSession {
  readonly id: string;
  readonly via: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly address: string | null;
  readonly agent: string | null;
  readonly current: boolean;
}

export interface Sessions {
  /** The live session of a Cookie header. */
  find(cookie: string | undefined): Promise<Session | undefined>;
  /** A new session, and its Set-Cookie header. What the browser presented before ends: nobody goes on in a session that another may know. */
  begin(
    user: string,
    via: Via,
    from: { readonly address: string; readonly agent: string | undefined; readonly cookie: string | undefined },
  ): Promise<string>;
  /** Ends the session that a Cookie header presents, if another took its place. */
  endPresented(cookie: string | undefined): Promise<void>;
  list(user: string, current: string): Promise<readonly ShownSession[]>;
  /** Ends a user’s sessions: the one named, or all but one. Answers how many. */
  end(user: string, which: { readonly id: string } | { readonly but: string }): Promise<number>;
  setVia(id: string, via: Via): Promise<void>;
  /** Deletes what has ended by itself. */
  clear(): Promise<void>;
}

interface Row {
  readonly id: string;
  readonly token: string;
  readonly via: string;
  readonly created_at: number;
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly begins: boolean;
  readonly two_factor_enabled: boolean;
  readonly passkeys: number;
  readonly password: boolean;
  readonly touch: boolean;
}

const secret = (bytes: number): string => randomBytes(bytes).toString('base64url');

export function sessions(pool: pg.Pool, cookie: SessionCookie): Sessions {
  const endPresented: Sessions['endPresented'] = async (header) => {
    const token = cookie.read(header);
    if (token !== undefined) await pool.query('delete from signin_session where token = $1', [token]);
  };
  return {
    async find(header) {
      const token = cookie.read(header);
      if (token === undefined) return undefined;
      const { rows } = await pool.query<Row>(
        `select s.id, s.token, s.via, s.created_at, u.id as user_id, u.name, u.email, u.begins, u.two_factor_enabled,
                (select count(*)::int from signin_passkey p where p.user_id = u.id) as passkeys,
                exists (select from signin_account a where a.user_id = u.id and a.password is not null) as password,
                s.updated_at < now() - ${EXACT} as touch
           from signin_session s join signin_user u on u.id = s.user_id
          where s.token = $1 and s.expires_at > now() and s.updated_at > now() - ${IDLE}`,
        [token],
      );
      const row = rows[0];
      if (row === undefined) return undefined;
      if (row.touch) await pool.query('update signin_session set updated_at = now() where id = $1', [row.id]);
      return {
        id: row.id,
        token,
        via: row.via,
        createdAt: row.created_at,
        user: {
          id: row.user_id,
          name: row.name,
          email: row.email,
          begins: row.begins,
          twoFactor: row.two_factor_enabled,
          passkeys: row.passkeys,
          password: row.password,
        },
      };
    },
    async begin(user, via, { address, agent, cookie: presented }) {
      await endPresented(presented);
      const token = secret(32);
      await pool.query(
        `insert into signin_session (id, token, user_id, via, ip_address, user_agent, expires_at)
         values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))`,
        [secret(16), token, user, via, address, agent?.slice(0, 500) ?? null, SESSION_S],
      );
      return cookie.write(token, SESSION_S);
    },
    endPresented,
    async list(user, current) {
      const { rows } = await pool.query<{
        id: string;
        via: string;
        created_at: number;
        updated_at: number;
        ip_address: string | null;
        user_agent: string | null;
      }>(
        `select id, via, created_at, updated_at, ip_address, user_agent from signin_session
          where user_id = $1 and expires_at > now() and updated_at > now() - ${IDLE} order by updated_at desc`,
        [user],
      );
      return rows.map((row) => ({
        id: row.id,
        via: row.via,
        createdAt: row.created_at,
        usedAt: row.updated_at,
        address: row.ip_address === '' ? null : row.ip_address,
        agent: row.user_agent === '' ? null : row.user_agent,
        current: row.id === current,
      }));
    },
    async end(user, which) {
      const { rowCount } =
        'id' in which
          ? await pool.query('delete from signin_session where user_id = $1 and id = $2', [user, which.id])
          : await pool.query('delete from signin_session where user_id = $1 and id <> $2', [user, which.but]);
      return rowCount ?? 0;
    },
    async clear() {
      await pool.query(`delete from signin_session where expires_at < now() or updated_at < now() - ${IDLE}`);
      await pool.query('delete from signin_verification where expires_at < now()');
    },
    async setVia(id, via) {
      await pool.query('update signin_session set via = $2 where id = $1', [id, via]);
    },
  };
}
