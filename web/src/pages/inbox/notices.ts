import type { Notice as NoticeShape } from '@countersign/api/operations/mail.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { useOrganisation } from '../../api/hooks.ts';
import { sendJson } from '../../api/session.ts';

export type Notice = z.output<typeof NoticeShape>;
export interface NoticesPage {
  readonly items: readonly Notice[];
  readonly total: number;
  readonly unread: number;
  readonly next: string | null;
}

/** The inbox of who asks, looked at again each minute. */
export function useNotices(query: {
  readonly unread?: boolean;
  readonly search?: string | undefined;
  readonly limit: number;
}) {
  const org = useOrganisation();
  const asked = new URLSearchParams({
    limit: String(query.limit),
    ...(query.unread === true ? { unread: 'true' } : {}),
    ...(query.search === undefined || query.search === '' ? {} : { search: query.search }),
  }).toString();
  return useQuery({
    queryKey: [org, 'notices', asked],
    queryFn: async () => (await sendJson(org, 'GET', `/api/notices?${asked}`)) as NoticesPage,
    enabled: org !== undefined,
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
}

export function useReading() {
  const org = useOrganisation();
  const queries = useQueryClient();
  return async (ids?: readonly string[]): Promise<void> => {
    await sendJson(org, 'POST', '/api/notices/read', ids === undefined ? {} : { ids });
    await queries.invalidateQueries({ queryKey: [org, 'notices'] });
  };
}
