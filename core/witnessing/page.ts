import { z } from 'zod';
import { ask, defineView, instantText, printInstant } from '../kernel/index.ts';
import type { RefusedCheckpoint } from './feeds.ts';
import { LogAddresses, REFUSED, WitnessMemories } from './feeds.ts';
import { originIn, OWN_WITNESS, OwnWitness, WitnessedLog } from './record.ts';

const Refusal = z.strictObject({
  origin: z.string(),
  outcome: z.enum(REFUSED),
  size: z.int().describe('Of the checkpoint that was shown.'),
  root: z.string(),
  seen: z.int().describe('Entries that had been cosigned.'),
  firstAt: instantText(),
  lastAt: instantText(),
  times: z.int(),
  clearedAt: instantText().optional().describe('When the same state was shown with a proof that fits.'),
  says: z.string(),
  request: z.string().describe('As it came. Of a fork it proves two histories to anybody who has the log’s key.'),
});

export const WitnessingPage = z.strictObject({
  key: z
    .strictObject({ vkey: z.string(), url: z.string(), since: instantText(), why: z.string().optional() })
    .optional()
    .describe('What the owner of a log is given: key and address.'),
  logs: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      origin: z.string(),
      vkey: z.string(),
      url: z.string().optional(),
      last: z.strictObject({ size: z.int(), root: z.string(), at: instantText() }).optional(),
      refusals: z.int().describe('Not cleared.'),
      worst: z.enum(REFUSED).optional(),
    }),
  ),
  refusals: z.array(Refusal).describe('The newest 200.'),
  refusalsTotal: z.int(),
});
export type WitnessingPage = z.infer<typeof WitnessingPage>;

const entries = (n: number): string => (n === 1 ? '1 entry' : `${String(n).replace(/\B(?=(\d{3})+$)/g, ',')} entries`);

/** What a refusal means, in the words of whoever must act on it. `name` is the log’s. */
export function refusalSays(
  { outcome, size, seen }: Pick<RefusedCheckpoint, 'outcome' | 'size' | 'seen'>,
  name: string,
): string {
  switch (outcome) {
    case 'forked':
      return `${name} signed two different histories of ${entries(size)}. The request that is kept proves it. Ask them why before you rely on anything that this log shows.`;
    case 'inconsistent':
      return `${name} showed a state of ${entries(size)} and no proof that it continues the ${entries(seen)} that you cosigned. Either the proof was spoilt under way, or entries were changed. Ask for the proof again.`;
    case 'ahead':
      return `${name} showed a state of ${entries(size)} after you had cosigned ${entries(seen)}. Either an old request was sent again, or the log was restored from an older backup and lost entries.`;
  }
}

const isOpen = ({ clearedAt }: RefusedCheckpoint): boolean => clearedAt === undefined;

export const witnessingPage = defineView('witnessing.page', {
  says: 'The logs of others that this organisation is a witness of: what it cosigned last, and what it refused.',
  input: z.strictObject({}),
  reads: [WitnessedLog, OwnWitness],
  output: WitnessingPage,
  readableBy: ['owner', 'lead', 'operator'],
  asOf: false,
  *compute(book) {
    const { cosigned, refused, refusedTotal } = yield* ask(WitnessMemories, {});
    const last = new Map(cosigned.map((state) => [state.origin, state]));
    const rows = book['witnessed-log'].all();
    const names = new Map(rows.map(({ vkey, name }) => [originIn(vkey), name]));
    const own = book['own-witness'].find(OWN_WITNESS);
    const { witness } = yield* ask(LogAddresses, {});
    return {
      ...(own === undefined
        ? {}
        : {
            key: {
              vkey: own.vkey,
              url: witness.url,
              since: printInstant(own.recordedAt),
              ...(own.why === undefined ? {} : { why: own.why }),
            },
          }),
      logs: rows.map(({ id, name, vkey, url }) => {
        const origin = originIn(vkey);
        const state = last.get(origin);
        const open = refused.filter((one) => one.origin === origin && isOpen(one));
        const worst = REFUSED.find((outcome) => open.some((one) => one.outcome === outcome));
        return {
          ...{ id, name, origin, vkey, refusals: open.length },
          ...(url === undefined ? {} : { url }),
          ...(worst === undefined ? {} : { worst }),
          ...(state === undefined ? {} : { last: { size: state.size, root: state.root, at: printInstant(state.at) } }),
        };
      }),
      refusals: refused.map(({ firstAt, lastAt, clearedAt, ...rest }) => ({
        ...rest,
        firstAt: printInstant(firstAt),
        lastAt: printInstant(lastAt),
        ...(clearedAt === undefined ? {} : { clearedAt: printInstant(clearedAt) }),
        says: refusalSays(rest, names.get(rest.origin) ?? rest.origin),
      })),
      refusalsTotal: refusedTotal,
    };
  },
});
