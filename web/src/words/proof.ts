import { count, plural } from '../kit/format.ts';

/** The panel that a mark of the log opens: one entry, and how its proof is built. */
export const words = {
  title: (index: number) => `Proof of entry ${count(index)}`,
  proven: (when: string, who: string) => `Proven no later than ${when}, by ${who}.`,
  provenHelp:
    'Who says so signed a state of the log that holds this entry. Had it been written later, or changed since, that state would be another.',
  unseen: 'Not yet seen by anybody outside.',
  unseenHelp:
    'Those who are named have not answered since it was recorded. Until one does, its place in the log shows order, not time.',
  nobody: 'Nobody outside is named to see this log.',
  nobodyHelp:
    'Order and authorship are fixed by the log. That it was not written anew by whoever runs this server, only somebody outside can show.',
  name: 'Name somebody',
  ledger: 'To the ledger',
  unknown: 'The log has no such entry, as far as is known here.',
  steps: 'From the bytes to the time, step by step',
  state: { there: 'There', missing: 'Not there yet' },
  bytes: {
    title: 'The bytes',
    file: 'The file hashes to the value that was recorded. It is salted in the log, so the log holds no content.',
    record: 'What was recorded hashes, with a salt of its own, to a value in the entry. The log holds no content.',
    what: 'What',
    version: (kind: string, id: string, version: number | undefined) =>
      version === undefined ? `${kind} ${id}` : `${kind} ${id}, version ${count(version)}`,
    name: 'File',
    size: 'Size',
    digest: 'SHA-256',
  },
  entry: {
    title: 'The entry',
    says: 'That value is part of a statement which the log’s key signs, at this place.',
    index: 'Entry',
    at: 'Recorded',
    act: 'Act',
    by: 'By',
  },
  checkpoint: {
    title: 'The checkpoint',
    says: 'The entry is a leaf of the tree whose root the log’s key signs. Take one away or put one between, and the root is another.',
    unshown: 'The signed checkpoint is among what the log shows, and the log is not shown to you.',
    waits: 'The entry is not in a signed checkpoint yet. It will be within moments.',
    size: 'Tree size',
    root: 'Root',
    origin: 'Signed by',
  },
  witness: {
    title: 'Witnesses',
    says: 'Others signed the same checkpoint after checking that the log had only grown. One history, not two.',
    none: 'No witness has signed a state of the log that holds it.',
    nobody: 'No witness is named. Two people could be shown two histories.',
  },
  time: {
    title: 'Time',
    says: 'An authority that the company does not run put its clock on a checkpoint that holds it. So it existed by then.',
    none: 'No time authority has stamped a state of the log that holds it.',
    nobody: 'No time authority is named. The dates are those of this server.',
  },
  at: (when: string, size: number) => `${when}, on ${plural(size, 'entry', 'entries')}`,
  check: {
    title: 'Check it without us',
    bag: 'File and proof together: one archive, to be verified without this server, an account or a network.',
    saveBag: 'Save file and proof',
    proof: 'The proof of this one entry, in the format C2SP tlog-proof.',
    saveProof: 'Save the proof',
    notShown: 'The log is not among what you are shown. An owner or a compliance lead may open it.',
    verify: 'Verify it',
    keys: 'Whose log it is, the file cannot say. Give the key as you know it from elsewhere:',
    whole: 'Or the whole log: an export can be verified on any computer.',
  },
  noAnswer: 'By when others had seen it is not told here:',
} as const;
