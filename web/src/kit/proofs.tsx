import type { ProofOf } from '@countersign/core/proof/proof-of.ts';
import { useQueries } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { z } from 'zod';
import { clientFor } from '../api/client.ts';
import { useOrganisation } from '../api/hooks.ts';
import { useClocks } from './clocks.ts';

/** What there is to say of one entry. */
export type Proven = z.output<typeof ProofOf>['entries'][number];
/** Who outside saw a state of the log that holds an entry. */
export type SeenBy = Proven['seen'][number];

/** What an entry is of, as the page with the mark knows it. */
export type About =
  | {
      readonly kind: 'evidence';
      readonly id: string;
      /** The file’s. */
      readonly name: string;
      readonly digest?: string;
      readonly bytes?: number;
    }
  | { readonly kind: string; readonly id: string; readonly version?: number };

/** What one request takes. */
const MOST = 200;
/** Marks of one page come within this time. */
const GATHER_MS = 30;

interface Known {
  readonly of: ReadonlyMap<number, Proven>;
  readonly isAsking: boolean;
  /** Why it is not told, as to somebody who may not see the log. */
  readonly error: unknown;
}

interface Desk {
  /** Says that a mark of this entry is on the page; gives what takes it off. */
  enlist(index: number, about: About | undefined): () => void;
  about(index: number): About | undefined;
  open(index: number, from: HTMLElement): void;
  /** Gives the focus back to the mark that opened the panel. */
  closed(): void;
}

const NOTHING: Known = { of: new Map(), isAsking: false, error: undefined };
const Told = createContext<Known>(NOTHING);
const Enlisting = createContext<Desk | undefined>(undefined);

const chunks = (indexes: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: Math.ceil(indexes.length / MOST) }, (_, i) => indexes.slice(i * MOST, (i + 1) * MOST));

const together = (results: readonly UseQueryResult<readonly Proven[]>[]): Known => ({
  of: new Map(results.flatMap(({ data }) => (data ?? []).map((one) => [one.index, one] as const))),
  isAsking: results.some(({ isPending }) => isPending),
  error: results.find(({ error }) => error !== null)?.error,
});

/**
 * What the log’s marks on a page show, asked for all of them together: a mark enlists its entry, and what was enlisted within a moment is
 * one request of the view `proof.of`.
 */
export function Proofs({ children }: { readonly children: ReactNode }): ReactElement {
  const org = useOrganisation();
  const { knownAt } = useClocks();
  const navigate = useNavigate();
  const wanted = useRef(new Map<number, { marks: number; about: About | undefined }>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const opener = useRef<HTMLElement>(null);
  const [batches, setBatches] = useState<readonly (readonly number[])[]>([]);

  const gather = useCallback((): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setBatches((before) => {
        const kept = before.filter((batch) => batch.some((index) => wanted.current.has(index)));
        const there = new Set(kept.flat());
        const fresh = [...wanted.current.keys()].filter((index) => !there.has(index)).sort((a, b) => a - b);
        return fresh.length === 0 && kept.length === before.length ? before : [...kept, ...chunks(fresh)];
      });
    }, GATHER_MS);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  const desk = useMemo(
    (): Desk => ({
      enlist(index, about) {
        const held = wanted.current.get(index);
        wanted.current.set(index, { marks: (held?.marks ?? 0) + 1, about: about ?? held?.about });
        gather();
        return () => {
          const one = wanted.current.get(index);
          if (one === undefined) return;
          if (one.marks > 1) wanted.current.set(index, { ...one, marks: one.marks - 1 });
          else wanted.current.delete(index);
          gather();
        };
      },
      about: (index) => wanted.current.get(index)?.about,
      open(index, from) {
        opener.current = from;
        void navigate({ to: '.', search: (before: object) => ({ ...before, proof: String(index) }) } as never);
      },
      closed() {
        const to = opener.current;
        opener.current = null;
        // Once the panel has let go of it.
        setTimeout(() => (to?.isConnected === true ? to.focus() : undefined), 0);
      },
    }),
    [gather, navigate],
  );

  const told = useQueries({
    queries: batches.map((indexes) => ({
      queryKey: [org, 'view', 'proof.of', { indexes }, { knownAt }],
      queryFn: async (): Promise<readonly Proven[]> => {
        const { answer } = await clientFor(org).view('proof.of', { indexes }, { knownAt });
        // The server has parsed the answer by the very schema that Proven is inferred from.
        return (answer as z.output<typeof ProofOf>).entries;
      },
      staleTime: 60_000,
    })),
    combine: together,
  });

  return (
    <Enlisting value={desk}>
      <Told value={told}>{children}</Told>
    </Enlisting>
  );
}

/** What is known of an entry, asked for together with all others of the page. */
export function useProof(index: number | null, about?: About): Proven | undefined {
  const desk = useContext(Enlisting);
  const { of } = useContext(Told);
  const key = about === undefined ? '' : JSON.stringify(about);
  useEffect(
    () => (index === null ? undefined : desk?.enlist(index, about)),
    // What it is about is compared by what it says.
    [desk, index, key],
  );
  return index === null ? undefined : of.get(index);
}

/** Whether it is still being asked for, and why it is not told. */
export const useProofsState = (): Pick<Known, 'isAsking' | 'error'> => useContext(Told);

export const useProofDesk = (): Desk | undefined => useContext(Enlisting);
