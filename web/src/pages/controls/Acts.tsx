import type { ReactElement } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { Button } from '../../kit/Button.tsx';
import { words } from '../../words/control.ts';
import type { Told } from './Operation.tsx';

export function Acts({
  told,
  onDo,
}: {
  readonly told: Told;
  readonly onDo: (what: 'perform' | 'start' | 'except') => void;
}): ReactElement {
  const { id } = told.control;
  const record = useAllowedOn('performance.record', 'control', id);
  const start = useAllowedOn('control.start', 'control', id);
  const except = useAllowedOn('exception.request', 'control', id);
  const isPlanned = told.control.startsOn === null;
  return (
    <>
      <Button verdict={except} onClick={() => onDo('except')}>
        {words.except}
      </Button>
      {isPlanned ? (
        <Button filled verdict={start} onClick={() => onDo('start')}>
          {words.start}
        </Button>
      ) : undefined}
      <Button
        filled={!isPlanned && told.control.frequency !== 'continuous'}
        verdict={record}
        onClick={() => onDo('perform')}
      >
        {words.record}
      </Button>
    </>
  );
}
