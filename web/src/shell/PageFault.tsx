import type { ReactElement } from 'react';
import { FaultState } from '../kit/states.tsx';

/** A page that threw while it was drawn: the rest of the shell stays. */
export function PageFault({ error, reset }: { readonly error: unknown; readonly reset?: () => void }): ReactElement {
  return (
    <main className="page" id="m">
      <div className="card">
        <FaultState error={error} {...(reset === undefined ? {} : { retry: reset })} />
      </div>
    </main>
  );
}
