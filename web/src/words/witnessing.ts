import { count, plural } from '../kit/format.ts';

const entries = (n: number): string => plural(n, 'entry', 'entries');
const logs = (n: number): string => plural(n, 'log');

/** Being a witness of other logs, and letting strangers watch our own. */
export const words = {
  title: 'Witness for others',
  sentence: {
    none: 'You are a witness of no log yet.',
    calm: (n: number) => `You are a witness of ${logs(n)}. Each has only grown.`,
    open: (n: number, refused: number) =>
      `You are a witness of ${logs(n)}. ${refused === 1 ? 'One showed' : `${count(refused)} showed`} something that does not continue what you saw.`,
  },
  sub: 'A log sends its signed state; you sign it if it continues the last one you saw, and never two histories of one log. You learn sizes and digests, no records.',
  name: 'Name a log',
  filter: 'Filter logs',
  table: 'Logs that you are a witness of',
  columns: { name: 'Log', size: 'Cosigned', at: 'Last', state: 'State', origin: 'Origin' },
  states: {
    calm: 'Continues',
    waiting: 'Has not asked yet',
    forked: 'Two histories',
    inconsistent: 'Proof does not fit',
    ahead: 'Went back',
  },
  entries,
  never: 'never',
  filters: { label: 'State', open: 'To look at', calm: 'Continues', waiting: 'Not asked yet' },
  empty: {
    title: 'No log is named',
    body: 'The owner of a log gives you its verifier key: one line. You give them your key and address in return. From then on their server asks yours by itself, or they send files.',
  },
  none: { title: 'No log fits the filter', body: 'Take a filter away to see the others.', clear: 'Clear' },

  key: {
    title: 'Your key as a witness',
    says: 'Give both to the owner of the log.',
    vkey: 'Verifier key',
    url: 'Address',
    since: 'In use since',
    none: 'It is made when you name the first log, or now, if somebody needs it before.',
    make: 'Make the key',
    renew: 'Take a new key',
    renewing: {
      title: 'Take a new key as a witness',
      says: 'Do this after this server was restored from a backup: what it had cosigned since is forgotten, so the old key could sign two histories. Every log that you are a witness of must be given the new one.',
      why: 'Why',
      send: 'Take a new key',
    },
  },

  mail: {
    title: 'A request came by mail',
    label: 'Choose the request',
    help: 'You get the answer as a file to send back.',
    tooLarge: 'This is larger than any request.',
    done: (name: string) => `${name} was saved. Send it back.`,
    outcomes: {
      cosigned: 'Cosigned: it continues what you saw.',
      malformed: 'Not cosigned: it is damaged, or no request.',
      'unknown-origin': 'Not cosigned: you are no witness of this log.',
      unsigned: 'Not cosigned: the key that signed it is not the one you named.',
      'old-size-beyond': 'Not cosigned: it contradicts itself.',
      forked: 'Not cosigned: the log signed two histories of this size.',
      inconsistent: 'Not cosigned: nothing shows that it continues what you saw.',
    } as Readonly<Record<string, string>>,
    conflict: (size: string) =>
      `Not cosigned yet: you saw ${size} entries, and the proof must begin there. The answer says so.`,
  },

  form: {
    title: 'Name a log',
    says: 'From now on its states are cosigned as long as each continues the last. The first one is taken as it is.',
    name: 'Whose log',
    nameHelp: 'For you. The log itself names nobody.',
    vkey: 'Verifier key of the log',
    vkeyHelp: 'One line, from the owner: on the page “Ledger” of their Countersign, or key.vkey of an export.',
    badVkey: 'A verifier key reads name+id+base64, in one line.',
    url: 'Where it is published',
    urlHelp: 'If it is. For you to find it again.',
    badUrl: 'An address begins with https:// or http://.',
    save: 'Name it',
    change: 'Save',
  },

  side: {
    vkey: 'Verifier key',
    origin: 'Origin',
    url: 'Published at',
    last: 'Cosigned last',
    root: 'Root',
    change: 'Change',
    retire: 'End being its witness',
    retiring: 'Its owner gets no cosignature from you any more. What you signed stays, and what you saw is remembered.',
    refusals: 'What was refused',
    noRefusals: 'Nothing was refused.',
  },

  refusals: {
    title: 'What was refused',
    of: (shown: number, total: number) => `The newest ${count(shown)} of ${count(total)}`,
    when: (first: string, last: string, times: number) =>
      times === 1 ? first : `${first}, ${count(times)} times until ${last}`,
    cleared: (when: string) => `Explained: the same state came with a proof that fits, ${when}.`,
    save: 'Save the request',
    file: (origin: string, size: number) => `${origin.split('/').at(-1) ?? 'log'}-${size}.witness-request`,
  },

  /** Whether strangers may watch our own log. */
  publicLog: {
    title: 'Strangers may watch',
    open: 'Published',
    shut: 'Not published',
    says: 'Anybody who has the address may read the signed state of the log and its hashes, and check that it only grows. No record, no name, no file is among them; that there are entries, how many and when, is.',
    url: 'Address',
    since: (when: string) => `Since ${when}`,
    publish: 'Publish checkpoints',
    unpublish: 'Stop publishing',
    stops: 'What was read stays with whoever read it.',
  },
};
