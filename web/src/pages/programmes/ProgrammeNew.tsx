import type { Programmes as Listing } from '@countersign/core/programme/list.ts';
import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { useGo } from '../../kit/Go.tsx';
import { Page } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/programmes.ts';
import { ProgrammeForm } from './ProgrammeForm.tsx';
import type { Told } from './Programmes.tsx';
import './page.css';

const addDay = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Begins a programme, from nothing or after another one. */
export default function ProgrammeNew(): ReactElement {
  const go = useGo();
  const state = useQueryState({ follows: text(100), framework: oneOf('soc2', 'iso27001') });
  const verdict = useAllowed('programme.begin');
  const begin = useAct('programme.begin');
  const asked = useView<typeof Listing>('programmes', {});
  return (
    <Page
      title={words.form.new}
      sub={words.form.sub}
      crumbs={[{ label: words.title, to: '/programmes' }]}
      dropped={state.dropped}
    >
      <Answer of={asked}>
        {({ answer }) => {
          const before = answer.programmes.find(({ id }) => id === state.value.follows);
          return (
            <ProgrammeForm
              keep={`new.${before?.id ?? ''}`}
              isNew
              verdict={verdict}
              others={answer.programmes}
              submit={words.form.send}
              of={{
                framework: before?.framework ?? state.value.framework ?? 'soc2',
                title: '',
                report: before?.framework === 'iso27001' ? '' : (before?.report ?? ''),
                asOfDate: '',
                ...(before?.report === 'type-2' ? following(before) : { periodFrom: '', periodTo: '' }),
                scope: '',
                firm: '',
                from: '',
                to: '',
                previous: before?.id ?? '',
              }}
              cancel={() => go('/programmes')}
              save={async (body) => {
                const { answer: made } = await begin.mutateAsync({ input: body });
                const id = (made as { readonly programme: string }).programme;
                setTimeout(() => go(`/programmes/${id}`));
              }}
            />
          );
        }}
      </Answer>
    </Page>
  );
}

/** The day after the period before: periods follow back to back. */
const following = ({ periodTo }: Told): { readonly periodFrom: string; readonly periodTo: string } => ({
  periodFrom: periodTo === null ? '' : addDay(periodTo),
  periodTo: '',
});
