import type { ReactElement, ReactNode } from 'react';
import { useEffect } from 'react';
import { words } from '../words/kit.ts';
import { Go } from './Go.tsx';
import type { Search } from './Go.tsx';
import { setCrumbs } from './crumbs.ts';
import type { Crumb } from './crumbs.ts';

/**
 * A page: one sentence that says the answer, a line with the reason, at most one filled button. Its crumbs go to the bar at
 * the top, its title to the browser’s.
 */
export function Page({
  title,
  sentence,
  sub,
  above,
  actions,
  crumbs = [],
  dropped = [],
  wide,
  children,
}: {
  /** The page’s name: last crumb and browser’s title. */
  readonly title: string;
  /** The h1; the title where there is no more to say. */
  readonly sentence?: ReactNode;
  readonly sub?: ReactNode;
  /** Above the h1: identifier and state of one record. */
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
  readonly crumbs?: readonly Crumb[];
  readonly dropped?: readonly string[];
  readonly wide?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const key = JSON.stringify([crumbs, title]);
  useEffect(() => {
    setCrumbs([...crumbs, { label: title }]);
    document.title = `${title} · Countersign`;
    // The crumbs are compared by what they say.
  }, [key]);
  return (
    <main className={wide === true ? 'page wide' : 'page'} id="m" tabIndex={-1}>
      <div className="phead">
        <div>
          {above === undefined ? undefined : (
            <div className="row w" style={{ gap: 8, marginBottom: 6 }}>
              {above}
            </div>
          )}
          <h1>{sentence ?? title}</h1>
          {sub === undefined ? undefined : <p className="sub">{sub}</p>}
        </div>
        {actions === undefined ? undefined : <div className="acts">{actions}</div>}
      </div>
      {dropped.length === 0 ? undefined : (
        <p className="note" role="status" style={{ marginBottom: 16 }}>
          {words.dropped(dropped.join(', '))}
        </p>
      )}
      {children}
    </main>
  );
}

/** One question with one answer. No card in a card. */
export function Card({
  title,
  aside,
  children,
  flush,
  label,
}: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Without padding: for tables and lists that reach the edge. */
  readonly flush?: boolean;
  readonly label?: string;
}): ReactElement {
  return (
    // What reaches the edge is a table, which is a region of that name itself: two of one name lead nobody anywhere.
    <section className="card" {...(label === undefined || flush === true ? {} : { 'aria-label': label })}>
      {title === undefined && aside === undefined ? undefined : (
        <header className="row w sp">
          {title === undefined ? undefined : <h2>{title}</h2>}
          {aside}
        </header>
      )}
      {flush === true ? children : <div className="in">{children}</div>}
    </section>
  );
}

export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly n?: number | string;
}

/** Tabs inside one record; which one is open is in the address. */
export function Tabs({
  tabs,
  open,
  to,
  search = {},
  label,
}: {
  readonly tabs: readonly Tab[];
  readonly open: string;
  readonly to: string;
  /** What else the address keeps. */
  readonly search?: Search;
  readonly label: string;
}): ReactElement {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ name, label: word, n }) => (
        <Go key={name} to={to} search={{ ...search, tab: name }} current={name === open}>
          {word}
          {n === undefined ? undefined : <span className="n">{n}</span>}
        </Go>
      ))}
    </nav>
  );
}

/** Term and what it is, in two columns. */
export function Facts({ rows }: { readonly rows: readonly (readonly [ReactNode, ReactNode])[] }): ReactElement {
  return (
    <dl className="kv">
      {rows.map(([term, value], i) => (
        // Terms may be nodes; their order does not change.
        <div key={i} style={{ display: 'contents' }}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One of a few: which window, which view. */
export function Segments<T extends string>({
  options,
  value,
  onChange,
  label,
}: {
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly label: string;
}): ReactElement {
  return (
    <div className="seg" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
