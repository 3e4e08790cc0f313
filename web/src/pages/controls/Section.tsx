import type { ReactElement, ReactNode } from 'react';
import { Listing } from '../../kit/Listing.tsx';
import { Card } from '../../kit/Page.tsx';
import { Empty } from '../../kit/states.tsx';

/** A table in a card, or what it means that there is nothing in it. */
export function Section({
  title,
  aside,
  head,
  children,
  empty,
  emptyHelp,
  none,
}: {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly head: readonly string[];
  readonly children: ReactNode;
  readonly empty: string;
  readonly emptyHelp: string;
  readonly none: boolean;
}): ReactElement {
  return (
    <Card flush title={title} aside={aside}>
      {none ? (
        <Empty title={empty}>{emptyHelp}</Empty>
      ) : (
        <Listing label={typeof title === 'string' ? title : (head[0] ?? '')} head={head}>
          {children}
        </Listing>
      )}
    </Card>
  );
}
