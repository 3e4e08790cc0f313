import { defineRefusals } from '@countersign/core/kernel/index.ts';

export const refuseBackup = defineRefusals('backup', {
  recipient: {
    family: 'invalid',
    says: (p: { recipient: string; why: string }) => `“${p.recipient}” is no age recipient: ${p.why}`,
  },
  recipients: {
    family: 'invalid',
    says: (_: object) =>
      'Say who can open the backup: --recipient age1… (several are possible), or --passphrase @FILE. Nothing was written.',
  },
  passphrase: {
    family: 'invalid',
    says: (_: object) =>
      'A passphrase has at least 16 characters, in a file of its own; four or five random words are good.',
  },
  exists: {
    family: 'conflict',
    says: (p: { file: string }) => `${p.file} is there already. Choose another name, or say --force to replace it.`,
  },
  folder: { family: 'invalid', says: (p: { file: string; why: string }) => `${p.file} cannot be written: ${p.why}` },
  organisation: { family: 'missing', says: (p: { slug: string }) => `There is no organisation “${p.slug}”.` },
  nothing: { family: 'unmet', says: (_: object) => 'There is no organisation here yet, so there is nothing to keep.' },
  remote: {
    family: 'unmet',
    says: (_: object) =>
      'A backup is made, and restored, on the machine that holds the data: leave out --url, and run it there. The server may go on running.',
  },
  published: {
    family: 'unmet',
    says: (p: { slug: string; why: string }) =>
      `The log of ${p.slug} could not be published, so no backup would be consistent with it: ${p.why} Run “countersign doctor”.`,
  },
});

export const refuseRestore = defineRefusals('restore', {
  file: { family: 'invalid', says: (p: { file: string; why: string }) => `${p.file} cannot be read: ${p.why}` },
  identity: {
    family: 'invalid',
    says: (_: object) =>
      'None of the given identities opens this backup. It was made for other recipients: look which key was named with --recipient.',
  },
  identities: {
    family: 'invalid',
    says: (_: object) => 'Say what opens the backup: --identity @FILE, as age-keygen wrote it, or --passphrase @FILE.',
  },
  damaged: {
    family: 'invalid',
    says: (p: { why: string }) => `The backup is damaged, or not one of ours: ${p.why} Nothing of it was kept.`,
  },
  newer: {
    family: 'unmet',
    says: (p: { migration: string }) =>
      `The backup was made by a newer Countersign (it has ${p.migration}): upgrade this one first.`,
  },
  schema: {
    family: 'unmet',
    says: (p: { migration: string }) =>
      `The backup has another ${p.migration} than this program: it was made by a changed one.`,
  },
  'not-empty': {
    family: 'conflict',
    says: (p: { what: string }) =>
      `A backup is restored into an empty place only, and ${p.what}. Give an empty COUNTERSIGN_DATA (or database), and keep what is here until the other one is checked.`,
  },
  running: {
    family: 'conflict',
    says: (_: object) => 'A server is running on this data. Stop it first; start it again when the backup is restored.',
  },
  key: {
    family: 'unmet',
    says: (p: { why: string }) =>
      `The backup holds no key, as it should, and ${p.why} Without the key file that was in use, no log can be signed and no source’s secret opened. Give it with --key-file FILE; if it is lost, what was recorded can still be read: docs/backup.md, “Without the key file”. Nothing was written.`,
  },
  older: {
    family: 'unmet',
    says: (p: { slug: string; held: number; shown: number; erasures: string }) =>
      `The backup of ${p.slug} ends at ${p.held} entries, and what you show ends at ${p.shown}: ${p.shown - p.held} entries that somebody may have seen are not in it.${p.erasures} Look for a newer backup. If there is none, --though-older restores it to be read: its log then signs nothing more (docs/backup.md, “An older backup”). Nothing was written.`,
  },
  forked: {
    family: 'unmet',
    says: (p: { slug: string; size: number }) =>
      `The backup of ${p.slug} has another history than the checkpoint you show: they differ within the first ${p.size} entries. One of the two was changed. Nothing was kept.`,
  },
  shown: {
    family: 'invalid',
    says: (p: { file: string; why: string }) => `${p.file} shows no state of this log: ${p.why}`,
  },
});
