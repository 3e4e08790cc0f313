import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useEffect } from 'react';
import { isSignedOut, useMe } from '../api/session.ts';
import { ErrorState } from '../kit/states.tsx';

/** `/`: leads to the organisation one belongs to, to sign-in, or to a first organisation. */
export function Start(): ReactElement {
  const me = useMe();
  const navigate = useNavigate();
  const slug = me.data === undefined ? undefined : (me.data.organisation ?? me.data.organisations?.[0]?.slug ?? '');
  const to =
    me.isError && isSignedOut(me.error)
      ? '/sign-in'
      : slug === ''
        ? '/new'
        : slug === undefined
          ? undefined
          : `/${slug}/overview`;
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
