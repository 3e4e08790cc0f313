import { clientOf } from '@countersign/api/client.ts';
import type { Client, Fetch } from '@countersign/api/client.ts';
import { Fault } from '@countersign/api/problem.ts';

/** The header that names the organisation; `-` where none is meant. It is also what a form of another site cannot send. */
export const ORGANISATION_HEADER = 'x-countersign-org';
export const NO_ORGANISATION = '-';

const browserFetch: Fetch = async (url, ask) => {
  try {
    return await fetch(url, { ...ask, credentials: 'same-origin' });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Fault('The server was not reached.', { cause });
  }
};

const clients = new Map<string, Client>();

/** The API as the person who is signed in, for one organisation. */
export function clientFor(organisation: string | undefined): Client {
  const name = organisation ?? NO_ORGANISATION;
  const known = clients.get(name);
  if (known !== undefined) return known;
  const made = clientOf({ fetch: browserFetch, url: '', headers: { [ORGANISATION_HEADER]: name } });
  clients.set(name, made);
  return made;
}
