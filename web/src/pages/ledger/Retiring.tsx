import type { ReactElement } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/ledger.ts';

const say = words.retiring;

/** Asks before somebody outside is asked no more. */
export function Retiring({
  kind,
  id,
  isLast,
  onDone,
}: {
  readonly kind: 'witness' | 'time';
  readonly id: string;
  readonly isLast: boolean;
  readonly onDone: () => void;
}): ReactElement {
  const [act, record, field] =
    kind === 'witness'
      ? (['witness.retire', 'witness', 'witness'] as const)
      : (['authority.retire', 'time-authority', 'authority'] as const);
  const retire = useAct(act);
  const verdict = useAllowedOn(act, record, id);
  return (
    <div className="stack" style={{ '--g': '14px' } as object}>
      <p className="t2">{say.says}</p>
      {isLast ? <p className="note w">{say.last}</p> : undefined}
      {retire.error === null ? undefined : <ErrorState error={retire.error} />}
      <div className="row w">
        <Button
          filled
          verdict={verdict}
          busy={retire.isPending}
          onClick={() => retire.mutate({ input: { [field]: id } }, { onSuccess: onDone })}
        >
          {say.send}
        </Button>
      </div>
    </div>
  );
}
