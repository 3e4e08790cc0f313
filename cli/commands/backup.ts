import { Refusal } from '@countersign/core/kernel/index.ts';
import { resolve } from 'node:path';
import type { CommandSpec } from '../command.ts';
import type { Context } from '../context.ts';
import { textOf } from '../files.ts';
import { counted, plain } from '../text.ts';
import type { Keeper, RestoreTold } from '../world.ts';

/** Of the key that nobody has: for the example only. */
const EXAMPLE = 'age1cjfpfsl72r2xrxs36lake5xmn2zgtsfx3vd78ygmgl8s0ecrh5hqgtvu2f';
const PASSPHRASE = { 'passphrase.txt': 'ochre lantern mosaic ferry thistle\n' };

async function keeper(context: Context): Promise<Keeper> {
  const url = context.flags.url ?? context.world.env['COUNTERSIGN_URL'];
  if ((url !== undefined && url !== '') || context.world.keep === undefined)
    throw new Refusal(
      'backup.remote',
      'unmet',
      'A backup is made, and restored, on the machine that holds the data: leave out --url, and run it there. The server may go on running.',
    );
  return context.world.keep();
}

/** What stands in the files that are named with @, and what is given as it is. */
async function textsOf(context: Context, given: readonly string[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const text of given)
    all.push(text.startsWith('@') ? await textOf(context.world, text.slice(1), 64 * 1024) : text);
  return all;
}

async function passphraseOf(context: Context, given: string | undefined): Promise<{ readonly passphrase?: string }> {
  if (given === undefined) return {};
  return { passphrase: await textOf(context.world, given.replace(/^@/, ''), 4096) };
}

export const backup: CommandSpec = {
  name: 'backup',
  says: 'Writes everything into one file that only its recipients can open. The key file is never in it: keep that elsewhere.',
  args: [{ name: '<file>', says: 'is there whole, or not at all' }],
  options: [
    { flags: '--recipient <age>', says: 'who can open it: age1…, or @FILE with such lines', many: true },
    { flags: '--passphrase <@file>', says: 'a passphrase instead of recipients' },
    { flags: '--force', says: 'replace a file that is there' },
  ],
  examples: [
    { line: `backup all.age --recipient ${EXAMPLE}`, says: 'the public key that age-keygen prints' },
    { line: 'backup sealed.age --passphrase @passphrase.txt', says: 'for whoever knows the words', files: PASSPHRASE },
  ],
  async run(context, given) {
    const [file = ''] = given.args;
    const done = await (
      await keeper(context)
    ).backup({
      file: resolve(context.world.cwd, file),
      recipients: await textsOf(context, given.texts('recipient')),
      ...(await passphraseOf(context, given.text('passphrase'))),
      force: given.is('force'),
      org: context.flags.org,
      signal: context.world.signal,
    });
    const { organisations, evidence, damaged, keys } = done;
    return {
      json: { ...done, file },
      text: [
        `${file}: ${counted(organisations.length, 'organisation')}, ${counted(evidence.files, 'file')} of evidence, ${done.bytes} bytes, as of ${done.at}.`,
        ...organisations.map(({ slug, size, root }) =>
          plain(`${slug}: ${counted(size, 'entry', 'entries')}, root ${root}`),
        ),
        ...damaged.map(({ digest, why }) => plain(`Damaged when it was kept: ${digest}. ${why}`)),
      ].join('\n'),
      notes: [
        keys.length === 0
          ? 'Keep the key file too, elsewhere: it is not in the backup.'
          : `Keep the key file too, elsewhere: it is not in the backup, and without it (key ${keys.join(', ')}) no log can be signed again.`,
      ],
      exit: damaged.length === 0 ? 0 : 1,
    };
  },
};

export const restore: CommandSpec = {
  name: 'restore',
  says: 'Puts a backup into an empty place, checks all of it, and says what it is.',
  args: [{ name: '<file>', says: 'as “backup” wrote it' }],
  options: [
    { flags: '--identity <@file>', says: 'what opens it, as age-keygen wrote it', many: true },
    { flags: '--passphrase <@file>', says: 'or the passphrase' },
    { flags: '--key-file <file>', says: 'the key file that was in use; without it, the one in its place' },
    { flags: '--newer-than <path>', says: 'a checkpoint or export that it must not be older than' },
    { flags: '--though-older', says: 'restore an older one, to be read: its log signs nothing more' },
    { flags: '--check', says: 'only read it to its end, and say what it is' },
  ],
  examples: [{ line: 'restore sealed.age --passphrase @passphrase.txt --check', says: 'is it whole? Writes nothing' }],
  async run(context, given) {
    const [file = ''] = given.args;
    const path = (name: string): { readonly [key: string]: string } => {
      const text = given.text(name);
      return text === undefined ? {} : { [name]: resolve(context.world.cwd, text.replace(/^@/, '')) };
    };
    const done = await (
      await keeper(context)
    ).restore({
      file: resolve(context.world.cwd, file),
      identities: await textsOf(context, given.texts('identity')),
      ...(await passphraseOf(context, given.text('passphrase'))),
      ...path('keyFile'),
      ...path('newerThan'),
      thoughOlder: given.is('thoughOlder'),
      check: given.is('check'),
      signal: context.world.signal,
    });
    return { json: done, text: told(done).map(plain).join('\n'), exit: isWell(done) ? 0 : 1 };
  },
};

const isWell = ({ damaged, findings }: RestoreTold): boolean => damaged.length === 0 && findings.length === 0;

function told(done: RestoreTold): string[] {
  const { organisations, evidence, damaged, findings, erasuresLost, onlyToRead, restored } = done;
  return [
    `${restored ? 'Restored' : 'The backup is whole'}: as of ${done.at}, ${counted(evidence.files, 'file')} of evidence.`,
    ...organisations.flatMap(({ slug, origin, size, root, fingerprint }) => [
      `${slug}: ${counted(size, 'entry', 'entries')}, root ${root}`,
      `    ${origin}, signed by the key ${fingerprint}: compare both with what you know from elsewhere.`,
    ]),
    ...(onlyToRead
      ? ['It is older than what you showed: it can be read, and its log signs nothing more (docs/backup.md).']
      : []),
    ...erasuresLost.map(
      ({ slug, entry, act, at }) =>
        `${slug}: entry ${entry} (${act}, ${at}) is not in it: what that erasure took is back, and must be erased again.`,
    ),
    ...damaged.map(({ digest, why }) => `Damaged when it was kept: ${digest}. ${why}`),
    ...(restored
      ? [
          findings.length === 0
            ? 'The self-check of everything found no difference.'
            : `The self-check found ${counted(findings.length, 'difference')}:`,
        ]
      : []),
    ...findings.map(({ slug, code, says }) => `${slug}: ${code}: ${says}`),
  ];
}
