import { Fault, thrownFor } from '@countersign/api/problem.ts';
import { z } from 'zod';
import { NO_ORGANISATION, ORGANISATION_HEADER } from './client.ts';

const Kept = z.object({
  digest: z.string(),
  bytes: z.number(),
  media: z.string().optional(),
  says: z.string().optional(),
});
export type Kept = z.infer<typeof Kept>;

/** A body that is no JSON is a proxy's or nobody's. */
function read(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Sends a file from disk, with its progress: `fetch` tells none of what it sends. The browser streams it; nothing of it is held in memory.
 * Breaks off with the signal.
 */
export function upload(
  org: string | undefined,
  file: File,
  progress?: (share: number) => void,
  signal?: AbortSignal,
): Promise<Kept> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    request.open('PUT', `/api/blobs?name=${encodeURIComponent(file.name.slice(0, 255))}`);
    request.setRequestHeader(ORGANISATION_HEADER, org ?? NO_ORGANISATION);
    request.setRequestHeader('content-type', 'application/octet-stream');
    if (progress !== undefined)
      request.upload.onprogress = ({ loaded, total }) => progress(total === 0 ? 1 : loaded / total);
    request.onload = () => {
      signal?.removeEventListener('abort', stop);
      const answer = read(request.responseText);
      if (request.status < 200 || request.status > 299) reject(thrownFor(request.status, answer));
      else resolve(Kept.parse(answer));
    };
    request.onerror = () => {
      signal?.removeEventListener('abort', stop);
      reject(new Fault('The server was not reached.'));
    };
    request.onabort = () => reject(new DOMException('Broken off', 'AbortError'));
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
    request.send(file);
  });
}

/** Bytes of an operation, as the person signed in: what links cannot ask for, as they send no header. */
export async function fetchBytes(org: string | undefined, path: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(path, {
    credentials: 'same-origin',
    headers: { [ORGANISATION_HEADER]: org ?? NO_ORGANISATION },
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    throw new Fault('The server was not reached.', { cause });
  });
  if (!response.ok) throw thrownFor(response.status, read(await response.text()));
  return response;
}

/** Hands bytes to the browser to be saved under a name. */
export function save(bytes: Blob, name: string): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
