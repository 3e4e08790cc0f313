import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { LedgerFault } from './fault.ts';
import { publicKeyOf, type Signer } from './key.ts';

/** Signer over a PKCS #8 PEM or a private KeyObject. Refuses `key.malformed` for any other kind of key. */
export function ed25519Signer(key: string | KeyObject): Signer {
  const privateKey = typeof key === 'string' ? parsePrivateKey(key) : key;
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519')
    throw new LedgerFault('key.malformed', 'The key is not an Ed25519 private key.');
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { publicKey: publicKeyOf(spki), sign: (message) => sign(null, message, privateKey) };
}

function parsePrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new LedgerFault('key.malformed', 'The text is not a private key in PKCS #8 PEM.');
  }
}
