import type { ReactElement, ReactNode } from 'react';

/** A short table that is all there: no sort, no paging. It scrolls sideways by itself, and stacks on small screens. */
export function Listing({
  label,
  head,
  children,
}: {
  readonly label: string;
  readonly head: readonly string[];
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="tw" tabIndex={0} role="region" aria-label={label}>
      <table className="stackt">
        <thead>
          <tr>
            {head.map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
