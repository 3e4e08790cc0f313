import { concat } from '../bytes.ts';
import { LedgerFault } from '../fault.ts';
import { timeStampRequest } from './request.ts';
import { LONGEST_RESPONSE } from './response.ts';
import type { TimeRoots } from './roots.ts';
import { verifyTimeStamp, type CertificateName, type TimeStamp } from './verify.ts';

/** Somebody who says what time it is. */
export interface TimeAuthority {
  /** Where it takes requests (RFC 3161 §3.4). Plain HTTP is usual and does no harm: the answer is signed, the request a digest. */
  readonly url: string;
  readonly roots: TimeRoots;
}

/**
 * How a request goes out; `fetch` fits. An implementation must end when `signal` does, must follow no redirect to a place its
 * caller would not allow, and may refuse by throwing.
 */
export type TimePost = (
  url: string,
  request: {
    readonly method: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array<ArrayBuffer>;
    readonly signal: AbortSignal;
    readonly redirect: 'error';
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}>;

export interface StampOptions {
  /** Milliseconds for the whole exchange. */
  readonly timeout?: number;
  /** Most bytes of an answer. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Our own clock, in milliseconds since 1970: an authority that is ten minutes off is not believed. Left out: not compared. */
  readonly now?: number;
}

export interface Stamped {
  /** The answer as it came: a `.tsr` file, which `openssl ts -verify` reads. */
  readonly response: Uint8Array;
  readonly stamp: TimeStamp & { readonly root: CertificateName };
}

const TIMEOUT = 20_000;
const CLOCK_TOLERANCE = 600_000;
const QUERY = 'application/timestamp-query';
const REPLY = 'application/timestamp-reply';

/**
 * Asks an authority to stamp `bytes` and believes nothing of the answer: what is returned verifies under its roots and is the
 * answer to this request. Refuses `timestamp.unreachable` (no connection, no answer in time, an HTTP error), `timestamp.too-long`,
 * `timestamp.clock`, and whatever `verifyTimeStamp` refuses.
 */
export async function stamp(
  authority: TimeAuthority,
  bytes: Uint8Array,
  post: TimePost,
  { timeout = TIMEOUT, limit = LONGEST_RESPONSE, signal, now }: StampOptions = {},
): Promise<Stamped> {
  const request = timeStampRequest(bytes);
  const ended = AbortSignal.any([AbortSignal.timeout(timeout), ...(signal ? [signal] : [])]);
  const response = await exchange(authority.url, request.bytes, post, ended, limit);
  const stamped = await verifyTimeStamp(response, bytes, authority.roots, { nonce: request.nonce });
  if (now !== undefined && Math.abs(stamped.at - now) > CLOCK_TOLERANCE + (stamped.accuracyMs ?? 0))
    throw new LedgerFault(
      'timestamp.clock',
      `The clock of “${stamped.signedBy.name}” is ${Math.round((stamped.at - now) / 1000)} seconds ahead of ours.`,
    );
  return { response, stamp: stamped };
}

async function exchange(
  url: string,
  body: Uint8Array,
  post: TimePost,
  signal: AbortSignal,
  limit: number,
): Promise<Uint8Array> {
  try {
    const answer = await orAborted(
      post(url, {
        method: 'POST',
        headers: { 'content-type': QUERY, accept: REPLY },
        body: new Uint8Array(body),
        signal,
        redirect: 'error',
      }),
      signal,
    );
    if (answer.status !== 200) throw unreachable(`it answered HTTP ${answer.status}`);
    const type = (answer.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
    if (type !== REPLY)
      throw new LedgerFault('timestamp.malformed', `The authority answered with something else than a time-stamp.`);
    return await orAborted(readBounded(answer.body, limit), signal);
  } catch (error) {
    if (error instanceof LedgerFault) throw error;
    throw unreachable(signal.aborted ? 'it did not answer in time' : 'there is no connection');
  }
}

async function readBounded(body: AsyncIterable<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > limit)
      throw new LedgerFault('timestamp.too-long', `The answer of the authority is longer than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return concat(chunks);
}

/** A port that does not listen to its signal must not hold us. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const unreachable = (why: string) =>
  new LedgerFault('timestamp.unreachable', `The time-stamp authority cannot be reached: ${why}.`);
