import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { SourceRefusal } from '@countersign/connectors/kit/connector.ts';
import { refuseInside, resolveHere } from '@countersign/connectors/kit/outside.ts';
import type { Resolve } from '@countersign/connectors/kit/outside.ts';
import { LedgerFault } from '@countersign/ledger/index.ts';

/** What is sent to a witness or an authority. */
export interface Sent {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  readonly signal: AbortSignal;
}

export interface Received {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array>;
}

/** How requests of the log leave this machine. An implementation must end when the signal does and follow no redirect. */
export type Reach = (url: string, sent: Sent) => Promise<Received>;

/**
 * Goes to where people said, under the rules of sources: to no address inside a private or reserved network unless the operator of the
 * machine allows it, over the addresses that were looked at and not looked up again, and never on where an answer redirects to.
 *
 * @param inside whether addresses inside the network may be asked
 */
export const reachOutside =
  (inside: boolean, resolve: Resolve = resolveHere): Reach =>
  async (url, { method, headers, body, signal }) => {
    const to = new URL(url);
    if (to.protocol !== 'http:' && to.protocol !== 'https:')
      throw new SourceRefusal('source.address', `${to.protocol} is no way to ask anybody: http: and https: are`);
    signal.throwIfAborted();
    const addresses = inside ? undefined : await refuseInside(to.hostname, resolve);
    const request = to.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise((settle, reject) => {
      const asked = request(
        to,
        {
          method,
          headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
          signal,
          agent: false,
          ...(addresses === undefined ? {} : { lookup: fixedTo(addresses) }),
        },
        (answer) => settle(received(answer)),
      );
      asked.on('error', reject);
      asked.end(body);
    });
  };

function received(answer: IncomingMessage): Received {
  return {
    status: answer.statusCode ?? 0,
    headers: {
      get(name) {
        const value = answer.headers[name.toLowerCase()];
        return typeof value === 'string' ? value : (value?.[0] ?? null);
      },
    },
    body: answer,
  };
}

/** A look-up that knows no other addresses than these, whatever the name says by now. */
const fixedTo =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, done) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (all === true || first === undefined) done(null, found);
    else done(null, first.address, first.family);
  };

/** The whole answer as text; refuses `witness.failed` where it is longer. */
export async function textOf(body: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) throw new LedgerFault('witness.failed', `The answer is longer than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
