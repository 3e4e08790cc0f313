import type { ReactElement } from 'react';
import { useMe } from '../../api/session.ts';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { words } from '../../words/security.ts';
import type { Slot } from '../../shell/slots.ts';

/** In the bar while an owner owes a second factor: nothing else says why a door does not open. */
function Owed(): ReactElement | undefined {
  const owes = useMe().data?.required?.includes('second-factor') === true;
  if (!owes) return undefined;
  return (
    <Go to="/settings" search={{ tab: 'security' }} className="btn x" label={words.slot}>
      <Icon name="lock" /> <span className="hd">{words.slot}</span>
    </Go>
  );
}

export const slot: Slot = { name: 'second-factor', Part: Owed };
