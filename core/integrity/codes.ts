/** What a self-check may find, and what each means for somebody who does not know how the log works. Stable: scripts read them. */
export const FINDINGS = {
  'log.shorter':
    'Entries that were there are gone: the end of the log was cut off, or an old copy was put in its place.',
  'log.forked': 'The history is another one than at an earlier check: something that was recorded was replaced.',
  'log.missing': 'An entry of the log is gone.',
  'log.order': 'Entries of the log are out of order in time, or the log says another length than it has.',
  'log.unpublished': 'The log could not be published: nothing new of it is signed until that is mended.',
  'checkpoint.missing': 'The signed state of the log was taken away.',
  'checkpoint.signature': 'The signed state of the log is not signed by the log’s own key: somebody else wrote it.',
  'checkpoint.root': 'The signed state of the log is not that of the entries published with it.',
  'tile.missing': 'A published file of the log is gone.',
  'tile.differs': 'A published file of the log was changed; the entries themselves are as they were.',
  'entry.differs': 'An entry of the log was changed after it was published.',
  'entry.statement': 'An entry and what was signed with it do not fit each other: one of the two was changed.',
  'entry.key': 'An entry is signed by another key than the log’s.',
  'entry.time': 'An entry says another time than the statement that was signed.',
  'record.digest': 'A version of a record was changed after it was recorded: its text, or the salt of its digest.',
  'record.missing': 'A version of a record that was logged is gone.',
  'record.stray': 'A version of a record is there that was never logged.',
  'record.stamp': 'A version of a record says another act, actor or time than the log.',
  'record.order': 'Versions of a record do not follow each other as they were logged.',
  'reference.differs': 'The index of what names what is not what the records say. Only searching is affected.',
  'collection.missing': 'A collection that was logged is gone.',
  'collection.stray': 'A collection is there that was never logged.',
  'collection.differs': 'A collection says something else than the log.',
  'fact.digest': 'What a source said of an item was changed after it was collected.',
  'fact.items': 'The items of a collection are not those that were logged: some were changed, added or taken away.',
  'evidence.missing': 'A file of evidence is gone.',
  'evidence.digest': 'A file of evidence was changed: its bytes are not those that were filed.',
  'evidence.length': 'A file of evidence was cut short, or something was added to it.',
  'evidence.unlisted': 'A document is on file, and the table of files does not know its bytes.',
  'projection.differs':
    'Answers of a check were changed after they were computed. What they were computed from is as it was; “countersign rebuild” makes them anew.',
} as const;

export type FindingCode = keyof typeof FINDINGS;

export const FINDING_CODES = Object.keys(FINDINGS) as readonly FindingCode[];
