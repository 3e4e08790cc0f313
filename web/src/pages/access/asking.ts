import type { listMembers, listProviders, listTokens } from '@countersign/api/operations/sign-in.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useOrganisation } from '../../api/hooks.ts';
import { sendJson } from '../../api/session.ts';
import type { AnswerOf } from '../sign-in/asking.ts';

export type Members = AnswerOf<typeof listMembers>;
export type Tokens = AnswerOf<typeof listTokens>;
export type Providers = AnswerOf<typeof listProviders>;

function useAccess<T>(what: 'members' | 'tokens' | 'identity-providers') {
  const org = useOrganisation();
  return useQuery({
    queryKey: [org, 'access', what],
    // The server has parsed it by the schema that T is made of.
    queryFn: async () => (await sendJson(org, 'GET', `/api/access/${what}`)) as T,
  });
}

export const useMembers = () => useAccess<Members>('members');
export const useTokens = () => useAccess<Tokens>('tokens');
export const useProviders = () => useAccess<Providers>('identity-providers');

/** Sends a change within the organisation, and asks again for what depends on it. */
export function useSend(): (path: string, body?: object) => Promise<unknown> {
  const org = useOrganisation();
  const queries = useQueryClient();
  return async (path, body = {}) => {
    const answer = await sendJson(org, 'POST', path, body);
    await queries.invalidateQueries({ queryKey: [org, 'access'] });
    return answer;
  };
}
