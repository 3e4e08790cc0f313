import type { ReactElement, ReactNode } from 'react';
import { useId } from 'react';
import { Go } from './Go.tsx';
import { useTerm } from './glossary.ts';

/**
 * A word of the trade with its definition on hover and focus; it leads to the glossary. `id` is that of the term in
 * `catalogs/glossary`; without children the word itself is shown.
 */
export function Term({ id, children }: { readonly id: string; readonly children?: ReactNode }): ReactElement {
  const says = useId();
  const term = useTerm(id);
  const clauses = term === undefined || term.clauses.length === 0 ? '' : ` (${term.clauses.join('; ')})`;
  return (
    <span className="tipped">
      <Go to="/glossary" search={{ term: id }} className="term" {...(term === undefined ? {} : { describedBy: says })}>
        {children ?? term?.term ?? id}
      </Go>
      {term === undefined ? undefined : (
        <span role="tooltip" id={says} className="tip word">
          {`${term.says}${clauses}`}
        </span>
      )}
    </span>
  );
}
