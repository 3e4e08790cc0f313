import { readFile, stat } from 'node:fs/promises';
import { LedgerFault } from '../fault.ts';
import type { Signer } from '../key.ts';
import { ed25519Signer } from '../signer.ts';

const OTHERS_MAY = 0o077;

/**
 * Signer over a file with an Ed25519 key in PKCS #8 PEM, as `openssl genpkey -algorithm ed25519` writes it. Refuses `key.malformed`,
 * and `key.unreachable` if there is no such file or other accounts of the machine may open it.
 */
export async function keyFileSigner(path: string): Promise<Signer> {
  let pem: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & OTHERS_MAY) !== 0)
      throw new LedgerFault('key.unreachable', `Other accounts may open ${path}: its mode must be 600 or less.`);
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof LedgerFault) throw error;
    throw new LedgerFault('key.unreachable', `${path} cannot be read.`);
  }
  return ed25519Signer(pem);
}
