import type { ReactElement } from 'react';
import { useList } from '../../api/hooks.ts';
import { useMe, useZone } from '../../api/session.ts';
import { Page } from '../../kit/Page.tsx';
import { Empty, Loading } from '../../kit/states.tsx';
import { words } from '../../words/binders.ts';
import { Going } from './Going.tsx';
import { Made } from './Made.tsx';
import { Making } from './Making.tsx';

const MAKERS = ['owner', 'lead', 'operator'];

/** The binder of a period is made here, and every one that was made is listed with what names it. */
export default function Binders(): ReactElement {
  const me = useMe();
  const may = me.data?.actor.roles.some((role) => MAKERS.includes(role));
  return (
    <Page title={words.title} sentence={may === true ? <Sentence /> : words.title} sub={words.sub}>
      {me.data === undefined ? (
        <Loading rows={6} />
      ) : may === true ? (
        <Open />
      ) : (
        <Empty title={words.closed}>{words.closedHelp}</Empty>
      )}
    </Page>
  );
}

function Sentence(): ReactElement {
  const { data } = useList('binder', { limit: 1 });
  return <>{data === undefined ? words.title : words.sentence(data.total)}</>;
}

function Open(): ReactElement {
  const zone = useZone();
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <Going />
      <Making />
      <Made zone={zone} />
    </div>
  );
}
