import type { ReactElement } from 'react';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { words } from '../../words/inbox.ts';
import { useNotices } from './notices.ts';
import './slot.css';

/** The bell: how much is not read, from every page. */
function Bell(): ReactElement {
  const unread = useNotices({ limit: 1 }).data?.unread ?? 0;
  return (
    <Go to="/inbox" className="icb bell" label={words.bell(unread)}>
      <Icon name="inbox" />
      {unread === 0 ? undefined : (
        <span className="n num" aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </Go>
  );
}

export const slot = { name: 'inbox', Part: Bell };
