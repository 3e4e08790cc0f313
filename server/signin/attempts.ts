import { hash } from 'node:crypto';
import type pg from 'pg';
import { refuseSignIn } from './refusals.ts';

/**
 * What failed, counted in the database so that n servers count together: by the account that was tried, known or not, and by the address
 * it came from. Past the free ones each failure doubles the wait. Only digests are kept.
 */
export interface Attempts {
  /** @throws Refusal signin.often while either must wait */
  refuseEarly(of: Attempt): Promise<void>;
  failed(of: Attempt): Promise<void>;
  /** The account proved itself; its address may still be trying others. */
  proved(of: Attempt): Promise<void>;
}

export interface Attempt {
  /** An e-mail address as it was typed, or what else names the account; absent where none is named. */
  readonly account?: string | undefined;
  readonly address: string;
}

/** Failures that cost nothing, by what is counted: people mistype, and many sit behind one address. */
const FREE = { account: 5, address: 20 } as const;
const LONGEST_WAIT_S = 900;
/** After this long without a failure, counting begins anew. */
const FORGET = `interval '1 hour'`;

const keyOf = (what: keyof typeof FREE, of: string): Buffer =>
  hash('sha256', `${what}\n${of.trim().toLowerCase()}`, 'buffer');

const keysOf = ({ account, address }: Attempt) => [
  { what: 'address' as const, key: keyOf('address', address) },
  ...(account === undefined ? [] : [{ what: 'account' as const, key: keyOf('account', account) }]),
];

export function attempts(pool: pg.Pool): Attempts {
  return {
    async refuseEarly(of) {
      const keys = keysOf(of);
      const { rows } = await pool.query<{ key: Buffer; failures: number; ago: number }>(
        `select key, failures, extract(epoch from clock_timestamp() - last_at)::float8 as ago from signin_attempt
          where key = any($1) and last_at > clock_timestamp() - ${FORGET}`,
        [keys.map(({ key }) => key)],
      );
      const waits = keys.map(({ what, key }) => {
        const row = rows.find((found) => found.key.equals(key));
        return row === undefined ? 0 : waitOf(row.failures - FREE[what]) - row.ago;
      });
      const seconds = Math.ceil(Math.max(...waits));
      if (seconds > 0) throw refuseSignIn('often', { seconds });
    },
    async failed(of) {
      await pool.query(
        `insert into signin_attempt as a (key, failures, last_at) select key, 1, clock_timestamp() from unnest($1::bytea[]) as key order by key
         on conflict (key) do update set last_at = clock_timestamp(),
           failures = case when a.last_at > clock_timestamp() - ${FORGET} then least(a.failures + 1, 1000) else 1 end`,
        [keysOf(of).map(({ key }) => key)],
      );
      await pool.query(`delete from signin_attempt where last_at < clock_timestamp() - ${FORGET}`);
    },
    async proved({ account }) {
      if (account !== undefined)
        await pool.query('delete from signin_attempt where key = $1', [keyOf('account', account)]);
    },
  };
}

/** Seconds to wait after so many failures beyond the free ones: 2, 4, 8 … */
const waitOf = (beyond: number): number => (beyond < 0 ? 0 : Math.min(LONGEST_WAIT_S, 2 ** (beyond + 1)));
