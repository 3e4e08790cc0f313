import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { LedgerFault } from '../fault.ts';
import { publicKeyOf, verifySignature, type Signer } from '../key.ts';

/** An Ed25519 key in a token that gives it to nobody, reached through OpenSC's `pkcs11-tool`. */
export interface Pkcs11Key {
  /** The maker's PKCS #11 library, `/usr/lib/softhsm/libsofthsm2.so` for instance. */
  readonly module: string;
  readonly token: string;
  /** Id of the key pair in the token, hexadecimal: the tool signs with the first key it finds, whatever label it is given. */
  readonly id: string;
  /** Where the user PIN is: a file (its last newline does not count) or an environment variable. */
  readonly pin: { readonly file: string } | { readonly variable: string };
  /** Default: `pkcs11-tool` on the path. */
  readonly tool?: string;
}

const PIN = 'COUNTERSIGN_PKCS11_PIN';
const PATIENCE_MS = 30_000;

/**
 * Signer over a token. Reads the public key once; each signature is a process of its own and is checked before it is given out.
 * The PIN goes to the tool in its environment, never among its arguments, which every account of a machine can read.
 *
 * The tool up to 0.23 at least hands what is longer than 1,024 bytes to the token in parts, which Ed25519 does not allow: enough
 * for checkpoints and cosignatures, too little for long statements. Refuses `key.unreachable`, `key.malformed` (the key is
 * no Ed25519 key), `key.message-too-long`.
 */
export async function pkcs11Signer(key: Pkcs11Key): Promise<Signer> {
  const pem = await run(key, ['--read-object', '--type', 'pubkey'], new Uint8Array());
  const publicKey = publicKeyIn(pem);
  return {
    publicKey,
    async sign(message) {
      const signature = await signed(key, message);
      if (!verifySignature(publicKey, message, signature))
        throw unreachable('answered with a signature that is not the key’s');
      return signature;
    },
  };
}

const SURELY_ONE_PART = 1024;

async function signed(key: Pkcs11Key, message: Uint8Array): Promise<Uint8Array> {
  try {
    return await run(key, ['--login', '--pin', `env:${PIN}`, '--sign', '--mechanism', 'EDDSA'], message);
  } catch (error) {
    if (message.length <= SURELY_ONE_PART || !(error instanceof LedgerFault)) throw error;
    throw new LedgerFault(
      'key.message-too-long',
      `The token did not sign ${message.length} bytes; its tool is sure of ${SURELY_ONE_PART}. (${error.message})`,
    );
  }
}

async function run(key: Pkcs11Key, args: readonly string[], input: Uint8Array): Promise<Uint8Array> {
  const where = ['--module', key.module, '--token-label', key.token, '--id', key.id];
  const child = spawn(key.tool ?? 'pkcs11-tool', [...where, ...args], {
    env: { ...process.env, [PIN]: await pinOf(key) },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', () => reject(unreachable('cannot be started')));
    child.once('close', resolve);
  });
  // A tool that ends without reading is told about by its status.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [said, complained, status] = await Promise.all([all(child.stdout), all(child.stderr), ended]);
  if (status !== 0) throw unreachable(`ended with ${complaint(complained)}`);
  return said;
}

async function pinOf({ pin }: Pkcs11Key): Promise<string> {
  if ('variable' in pin) {
    const value = process.env[pin.variable];
    if (value === undefined || value === '') throw unreachable(`needs a PIN in ${pin.variable}, which is empty`);
    return value;
  }
  try {
    return (await readFile(pin.file, 'utf8')).replace(/\r?\n$/, '');
  } catch {
    throw unreachable(`needs a PIN in ${pin.file}, which cannot be read`);
  }
}

function publicKeyIn(found: Uint8Array): Uint8Array {
  let key: KeyObject;
  try {
    const isPem = Buffer.from(found).toString('latin1').startsWith('-----BEGIN');
    key = isPem
      ? createPublicKey(Buffer.from(found))
      : createPublicKey({ key: Buffer.from(found), format: 'der', type: 'spki' });
  } catch {
    throw new LedgerFault('key.malformed', 'The token’s public key cannot be read.');
  }
  return publicKeyOf(key.export({ type: 'spki', format: 'der' }));
}

async function all(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** The line of the tool that says what went wrong, without what could be long or ours. */
function complaint(said: Buffer): string {
  const line = said
    .toString('utf8')
    .split('\n')
    .find((text) => /error|CKR_/i.test(text));
  return JSON.stringify((line ?? 'no word of why').slice(0, 200));
}

const unreachable = (how: string) => new LedgerFault('key.unreachable', `The tool of the key’s token ${how}.`);
