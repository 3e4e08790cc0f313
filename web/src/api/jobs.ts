import type { Job as JobShape } from '@countersign/api/operations/jobs.ts';
import { watchJob } from '@countersign/api/operations/jobs.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { clientFor } from './client.ts';
import { useOrganisation } from './hooks.ts';
import { sendJson } from './session.ts';

export type Job = z.output<typeof JobShape>;

export const isOver = (job: Job): boolean => job.endedAt !== null;

/**
 * One job while it goes on, from the server’s events; asked for again where the connection breaks. What it changed is read anew when it ends.
 */
export function useWatched(id: string | undefined, first?: Job): Job | undefined {
  const org = useOrganisation();
  const queries = useQueryClient();
  const [job, setJob] = useState(first);
  useEffect(() => {
    if (id === undefined) return;
    const stop = new AbortController();
    const watch = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          for await (const line of clientFor(org).lines(watchJob, { params: { id }, signal: stop.signal })) {
            if ('progress' in line) setJob(line.progress);
            if (!('done' in line)) continue;
            setJob(line.done);
            await queries.invalidateQueries({ queryKey: [org] });
            return;
          }
        } catch {
          if (stop.signal.aborted) return;
        }
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    };
    void watch();
    return () => stop.abort();
  }, [id, org, queries]);
  return id === undefined ? undefined : job?.id === id ? job : first?.id === id ? first : undefined;
}

const post = async (org: string | undefined, path: string, body: object = {}): Promise<Job> =>
  // The server has parsed the answer by the very schema that Job is.
  (await sendJson(org, 'POST', path, body)) as Job;

/** What may be done with jobs; each reads anew what lists them. */
export function useJobActs() {
  const org = useOrganisation();
  const queries = useQueryClient();
  const after = async (job: Promise<Job>): Promise<Job> => {
    const done = await job;
    await queries.invalidateQueries({ queryKey: [org, 'jobs'] });
    return done;
  };
  return {
    ask: (kind: string, input: object = {}) => after(post(org, '/api/jobs', { kind, input })),
    collect: (source: string) => after(post(org, '/api/jobs', { kind: 'collect', input: { source } })),
    change: (job: Job, what: 'cancel' | 'retry' | 'discard') => after(post(org, `/api/jobs/${job.id}/${what}`)),
  };
}

export interface JobsPage {
  readonly items: readonly Job[];
  readonly total: number;
  readonly counts: Readonly<Record<Job['state'], number>>;
  readonly next: string | null;
}

export function useJobs(query: Readonly<Record<string, string | number | undefined>>, every?: number) {
  const org = useOrganisation();
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  ).toString();
  return useQuery({
    queryKey: [org, 'jobs', asked],
    queryFn: async () => (await sendJson(org, 'GET', `/api/jobs?${asked}`)) as JobsPage,
    placeholderData: (before) => before,
    ...(every === undefined ? {} : { refetchInterval: every }),
  });
}
