import { z } from 'zod';
import type { Asking, Book, Change } from '../kernel/index.ts';
import { ask, change, create, defineAct, idSchema, ref, retire } from '../kernel/index.ts';
import { LogAddresses, WitnessKeyMade } from './feeds.ts';
import {
  AddressOfLog,
  KeyOfLog,
  NameOfLog,
  originIn,
  OWN_WITNESS,
  OwnWitness,
  PUBLIC_LOG,
  PublicLog,
  refuseWitnessing,
  WitnessedLog,
} from './record.ts';

const ALLOWED = ['owner', 'lead', 'operator'] as const;
/** Whoever sets up the machine does not decide what strangers read, nor under which key the organisation gives its word. */
const DECIDE = ['owner', 'lead'] as const;

/** The key of ours is there before anything is cosigned: who is asked to name us needs it. */
function* keyMade(book: Book<readonly [typeof OwnWitness]>): Asking<readonly Change[]> {
  if (book['own-witness'].find(OWN_WITNESS) !== undefined) return [];
  const { vkey } = yield* ask(WitnessKeyMade, {});
  return [create(OwnWitness, OWN_WITNESS, { vkey })];
}

export const beginWitnessing = defineAct('witnessing.begin', {
  says: 'Makes the key under which this organisation cosigns the logs of others, if it has none.',
  input: z.strictObject({}),
  reads: [OwnWitness],
  allowed: ALLOWED,
  *decide(book) {
    return yield* keyMade(book);
  },
});

export const renewWitnessKey = defineAct('witnessing.renew', {
  says: 'Takes a new key as a witness, as after restoring a backup: what the old one cosigned since is forgotten, so its word is worth nothing more.',
  input: z.strictObject({ why: z.string().min(3).max(2000) }),
  reads: [OwnWitness],
  allowed: DECIDE,
  *decide(book, { why }) {
    const held = book['own-witness'].find(OWN_WITNESS);
    if (held === undefined) throw refuseWitnessing('none', {});
    const { vkey } = yield* ask(WitnessKeyMade, {});
    return [change(OwnWitness, held, { vkey, why })];
  },
});

export const nameLog = defineAct('witnessed-log.name', {
  says: 'Names a log that this organisation is a witness of: from now its checkpoints are cosigned as long as each continues the last.',
  input: z.strictObject({ id: idSchema.optional(), name: NameOfLog, vkey: KeyOfLog, url: AddressOfLog.optional() }),
  reads: [WitnessedLog, OwnWitness],
  allowed: ALLOWED,
  answer: z.strictObject({ log: z.string() }),
  *decide(book, { id, name, vkey: given, url }, { seed }) {
    const vkey = given.trim();
    const origin = originIn(vkey);
    const same = book['witnessed-log'].all().find((row) => row.vkey === vkey);
    if (same !== undefined) throw refuseWitnessing('twice', { origin, id: same.id }, ['vkey']);
    if ((yield* ask(LogAddresses, {})).origin === origin) throw refuseWitnessing('own', {}, ['vkey']);
    const log = id ?? `l-${seed.slice(0, 12)}`;
    const body = { name, vkey, ...(url === undefined ? {} : { url }) };
    return { changes: [...(yield* keyMade(book)), create(WitnessedLog, log, body)], answer: { log } };
  },
});

export const changeLog = defineAct('witnessed-log.change', {
  says: 'Changes what a witnessed log is called here, or where it is published; null empties the address.',
  input: z.strictObject({
    log: ref('witnessed-log'),
    name: NameOfLog.optional(),
    url: AddressOfLog.nullable().optional(),
  }),
  reads: [WitnessedLog],
  on: { kind: WitnessedLog, field: 'log' },
  allowed: ALLOWED,
  decide(book, { log, name, url }) {
    const row = book['witnessed-log'].get(log);
    return [
      change(WitnessedLog, row, {
        ...(name === undefined ? {} : { name }),
        ...(url === undefined ? {} : { url: url ?? undefined }),
      }),
    ];
  },
});

export const retireLog = defineAct('witnessed-log.retire', {
  says: 'Ends being a witness of a log. What was cosigned last is remembered, should it be named again.',
  input: z.strictObject({ log: ref('witnessed-log') }),
  reads: [WitnessedLog],
  on: { kind: WitnessedLog, field: 'log' },
  allowed: ALLOWED,
  decide(book, { log }) {
    return [retire(WitnessedLog, book['witnessed-log'].get(log))];
  },
});

const setOpen = (book: Book<readonly [typeof PublicLog]>, open: boolean): readonly Change[] => {
  const held = book['public-log'].find(PUBLIC_LOG);
  if (held === undefined) return open ? [create(PublicLog, PUBLIC_LOG, { open })] : [];
  return held.open === open ? [] : [change(PublicLog, held, { open })];
};

export const openLog = defineAct('log.open', {
  says: 'Lets anybody who knows its address read the checkpoint and the hashes of the log. No record, no name and no file is among them.',
  input: z.strictObject({}),
  reads: [PublicLog],
  allowed: DECIDE,
  decide: (book) => setOpen(book, true),
});

export const shutLog = defineAct('log.shut', {
  says: 'Ends that strangers may read the checkpoint and the hashes of the log. What they have read they keep.',
  input: z.strictObject({}),
  reads: [PublicLog],
  allowed: DECIDE,
  decide: (book) => setOpen(book, false),
});
