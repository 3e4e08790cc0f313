import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useOrganisation } from '../api/hooks.ts';
import { useClocks } from './clocks.ts';

export type Search = Readonly<Record<string, string | undefined>>;

/** A place inside the organisation: `/controls/VUL-01`. Both clocks go along, so that what is sent is what is seen. */
export function usePlace(): (to: string, search?: Search) => { readonly to: string; readonly search: Search } {
  const org = useOrganisation();
  const { asOf, knownAt } = useClocks();
  return (to, search = {}) => ({
    to: `/${org ?? ''}${to}`,
    search: { ...(asOf === undefined ? {} : { asOf }), ...(knownAt === undefined ? {} : { knownAt }), ...search },
  });
}

/** Goes there by code, where a link will not do. */
export function useGo(): (to: string, search?: Search, options?: { readonly replace?: boolean }) => void {
  const place = usePlace();
  const navigate = useNavigate();
  return (to, search, options = {}) => void navigate({ ...place(to, search), replace: options.replace ?? false });
}

export interface GoProps {
  readonly to: string;
  readonly search?: Search;
  readonly className?: string;
  readonly children: ReactNode;
  readonly label?: string;
  readonly current?: boolean;
  /** The id of what describes it. */
  readonly describedBy?: string;
}

/** A link inside the organisation. */
export function Go({ to, search, className, children, label, current, describedBy }: GoProps): ReactElement {
  const place = usePlace();
  return (
    <Link
      {...place(to, search)}
      activeProps={{}}
      {...(className === undefined ? {} : { className })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
      {...(current === true ? { 'aria-current': 'page' as const } : {})}
    >
      {children}
    </Link>
  );
}
