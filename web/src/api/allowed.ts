import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { useAnotherTime } from '../kit/clocks.ts';
import { useOrganisation } from './hooks.ts';
import { askJson } from './session.ts';

const Acts = z.object({
  acts: z.array(z.object({ name: z.string(), allowed: z.boolean(), because: z.string().optional() })),
});

/** Whether an act may be done, and why not: core’s answer, and the page’s own “not at another time”. */
export interface Verdict {
  readonly allowed: boolean;
  readonly because: string | undefined;
}

const PENDING: Verdict = { allowed: false, because: undefined };

function useVerdict(key: readonly unknown[], path: string, act: string): Verdict {
  const org = useOrganisation();
  const elsewhere = useAnotherTime();
  const { data, error } = useQuery({
    queryKey: [org, ...key],
    queryFn: () => askJson(org, path, Acts),
    enabled: org !== undefined,
    staleTime: 30_000,
  });
  if (elsewhere !== undefined) return { allowed: false, because: elsewhere };
  if (error !== null) return { allowed: false, because: error.message };
  if (data === undefined) return PENDING;
  const found = data.acts.find(({ name }) => name === act);
  return found === undefined ? PENDING : { allowed: found.allowed, because: found.because };
}

/** All acts with a door, by name, with whether the person may do them at all. */
export function useAllowedActs(): ReadonlyMap<string, Verdict> {
  const org = useOrganisation();
  const { data } = useQuery({
    queryKey: [org, 'allowed'],
    queryFn: () => askJson(org, '/api/allowed', Acts),
    enabled: org !== undefined,
    staleTime: 30_000,
  });
  return new Map(data?.acts.map(({ name, allowed, because }) => [name, { allowed, because }]) ?? []);
}

/** Whether the person may do this act at all. */
export const useAllowed = (act: string): Verdict => useVerdict(['allowed'], '/api/allowed', act);

/** Whether the person may do this act to this thing, in its present state. */
export const useAllowedOn = (act: string, kind: string, id: string): Verdict =>
  useVerdict(['allowed', kind, id], `/api/records/${encodeURIComponent(kind)}/${encodeURIComponent(id)}/acts`, act);
