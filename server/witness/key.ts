import { generateKeyPairSync } from 'node:crypto';
import { ed25519Signer, parseWitnessKey, printWitnessKey, toHex, witnessKey } from '@countersign/ledger/index.ts';
import type { Cosigner } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Vault } from '../secrets.ts';

/** A key's private half stands in the vault under its id: one that took its place is never opened for it. */
const secretOf = (id: Uint8Array): string => `witness-key/${toHex(id)}`;

/** What logs elsewhere know a witness by; as its address, it names no company. */
export const witnessName = (address: string): string => `countersign.dev/witness/${address}`;

/** Makes the Ed25519 key under which an organisation cosigns, and gives its verifier key (C2SP, type 0x04). Used for nothing else. */
export async function makeWitnessKey(vault: Vault, client: pg.ClientBase, org: number): Promise<string> {
  const { rows } = await client.query<{ witness: string }>('select witness from organisation where id = $1', [org]);
  const address = rows[0]?.witness;
  if (address === undefined) throw new Error(`There is no organisation ${org}`);
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = witnessKey(witnessName(address), ed25519Signer(privateKey).publicKey);
  await vault.put(client, org, secretOf(key.id), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return printWitnessKey(key);
}

/** Who cosigns under a verifier key of an organisation. Each key is opened once per process. */
export function cosigners(vault: Vault): (client: pg.ClientBase, org: number, vkey: string) => Promise<Cosigner> {
  const opened = new Map<string, Cosigner>();
  return async (client, org, vkey) => {
    const known = opened.get(`${org}/${vkey}`);
    if (known !== undefined) return known;
    const { name, id } = parseWitnessKey(vkey);
    const pem = await vault.get(client, org, secretOf(id));
    if (pem === undefined) throw new Error(`Organisation ${org} has lost its witness key ${toHex(id)}`);
    const cosigner = { name, signer: ed25519Signer(pem) };
    opened.set(`${org}/${vkey}`, cosigner);
    return cosigner;
  };
}
