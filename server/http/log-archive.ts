import { Readable } from 'node:stream';
import { zipOf } from '@countersign/ledger/binder/zip-writer.ts';
import type { Organisation, Services } from '../runtime.ts';
import type { Told } from './calls.ts';
import { disposition } from './file-name.ts';

/** The folder that it unpacks to. */
const TOP = 'log';

/** An export of the log as a ZIP, written as it is read. The pieces of a file come one after the other. */
export const archived = (services: Services, org: Organisation): Told => ({
  bytes: Readable.from(zipOf(filesOf(services.exportLog(org))), { objectMode: false }),
  headers: {
    'content-type': 'application/zip',
    'content-disposition': disposition('attachment', `${org.slug}-log.zip`),
    'content-security-policy': `sandbox; default-src 'none'; frame-ancestors 'none'`,
  },
});

async function* filesOf(
  exported: ReturnType<Services['exportLog']>,
): AsyncGenerator<{ readonly path: string; readonly bytes: AsyncIterable<Uint8Array> }> {
  const pieces = exported[Symbol.asyncIterator]();
  try {
    let next = await pieces.next();
    while (next.done !== true) {
      const { path } = next.value;
      async function* bytes(): AsyncGenerator<Uint8Array> {
        do {
          if (next.done !== true) yield next.value.bytes;
          next = await pieces.next();
        } while (next.done !== true && next.value.append);
      }
      yield { path: `${TOP}/${path}`, bytes: bytes() };
    }
  } finally {
    // Whoever saves it may go away before its end.
    await pieces.return?.();
  }
}
