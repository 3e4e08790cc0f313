import type { ActAnswer, ListCall } from '@countersign/api/client.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { z } from 'zod';
import { useClocks } from '../kit/clocks.ts';
import { clientFor } from './client.ts';

/** The slug of the organisation in the address, or undefined outside one. */
export function useOrganisation(): string | undefined {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  return params['org'];
}

export const useClient = () => clientFor(useOrganisation());

export interface Viewing<S extends z.ZodType> {
  readonly answer: z.output<S>;
  readonly asOf: string | null;
  readonly knownAt: string | null;
  readonly position: number | null;
}

/**
 * Asks a view at the clocks of the address. Name the output’s schema as a type only, so that core’s code does not come along:
 * `useView<typeof Status>('status', { framework })` with `import type { Status } from '@countersign/core/…'`.
 * A window view (`asOf: false` in core) is asked with `{ window: true }`: it takes known-at only.
 */
export function useView<S extends z.ZodType>(
  name: string,
  input: object,
  options: { readonly enabled?: boolean; readonly window?: boolean; readonly every?: number } = {},
): UseQueryResult<Viewing<S>> {
  const org = useOrganisation();
  const { asOf, knownAt } = useClocks();
  const clocks = { ...(options.window === true ? {} : { asOf }), knownAt };
  return useQuery({
    queryKey: [org, 'view', name, input, clocks],
    // The server has parsed the answer by the very schema that S is.
    queryFn: async () => (await clientFor(org).view(name, input, clocks)) as Viewing<S>,
    enabled: options.enabled ?? true,
    placeholderData: (before) => before,
    ...(options.every === undefined ? {} : { refetchInterval: options.every }),
  });
}

/** A page of records of a kind. */
export function useList(kind: string, call: ListCall = {}, options: { readonly enabled?: boolean } = {}) {
  const org = useOrganisation();
  const { asOf, knownAt } = useClocks();
  const asked = call.heads === true ? { ...call, knownAt } : { ...call, asOf, knownAt };
  return useQuery({
    queryKey: [org, 'list', kind, asked],
    queryFn: () => clientFor(org).list(kind, asked),
    enabled: options.enabled ?? true,
    placeholderData: (before) => before,
  });
}

export function useRecord(kind: string, id: string, options: { readonly enabled?: boolean } = {}) {
  const org = useOrganisation();
  const clocks = useClocks();
  return useQuery({
    queryKey: [org, 'record', kind, id, clocks],
    queryFn: () => clientFor(org).get(kind, id, { asOf: clocks.asOf, knownAt: clocks.knownAt }),
    enabled: options.enabled ?? true,
  });
}

export function useHistory(kind: string, id: string, options: { readonly enabled?: boolean } = {}) {
  const org = useOrganisation();
  const { knownAt } = useClocks();
  return useQuery({
    queryKey: [org, 'history', kind, id, knownAt],
    queryFn: () => clientFor(org).history(kind, id, knownAt === undefined ? {} : { knownAt }),
    enabled: options.enabled ?? true,
  });
}

export interface Acting {
  readonly input: object;
  /** The head version that was read, so that a change in between is told and not overwritten. */
  readonly ifMatch?: number;
}

/** Does an act, with a key of its own so that an answer that was lost can be asked for again, and reads anew what is shown. */
export function useAct(name: string): UseMutationResult<ActAnswer, Error, Acting> {
  const org = useOrganisation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ input, ifMatch }) =>
      clientFor(org).act(name, input, {
        idempotencyKey: crypto.randomUUID(),
        ...(ifMatch === undefined ? {} : { ifMatch }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [org] }),
  });
}

/** A plain JSON operation of the API, for what is neither record, act nor view. Give a key that starts with what it is about. */
export function useAsked<T>(key: readonly unknown[], ask: (org: string | undefined) => Promise<T>, enabled = true) {
  const org = useOrganisation();
  return useQuery({ queryKey: [org, ...key], queryFn: () => ask(org), enabled });
}
