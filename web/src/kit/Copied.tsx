import type { ReactElement } from 'react';
import { useState } from 'react';
import { words } from '../words/kit.ts';
import { Icon } from './Icon.tsx';

/** Copies a text, and says so. */
export function Copied({ text, label }: { readonly text: string; readonly label?: string }): ReactElement {
  const [isCopied, setCopied] = useState(false);
  return (
    <span className="row" style={{ gap: 4 }}>
      <button
        type="button"
        className="icb"
        style={{ width: 24, height: 24 }}
        aria-label={`${words.copy} ${label ?? text}`}
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
        {isCopied ? words.copied : ''}
      </span>
    </span>
  );
}

/** A line for a terminal, to be copied. */
export function Command({ text }: { readonly text: string }): ReactElement {
  return (
    <div className="cmd">
      <code className="mono s2">{text}</code>
      <Copied text={text} />
    </div>
  );
}

/** A file’s name as one word of a shell, whatever is in it. */
export const quoted = (name: string): string => (/^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`);
