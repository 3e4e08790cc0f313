import type { ReactElement, ReactNode } from 'react';
import { useMemo } from 'react';
import type { Block, Inline } from './markdown.ts';
import { blocks } from './markdown.ts';

const said = (of: readonly Inline[]): ReactNode => of.map((inline, i) => <Said key={i} inline={inline} />);

function Said({ inline }: { readonly inline: Inline }): ReactNode {
  switch (inline.is) {
    case 'text':
      return inline.text;
    case 'code':
      return <code className="mono">{inline.text}</code>;
    case 'strong':
      return <strong>{said(inline.of)}</strong>;
    case 'em':
      return <em>{said(inline.of)}</em>;
    case 'link':
      return (
        <a href={inline.href} rel="noopener noreferrer nofollow" target="_blank">
          {said(inline.of)}
        </a>
      );
    case 'break':
      return <br />;
  }
}

/** The page’s own heading is the first; those of a text come below it. */
const HEADINGS = ['h2', 'h3', 'h4', 'h5', 'h6', 'h6'] as const;

/** `top`: the level of the text that is the highest on the page. */
const shown = (of: readonly Block[], top: number): ReactNode =>
  of.map((block, i) => <Shown key={i} block={block} top={top} />);

function Shown({ block, top }: { readonly block: Block; readonly top: number }): ReactElement {
  switch (block.is) {
    case 'heading': {
      const Heading = HEADINGS[Math.max(0, block.level - top)] ?? 'h6';
      return <Heading>{said(block.of)}</Heading>;
    }
    case 'paragraph':
      return <p>{said(block.of)}</p>;
    case 'list': {
      const items = block.items.map((item, i) => {
        const [only, ...others] = item;
        return <li key={i}>{only?.is === 'paragraph' && others.length === 0 ? said(only.of) : shown(item, top)}</li>;
      });
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote':
      return <blockquote>{shown(block.of, top)}</blockquote>;
    case 'code':
      return (
        <pre tabIndex={0}>
          <code className="mono">{block.text}</code>
        </pre>
      );
    case 'table':
      return (
        <div className="tw" tabIndex={0} role="region" aria-label={block.head.map(wordsOf).join(', ')}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell, i) => (
                  <th key={i} scope="col">
                    {said(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, i) => (
                <tr key={i}>
                  {row.map((cell, n) => (
                    <td key={n}>{said(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'rule':
      return <hr />;
  }
}

const wordsOf = (of: readonly Inline[]): string =>
  of.map((one) => ('text' in one ? one.text : 'of' in one ? wordsOf(one.of) : ' ')).join('');

/** A text that somebody wrote in Markdown: elements of ours and text, never HTML of theirs. A first heading that says `title` again is left out. */
export function Markdown({ text, title }: { readonly text: string; readonly title?: string }): ReactElement {
  const read = useMemo(() => {
    const all = blocks(text);
    const [first, ...rest] = all;
    return first?.is === 'heading' && first.level === 1 && wordsOf(first.of) === title ? rest : all;
  }, [text, title]);
  const top = Math.min(6, ...read.map((block) => (block.is === 'heading' ? block.level : 6)));
  return <div className="md">{shown(read, top)}</div>;
}
