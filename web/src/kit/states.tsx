import { Refusal } from '@countersign/core/kernel/refusal.ts';
import { Fault } from '@countersign/api/problem.ts';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { words } from '../words/kit.ts';
import { Icon } from './Icon.tsx';

/** Rows of the right height, after 300 ms; nothing jumps. */
export function Loading({ rows = 6, label }: { readonly rows?: number; readonly label?: string }): ReactElement {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      className="in"
      role="status"
      aria-busy="true"
      aria-label={label ?? words.loading}
      style={{ visibility: isLate ? 'visible' : 'hidden' }}
    >
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="skr">
          <div className="sk" style={{ width: 52 }} />
          <div className="sk" style={{ width: `${44 - ((i * 7) % 19)}%` }} />
          <div className="sk" style={{ width: '22%' }} />
        </div>
      ))}
    </div>
  );
}

/** What belongs here, why it is asked for, and the first step. */
export function Empty({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}): ReactElement {
  return (
    <div className="em">
      <h2 className="h3">{title}</h2>
      <p className="t2">{children}</p>
      {actions === undefined ? undefined : <div className="row w">{actions}</div>}
    </div>
  );
}

/** What was not done, the rule, and the code; it stays until the next try. */
export function RefusalNote({ error, what }: { readonly error: Refusal; readonly what?: string }): ReactElement {
  return (
    <div className="note r" role="alert">
      <span className="bad">
        <Icon name="warning" />
      </span>
      <div>
        <b>{what ?? words.refused}</b> {error.message}
        <div className="s2 mono t2" style={{ marginTop: 4 }}>
          {error.code}
        </div>
      </div>
    </div>
  );
}

export function FaultState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }): ReactElement {
  const id = error instanceof Fault ? error.id : undefined;
  return (
    <div className="em" role="alert">
      <h2 className="h3 bad">{words.fault.title}</h2>
      <p className="t2">
        {id === undefined && error instanceof Error ? `${error.message} ${words.fault.unreached}` : words.fault.body}
      </p>
      {id === undefined ? undefined : <p className="mono">{id}</p>}
      <div className="row w">
        {retry === undefined ? undefined : (
          <button type="button" className="btn" onClick={retry}>
            {words.fault.retry}
          </button>
        )}
        {id === undefined ? undefined : (
          <button type="button" className="btn" onClick={() => void navigator.clipboard.writeText(id)}>
            {words.fault.copy}
          </button>
        )}
      </div>
    </div>
  );
}

/** Any error as the state it is: no permission, missing, another refusal, or a fault of ours. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }): ReactElement {
  if (!(error instanceof Refusal)) return <FaultState error={error} {...(retry === undefined ? {} : { retry })} />;
  if (error.family === 'forbidden') return <Empty title={words.forbidden}>{error.message}</Empty>;
  if (error.family === 'missing')
    return (
      <Empty title={words.missing}>
        {error.message} {words.missingHelp}
      </Empty>
    );
  return (
    <div className="em">
      <RefusalNote error={error} />
    </div>
  );
}

/** A question’s answer, or the state it is in: what every page’s content is wrapped in. */
export function Answer<T>({
  of,
  rows,
  children,
}: {
  readonly of: UseQueryResult<T>;
  readonly rows?: number;
  readonly children: (answer: T) => ReactNode;
}): ReactElement {
  if (of.data !== undefined && !of.isError) {
    return (
      <div style={{ opacity: of.isPlaceholderData ? 0.6 : 1, transition: 'opacity var(--cs-time-move)' }}>
        {children(of.data)}
      </div>
    );
  }
  if (of.isError)
    return (
      <div className="card">
        <ErrorState error={of.error} retry={() => void of.refetch()} />
      </div>
    );
  return (
    <div className="card">
      <Loading {...(rows === undefined ? {} : { rows })} />
    </div>
  );
}
