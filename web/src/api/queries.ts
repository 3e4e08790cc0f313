import { Refusal } from '@countersign/core/kernel/refusal.ts';
import { QueryClient } from '@tanstack/react-query';

/** A refusal is an answer: asking again brings the same. A fault is asked once more. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => !(error instanceof Refusal) && count < 1,
      staleTime: 15_000,
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});
