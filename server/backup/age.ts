import type { Decrypter as TheDecrypter, Encrypter as TheEncrypter } from 'age-encryption';
import { refuseBackup, refuseRestore } from './refusals.ts';

export interface Openers {
  /** Lines of age: `age1…`. */
  readonly recipients: readonly string[];
  readonly passphrase?: string | undefined;
}

const SHORTEST = 16;
const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Who can open what is written; refuses what is no recipient before anything is. */
export async function encrypterFor({ recipients, passphrase }: Openers): Promise<TheEncrypter> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  const all = recipients.flatMap(lines);
  if (passphrase !== undefined) {
    if (all.length > 0) throw refuseBackup('recipients', {});
    if (passphrase.trim().length < SHORTEST) throw refuseBackup('passphrase', {});
    encrypter.setPassphrase(passphrase.trim());
    return encrypter;
  }
  if (all.length === 0) throw refuseBackup('recipients', {});
  for (const recipient of new Set(all)) {
    // Never repeated: it opens things.
    if (/^AGE-SECRET-KEY-/i.test(recipient))
      throw refuseBackup('recipient', {
        recipient: 'AGE-SECRET-KEY-…',
        why: 'it is an identity, which stays secret. Give its public key, the line “public key” of its file.',
      });
    try {
      encrypter.addRecipient(recipient);
    } catch {
      const why = recipient.startsWith('ssh-')
        ? 'SSH keys are not taken; make a key with age-keygen.'
        : 'it has a letter too many or too few, or is another kind of key.';
      throw refuseBackup('recipient', { recipient: recipient.slice(0, 80), why });
    }
  }
  return encrypter;
}

export interface Identities {
  /** As age-keygen writes them: lines with `AGE-SECRET-KEY-…`, and remarks. */
  readonly identities: readonly string[];
  readonly passphrase?: string | undefined;
}

async function decrypterFor({ identities, passphrase }: Identities): Promise<TheDecrypter> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  const all = identities.flatMap(lines);
  if (all.length === 0 && passphrase === undefined) throw refuseRestore('identities', {});
  try {
    for (const identity of all) decrypter.addIdentity(identity);
  } catch {
    throw refuseRestore('identities', {});
  }
  if (passphrase !== undefined) decrypter.addPassphrase(passphrase.trim());
  return decrypter;
}

/** What an age file holds, as it is read. Refuses what is none, what these identities do not open, and what was cut or changed. */
export async function* decrypted(file: ReadableStream<Uint8Array>, given: Identities): AsyncGenerator<Uint8Array> {
  const decrypter = await decrypterFor(given);
  let plain: ReadableStream<Uint8Array>;
  try {
    plain = await decrypter.decrypt(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (/no identity|passphrase|incorrect/i.test(why)) throw refuseRestore('identity', {});
    throw refuseRestore('damaged', { why: 'its head is not one of age, or was changed.' });
  }
  try {
    for await (const chunk of plain) yield chunk;
  } catch {
    throw refuseRestore('damaged', { why: 'it was cut short, or changed after it was written.' });
  }
}
