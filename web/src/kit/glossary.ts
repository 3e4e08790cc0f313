import type { Term } from '@countersign/core/glossary/index.ts';
import { useQuery } from '@tanstack/react-query';

/** The glossary is code of core that comes when the first term is asked for, and not with the first page. */
const load = () => import('@countersign/core/glossary/index.ts');

export function useGlossary() {
  return useQuery({ queryKey: ['glossary'], queryFn: load, staleTime: Infinity, gcTime: Infinity });
}

export function useTerm(id: string): Term | undefined {
  return useGlossary().data?.termOf(id);
}
