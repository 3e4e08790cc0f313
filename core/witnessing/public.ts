import { z } from 'zod';
import { ask, defineView, instantText, printInstant } from '../kernel/index.ts';
import { LogAddresses } from './feeds.ts';
import { PUBLIC_LOG, PublicLog } from './record.ts';

export const LogPublic = z.strictObject({
  open: z.boolean(),
  origin: z.string(),
  url: z.string().describe('Where strangers read `checkpoint` and `tile/…` while it is open; C2SP tlog-tiles.'),
  since: instantText().optional().describe('When it was opened or shut last.'),
  by: z.string().optional(),
});
export type LogPublic = z.infer<typeof LogPublic>;

export const publicLog = defineView('log.public', {
  says: 'Whether strangers may watch the log, and at which address.',
  input: z.strictObject({}),
  reads: [PublicLog],
  output: LogPublic,
  area: 'log',
  *compute(book) {
    const { origin, log } = yield* ask(LogAddresses, {});
    const row = book['public-log'].find(PUBLIC_LOG);
    return {
      open: row?.open === true,
      origin,
      url: log.url,
      ...(row === undefined ? {} : { since: printInstant(row.recordedAt), by: row.actor }),
    };
  },
});
