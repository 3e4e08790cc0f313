import { Refusal } from '@countersign/core/kernel/refusal.ts';
import type { ReactElement, ReactNode } from 'react';
import { useEffect } from 'react';
import { FaultState, RefusalNote } from '../../kit/states.tsx';
import { Brand } from '../../shell/Brand.tsx';
import { words } from '../../words/sign-in.ts';
import './sign-in.css';

/** The pages by which one comes in: what is asked at the left, what the mark means at the right. */
export function Entrance({
  title,
  heading,
  sub,
  children,
}: {
  readonly title: string;
  readonly heading: ReactNode;
  readonly sub?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  useEffect(() => {
    document.title = `${title} · Countersign`;
  }, [title]);
  return (
    <div className="auth">
      <div className="lft">
        <header>
          <Brand />
        </header>
        <main className="entrance" id="m">
          <h1>{heading}</h1>
          {sub === undefined ? undefined : <p className="sub2">{sub}</p>}
          <div className="stack">{children}</div>
        </main>
        <footer>
          <a href="/api/docs">{words.signIn.docs}</a>
        </footer>
      </div>
      <Aside />
    </div>
  );
}

const TICK = 'M3.4 13.1 8.9 18.6 19.6 4.6';

function Aside(): ReactElement {
  const { aside } = words;
  const tick = (
    <path d={TICK} fill="none" stroke="currentColor" strokeWidth="2.3" strokeLinecap="round" strokeLinejoin="round" />
  );
  return (
    <aside className="rgt" aria-label={aside.label}>
      <div className="sheet" role="img" aria-label={aside.example}>
        <p className="rec">{aside.record}</p>
        <div className="ln">
          <span className="t3">{aside.wasTrue}</span>
          <span>{aside.wasTrueAt}</span>
          <i className="clk t" />
        </div>
        <div className="ln">
          <span className="t3">{aside.wasKnown}</span>
          <span>{aside.wasKnownAt}</span>
          <i className="clk k" />
        </div>
        <div className="ln">
          <span className="t3">{aside.entry}</span>
          <span className="mono">14,518</span>
          <span />
        </div>
        <div className="sig">
          <div>
            <div className="ln2">
              <svg viewBox="0 0 24 24">{tick}</svg>
            </div>
            <p className="s2 t2">{aside.performed}</p>
          </div>
          <div>
            <div className="ln2">
              <svg viewBox="0 0 24 24">
                {tick}
                <path d="m11.1 6.7 9 7.6" fill="none" stroke="var(--cs-ok)" strokeWidth="2.3" strokeLinecap="round" />
              </svg>
            </div>
            <p className="s2 t2">{aside.countersigned}</p>
          </div>
        </div>
      </div>
      <p className="says">{aside.says}</p>
    </aside>
  );
}

/** What the last attempt ended by, if it did not come to its end. */
export function Failure({ of }: { readonly of: unknown }): ReactElement | undefined {
  if (of === undefined) return undefined;
  return of instanceof Refusal ? <RefusalNote error={of} what={words.notDone} /> : <FaultState error={of} />;
}

export function Key(): ReactElement {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      aria-hidden="true"
    >
      <path
        d="M10.5 9.5a3.5 3.5 0 1 0-3.3-2.3L2 12.4V14h2l.8-.8v-1.4h1.4l2-2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
