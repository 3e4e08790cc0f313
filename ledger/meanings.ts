import type { FindingCode } from './findings.ts';

/** What each thing that verifying may find means for whoever relies on the files. The command line prints it, the page shows it, README lists it. */
export const MEANINGS = {
  // The whole
  'path.unknown':
    'What was given is neither an export of a log, nor a binder, nor a bag of evidence: nothing was verified.',
  'folder.missing': 'There is nothing at this place.',
  'failures.more': 'The list was cut: there is more wrong than it shows.',
  'file.missing': 'A file that must be there was left out.',
  'file.stray': 'A file was added that nothing vouches for: do not take it for part of the record.',
  'file.not-plain': 'A link or device stands where a file should: what it leads to is not part of the record.',
  'file.too-long': 'A file is longer than any true one.',
  'file.unreadable': 'A file or folder could not be read, so nothing is known of it.',
  'path.unsafe': 'A name would lead outside the folder.',

  // Archive
  'zip.malformed': 'The archive is damaged, cut short, or has something added: take a new copy.',
  'zip.ambiguous': 'The archive can be read in two ways; what you unpack may not be what was verified.',
  'zip.too-many': 'The archive holds more than any binder.',
  'zip.encrypted': 'A file is encrypted; a binder holds none that is.',
  'zip.method': 'A file is packed in a way that is not read here.',
  'zip.unsafe-path': 'Unpacking would write outside the folder: the archive is hostile. Do not unpack it.',
  'zip.link': 'The archive holds a link or a device: it is hostile. Do not unpack it.',
  'zip.duplicate': 'Two files bear one name; which of them you get depends on the tool.',
  'zip.clash': 'Two names are one on some systems, so one file would hide the other.',
  'zip.overlap': 'Files share their bytes: a way to make a small archive fill a disk.',
  'zip.gap': 'The archive holds bytes that belong to no file.',
  'zip.bomb': 'A file would unpack to far more than it could honestly hold.',
  'zip.local': 'The archive says two things of one file; tools would disagree.',
  'zip.size': 'A file is not as long as the archive says.',
  'zip.crc': 'A file does not fit its checksum: it was damaged or changed.',
  'zip.deflate': 'A file cannot be unpacked: it was damaged or changed.',

  // Bag and seal
  'bag.version': 'This is no BagIt bag that is known.',
  'bag.malformed': 'A manifest cannot be read, so it shows nothing.',
  'bag.missing': 'A file that was packed is not here any more.',
  'bag.unlisted': 'A file is here that was not packed, or not listed.',
  'bag.digest': 'A file is not the one that was packed: its bytes were changed.',
  'bag.oxum': 'More or less is here than was packed.',
  'seal.missing': 'Nobody signed the list of files, so anybody could have written it.',
  'seal.malformed': 'The signature over the list of files cannot be read.',
  'seal.differs': 'The list of files was changed after it was signed.',
  'binder.malformed': 'What the binder says of itself cannot be read.',
  'binder.log': 'The binder was made of another log, or another state of it, than it holds.',

  // What a binder shows of its log
  'files.malformed': 'The list that leads from the log to the files cannot be read.',
  'files.unbound': 'A file passes for evidence and the log does not know it.',
  'record.malformed': 'A list of records or facts cannot be read.',
  'record.unshown': 'A record, fact or date is shown that is not what was logged.',
  'redaction.malformed': 'The list of what is hidden cannot be read.',
  'redaction.differs':
    'The list of what is hidden is not what is hidden: something was blacked out, or shown, without saying so.',
  'proof.malformed': 'A proof cannot be read.',
  'proof.wrong': 'A proof does not prove what it is for.',
  'proof.forked': 'A proof leads to another history than the log here: two were told.',
  'proof.unbound': 'A proof is of another piece of evidence.',

  // Keys and signatures
  'key.malformed': 'A key cannot be read.',
  'key.untrusted': 'The files bring a key that you were not given: somebody else may have written them.',
  'note.malformed': 'A signed text cannot be read.',
  'note.unsigned': 'The signature is missing or wrong, or by a key that you do not trust.',
  'checkpoint.missing': 'There is no signed state of the log, so nothing holds it together.',
  'checkpoint.malformed': 'The signed state of the log cannot be read.',
  'checkpoint.untrusted': 'The state of the log is not signed by the key that you trust for it.',
  'checkpoint.retired-key': 'The log was signed with a key that had been given up before: somebody else may hold it.',
  'checkpoint.root': 'The entries are not those that were signed: the log was changed.',
  'entry.untrusted': 'An entry was signed by a key that you do not trust.',
  'entry.retired-key': 'An entry was signed with a key that had been given up before: somebody else may hold it.',
  'entry.signature': 'An entry does not bear the signature of what it says.',

  // Log
  'entry.malformed': 'An entry of the log cannot be read.',
  'entry.mismatch': 'A statement is not the one that the log holds at its place.',
  'bundle.malformed': 'A part of the log cannot be read.',
  'tile.missing': 'A part of the log is missing.',
  'tile.mismatch': 'A part of the hash tree does not follow from the entries.',
  'time.malformed': 'A recorded time is none.',
  'time.backwards': 'An entry is dated before the one ahead of it: one of the two times is false.',

  // Payload
  'envelope.malformed': 'A signed statement cannot be read.',
  'statement.malformed': 'A statement cannot be read.',
  'json.malformed': 'A text is not in the one spelling that was logged.',
  'json.too-deep': 'A text is built to exhaust who reads it.',
  'payload.malformed': 'What an entry shows cannot be read.',
  'payload.order': 'What an entry shows is out of order, doubled or left out.',
  'payload.missing': 'Something that was logged is neither shown nor said to be hidden.',
  'payload.digest': 'What is shown is not what was logged: it was changed.',
  'payload.root': 'The items shown are not those that were logged: some were changed, added or left out.',
  'payload.count': 'There are more or fewer items than were logged.',
  'payload.reference': 'An item refers to an earlier one that is not there or not the same.',
  'payload.unbound-file': 'A file is shown that no record speaks of.',
  'salt.malformed': 'The salt of a digest cannot be read.',
  'digest.malformed': 'A digest cannot be read.',
  'items.unordered': 'Items are out of order, or one is there twice.',

  // OLD
  'old.other-log': 'The two are of different logs.',
  'old.other-key': 'The older one was signed by another key.',
  'old.longer': 'The older one has more entries: the end of the log was cut off.',
  'old.forked': 'The history was changed: what the older one shows is no longer the beginning of the log.',
  'old.no-tree': 'One of the two does not hold a whole log, so the two cannot be compared.',
  'payload.removed': 'Something that the older one shows was taken away. If it was erased by law, its entry says so.',

  // Witnesses and time
  'seen.size': 'What others saw is filed under another size of the log.',
  'seen.forked': 'Somebody outside saw another history than the one here: two were told.',
  'seen.unproven': 'What others saw is of another state of the log than the proof here leads to.',
  'seen.cosigned': 'What the witnesses signed is not the state of the log beside it.',
  'cosignature.malformed': 'The signature of a witness cannot be read.',
  'cosignature.wrong': 'The signature of a witness is wrong.',
  'timestamp.too-long': 'A time-stamp is missing or longer than any true one.',
  'timestamp.malformed': 'A time-stamp cannot be read.',
  'timestamp.refused': 'The authority refused to stamp; this proves no time.',
  'timestamp.unsupported': 'A time-stamp rests on cryptography that is not relied on here.',
  'timestamp.imprint': 'A time-stamp is of something else: it proves nothing of this log.',
  'timestamp.certificate': 'The certificate behind a time-stamp may not sign time.',
  'timestamp.signature': 'The signature of a time-stamp is wrong.',
  'timestamp.expired': 'A certificate was not valid at the time that the stamp states.',
  'timestamp.roots': 'A root certificate cannot be read.',
} as const satisfies { readonly [code in FindingCode]?: string };

const ALL: { readonly [code: string]: string } = MEANINGS;

/** What a code means; every code that verifying finds has its own. */
export const meaningOf = (code: FindingCode): string => ALL[code] ?? 'The files are not what they should be.';
