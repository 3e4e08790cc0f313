import type { ReactElement } from 'react';
import { useMe } from '../../api/session.ts';
import { Page, Tabs } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { words } from '../../words/settings.ts';
import { SECTIONS } from './section.ts';

export default function Settings(): ReactElement {
  const roles = useMe().data?.actor.roles ?? [];
  const mine = SECTIONS.filter(
    (section) => section.roles === undefined || section.roles.some((role) => roles.includes(role)),
  );
  const { value } = useQueryState({ tab: text() });
  const open = mine.find(({ name }) => name === value.tab) ?? mine[0];
  return (
    <Page title={words.title} dropped={value.tab !== undefined && value.tab !== open?.name ? ['tab'] : []}>
      <Tabs label={words.title} to="/settings" open={open?.name ?? ''} tabs={mine} />
      {open === undefined ? undefined : <open.Part />}
    </Page>
  );
}
