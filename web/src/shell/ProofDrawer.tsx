import type { ReactElement } from 'react';
import { lazy, Suspense } from 'react';
import { useProofDesk } from '../kit/proofs.tsx';
import { useQueryState, whole } from '../kit/query-state.ts';
import { words } from '../words/proof.ts';

const Panel = lazy(async () => ({ default: (await import('../kit/Panel.tsx')).Panel }));
const ProofPanel = lazy(() => import('./ProofPanel.tsx'));

/** The proof of one entry over whatever page is open; which one is in the address. */
export function ProofDrawer(): ReactElement | undefined {
  const state = useQueryState({ proof: whole(Number.MAX_SAFE_INTEGER) });
  const desk = useProofDesk();
  const index = state.value.proof;
  if (index === undefined) return undefined;
  return (
    <Suspense>
      <Panel
        title={words.title(index)}
        open
        above
        onClose={() => {
          state.set({ proof: undefined });
          desk?.closed();
        }}
      >
        <Suspense>
          <ProofPanel index={index} />
        </Suspense>
      </Panel>
    </Suspense>
  );
}
