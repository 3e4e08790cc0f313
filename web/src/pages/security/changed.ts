import { useQueryClient } from '@tanstack/react-query';

/** Everything that depends on how one signs in is asked again. */
export function useChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries();
}
