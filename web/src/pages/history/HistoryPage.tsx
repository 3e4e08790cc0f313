import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useHistory } from '../../api/hooks.ts';
import { Go } from '../../kit/Go.tsx';
import { Page } from '../../kit/Page.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/history.ts';
import { Versions } from './Versions.tsx';

/** Kinds whose records have a page of their own. */
const PAGES: Readonly<Record<string, string>> = {
  control: 'controls',
  evidence: 'evidence',
  policy: 'policies',
  person: 'people',
  check: 'checks',
};

export default function HistoryPage(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const [kind, id] = [params['kind'] ?? '', params['id'] ?? ''];
  const history = useHistory(kind, id);
  const place = PAGES[kind];
  return (
    <Page
      title={words.title}
      crumbs={place === undefined ? [{ label: `${kind} ${id}` }] : [{ label: id, to: `/${place}/${id}` }]}
      {...(history.data === undefined ? {} : { sentence: words.sentence(kind, id, history.data.length) })}
      sub={words.sub}
      actions={
        place === undefined ? undefined : (
          <Go to={`/${place}/${id}`} className="btn">
            {words.back}
          </Go>
        )
      }
    >
      <Answer of={history}>{(versions) => <Versions versions={versions} />}</Answer>
    </Page>
  );
}
