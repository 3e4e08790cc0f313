import { Fault, thrownFor } from '@countersign/api/problem.ts';
import { useState } from 'react';
import { useClocks } from '../kit/clocks.ts';
import { NO_ORGANISATION, ORGANISATION_HEADER } from './client.ts';
import { useOrganisation } from './hooks.ts';

/** The name a server gave what it sent, from `filename*`. */
export function nameIn(disposition: string | null): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** The address of something below `/api`, with what is there of a query. */
export function pathWith(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

async function fetchFile(org: string | undefined, path: string): Promise<{ name: string; bytes: Blob }> {
  let response: Response;
  try {
    const headers = { [ORGANISATION_HEADER]: org ?? NO_ORGANISATION };
    response = await fetch(path, { credentials: 'same-origin', headers });
  } catch (cause) {
    throw new Fault('The server was not reached.', { cause });
  }
  if (!response.ok) throw thrownFor(response.status, await response.json().catch(() => undefined));
  return { name: nameIn(response.headers.get('content-disposition')) ?? 'document', bytes: await response.blob() };
}

export function save(name: string, bytes: Blob): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export interface Download {
  readonly isMaking: boolean;
  readonly error: unknown;
  /** Name of the last that was saved. */
  readonly saved: string | undefined;
  start(path: string, query?: Readonly<Record<string, string | undefined>>): void;
}

/** Asks for a document at the clocks of the page and saves it; a refusal is told and not saved as if it were one. */
export function useDownload({ window = false }: { readonly window?: boolean } = {}): Download {
  const org = useOrganisation();
  const { asOf, knownAt } = useClocks();
  const [state, setState] = useState<Omit<Download, 'start'>>({ isMaking: false, error: undefined, saved: undefined });
  return {
    ...state,
    start(path, query = {}) {
      setState({ isMaking: true, error: undefined, saved: undefined });
      const clocks = window ? { knownAt } : { asOf, knownAt };
      fetchFile(org, pathWith(path, { ...query, ...clocks })).then(
        ({ name, bytes }) => {
          save(name, bytes);
          setState({ isMaking: false, error: undefined, saved: name });
        },
        (error: unknown) => setState({ isMaking: false, error, saved: undefined }),
      );
    },
  };
}
