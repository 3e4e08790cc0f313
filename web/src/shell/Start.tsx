import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { askJson, isSignedOut, useMe } from '../api/session.ts';
import { ErrorState } from '../kit/states.tsx';

const Roles = z.object({ actor: z.object({ roles: z.array(z.string()) }) });

/** Where somebody arrives: whoever sees by grant at what is open to them. */
const arrival = (roles: readonly string[]): string =>
  roles.length > 0 && roles.every((role) => role === 'auditor' || role === 'adviser') ? 'granted' : 'overview';

/** `/`: leads to the organisation one belongs to, to sign-in, or to a first organisation. */
export function Start(): ReactElement {
  const me = useMe();
  const navigate = useNavigate();
  const slug = me.data === undefined ? undefined : (me.data.organisation ?? me.data.organisations?.[0]?.slug ?? '');
  const there = useQuery({
    queryKey: [slug, 'arrival'],
    queryFn: async () => (await askJson(slug, '/api/me', Roles)).actor.roles,
    enabled: slug !== undefined && slug !== '',
    retry: false,
  });
  const to =
    me.isError && isSignedOut(me.error)
      ? '/sign-in'
      : slug === ''
        ? '/new'
        : slug === undefined || there.isPending
          ? undefined
          : `/${slug}/${arrival(there.data ?? [])}`;
  useEffect(() => {
    if (to !== undefined) void navigate({ to, replace: true });
  }, [to, navigate]);
  return me.isError && to === undefined ? (
    <div className="page">
      <div className="card">
        <ErrorState error={me.error} retry={() => void me.refetch()} />
      </div>
    </div>
  ) : (
    <></>
  );
}
