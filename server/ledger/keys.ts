import { generateKeyPairSync } from 'node:crypto';
import { ed25519Signer, fingerprint, parseVerifierKey, verifierKey } from '@countersign/ledger/index.ts';
import type { Signer, VerifierKey } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Vault } from '../secrets.ts';

const NAME = 'log-key';

/** Where the vault keeps a key: the first one under its old name, each later one by its fingerprint. */
const nameOf = (publicKey: Uint8Array): string => `${NAME}.${fingerprint(publicKey)}`;

/** Makes the Ed25519 key that signs an organisation's statements and checkpoints. */
export async function makeLogKey(vault: Vault, client: pg.ClientBase, org: number): Promise<void> {
  await vault.put(client, org, NAME, newKey());
}

/** Makes the key that is to come next. It signs nothing until an entry hands the log over to it (`log.rotate-key`). */
export async function makeNextLogKey(
  vault: Vault,
  client: pg.ClientBase,
  org: number,
  origin: string,
): Promise<VerifierKey> {
  const pem = newKey();
  const { publicKey } = ed25519Signer(pem);
  await vault.put(client, org, nameOf(publicKey), pem);
  return verifierKey(origin, publicKey);
}

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Keys that the log was handed over to, as its entries say, oldest first; each with the one before it. */
async function handedOver(client: pg.ClientBase, org: number): Promise<readonly { vkey: string; replaces: string }[]> {
  const { rows } = await client.query<{ vkey: string; replaces: string }>(
    `select body ->> 'vkey' as vkey, body ->> 'replaces' as replaces
       from record where org = $1 and kind = 'log-key' order by log_index`,
    [org],
  );
  return rows;
}

/** Where the vault keeps the key that signs now. */
export async function currentKeyName(client: pg.ClientBase, org: number): Promise<string> {
  const last = (await handedOver(client, org)).at(-1);
  return last === undefined ? NAME : nameOf(parseVerifierKey(last.vkey).publicKey);
}

/** Public keys that signed before the present one, oldest first. */
export async function earlierKeys(client: pg.ClientBase, org: number): Promise<readonly Uint8Array[]> {
  return (await handedOver(client, org)).map(({ replaces }) => parseVerifierKey(replaces).publicKey);
}

/** The same with the entry that was the last each signed: the one that handed over to the next. */
export async function handOvers(
  client: pg.ClientBase,
  org: number,
): Promise<readonly { readonly publicKey: Uint8Array; readonly last: number }[]> {
  const { rows } = await client.query<{ replaces: string; last: number }>(
    `select body ->> 'replaces' as replaces, log_index as last from record where org = $1 and kind = 'log-key' order by log_index`,
    [org],
  );
  return rows.map(({ replaces, last }) => ({ publicKey: parseVerifierKey(replaces).publicKey, last }));
}

/**
 * The signer of each organisation's log, opened once per key and process. Which key that is, the log says: asked under its lock, whoever
 * signs next after a hand-over signs with the new one, in whatever process.
 */
export function signers(vault: Vault): (client: pg.ClientBase, org: number) => Promise<Signer> {
  const opened = new Map<string, Signer>();
  return async (client, org) => {
    const name = await currentKeyName(client, org);
    const known = opened.get(`${org}/${name}`);
    if (known !== undefined) return known;
    const pem = await vault.get(client, org, name);
    if (pem === undefined) throw new Error(`Organisation ${org} has no log key`);
    const signer = ed25519Signer(pem);
    opened.set(`${org}/${name}`, signer);
    return signer;
  };
}
