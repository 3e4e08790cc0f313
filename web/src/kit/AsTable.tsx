import type { ReactElement, ReactNode } from 'react';
import { useState } from 'react';
import { words } from '../words/kit.ts';

/** A drawing, and the same as a table for whoever would rather read it; printed as it is shown. */
export function AsTable({
  children,
  table,
  label,
}: {
  readonly children: ReactNode;
  readonly table: () => ReactNode;
  /** What is shown: the button says it to whoever does not see the drawing. */
  readonly label: string;
}): ReactElement {
  const [asTable, setAsTable] = useState(false);
  return (
    <>
      {asTable ? (
        <div className="tw" tabIndex={0} role="region" aria-label={label}>
          {table()}
        </div>
      ) : (
        children
      )}
      <p className="noprint astable">
        <button type="button" className="lnk s2" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? words.table.asChart : words.table.asTable}
          <span className="vh">: {label}</span>
        </button>
      </p>
    </>
  );
}

/** A plain table of texts. */
export function Plain({
  head,
  rows,
}: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
}): ReactElement {
  return (
    <table>
      <thead>
        <tr>
          {head.map((label) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, r) => (
          // Rows of a drawing have no identity but their place.
          <tr key={r}>
            {cells.map((cell, c) => (
              <td key={c}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
