import { Tooltip } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Go } from './Go.tsx';
import { useTerm } from './glossary.ts';

/**
 * A word of the trade with its definition on hover and focus; it leads to the glossary. `id` is that of the term in
 * `catalogs/glossary`; without children the word itself is shown.
 */
export function Term({ id, children }: { readonly id: string; readonly children?: ReactNode }): ReactElement {
  const term = useTerm(id);
  const word = children ?? term?.term ?? id;
  const link = (
    <Go to="/glossary" search={{ term: id }} className="term">
      {word}
    </Go>
  );
  if (term === undefined) return link;
  const clauses = term.clauses.length === 0 ? '' : ` (${term.clauses.join('; ')})`;
  return (
    <Tooltip
      label={`${term.says}${clauses}`}
      multiline
      w={320}
      events={{ hover: true, focus: true, touch: false }}
      openDelay={200}
    >
      <span>{link}</span>
    </Tooltip>
  );
}
