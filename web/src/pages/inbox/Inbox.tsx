import type { ReactElement } from 'react';
import { useState } from 'react';
import { useMe, useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer, Empty, ErrorState } from '../../kit/states.tsx';
import { Filter, Filters } from '../../kit/Table.tsx';
import { words } from '../../words/inbox.ts';
import type { Notice } from './notices.ts';
import { useNotices, useReading } from './notices.ts';

const PAGE = 30;

export default function Inbox(): ReactElement {
  const state = useQueryState({ which: oneOf('unread'), find: text(), show: whole(200) });
  const { which, find, show } = state.value;
  const asked = useNotices({ unread: which === 'unread', search: find, limit: Math.min(show ?? PAGE, 200) });
  const read = useReading();
  const [failure, setFailure] = useState<unknown>();
  const unread = asked.data?.unread ?? 0;
  const mark = (ids?: readonly string[]): void => void read(ids).catch(setFailure);
  return (
    <Page
      title={words.title}
      sentence={asked.data === undefined ? words.title : words.sentence(unread)}
      sub={words.sub}
      dropped={state.dropped}
      actions={
        <>
          <Go to="/settings" search={{ tab: 'notifications' }} className="btn">
            {words.settings}
          </Go>
          {unread === 0 ? undefined : <Button onClick={() => mark()}>{words.readAll}</Button>}
        </>
      }
    >
      <div className="row w sp" style={{ marginBottom: 12 }}>
        <Filters
          label={words.which}
          options={[{ value: 'unread', label: words.unread, n: unread }]}
          value={which}
          onChange={(value) => state.set({ which: value, show: undefined })}
        />
        <Filter
          label={words.filter}
          value={find ?? ''}
          onChange={(value) => state.set({ find: value }, { replace: true })}
        />
      </div>
      {failure === undefined ? undefined : <ErrorState error={failure} />}
      <Answer of={asked}>
        {({ items, total }) => (
          <Card flush title={words.list}>
            {items.length === 0 ? (
              which === undefined && find === undefined ? (
                <Empty title={words.empty}>{words.emptyHelp}</Empty>
              ) : (
                <p className="in t2">{words.noneFound}</p>
              )
            ) : (
              <ul className="todo in">
                {items.map((notice) => (
                  <Told key={notice.id} notice={notice} onOpen={() => notice.readAt ?? mark([notice.id])} />
                ))}
              </ul>
            )}
            {total > items.length && items.length < 200 ? (
              <div className="in">
                <Button onClick={() => state.set({ show: items.length + PAGE }, { replace: true })}>
                  {words.more}
                </Button>
              </div>
            ) : undefined}
          </Card>
        )}
      </Answer>
    </Page>
  );
}

function Told({ notice, onOpen }: { readonly notice: Notice; readonly onOpen: () => void }): ReactElement {
  const zone = useZone();
  const me = useMe();
  const [first = '', ...rest] = notice.says.split('\n');
  const kinds: Readonly<Record<string, string>> = words.kinds;
  const mail = words.mail[notice.mail];
  return (
    <li>
      <span />
      <div>
        <div className="row w" style={{ gap: '2px 8px' }}>
          <span className="chip">{kinds[notice.kind] ?? notice.kind}</span>
          {notice.readAt === null ? <b className="s2">{words.isNew}</b> : undefined}
          <span className="s2 t3">{moment(notice.at, zone)}</span>
          {mail === '' || me.data === undefined ? undefined : <span className="s2 t3">{mail}</span>}
        </div>
        {notice.leads === null ? (
          <p>{first}</p>
        ) : (
          <p onClick={onOpen}>
            <Go to={notice.leads}>{first}</Go>
          </p>
        )}
        {rest.length === 0 ? undefined : (
          <details onToggle={onOpen}>
            <summary className="s2">{words.kinds.digest}</summary>
            {rest.map((line) =>
              line.startsWith('- ') ? (
                <p key={line} className="s2 t2" style={{ marginLeft: 12 }}>
                  {line.slice(2)}
                </p>
              ) : (
                <h4 key={line}>{line}</h4>
              ),
            )}
          </details>
        )}
      </div>
      {notice.readAt === null ? (
        <Button small onClick={onOpen} label={`${words.readOne}: ${first}`}>
          {words.readOne}
        </Button>
      ) : (
        <span />
      )}
    </li>
  );
}
