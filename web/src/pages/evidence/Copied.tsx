import type { ReactElement } from 'react';
import { useState } from 'react';
import { Icon } from '../../kit/Icon.tsx';
import { words } from '../../words/evidence.ts';

/** Copies a text, and says so. */
export function Copied({ text, label }: { readonly text: string; readonly label?: string }): ReactElement {
  const [isCopied, setCopied] = useState(false);
  return (
    <span className="row" style={{ gap: 4 }}>
      <button
        type="button"
        className="icb"
        style={{ width: 24, height: 24 }}
        aria-label={`${words.page.copy} ${label ?? text}`}
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => {
            setCopied(true);
            setTimeout(() => setCopied(false), 2000);
          });
        }}
      >
        <Icon name="copy" size={14} />
      </button>
      <span role="status" className="s1 t2">
        {isCopied ? words.page.copied : ''}
      </span>
    </span>
  );
}
