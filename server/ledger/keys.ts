import { generateKeyPairSync } from 'node:crypto';
import { ed25519Signer } from '@countersign/ledger/index.ts';
import type { Signer } from '@countersign/ledger/index.ts';
import type pg from 'pg';
import type { Vault } from '../secrets.ts';

const NAME = 'log-key';

/** Makes the Ed25519 key that signs an organisation's statements and checkpoints. */
export async function makeLogKey(vault: Vault, client: pg.ClientBase, org: number): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await vault.put(client, org, NAME, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** The signer of each organisation's log, opened once per process. */
export function signers(vault: Vault): (client: pg.ClientBase, org: number) => Promise<Signer> {
  const opened = new Map<number, Signer>();
  return async (client, org) => {
    const known = opened.get(org);
    if (known !== undefined) return known;
    const pem = await vault.get(client, org, NAME);
    if (pem === undefined) throw new Error(`Organisation ${org} has no log key`);
    const signer = ed25519Signer(pem);
    opened.set(org, signer);
    return signer;
  };
}
