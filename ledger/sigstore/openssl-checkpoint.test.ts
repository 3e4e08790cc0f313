import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exampleSigner, ORIGIN, sourceOf } from '../example-log.ts';
import { memoryStorage } from '../memory-storage.ts';
import { parseNote } from '../note.ts';
import { publish } from '../sequencer.ts';
import { opensslMissing } from '../time/openssl-for-tests.ts';
import { sigstoreSignerKey } from './trusted-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-openssl-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `openssl pkeyutl -verify -rawin` over the text of a note. */
function accepts(text: string, signature: Uint8Array, pem: string): boolean {
  const at = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const files = ['-inkey', at('key.pem', pem), '-in', at('text', text), '-sigfile', at('signature', signature)];
  return spawnSync('openssl', ['pkeyutl', '-verify', '-rawin', '-pubin', ...files], { stdio: 'ignore' }).status === 0;
}

it.skipIf(opensslMissing !== undefined)(
  `openssl pkeyutl accepts the signature of a checkpoint, and no other${opensslMissing ? `: left out, ${opensslMissing}` : ''}`,
  async () => {
    const storage = memoryStorage();
    await publish(storage, sourceOf(300), exampleSigner(), ORIGIN);
    const { text, signatures } = parseNote(new TextDecoder().decode(await storage.read('checkpoint')));
    const signature = signatures[0]?.signature ?? new Uint8Array();
    const { pem } = sigstoreSignerKey(exampleSigner().publicKey);

    expect(accepts(text, signature, pem)).toBe(true);
    expect(accepts(text.replace('300', '301'), signature, pem)).toBe(false);
    expect(accepts(text, signature.with(0, (signature[0] ?? 0) ^ 1), pem)).toBe(false);
    expect(accepts(text, signature, sigstoreSignerKey(exampleSigner(8).publicKey).pem)).toBe(false);
  },
);
