import { z } from 'zod';

/** Grows when what stands in a backup changes its meaning. */
export const FORMAT = 1;

const word = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const count = z.int().min(0);

const OrganisationIn = z.strictObject({
  id: z.int().min(1).max(2_147_483_647),
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  origin: z.string().max(200),
  /** Entries of the log, and their root in base64. */
  size: count,
  root: z.string().max(64),
  /** How many of them were published, and the checkpoint as it was signed. */
  published: count,
  checkpoint: z.string().max(10_000).nullable(),
  /** Verifier keys, the present one first. */
  vkeys: z.array(z.string().max(400)).min(1).max(100),
});

/** The first file of a backup: what it is, and as of when. */
export const Manifest = z.strictObject({
  format: z.int().min(1),
  at: z.iso.datetime(),
  /** Whether it holds every organisation of the installation. */
  whole: z.boolean(),
  schema: z
    .array(z.strictObject({ number: count, name: z.string().max(100), digest: z.string().length(64) }))
    .min(1)
    .max(1000),
  /** Names of the keys of the key file under which secrets are wrapped. They say nothing of the keys. */
  keys: z.array(z.string().regex(/^[0-9a-f]{16}$/)).max(100),
  organisations: z.array(OrganisationIn).min(1).max(100_000),
  /** In an order in which none names one that comes after it. */
  tables: z.array(z.strictObject({ name: word, columns: z.array(word).min(1).max(200) })).max(200),
});
export type Manifest = z.output<typeof Manifest>;

/** The last file: without it a backup is not whole. */
export const Ending = z.strictObject({
  /** Files before it, and SHA-256 in hex over their names, lengths and bytes. */
  parts: count,
  sha256: z.string().length(64),
  rows: z.record(z.string(), count),
  blobs: z.strictObject({ files: count, bytes: count }),
  /** Files of evidence that were not what they should be when the backup was made: kept as found. */
  damaged: z
    .array(z.strictObject({ org: z.int(), digest: z.string().length(64), why: z.string().max(400) }))
    .max(100_000),
});
export type Ending = z.output<typeof Ending>;

/** What never goes into a backup, each with its reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  migration: 'made anew by migrating; the manifest says up to where',
  restoring: 'marks a restore that is not finished',
  signin_session: 'who is signed in: a copy must not open doors',
  signin_verification: 'challenges under way',
  signin_first_link: 'a link of fifteen minutes',
  signin_attempt: 'who failed to sign in lately',
};

/** Users of an organisation, by what its membership says: for a backup of one. */
export const OF_USERS: Readonly<Record<string, string>> = {
  signin_user: 'id',
  signin_account: 'user_id',
  signin_passkey: 'user_id',
  signin_two_factor: 'user_id',
};
