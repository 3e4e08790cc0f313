import type { DutiesOverview } from '@countersign/core/duty/view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { Page, Tabs } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/duties.ts';
import { Assessments } from './Assessments.tsx';
import { Incidents } from './Incidents.tsx';
import { Laws } from './Laws.tsx';
import { Separate } from './parts.tsx';
import { Processing } from './Processing.tsx';
import { Requests } from './Requests.tsx';
import { Transfers } from './Transfers.tsx';

export type Told = z.output<typeof DutiesOverview>;
export type LawRow = Told['laws'][number];

const TABS = ['laws', 'requests', 'incidents', 'processing', 'assessments', 'transfers'] as const;

/** State of the page: one address for all tabs. */
const SPEC = {
  tab: oneOf(...TABS),
  law: text(20),
  q: text(),
  only: text(20),
  state: text(20),
  sort: text(20),
  open: text(120),
  add: text(20),
  from: whole(),
} as const;
export type DutyState = ReturnType<typeof useQueryState<typeof SPEC>>;

/** Of requests and incidents a guest is shown nothing: their tabs are not theirs. */
const isForGuest = ({ laws }: Told): boolean => laws.some(({ clocks }) => clocks === null);

export default function Duties(): ReactElement {
  const state = useQueryState(SPEC);
  const asked = useView<typeof DutiesOverview>('duties', {}, { every: 60_000 });
  const open = state.value.tab ?? 'laws';
  const told = asked.data?.answer;
  return (
    <Page title={words.title} sentence={told === undefined ? words.title : sentenceOf(told)} dropped={state.dropped}>
      <Answer of={asked}>
        {({ answer }) => {
          const tabs = TABS.filter((name) => !isForGuest(answer) || (name !== 'requests' && name !== 'incidents'));
          const shown = tabs.includes(open) ? open : 'laws';
          return (
            <>
              <Separate says={answer.separate} />
              <Tabs
                label={words.tabs}
                to="/duties"
                open={shown}
                tabs={tabs.map((name) => ({ name, label: words.tab[name] }))}
              />
              {shown === 'requests' ? (
                <Requests told={answer} state={state} />
              ) : shown === 'incidents' ? (
                <Incidents state={state} />
              ) : shown === 'processing' ? (
                <Processing told={answer} state={state} />
              ) : shown === 'assessments' ? (
                <Assessments told={answer} state={state} />
              ) : shown === 'transfers' ? (
                <Transfers told={answer} state={state} />
              ) : (
                <Laws told={answer} state={state} />
              )}
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

function sentenceOf(told: Told): string {
  const applies = told.laws.filter(({ decision }) => decision?.applies === 'yes').length;
  if (isForGuest(told)) return words.sentenceForGuests(applies);
  const sum = (of: 'missed' | 'running' | 'unknown'): number =>
    told.laws.reduce((all, { clocks }) => all + (clocks?.[of] ?? 0), 0);
  return words.sentence({ applies, missed: sum('missed'), running: sum('running'), unknown: sum('unknown') });
}
