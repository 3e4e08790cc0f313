import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint.ts';
import { ORIGIN, sourceOf } from '../example-log.ts';
import { verifierKey, verifySignature } from '../key.ts';
import { memoryStorage } from '../memory-storage.ts';
import { publish } from '../sequencer.ts';
import { cosign, verifyCosignature } from '../witness/cosignature.ts';
import { witnessKey } from '../witness/key.ts';
import { keyFileSigner } from './key-file.ts';
import { pkcs11Signer, type Pkcs11Key } from './pkcs11.ts';

const folder = await mkdtemp(join(tmpdir(), 'ledger-custody-'));
afterAll(() => rm(folder, { recursive: true }));

describe('a key file', () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const file = async (name: string, text: string, mode: number) => {
    const path = join(folder, name);
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  };

  it('signs', async () => {
    const { publicKey, sign } = await keyFileSigner(await file('key.pem', pem, 0o600));

    expect(verifySignature(publicKey, Buffer.from('x'), await sign(Buffer.from('x')))).toBe(true);
  });

  it('is refused if others may open it, if it is none, and if it is not there', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

    for (const mode of [0o604, 0o640, 0o660])
      await expect(keyFileSigner(await file('open.pem', pem, mode))).rejects.toMatchObject({ code: 'key.unreachable' });
    await expect(keyFileSigner(join(folder, 'none'))).rejects.toMatchObject({ code: 'key.unreachable' });
    for (const text of ['', pem.slice(0, 60), rsa.export({ type: 'pkcs8', format: 'pem' }).toString()])
      await expect(keyFileSigner(await file('wrong.pem', text, 0o600))).rejects.toMatchObject({
        code: 'key.malformed',
      });
  });
});

/** Where distributions put SoftHSM, a token in software. */
const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];
const PASSPHRASE = '94218837';

describe('a key in a PKCS #11 token', () => {
  const module = MODULES.find((path) => existsSync(path)) ?? '';
  const missing =
    module === ''
      ? 'SoftHSM2 is not installed'
      : spawnSync('pkcs11-tool', ['--help']).error && 'OpenSC’s pkcs11-tool is not installed';
  const key: Pkcs11Key = { module, token: 'example', id: '02', pin: { file: join(folder, 'pin') } };

  beforeAll(async () => {
    if (missing) return;
    await mkdir(join(folder, 'tokens'));
    await writeFile(join(folder, 'softhsm2.conf'), `directories.tokendir = ${join(folder, 'tokens')}\n`);
    await writeFile(join(folder, 'pin'), `${PASSPHRASE}\n`);
    process.env['SOFTHSM2_CONF'] = join(folder, 'softhsm2.conf');
    const pair = (id: string, type: string) =>
      ['--module', module, '--token-label', 'example', '--login', '--pin', PASSPHRASE, '--keypairgen'].concat([
        ...['--key-type', type, '--id', id],
      ]);
    for (const [command, args] of [
      ['softhsm2-util', ['--init-token', '--free', '--label', 'example', '--so-pin', '11112222', '--pin', PASSPHRASE]],
      ['pkcs11-tool', pair('01', 'EC:prime256v1')],
      ['pkcs11-tool', pair('02', 'EC:edwards25519')],
    ] as const) {
      const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${command}: ${stderr}`);
    }
  });

  it('signs checkpoints and cosignatures, the same each time', async ({ skip }) => {
    skip(missing !== undefined, `left out: ${missing}`);
    const signer = await pkcs11Signer(key);
    const storage = memoryStorage();

    await publish(storage, sourceOf(300), signer, ORIGIN);
    const note = Buffer.from(storage.files.get('checkpoint') ?? '').toString();
    const { checkpoint } = openCheckpoint(note, [verifierKey(ORIGIN, signer.publicKey)]);
    const line = await cosign('text\n', { name: 'w', signer }, 1_772_409_600);

    expect(checkpoint.size).toBe(300);
    expect(verifyCosignature('text\n', line, witnessKey('w', signer.publicKey))).toBe(1_772_409_600);
    expect(await signer.sign(Buffer.from('x'))).toEqual(await signer.sign(Buffer.from('x')));
  });

  it('takes the PIN from a variable too, and says when it is wrong', async ({ skip }) => {
    skip(missing !== undefined, `left out: ${missing}`);
    process.env['EXAMPLE_PIN'] = PASSPHRASE;
    const signer = await pkcs11Signer({ ...key, pin: { variable: 'EXAMPLE_PIN' } });
    expect(await signer.sign(Buffer.from('x'))).toHaveLength(64);

    process.env['EXAMPLE_PIN'] = '00000000';
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({
      code: 'key.unreachable',
      message: expect.stringContaining('CKR_PIN_INCORRECT'),
    });
  });

  it('says that a message is too long for it, or signs it', async ({ skip }) => {
    skip(missing !== undefined, `left out: ${missing}`);
    const signer = await pkcs11Signer(key);
    const long = Buffer.alloc(20_000, 1);
    const outcome = await Promise.resolve(signer.sign(long)).catch((error: unknown) => error);

    expect(await signer.sign(long.subarray(0, 1024))).toHaveLength(64);
    if (outcome instanceof Uint8Array) expect(verifySignature(signer.publicKey, long, outcome)).toBe(true);
    else expect(outcome).toMatchObject({ code: 'key.message-too-long' });
  });

  it('is refused where it cannot be reached or is another kind of key', async ({ skip }) => {
    skip(missing !== undefined, `left out: ${missing}`);
    for (const wrong of [
      { id: '03' },
      { token: 'another' },
      { module: join(folder, 'none.so') },
      { tool: join(folder, 'none') },
      { pin: { file: join(folder, 'none') } },
      { pin: { variable: 'NOT_SET_ANYWHERE' } },
    ])
      await expect(pkcs11Signer({ ...key, ...wrong }), JSON.stringify(wrong)).rejects.toMatchObject({
        code: 'key.unreachable',
      });
    await expect(pkcs11Signer({ ...key, id: '01' })).rejects.toMatchObject({ code: 'key.malformed' });
  });
});
